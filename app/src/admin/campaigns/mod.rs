use crate::ui::{EmptyState, Page};
use leptos::prelude::*;

#[component]
pub fn CampaignsPage() -> impl IntoView {
    view! { <Page title="Campaigns"><EmptyState title="Nothing here yet" /></Page> }
}

#[component]
pub fn CampaignPage() -> impl IntoView {
    view! { <Page title="Campaign"><EmptyState title="Nothing here yet" /></Page> }
}

#[component]
pub fn CampaignNewPage() -> impl IntoView {
    view! { <Page title="New campaign"><EmptyState title="Nothing here yet" /></Page> }
}

#[component]
pub fn CampaignEditPage() -> impl IntoView {
    view! { <Page title="Edit campaign"><EmptyState title="Nothing here yet" /></Page> }
}

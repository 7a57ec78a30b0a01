use crate::ui::{EmptyState, Page};
use leptos::prelude::*;

#[component]
pub fn AffiliatesPage() -> impl IntoView {
    view! { <Page title="Affiliates"><EmptyState title="Nothing here yet" /></Page> }
}

#[component]
pub fn AffiliatePage() -> impl IntoView {
    view! { <Page title="Affiliate"><EmptyState title="Nothing here yet" /></Page> }
}

#[component]
pub fn AffiliateNewPage() -> impl IntoView {
    view! { <Page title="New affiliate"><EmptyState title="Nothing here yet" /></Page> }
}

#[component]
pub fn AffiliateEditPage() -> impl IntoView {
    view! { <Page title="Edit affiliate"><EmptyState title="Nothing here yet" /></Page> }
}

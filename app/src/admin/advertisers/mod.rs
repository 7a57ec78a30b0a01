use crate::ui::{EmptyState, Page};
use leptos::prelude::*;

#[component]
pub fn AdvertisersPage() -> impl IntoView {
    view! { <Page title="Advertisers"><EmptyState title="Nothing here yet" /></Page> }
}

#[component]
pub fn AdvertiserPage() -> impl IntoView {
    view! { <Page title="Advertiser"><EmptyState title="Nothing here yet" /></Page> }
}

#[component]
pub fn AdvertiserNewPage() -> impl IntoView {
    view! { <Page title="New advertiser"><EmptyState title="Nothing here yet" /></Page> }
}

#[component]
pub fn AdvertiserEditPage() -> impl IntoView {
    view! { <Page title="Edit advertiser"><EmptyState title="Nothing here yet" /></Page> }
}

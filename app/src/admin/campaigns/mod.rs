//! Campaigns: list, detail with goals and applications, and form.

pub mod api;
mod form;
mod goals;

pub use form::{CampaignEditPage, CampaignNewPage};

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

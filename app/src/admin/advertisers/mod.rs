//! Advertisers: list, detail and form.

pub mod api;
mod form;

pub use form::{AdvertiserEditPage, AdvertiserNewPage};

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

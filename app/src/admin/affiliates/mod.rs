//! Affiliates: list, detail and form.

pub mod api;
mod form;

pub use form::{AffiliateEditPage, AffiliateNewPage};

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

//! Conversions: list with decisions, and detail.

pub mod api;

use crate::ui::{EmptyState, Page};
use leptos::prelude::*;

#[component]
pub fn ConversionsPage() -> impl IntoView {
    view! { <Page title="Conversions"><EmptyState title="Nothing here yet" /></Page> }
}

#[component]
pub fn ConversionPage() -> impl IntoView {
    view! { <Page title="Conversion"><EmptyState title="Nothing here yet" /></Page> }
}

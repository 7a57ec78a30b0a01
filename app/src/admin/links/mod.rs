//! Links: list and form.

pub mod api;
mod form;

pub use form::LinkNewPage;

use crate::ui::{EmptyState, Page};
use leptos::prelude::*;

#[component]
pub fn LinksPage() -> impl IntoView {
    view! { <Page title="Links"><EmptyState title="Nothing here yet" /></Page> }
}

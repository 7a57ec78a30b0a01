use crate::ui::{EmptyState, Page};
use leptos::prelude::*;

#[component]
pub fn LinksPage() -> impl IntoView {
    view! { <Page title="My links"><EmptyState title="Nothing here yet" /></Page> }
}

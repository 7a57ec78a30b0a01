use crate::ui::{EmptyState, Page};
use leptos::prelude::*;

#[component]
pub fn LinksPage() -> impl IntoView {
    view! { <Page title="Links"><EmptyState title="Nothing here yet" /></Page> }
}

#[component]
pub fn LinkNewPage() -> impl IntoView {
    view! { <Page title="New link"><EmptyState title="Nothing here yet" /></Page> }
}

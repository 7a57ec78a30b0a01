use crate::ui::{EmptyState, Page};
use leptos::prelude::*;

#[component]
pub fn ClickLookupPage() -> impl IntoView {
    view! { <Page title="Click lookup"><EmptyState title="Nothing here yet" /></Page> }
}

use crate::ui::{EmptyState, Page};
use leptos::prelude::*;

#[component]
pub fn SubsPage() -> impl IntoView {
    view! { <Page title="Sub-ids"><EmptyState title="Nothing here yet" /></Page> }
}

use crate::ui::{EmptyState, Page};
use leptos::prelude::*;

#[component]
pub fn OverviewPage() -> impl IntoView {
    view! { <Page title="Overview"><EmptyState title="Nothing here yet" /></Page> }
}

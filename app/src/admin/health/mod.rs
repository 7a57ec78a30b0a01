use crate::ui::{EmptyState, Page};
use leptos::prelude::*;

#[component]
pub fn HealthPage() -> impl IntoView {
    view! { <Page title="Health"><EmptyState title="Nothing here yet" /></Page> }
}

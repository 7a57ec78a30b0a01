//! A button that unfolds a card below it. Without JavaScript it folds by its own button only.

use super::browser;
use leptos::{ev, html, prelude::*};

/// The button and what it unfolds; one of a page is open at a time.
#[component]
pub fn Menu(
    /// On the button.
    #[prop(into)]
    label: String,
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    browser::fold_outside(details);
    let escape = move |e: ev::KeyboardEvent| {
        if e.key() == "Escape" {
            e.prevent_default();
            e.stop_propagation();
            browser::fold(details);
        }
    };
    view! {
        <details class="menu-pop" name="menu" node_ref=details on:keydown=escape>
            <summary class="btn s">{label}<span aria-hidden="true">" ▾"</span></summary>
            <div class="pop">{children()}</div>
        </details>
    }
}

//! Drawings, all of one stroke width, decorative.

use leptos::prelude::*;

/// The brand: three waves.
#[component]
pub fn Wave() -> impl IntoView {
    view! {
        <svg class="wave" viewBox="0 0 24 24" aria-hidden="true">
            <path
                class="wave-line"
                d="M2 7c3.3 0 3.3 2.4 6.6 2.4S12 7 15.3 7s3.4 2.4 6.7 2.4M2 12c3.3 0 3.3 2.4 6.6 2.4S12 12 15.3 12s3.4 2.4 6.7 2.4M2 17c3.3 0 3.3 2.4 6.6 2.4S12 17 15.3 17s3.4 2.4 6.7 2.4"
            ></path>
        </svg>
    }
}

/// Three bars: opens the menu.
#[component]
pub fn MenuIcon() -> impl IntoView {
    view! { <Drawing d="M4 7h16M4 12h16M4 17h16" /> }
}

/// Two sheets: copies.
#[component]
pub fn CopyIcon() -> impl IntoView {
    view! { <Drawing d="M9 9h10v10H9zM5 15V5h10" /> }
}

/// A line drawing on a grid of 24.
#[component]
pub fn Drawing(
    /// The path.
    d: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path class="icon-line" d=d></path>
        </svg>
    }
}

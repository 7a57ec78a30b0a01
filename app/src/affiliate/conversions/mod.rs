//! The affiliate's conversions: what counted, what did not, and why.

use crate::parts::{About, ListPage};
use domain::lists::OWN_CONVERSIONS;
use leptos::prelude::*;

const ABOUT: &About = &About {
    none_now: ("No conversions in this period", "Choose another period above."),
    ..About::new(
        &OWN_CONVERSIONS,
        (
            "No conversions yet",
            "Each result an advertiser reports appears here within seconds, with its status.",
        ),
    )
};

/// `/affiliate/conversions`.
#[component]
pub fn ConversionsPage() -> impl IntoView {
    view! { <ListPage about=ABOUT /> }
}

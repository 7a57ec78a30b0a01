//! Clicks and earnings by what the affiliate passed as a sub-id.

use crate::parts::{About, ListPage};
use domain::{lists::OWN_SUBS, view::ListQuery};
use leptos::prelude::*;

const ABOUT: &About = &About {
    caption,
    none_now: ("Nothing for this sub-id", "Choose another sub-id or period."),
    ..About::new(
        &OWN_SUBS,
        (
            "No sub-ids yet",
            "Add sub1 to sub10 to your tracking URL, such as ?sub1=newsletter, and see here what each brought.",
        ),
    )
};

fn caption(query: &ListQuery) -> String {
    let number = query.sub.parse::<u8>().ok().filter(|n| (1..=10).contains(n)).unwrap_or(1);
    format!("By sub{number} · days in UTC")
}

/// `/affiliate/subs`.
#[component]
pub fn SubsPage() -> impl IntoView {
    view! { <ListPage about=ABOUT /> }
}

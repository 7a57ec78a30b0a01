//! All conversions of a period, with the decisions on them.

use super::{api::DecideConversions, decide::RowDecision};
use crate::ui::ServerAction;
use crate::{
    parts::{About, ListPage, RowButtons},
    ui::form_error,
};
use domain::{access::Permission, lists::CONVERSIONS};
use leptos::prelude::*;

pub(super) const DONE: &[(&str, &str)] = &[
    ("approved", "Approved. The affiliate's pending amount is now approved."),
    ("rejected", "Rejected. What was posted for it is undone."),
];

const ABOUT: &About = &About {
    none_now: ("No conversions in this period", "Choose another period above."),
    done: DONE,
    ..About::new(
        &CONVERSIONS,
        ("No conversions yet", "They appear here within seconds of an advertiser's report."),
    )
};

/// The list.
#[component]
pub fn ConversionsPage() -> impl IntoView {
    let decide = ServerAction::<DecideConversions>::new();
    let buttons = RowButtons::new(
        Permission::DecideConversions,
        decide.version().into(),
        form_error(decide),
        move |r| view! { <RowDecision row=r.clone() action=decide /> }.into_any(),
    );
    view! { <ListPage about=ABOUT buttons /> }
}

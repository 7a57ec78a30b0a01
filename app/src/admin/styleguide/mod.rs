//! Every part of the kit in every state, for people who build pages and for the tests that look at them. All figures
//! and names on it are examples. What needs no script to be seen is drawn by the server alone, so that the browser does
//! not carry it around; figures, charts and periods work as they do elsewhere.

mod api;
#[cfg(feature = "ssr")]
mod controls;
#[cfg(feature = "ssr")]
mod feedback;
mod figures;
#[cfg(feature = "ssr")]
mod samples;
#[cfg(feature = "ssr")]
mod still;
#[cfg(feature = "ssr")]
mod tables;

use crate::{
    admin::links::api::SetLinkStatus,
    ui::{Load, Page, PageData, ServerAction, Toggle, Tone, use_toaster},
};
use api::{Samples, samples};
use leptos::prelude::*;

/// Anchor and heading of each section, in order.
const SECTIONS: &[(&str, &str)] = &[
    ("colours", "Colours"),
    ("type", "Type"),
    ("buttons", "Buttons"),
    ("fields", "Fields"),
    ("badges", "Badges"),
    ("dialogs", "Dialogs"),
    ("navigation", "Navigation"),
    ("notices", "Notices and toasts"),
    ("period", "Period"),
    ("kpis", "Key figures"),
    ("charts", "Charts"),
    ("bars", "Rankings"),
    ("tables", "Tables"),
    ("states", "Nothing to show"),
    ("skeletons", "Loading"),
    ("hostile", "Long and foreign text"),
];

/// `/admin/styleguide`.
#[component]
pub fn StyleguidePage() -> impl IntoView {
    let res = PageData::new(|| (), |()| samples());
    view! { <Load res title="Styleguide" render=page /> }
}

fn page(all: Samples) -> AnyView {
    let Samples { period, wrong_period, kpis, charts, bars, above, below } = all;
    let contents = SECTIONS
        .iter()
        .map(|(id, name)| view! { <li><a href=format!("#{id}") rel="external">{*name}</a></li> })
        .collect_view();
    view! {
        <Page title="Styleguide">
            <p class="sub">
                "Every part of the kit in every state. Names and figures are examples; buttons do nothing here."
            </p>
            <nav aria-label="Sections"><ul class="guide-contents">{contents}</ul></nav>
            <div class="guide-still" inner_html=above></div>
            {toasts()}
            {figures::periods(period, wrong_period)}
            {figures::tiles(kpis)}
            {figures::charts(charts)}
            {figures::rankings(bars)}
            <div class="guide-still" inner_html=below></div>
        </Page>
    }
    .into_any()
}

/// Toasts that appear; those in the section above only stand there. The switch is always refused, and turns back.
fn toasts() -> AnyView {
    let toaster = use_toaster();
    let refused = ServerAction::<SetLinkStatus>::new();
    let on = RwSignal::new(true);
    let show = move |tone: Tone, text: &'static str| move |_| toaster.show(tone, text);
    view! {
        <div class="guide-row only-js">
            <button type="button" class="btn s" on:click=show(Tone::Ok, "The changes are saved.")>"Show a toast"</button>
            <button
                type="button"
                class="btn s"
                on:click=show(Tone::Bad, "The database does not answer. Nothing was changed.")
            >
                "Show an error"
            </button>
            <Toggle action=refused id="none" label="Active" what="No link at all" words=("status", "active", "paused") on>
                ""
            </Toggle>
        </div>
    }
    .into_any()
}

/// A section with its anchor.
fn section(id: &'static str, content: AnyView) -> AnyView {
    let name = SECTIONS.iter().find(|s| s.0 == id).map_or(id, |s| s.1);
    view! {
        <section class="guide" id=id aria-labelledby=format!("{id}-heading")>
            <h2 id=format!("{id}-heading")>{name}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// A part with the name of its state above it.
fn state(name: &'static str, content: AnyView) -> AnyView {
    view! { <div class="guide-state"><p class="sub">{name}</p>{content}</div> }.into_any()
}

//! Campaigns to run: the list, and the page on which the link is taken.

mod api;
mod builder;
mod detail;

pub use detail::CampaignPage;

use crate::{
    parts::{About, ListPage, RowButtons},
    ui::{Badge, Tone},
};
use domain::{
    access::Permission,
    lists::{ACCESS, OWN_CAMPAIGNS},
    view::ListRow,
};
use leptos::prelude::*;

fn access_badge(word: &str) -> AnyView {
    let label = ACCESS.iter().find(|a| a.0 == word).map_or(word, |a| a.1).to_owned();
    let tone = match word {
        "open" | "approved" => Tone::Ok,
        "refused" => Tone::Bad,
        _ => Tone::Info,
    };
    view! { <Badge tone>{label}</Badge> }.into_any()
}

const ABOUT: &About = &About {
    heading: "Campaigns",
    ..About::new(&OWN_CAMPAIGNS, ("No campaigns yet", "The network has none for you at the moment."))
};

/// `/affiliate/campaigns`.
#[component]
pub fn CampaignsPage() -> impl IntoView {
    let never = Signal::derive(|| 0);
    let buttons = RowButtons::new(Permission::RunCampaigns, never, Signal::derive(|| None), button);
    view! { <ListPage about=ABOUT buttons /> }
}

/// To the campaign's page, and what is done there.
fn button(row: &ListRow) -> AnyView {
    let action = match row.can.first().map(String::as_str) {
        Some("open") => "Open link",
        Some("take") => "Get link",
        Some("apply") => "Apply",
        _ => "View",
    };
    let href = format!("/affiliate/campaigns/{}", row.id);
    let label = format!("{action}: {}", row.name);
    view! { <a class="btn s" href=href aria-label=label>{action}</a> }.into_any()
}

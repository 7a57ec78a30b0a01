//! What stands in a cell, by its kind.

use crate::{
    parts::two_lines,
    ui::{Badge, CopyButton, Moment, NameCell, StatusBadge, Text, Tone},
};
use domain::{
    access::Portal,
    status::LinkStatus,
    view::{Cell, Choice},
};
use leptos::prelude::*;

/// What cells need to know of the page around them.
#[derive(Debug, Clone)]
pub(super) struct Around {
    pub portal: Portal,
    /// Where tracked links begin.
    pub tracking_url: String,
}

impl Around {
    /// The page of an object, if this portal has one; an id says what it is of.
    fn page_of(&self, id: &str) -> Option<String> {
        let folder = match (self.portal, id.split('_').next()?) {
            (_, "camp") => "campaigns",
            (Portal::Admin, "aff") => "affiliates",
            (Portal::Admin, "adv") => "advertisers",
            (Portal::Admin, "conv") => "conversions",
            _ => return None,
        };
        Some(format!("{}/{folder}/{id}", self.portal.home()))
    }

    fn way(&self, c: Choice) -> AnyView {
        match self.page_of(&c.id) {
            Some(href) => view! { <a href=href>{c.name}</a> }.into_any(),
            None => view! { <span>{c.name}</span> }.into_any(),
        }
    }

    /// The cell of a row. `active` is what a switch in the row may turn, if there is one.
    pub(super) fn cell(&self, cell: Cell, active: Option<RwSignal<bool>>) -> AnyView {
        match cell {
            Cell::Empty => view! { <td>"–"</td> }.into_any(),
            Cell::Name { text, to, id } => {
                let href = self.page_of(&to).unwrap_or_default();
                view! { <NameCell name=text href id /> }.into_any()
            }
            Cell::Link { code, id } => self.link(code, id),
            Cell::Address { code } => self.address(&code),
            Cell::Text(text) => view! { <td class="wrap">{text}</td> }.into_any(),
            Cell::Code(text) => view! { <Text text code=true /> }.into_any(),
            Cell::Object { name, id } => {
                view! { <td class="wrap">{self.way(Choice { id, name })}</td> }.into_any()
            }
            Cell::Objects(a, b) => two_lines(self.way(a), self.way(b)),
            Cell::Status { word, label, below, reason } => self.status(word, label, below, reason, active),
            Cell::Figure { text, share, struck } => figure(text, share, struck),
            Cell::Time(at) => view! { <td class="time wrap"><Moment at /></td> }.into_any(),
        }
    }

    /// Code, address to copy, id.
    fn link(&self, code: String, id: String) -> AnyView {
        let address = format!("{}/c/{code}", self.tracking_url);
        view! {
            <th scope="row" class="name">
                <span class="what copied">{format!("/c/{code}")}<CopyButton text=address what="link address" /></span>
                <span class="id"><code>{id.clone()}</code><CopyButton text=id what="id" /></span>
            </th>
        }
        .into_any()
    }

    fn address(&self, code: &str) -> AnyView {
        if code.is_empty() {
            return view! { <td>"–"</td> }.into_any();
        }
        let address = format!("{}/c/{code}", self.tracking_url);
        view! {
            <td class="address">
                <span class="id">
                    <code title=address.clone()>{format!("/c/{code}")}</code>
                    <CopyButton text=address what="tracking URL" />
                </span>
            </td>
        }
        .into_any()
    }

    /// The badge, and below it what goes with it. Affiliates read why something did not count as a sentence.
    fn status(
        &self,
        word: String,
        label: String,
        below: String,
        reason: Option<(String, String)>,
        active: Option<RwSignal<bool>>,
    ) -> AnyView {
        let badge = match (word.as_str(), active) {
            ("active" | "paused", Some(active)) => switched(word, label, active),
            ("open", _) => view! { <Badge tone=Tone::Ok>{label}</Badge> }.into_any(),
            ("refused", _) => view! { <Badge tone=Tone::Bad>{label}</Badge> }.into_any(),
            ("applied", _) => view! { <Badge tone=Tone::Info>{label}</Badge> }.into_any(),
            _ => view! { <StatusBadge word label /> }.into_any(),
        };
        match (self.portal, reason) {
            (Portal::Affiliate, Some((code, sentence))) => view! {
                <td class="status-why">{badge}<span class="why">{sentence}" "<code>{code}</code></span></td>
            }
            .into_any(),
            (_, Some((code, sentence))) => {
                view! { <td class="lines">{badge}<span class="sub" title=sentence><code>{code}</code></span></td> }
                    .into_any()
            }
            (_, None) if below.is_empty() => view! { <td>{badge}</td> }.into_any(),
            (_, None) => two_lines(badge, below.into_any()),
        }
    }
}

/// The badge of a status that may be turned in its row.
fn switched(word: String, label: String, active: RwSignal<bool>) -> AnyView {
    let was = word == "active";
    let badge = move || match active.get() {
        now if now == was => view! { <StatusBadge word=word.clone() label=label.clone() /> },
        true => view! { <StatusBadge word="active" label=LinkStatus::Active.label() /> },
        false => view! { <StatusBadge word="paused" label=LinkStatus::Paused.label() /> },
    };
    badge.into_any()
}

/// A figure. The minus comes with the text; negatives are also coloured, and what is in no sum is struck out.
pub(super) fn figure(text: String, share: Option<u8>, struck: bool) -> AnyView {
    let class = if text.starts_with('−') { "n money neg" } else { "n" };
    let bar = share.map(|share| {
        let style = format!("width:{}%", share.min(100));
        view! { <span class="bar" aria-hidden="true"><i style=style></i></span> }
    });
    let text = if struck { view! { <s>{text}</s> }.into_any() } else { text.into_any() };
    view! { <td class=class>{text}{bar}</td> }.into_any()
}

//! Badges, notices, toasts, dialogs and ways around.

use super::{section, state};
use crate::ui::{Badge, Card, Confirm, Freshness, Notice, Pager, StatusBadge, Tabs, Tone, tone_of};
use domain::view::DataAsOf;
use leptos::prelude::*;

const TONES: &[(Tone, &str)] = &[
    (Tone::Neutral, "Archived"),
    (Tone::Ok, "Active"),
    (Tone::Warn, "Capped until 00:00"),
    (Tone::Bad, "Destination slow"),
    (Tone::Info, "Draft"),
];

pub(super) fn badges() -> AnyView {
    let tones = TONES.iter().map(|(tone, word)| view! { <Badge tone=*tone>{*word}</Badge> }).collect_view();
    let words =
        ["active", "paused", "archived", "draft", "pending", "approved", "rejected", "apply", "closed"];
    let words = words.iter().map(|w| view! { <StatusBadge word=*w label=*w /> }).collect_view();
    let as_of = |behind_secs, as_of_ms| DataAsOf {
        as_of_ms,
        behind_secs,
        text: "14:32:10".into(),
        utc: "2026-11-22T14:32:10Z".into(),
        mark: String::new(),
    };
    let content = view! {
        <Card>
            <div class="stack">
                {state("Tones", view! { <div class="guide-row">{tones}</div> }.into_any())}
                {state("Statuses", view! { <div class="guide-row">{words}</div> }.into_any())}
                {state(
                    "Age of the figures",
                    view! {
                        <div class="guide-row">
                            <Freshness as_of=as_of(2, 1) />
                            <Freshness as_of=as_of(95, 1) />
                            <Freshness as_of=as_of(7_300, 1) />
                            <Freshness as_of=as_of(0, 0) />
                        </div>
                    }
                        .into_any(),
                )}
            </div>
        </Card>
    };
    section("badges", content.into_any())
}

pub(super) fn notices() -> AnyView {
    // Drawn as notices, without being announced.
    let notice = |(tone, word): &(Tone, &str)| {
        view! {
            <div class=format!("notice {}", tone.class())>
                <p>{format!("{word}: what happened, what is safe, and ")}<a href="#notices" rel="external">"what to do"</a>"."</p>
            </div>
        }
    };
    let toast = |(tone, word): &(Tone, &str)| {
        view! {
            <div class=format!("toast {}", tone.class())>
                <p>{format!("{word}: the link is paused.")}</p>
                <button type="button" class="btn ghost s" aria-label=format!("Close: {word}")>"×"</button>
            </div>
        }
    };
    let content = view! {
        <div class="halves">
            <Card>
                <div class="stack">{TONES.iter().map(notice).collect_view()}</div>
                <Notice>"One that is announced politely."</Notice>
            </Card>
            <Card>
                <div class="stack toast-list">{TONES.iter().map(toast).collect_view()}</div>
            </Card>
        </div>
    };
    section("notices", content.into_any())
}

pub(super) fn dialogs() -> AnyView {
    let content = view! {
        <div class="halves">
            <Card>
                {state(
                    "Open",
                    view! {
                        <dialog open=true class="dialog in-page" aria-labelledby="open-dialog-title">
                            <div class="dialog-head">
                                <h3 id="open-dialog-title">"Reject this conversion?"</h3>
                                <button type="button" class="btn ghost s">"Cancel"</button>
                            </div>
                            <p>"Conversion conv_01J9K of Solar Savings leaves the balance of Bright Media: $11.00 less."</p>
                            <div class="form-actions">
                                <button type="button" class="btn danger">"Reject conversion"</button>
                            </div>
                        </dialog>
                    }
                        .into_any(),
                )}
            </Card>
            <Card>
                {state(
                    "To be opened",
                    view! {
                        <Confirm label="Archive…" title="Archive this campaign?" id="guide-confirm" danger=true>
                            <p>"Its links go to the fallback address from then on. Figures stay."</p>
                            <form method="dialog">
                                <button type="submit" class="btn danger">"Archive campaign"</button>
                            </form>
                        </Confirm>
                    }
                        .into_any(),
                )}
            </Card>
        </div>
    };
    section("dialogs", content.into_any())
}

pub(super) fn navigation() -> AnyView {
    let tabs = ["Overview", "Goals", "Who may run it"]
        .iter()
        .zip(["", "?tab=goals", "?tab=access"])
        .map(|(label, query)| ((*label).to_owned(), format!("/admin/styleguide{query}")))
        .collect();
    let content = view! {
        <div class="halves">
            <Card>
                {state("Pages of a list: first, middle, last", view! { <Pager page=1 per_page=50 total=12_345 /> }.into_any())}
                <Pager page=120 per_page=50 total=12_345 />
                <Pager page=247 per_page=50 total=12_345 />
            </Card>
            <Card>
                {state(
                    "Tabs are addresses",
                    view! { <Tabs label="Examples of tabs" items=tabs /> }.into_any(),
                )}
                {state(
                    "Chips of filters",
                    view! {
                        <div class="chips">
                            <a class="chip on" href="#navigation" rel="external">"Status: Active ✕"</a>
                            <a class="chip" href="#navigation" rel="external">"Add filter"</a>
                        </div>
                    }
                        .into_any(),
                )}
                <p class="sub">{format!("Unknown statuses are {}.", tone_of("something").class())}</p>
            </Card>
        </div>
    };
    section("navigation", content.into_any())
}

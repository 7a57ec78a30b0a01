//! The state of the machinery: streams, checks of the books, and the numbers that should be nought.

pub mod api;

use crate::ui::{
    Badge, Card, EmptyState, Fact, Facts, Load, Num, Page, PageData, TableCard, Text, Th, TimeCell, Tone,
    tone_of,
};
use api::health;
use domain::{
    format::count,
    view::{CheckView, HealthView, StreamView},
};
use leptos::prelude::*;

/// Days of partitions that should lie ahead.
const ENOUGH_DAYS: i64 = 7;

/// The page.
#[component]
pub fn HealthPage() -> impl IntoView {
    let res = PageData::new(|| (), |()| health());
    view! {
        <Load
            res
            title="Health"
            render=move |h| page(h, Callback::new(move |()| res.refetch()))
        />
    }
}

fn page(h: HealthView, again: Callback<()>) -> AnyView {
    let actions = view! {
        <button type="button" class="btn only-js" on:click=move |_| again.run(())>"Refresh"</button>
        <a class="btn no-js" href="/admin/health">"Refresh"</a>
    }
    .into_any();
    let summary = summary(&h);
    let facts = facts(&h);
    view! {
        <Page title="Health" as_of=h.as_of actions>
            {summary}
            <div class="two">
                <div class="column">{streams(h.streams)} {checks(h.checks)}</div>
                <aside class="column" aria-label="Numbers">{facts}</aside>
            </div>
        </Page>
    }
    .into_any()
}

/// One sentence first: is anything wrong?
fn summary(h: &HealthView) -> AnyView {
    let mut wrong = Vec::new();
    let streams = h.streams.iter().filter(|s| s.tone == "bad").count();
    let checks = h.checks.iter().filter(|c| !c.ok).count();
    if streams > 0 {
        wrong.push(format!("{streams} of {} streams need a look", h.streams.len()));
    }
    if checks > 0 {
        wrong.push(format!("{checks} of {} checks of the books failed", h.checks.len()));
    }
    if h.dead_letters > 0 {
        wrong.push(format!("{} events could not be read", count(h.dead_letters)));
    }
    if h.partitions_ahead_days < ENOUGH_DAYS {
        wrong.push(format!("partitions reach only {} days ahead", h.partitions_ahead_days));
    }
    let (tone, text) = if wrong.is_empty() {
        (Tone::Ok, "Everything works.".to_owned())
    } else {
        (Tone::Warn, format!("To look at: {}.", wrong.join("; ")))
    };
    view! { <p class=format!("notice {}", tone.class())>{text}</p> }.into_any()
}

fn facts(h: &HealthView) -> AnyView {
    let until = if h.partitions_until.is_empty() {
        "none".to_owned()
    } else {
        format!("{} ({} days ahead)", h.partitions_until, h.partitions_ahead_days)
    };
    let (dead, conflicts) = (count(h.dead_letters), count(h.conflicts));
    let (database, version) = (h.database_version.clone(), count(h.config_version));
    view! {
        <Card title="Numbers">
            <Facts>
                <Fact label="Unreadable events">{dead}</Fact>
                <Fact label="Reports with another amount">{conflicts}</Fact>
                <Fact label="Partitions until">{until}</Fact>
                <Fact label="Configuration">"version " {version}</Fact>
                <Fact label="Database">{database}</Fact>
            </Facts>
        </Card>
    }
    .into_any()
}

fn streams(all: Vec<StreamView>) -> AnyView {
    let empty = all.is_empty().then(|| {
        view! { <EmptyState title="No streams yet" text="A stream appears with the first event of a node." /> }
            .into_any()
    });
    let rows = all
        .into_iter()
        .map(|s| {
            let tone = match s.tone.as_str() {
                "warn" => Tone::Warn,
                other => tone_of(other),
            };
            view! {
                <tr>
                    <th scope="row" class="name"><code>{s.stream}</code><span class="sub">{s.consumer}</span></th>
                    <td><Badge tone>{s.state}</Badge></td>
                    <Num text=count(s.head) />
                    <Num text=count(s.cursor) />
                    <Num text=count(s.behind) />
                    <TimeCell text=s.heartbeat.local utc=s.heartbeat.utc />
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableCard title="Streams" nostrip:empty=empty>
            <thead>
                <tr>
                    <Th label="Stream, consumer" />
                    <Th label="State" />
                    <Th label="Written" num=true meaning="Newest event on disk" />
                    <Th label="Counted" num=true meaning="Newest event in the figures" />
                    <Th label="Behind" num=true meaning="Events written but not counted yet" />
                    <Th label="Node last spoke" />
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

fn checks(all: Vec<CheckView>) -> AnyView {
    let empty = all.is_empty().then(|| {
        view! { <EmptyState title="Not checked yet" text="The books are checked every night at 4:00 UTC." /> }.into_any()
    });
    let rows = all
        .into_iter()
        .map(|c| {
            let (tone, word) = if c.ok { (Tone::Ok, "Passed") } else { (Tone::Bad, "Failed") };
            view! {
                <tr>
                    <th scope="row" class="name">{c.name.replace('_', " ")}</th>
                    <td><Badge tone>{word}</Badge></td>
                    <Text text=c.detail />
                    <TimeCell text=c.at.local utc=c.at.utc />
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableCard title="Checks of the books" nostrip:empty=empty>
            <thead>
                <tr><Th label="Check" /><Th label="Result" /><Th label="Detail" /><Th label="Checked" /></tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

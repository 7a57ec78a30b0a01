//! Everything known of one click id.

pub mod api;

use crate::{
    parts::{Copyable, label_of, pairs, way},
    ui::{
        Badge, Card, EmptyState, Fact, Facts, Load, Moment, MoneyCell, NameCell, Notice, Page, PageData,
        TableCard, Th, TimeCell, Tone, table::StatusCell,
    },
};
use api::find_click;
use domain::{
    status::ConversionStatus,
    view::{ClickLookup, ClickView, ConversionRow, DecodedClick},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page: a form that asks `?q=`, and the answer.
#[component]
pub fn ClickLookupPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.read().get("q").unwrap_or_default());
    let res = PageData::new(move || asked.get(), find_click);
    view! { <Load res title="Click lookup" render=page /> }
}

fn page(found: ClickLookup) -> AnyView {
    let ClickLookup { asked, problem, decoded, click, conversions } = found;
    let answer = match (asked.is_empty(), problem, decoded) {
        (true, _, _) => view! {
            <Card>
                <EmptyState
                    title="Which click?"
                    text="Paste a click id from a postback, a report or a support request to see where it came from and what it led to."
                />
            </Card>
        }
        .into_any(),
        (false, Some(problem), _) => view! {
            <Notice tone=Tone::Warn>{format!("This is not a click of this network: {problem}.")}</Notice>
        }
        .into_any(),
        (false, None, decoded) => answer(decoded, click, conversions),
    };
    view! {
        <Page title="Click lookup">
            <Card class="lookup">
                <crate::ui::filter::GetForm class="filters" role="search">
                    <label class="pick grow">
                        "Click id"
                        <input type="search" name="q" value=asked autocomplete="off" spellcheck="false" />
                    </label>
                    <button type="submit" class="btn primary">"Look up"</button>
                </crate::ui::filter::GetForm>
            </Card>
            {answer}
        </Page>
    }
    .into_any()
}

fn answer(
    decoded: Option<DecodedClick>,
    click: Option<ClickView>,
    conversions: Vec<ConversionRow>,
) -> AnyView {
    let record = match click {
        Some(click) => record(click),
        None => view! {
            <Card title="Record">
                <EmptyState
                    title="No record of this click"
                    text="The id is genuine. Its record is either a few seconds behind or older than the days that are kept."
                />
            </Card>
        }
        .into_any(),
    };
    view! {
        <div class="two">
            <div class="column">{record} {results(conversions)}</div>
            <aside class="column" aria-label="What the id says">{decoded.map(what_it_says)}</aside>
        </div>
    }
    .into_any()
}

fn what_it_says(d: DecodedClick) -> AnyView {
    let href = format!("/admin/links?q={}", d.link_id);
    view! {
        <Card title="What the id says" sub="Its signature is genuine.">
            <Facts>
                <Fact label="Clicked"><Moment at=d.at /></Fact>
                <Fact label="Link"><a href=href>{d.link_id}</a></Fact>
                <Fact label="Node">{d.node}</Fact>
                <Fact label="Shard">{d.shard}</Fact>
                <Fact label="Sequence, low 32 bits">{d.seq_low}</Fact>
            </Facts>
        </Card>
    }
    .into_any()
}

fn record(c: ClickView) -> AnyView {
    let counted = match c.reason {
        None => view! { <Badge tone=Tone::Ok>"Counted"</Badge> }.into_any(),
        Some((code, sentence)) => view! {
            <Badge tone=Tone::Bad>"Not counted"</Badge> " " <code>{code}</code> " " {sentence}
        }
        .into_any(),
    };
    let link = format!("/admin/links?q={}", c.link_id);
    let fact =
        |label: &'static str, text: String| (!text.is_empty()).then(|| view! { <Fact label>{text}</Fact> });
    let (ip, agent, referrer) =
        (fact("Address", c.ip), fact("Browser", c.user_agent), fact("Came from", c.referrer));
    let (source, ext) = (fact("Source", c.source), fact("Partner's click id", c.ext_click_id));
    let (campaign, affiliate, subs) = (
        way("campaigns", &c.campaign_id, c.campaign),
        way("affiliates", &c.affiliate_id, c.affiliate),
        pairs(&c.subs),
    );
    view! {
        <Card title="Record">
            <Facts>
                <Fact label="Click id"><Copyable text=c.click_id what="click id" /></Fact>
                <Fact label="Clicked"><Moment at=c.at /></Fact>
                <Fact label="Counted">{counted}</Fact>
                <Fact label="Campaign">{campaign}</Fact>
                <Fact label="Affiliate">{affiliate}</Fact>
                <Fact label="Link"><a href=link>{format!("/c/{}", c.link_code)}</a></Fact>
                {source}
                {subs}
                {ext}
                {ip}
                {agent}
                {referrer}
                <Fact label="Stream and number">{c.stream} " · " {c.seq}</Fact>
            </Facts>
        </Card>
    }
    .into_any()
}

fn results(rows: Vec<ConversionRow>) -> AnyView {
    let empty = rows.is_empty().then(|| {
        view! { <EmptyState title="No conversions" text="No report has named this click." /> }.into_any()
    });
    let rows = rows
        .into_iter()
        .map(|r| {
            let label = label_of(&r.status, ConversionStatus::label);
            let name = if r.txid.is_empty() { "Without transaction id".to_owned() } else { r.txid };
            view! {
                <tr>
                    <NameCell name href=format!("/admin/conversions/{}", r.id) id=r.id />
                    <TimeCell text=r.received.local utc=r.received.utc />
                    <StatusCell word=r.status label />
                    <MoneyCell text=r.revenue />
                    <MoneyCell text=r.payout />
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableCard title="Conversions" nostrip:empty=empty>
            <thead>
                <tr>
                    <Th label="Conversion" />
                    <Th label="Received" />
                    <Th label="Status" />
                    <Th label="Revenue" num=true />
                    <Th label="Payout" num=true />
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

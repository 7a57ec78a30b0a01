//! Tables, what stands instead of them, and text that does not fit.

use super::{section, state};
use crate::{
    error::{AppError, ErrorCode},
    ui::{
        Card, CopyButton, EmptyState, ErrorState, Fact, Facts, Forbidden, Like, MoneyCell, NameCell, Num,
        Pager, Skeleton, StatusCell, TableCard, Text, Th, TimeCell, TotalsRow,
    },
};
use leptos::prelude::*;

const LONG: &str = "A campaign with a name of two hundred characters, which somebody has typed because the field took \
    it, and which has to stand in tables, headings, bars and dialogs without pushing anything else out of sight, x";
const UNBROKEN: &str = "https://example.com/landing/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?utm_source=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

fn heads() -> AnyView {
    view! {
        <tr>
            <Th label="Campaign" key="name" />
            <Th label="Status" />
            <Th label="Created" key="created" />
            <Th label="Code" />
            <Th label="Clicks" key="clicks" num=true meaning="Valid clicks" />
            <Th label="CR" num=true />
            <Th label="Revenue" key="revenue" num=true />
            <Th label="" />
        </tr>
    }
    .into_any()
}

/// Name, status word and label, clicks with the share of the bar, revenue.
type Line = (&'static str, &'static str, &'static str, (&'static str, f64), &'static str);

fn row((name, word, label, (clicks, bar), revenue): Line) -> AnyView {
    view! {
        <tr>
            <NameCell name href="/admin/campaigns" id="camp_01J9K" />
            <StatusCell word label />
            <TimeCell text="22 Nov 2026, 14:32:10" utc="2026-11-22T14:32:10Z" />
            <Text text="aZ3kQ9" code=true />
            <Num text=clicks bar=bar />
            <Num text="2.87 %" />
            <MoneyCell text=revenue />
            <td class="row-actions"><button type="button" class="btn s">"Pause"</button></td>
        </tr>
    }
    .into_any()
}

pub(super) fn tables() -> AnyView {
    let lines: &[Line] = &[
        ("Northwind Insurance · Auto quote", "active", "Active", ("41,210", 100.0), "$18,944.00"),
        ("Solar Savings Finder", "pending", "Pending", ("33,874", 82.0), "−$410.00"),
        ("Harbor Bank", "rejected", "Rejected", ("0", 0.0), ""),
        ("Trailhead Outdoor", "archived", "Archived", ("1,234,567,890", 3.0), "$1,234,567,890.00"),
    ];
    let rows = lines.iter().copied().map(row).collect_view();
    let cells = ["1,309,642,974", "2.31 %", "$1,234,586,424.00", ""].map(str::to_owned).to_vec();
    let footer = view! { <Pager page=1 per_page=50 total=15 /> }.into_any();
    let actions = view! { <button type="button" class="btn s">"Columns"</button> <a class="btn s" href="#tables" rel="external">"CSV"</a> };
    let content = view! {
        <TableCard title="Every kind of cell" default_sort="-clicks" footer actions=actions.into_any()>
            <thead>{heads()}</thead>
            <tbody>{rows}</tbody>
            <tfoot><TotalsRow label="All 15 campaigns" skip=3 cells /></tfoot>
        </TableCard>
    };
    section("tables", content.into_any())
}

pub(super) fn states() -> AnyView {
    let never = view! {
        <EmptyState
            title="No campaigns yet"
            text="A campaign belongs to an advertiser; affiliates run it with their links."
            action=("New campaign".to_owned(), "/admin/campaigns/new".to_owned())
        />
    };
    let filtered = view! { <EmptyState title="No campaigns yet" filtered=true /> };
    let error = |code, text: &str| {
        let mut error = AppError::new(code, text);
        error.request_id = Some("6f1d2c3b4a5968778695a4b3c2d1e0f0".to_owned());
        view! { <ErrorState error /> }.into_any()
    };
    let unavailable =
        "The database does not answer. Tracking goes on and nothing is lost; try again in a moment.";
    let content = view! {
        <div class="halves">
            <TableCard title="Nothing was ever there" empty=never.into_any()><tbody></tbody></TableCard>
            <TableCard title="The filters exclude everything" empty=filtered.into_any()><tbody></tbody></TableCard>
            <Card>{state("An error", error(ErrorCode::Unavailable, unavailable))}</Card>
            <Card>{state("The session has ended", error(ErrorCode::SignedOut, ""))}</Card>
            <Card>{state("Not allowed", view! { <Forbidden why="Only administrators change roles." /> }.into_any())}</Card>
        </div>
    };
    section("states", content.into_any())
}

pub(super) fn skeletons() -> AnyView {
    let one =
        |name, like| state(name, view! { <div class="guide-skeleton"><Skeleton like /></div> }.into_any());
    let content = view! {
        {one("A report", Like::Report)}
        {one("A list", Like::List)}
        {one("A form", Like::Form)}
    };
    section("skeletons", content.into_any())
}

pub(super) fn hostile() -> AnyView {
    let names: &[&'static str] = &[
        LONG,
        "شركة التسويق الذكي · عرض رمضان",
        "מבצע סוף השנה 2026",
        "🦊🔥 Fox & Fire 👩‍👩‍👧‍👦 deals 🏳️‍🌈",
        "<script>alert('x')</script>",
        "株式会社ミルレース・年末キャンペーン",
    ];
    let rows = names
        .iter()
        .map(|name| row((name, "active", "Active", ("1,234,567,890", 40.0), "−$9,876,543,210.99")))
        .collect_view();
    let content = view! {
        <TableCard title=LONG>
            <thead>{heads()}</thead>
            <tbody>{rows}</tbody>
        </TableCard>
        <Card title="شركة التسويق الذكي" sub=LONG>
            <Facts>
                <Fact label="Destination"><span class="id"><code>{UNBROKEN}</code><CopyButton text=UNBROKEN what="destination" /></span></Fact>
                <Fact label="Amount"><b class="figure">"$12,345,678,901.00"</b></Fact>
                <Fact label="A label that is longer than its column">{LONG}</Fact>
            </Facts>
        </Card>
    };
    section("hostile", content.into_any())
}

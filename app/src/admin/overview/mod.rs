//! The network at a glance: key figures, their course, what waits for a person, the busiest campaigns.

mod api;

use crate::parts::left_out;
use crate::ui::{
    BarList, Card, EmptyState, KpiStrip, Like, Load, MoneyCell, NameCell, Num, Page, PageData, PeriodPicker,
    StatusBadge, TableCard, Th, TimeChart, TotalsRow, chart_csv,
    query::{href_with, query_text},
};
use api::admin_overview;
use domain::{
    status::CampaignStatus,
    view::{AdminOverview, CampaignRow, NeedsYou, Totals},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/admin`.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let query = query_text();
    let res = PageData::new(move || query.get(), admin_overview);
    view! { <Load res title="Overview" like=Like::Report render=page /> }
}

fn page(view: AdminOverview) -> AnyView {
    let AdminOverview {
        as_of,
        period,
        currency,
        other_currencies,
        kpis,
        chart,
        bars,
        needs_you,
        campaigns,
        totals,
        ..
    } = view;
    let label = period.label.clone();
    let csv = chart_csv("/admin/chart.csv", &period, &chart.metric);
    let metric = chart.metric.clone();
    let picker = view! { <PeriodPicker period /> }.into_any();
    let rankings = bars.into_iter().map(|data| view! { <BarList data /> }).collect_view();
    let left_out = left_out(&currency, &other_currencies);
    view! {
        <Page title="Overview" as_of filters=picker>
            <KpiStrip kpis metric />
            {left_out}
            <div class="two even">
                <Card><TimeChart data=chart id="course" csv /></Card>
                <Attention all=needs_you />
            </div>
            <div class="halves">{rankings}</div>
            <Busiest rows=campaigns totals label />
        </Page>
    }
    .into_any()
}

/// What waits for a person: the fact, the number, and the one thing to do.
#[component]
fn Attention(all: Vec<NeedsYou>) -> impl IntoView {
    let items = if all.is_empty() {
        let text = "No conversions to decide, nothing behind, no check failed.";
        view! { <li class="ok"><div><b>"Nothing waits for you"</b><p>{text}</p></div></li> }.into_any()
    } else {
        all.into_iter()
            .map(|n| {
                let action =
                    (!n.href.is_empty()).then(|| view! { <a class="btn s" href=n.href>{n.action}</a> });
                view! { <li class=n.tone><div><b>{n.title}</b><p>{n.text}</p></div>{action}</li> }
            })
            .collect_view()
            .into_any()
    };
    view! { <Card title="Needs you" class="attention"><ul>{items}</ul></Card> }
}

/// The campaigns with most clicks.
#[component]
fn Busiest(rows: Vec<CampaignRow>, totals: Vec<Totals>, label: String) -> impl IntoView {
    let query = use_query_map();
    let all = move || href_with("/admin/campaigns", &query.read(), &[]);
    let empty = rows.is_empty().then(|| {
        view! {
            <EmptyState
                title="No campaigns yet"
                text="A campaign belongs to an advertiser; affiliates run it with their links."
                action=("New campaign".to_owned(), "/admin/campaigns/new".to_owned())
            />
        }
        .into_any()
    });
    let actions = view! { <a class="btn s" href=all>"All campaigns"</a> }.into_any();
    let lines = rows.into_iter().map(|row| view! { <Line row /> }).collect_view();
    let sums = totals
        .into_iter()
        .map(|t| {
            let f = t.figures;
            let cells = vec![f.clicks, f.conversions, f.cr, f.revenue, f.payout, f.margin];
            view! { <TotalsRow label=t.label skip=1 cells /> }
        })
        .collect_view();
    view! {
        <TableCard title=format!("Campaigns · {label}") actions nostrip:empty>
            <thead>
                <tr>
                    <Th label="Campaign" />
                    <Th label="Status" />
                    <Th label="Clicks" num=true meaning="Clicks that count: no bots, no paused links" />
                    <Th label="Conv." num=true meaning="Pending and approved conversions" />
                    <Th label="CR" num=true meaning="Conversions per click" />
                    <Th label="Revenue" num=true />
                    <Th label="Payout" num=true />
                    <Th label="Margin" num=true meaning="Revenue less payout, as a share of revenue" />
                </tr>
            </thead>
            <tbody>{lines}</tbody>
            <tfoot>{sums}</tfoot>
        </TableCard>
    }
}

#[component]
fn Line(row: CampaignRow) -> impl IntoView {
    let label =
        row.status.parse::<CampaignStatus>().map_or_else(|_| row.status.clone(), |s| s.label().to_owned());
    let f = row.figures;
    view! {
        <tr>
            <NameCell name=row.name href=format!("/admin/campaigns/{}", row.id) id=row.id />
            <td><StatusBadge word=row.status label /></td>
            <Num text=f.clicks bar=f64::from(row.share) />
            <Num text=f.conversions />
            <Num text=f.cr />
            <MoneyCell text=f.revenue />
            <MoneyCell text=f.payout />
            <Num text=f.margin />
        </tr>
    }
}

//! What an affiliate sees first.

mod api;

use super::parts::{conversion_heads, conversion_row, link_heads, link_row};
use crate::{
    parts::{For, left_out},
    ui::{
        Card, EmptyState, KpiStrip, Like, Load, Page, PageData, PeriodPicker, TableCard, TimeChart,
        chart_csv, query::query_text,
    },
};
use api::own_overview;
use domain::view::{AffiliateOverview, Earnings};
use leptos::prelude::*;

/// `/affiliate`.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let query = query_text();
    let res = PageData::new(move || query.get(), own_overview);
    view! { <Load res title="Overview" like=Like::Report render=page /> }
}

fn page(data: For<AffiliateOverview>) -> AnyView {
    let For {
        view: AffiliateOverview { as_of, period, earnings, currency, kpis, chart, latest, links, .. },
        tracking_url,
        ..
    } = data;
    let others: Vec<String> =
        earnings.iter().map(|e| e.currency.clone()).filter(|c| *c != currency).collect();
    let label = period.label.clone();
    let csv = chart_csv("/affiliate/chart.csv", &period, &chart.metric);
    let metric = chart.metric.clone();
    let picker = view! { <PeriodPicker period /> }.into_any();
    let no_links = links.is_empty().then(|| {
        view! {
            <EmptyState
                title="No links yet"
                text="Choose a campaign and take your link; clicks show up here within seconds."
                action=("See campaigns".to_owned(), "/affiliate/campaigns".to_owned())
            />
        }
        .into_any()
    });
    let nothing_new = latest.is_empty().then(|| {
        view! { <EmptyState title="No conversions yet" text="Each result an advertiser reports appears here with its status." /> }.into_any()
    });
    let most = links.iter().map(|l| l.clicks_raw).max().unwrap_or(0);
    let lines = links.into_iter().map(|l| link_row(l, &tracking_url, most)).collect_view();
    let news = latest.into_iter().map(conversion_row).collect_view();
    let all_links = view! { <a class="btn s" href="/affiliate/links">"All links"</a> }.into_any();
    let all_conversions =
        view! { <a class="btn s" href="/affiliate/conversions">"All conversions"</a> }.into_any();
    view! {
        <Page title="Overview" as_of filters=picker>
            <Earned all=earnings />
            <KpiStrip kpis metric />
            {left_out(&currency, &others)}
            <Card><TimeChart data=chart id="course" csv /></Card>
            <TableCard title="What changed" actions=all_conversions nostrip:empty=nothing_new>
                <thead>{conversion_heads()}</thead>
                <tbody>{news}</tbody>
            </TableCard>
            <TableCard title=format!("Links · {label}") actions=all_links nostrip:empty=no_links>
                <thead>{link_heads()}</thead>
                <tbody>{lines}</tbody>
            </TableCard>
        </Page>
    }
    .into_any()
}

/// Balances, one line a currency.
#[component]
fn Earned(all: Vec<Earnings>) -> impl IntoView {
    let several = all.len() > 1;
    let tiles = all
        .into_iter()
        .map(|e| {
            let of = |what: &str| if several { format!("{what} · {}", e.currency) } else { what.to_owned() };
            view! {
                <div class="balance">
                    <span class="lab">{of("Approved earnings")}</span>
                    <strong class="val" data-balance=format!("approved-{}", e.currency)>{e.approved.clone()}</strong>
                    <span class="sub">"Confirmed and yours"</span>
                </div>
                <div class="balance">
                    <span class="lab">{of("Pending earnings")}</span>
                    <strong class="val" data-balance=format!("pending-{}", e.currency)>{e.pending.clone()}</strong>
                    <span class="sub">"Waiting for the advertiser's confirmation"</span>
                </div>
            }
        })
        .collect_view();
    view! { <section class="balances" aria-label="Earnings">{tiles}</section> }
}

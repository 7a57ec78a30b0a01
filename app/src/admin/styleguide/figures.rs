//! Periods, key figures, charts and rankings.

use super::{section, state};
use crate::ui::{BarList, Card, KpiStrip, PeriodPicker, TimeChart, chart_csv};
use domain::view::{BarsData, ChartData, Kpi, PeriodView};
use leptos::prelude::*;

pub(super) fn periods(period: PeriodView, wrong: PeriodView) -> AnyView {
    let content = view! {
        <Card>
            <div class="stack guide-periods">
                {state("A preset, compared with the period before", view! { <PeriodPicker period /> }.into_any())}
                {state("Own days that cannot be taken, in another zone", view! { <PeriodPicker period=wrong /> }.into_any())}
            </div>
        </Card>
    };
    section("period", content.into_any())
}

pub(super) fn tiles(kpis: Vec<Kpi>) -> AnyView {
    let metric = kpis.first().map(|k| k.key.clone()).unwrap_or_default();
    let plain: Vec<_> = kpis.iter().take(4).cloned().collect();
    let content = view! {
        {state("With a chart each; the first one's is shown", view! { <KpiStrip kpis metric /> }.into_any())}
        {state("Without charts", view! { <KpiStrip kpis=plain /> }.into_any())}
    };
    section("kpis", content.into_any())
}

pub(super) fn charts(all: Vec<(String, ChartData)>) -> AnyView {
    let period = PeriodView { key: "today".into(), own_zone: true, ..PeriodView::default() };
    let charts = all
        .into_iter()
        .enumerate()
        .map(|(i, (what, data))| {
            let csv = if i == 0 { chart_csv("/admin/chart.csv", &period, "clicks") } else { String::new() };
            view! {
                <Card>
                    <p class="sub guide-what">{what}</p>
                    <TimeChart data id=format!("chart-{i}") csv />
                </Card>
            }
        })
        .collect_view();
    section("charts", view! { <div class="halves wide">{charts}</div> }.into_any())
}

pub(super) fn rankings(all: Vec<BarsData>) -> AnyView {
    let lists = all.into_iter().map(|data| view! { <BarList data /> }).collect_view();
    section("bars", view! { <div class="halves">{lists}</div> }.into_any())
}

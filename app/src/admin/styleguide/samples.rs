//! Figures that show every state of charts and tiles. Compiled on the server only.

use super::api::Samples;
use domain::{
    chart::Unit,
    money::Currency,
    period::Compare,
    view::{BarRow, BarsData, ChartData, Delta, Kpi, PeriodView, Wanted},
};

/// Everything.
pub(super) fn all() -> Samples {
    let period = PeriodView {
        key: "today".into(),
        label: "Today".into(),
        prev_label: "Yesterday".into(),
        from: "2026-11-22".into(),
        to: "2026-11-22".into(),
        days: "22 Nov 2026".into(),
        tz: "America/New_York".into(),
        own_zone: true,
        ..PeriodView::default()
    };
    let wrong_period = PeriodView {
        key: "7d".into(),
        label: "Last 7 days".into(),
        prev_label: String::new(),
        days: "16 – 22 Nov 2026".into(),
        cmp: Compare::Off,
        tz: "Asia/Kathmandu".into(),
        own_zone: false,
        asked: Some(("2026-11-20".into(), "2026-11-03".into())),
        problem: Some((
            "to".into(),
            "The last day is before the first one. Swap them, or change one.".into(),
        )),
        ..period.clone()
    };
    let (above, below) = super::still::html();
    Samples { period, wrong_period, kpis: kpis(), charts: charts(), bars: bars(), above, below }
}

fn kpi(
    label: &str,
    value: &str,
    unit: &str,
    previous: &str,
    delta: Option<(i8, &str)>,
    wanted: Wanted,
) -> Kpi {
    Kpi {
        key: label.to_lowercase().replace(' ', "-"),
        label: label.into(),
        meaning: format!("What “{label}” means stands in its tooltip."),
        value: value.into(),
        unit: unit.into(),
        previous: previous.into(),
        delta: delta.map(|(dir, text)| Delta { dir, text: text.into() }),
        wanted,
        spark: (0..24).map(|i| 40 + (i * 7) % 23 + i).collect(),
    }
}

fn kpis() -> Vec<Kpi> {
    vec![
        kpi("Up and welcome", "128,410", "", "117,381", Some((1, "9.4 %")), Wanted::More),
        kpi("Down and unwelcome", "28.1", " %", "29.0 %", Some((-1, "0.9 pt")), Wanted::More),
        kpi("Cost that rose", "$9,120.00", "", "$8,000.00", Some((1, "14.0 %")), Wanted::Less),
        kpi("Neither good nor bad", "$30,120.00", "", "$27,838.40", Some((1, "8.2 %")), Wanted::Neither),
        kpi("Unchanged", "$0.235", "", "$0.235", Some((0, "0.0 %")), Wanted::More),
        kpi("Nothing before", "412", "", "0", None, Wanted::More),
        Kpi { spark: vec![0; 24], ..kpi("Nothing at all", "0", "", "0", None, Wanted::More) },
        kpi("Not compared", "9,999", "", "", None, Wanted::More),
        Kpi {
            spark: (0..24).map(|i| 30 - 5 * i).collect(),
            ..kpi("Negative", "−$1,204.50", "", "$310.00", Some((-1, "488.5 %")), Wanted::More)
        },
        kpi("Ten digits", "$12,345,678,901.00", "", "$9,876,543,210.00", Some((1, "25.0 %")), Wanted::More),
        Kpi { spark: Vec::new(), ..kpi("No ratio", "–", "", "–", None, Wanted::More) },
        kpi("A rather long name of a figure that wraps", "1", "", "2", Some((-1, "50.0 %")), Wanted::More),
    ]
}

/// A day of hours; `now` reaches as far as it has values.
fn day(title: &str, unit: Unit, now: Vec<Option<i64>>, prev: Vec<Option<i64>>) -> ChartData {
    let hours = now.len();
    let span = |i: usize| format!("{:02}:00 – {:02}:00", i % 24, (i + 1) % 24);
    ChartData {
        metric: "example".into(),
        title: title.into(),
        subtitle: "Hours, New York time".into(),
        summary: format!("{title}: an example."),
        now_label: "Today".into(),
        prev_label: if prev.is_empty() { String::new() } else { "Yesterday".into() },
        unit,
        wanted: Wanted::More,
        labels: (0..hours).map(|i| format!("{:02}:00", i % 24)).collect(),
        spans: (0..hours).map(span).collect(),
        prev_spans: (0..prev.len()).map(span).collect(),
        starts: (0..hours).map(|i| format!("2026-11-22T{:02}:00:00Z", i % 24)).collect(),
        incomplete_from: None,
        now,
        prev,
    }
}

fn charts() -> Vec<(String, ChartData)> {
    let wave = |i: i64| 2_400 + 180 * ((i * 5) % 7) + if i > 7 { 240 * (i - 7).min(24 - i) } else { 0 };
    let until = |last: i64| (0..24).map(|i| (i <= last).then(|| wave(i))).collect::<Vec<_>>();
    let all = || (0..24).map(|i| Some(wave(i) * 9 / 10)).collect::<Vec<_>>();
    let usd = Unit::Money(Currency::USD);
    let named = |what: &str, chart: ChartData| (what.to_owned(), chart);
    vec![
        named(
            "A day under way: dashed is the hour that is still counting",
            ChartData { incomplete_from: Some(14), ..day("Clicks", Unit::Count, until(14), all()) },
        ),
        named(
            "Gaps are not zero",
            day(
                "Revenue",
                usd,
                (0..24)
                    .map(|i| (!(6..9).contains(&i) && i != 12).then(|| if i == 4 { 0 } else { wave(i) * 10 }))
                    .collect(),
                Vec::new(),
            ),
        ),
        named(
            "Below zero",
            day(
                "Margin",
                Unit::Percent,
                (0..24).map(|i| Some(2_500 - 160 * i)).collect(),
                (0..24).map(|_| Some(900)).collect(),
            ),
        ),
        named("One point", day("Conversions", Unit::Count, vec![Some(7)], vec![Some(5)])),
        named("All zero", day("Clicks of nobody", Unit::Count, vec![Some(0); 24], vec![Some(0); 24])),
        named("No data", day("Nothing yet", Unit::Count, Vec::new(), Vec::new())),
        named(
            "Large amounts",
            day(
                "Large revenue",
                usd,
                (0..24).map(|i| Some(1_234_567_890_100 * (i + 3))).collect(),
                Vec::new(),
            ),
        ),
        named(
            "An hour more on the day before",
            day("Uneven days", Unit::Count, until(23), (0..25).map(|i| Some(wave(i % 24) / 2)).collect()),
        ),
    ]
}

fn bars() -> Vec<BarsData> {
    let rows = |all: &[(&str, i64)]| {
        all.iter()
            .map(|(label, value)| BarRow {
                label: (*label).into(),
                href: "/admin/campaigns".into(),
                value: *value,
            })
            .collect()
    };
    vec![
        BarsData {
            title: "Top campaigns".into(),
            subtitle: "Revenue, Today".into(),
            unit: Unit::Money(Currency::USD),
            rows: rows(&[
                ("Northwind Insurance · Auto quote", 1_894_400),
                ("Solar Savings Finder", 1_274_000),
                ("A name that is much longer than the room there is for it in any card of this page", 90_000),
                ("Almost nothing", 1),
            ]),
        },
        BarsData {
            title: "Margins".into(),
            subtitle: "Some below zero".into(),
            unit: Unit::Percent,
            rows: rows(&[("Good", 3_100), ("Thin", 120), ("Loss", -1_500)]),
        },
        BarsData { title: "Nobody".into(), subtitle: "Clicks, Today".into(), ..BarsData::default() },
    ]
}

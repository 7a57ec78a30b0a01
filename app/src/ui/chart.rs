//! Course over time as SVG: in the first HTML, readable by pointer, touch and keyboard, as a sentence, as a table and
//! as CSV.

mod read;

use super::{browser, query};
use domain::{
    chart::{Geometry, HEIGHT, WIDTH, layout},
    view::{ChartData, PeriodView},
};
use leptos::{ev, prelude::*};
use read::{as_table, tooltip};

/// A course over time beside the previous period.
#[component]
pub fn TimeChart(
    /// What to draw, with its heading and the sentence that says what it shows.
    data: ChartData,
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// Where the same figures are as CSV; from [`chart_csv`].
    #[prop(optional, into)]
    csv: String,
) -> impl IntoView {
    let g = layout(&data.now, &data.prev, data.incomplete_from.map(|i| i as usize), data.unit);
    let (title, sub) = (data.title.clone(), data.subtitle.clone());
    let (heading, summary) = (format!("{id}-title"), format!("{id}-summary"));
    let compared = !data.prev_label.is_empty();
    let legend = {
        let prev = compared.then(|| view! { <span><i class="key prev"></i>{data.prev_label.clone()}</span> });
        view! { <div class="legend"><span><i class="key"></i>{data.now_label.clone()}</span>{prev}</div> }
    };
    let table = as_table(&title, &data, compared);
    let sub = (!sub.is_empty()).then(|| view! { <p class="sub">{sub}</p> });
    let csv = (!csv.is_empty()).then(|| {
        view! { <a class="csv" href=csv rel="external" download="">"CSV"<span class="vh">" of this chart"</span></a> }
    });
    view! {
        <figure class="chart" aria-labelledby=heading.clone()>
            <figcaption class="chart-head">
                <div>
                    <h2 id=heading.clone()>{title.clone()}</h2>
                    {sub}
                    <p class="vh" id=summary.clone()>{data.summary.clone()}</p>
                </div>
                {legend}
            </figcaption>
            {plot(title, summary, data, g)}
            <div class="chart-foot">{table}{csv}</div>
        </figure>
    }
}

/// Where the figures of a chart are as CSV: `base`, such as `/admin/chart.csv?campaign=camp_1`, for that period.
#[must_use]
pub fn chart_csv(base: &str, period: &PeriodView, metric: &str) -> String {
    let custom = period.key == "custom";
    let zone = if period.own_zone { "" } else { &period.tz };
    let pairs = [
        ("period", period.key.as_str()),
        ("from", if custom { &period.from } else { "" }),
        ("to", if custom { &period.to } else { "" }),
        ("cmp", period.cmp.word()),
        ("tz", zone),
        ("metric", metric),
    ];
    let pairs: Vec<_> = pairs
        .iter()
        .filter(|(_, v)| !v.is_empty())
        .map(|(k, v)| format!("{k}={}", query::escape(v)))
        .collect();
    let sign = if base.contains('?') { '&' } else { '?' };
    format!("{base}{sign}{}", pairs.join("&"))
}

fn plot(name: String, summary: String, data: ChartData, g: Geometry) -> AnyView {
    let count = g.points.len();
    let chosen = RwSignal::new(None::<usize>);
    let points = StoredValue::new(g.points.clone());

    let moved = move |e: ev::PointerEvent| {
        if let (Some(share), true) = (browser::pointer_share(&e), count > 0) {
            let nearest = (share * (count - 1) as f64).round() as usize;
            chosen.set(Some(nearest.min(count - 1)));
        }
    };
    // A finger that is lifted leaves the figures to be read; the next tap elsewhere takes the focus away.
    let left = move |e: ev::PointerEvent| {
        if e.pointer_type() == "mouse" {
            chosen.set(None);
        }
    };
    let last = g.last;
    let pressed = move |e: ev::KeyboardEvent| {
        let now = chosen.get_untracked();
        let end = count.saturating_sub(1);
        let next = match e.key().as_str() {
            "ArrowRight" => Some(now.map_or(0, |i| (i + 1).min(end))),
            "ArrowLeft" => Some(now.map_or(last.unwrap_or(end), |i| i.saturating_sub(1))),
            "Home" => Some(0),
            "End" => Some(end),
            "Escape" if now.is_some() => None,
            _ => return,
        };
        e.prevent_default();
        e.stop_propagation();
        chosen.set(next.filter(|_| count > 0));
    };

    let cursor = move || {
        let x = points.with_value(|p| p.get(chosen.get()?).map(|p| p.x * WIDTH / 100.0))?;
        Some(
            view! { <line class="cursor" x1=format!("{x:.1}") x2=format!("{x:.1}") y1="0" y2=HEIGHT.to_string()></line> },
        )
    };
    let dot = move || {
        let (x, y) = points.with_value(|p| {
            let point = p.get(chosen.get().or(last)?)?;
            Some((point.x, point.y?))
        })?;
        Some(view! { <div class="dot" style=format!("left:{x:.2}%;top:{y:.2}%")></div> })
    };
    let nothing = data.now.iter().chain(&data.prev).flatten().all(|v| *v == 0);
    let nothing = nothing.then(|| view! { <p class="plot-empty">"Nothing was counted in this period"</p> });
    let (ticks, lines) = y_axis(&g);
    let below = x_axis(&g, &data.labels);
    let tip = tooltip(data, chosen, points);

    view! {
        <div
            class="plot"
            tabindex="0"
            role="group"
            aria-label=format!("{name}: arrow keys read the values")
            aria-describedby=summary.clone()
            on:pointermove=moved
            on:pointerdown=moved
            on:pointerleave=left
            on:keydown=pressed
            on:blur=move |_| chosen.set(None)
        >
            <div class="yl" aria-hidden="true">{ticks}</div>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-labelledby=summary.clone()>
                <g class="grid">{lines}</g>
                <path class="area" d=g.area></path>
                <path class="prev" d=g.prev></path>
                <path class="now" d=g.now></path>
                <path class="now tail" d=g.tail></path>
                {cursor}
            </svg>
            {nothing}
            {dot}
            {tip}
        </div>
        <div class="xl" aria-hidden="true">{below}</div>
    }
    .into_any()
}

/// Labels at the left, and hairlines.
fn y_axis(g: &Geometry) -> (AnyView, AnyView) {
    let ticks = g
        .ticks
        .iter()
        .map(|t| {
            let style = format!("bottom:{:.2}%", t.percent);
            view! { <span style=style>{t.label.clone()}</span> }
        })
        .collect_view();
    let lines = g
        .ticks
        .iter()
        .map(|t| {
            let y = format!("{:.1}", t.y);
            let class = if (t.y - g.zero).abs() < 0.1 { "zero" } else { "" };
            view! { <line class=class x1="0" x2=WIDTH.to_string() y1=y.clone() y2=y></line> }
        })
        .collect_view();
    (ticks.into_any(), lines.into_any())
}

fn x_axis(g: &Geometry, labels: &[String]) -> AnyView {
    g.x_ticks
        .iter()
        .map(|(i, x)| {
            let class = match *x {
                ..3.0 => "start",
                94.0.. => "end",
                _ => "",
            };
            view! { <span class=class style=format!("left:{x:.2}%")>{labels.get(*i).cloned()}</span> }
        })
        .collect_view()
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_download_is_of_what_is_shown() {
        let period =
            PeriodView { key: "7d".into(), own_zone: true, tz: "UTC".into(), ..PeriodView::default() };
        assert_eq!(
            chart_csv("/admin/chart.csv", &period, "clicks"),
            "/admin/chart.csv?period=7d&cmp=prev&metric=clicks"
        );
        let period = PeriodView {
            key: "custom".into(),
            from: "2026-11-01".into(),
            to: "2026-11-02".into(),
            tz: "Asia/Tokyo".into(),
            ..PeriodView::default()
        };
        assert_eq!(
            chart_csv("/admin/chart.csv?campaign=camp_1", &period, "rpc"),
            "/admin/chart.csv?campaign=camp_1&period=custom&from=2026-11-01&to=2026-11-02&cmp=prev&tz=Asia%2FTokyo&metric=rpc"
        );
    }
}

//! Course over time as SVG: in the first HTML, readable by pointer, keyboard and as a table.

use super::browser;
use domain::{
    chart::{Geometry, HEIGHT, WIDTH, layout},
    format::{change, count},
    view::ChartData,
};
use leptos::{ev, prelude::*};

/// A course over time beside the previous period.
#[component]
pub fn TimeChart(
    /// What to draw, with its heading and the sentence that says what it shows.
    data: ChartData,
    /// Unique in the page.
    #[prop(into)]
    id: String,
) -> impl IntoView {
    let g = layout(&data.now, &data.prev, data.incomplete_from.map(|i| i as usize));
    let (title, sub) = (data.title.clone(), data.subtitle.clone());
    let heading = format!("{id}-title");
    let compared = !data.prev_label.is_empty();
    let legend = {
        let prev = compared.then(|| view! { <span><i class="key prev"></i>{data.prev_label.clone()}</span> });
        view! { <div class="legend"><span><i class="key"></i>{data.now_label.clone()}</span>{prev}</div> }
    };
    let table = as_table(&title, &data, compared);
    let sub = (!sub.is_empty()).then(|| view! { <p class="sub">{sub}</p> });
    let name = title.clone();
    view! {
        <figure class="chart" aria-labelledby=heading.clone()>
            <figcaption class="chart-head">
                <div><h2 id=heading.clone()>{title}</h2>{sub}</div>
                {legend}
            </figcaption>
            {plot(name, data, g)}
            {table}
        </figure>
    }
}

fn plot(name: String, data: ChartData, g: Geometry) -> AnyView {
    let count = g.points.len();
    let chosen = RwSignal::new(None::<usize>);
    let buckets = data.labels.len().max(1);
    let points = StoredValue::new(g.points.clone());

    let moved = move |e: ev::PointerEvent| {
        if let (Some(share), true) = (browser::pointer_share(&e), count > 0) {
            let nearest = (share * (buckets - 1) as f64).round() as usize;
            chosen.set(Some(nearest.min(count - 1)));
        }
    };
    let pressed = move |e: ev::KeyboardEvent| {
        let now = chosen.get_untracked();
        let last = count.saturating_sub(1);
        let next = match e.key().as_str() {
            "ArrowRight" => Some(now.map_or(0, |i| (i + 1).min(last))),
            "ArrowLeft" => Some(now.map_or(last, |i| i.saturating_sub(1))),
            "Home" => Some(0),
            "End" => Some(last),
            "Escape" => None,
            _ => return,
        };
        e.prevent_default();
        chosen.set(next.filter(|_| count > 0));
    };

    let cursor = move || {
        let x = points.with_value(|p| p.get(chosen.get()?).map(|p| p.0 * WIDTH / 100.0))?;
        Some(
            view! { <line class="cursor" x1=format!("{x:.1}") x2=format!("{x:.1}") y1="0" y2=HEIGHT.to_string()></line> },
        )
    };
    let dot = move || {
        let (x, y) =
            points.with_value(|p| chosen.get().or(count.checked_sub(1)).and_then(|i| p.get(i).copied()))?;
        Some(view! { <div class="dot" style=format!("left:{x:.2}%;top:{y:.2}%")></div> })
    };
    let ticks = g
        .ticks
        .iter()
        .map(|t| {
            let style = format!("bottom:{:.0}%", t.percent);
            view! { <span style=style>{t.label.clone()}</span> }
        })
        .collect_view();
    let lines = g
        .ticks
        .iter()
        .map(|t| {
            let y = format!("{:.1}", t.y);
            view! { <line x1="0" x2=WIDTH.to_string() y1=y.clone() y2=y></line> }
        })
        .collect_view();
    let step = buckets.div_ceil(8).max(1);
    let below = data
        .labels
        .iter()
        .enumerate()
        .step_by(step)
        .map(|(i, label)| {
            let x = if buckets > 1 { 100.0 * i as f64 / (buckets - 1) as f64 } else { 50.0 };
            let class = if x > 94.0 { "end" } else { "" };
            view! { <span class=class style=format!("left:{x:.2}%")>{label.clone()}</span> }
        })
        .collect_view();
    let summary = data.summary.clone();
    let tip = tooltip(data, chosen, points);

    view! {
        <div
            class="plot"
            tabindex="0"
            role="group"
            aria-label=format!("{name}: arrow keys read the values")
            on:pointermove=moved
            on:pointerdown=moved
            on:pointerleave=move |_| chosen.set(None)
            on:keydown=pressed
            on:blur=move |_| chosen.set(None)
        >
            <div class="yl" aria-hidden="true">{ticks}</div>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=summary>
                <g class="grid">{lines}</g>
                <path class="prev" d=g.prev></path>
                <path class="area" d=g.area></path>
                <path class="now" d=g.now></path>
                <path class="now tail" d=g.tail></path>
                {cursor}
            </svg>
            {dot}
            {tip}
        </div>
        <div class="xl" aria-hidden="true">{below}</div>
    }
    .into_any()
}

fn tooltip(
    data: ChartData,
    chosen: RwSignal<Option<usize>>,
    points: StoredValue<Vec<(f64, f64)>>,
) -> AnyView {
    let data = StoredValue::new(data);
    let shown = move || {
        let i = chosen.get()?;
        let x = points.with_value(|p| p.get(i).map(|p| p.0))?;
        let side = if x > 50.0 { "tip left" } else { "tip right" };
        data.with_value(|d| {
            let prev = (!d.prev_label.is_empty()).then(|| {
                view! { <span><i class="key prev"></i>{d.prev_label.clone()}<em>{figure(&d.prev, i)}</em></span> }
            });
            let pair = (d.now.get(i).copied().flatten(), d.prev.get(i).copied().flatten());
            let delta = match pair {
                (Some(now), Some(before)) => change(now, before),
                _ => None,
            };
            let delta = delta.map(|(dir, amount)| {
                let (class, sign) = match dir {
                    1 => ("d up", "+"),
                    -1 => ("d down", "−"),
                    _ => ("d", ""),
                };
                view! { <span class=class>{format!("{sign}{amount}")}</span> }
            });
            let filling = d.incomplete_from.is_some_and(|from| i >= from as usize).then_some(" · still counting");
            Some(view! {
                <div class=side role="tooltip" style=format!("left:{x:.2}%")>
                    <b>{d.labels.get(i).cloned()}{filling}</b>
                    <span><i class="key"></i>{d.now_label.clone()}<em>{figure(&d.now, i)}</em></span>
                    {prev}
                    {delta}
                </div>
            })
        })
    };
    view! { <div class="tips" aria-live="polite">{shown}</div> }.into_any()
}

/// The figure of a bucket; an en dash where there is none.
fn figure(values: &[Option<i64>], i: usize) -> String {
    values.get(i).copied().flatten().map_or_else(|| "–".to_owned(), count)
}

fn as_table(title: &str, data: &ChartData, compared: bool) -> AnyView {
    let rows = data
        .labels
        .iter()
        .enumerate()
        .map(|(i, label)| {
            let prev = compared.then(|| view! { <td class="n">{figure(&data.prev, i)}</td> });
            view! {
                <tr><th scope="row">{label.clone()}</th><td class="n">{figure(&data.now, i)}</td>{prev}</tr>
            }
        })
        .collect_view();
    let prev = compared.then(|| view! { <th scope="col" class="n">{data.prev_label.clone()}</th> });
    let caption = format!("{title}, as a table");
    view! {
        <details class="as-table">
            <summary>"View as table"</summary>
            <div class="scroll low" tabindex="0" role="region" aria-label=caption.clone()>
                <table>
                    <caption class="vh">{caption.clone()}</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Time"</th>
                            <th scope="col" class="n">{data.now_label.clone()}</th>
                            {prev}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

//! The figures of a chart in words: the tooltip of a bucket, and the table of all.

use domain::{
    chart::{Point, Unit},
    view::{ChartData, Wanted},
};
use leptos::prelude::*;

/// What stands beside the bucket that is pointed at.
pub(super) fn tooltip(
    data: ChartData,
    chosen: RwSignal<Option<usize>>,
    points: StoredValue<Vec<Point>>,
) -> AnyView {
    let data = StoredValue::new(data);
    let shown = move || {
        let i = chosen.get()?;
        let x = points.with_value(|p| p.get(i).map(|p| p.x))?;
        let side = if x > 50.0 { "tip left" } else { "tip right" };
        data.with_value(|d| {
            let prev = (!d.prev_label.is_empty()).then(|| {
                let span = d.prev_spans.get(i).cloned();
                let title = d.prev_label.clone();
                view! {
                    <span title=span><i class="key prev"></i>{title}<em>{figure(d.unit, &d.prev, i)}</em></span>
                }
            });
            let filling = d.incomplete_from.is_some_and(|from| i == from as usize);
            // Half an hour against a whole one says nothing.
            let delta = (!filling).then(|| delta(d, i)).flatten();
            let filling = filling.then_some(" · still counting");
            let utc = d.starts.get(i).map(|at| utc_text(at));
            Some(view! {
                <div class=side role="tooltip" style=format!("left:{x:.2}%")>
                    <b>{d.spans.get(i).or(d.prev_spans.get(i)).cloned()}{filling}</b>
                    <span><i class="key"></i>{d.now_label.clone()}<em>{figure(d.unit, &d.now, i)}</em></span>
                    {prev}
                    {delta}
                    <small>{utc}</small>
                </div>
            })
        })
    };
    view! { <div class="tips" aria-live="polite">{shown}</div> }.into_any()
}

/// `2026-11-01T04:00:00Z` → `from 2026-11-01 04:00 UTC`.
fn utc_text(at: &str) -> String {
    format!("from {} {} UTC", at.get(..10).unwrap_or(at), at.get(11..16).unwrap_or_default())
}

/// The change of a bucket against the one before: sign and word, colour only where a direction is welcome.
fn delta(d: &ChartData, i: usize) -> Option<AnyView> {
    let (now, before) = (d.now.get(i).copied().flatten()?, d.prev.get(i).copied().flatten()?);
    let (dir, amount) = match d.unit.change(now, before) {
        Some(change) => change,
        None if now != 0 => return Some(view! { <span class="d">"new"</span> }.into_any()),
        None => return None,
    };
    let good = match d.wanted {
        Wanted::More => dir,
        Wanted::Less => -dir,
        Wanted::Neither => 0,
    };
    let class = match good {
        1.. => "d up",
        0 => "d",
        _ => "d down",
    };
    let sign = match dir {
        1.. => "+",
        0 => "",
        _ => "−",
    };
    Some(view! { <span class=class>{format!("{sign}{amount}")}</span> }.into_any())
}

/// The figure of a bucket; an en dash where there is none.
fn figure(unit: Unit, values: &[Option<i64>], i: usize) -> String {
    values.get(i).copied().flatten().map_or_else(|| "–".to_owned(), |v| unit.text(v))
}

/// Every bucket, below the chart.
pub(super) fn as_table(title: &str, data: &ChartData, compared: bool) -> AnyView {
    let rows = data
        .spans
        .iter()
        .enumerate()
        .map(|(i, span)| {
            let prev = compared.then(|| {
                let title = data.prev_spans.get(i).cloned();
                view! { <td class="n" title=title>{figure(data.unit, &data.prev, i)}</td> }
            });
            let open = data.incomplete_from.is_some_and(|from| from as usize == i);
            let open = open.then(|| view! { <span class="sub">" still counting"</span> });
            let at = data.starts.get(i).cloned().unwrap_or_default();
            view! {
                <tr>
                    <th scope="row"><time datetime=at.clone() title=at>{span.clone()}</time>{open}</th>
                    <td class="n">{figure(data.unit, &data.now, i)}</td>
                    {prev}
                </tr>
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

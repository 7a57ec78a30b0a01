//! Rankings as horizontal bars.

use super::Card;
use domain::{chart::bars, view::BarsData};
use leptos::prelude::*;

/// A ranking by one figure. The bar is a drawing; name and value are text.
#[component]
pub fn BarList(
    /// The ranking, in order.
    data: BarsData,
) -> impl IntoView {
    let shapes = bars(&data.rows.iter().map(|r| r.value).collect::<Vec<_>>());
    let empty =
        data.rows.is_empty().then(|| view! { <p class="sub">"Nothing was counted in this period."</p> });
    let unit = data.unit;
    let rows = data
        .rows
        .into_iter()
        .zip(shapes)
        .map(|(row, (left, width))| {
            let name = if row.href.is_empty() {
                view! { <span class="bar-name">{row.label}</span> }.into_any()
            } else {
                view! { <a class="bar-name" href=row.href>{row.label}</a> }.into_any()
            };
            let class = if row.value < 0 { "neg" } else { "" };
            view! {
                <li>
                    {name}
                    <span class="bar-value">{unit.text(row.value)}</span>
                    <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="track" width="100" height="6"></rect>
                        <rect class=class x=format!("{left:.1}") width=format!("{width:.1}") height="6"></rect>
                    </svg>
                </li>
            }
        })
        .collect_view();
    view! { <Card title=data.title sub=data.subtitle><ol class="bars">{rows}</ol>{empty}</Card> }
}

//! Surfaces: cards, lists of facts, key figures.

use super::query::href_with;
use domain::view::{Kpi, Wanted};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// A surface with an optional heading.
#[component]
pub fn Card(
    /// The heading (h2).
    #[prop(optional, into)]
    title: String,
    /// A smaller line under the heading.
    #[prop(optional, into)]
    sub: String,
    /// Buttons or links at the right of the heading.
    #[prop(optional)]
    actions: Option<AnyView>,
    /// More classes.
    #[prop(optional, into)]
    class: String,
    children: Children,
) -> impl IntoView {
    let head = (!title.is_empty()).then(|| {
        let sub = (!sub.is_empty()).then(|| view! { <p class="sub">{sub}</p> });
        let actions = actions.map(|a| view! { <div class="card-actions">{a}</div> });
        view! {
            <div class="card-head">
                <div><h2>{title}</h2>{sub}</div>
                {actions}
            </div>
        }
    });
    view! { <section class=format!("card {class}")>{head}{children()}</section> }
}

/// A list of name and value, for the side column of a detail page. Children: [`Fact`].
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

/// One line of [`Facts`].
#[component]
pub fn Fact(
    /// The name.
    #[prop(into)]
    label: String,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! { <div class="fact"><dt>{label}</dt><dd>{children()}</dd></div> }
}

/// The strip of key figures. Children: [`KpiTile`].
#[component]
pub fn Kpis(children: Children) -> impl IntoView {
    view! { <section class="kpis" aria-label="Key figures">{children()}</section> }
}

/// The key figures of a report.
#[component]
pub fn KpiStrip(
    /// The figures.
    kpis: Vec<Kpi>,
    /// Key of the figure that the chart below shows: then each tile is the way to the chart of its own.
    #[prop(optional, into)]
    metric: String,
) -> impl IntoView {
    let params = use_query_map().get_untracked();
    let path = use_location().pathname.get_untracked();
    let first = kpis.first().map(|k| k.key.clone()).unwrap_or_default();
    let tiles = kpis
        .into_iter()
        .map(|kpi| {
            if metric.is_empty() {
                return view! { <KpiTile kpi /> }.into_any();
            }
            // The first figure is what a chart shows without being asked.
            let word = if kpi.key == first { "" } else { kpi.key.as_str() };
            let href = href_with(&path, &params, &[("metric", word)]);
            let current = kpi.key == metric;
            view! { <KpiTile kpi href current /> }.into_any()
        })
        .collect_view();
    view! { <Kpis>{tiles}</Kpis> }
}

/// A key figure with its comparison and course.
#[component]
pub fn KpiTile(
    /// The figure.
    kpi: Kpi,
    /// Where a chart of it is.
    #[prop(optional, into)]
    href: String,
    /// That chart is on show.
    #[prop(optional)]
    current: bool,
) -> impl IntoView {
    let (line, area) = domain::chart::spark(&kpi.spark);
    let delta = delta_view(&kpi);
    let unit = (!kpi.unit.is_empty()).then(|| view! { <small>{kpi.unit}</small> });
    let was = (!kpi.previous.is_empty()).then(|| {
        view! { <span class="was"><span class="vh">"previously "</span>{kpi.previous}</span> }
    });
    let title = (!kpi.meaning.is_empty()).then_some(kpi.meaning);
    let inside = view! {
        <span class="lab">{kpi.label}</span>
        <span class="val">{kpi.value}{unit}</span>
        <span class="row">{delta}{was}</span>
        <svg class="spark" viewBox="0 0 96 28" preserveAspectRatio="none" aria-hidden="true">
            <path class="a" d=area></path>
            <path class="l" d=line></path>
        </svg>
    };
    if href.is_empty() {
        return view! { <div class="kpi" title=title data-metric=kpi.key>{inside}</div> }.into_any();
    }
    let current = current.then_some("true");
    view! {
        <a class="kpi" href=href title=title data-metric=kpi.key aria-current=current data-noscroll="true">{inside}</a>
    }
    .into_any()
}

/// The change in sign and words; colour only where a direction is welcome.
fn delta_view(kpi: &Kpi) -> AnyView {
    let Some(delta) = &kpi.delta else {
        if kpi.previous.is_empty() {
            return ().into_any();
        }
        // Nothing before: new, unless there is nothing now either.
        let new = kpi.value.bytes().any(|b| (b'1'..=b'9').contains(&b));
        return new.then(|| view! { <span class="delta flat">"new"</span> }).into_any();
    };
    let good = match kpi.wanted {
        Wanted::More => delta.dir,
        Wanted::Less => -delta.dir,
        Wanted::Neither => 0,
    };
    let class = match good {
        1.. => "delta up",
        0 => "delta flat",
        _ => "delta down",
    };
    let (sign, word) = match delta.dir {
        1.. => ("▲ ", "up "),
        0 => ("■ ", "unchanged, "),
        _ => ("▼ ", "down "),
    };
    view! {
        <span class=class>
            <span aria-hidden="true">{sign}</span>
            <span class="vh">{word}</span>
            {delta.text.clone()}
        </span>
    }
    .into_any()
}

//! Surfaces: cards, lists of facts, key figures.

use leptos::prelude::*;

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

/// Which direction of a figure is welcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wish {
    #[default]
    Up,
    Down,
    /// Costs that grow with the business: neither.
    Neutral,
}

/// The change against the previous period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    /// Direction (-1, 0, 1) and the amount without sign, such as `9.4 %`.
    Change(i8, String),
    /// There was nothing before.
    New,
    /// There is nothing to compare with.
    None,
}

impl From<Option<(i8, String)>> for Delta {
    /// From `domain::format::change`, where `None` means that nothing was before.
    fn from(change: Option<(i8, String)>) -> Self {
        change.map_or(Self::New, |(dir, text)| Self::Change(dir, text))
    }
}

/// A key figure with its comparison and course.
#[component]
pub fn KpiTile(
    /// What is counted.
    #[prop(into)]
    label: String,
    /// The figure, formatted.
    #[prop(into)]
    value: String,
    /// Small and grey after the figure, such as `%`.
    #[prop(optional, into)]
    unit: String,
    /// The change; default: none.
    #[prop(default = Delta::None)]
    delta: Delta,
    /// The previous figure, formatted.
    #[prop(optional, into)]
    prev: String,
    /// Whether more is better.
    #[prop(optional)]
    wish: Wish,
    /// The course over the period, for the sparkline.
    #[prop(optional)]
    spark: Vec<i64>,
    /// What exactly the figure means; shown as a tooltip.
    #[prop(optional, into)]
    meaning: String,
) -> impl IntoView {
    let (line, area) = domain::chart::spark(&spark);
    let unit = (!unit.is_empty()).then(|| view! { <small>" "{unit}</small> });
    let was = (!prev.is_empty()).then(|| {
        view! { <span class="was"><span class="vh">"previously "</span>{prev}</span> }
    });
    let title = (!meaning.is_empty()).then_some(meaning);
    view! {
        <div class="kpi" title=title>
            <span class="lab">{label}</span>
            <span class="val">{value}{unit}</span>
            <span class="row">{delta_view(delta, wish)}{was}</span>
            <svg class="spark" viewBox="0 0 96 28" preserveAspectRatio="none" aria-hidden="true">
                <path class="a" d=area></path>
                <path class="l" d=line></path>
            </svg>
        </div>
    }
}

fn delta_view(delta: Delta, wish: Wish) -> AnyView {
    let (dir, text) = match delta {
        Delta::None => return ().into_any(),
        Delta::New => return view! { <span class="delta flat">"new"</span> }.into_any(),
        Delta::Change(dir, text) => (dir, text),
    };
    let good = match wish {
        Wish::Up => dir,
        Wish::Down => -dir,
        Wish::Neutral => 0,
    };
    let class = match good {
        1.. => "delta up",
        0 => "delta flat",
        _ => "delta down",
    };
    let (sign, word) = match dir {
        1.. => ("▲ ", "up "),
        0 => ("■ ", "unchanged, "),
        _ => ("▼ ", "down "),
    };
    view! {
        <span class=class><span aria-hidden="true">{sign}</span><span class="vh">{word}</span>{text}</span>
    }
    .into_any()
}

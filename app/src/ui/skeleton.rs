//! What stands in for a page that is still loading: grey shapes as large as what will take their place, so that
//! nothing jumps.

use leptos::prelude::*;

/// Which kind of page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Like {
    /// Filters, then a table.
    #[default]
    List,
    /// Key figures, a chart beside a card, then a table.
    Report,
    /// Key figures, then a chart and a table beside facts.
    Detail,
    /// A column of fields.
    Form,
}

/// The shapes of a page of that kind.
#[component]
pub fn Skeleton(
    /// Which kind.
    like: Like,
) -> impl IntoView {
    let shapes = match like {
        Like::List => view! { {table(12)} }.into_any(),
        Like::Report => view! {
            {tiles()}
            <div class="two even">{chart()}{lines(4)}</div>
            {table(6)}
        }
        .into_any(),
        Like::Detail => view! {
            {tiles()}
            <div class="two"><div class="column">{chart()}{table(4)}</div>{lines(7)}</div>
        }
        .into_any(),
        Like::Form => view! {
            <div class="card narrow sk-form">
                {(0..6)
                    .map(|_| view! { <div><i class="sk short"></i><i class="sk field"></i></div> })
                    .collect_view()}
            </div>
        }
        .into_any(),
    };
    view! {
        <div class="progress" aria-hidden="true"></div>
        <p class="vh" role="status">"Loading"</p>
        <div class="skeleton" aria-hidden="true">{shapes}</div>
    }
}

fn tiles() -> AnyView {
    let tile = |_| {
        view! {
            <div class="kpi">
                <span class="lab"><i class="sk short"></i></span>
                <span class="val"><i class="sk"></i></span>
                <span class="row"><i class="sk short"></i></span>
                <span class="spark"></span>
            </div>
        }
    };
    view! { <div class="kpis">{(0..6).map(tile).collect_view()}</div> }.into_any()
}

fn chart() -> AnyView {
    view! {
        <div class="card">
            <div class="chart-head"><div class="sk-head"><i class="sk short"></i><i class="sk"></i></div></div>
            <i class="sk plot-area"></i>
        </div>
    }
    .into_any()
}

fn lines(count: usize) -> AnyView {
    let line = |_| view! { <i class="sk line"></i> };
    view! { <div class="card sk-lines"><i class="sk short"></i>{(0..count).map(line).collect_view()}</div> }
        .into_any()
}

fn table(rows: usize) -> AnyView {
    let row = |_| view! { <div class="sk-row"><i class="sk"></i><i class="sk short"></i><i class="sk short"></i></div> };
    view! {
        <div class="card tbl">
            <div class="tbl-head"><i class="sk short"></i></div>
            <div class="sk-row head"></div>
            {(0..rows).map(row).collect_view()}
        </div>
    }
    .into_any()
}

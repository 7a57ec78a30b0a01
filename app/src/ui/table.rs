//! Tables: a card with its own scroll area, sortable headers, cells by kind, totals, pager.

use super::{CopyButton, StatusBadge, browser, query};
use domain::view::TimeView;
use leptos::{context::Provider, prelude::*};
use leptos_router::hooks::use_location;

/// The order when the URL names none; headers look it up.
#[derive(Debug, Clone)]
struct DefaultSort(String);

/// A table in a card. Children: `<thead>`, `<tbody>` and perhaps `<tfoot>` (`tbody` must not be left out).
#[component]
pub fn TableCard(
    /// Heading and caption.
    #[prop(into)]
    title: String,
    /// Filters under the heading: a [`FilterBar`](super::FilterBar).
    #[prop(optional)]
    filters: Option<AnyView>,
    /// Buttons at the right of the heading.
    #[prop(optional)]
    actions: Option<AnyView>,
    /// The order when the URL names none, such as `-clicks`.
    #[prop(optional, into)]
    default_sort: String,
    /// Under the table: a [`Pager`].
    #[prop(optional)]
    footer: Option<AnyView>,
    /// Instead of the table: an [`EmptyState`](super::EmptyState), when there are no rows.
    #[prop(optional)]
    empty: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let caption = title.clone();
    let body = match empty {
        Some(empty) => empty,
        None => view! {
            <div class="scroll" tabindex="0" role="region" aria-label=caption.clone()>
                <table>
                    <caption class="vh">{caption.clone()}</caption>
                    <Provider value=DefaultSort(default_sort)>{children()}</Provider>
                </table>
            </div>
        }
        .into_any(),
    };
    view! {
        <section class="card tbl">
            <div class="tbl-head">
                <h2>{title}</h2>
                {actions.map(|a| view! { <div class="card-actions">{a}</div> })}
            </div>
            {filters.map(|f| view! { <div class="tbl-filters">{f}</div> })}
            {body}
            {footer}
        </section>
    }
}

/// A column header; with a key, a link that sorts (descending first).
#[component]
pub fn Th(
    /// The heading.
    #[prop(into)]
    label: String,
    /// The sort key of the list; leave out where the column cannot be sorted.
    #[prop(optional, into)]
    key: String,
    /// Figures: right-aligned.
    #[prop(optional)]
    num: bool,
    /// What the column means; a tooltip.
    #[prop(optional, into)]
    meaning: String,
) -> impl IntoView {
    let class = if num { "n" } else { "" };
    let title = (!meaning.is_empty()).then_some(meaning);
    if key.is_empty() {
        return view! { <th scope="col" class=class title=title>{label}</th> }.into_any();
    }
    let fallback = use_context::<DefaultSort>().map(|s| s.0).unwrap_or_default();
    let params = use_location().query;
    let path = use_location().pathname;
    let known = StoredValue::new((key, fallback));
    let sort = move || {
        let given = params.read().get("sort").filter(|s| !s.is_empty());
        given.unwrap_or_else(|| known.with_value(|k| k.1.clone()))
    };
    let order = move || {
        let sort = sort();
        known.with_value(|(key, _)| match sort.strip_prefix('-') {
            Some(rest) if rest == key => Some("descending"),
            None if sort == *key => Some("ascending"),
            _ => None,
        })
    };
    let href = move || {
        let next = known.with_value(|k| query::next_sort(&k.0, &sort()));
        query::href_with(&path.get(), &params.read(), &[("sort", &next)])
    };
    let arrow = move || match order() {
        Some("descending") => " ↓",
        Some(_) => " ↑",
        None => "",
    };
    view! {
        <th scope="col" class=class title=title aria-sort=order>
            // What was chosen a moment ago may not be in the link yet.
            <a href=href data-noscroll="true" on:click=move |e| browser::lead_to(&e, &href())>
                {label}<span aria-hidden="true">{arrow}</span>
            </a>
        </th>
    }
    .into_any()
}

/// The first cell of a row: the name as a link, and the prefixed id with a copy button.
#[component]
pub fn NameCell(
    /// The name.
    #[prop(into)]
    name: String,
    /// Where it leads; without, the name is plain text.
    #[prop(optional, into)]
    href: String,
    /// The id.
    #[prop(optional, into)]
    id: String,
) -> impl IntoView {
    let name = if href.is_empty() {
        view! { <span class="what">{name}</span> }.into_any()
    } else {
        view! { <a class="what" href=href>{name}</a> }.into_any()
    };
    let id = (!id.is_empty())
        .then(|| view! { <span class="id"><code>{id.clone()}</code><CopyButton text=id what="id" /></span> });
    view! { <th scope="row" class="name">{name}{id}</th> }
}

/// A figure, right-aligned; empty text becomes an en dash.
#[component]
pub fn Num(
    /// The formatted figure.
    #[prop(into)]
    text: String,
    /// Share of the largest in the column, 0 to 100: draws a bar below.
    #[prop(optional, into)]
    bar: Option<f64>,
) -> impl IntoView {
    let bar = bar.map(|share| {
        let style = format!("width:{:.0}%", share.clamp(0.0, 100.0));
        view! { <span class="bar" aria-hidden="true"><i style=style></i></span> }
    });
    view! { <td class="n">{or_dash(text)}{bar}</td> }
}

/// An amount of money, right-aligned. The minus sign comes with the text; negatives are also coloured.
#[component]
pub fn MoneyCell(
    /// The formatted amount.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let class = if text.starts_with('−') { "n money neg" } else { "n money" };
    view! { <td class=class>{or_dash(text)}</td> }
}

/// A cell of words; empty text becomes an en dash.
#[component]
pub fn Text(
    /// The words.
    #[prop(into)]
    text: String,
    /// Codes and ids: monospaced.
    #[prop(optional)]
    code: bool,
) -> impl IntoView {
    let text = or_dash(text);
    if code {
        view! { <td><code>{text}</code></td> }.into_any()
    } else {
        view! { <td>{text}</td> }.into_any()
    }
}

/// A cell with the badge of a status.
#[component]
pub fn StatusCell(
    /// The stored word.
    #[prop(into)]
    word: String,
    /// The word for people.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! { <td><StatusBadge word label /></td> }
}

/// A moment, in the reader's zone; UTC in the tooltip.
#[component]
pub fn TimeCell(
    /// Local, formatted by the server.
    #[prop(into)]
    text: String,
    /// RFC 3339 in UTC.
    #[prop(into)]
    utc: String,
) -> impl IntoView {
    view! { <td class="time"><Moment at=TimeView { utc, local: text } /></td> }
}

/// A moment outside a table.
#[component]
pub fn Moment(
    /// The moment.
    at: TimeView,
) -> impl IntoView {
    let title = format!("{} · {}", at.local, at.utc);
    view! { <time datetime=at.utc title=title>{or_dash(at.local)}</time> }
}

/// The totals of the whole filtered set; goes into `<tfoot>`.
#[component]
pub fn TotalsRow(
    /// Such as `All 15 campaigns`.
    #[prop(into)]
    label: String,
    /// Blank cells after the label.
    #[prop(optional)]
    skip: usize,
    /// The figures, formatted.
    cells: Vec<String>,
) -> impl IntoView {
    let blanks = (0..skip).map(|_| view! { <td></td> }).collect_view();
    let cells = cells.into_iter().map(|c| view! { <td class="n">{c}</td> }).collect_view();
    view! { <tr><th scope="row" class="name">{label}</th>{blanks}{cells}</tr> }
}

/// `1–50 of 12,345` with links to the pages around; nothing for an empty list.
#[component]
pub fn Pager(
    /// The page shown, from 1.
    page: i64,
    /// Rows on a full page.
    per_page: i64,
    /// Rows altogether.
    total: i64,
) -> impl IntoView {
    let params = use_location().query;
    let path = use_location().pathname;
    let per_page = per_page.max(1);
    let last = ((total + per_page - 1) / per_page).max(1);
    if total == 0 {
        return ().into_any();
    }
    let from = (page - 1) * per_page + 1;
    let to = (page * per_page).min(total);
    let count = domain::format::count;
    if from > total {
        let back = move || query::href_with(&path.get(), &params.read(), &[("page", &last.to_string())]);
        return view! {
            <nav class="pager" aria-label="Pages">
                <span>{format!("The list ends before this page, with {}.", count(total))}</span>
                <a class="btn s" href=back>"Last page"</a>
            </nav>
        }
        .into_any();
    }
    let link = move |to: i64, label: &'static str| {
        if (1..=last).contains(&to) {
            let to = if to == 1 { String::new() } else { to.to_string() };
            let href = move || query::href_with(&path.get(), &params.read(), &[("page", &to)]);
            view! { <a class="btn s" href=href>{label}</a> }.into_any()
        } else {
            view! { <span class="btn s off" aria-hidden="true">{label}</span> }.into_any()
        }
    };
    view! {
        <nav class="pager" aria-label="Pages">
            <span>{format!("{}–{} of {}", count(from), count(to), count(total))}</span>
            {link(page - 1, "Previous")}
            {link(page + 1, "Next")}
        </nav>
    }
    .into_any()
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

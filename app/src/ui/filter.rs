//! Filters and periods: GET forms, so that the URL is the whole state and everything works without JavaScript.

use super::{browser, query};
use domain::view::PeriodView;
use leptos::{ev, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

/// A form that becomes the query of the present page. With JavaScript it navigates without a page load and leaves
/// empty fields out of the URL.
#[component]
pub fn GetForm(
    /// CSS class.
    #[prop(optional, into)]
    class: String,
    /// `search` for search forms.
    #[prop(optional, into)]
    role: Option<String>,
    /// Keys of the present query to carry on.
    #[prop(optional)]
    keep: Vec<&'static str>,
    children: Children,
) -> impl IntoView {
    let path = use_location().pathname;
    let params = use_query_map();
    let hidden = keep
        .into_iter()
        .map(|key| {
            let value = move || params.read().get(key).unwrap_or_default();
            let off = move || params.read().get(key).is_none_or(|v| v.is_empty());
            view! { <input type="hidden" name=key value=value disabled=off /> }
        })
        .collect_view();
    let navigate = use_navigate();
    let submit = move |e: ev::SubmitEvent| {
        if let Some(text) = browser::form_query(&e) {
            e.prevent_default();
            let path = path.get_untracked();
            let to = if text.is_empty() { path } else { format!("{path}?{text}") };
            navigate(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    };
    view! {
        <form method="get" action=move || path.get() class=class role=role on:submit=submit>
            {hidden}
            {children()}
        </form>
    }
}

/// One choice of a [`FilterBar`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Key in the query.
    pub name: &'static str,
    pub label: &'static str,
    /// Value and label; the empty value (`Any`) is added.
    pub options: Vec<(String, String)>,
}

impl Filter {
    /// A choice from a closed set of states, such as `CampaignStatus::ALL`.
    pub fn of<T: Copy>(
        name: &'static str,
        label: &'static str,
        all: &[T],
        pair: fn(T) -> (&'static str, &'static str),
    ) -> Self {
        let options = all.iter().map(|t| pair(*t)).map(|(w, l)| (w.to_owned(), l.to_owned())).collect();
        Self { name, label, options }
    }
}

/// Search and choices, with a chip for each that is set.
#[component]
pub fn FilterBar(
    /// What the search looks through; without it there is no search field. The key is `q`.
    #[prop(optional, into)]
    search: String,
    /// The choices.
    #[prop(optional)]
    filters: Vec<Filter>,
) -> impl IntoView {
    let params = use_query_map();
    let path = use_location().pathname;
    let chips = {
        let filters = filters.clone();
        move || {
            let query = params.read();
            let chip = |name: &'static str, label: &str, value: &str| {
                let href = query::href_with(&path.read(), &query, &[(name, "")]);
                let text = format!("{label}: {value}");
                view! {
                    <a class="chip on" href=href data-noscroll="true">
                        {text}
                        <span aria-hidden="true">" ✕"</span>
                        <span class="vh">", remove this filter"</span>
                    </a>
                }
            };
            let searched = query.get("q").filter(|q| !q.is_empty()).map(|q| chip("q", "Search", &q));
            let chosen = filters.iter().filter_map(|f| {
                let value = query.get(f.name).filter(|v| !v.is_empty())?;
                let label = f.options.iter().find(|o| o.0 == value).map_or(value.clone(), |o| o.1.clone());
                Some(chip(f.name, f.label, &label))
            });
            searched.into_iter().chain(chosen).collect_view()
        }
    };
    let field = (!search.is_empty()).then(|| {
        let value = move || params.read().get("q").unwrap_or_default();
        view! {
            <label class="pick grow">
                <span class="vh">"Search"</span>
                <input type="search" name="q" placeholder=search value=value prop:value=value autocomplete="off" />
            </label>
        }
    });
    let selects = filters
        .into_iter()
        .map(|f| {
            let name = f.name;
            let options = f
                .options
                .into_iter()
                .map(|(value, label)| {
                    let word = value.clone();
                    let on = move || params.read().get(name).is_some_and(|v| v == word);
                    view! { <option value=value selected=on>{label}</option> }
                })
                .collect_view();
            let value = move || params.read().get(name).unwrap_or_default();
            view! {
                <label class="pick">
                    {f.label}
                    <select name=name prop:value=value on:change=|e| browser::submit_form_of(&e)>
                        <option value="">"Any"</option>
                        {options}
                    </select>
                </label>
            }
        })
        .collect_view();
    view! {
        <GetForm class="filters" role="search" keep=vec!["sort", "period", "from", "to"]>
            {field}
            {selects}
            <button type="submit" class="btn s">"Filter"</button>
        </GetForm>
        <div class="chips">{chips}</div>
    }
}

/// Words of the query and their labels; the server knows the same ones (`domain::period`).
const PRESETS: &[(&str, &str)] = &[
    ("today", "Today"),
    ("yesterday", "Yesterday"),
    ("7d", "Last 7 days"),
    ("14d", "Last 14 days"),
    ("30d", "Last 30 days"),
    ("mtd", "Month to date"),
    ("lastmonth", "Last month"),
];

/// Chooses the period: a preset, or first and last day.
#[component]
pub fn PeriodPicker(
    /// The period in force.
    period: PeriodView,
    /// Other keys of the query to carry on, such as filters of the list below.
    #[prop(optional)]
    keep: Vec<&'static str>,
) -> impl IntoView {
    let PeriodView { key, from, to, tz, .. } = period;
    let custom = key == "custom";
    let options = PRESETS
        .iter()
        .map(|(word, label)| view! { <option value=*word selected=*word == key>{*label}</option> })
        .collect_view();
    let own = custom.then(|| view! { <option value="custom" selected=true>"Custom"</option> });
    let mut kept = vec!["sort", "q"];
    kept.extend(keep);
    let days = if from == to { from.clone() } else { format!("{from} – {to}") };
    view! {
        <div class="period">
            <GetForm class="filters" keep=kept.clone()>
                <label class="pick">
                    <span class="pick-name">"Period"</span>
                    <select name="period" prop:value=key.clone() on:change=|e| browser::submit_form_of(&e)>
                        {options}
                        {own}
                    </select>
                </label>
                <button type="submit" class="btn s no-js">"Show"</button>
            </GetForm>
            <details class="dates">
                <summary class="pick">{days}<span class="zone">{tz}</span></summary>
                <div class="pop">
                    <GetForm class="stack" keep=kept>
                        <input type="hidden" name="period" value="custom" />
                        <label class="field"><span>"First day"</span><input type="date" name="from" value=from required=true /></label>
                        <label class="field"><span>"Last day"</span><input type="date" name="to" value=to required=true /></label>
                        <button type="submit" class="btn primary">"Show these days"</button>
                    </GetForm>
                </div>
            </details>
        </div>
    }
}

//! Filters and periods: GET forms, so that the URL is the whole state and everything works without JavaScript.

use super::{browser, query};
use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// A list that opens with a saved view: an address without a query would show that view, so a form or link that
/// takes the last filter away has to say that nothing is meant.
#[derive(Debug, Clone, Copy)]
pub struct KeepPlain(pub bool);

/// Whether the page's list opens with a saved view.
#[must_use]
pub fn keep_plain() -> bool {
    use_context::<KeepPlain>().is_some_and(|k| k.0)
}

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
    let params = use_location().query;
    let plain = keep_plain();
    let kept = keep.clone();
    let hidden = keep
        .into_iter()
        .map(|key| {
            let always = plain && key == "view";
            let value = move || match query::value(&params.read(), key) {
                none if none.is_empty() && always => "all".to_owned(),
                value => value,
            };
            let off = move || value().is_empty();
            view! { <input type="hidden" name=key value=value disabled=off /> }
        })
        .collect_view();
    let navigate = use_navigate();
    let submit = move |e: ev::SubmitEvent| {
        if let Some(text) = browser::form_query(&e) {
            e.prevent_default();
            // What was chosen a moment ago may not be in the hidden fields yet.
            let now = params.read_untracked();
            let fresh: Vec<_> = kept.iter().map(|key| (*key, query::value(&now, key))).collect();
            let mut text = query::merged(&text, &fresh);
            if text.is_empty() && plain {
                text = "view=all".to_owned();
            }
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

    /// The labels of values with commas between.
    fn labels(&self, values: &str) -> Vec<String> {
        let label =
            |value: &str| self.options.iter().find(|o| o.0 == value).map_or(value, |o| &o.1).to_owned();
        values.split(',').filter(|v| !v.is_empty()).map(label).collect()
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
    /// Names of filters of which several values can be chosen.
    #[prop(optional)]
    many: Vec<&'static str>,
    /// Names of filters of which one value is always chosen, the first if the URL names none.
    #[prop(optional)]
    always: Vec<&'static str>,
    /// Keys of the query to carry on, instead of order and period.
    #[prop(optional)]
    keep: Vec<&'static str>,
) -> impl IntoView {
    let params = use_location().query;
    let keep = if keep.is_empty() { vec!["sort", "period", "from", "to", "cmp", "tz", "cols"] } else { keep };
    let field = (!search.is_empty()).then(|| {
        let value = move || params.read().get("q").unwrap_or_default();
        view! {
            <label class="pick grow">
                <span class="vh">"Search"</span>
                <input type="search" name="q" placeholder=search value=value prop:value=value autocomplete="off" />
            </label>
        }
    });
    let chips: Vec<Filter> = filters.iter().filter(|f| !always.contains(&f.name)).cloned().collect();
    let choices = filters
        .into_iter()
        .map(|f| {
            if many.contains(&f.name) {
                several(f)
            } else {
                let any = !always.contains(&f.name);
                one(f, any)
            }
        })
        .collect_view();
    view! {
        <GetForm class="filters" role="search" keep>
            {field}
            {choices}
            <button type="submit" class="btn s">"Filter"</button>
        </GetForm>
        <div class="chips">{chips_of(chips)}</div>
    }
}

/// A chip for each filter that is set; it takes the filter away.
fn chips_of(filters: Vec<Filter>) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let params = use_location().query;
    let path = use_location().pathname;
    let plain = keep_plain();
    move || {
        let query = params.read();
        let chip = |name: &'static str, label: &str, value: &str| {
            let href = move || {
                let path = path.get();
                let to = query::href_with(&path, &params.read(), &[(name, "")]);
                if plain && to == path { format!("{path}?view=all") } else { to }
            };
            let fresh = href;
            let text = format!("{label}: {value}");
            view! {
                <a class="chip on" href=href data-noscroll="true" on:click=move |e| browser::lead_to(&e, &fresh())>
                    {text}
                    <span aria-hidden="true">" ✕"</span>
                    <span class="vh">", remove this filter"</span>
                </a>
            }
        };
        let searched = query.get("q").filter(|q| !q.is_empty()).map(|q| chip("q", "Search", &q));
        let chosen = filters.iter().filter_map(|f| {
            let value = query::value(&query, f.name);
            (!value.is_empty()).then(|| chip(f.name, f.label, &f.labels(&value).join(", ")))
        });
        searched.into_iter().chain(chosen).collect_view().into_any()
    }
}

/// One value, or with `any` none.
fn one(f: Filter, any: bool) -> AnyView {
    let params = use_location().query;
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
    let first = if any { None } else { Some("1") };
    let value = move || {
        let given = params.read().get(name).filter(|v| !v.is_empty());
        given.unwrap_or_else(|| first.unwrap_or_default().to_owned())
    };
    view! {
        <label class="pick">
            {f.label}
            <select name=name prop:value=value on:change=|e| browser::submit_form_of(&e)>
                {any.then(|| view! { <option value="">"Any"</option> })}
                {options}
            </select>
        </label>
    }
    .into_any()
}

/// Any number of values: boxes below a button that says which.
fn several(f: Filter) -> AnyView {
    let params = use_location().query;
    let name = f.name;
    let details = NodeRef::<html::Details>::new();
    browser::fold_outside(details);
    let escape = move |e: ev::KeyboardEvent| {
        if e.key() == "Escape" {
            e.prevent_default();
            e.stop_propagation();
            browser::fold(details);
        }
    };
    let chosen = {
        let f = f.clone();
        move || match f.labels(&query::value(&params.read(), name)) {
            none if none.is_empty() => "Any".to_owned(),
            few if few.len() < 3 => few.join(", "),
            many => format!("{} chosen", many.len()),
        }
    };
    let boxes = f
        .options
        .into_iter()
        .map(|(value, label)| {
            let word = value.clone();
            let on = move || query::value(&params.read(), name).split(',').any(|v| v == word);
            view! {
                <label class="tick">
                    <input
                        type="checkbox"
                        name=name
                        value=value
                        checked=on.clone()
                        prop:checked=on
                        on:change=|e| browser::submit_form_of(&e)
                    />
                    {label}
                </label>
            }
        })
        .collect_view();
    view! {
        <details class="menu-pop several" name="menu" data-filter=name node_ref=details on:keydown=escape>
            <summary class="pick">{f.label}<b>{chosen}</b><span aria-hidden="true">"▾"</span></summary>
            <div class="pop">
                <fieldset class="ticks"><legend class="vh">{f.label}</legend>{boxes}</fieldset>
            </div>
        </details>
    }
    .into_any()
}

//! Chooses the period of a report: presets, own days, what to compare with, time zone. All of it is in the URL, and
//! every choice is a link or a GET form.
//!
//! The preset that a person last chose here is remembered, and pages that are opened without a period show it. Only
//! choosing counts, not opening an address, so that somebody else's link changes nobody's habits; own days are meant for
//! once. A page that shows the remembered period puts it into its address at once ([`say_so`]): what is then copied from
//! there, bookmarked or sent to a colleague means the same for everybody, and whoever opens an address with a period
//! sees that one, whatever they chose themselves.

use super::{
    browser,
    filter::GetForm,
    query::{self, CHOSEN},
};
use crate::account::RememberPeriod;
use domain::{
    period::{Compare, PRESETS, ZONES, zone_label},
    view::PeriodView,
};
use leptos::{ev, html, prelude::*, server_fn::ServerFn as _};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

/// What the forms of the picker carry on beside the keys of the period itself.
const KEPT: &[&str] = &["sort", "q", "cols", "metric"];

/// Keys of the period itself.
const OWN: &[&str] = &["period", "from", "to", "cmp", "tz"];

/// Chooses the period, what it is compared with, and the zone whose days it is made of. The zone is always in sight.
#[component]
pub fn PeriodPicker(
    /// The period in force.
    period: PeriodView,
    /// Other keys of the query to carry on, such as filters of the list below.
    #[prop(optional)]
    keep: Vec<&'static str>,
    /// The page compares nothing, as lists do.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView {
    let kept = |more: &[&'static str]| -> Vec<&'static str> {
        let mut all: Vec<_> = KEPT.iter().chain(&keep).copied().collect();
        all.retain(|key| !OWN.contains(key));
        all.extend(more);
        all.sort_unstable();
        all.dedup();
        all
    };
    if period.remembered {
        say_so(&period.key);
    }
    let details = NodeRef::<html::Details>::new();
    let (quick, days, view) = (kept(&["tz"]), kept(&["tz", "cmp"]), kept(&["period", "from", "to"]));
    let zone = zone_label(&period.tz);
    let wrong = period.problem.is_some();
    let label = if period.days == period.label { "Own days".to_owned() } else { period.label.clone() };
    let close = move |_| browser::fold(details);
    let compare = |in_bar| (!alone).then(|| compare_select(&period, in_bar));
    let bar = view! { {preset_select(&period, details)} {compare(true)} };
    let presets = preset_list(&period, details);
    let own = own_days(&period, days);
    let reading = view! { {compare(false)} {zone_select(&period)} };
    view! {
        <div class="period">
            <GetForm class="filters quick" keep=quick>
                {bar}
                <button type="submit" class="btn s no-js" name=CHOSEN value="1">"Show"</button>
            </GetForm>
            <details
                class="dates"
                open=wrong
                node_ref=details
                on:keydown=move |e: ev::KeyboardEvent| {
                    if e.key() == "Escape" {
                        e.stop_propagation();
                        browser::fold(details);
                    }
                }
            >
                <summary class="pick" on:keydown=by_letter(details)>
                    <span class="vh">"Days and time zone: "</span>
                    <span class="days">{period.days.clone()}</span>
                    <span class="zone">{zone}</span>
                </summary>
                <div class="pop">
                    <div class="pop-head">
                        <p><b>{label}</b><span class="sub">{period.days.clone()}</span></p>
                        <button type="button" class="btn s only-js" on:click=close>"Close"</button>
                    </div>
                    {presets}
                    <div class="pop-forms">
                        {own}
                        <GetForm class="stack" keep=view>
                            {reading}
                            <button type="submit" class="btn no-js">"Show"</button>
                        </GetForm>
                    </div>
                </div>
            </details>
        </div>
    }
}

/// The presets in the top bar. "Custom" opens the panel with the fields for the days.
fn preset_select(period: &PeriodView, details: NodeRef<html::Details>) -> AnyView {
    let key = period.key.clone();
    let options = PRESETS
        .iter()
        .map(|p| view! { <option value=p.word selected=p.word == key>{p.label}</option> })
        .collect_view();
    let chosen = move |e: ev::Event| {
        let word = event_target_value(&e);
        if word == "custom" {
            browser::unfold(details, "input");
        } else {
            remember(&word);
            browser::submit_form_of(&e);
        }
    };
    view! {
        <label class="pick">
            <span class="pick-name">"Period"</span>
            <select name="period" prop:value=key.clone() on:change=chosen>{options}</select>
        </label>
    }
    .into_any()
}

/// What to compare with; nothing, where there is nothing before.
fn compare_select(period: &PeriodView, in_bar: bool) -> AnyView {
    let never = period.key == "all";
    let options = Compare::ALL
        .iter()
        .map(|c| {
            let on = *c == period.cmp;
            // The default is not written into the URL.
            let word = if *c == Compare::default() { "" } else { c.word() };
            let label = match *c {
                Compare::Prev if on && in_bar => period.prev_label.clone(),
                c => c.label().to_owned(),
            };
            view! { <option value=word selected=on>{label}</option> }
        })
        .collect_view();
    let value = if period.cmp == Compare::default() { "" } else { period.cmp.word() };
    let select = view! {
        <select name="cmp" prop:value=value disabled=never on:change=|e| browser::submit_form_of(&e)>{options}</select>
    };
    if in_bar {
        view! { <label class="pick compare"><span class="pick-name">"Compare"</span>{select}</label> }
            .into_any()
    } else {
        view! { <label class="field"><span>"Compare with"</span>{select}</label> }.into_any()
    }
}

/// Zones by name, the reader's own first.
fn zone_select(period: &PeriodView) -> AnyView {
    if period.fixed_zone {
        return view! { <p class="sub">{format!("This report counts days of {}.", period.tz)}</p> }
            .into_any();
    }
    let (own, tz) = (period.own_zone, period.tz.clone());
    let mine = if own { format!("{} (yours)", zone_label(&tz)) } else { "Your own".to_owned() };
    let odd = (!own && !ZONES.contains(&tz.as_str()))
        .then(|| view! { <option value=tz.clone() selected=true>{tz.replace('_', " ")}</option> });
    let options = ZONES
        .iter()
        .map(|name| {
            view! { <option value=*name selected=!own && *name == tz>{name.replace('_', " ")}</option> }
        })
        .collect_view();
    let error = error_of(period, "tz");
    let (invalid, described) = aria_of(period, "tz");
    view! {
        <label class="field">
            <span>"Time zone"</span>
            <select
                name="tz"
                aria-invalid=invalid
                aria-describedby=described
                on:change=|e| browser::submit_form_of(&e)
            >
                <option value="" selected=own>{mine}</option>
                {odd}
                {options}
            </select>
            {error}
        </label>
    }
    .into_any()
}

/// Every preset as a link, with the letter that chooses it.
fn preset_list(period: &PeriodView, details: NodeRef<html::Details>) -> AnyView {
    let params = use_query_map().get_untracked();
    let path = use_location().pathname.get_untracked();
    let items = PRESETS
        .iter()
        .filter(|p| p.word != "custom")
        .map(|p| {
            let to = |chosen| {
                let set = [("period", p.word), ("from", ""), ("to", ""), (CHOSEN, chosen)];
                query::href_with(&path, &params, &set)
            };
            let (href, plain) = (to("1"), to(""));
            let current = (p.word == period.key).then_some("true");
            let choose = move |e: ev::MouseEvent| {
                remember(p.word);
                browser::lead_to(&e, &plain);
            };
            view! {
                <li>
                    <a href=href aria-current=current data-noscroll="true" on:click=choose>
                        {p.label}
                        <kbd class="only-js" aria-hidden="true">{p.key.to_ascii_uppercase().to_string()}</kbd>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="presets" aria-label="Periods" on:keydown=by_letter(details)>{items}</ul> }.into_any()
}

/// Letters choose a preset while the summary or the list of the picker has the focus.
fn by_letter(details: NodeRef<html::Details>) -> impl Fn(ev::KeyboardEvent) + Clone + 'static {
    let params = use_query_map();
    let path = use_location().pathname;
    let navigate = use_navigate();
    move |e: ev::KeyboardEvent| {
        if e.ctrl_key() || e.alt_key() || e.meta_key() {
            return;
        }
        let key = e.key().to_ascii_lowercase();
        let Some(preset) = PRESETS.iter().find(|p| p.key.to_string() == key) else { return };
        e.prevent_default();
        e.stop_propagation();
        if preset.word == "custom" {
            browser::unfold(details, "input");
            return;
        }
        remember(preset.word);
        let set = [("period", preset.word), ("from", ""), ("to", "")];
        let to = query::href_with(&path.get_untracked(), &params.read_untracked(), &set);
        navigate(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    }
}

/// Tells the server which period was chosen. Should that fail, the page shows it all the same.
fn remember(word: &str) {
    browser::post(RememberPeriod::url(), format!("period={}", query::escape(word)), false, |_| ());
}

/// Puts the remembered period into the address of a page that was opened without one.
fn say_so(word: &str) {
    let location = use_location();
    let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
    let search = search.trim_start_matches('?');
    let more = if search.is_empty() { String::new() } else { format!("{search}&") };
    let to = format!("{path}?{more}period={}", query::escape(word));
    #[cfg(feature = "ssr")]
    crate::ctx::redirect(&to);
    #[cfg(not(feature = "ssr"))]
    {
        let navigate = use_navigate();
        let how = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        Effect::new(move |_| navigate(&to, how.clone()));
    }
}

/// First and last day, with what is wrong about them.
fn own_days(period: &PeriodView, keep: Vec<&'static str>) -> AnyView {
    let (from, to) = period.asked.clone().unwrap_or((period.from.clone(), period.to.clone()));
    let field = |name: &'static str, label: &'static str, value: String| {
        let (invalid, described) = aria_of(period, name);
        view! {
            <label class="field">
                <span>{label}</span>
                <input type="date" name=name value=value aria-invalid=invalid aria-describedby=described />
                {error_of(period, name)}
            </label>
        }
    };
    let fields = view! { {field("from", "First day", from)} {field("to", "Last day", to)} };
    view! {
        <GetForm class="stack" keep=keep>
            <input type="hidden" name="period" value="custom" />
            <div class="pair">{fields}</div>
            <button type="submit" class="btn primary">"Show these days"</button>
        </GetForm>
    }
    .into_any()
}

fn error_of(period: &PeriodView, field: &'static str) -> Option<AnyView> {
    let (_, why) = period.problem.clone().filter(|(name, _)| name == field)?;
    let id = format!("period-{field}-error");
    Some(view! { <span class="error" id=id role="alert">{why}</span> }.into_any())
}

/// `aria-invalid` and `aria-describedby`.
fn aria_of(period: &PeriodView, field: &'static str) -> (Option<&'static str>, Option<String>) {
    let wrong = period.problem.as_ref().is_some_and(|(name, _)| name == field);
    (wrong.then_some("true"), wrong.then(|| format!("period-{field}-error")))
}

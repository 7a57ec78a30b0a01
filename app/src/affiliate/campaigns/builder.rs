//! Builds a tracking URL with source, sub-ids and deep link. A plain GET form: the finished URL is part of the page,
//! and with JavaScript it follows the typing.

use crate::ui::{Card, CopyButton, filter::GetForm};
use domain::{clicks::host_allowed, macros::push_parameter, validate};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const SUBS: [&str; 5] = ["sub1", "sub2", "sub3", "sub4", "sub5"];
/// Most characters of a source and of a sub-id; clicks are cut to as many bytes.
const SOURCE_MAX: usize = 128;
const SUB_MAX: usize = 255;
const NO_ADDRESS: &str =
    "Enter a web address that starts with https:// or http://, of at most 2,000 characters.";

/// What is typed: source, sub-ids, deep link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Typed {
    source: String,
    subs: [String; SUBS.len()],
    url: String,
}

impl Typed {
    fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| value(name).unwrap_or_default();
        Self { source: value("source"), subs: SUBS.map(value), url: value("url") }
    }

    fn get(&self, name: &str) -> &str {
        match SUBS.iter().position(|s| *s == name) {
            Some(n) => &self.subs[n],
            None if name == "source" => &self.source,
            None => &self.url,
        }
    }

    fn set(&mut self, name: &str, value: String) {
        match SUBS.iter().position(|s| *s == name) {
            Some(n) => self.subs[n] = value,
            None if name == "source" => self.source = value,
            None => self.url = value,
        }
    }

    /// `base` with the parameters that have a value, in a fixed order. A deep link that would not work is left out.
    fn built(&self, base: &str, hosts: &[String]) -> String {
        let mut out = base.to_owned();
        for name in ["source"].into_iter().chain(SUBS).chain(["url"]) {
            let value = self.get(name).trim();
            if !value.is_empty() && (name != "url" || deep_link(value, hosts).is_ok()) {
                let first = !out.contains('?');
                push_parameter(&mut out, first, name, value);
            }
        }
        out
    }
}

/// Whether visitors would arrive there; else what to change.
fn deep_link(text: &str, hosts: &[String]) -> Result<(), String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(());
    }
    validate::destination(text).map_err(|_| NO_ADDRESS.to_owned())?;
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = place.split_once(':').map_or(place, |(host, _)| host);
    if !host_allowed(host, hosts) {
        return Err(format!("This campaign takes deep links to {} only.", names(hosts)));
    }
    Ok(())
}

/// Hosts for people: `shop.example, brand.example and its subdomains`.
fn names(hosts: &[String]) -> String {
    let one = |h: &String| match h.strip_prefix('.') {
        Some(parent) => format!("{parent} and its subdomains"),
        None => h.clone(),
    };
    hosts.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The builder of one link.
#[component]
pub fn Builder(
    /// The bare tracking URL.
    base: String,
    /// Hosts that deep links may lead to; none hides the field.
    hosts: Vec<String>,
) -> impl IntoView {
    let query = use_query_map();
    let typed = RwSignal::new(Typed::read(|name| query.read_untracked().get(name)));
    // Back and forward change the address: the fields follow.
    Effect::new(move |_| typed.set(Typed::read(|name| query.read().get(name))));
    let deep = (!hosts.is_empty()).then(|| deep_field(typed, hosts.clone()));
    let url = Memo::new(move |_| typed.read().built(&base, &hosts));
    let subs = SUBS.map(|name| field(typed, name, name, SUB_MAX)).collect_view();
    view! {
        <Card title="Your link" sub="Add what you want to see again in your reports.">
            <div class="stack">
                <div class="field">
                    <label for="tracking-url">"Tracking URL"</label>
                    <div class="with-copy">
                        <input id="tracking-url" type="text" readonly=true value=move || url.get() prop:value=move || url.get() />
                        {move || view! { <CopyButton text=url.get() what="tracking URL" wide=true /> }}
                    </div>
                </div>
                <GetForm class="stack builder">
                    <div class="fields">{field(typed, "source", "Source", SOURCE_MAX)} {subs}</div>
                    {deep}
                    <div><button type="submit" class="btn">"Build URL"</button></div>
                </GetForm>
            </div>
        </Card>
    }
}

fn field(typed: RwSignal<Typed>, name: &'static str, label: &'static str, max: usize) -> AnyView {
    let id = format!("build-{name}");
    let value = move || typed.read().get(name).to_owned();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                name=name
                type="text"
                value=value
                prop:value=value
                maxlength=max.to_string()
                autocomplete="off"
                spellcheck="false"
                on:input=move |e| typed.write().set(name, event_target_value(&e))
            />
        </div>
    }
    .into_any()
}

fn deep_field(typed: RwSignal<Typed>, hosts: Vec<String>) -> AnyView {
    let hint = format!("A page on {}.", names(&hosts));
    let wrong = Memo::new(move |_| deep_link(&typed.read().url, &hosts).err());
    let value = move || typed.read().url.clone();
    let described =
        move || if wrong.read().is_some() { "build-url-hint build-url-error" } else { "build-url-hint" };
    view! {
        <div class="field">
            <label for="build-url">"Deep link"</label>
            <p class="hint" id="build-url-hint">{hint}</p>
            <input
                id="build-url"
                name="url"
                type="url"
                value=value
                prop:value=value
                maxlength="2000"
                autocomplete="off"
                aria-describedby=described
                aria-invalid=move || wrong.read().is_some().then_some("true")
                on:input=move |e| typed.write().set("url", event_target_value(&e))
            />
            {move || wrong.get().map(|why| view! { <p class="error" id="build-url-error">{why}</p> })}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        Typed::read(|name| pairs.iter().find(|p| p.0 == name).map(|p| p.1.to_owned()))
    }

    #[test]
    fn values_are_encoded_and_ordered() {
        let all = typed(&[("sub2", "a b&c"), ("source", "mail"), ("sub1", "  ")]);
        assert_eq!(
            all.built("https://t.example/c/abc", &[]),
            "https://t.example/c/abc?source=mail&sub2=a%20b%26c"
        );
        assert_eq!(typed(&[]).built("https://t.example/c/abc", &[]), "https://t.example/c/abc");
    }

    #[test]
    fn a_deep_link_that_would_not_work_is_left_out() {
        let hosts = ["shop.example".to_owned(), ".brand.example".to_owned()];
        let base = "https://t.example/c/abc";
        for good in ["https://shop.example/a?b=1", "http://www.brand.example", "https://shop.example:8443/"] {
            assert_eq!(deep_link(good, &hosts), Ok(()), "{good}");
            assert!(typed(&[("url", good)]).built(base, &hosts).contains("?url=http"), "{good}");
            assert_eq!(typed(&[("url", good)]).built(base, &[]), base, "{good}");
        }
        for bad in [
            "shop.example",
            "javascript:alert(1)",
            "https://evil.test/",
            "https://shop.example@evil.test/",
            "https://",
        ] {
            assert!(deep_link(bad, &hosts).is_err(), "{bad}");
            assert_eq!(typed(&[("url", bad)]).built(base, &hosts), base, "{bad}");
        }
    }
}

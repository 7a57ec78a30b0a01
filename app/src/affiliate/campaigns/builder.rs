//! Builds a tracking URL with source, sub-ids and deep link. A plain GET form: the finished URL is part of the page,
//! with or without JavaScript.

use crate::ui::{Card, CopyButton, filter::GetForm};
use domain::macros::push_parameter;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const SUBS: [&str; 5] = ["sub1", "sub2", "sub3", "sub4", "sub5"];

/// `base` with the parameters that have a value, in a fixed order.
fn built(base: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = base.to_owned();
    for name in ["source"].into_iter().chain(SUBS).chain(["url"]) {
        if let Some(value) = value(name).filter(|v| !v.trim().is_empty()) {
            let first = !out.contains('?');
            push_parameter(&mut out, first, name, value.trim());
        }
    }
    out
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
    let asked = move |name: &str| query.read().get(name);
    let url = Memo::new(move |_| built(&base, asked));
    let field = move |name: &'static str, label: &'static str, hint: &'static str| {
        let id = format!("build-{name}");
        let value = query.read_untracked().get(name).unwrap_or_default();
        let hint = (!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> });
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                {hint}
                <input id=id name=name type="text" value=value maxlength="255" autocomplete="off" spellcheck="false" />
            </div>
        }
    };
    let deep = (!hosts.is_empty()).then(|| {
        let where_to = format!(
            "A page on {}.",
            hosts.iter().map(|h| h.trim_start_matches('.')).collect::<Vec<_>>().join(", ")
        );
        let value = query.read_untracked().get("url").unwrap_or_default();
        view! {
            <div class="field">
                <label for="build-url">"Deep link"</label>
                <p class="hint">{where_to}</p>
                <input id="build-url" name="url" type="url" value=value maxlength="2000" autocomplete="off" />
            </div>
        }
    });
    view! {
        <Card title="Your link" sub="Add what you want to see again in your reports.">
            <div class="field">
                <label for="tracking-url">"Tracking URL"</label>
                <div class="with-copy">
                    <input id="tracking-url" type="text" readonly=true value=move || url.get() prop:value=move || url.get() />
                    {move || view! { <CopyButton text=url.get() what="tracking URL" wide=true /> }}
                </div>
            </div>
            <GetForm class="stack builder">
                <div class="fields">
                    {field("source", "Source", "")}
                    {SUBS.map(|name| field(name, name, "")).collect_view()}
                </div>
                {deep}
                <button type="submit" class="btn">"Build URL"</button>
            </GetForm>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::built;

    #[test]
    fn values_are_encoded_and_ordered() {
        let value = |name: &str| match name {
            "sub2" => Some("a b&c".to_owned()),
            "source" => Some("mail".to_owned()),
            "sub1" => Some("  ".to_owned()),
            _ => None,
        };
        assert_eq!(
            built("https://t.example/c/abc", value),
            "https://t.example/c/abc?source=mail&sub2=a%20b%26c"
        );
        assert_eq!(built("https://t.example/c/abc", |_| None), "https://t.example/c/abc");
    }
}

//! Links that keep the present query and change a part of it. Lists are driven by their URL.

use leptos::prelude::*;
use leptos_router::{hooks::use_location, params::ParamsMap};

/// Key that says, without JavaScript, that the period was chosen in the picker and is to be remembered. The server takes
/// it out of the address again.
pub const CHOSEN: &str = "chosen";

/// The query of the address as it stands there, without the question mark: what lists are keyed on.
#[must_use]
pub fn query_text() -> Memo<String> {
    let search = use_location().search;
    Memo::new(move |_| search.read().trim_start_matches('?').to_owned())
}

/// `path?query` with `set` applied: an empty value removes the key. Unless set, `page` goes, because a changed
/// filter or order starts over.
#[must_use]
pub fn href_with(path: &str, query: &ParamsMap, set: &[(&str, &str)]) -> String {
    let mut pairs: Vec<(String, String)> = query
        .latest_values()
        .map(|(k, _)| (k.to_string(), value(query, k)))
        .filter(|(k, v)| {
            let k: &str = k;
            !v.is_empty()
                && k != "page"
                && k != "done"
                && k != CHOSEN
                && !k.starts_with("__")
                && !set.iter().any(|s| s.0 == k)
        })
        .collect();
    pairs.extend(set.iter().filter(|s| !s.1.is_empty()).map(|s| (s.0.to_owned(), s.1.to_owned())));
    let text: Vec<_> = pairs.iter().map(|(k, v)| format!("{}={}", escape(k), escape(v))).collect();
    if text.is_empty() { path.to_owned() } else { format!("{path}?{}", text.join("&")) }
}

/// The value of a key; what a form with boxes repeats is one list with commas.
#[must_use]
pub fn value(query: &ParamsMap, key: &str) -> String {
    let all = query.get_all(key).unwrap_or_default();
    all.iter().map(String::as_str).filter(|v| !v.is_empty()).collect::<Vec<_>>().join(",")
}

/// A form's query with what is kept from the address in the place of its hidden fields. A key that stands there several
/// times becomes one list with commas; an empty value goes.
#[must_use]
pub fn merged(form: &str, kept: &[(&str, String)]) -> String {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (key, value) in form.split('&').filter_map(|pair| pair.split_once('=')) {
        if value.is_empty() || kept.iter().any(|k| k.0 == key && !k.1.is_empty()) {
            continue;
        }
        match pairs.iter_mut().find(|p| p.0 == key) {
            Some(before) => before.1 = format!("{},{value}", before.1),
            None => pairs.push((key.to_owned(), value.to_owned())),
        }
    }
    let kept = kept.iter().filter(|k| !k.1.is_empty()).map(|(k, v)| ((*k).to_owned(), escape(v)));
    pairs.extend(kept);
    pairs.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("&")
}

/// The order a click on a header leads to: descending first, then ascending.
#[must_use]
pub fn next_sort(key: &str, current: &str) -> String {
    if current.strip_prefix('-') == Some(key) { key.to_owned() } else { format!("-{key}") }
}

/// Percent-encodes all but unreserved characters and commas.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~,".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push('%');
            out.push(char::from(b"0123456789ABCDEF"[usize::from(b >> 4)]));
            out.push(char::from(b"0123456789ABCDEF"[usize::from(b & 15)]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_the_query_and_start_over() {
        let mut q = ParamsMap::new();
        q.insert("status", "active".into());
        q.insert("page", "3".into());
        q.insert("q", "a b".into());
        assert_eq!(href_with("/x", &q, &[("sort", "-clicks")]), "/x?status=active&q=a%20b&sort=-clicks");
        assert_eq!(href_with("/x", &q, &[("status", ""), ("q", "")]), "/x");
        assert_eq!(href_with("/x", &q, &[("page", "4"), ("q", "")]), "/x?status=active&page=4");
    }

    #[test]
    fn forms_keep_what_the_address_says_now() {
        let kept = [("sort", "-clicks".to_owned()), ("view", String::new())];
        let form = "status=paused&status=active&q=&sort=name&view=all";
        assert_eq!(merged(form, &kept), "status=paused,active&view=all&sort=-clicks");
        let mut q = ParamsMap::new();
        q.insert("status", "paused".into());
        q.insert("status", "active".into());
        assert_eq!(value(&q, "status"), "paused,active");
        assert_eq!(href_with("/x", &q, &[("sort", "name")]), "/x?status=paused,active&sort=name");
    }

    #[test]
    fn a_header_sorts_descending_first() {
        assert_eq!(next_sort("clicks", ""), "-clicks");
        assert_eq!(next_sort("clicks", "-clicks"), "clicks");
        assert_eq!(next_sort("clicks", "clicks"), "-clicks");
        assert_eq!(next_sort("clicks", "-name"), "-clicks");
    }
}

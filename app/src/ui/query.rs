//! Links that keep the present query and change a part of it. Lists are driven by their URL.

use leptos::prelude::*;
use leptos_router::{hooks::use_location, params::ParamsMap};

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
        .filter(|(k, v)| {
            let k: &str = k;
            !v.is_empty()
                && k != "page"
                && k != "done"
                && !k.starts_with("__")
                && !set.iter().any(|s| s.0 == k)
        })
        .map(|(k, v)| (k.to_string(), v.to_owned()))
        .collect();
    pairs.extend(set.iter().filter(|s| !s.1.is_empty()).map(|s| (s.0.to_owned(), s.1.to_owned())));
    let text: Vec<_> = pairs.iter().map(|(k, v)| format!("{}={}", escape(k), escape(v))).collect();
    if text.is_empty() { path.to_owned() } else { format!("{path}?{}", text.join("&")) }
}

/// The order a click on a header leads to: descending first, then ascending.
#[must_use]
pub fn next_sort(key: &str, current: &str) -> String {
    if current.strip_prefix('-') == Some(key) { key.to_owned() } else { format!("-{key}") }
}

/// Percent-encodes all but unreserved characters.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
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
    fn a_header_sorts_descending_first() {
        assert_eq!(next_sort("clicks", ""), "-clicks");
        assert_eq!(next_sort("clicks", "-clicks"), "clicks");
        assert_eq!(next_sort("clicks", "clicks"), "-clicks");
        assert_eq!(next_sort("clicks", "-name"), "-clicks");
    }
}

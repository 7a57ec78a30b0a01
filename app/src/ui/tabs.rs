//! Tabs that are addresses: each opens by itself, can be shared, and needs no JavaScript.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A row of links, of which the present one is marked. An address with a query is the present one where all of its
/// query stands in the address bar; one without where none of the others is.
#[component]
pub fn Tabs(
    /// What they choose, for screen readers, such as `Sections of this campaign`.
    #[prop(into)]
    label: String,
    /// Label and address of each.
    items: Vec<(String, String)>,
) -> impl IntoView {
    let location = use_location();
    let addresses: Vec<String> = items.iter().map(|i| i.1.clone()).collect();
    let present = Memo::new(move |_| {
        let search = location.search.read();
        current(&addresses, &location.pathname.read(), search.trim_start_matches('?'))
    });
    let links = items
        .into_iter()
        .enumerate()
        .map(|(i, (label, href))| {
            let on = move || (present.get() == Some(i)).then_some("page");
            view! { <li><a href=href aria-current=on data-noscroll="true">{label}</a></li> }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label=label><ul>{links}</ul></nav> }
}

/// Which of the addresses is the present one: the one with most of the present query.
fn current(addresses: &[String], path: &str, query: &str) -> Option<usize> {
    let path = path.trim_end_matches('/');
    let present: Vec<&str> = query.split('&').collect();
    let fits = |href: &str| {
        let (at, wants) = href.split_once('?').unwrap_or((href, ""));
        let wants: Vec<&str> = wants.split('&').filter(|w| !w.is_empty()).collect();
        (at.trim_end_matches('/') == path && wants.iter().all(|w| present.contains(w))).then_some(wants.len())
    };
    addresses
        .iter()
        .enumerate()
        .filter_map(|(i, href)| Some((fits(href)?, i)))
        .max_by_key(|(n, i)| (*n, usize::MAX - i))
        .map(|(_, i)| i)
}

#[cfg(test)]
mod tests {
    use super::current;

    #[test]
    fn the_present_tab_is_found_by_path_and_query() {
        let all: Vec<String> =
            ["/a/n", "/a/n?show=unread", "/a/n/more"].iter().map(|s| (*s).to_owned()).collect();
        assert_eq!(current(&all, "/a/n", ""), Some(0));
        assert_eq!(current(&all, "/a/n/", "before=3"), Some(0));
        assert_eq!(current(&all, "/a/n", "before=3&show=unread"), Some(1));
        assert_eq!(current(&all, "/a/n/more", "show=unread"), Some(2));
        assert_eq!(current(&all, "/a", ""), None);
    }
}

//! The lines of the command menu: places of the portal, and what the server found.

use crate::ui::nav;
use domain::{
    access::{Portal, Role},
    view::SearchView,
};

/// A line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub group: String,
    pub title: String,
    pub detail: String,
    pub id: String,
    pub href: String,
    pub state: (String, String),
}

/// Pages and actions whose name has every word that was typed.
fn places(portal: Portal, role: Role, text: &str) -> Vec<Entry> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let fits = |label: &str| {
        let label = label.to_lowercase();
        words.iter().all(|w| label.contains(w.as_str()))
    };
    let entry = |group: &str, title: &str, href: &str, detail: &str| Entry {
        group: group.to_owned(),
        title: title.to_owned(),
        detail: detail.to_owned(),
        href: href.to_owned(),
        id: String::new(),
        state: <(String, String)>::default(),
    };
    let pages = nav::sections(portal)
        .iter()
        .flat_map(|s| nav::visible(s, role).into_iter().map(|i| (s.heading, i)))
        .filter(|(_, i)| fits(i.label))
        .map(|(heading, i)| entry("Pages", i.label, i.href, heading));
    let actions =
        nav::actions(portal, role).filter(|a| fits(a.label)).map(|a| entry("Actions", a.label, a.href, ""));
    let mut all: Vec<Entry> =
        if words.is_empty() { actions.chain(pages).collect() } else { pages.chain(actions).collect() };
    if words.is_empty() {
        let home = portal.home();
        all.push(entry("Pages", "Notifications", &format!("{home}/notifications"), ""));
    }
    all
}

pub(super) fn entries(portal: Portal, role: Role, text: &str, found: Option<&SearchView>) -> Vec<Entry> {
    let mut all = places(portal, role, text.trim());
    for group in found.map(|f| f.groups.as_slice()).unwrap_or_default() {
        all.extend(group.hits.iter().map(|hit| Entry {
            group: group.label.clone(),
            title: hit.title.clone(),
            detail: hit.detail.clone(),
            id: hit.id.clone(),
            href: hit.href.clone(),
            state: hit.state.clone(),
        }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::view::{SearchGroup, SearchHit};

    #[test]
    fn places_are_found_by_their_words_and_held_to_the_role() {
        let titles = |role, text: &str| {
            places(Portal::Admin, role, text).into_iter().map(|e| e.title).collect::<Vec<_>>()
        };
        assert_eq!(titles(Role::Admin, "new camp"), ["New campaign"]);
        assert_eq!(titles(Role::Finance, "new camp"), Vec::<String>::new());
        assert_eq!(titles(Role::AffiliateManager, "HEALTH"), Vec::<String>::new());
        assert!(titles(Role::Admin, "").len() > 10);
    }

    #[test]
    fn what_the_server_found_stands_behind_the_places() {
        let hit = SearchHit { title: "Campaigns of Shop".into(), href: "/x".into(), ..SearchHit::default() };
        let found = SearchView {
            asked: "camp".into(),
            groups: vec![SearchGroup { label: "Advertisers".into(), hits: vec![hit] }],
        };
        let all = entries(Portal::Admin, Role::Admin, "campaigns", Some(&found));
        assert_eq!(all.first().map(|e| e.title.as_str()), Some("Campaigns"));
        assert_eq!(all.last().map(|e| e.href.as_str()), Some("/x"));
    }
}

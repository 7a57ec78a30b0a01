//! Every list of the portals, described once: columns, filters, what can be done with several rows at once.
//!
//! Head, cells, totals, export, saved views and forms follow from here. A list is a [`List`] in [`ALL`], its lines in
//! `engine::reports::lists`, and a page that names it.

mod admin;
mod affiliate;

pub use admin::{ADVERTISERS, AFFILIATES, CAMPAIGNS, CONVERSIONS, LINKS};
pub use affiliate::{ACCESS, OWN_CAMPAIGNS, OWN_CONVERSIONS, OWN_LINKS, OWN_SUBS};

use crate::access::Permission;

/// The lists there are.
pub const ALL: &[&List] = &[
    &CAMPAIGNS,
    &LINKS,
    &AFFILIATES,
    &ADVERTISERS,
    &CONVERSIONS,
    &OWN_CAMPAIGNS,
    &OWN_LINKS,
    &OWN_CONVERSIONS,
    &OWN_SUBS,
];

/// A list.
#[derive(Debug, Clone, Copy)]
pub struct List {
    /// Its name in stored views and audit rows; never changed.
    pub key: &'static str,
    /// Where its page is. The export is there too, with `.csv`.
    pub path: &'static str,
    pub title: &'static str,
    /// Who may read it.
    pub permission: Permission,
    /// What one row and several are called.
    pub nouns: (&'static str, &'static str),
    /// The first one names the row and cannot be hidden.
    pub columns: &'static [Column],
    /// The order when the address names none.
    pub sort: &'static str,
    /// What the search field looks through.
    pub search: &'static str,
    pub filters: &'static [Filter],
    pub bulk: &'static [Bulk],
}

impl List {
    /// The list of that key.
    #[must_use]
    pub fn of(key: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|l| l.key == key)
    }

    /// The columns that `cols` asks for, in its order; what is unknown is left out. The list's own choice where
    /// nothing known is left. The first column is always there, and first.
    #[must_use]
    pub fn shown(&self, cols: &str) -> Vec<&'static Column> {
        let mut out: Vec<&'static Column> = self.columns.iter().take(1).collect();
        for key in cols.split(',').map(str::trim) {
            if let Some(column) = self.columns.iter().find(|c| c.key == key)
                && !out.iter().any(|c| c.key == key)
            {
                out.push(column);
            }
        }
        if out.len() == 1 && cols.trim() != self.columns[0].key {
            out.extend(self.columns.iter().skip(1).filter(|c| c.on));
        }
        out
    }
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in addresses, and the order by it.
    pub key: &'static str,
    pub label: &'static str,
    /// What it means, for the tooltip; often empty.
    pub meaning: &'static str,
    /// Right-aligned, and part of the totals.
    pub figure: bool,
    /// Amounts: an export says their currency.
    pub money: bool,
    /// Whether the list can be ordered by it.
    pub sortable: bool,
    /// Shown unless the address says otherwise.
    pub on: bool,
    /// Headings in an export, one a field; without any the label.
    pub csv: &'static [&'static str],
}

impl Column {
    /// Words.
    #[must_use]
    pub const fn words(key: &'static str, label: &'static str) -> Self {
        Self { key, label, meaning: "", figure: false, money: false, sortable: false, on: true, csv: &[] }
    }

    /// A number.
    #[must_use]
    pub const fn figure(key: &'static str, label: &'static str, meaning: &'static str) -> Self {
        Self { key, label, meaning, figure: true, money: false, sortable: false, on: true, csv: &[] }
    }

    /// An amount of money.
    #[must_use]
    pub const fn money(key: &'static str, label: &'static str, meaning: &'static str) -> Self {
        Self { key, label, meaning, figure: true, money: true, sortable: false, on: true, csv: &[] }
    }

    /// With other headings in an export.
    #[must_use]
    pub const fn csv(mut self, headings: &'static [&'static str]) -> Self {
        self.csv = headings;
        self
    }

    /// The list can be ordered by it.
    #[must_use]
    pub const fn sorted(mut self) -> Self {
        self.sortable = true;
        self
    }

    /// Not shown unless asked for.
    #[must_use]
    pub const fn off(mut self) -> Self {
        self.on = false;
        self
    }

    /// Headings in an export.
    pub fn headings(&self) -> impl Iterator<Item = &'static str> {
        let label = if self.csv.is_empty() { Some(self.label) } else { None };
        self.csv.iter().copied().chain(label)
    }
}

/// What a list can be narrowed by.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// Its name in addresses.
    pub key: &'static str,
    pub label: &'static str,
    pub choices: Choices,
}

/// What a filter offers.
#[derive(Debug, Clone, Copy)]
pub enum Choices {
    /// Stored words with their labels; several may be chosen.
    Words(fn() -> Vec<(&'static str, &'static str)>),
    /// One of some words.
    Word(fn() -> Vec<(&'static str, &'static str)>),
    /// Always one of some words; the first where the address names none.
    One(fn() -> Vec<(&'static str, &'static str)>),
    /// One object; which there are comes with the list, under the filter's key.
    Objects,
}

/// What can be done with several rows at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bulk {
    /// Its name in forms; rows say by it whether they can.
    pub word: &'static str,
    /// On the button, such as `Pause`.
    pub label: &'static str,
    /// What was done, such as `paused`.
    pub done: &'static str,
    /// What it does, for the question before it.
    pub effect: &'static str,
    pub permission: Permission,
    /// Takes something away.
    pub danger: bool,
    /// Wants a reason and takes a note.
    pub reason: bool,
}

/// Most rows of one bulk action.
pub const BULK_MOST: i64 = 500;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use std::collections::HashSet;

    #[test]
    fn lists_are_sound() {
        let mut keys = HashSet::new();
        for list in ALL {
            assert!(keys.insert(list.key) && List::of(list.key).is_some_and(|l| l.path == list.path));
            let portal = Role::ALL.iter().find(|r| r.may(list.permission)).unwrap().portal();
            assert!(list.path.starts_with(portal.home()), "{}", list.path);
            let mut columns = HashSet::new();
            assert!(list.columns.iter().all(|c| columns.insert(c.key)), "{}", list.key);
            assert!(list.columns[0].on && !list.columns[0].figure);
            let sorted = list.sort.trim_start_matches('-');
            assert!(list.columns.iter().any(|c| c.key == sorted && c.sortable), "{}", list.key);
            let query = crate::view::ListQuery::default();
            for filter in list.filters {
                let mut set = query.clone();
                set.set(filter.key, "x");
                assert_eq!(set.get(filter.key), "x", "{} is no key of addresses", filter.key);
            }
        }
    }

    #[test]
    fn columns_are_chosen_by_the_address() {
        let keys = |cols: &str| CAMPAIGNS.shown(cols).iter().map(|c| c.key).collect::<Vec<_>>();
        assert_eq!(keys("clicks,name,impressions,clicks,evil"), ["name", "clicks", "impressions"]);
        assert_eq!(keys("name"), ["name"]);
        assert_eq!(keys("evil"), keys(""));
        assert!(!keys("").contains(&"impressions") && keys("").contains(&"clicks"));
    }
}

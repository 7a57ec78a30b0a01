//! Lists for programs: keyset pages, so that a walk through a list meets every row once, whatever is added meanwhile.
//!
//! A page begins behind the last row of the page before, never at a number of rows. Row-level security decides whose
//! rows these are, as everywhere.

pub mod accounts;
pub mod audit;
pub mod campaigns;
pub mod conversions;
pub mod ledger;
pub mod links;
pub mod stats;

use crate::config::ListFilter;
use sqlx::{Postgres, QueryBuilder};

/// What lists of named objects can be sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Ids grow with time.
    #[default]
    Created,
    Name,
}

/// The last row of the page before: its name and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub name: String,
    pub id: i64,
}

/// Which part of a list of named objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    pub sort: Sort,
    pub descending: bool,
    /// `None`: from the beginning.
    pub after: Option<Mark>,
    /// Most rows.
    pub limit: i64,
}

/// A search text as lists take it: a part of a name, or an id of any kind.
#[must_use]
pub fn search(q: &str) -> ListFilter {
    ListFilter::new("", q, 1, 1)
}

/// Adds the place where the page begins, the order and the limit. `name` and `id` are columns.
fn cut(q: &mut QueryBuilder<Postgres>, c: &Cut, name: &'static str, id: &'static str) {
    let (than, direction) = if c.descending { ("<", "DESC") } else { (">", "ASC") };
    match (&c.after, c.sort) {
        (None, _) => {}
        (Some(mark), Sort::Created) => {
            q.push(format_args!(" AND {id} {than} ")).push_bind(mark.id);
        }
        (Some(mark), Sort::Name) => {
            q.push(format_args!(" AND (lower({name}), {id}) {than} (lower("));
            q.push_bind(mark.name.clone()).push("), ").push_bind(mark.id).push(")");
        }
    }
    match c.sort {
        Sort::Created => q.push(format_args!(" ORDER BY {id} {direction}")),
        Sort::Name => q.push(format_args!(" ORDER BY lower({name}) {direction}, {id} {direction}")),
    };
    q.push(" LIMIT ").push_bind(c.limit);
}

//! What the REST API reads, page by page or one by one, and changes in part. Creating and deciding are the use cases
//! that the portals have, too.

pub mod accounts;
pub mod audit;
pub mod campaigns;
pub mod clicks;
pub mod conversions;
mod cursor;
pub mod ledger;
pub mod links;
pub mod stats;

use crate::EngineError;
use cursor::Cursor;
use domain::access::Realm;
use std::fmt::Debug;
use store::{
    Db,
    api::{Cut, Mark, Sort},
};

/// Which page of a list.
#[derive(Debug, Clone, Default)]
pub struct Paging {
    /// Rows on a page.
    pub limit: i64,
    /// [`Paged::next`] of the page before; `None` for the first page.
    pub cursor: Option<String>,
    /// Count the rows on all pages, too.
    pub total: bool,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Paged<T> {
    pub rows: Vec<T>,
    /// Leads to the next page; `None` on the last.
    pub next: Option<String>,
    /// Rows on all pages, where they were asked for.
    pub total: Option<i64>,
}

impl<T> Paged<T> {
    fn map<U>(self, change: impl FnMut(T) -> U) -> Paged<U> {
        Paged { rows: self.rows.into_iter().map(change).collect(), next: self.next, total: self.total }
    }
}

/// Who asks, and whose rows that are.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    pub db: &'a Db,
    pub realm: Realm,
}

/// The order of lists of named objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Order {
    pub sort: Sort,
    pub descending: bool,
}

impl Paging {
    /// Reads the cursor, which must come from the list that `list` describes. One row more than asked for tells
    /// whether there is another page.
    fn open<const N: usize>(&self, list: &impl Debug) -> Result<Option<[String; N]>, EngineError> {
        self.cursor.as_deref().map(|text| Cursor::read(text, list)).transpose()
    }

    /// Rows to fetch: one more than the page has.
    fn fetch(&self) -> i64 {
        self.limit.saturating_add(1)
    }

    /// Takes the spare row away again, and makes the cursor of the last one that stays.
    fn close<T, const N: usize>(
        &self,
        mut rows: Vec<T>,
        list: &impl Debug,
        mark: impl Fn(&T) -> [String; N],
    ) -> Paged<T> {
        let limit = usize::try_from(self.limit).unwrap_or_default();
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| Cursor::write(&mark(last), list));
        Paged { rows, next, total: None }
    }
}

/// A wrong cursor, however it came about.
fn bad_cursor() -> EngineError {
    EngineError::invalid(
        "cursor",
        "This cursor belongs to another list: send the filters it came with, or begin again without it.",
    )
}

/// The part of a list of named objects that the paging asks for.
fn cut(paging: &Paging, order: Order, list: &impl Debug) -> Result<Cut, EngineError> {
    let after = match paging.open::<2>(list)? {
        Some([name, id]) => Some(Mark { name, id: number(&id)? }),
        None => None,
    };
    Ok(Cut { sort: order.sort, descending: order.descending, after, limit: paging.fetch() })
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, EngineError> {
    text.parse().map_err(|_| bad_cursor())
}

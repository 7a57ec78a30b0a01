//! A list on a page: rows of cells, one a column.

use super::parts::{Choice, DataAsOf, PeriodView, Rows, TimeView};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What stands in a column. Text is for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing there: an en dash.
    Empty,
    /// The first of a row.
    Name {
        text: String,
        /// Id of the object whose page it leads to; empty where there is none.
        to: String,
        /// Id of the row, to copy; empty where it has none.
        id: String,
    },
    /// A link's code, and the link's id.
    Link {
        code: String,
        id: String,
    },
    /// A link's address, to copy.
    Address {
        code: String,
    },
    Text(String),
    /// Monospaced.
    Code(String),
    /// Another object.
    Object {
        name: String,
        id: String,
    },
    /// Two objects above each other.
    Objects(Choice, Choice),
    Status {
        /// Stored word.
        word: String,
        label: String,
        /// Below it; often empty.
        below: String,
        /// Code and sentence, of what did not count.
        reason: Option<(String, String)>,
    },
    Figure {
        text: String,
        /// Percent of the largest of the column, for a bar.
        share: Option<u8>,
        /// Is not part of any sum.
        struck: bool,
    },
    Time(TimeView),
}

impl Cell {
    /// A figure without ornament.
    #[must_use]
    pub fn figure(text: String) -> Self {
        Self::Figure { text, share: None, struck: false }
    }

    /// What is read in it, for tests and searches.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Empty => "",
            Self::Name { text, .. }
            | Self::Text(text)
            | Self::Code(text)
            | Self::Figure { text, .. }
            | Self::Link { code: text, .. }
            | Self::Address { code: text }
            | Self::Object { name: text, .. }
            | Self::Status { label: text, .. } => text,
            Self::Objects(first, _) => &first.name,
            Self::Time(at) => &at.local,
        }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRow {
    /// Prefixed id; empty for rows that are no objects.
    pub id: String,
    /// What questions call it.
    pub name: String,
    /// Stored word; often empty.
    pub status: String,
    /// Words of what can be done with it.
    pub can: Vec<String>,
    /// One a shown column.
    pub cells: Vec<Cell>,
}

/// A line of totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalsLine {
    pub label: String,
    /// One a shown column after the first.
    pub cells: Vec<Cell>,
}

/// A list as somebody saved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: String,
    pub name: String,
    /// As in an address, without question mark.
    pub query: String,
    pub shared: bool,
    /// Opens with the list; of one's own only.
    pub is_default: bool,
    /// Whether it is the reader's own; others' are shared ones.
    pub own: bool,
    /// Who saved it.
    pub owner: String,
}

/// What came of an action on many rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkOutcome {
    /// Word of the action.
    pub action: String,
    pub done: usize,
    /// Was so before.
    pub already: usize,
    /// Its state does not allow it.
    pub impossible: usize,
    /// Is not there any more, or not the asker's to see.
    pub gone: usize,
}

impl BulkOutcome {
    /// As a word in an address.
    #[must_use]
    pub fn word(&self) -> String {
        format!("bulk.{}.{}.{}.{}.{}", self.action, self.done, self.already, self.impossible, self.gone)
    }

    /// Reads [`BulkOutcome::word`].
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        let mut parts = word.strip_prefix("bulk.")?.split('.');
        let action = parts.next()?.to_owned();
        let mut count = || parts.next()?.parse().ok();
        Some(Self { action, done: count()?, already: count()?, impossible: count()?, gone: count()? })
    }

    /// `3 paused. 2 skipped: 1 was paused already, 1 cannot be paused.`; `done` is what was done, such as `paused`.
    #[must_use]
    pub fn sentence(&self, done: &str) -> String {
        let mut out = format!("{} {done}.", self.done);
        let skipped = self.already + self.impossible + self.gone;
        let why = [
            (self.already, format!("{done} already")),
            (self.impossible, format!("cannot be {done} in the state they are in")),
            (self.gone, "not found".to_owned()),
        ];
        let why: Vec<_> = why.iter().filter(|w| w.0 > 0).map(|(n, text)| format!("{n} {text}")).collect();
        if skipped > 0 {
            out.push_str(&format!(" {skipped} skipped: {}.", why.join(", ")));
        }
        out
    }
}

/// A page of a list with all that stands around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListView {
    pub as_of: DataAsOf,
    pub period: PeriodView,
    /// What is shown, as in an address: where a saved view was applied, more than was asked for.
    pub query: String,
    /// The address lacks what `query` says and should be changed to it.
    pub applied: bool,
    /// Keys of the columns of `list` and `totals`.
    pub columns: Vec<String>,
    pub list: Rows<ListRow>,
    pub totals: Vec<TotalsLine>,
    /// For filters by objects.
    pub choices: BTreeMap<String, Vec<Choice>>,
    pub views: Vec<SavedView>,
    /// The same through the API, as a command.
    pub api_request: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::BulkOutcome;

    #[test]
    fn outcomes_travel_in_addresses() {
        let out = BulkOutcome { action: "pause".into(), done: 3, already: 1, impossible: 1, gone: 0 };
        assert_eq!(BulkOutcome::read(&out.word()), Some(out.clone()));
        assert_eq!(
            out.sentence("paused"),
            "3 paused. 2 skipped: 1 paused already, 1 cannot be paused in the state they are in."
        );
        assert_eq!(BulkOutcome::read("bulk.pause.x"), None);
        assert_eq!(BulkOutcome::read("paused"), None);
    }
}

//! What the frame around the pages shows: search, notifications, live updates.

use super::{DataAsOf, TimeView};
use serde::{Deserialize, Serialize};

/// What a search found, by kind of object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchView {
    /// What was looked for, cleaned.
    pub asked: String,
    pub groups: Vec<SearchGroup>,
}

/// Objects of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchGroup {
    /// Such as `Campaigns`.
    pub label: String,
    pub hits: Vec<SearchHit>,
}

/// An object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    pub title: String,
    /// What tells it from others of the same name; may be empty.
    pub detail: String,
    /// Prefixed id; empty for what has none.
    pub id: String,
    pub href: String,
    /// Stored word and word for people of its state; both may be empty.
    pub state: (String, String),
}

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    pub id: i64,
    /// `bad`, `warn`, `ok` or `info`.
    pub tone: String,
    pub title: String,
    pub text: String,
    pub href: String,
    /// When it came up last.
    pub at: TimeView,
    pub read: bool,
    /// It is no longer so.
    pub over: bool,
}

/// What is behind the bell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BellView {
    pub unread: i64,
    pub newest: Vec<NoticeView>,
}

/// A page of notifications.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticesView {
    pub unread: i64,
    pub rows: Vec<NoticeView>,
    /// Only those not read.
    pub only_unread: bool,
    /// Older ones begin below this number.
    pub older: Option<i64>,
}

/// What the server says to an open page every few seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveUpdate {
    /// The server's time, milliseconds since 1970.
    pub now_ms: i64,
    pub as_of: DataAsOf,
    /// Changes whenever what a page shows may have changed.
    pub data: String,
    /// The reader's day, `YYYY-MM-DD`.
    pub day: String,
    /// Counts beside entries of the navigation.
    pub badges: Vec<(String, i64)>,
    /// Changes whenever there is something new behind the bell.
    pub notices: String,
    pub toasts: Vec<LiveToast>,
}

/// Something to say once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveToast {
    /// A later one with the same key takes the place of this one.
    pub key: String,
    pub tone: String,
    pub text: String,
    pub href: String,
}

//! Pieces that several pages share.

use serde::{Deserialize, Serialize};

/// Up to when everything is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataAsOf {
    /// Milliseconds since 1970; 0 where nothing was ever counted.
    pub as_of_ms: i64,
    pub behind_secs: i64,
    /// `14:32:10`, or with the date where that is not today; in the reader's zone.
    pub text: String,
    /// RFC 3339 in UTC.
    pub utc: String,
}

/// A moment, for the reader and for machines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeView {
    /// RFC 3339 in UTC.
    pub utc: String,
    /// In the reader's zone.
    pub local: String,
}

/// The period shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodView {
    pub key: String,
    pub label: String,
    pub prev_label: String,
    /// First and last day, `YYYY-MM-DD`.
    pub from: String,
    pub to: String,
    pub tz: String,
}

/// Change against the previous period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delta {
    /// −1, 0 or 1.
    pub dir: i8,
    /// Without sign, such as `9.4 %` or `0.9 pt`.
    pub text: String,
}

/// Whether more is good.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    #[default]
    More,
    Less,
    Neither,
}

/// A key figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kpi {
    pub key: String,
    pub label: String,
    /// What it means, for the tooltip.
    pub meaning: String,
    /// Without unit, such as `28.1`.
    pub value: String,
    /// Small and grey behind the value, such as ` %`; often empty.
    pub unit: String,
    pub previous: String,
    /// `None` where the previous period had nothing: shown as "new", or not at all where both are nothing.
    pub delta: Option<Delta>,
    pub wanted: Wanted,
    pub spark: Vec<i64>,
}

/// A series over time with the previous period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartData {
    pub title: String,
    pub subtitle: String,
    /// The chart in a sentence.
    pub summary: String,
    pub now_label: String,
    pub prev_label: String,
    /// `None` for buckets that have not come.
    pub now: Vec<Option<i64>>,
    pub prev: Vec<Option<i64>>,
    pub labels: Vec<String>,
    /// First bucket that is still filling.
    pub incomplete_from: Option<u32>,
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedsYou {
    /// `bad`, `warn` or `info`.
    pub tone: String,
    pub title: String,
    pub text: String,
    pub href: String,
    pub action: String,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows<T> {
    pub rows: Vec<T>,
    /// Of the whole filtered set.
    pub total: i64,
    /// From 1.
    pub page: i64,
    pub per_page: i64,
    /// Whether there is nothing at all, filters aside.
    pub none_ever: bool,
}

/// Something to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Prefixed id.
    pub id: String,
    pub name: String,
}

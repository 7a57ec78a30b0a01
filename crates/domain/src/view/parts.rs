//! Pieces that several pages share.

use crate::{chart::Unit, period::Compare};
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
    /// Changes whenever what a page shows may have changed; the same as [`LiveUpdate::data`](super::LiveUpdate::data) at
    /// that moment.
    pub mark: String,
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
    /// Empty where nothing is compared.
    pub prev_label: String,
    /// First and last day, `YYYY-MM-DD`.
    pub from: String,
    pub to: String,
    /// The same days for people, such as `16 – 22 Nov 2026`.
    pub days: String,
    pub cmp: Compare,
    /// The zone whose days these are.
    pub tz: String,
    /// It is the reader's own, not one that the address names.
    pub own_zone: bool,
    /// The page has this zone for everybody.
    pub fixed_zone: bool,
    /// The address names none: it is the one that the reader last chose.
    pub remembered: bool,
    /// Own days that could not be taken, as they were given.
    pub asked: Option<(String, String)>,
    /// Field (`from`, `to` or `tz`) and sentence: why what was asked for is not what is shown.
    pub problem: Option<(String, String)>,
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
    /// Empty where nothing is compared.
    pub previous: String,
    /// `None` where the previous period had nothing: shown as "new", or not at all where both are nothing.
    pub delta: Option<Delta>,
    pub wanted: Wanted,
    pub spark: Vec<i64>,
}

/// A figure's course over time, with that of the period before. All lists of the current period are equally long.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartData {
    /// Key of the figure, such as `clicks`.
    pub metric: String,
    pub title: String,
    pub subtitle: String,
    /// The chart in a sentence.
    pub summary: String,
    pub now_label: String,
    /// Empty where nothing is compared.
    pub prev_label: String,
    pub unit: Unit,
    pub wanted: Wanted,
    /// In the unit's own scale; `None` for buckets that are not counted yet and ratios of nothing.
    pub now: Vec<Option<i64>>,
    pub prev: Vec<Option<i64>>,
    /// Under the axis.
    pub labels: Vec<String>,
    /// Each bucket in full, for tooltip and table.
    pub spans: Vec<String>,
    pub prev_spans: Vec<String>,
    /// Start of each bucket, RFC 3339 in UTC.
    pub starts: Vec<String>,
    /// First bucket that is still filling.
    pub incomplete_from: Option<u32>,
}

/// A bar of a ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarRow {
    pub label: String,
    /// Empty where it leads nowhere.
    pub href: String,
    /// In the unit of the ranking.
    pub value: i64,
}

/// A ranking by one figure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarsData {
    pub title: String,
    pub subtitle: String,
    pub unit: Unit,
    pub rows: Vec<BarRow>,
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

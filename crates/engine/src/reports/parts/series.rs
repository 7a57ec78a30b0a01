//! Figures over time: a period's buckets, and the same of the period before.

use super::{Metric, now_ms};
use crate::{EngineError, reports::Ask};
use domain::{
    money::Currency,
    period::{Bucket, Compare, PeriodRange, utc_time, zone_label},
    view::{ChartData, DataAsOf, Delta},
};
use store::{
    Tx,
    reports::stats::{self, Hour, Scope, Sums},
};

const HOUR_MS: i64 = 3_600_000;

/// Figures of a period, with what they are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::reports) struct Series {
    /// The period; "all time" begins with the first figure here.
    pub range: PeriodRange,
    /// Clicks and conversions whatever their currency; the money in it means nothing.
    pub counts: Course,
    /// In one currency.
    pub money: Course,
    /// Whether there is a previous period.
    pub compared: bool,
    /// Buckets that have begun and of which something is counted.
    pub begun: usize,
    /// First bucket that is still filling.
    pub incomplete_from: Option<usize>,
    /// What has figures in the period as well and is not in `money`.
    pub other_currencies: Vec<Currency>,
}

/// Sums of a period and of its buckets, and of the period before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::reports) struct Course {
    pub now: Sums,
    /// Of the previous period, as much of it as has passed of this one.
    pub prev: Sums,
    pub buckets: Vec<Sums>,
    pub prev_buckets: Vec<Sums>,
}

impl Series {
    /// What a figure follows from.
    pub(in crate::reports) fn of(&self, metric: &Metric) -> &Course {
        if metric.counts { &self.counts } else { &self.money }
    }

    /// The buckets that have begun.
    pub(in crate::reports) fn so_far<'a>(&self, course: &'a Course) -> &'a [Sums] {
        &course.buckets[..self.begun.min(course.buckets.len())]
    }
}

/// How much of the period is over and counted, in milliseconds.
fn elapsed_ms(range: &PeriodRange, as_of: &DataAsOf, ask: &Ask<'_>) -> i64 {
    let now = now_ms(ask);
    // Where nothing of the period is counted yet, the clock is all there is to go by.
    let until = if as_of.as_of_ms > range.start_ms { as_of.as_of_ms.min(now) } else { now };
    until.min(range.end_ms).max(range.start_ms) - range.start_ms
}

/// Reads a period and the one before it.
pub(in crate::reports) async fn series(
    tx: &mut Tx,
    scope: Scope,
    range: &PeriodRange,
    as_of: &DataAsOf,
    ask: &Ask<'_>,
    currency: Currency,
) -> Result<Series, EngineError> {
    let all = stats::hours(tx, scope, range.start_ms, range.end_ms).await?;
    let compared = range.prev_start_ms < range.prev_end_ms;
    let before = match compared {
        true => stats::hours(tx, scope, range.prev_start_ms, range.prev_end_ms).await?,
        false => Vec::new(),
    };
    let range = range.since(all.first().map(|h| h.start_ms));
    let mut other_currencies: Vec<_> = all.iter().map(|h| h.currency).filter(|c| *c != currency).collect();
    other_currencies.sort_unstable();
    other_currencies.dedup();

    let starts = |buckets: &[Bucket]| -> Vec<i64> { buckets.iter().map(|b| b.start_ms).collect() };
    let (starts, prev_starts) = (starts(&range.buckets), starts(&range.prev_buckets));
    let elapsed = elapsed_ms(&range, as_of, ask);
    let counted_until = range.start_ms + elapsed;
    let open = counted_until < range.end_ms;
    let prev_until =
        if open { range.prev_end_ms.min(range.prev_start_ms + elapsed) } else { range.prev_end_ms };
    let course = |all: &[Hour], before: &[Hour]| Course {
        now: sum(all),
        prev: sum_until(before, prev_until),
        buckets: fold(&starts, all),
        prev_buckets: fold(&prev_starts, before),
    };
    let counts = course(&all, &before);
    let own =
        |hours: &[Hour]| -> Vec<Hour> { hours.iter().filter(|h| h.currency == currency).copied().collect() };
    let money = course(&own(&all), &own(&before));
    let filling = if open { starts.iter().rposition(|start| *start <= counted_until) } else { None };
    let short = range.last_is_short.then(|| starts.len().saturating_sub(1));
    Ok(Series {
        counts,
        money,
        compared,
        begun: starts.iter().filter(|start| **start <= counted_until).count(),
        incomplete_from: filling.or(short),
        other_currencies,
        range,
    })
}

fn sum(hours: &[Hour]) -> Sums {
    hours.iter().fold(Sums::default(), |mut all, h| {
        all += h.sums;
        all
    })
}

/// Sums up to a moment. Of the hour it falls into, the same share as of its time: figures are kept by the hour.
fn sum_until(hours: &[Hour], until: i64) -> Sums {
    hours.iter().fold(Sums::default(), |mut all, h| {
        match (until - h.start_ms).clamp(0, HOUR_MS) {
            0 => {}
            HOUR_MS => all += h.sums,
            part => all += scaled(&h.sums, part),
        }
        all
    })
}

fn scaled(s: &Sums, part: i64) -> Sums {
    let scale = |n: i64| {
        let n = (i128::from(n) * i128::from(part) + i128::from(HOUR_MS / 2)).div_euclid(i128::from(HOUR_MS));
        i64::try_from(n).unwrap_or(i64::MAX)
    };
    Sums {
        impressions: scale(s.impressions),
        clicks: scale(s.clicks),
        invalid_clicks: scale(s.invalid_clicks),
        conversions: scale(s.conversions),
        revenue: scale(s.revenue),
        payout: scale(s.payout),
    }
}

/// Puts every hour into the bucket it begins in.
fn fold(starts: &[i64], hours: &[Hour]) -> Vec<Sums> {
    let mut out = vec![Sums::default(); starts.len()];
    for h in hours {
        let after = starts.partition_point(|start| *start <= h.start_ms);
        if let Some(bucket) = after.checked_sub(1).and_then(|at| out.get_mut(at)) {
            *bucket += h.sums;
        }
    }
    out
}

/// The chart of one figure.
pub(in crate::reports) fn chart(metric: &Metric, series: &Series, currency: Currency) -> ChartData {
    let (range, course) = (&series.range, series.of(metric));
    let of = |s: &Sums| (metric.of)(s, currency);
    let (now, prev) = (of(&course.now), of(&course.prev));
    let change = match now.change_from(prev).filter(|_| series.compared) {
        Some(Delta { dir: 1, text }) => format!(", {text} more than {}", compared_with(range)),
        Some(Delta { dir: -1, text }) => format!(", {text} less than {}", compared_with(range)),
        Some(_) => format!(", as much as {}", compared_with(range)),
        None => String::new(),
    };
    let dashed = if series.compared { " · previous period dashed" } else { "" };
    let steps = range.grain.plural();
    let spans = |buckets: &[Bucket]| buckets.iter().map(|b| b.span.clone()).collect();
    ChartData {
        metric: metric.key.to_owned(),
        title: metric.label.to_owned(),
        subtitle: format!("{steps}, {} time{dashed}", zone_label(&range.tz)),
        summary: format!("{}, {}: {}{change}.", metric.label, range.label, now.full()),
        now_label: range.label.clone(),
        prev_label: range.prev_label.clone(),
        unit: now.scale(),
        wanted: metric.wanted,
        now: course
            .buckets
            .iter()
            .enumerate()
            .map(|(i, s)| of(s).point().filter(|_| i < series.begun))
            .collect(),
        prev: course.prev_buckets.iter().map(|s| of(s).point()).collect(),
        labels: range.buckets.iter().map(|b| b.label.clone()).collect(),
        spans: spans(&range.buckets),
        prev_spans: spans(&range.prev_buckets),
        starts: range.buckets.iter().map(|b| utc_time(b.start_ms)).collect(),
        incomplete_from: series.incomplete_from.and_then(|i| u32::try_from(i).ok()),
    }
}

fn compared_with(range: &PeriodRange) -> String {
    match (range.key.as_str(), range.cmp) {
        ("today", Compare::Prev) => "yesterday at this time".to_owned(),
        _ => format!("in {}", range.prev_label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(n: i64, clicks: i64) -> Hour {
        Hour { start_ms: n * HOUR_MS, currency: Currency::USD, sums: Sums { clicks, ..Sums::default() } }
    }

    #[test]
    fn hours_fall_into_the_bucket_they_begin_in() {
        let starts = [0, 2 * HOUR_MS, 2 * HOUR_MS + HOUR_MS / 2];
        let folded = fold(&starts, &[hour(-1, 9), hour(0, 1), hour(1, 2), hour(2, 4), hour(3, 8)]);
        assert_eq!(folded.iter().map(|s| s.clicks).collect::<Vec<_>>(), [3, 4, 8]);
        assert!(fold(&[], &[hour(0, 1)]).is_empty());
    }

    #[test]
    fn the_hour_under_way_counts_by_its_share() {
        let hours = [hour(0, 100), hour(1, 100), hour(2, 100)];
        assert_eq!(sum_until(&hours, HOUR_MS + HOUR_MS / 4).clicks, 125);
        assert_eq!(sum_until(&hours, 0).clicks, 0);
        assert_eq!(sum_until(&hours, i64::MAX / 2).clicks, 300);
    }
}

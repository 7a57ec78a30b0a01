//! Figures over time: a period's buckets, and the same of the period before.

use super::now_ms;
use crate::{EngineError, reports::Ask};
use domain::{
    format,
    money::Currency,
    period::PeriodRange,
    view::{ChartData, DataAsOf},
};
use store::{
    Tx,
    reports::stats::{self, Hour, Scope, Sums},
};

const HOUR_MS: i64 = 3_600_000;

/// Figures of a period, with what they are compared with: money in one currency, counts of all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::reports) struct Series {
    /// Clicks and conversions whatever their currency; the money in it means nothing.
    pub counts: Counts,
    pub now: Sums,
    /// Of the previous period, as much of it as has passed of this one.
    pub prev: Sums,
    pub buckets: Vec<Sums>,
    pub prev_buckets: Vec<Sums>,
    /// Buckets that have begun.
    pub begun: usize,
    /// First bucket that is still filling.
    pub incomplete_from: Option<usize>,
    /// What has figures in the period as well and is not in here.
    pub other_currencies: Vec<Currency>,
}

/// As the fields of [`Series`], over all currencies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::reports) struct Counts {
    pub now: Sums,
    pub prev: Sums,
    pub buckets: Vec<Sums>,
    pub prev_buckets: Vec<Sums>,
}

impl Series {
    /// The buckets of [`Self::counts`] that have begun.
    pub(in crate::reports) fn counts_so_far(&self) -> &[Sums] {
        &self.counts.buckets[..self.begun.min(self.counts.buckets.len())]
    }

    /// The buckets that have begun.
    pub(in crate::reports) fn so_far(&self) -> &[Sums] {
        &self.buckets[..self.begun.min(self.buckets.len())]
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
    let before = stats::hours(tx, scope, range.prev_start_ms, range.prev_end_ms).await?;
    let mut other_currencies: Vec<_> = all.iter().map(|h| h.currency).filter(|c| *c != currency).collect();
    other_currencies.sort_unstable();
    other_currencies.dedup();
    let of_currency =
        |hours: Vec<Hour>| -> Vec<Hour> { hours.into_iter().filter(|h| h.currency == currency).collect() };
    let (every, every_before) = (all.clone(), before.clone());
    let (all, before) = (of_currency(all), of_currency(before));

    let starts: Vec<i64> = range.buckets.iter().map(|b| b.0).collect();
    let elapsed = elapsed_ms(range, as_of, ask);
    let counted_until = range.start_ms + elapsed;
    let open = counted_until < range.end_ms;
    let prev_until =
        if open { range.prev_end_ms.min(range.prev_start_ms + elapsed) } else { range.prev_end_ms };
    Ok(Series {
        counts: Counts {
            now: sum(&every),
            prev: sum_until(&every_before, prev_until),
            buckets: fold(&starts, &every),
            prev_buckets: fold(&range.prev_buckets, &every_before),
        },
        now: sum(&all),
        prev: sum_until(&before, prev_until),
        buckets: fold(&starts, &all),
        prev_buckets: fold(&range.prev_buckets, &before),
        begun: starts.iter().filter(|start| **start <= now_ms(ask)).count(),
        incomplete_from: if open { starts.iter().rposition(|start| *start <= counted_until) } else { None },
        other_currencies,
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

/// A chart of one count; `what` is its name in a sentence, such as `clicks`.
pub(in crate::reports) fn chart(
    title: &str,
    what: &str,
    range: &PeriodRange,
    series: &Series,
    of: impl Fn(&Sums) -> i64,
) -> ChartData {
    let counts = &series.counts;
    let (now, prev) = (of(&counts.now), of(&counts.prev));
    let change = match format::change(now, prev) {
        Some((1, by)) => format!(", {by} more than {}", compared_with(range)),
        Some((-1, by)) => format!(", {by} less than {}", compared_with(range)),
        Some(_) => format!(", as many as {}", compared_with(range)),
        None => String::new(),
    };
    let grain = if range.hourly { "Hours" } else { "Days" };
    ChartData {
        title: title.to_owned(),
        subtitle: format!("{grain}, {} time · previous period dashed", range.tz.replace('_', " ")),
        summary: format!("{} {what}: {}{change}.", format::count(now), range.label),
        now_label: range.label.clone(),
        prev_label: range.prev_label.clone(),
        now: counts.buckets.iter().enumerate().map(|(i, s)| (i < series.begun).then(|| of(s))).collect(),
        prev: counts.prev_buckets.iter().map(|s| Some(of(s))).collect(),
        labels: range.buckets.iter().map(|b| b.1.clone()).collect(),
        incomplete_from: series.incomplete_from.and_then(|i| u32::try_from(i).ok()),
    }
}

fn compared_with(range: &PeriodRange) -> String {
    match range.key.as_str() {
        "today" => "yesterday at this time".to_owned(),
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

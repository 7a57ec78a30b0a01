//! Figures by hour or day.

use super::{Ask, Paged, Paging, number};
use crate::EngineError;
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use store::{
    api::stats::{self as rows, Key, Line},
    reports::{as_of, stats::Scope},
};

pub use store::api::stats::Bucket;

/// Longest period by the hour, in days.
pub const HOURLY_DAYS: i64 = 31;
/// Longest period of everything else, in days.
pub const LONGEST_DAYS: i64 = 400;

/// What a report is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// `None`: seven days before `to`.
    pub from: Option<DateTime<Utc>>,
    /// Exclusive; `None`: the end of the present hour.
    pub to: Option<DateTime<Utc>>,
    pub scope: Scope,
    pub bucket: Bucket,
    pub by_campaign: bool,
    pub by_affiliate: bool,
    pub by_link: bool,
}

/// A page of a report.
#[derive(Debug, Clone)]
pub struct Report {
    /// The period as it was taken: whole hours of UTC.
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// Up to when everything is counted.
    pub as_of: DateTime<Utc>,
    pub page: Paged<Line>,
}

/// Whole hours: those that the given period touches.
fn period(w: &Wanted, now: DateTime<Utc>) -> Result<(DateTime<Utc>, DateTime<Utc>), EngineError> {
    let hour = TimeDelta::hours(1);
    let strange =
        |name| move |_| EngineError::invalid(name, "Give a moment between the years 2000 and 2100.");
    let to = w.to.unwrap_or(now);
    let end = to.duration_trunc(hour).map_err(strange("to"))?;
    let end = if end < to { end + hour } else { end };
    let from = match w.from {
        Some(from) => from.duration_trunc(hour).map_err(strange("from"))?,
        None => end - TimeDelta::days(7),
    };
    if from >= end {
        return Err(EngineError::invalid("from", "The period has to begin before it ends."));
    }
    let most = if w.bucket == Bucket::Hour { HOURLY_DAYS } else { LONGEST_DAYS };
    if end - from > TimeDelta::days(most) {
        let why = format!("Ask for at most {most} days at once; {HOURLY_DAYS} by the hour.");
        return Err(EngineError::invalid("from", why));
    }
    Ok((from, end))
}

/// Figures of a period, in the order of time and ids.
///
/// # Errors
/// [`EngineError::Invalid`] fields `from`, `to`, `cursor`; [`EngineError::Unavailable`].
pub async fn report(
    ask: Ask<'_>,
    w: &Wanted,
    paging: &Paging,
    now: DateTime<Utc>,
) -> Result<Report, EngineError> {
    let list = ("reports", ask.realm, w);
    let mut after = None;
    let (from, to) = match paging.open::<7>(&list)? {
        // Later pages are of the period of the first one, though it may have been "until now".
        Some([from, to, start, campaign, affiliate, link, currency]) => {
            let at = |text: &str| -> Result<DateTime<Utc>, EngineError> {
                DateTime::from_timestamp_micros(number(text)?).ok_or_else(super::bad_cursor)
            };
            after = Some(Key {
                start: at(&start)?,
                campaign: number(&campaign)?,
                affiliate: number(&affiliate)?,
                link: number(&link)?,
                currency,
            });
            (at(&from)?, at(&to)?)
        }
        None => period(w, now)?,
    };
    let wanted = rows::Wanted {
        from,
        to,
        scope: w.scope,
        bucket: w.bucket,
        by_campaign: w.by_campaign,
        by_affiliate: w.by_affiliate,
        by_link: w.by_link,
    };
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::lines(&mut tx, &wanted, after.as_ref(), paging.fetch()).await?;
    let micros = |at: DateTime<Utc>| at.timestamp_micros().to_string();
    let mut page = paging.close(found, &list, |line| {
        let k = &line.key;
        let ids = [k.campaign, k.affiliate, k.link].map(|id| id.to_string());
        let [campaign, affiliate, link] = ids;
        [micros(from), micros(to), micros(k.start), campaign, affiliate, link, k.currency.clone()]
    });
    if paging.total {
        page.total = Some(rows::total(&mut tx, &wanted).await?);
    }
    let as_of = as_of::as_of_ms(&mut tx).await?.and_then(DateTime::from_timestamp_millis);
    Ok(Report { from, to, as_of: as_of.unwrap_or(now).min(now), page })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(from: &str, to: &str, bucket: Bucket) -> Wanted {
        let at = |text: &str| text.parse().ok();
        Wanted {
            from: at(from),
            to: at(to),
            scope: Scope::default(),
            bucket,
            by_campaign: false,
            by_affiliate: false,
            by_link: false,
        }
    }

    #[test]
    fn periods_are_whole_hours_and_have_limits() {
        let now = "2026-03-05T10:20:00Z".parse().unwrap();
        let texts = |w: &Wanted| period(w, now).map(|(a, b)| (a.to_rfc3339(), b.to_rfc3339()));
        assert_eq!(
            texts(&wanted("", "", Bucket::Day)).unwrap(),
            ("2026-02-26T11:00:00+00:00".into(), "2026-03-05T11:00:00+00:00".into())
        );
        assert_eq!(
            texts(&wanted("2026-03-01T00:10:00Z", "2026-03-02T00:00:00Z", Bucket::Hour)).unwrap(),
            ("2026-03-01T00:00:00+00:00".into(), "2026-03-02T00:00:00+00:00".into())
        );
        assert!(texts(&wanted("2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z", Bucket::Hour)).is_err());
        assert!(texts(&wanted("2026-01-01T00:00:00Z", "2026-03-02T00:00:00Z", Bucket::Hour)).is_err());
        assert!(texts(&wanted("2026-01-01T00:00:00Z", "2026-03-02T00:00:00Z", Bucket::Day)).is_ok());
        assert!(texts(&wanted("0001-01-01T00:00:00Z", "", Bucket::Total)).is_err());
    }
}

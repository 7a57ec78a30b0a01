//! Folds events into figures: by hour, by sub-id, and the click log.
//!
//! A batch of events becomes a handful of rows in memory, which are then added in one go. One definition of a
//! valid click is used everywhere: a click without a reason code.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    event::{Click, Impression},
    ids::{AdvertiserId, AffiliateId, CampaignId, LinkId},
    money::Currency,
};
use std::collections::{HashMap, hash_map::Entry};
use store::{
    StoreError, Tx,
    conversions::Worth,
    events::{self, ClickRow, Figures, Hourly, MAX_KEY_TEXT, MAX_TEXT, SubDaily, clean},
};

const HOUR_MS: i64 = 3_600_000;
/// Years that events may come from: 2020 to 2100. A clock that is further off would need partitions without end.
const PLAUSIBLE_MS: std::ops::Range<i64> = 1_577_836_800_000..4_102_444_800_000;

type HourKey = (i64, CampaignId, AffiliateId, LinkId, String);
type SubKey = (NaiveDate, AffiliateId, CampaignId, i16, String);

/// Figures to be added.
#[derive(Debug, Default)]
pub struct Stats {
    hours: HashMap<HourKey, Hourly>,
    subs: HashMap<SubKey, SubDaily>,
}

/// Whose figures change.
#[derive(Debug, Clone, Copy)]
pub struct Dimensions<'a> {
    /// When it counts, milliseconds since 1970.
    pub at_ms: i64,
    pub campaign: CampaignId,
    pub affiliate: AffiliateId,
    pub link: LinkId,
    pub advertiser: AdvertiserId,
    pub source: &'a str,
    /// `None`: the campaign's.
    pub currency: Option<Currency>,
}

/// The time of an event.
///
/// # Errors
/// [`StoreError::Conflict`] for a time that no event can have.
pub(crate) fn time(ms: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(ms)
        .filter(|_| PLAUSIBLE_MS.contains(&ms))
        .ok_or_else(|| StoreError::Conflict { constraint: format!("time of the event: {ms} ms") })
}

fn overflow() -> StoreError {
    StoreError::Conflict { constraint: "sum of figures out of range".into() }
}

fn add_sub(row: &mut SubDaily, more: &SubDaily) -> Result<(), StoreError> {
    let sums = (
        row.clicks.checked_add(more.clicks),
        row.conversions.checked_add(more.conversions),
        row.payout_minor.checked_add(more.payout_minor),
    );
    let (Some(clicks), Some(conversions), Some(payout_minor)) = sums else {
        return Err(overflow());
    };
    (row.clicks, row.conversions, row.payout_minor) = (clicks, conversions, payout_minor);
    row.currency = row.currency.or(more.currency);
    Ok(())
}

impl Stats {
    /// Adds all of `other`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for a sum that leaves 64 bits.
    pub fn merge(&mut self, other: Self) -> Result<(), StoreError> {
        for (key, theirs) in other.hours {
            let row = self
                .hours
                .entry(key)
                .or_insert_with(|| Hourly { figures: Figures::default(), ..theirs.clone() });
            row.currency = row.currency.or(theirs.currency);
            row.figures = row.figures.checked_add(theirs.figures).ok_or_else(overflow)?;
        }
        for (key, theirs) in other.subs {
            match self.subs.entry(key) {
                Entry::Vacant(free) => {
                    free.insert(theirs);
                }
                Entry::Occupied(mut row) => add_sub(row.get_mut(), &theirs)?,
            }
        }
        Ok(())
    }

    /// # Errors
    /// [`StoreError::Conflict`] for a time that is none or a sum that leaves 64 bits.
    pub fn add(&mut self, to: &Dimensions<'_>, figures: Figures) -> Result<(), StoreError> {
        let start = to.at_ms.div_euclid(HOUR_MS) * HOUR_MS;
        let hour = time(start)?;
        let source = clean(to.source, MAX_KEY_TEXT).into_owned();
        let row = self
            .hours
            .entry((start, to.campaign, to.affiliate, to.link, source.clone()))
            .or_insert_with(|| Hourly {
                hour,
                campaign: to.campaign,
                affiliate: to.affiliate,
                link: to.link,
                source,
                advertiser: to.advertiser,
                currency: to.currency,
                figures: Figures::default(),
            });
        row.currency = row.currency.or(to.currency);
        row.figures = row.figures.checked_add(figures).ok_or_else(overflow)?;
        Ok(())
    }

    /// Adds clicks, conversions and payout to every sub-id that is not empty.
    ///
    /// # Errors
    /// As [`Stats::add`].
    pub fn add_subs(
        &mut self,
        to: &Dimensions<'_>,
        subs: &[impl AsRef<str>],
        figures: Figures,
    ) -> Result<(), StoreError> {
        let day = time(to.at_ms)?.date_naive();
        for (sub, sub_no) in subs.iter().zip(1i16..=10) {
            let value = clean(sub.as_ref(), MAX_KEY_TEXT);
            if value.is_empty() {
                continue;
            }
            let more = SubDaily {
                day,
                affiliate: to.affiliate,
                campaign: to.campaign,
                sub_no,
                sub_value: value.into_owned(),
                currency: to.currency,
                clicks: figures.clicks,
                conversions: figures.conversions,
                payout_minor: figures.payout_minor,
            };
            match self.subs.entry((day, to.affiliate, to.campaign, sub_no, more.sub_value.clone())) {
                Entry::Vacant(free) => {
                    free.insert(more);
                }
                Entry::Occupied(mut row) => add_sub(row.get_mut(), &more)?,
            }
        }
        Ok(())
    }

    /// A conversion changes the figures of the hour in which it was received.
    ///
    /// # Errors
    /// As [`Stats::add`].
    pub fn add_conversion(
        &mut self,
        received_at: DateTime<Utc>,
        worth: &Worth,
        source: &str,
        subs: &[String],
        figures: Figures,
    ) -> Result<(), StoreError> {
        let to = Dimensions {
            at_ms: received_at.timestamp_millis(),
            campaign: worth.campaign,
            affiliate: worth.affiliate,
            link: worth.link,
            advertiser: worth.advertiser,
            source,
            currency: Some(worth.currency),
        };
        self.add(&to, figures)?;
        if figures.conversions != 0 || figures.payout_minor != 0 {
            self.add_subs(&to, subs, figures)?;
        }
        Ok(())
    }

    /// Writes everything and is empty afterwards.
    ///
    /// # Errors
    /// As [`events::add_hourly`].
    pub async fn write(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let hours: Vec<_> = self.hours.values().collect();
        events::add_hourly(tx, &hours).await?;
        let subs: Vec<_> = self.subs.values().collect();
        events::add_sub_daily(tx, &subs).await?;
        self.hours.clear();
        self.subs.clear();
        Ok(())
    }
}

/// What a batch of clicks and impressions comes to.
#[derive(Debug, Default)]
pub struct Rollup<'a> {
    pub stats: Stats,
    clicks: Vec<ClickRow<'a>>,
}

impl<'a> Rollup<'a> {
    /// # Errors
    /// As [`Stats::add`].
    pub fn click(&mut self, seq: u64, click: &Click<'a>) -> Result<(), StoreError> {
        let ts = time(click.ts_ms)?;
        let to = Dimensions {
            at_ms: click.ts_ms,
            campaign: click.campaign,
            affiliate: click.affiliate,
            link: click.link,
            advertiser: click.advertiser,
            source: click.source,
            currency: None,
        };
        if click.reason.is_none() {
            let one = Figures { clicks: 1, ..Figures::default() };
            self.stats.add(&to, one)?;
            self.stats.add_subs(&to, &click.subs, one)?;
        } else {
            self.stats.add(&to, Figures { invalid_clicks: 1, ..Figures::default() })?;
        }
        self.clicks.push(ClickRow {
            ts,
            click_id: clean(click.click_id, MAX_KEY_TEXT),
            link: click.link,
            campaign: click.campaign,
            affiliate: click.affiliate,
            advertiser: click.advertiser,
            reason: click.reason,
            ip: click.ip,
            user_agent: clean(click.user_agent, MAX_TEXT),
            referrer: clean(click.referrer, MAX_TEXT),
            source: clean(click.source, MAX_KEY_TEXT),
            ext_click_id: clean(click.ext_click_id, MAX_KEY_TEXT),
            subs: click.subs,
            cost_micros: click.cost_micros,
            seq,
        });
        Ok(())
    }

    /// # Errors
    /// As [`Stats::add`].
    pub fn impression(&mut self, shown: &Impression<'_>) -> Result<(), StoreError> {
        if shown.reason.is_some() {
            return Ok(());
        }
        let to = Dimensions {
            at_ms: shown.ts_ms,
            campaign: shown.campaign,
            affiliate: shown.affiliate,
            link: shown.link,
            advertiser: shown.advertiser,
            source: shown.source,
            currency: None,
        };
        self.stats.add(&to, Figures { impressions: 1, ..Figures::default() })
    }

    /// Writes the click log. The figures are written by [`Stats::write`].
    ///
    /// # Errors
    /// As [`events::insert_clicks`].
    pub async fn write_clicks(&self, tx: &mut Tx, stream: &str) -> Result<(), StoreError> {
        events::insert_clicks(tx, stream, &self.clicks).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::reason::Reason;

    const AT: i64 = 1_767_225_600_000; // 2026-01-01T00:00Z

    fn click(ts_ms: i64, reason: Option<Reason>) -> Click<'static> {
        Click {
            click_id: "c",
            link: LinkId(1),
            campaign: CampaignId(2),
            affiliate: AffiliateId(3),
            advertiser: AdvertiserId(4),
            ts_ms,
            reason,
            ip: None,
            user_agent: "",
            referrer: "",
            source: "news",
            ext_click_id: "",
            subs: ["a", "", "b", "", "", "", "", "", "", ""],
            cost_micros: None,
            deep_link: false,
        }
    }

    #[test]
    fn clicks_fold_by_hour_and_by_sub_id() -> Result<(), StoreError> {
        let mut rollup = Rollup::default();
        for (ms, reason) in [(0, None), (3_599_999, None), (3_600_000, None), (5, Some(Reason::Bot))] {
            rollup.click(1, &click(AT + ms, reason))?;
        }
        let mut hours: Vec<_> = rollup.stats.hours.values().collect();
        hours.sort_by_key(|h| h.hour);
        let counts: Vec<_> = hours.iter().map(|h| (h.figures.clicks, h.figures.invalid_clicks)).collect();
        assert_eq!(counts, [(2, 1), (1, 0)]);
        let mut subs: Vec<_> =
            rollup.stats.subs.values().map(|s| (s.sub_no, &*s.sub_value, s.clicks)).collect();
        subs.sort_unstable();
        assert_eq!(subs, [(1, "a", 3), (3, "b", 3)]);
        Ok(())
    }

    #[test]
    fn impossible_times_and_sums_are_refused() {
        let mut rollup = Rollup::default();
        assert!(rollup.click(1, &click(0, None)).is_err());
        assert!(rollup.click(1, &click(i64::MAX, None)).is_err());
        let to = Dimensions {
            at_ms: AT,
            campaign: CampaignId(1),
            affiliate: AffiliateId(1),
            link: LinkId(1),
            advertiser: AdvertiserId(1),
            source: "",
            currency: None,
        };
        let mut stats = Stats::default();
        let much = Figures { revenue_minor: i64::MAX, ..Figures::default() };
        assert!(stats.add(&to, much).is_ok());
        assert!(stats.add(&to, much).is_err());
    }
}

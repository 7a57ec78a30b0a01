//! What the consumers write for clicks and impressions: figures by hour, figures by sub-id, the click log, and
//! what could not be read.
//!
//! Rows are written sorted by their key, so that two consumers that meet the same rows wait for each other in
//! one order instead of locking each other out.

use crate::{cursors::to_db, db::Tx, error::StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    ids::{AdvertiserId, AffiliateId, CampaignId, LinkId},
    money::Currency,
    reason::Reason,
};
use std::{borrow::Cow, collections::HashMap, net::IpAddr};

/// The longest source and sub-id that is kept, in characters: both are part of keys.
pub const MAX_KEY_TEXT: usize = 255;
/// The longest of all other texts that visitors and advertisers send, in characters.
pub const MAX_TEXT: usize = 2000;

/// Stands between the texts of a list on their way into the database; [`clean`] takes it out of the texts.
const SEPARATOR: char = '\u{1f}';

/// A text without the characters that cannot be stored, cut to `max` characters.
#[must_use]
pub fn clean(text: &str, max: usize) -> Cow<'_, str> {
    let bad = |c: char| c == '\0' || c == SEPARATOR;
    let end = text.char_indices().nth(max).map_or(text.len(), |(at, _)| at);
    let cut = &text[..end];
    if cut.contains(bad) { Cow::Owned(cut.replace(bad, "")) } else { Cow::Borrowed(cut) }
}

/// Joins a list for `string_to_array(…, chr(31))`, without the empty texts at its end.
pub(crate) fn join(texts: &[impl AsRef<str>]) -> String {
    let kept = texts.iter().rposition(|t| !t.as_ref().is_empty()).map_or(0, |at| at + 1);
    let mut out = String::new();
    for (i, text) in texts[..kept].iter().enumerate() {
        if i > 0 {
            out.push(SEPARATOR);
        }
        out.push_str(&clean(text.as_ref(), MAX_KEY_TEXT));
    }
    out
}

/// Sorts out the errors that come from the data itself, which no repetition mends: they become
/// [`StoreError::Conflict`].
pub(crate) fn refused(e: sqlx::Error) -> StoreError {
    if let sqlx::Error::Database(db) = &e {
        let code = db.code().unwrap_or_default();
        // Data exception, integrity violation (also: no partition for the row), over a limit of the program.
        if ["22", "23", "54"].iter().any(|class| code.starts_with(class)) {
            let constraint = match db.constraint() {
                Some(name) => name.to_owned(),
                None => format!("{code}: {}", db.message()),
            };
            return StoreError::Conflict { constraint };
        }
    }
    e.into()
}

/// Whether rows were refused because their day has no partition.
#[must_use]
pub fn lacks_partition(e: &StoreError) -> bool {
    matches!(e, StoreError::Conflict { constraint } if constraint.starts_with("23514: no partition"))
}

/// Counts and sums of minor units, to be added; negative where something is taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub impressions: i64,
    pub clicks: i64,
    pub invalid_clicks: i64,
    pub conversions: i64,
    pub approved: i64,
    pub rejected: i64,
    pub revenue_minor: i64,
    pub payout_minor: i64,
}

impl Figures {
    /// `None` where a sum leaves 64 bits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            impressions: self.impressions.checked_add(other.impressions)?,
            clicks: self.clicks.checked_add(other.clicks)?,
            invalid_clicks: self.invalid_clicks.checked_add(other.invalid_clicks)?,
            conversions: self.conversions.checked_add(other.conversions)?,
            approved: self.approved.checked_add(other.approved)?,
            rejected: self.rejected.checked_add(other.rejected)?,
            revenue_minor: self.revenue_minor.checked_add(other.revenue_minor)?,
            payout_minor: self.payout_minor.checked_add(other.payout_minor)?,
        })
    }
}

/// Figures of one hour, campaign, affiliate, link and source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hourly {
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    pub campaign: CampaignId,
    pub affiliate: AffiliateId,
    pub link: LinkId,
    /// Already [`clean`].
    pub source: String,
    pub advertiser: AdvertiserId,
    /// That of the campaign, where not known.
    pub currency: Option<Currency>,
    pub figures: Figures,
}

/// Figures of one day, affiliate, campaign and sub-id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubDaily {
    pub day: NaiveDate,
    pub affiliate: AffiliateId,
    pub campaign: CampaignId,
    /// 1 to 10.
    pub sub_no: i16,
    /// Already [`clean`].
    pub sub_value: String,
    /// That of the campaign, where not known.
    pub currency: Option<Currency>,
    pub clicks: i64,
    pub conversions: i64,
    pub payout_minor: i64,
}

/// A click for the click log.
#[derive(Debug, Clone, PartialEq)]
pub struct ClickRow<'a> {
    pub ts: DateTime<Utc>,
    pub click_id: Cow<'a, str>,
    pub link: LinkId,
    pub campaign: CampaignId,
    pub affiliate: AffiliateId,
    pub advertiser: AdvertiserId,
    pub reason: Option<Reason>,
    pub ip: Option<IpAddr>,
    pub user_agent: Cow<'a, str>,
    pub referrer: Cow<'a, str>,
    pub source: Cow<'a, str>,
    pub ext_click_id: Cow<'a, str>,
    pub subs: [&'a str; 10],
    pub cost_micros: Option<i64>,
    pub seq: u64,
}

/// An event that could not be read or applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    pub seq: u64,
    pub kind: u8,
    pub version: u8,
    pub payload: Vec<u8>,
    pub error: String,
}

/// What a conversion takes over from its click.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClickOrigin {
    pub source: String,
    /// `sub1` on, trailing empty ones left out.
    pub subs: Vec<String>,
}

/// Adds to the figures by hour. Each key may come up once.
///
/// # Errors
/// [`StoreError::Conflict`] where the database refuses the data: no partition for the day, no such campaign.
pub async fn add_hourly(tx: &mut Tx, rows: &[&Hourly]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    macro_rules! column {
        ($row:ident => $value:expr) => {
            rows.iter().map(|$row| $value).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "INSERT INTO stats_hourly AS s (hour, campaign_id, affiliate_id, link_id, source, advertiser_id, currency,
             impressions, clicks, invalid_clicks, conversions, approved, rejected, revenue_minor, payout_minor)
         SELECT t.hour, t.campaign, t.affiliate, t.link, t.source, t.advertiser, coalesce(t.currency, c.currency),
             t.impressions, t.clicks, t.invalid_clicks, t.conversions, t.approved, t.rejected, t.revenue, t.payout
         FROM unnest($1::timestamptz[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::text[],
             $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[],
             $15::bigint[])
             AS t (hour, campaign, affiliate, link, source, advertiser, currency, impressions, clicks, invalid_clicks,
                 conversions, approved, rejected, revenue, payout)
         LEFT JOIN campaigns c ON c.id = t.campaign
         ORDER BY 1, 2, 3, 4, 5
         ON CONFLICT (hour, campaign_id, affiliate_id, link_id, source) DO UPDATE SET
             impressions = s.impressions + excluded.impressions,
             clicks = s.clicks + excluded.clicks,
             invalid_clicks = s.invalid_clicks + excluded.invalid_clicks,
             conversions = s.conversions + excluded.conversions,
             approved = s.approved + excluded.approved,
             rejected = s.rejected + excluded.rejected,
             revenue_minor = s.revenue_minor + excluded.revenue_minor,
             payout_minor = s.payout_minor + excluded.payout_minor",
        &column!(r => r.hour),
        &column!(r => r.campaign.0),
        &column!(r => r.affiliate.0),
        &column!(r => r.link.0),
        &column!(r => r.source.as_str()) as _,
        &column!(r => r.advertiser.0),
        &column!(r => r.currency.map(Currency::code)) as _,
        &column!(r => r.figures.impressions),
        &column!(r => r.figures.clicks),
        &column!(r => r.figures.invalid_clicks),
        &column!(r => r.figures.conversions),
        &column!(r => r.figures.approved),
        &column!(r => r.figures.rejected),
        &column!(r => r.figures.revenue_minor),
        &column!(r => r.figures.payout_minor),
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    Ok(())
}

/// Adds to the figures by sub-id. Each key may come up once.
///
/// # Errors
/// As [`add_hourly`].
pub async fn add_sub_daily(tx: &mut Tx, rows: &[&SubDaily]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    macro_rules! column {
        ($row:ident => $value:expr) => {
            rows.iter().map(|$row| $value).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "INSERT INTO stats_sub_daily AS s (day, affiliate_id, campaign_id, sub_no, sub_value, currency, clicks,
             conversions, payout_minor)
         SELECT t.day, t.affiliate, t.campaign, t.sub_no, t.sub_value, coalesce(t.currency, c.currency), t.clicks,
             t.conversions, t.payout
         FROM unnest($1::date[], $2::bigint[], $3::bigint[], $4::smallint[], $5::text[], $6::text[], $7::bigint[],
             $8::bigint[], $9::bigint[])
             AS t (day, affiliate, campaign, sub_no, sub_value, currency, clicks, conversions, payout)
         LEFT JOIN campaigns c ON c.id = t.campaign
         ORDER BY 1, 2, 3, 4, 5
         ON CONFLICT (day, affiliate_id, campaign_id, sub_no, sub_value) DO UPDATE SET
             clicks = s.clicks + excluded.clicks,
             conversions = s.conversions + excluded.conversions,
             payout_minor = s.payout_minor + excluded.payout_minor",
        &column!(r => r.day),
        &column!(r => r.affiliate.0),
        &column!(r => r.campaign.0),
        &column!(r => r.sub_no),
        &column!(r => r.sub_value.as_str()) as _,
        &column!(r => r.currency.map(Currency::code)) as _,
        &column!(r => r.clicks),
        &column!(r => r.conversions),
        &column!(r => r.payout_minor),
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    Ok(())
}

/// Adds to the click log; clicks that are in it already stay as they are. Returns how many were new.
///
/// # Errors
/// As [`add_hourly`].
pub async fn insert_clicks(tx: &mut Tx, stream: &str, rows: &[ClickRow<'_>]) -> Result<u64, StoreError> {
    if rows.is_empty() {
        return Ok(0);
    }
    macro_rules! column {
        ($row:ident => $value:expr) => {
            rows.iter().map(|$row| $value).collect::<Vec<_>>()
        };
    }
    let seqs = rows.iter().map(|r| to_db(r.seq)).collect::<Result<Vec<_>, _>>()?;
    let done = sqlx::query!(
        "INSERT INTO clicks (ts, click_id, link_id, campaign_id, affiliate_id, advertiser_id, reason, ip, user_agent,
             referrer, source, ext_click_id, subs, cost_micros, stream, seq)
         SELECT t.ts, t.click_id, t.link, t.campaign, t.affiliate, t.advertiser, t.reason, t.ip::inet, t.user_agent,
             t.referrer, t.source, t.ext_click_id, string_to_array(t.subs, chr(31)), t.cost, $16, t.seq
         FROM unnest($1::timestamptz[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],
             $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bigint[], $15::bigint[])
             AS t (ts, click_id, link, campaign, affiliate, advertiser, reason, ip, user_agent, referrer, source,
                 ext_click_id, subs, cost, seq)
         ORDER BY 1, 2
         ON CONFLICT DO NOTHING",
        &column!(r => r.ts),
        &column!(r => r.click_id.as_ref()) as _,
        &column!(r => r.link.0),
        &column!(r => r.campaign.0),
        &column!(r => r.affiliate.0),
        &column!(r => r.advertiser.0),
        &column!(r => r.reason.map(Reason::code)) as _,
        &column!(r => r.ip.map(|ip| ip.to_string())) as _,
        &column!(r => r.user_agent.as_ref()) as _,
        &column!(r => r.referrer.as_ref()) as _,
        &column!(r => r.source.as_ref()) as _,
        &column!(r => r.ext_click_id.as_ref()) as _,
        &column!(r => join(&r.subs)),
        &column!(r => r.cost_micros) as _,
        &seqs,
        stream,
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    Ok(done.rows_affected())
}

/// Source and sub-ids of clicks, by click id. Each click is asked for by its time and its id.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn click_origins(
    tx: &mut Tx,
    wanted: &[(DateTime<Utc>, String)],
) -> Result<HashMap<String, ClickOrigin>, StoreError> {
    let (Some(first), Some(last)) = (wanted.iter().map(|w| w.0).min(), wanted.iter().map(|w| w.0).max())
    else {
        return Ok(HashMap::new());
    };
    let times: Vec<_> = wanted.iter().map(|w| w.0).collect();
    let ids: Vec<_> = wanted.iter().map(|w| w.1.as_str()).collect();
    // The bounds leave out the partitions of other days.
    let rows = sqlx::query!(
        "SELECT c.click_id, c.source, c.subs
         FROM unnest($1::timestamptz[], $2::text[]) AS t (ts, click_id)
         JOIN clicks c ON c.ts = t.ts AND c.click_id = t.click_id
         WHERE c.ts BETWEEN $3 AND $4",
        &times,
        &ids as _,
        first,
        last
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.click_id, ClickOrigin { source: r.source, subs: r.subs })).collect())
}

/// Keeps events that could not be read or applied, once each.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn keep_dead_letters(
    tx: &mut Tx,
    consumer: &str,
    stream: &str,
    letters: &[DeadLetter],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for letter in letters {
        sqlx::query!(
            "INSERT INTO dead_letters (consumer, stream, seq, kind, version, payload, error, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            consumer,
            stream,
            to_db(letter.seq)?,
            i16::from(letter.kind),
            i16::from(letter.version),
            letter.payload,
            &*clean(&letter.error, MAX_TEXT),
            now
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_freed_of_what_cannot_be_stored() {
        assert_eq!(clean("a\0b\u{1f}c", 10), "abc");
        assert_eq!(clean("äöü", 2), "äö");
        assert!(matches!(clean("plain", 10), Cow::Borrowed("plain")));
    }

    #[test]
    fn lists_lose_only_their_empty_end() {
        assert_eq!(join(&["a", "", "b", "", ""]), "a\u{1f}\u{1f}b");
        assert_eq!(join(&["", ""]), "");
        assert_eq!(join(&["x\u{1f}y"]), "xy");
    }
}

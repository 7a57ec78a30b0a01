//! Conversions: written by attribution, changed by decisions.

use crate::{
    cursors::to_db,
    db::Tx,
    error::StoreError,
    events::{MAX_KEY_TEXT, MAX_TEXT, clean, join, refused},
};
use chrono::{DateTime, Utc};
use domain::{
    ids::{AdvertiserId, AffiliateId, CampaignId, ConversionId, GoalId, LinkId},
    ledger::Terms,
    money::Currency,
    reason::Reason,
    status::{ConversionMethod, ConversionStatus},
};
use std::net::IpAddr;

/// Where a conversion belongs and what it is worth, in minor units of the campaign's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    pub link: LinkId,
    pub campaign: CampaignId,
    pub affiliate: AffiliateId,
    pub advertiser: AdvertiserId,
    pub currency: Currency,
    pub revenue_minor: i64,
    pub payout_minor: i64,
}

impl Worth {
    /// The same for the ledger.
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms {
            advertiser: self.advertiser,
            affiliate: self.affiliate,
            currency: self.currency,
            revenue_minor: self.revenue_minor,
            payout_minor: self.payout_minor,
        }
    }
}

/// A conversion to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewConversion<'a> {
    pub id: ConversionId,
    pub received_at: DateTime<Utc>,
    pub status: ConversionStatus,
    /// Set if and only if rejected.
    pub reason: Option<Reason>,
    pub method: ConversionMethod,
    pub click_id: &'a str,
    pub click_at: Option<DateTime<Utc>>,
    /// `None` where the report could not be attributed.
    pub worth: Option<Worth>,
    pub goal_id: Option<GoalId>,
    pub goal: &'a str,
    pub txid: &'a str,
    pub reported_amount: &'a str,
    pub amount_minor: Option<i64>,
    pub source: &'a str,
    pub subs: &'a [String],
    pub adv: &'a [&'a str],
    pub coupon: &'a str,
    pub ip: Option<IpAddr>,
    pub user_agent: &'a str,
    pub seq: u64,
    /// Who decided and when; `None` for one that waits, and for one refused at the door.
    pub decided: Option<(DateTime<Utc>, &'a str)>,
}

/// A stored conversion, as far as decisions need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    pub id: ConversionId,
    pub received_at: DateTime<Utc>,
    pub status: ConversionStatus,
    pub reason: Option<Reason>,
    pub worth: Option<Worth>,
    pub amount_minor: Option<i64>,
    pub source: String,
    pub subs: Vec<String>,
    pub decided_by: Option<String>,
    pub note: String,
}

impl Conversion {
    /// Refused when it was reported, before anybody decided: it never counted and nothing was posted.
    #[must_use]
    pub fn refused_at_the_door(&self) -> bool {
        self.status == ConversionStatus::Rejected && self.decided_by.is_none()
    }
}

/// Stores a conversion unless its id is there already. Returns whether it was new.
///
/// # Errors
/// [`StoreError::Conflict`] where the database refuses the data.
pub async fn insert(tx: &mut Tx, stream: &str, new: &NewConversion<'_>) -> Result<bool, StoreError> {
    write(tx, stream, new, false).await
}

/// Puts a good report in the place of one that was refused at the door under the same id, such as one with a mistyped
/// amount. Returns whether there was such a one.
///
/// # Errors
/// As [`insert`].
pub async fn replace_refused(tx: &mut Tx, stream: &str, new: &NewConversion<'_>) -> Result<bool, StoreError> {
    write(tx, stream, new, true).await
}

async fn write(
    tx: &mut Tx,
    stream: &str,
    new: &NewConversion<'_>,
    replace: bool,
) -> Result<bool, StoreError> {
    let worth = new.worth.as_ref();
    let done = sqlx::query!(
        "INSERT INTO conversions AS c (id, received_at, status, reason, method, click_id, click_at, link_id, campaign_id,
             affiliate_id, advertiser_id, goal_id, goal, txid, reported_amount, amount_minor, currency, revenue_minor,
             payout_minor, source, subs, adv, coupon, ip, user_agent, stream, seq, decided_at, decided_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
             string_to_array($21, chr(31)), string_to_array($22, chr(31)), $23, ($24::text)::inet, $25, $26, $27, $28,
             $29)
         ON CONFLICT (id) DO UPDATE SET
             received_at = excluded.received_at, status = excluded.status, reason = excluded.reason, note = '',
             method = excluded.method, click_id = excluded.click_id, click_at = excluded.click_at,
             link_id = excluded.link_id, campaign_id = excluded.campaign_id, affiliate_id = excluded.affiliate_id,
             advertiser_id = excluded.advertiser_id, goal_id = excluded.goal_id, goal = excluded.goal,
             txid = excluded.txid, reported_amount = excluded.reported_amount, amount_minor = excluded.amount_minor,
             currency = excluded.currency, revenue_minor = excluded.revenue_minor, payout_minor = excluded.payout_minor,
             source = excluded.source, subs = excluded.subs, adv = excluded.adv, coupon = excluded.coupon,
             ip = excluded.ip, user_agent = excluded.user_agent, stream = excluded.stream, seq = excluded.seq,
             decided_at = excluded.decided_at, decided_by = excluded.decided_by
         WHERE $30 AND c.status = 'rejected' AND c.decided_by IS NULL",
        new.id.0,
        new.received_at,
        new.status.word(),
        new.reason.map(Reason::code),
        new.method.word(),
        &*clean(new.click_id, MAX_KEY_TEXT),
        new.click_at,
        worth.map(|w| w.link.0),
        worth.map(|w| w.campaign.0),
        worth.map(|w| w.affiliate.0),
        worth.map(|w| w.advertiser.0),
        new.goal_id.map(|g| g.0),
        &*clean(new.goal, MAX_KEY_TEXT),
        &*clean(new.txid, MAX_KEY_TEXT),
        &*clean(new.reported_amount, MAX_KEY_TEXT),
        new.amount_minor,
        worth.map(|w| w.currency.code()),
        worth.map_or(0, |w| w.revenue_minor),
        worth.map_or(0, |w| w.payout_minor),
        &*clean(new.source, MAX_KEY_TEXT),
        join(new.subs),
        join(new.adv),
        &*clean(new.coupon, MAX_KEY_TEXT),
        new.ip.map(|ip| ip.to_string()),
        &*clean(new.user_agent, MAX_TEXT),
        stream,
        to_db(new.seq)?,
        new.decided.map(|d| d.0),
        new.decided.map(|d| d.1),
        replace,
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    Ok(done.rows_affected() == 1)
}

/// A conversion, locked until the transaction ends.
///
/// # Errors
/// [`StoreError::Other`] for a stored word that is not known.
pub async fn lock(tx: &mut Tx, id: ConversionId) -> Result<Option<Conversion>, StoreError> {
    let row = sqlx::query!(
        "SELECT received_at, status, reason, link_id, campaign_id, affiliate_id, advertiser_id, currency, amount_minor,
             revenue_minor, payout_minor, source, subs, decided_by, note
         FROM conversions WHERE id = $1 FOR UPDATE",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let worth = match (row.link_id, row.campaign_id, row.affiliate_id, row.advertiser_id, row.currency) {
        (Some(link), Some(campaign), Some(affiliate), Some(advertiser), Some(currency)) => Some(Worth {
            link: LinkId(link),
            campaign: CampaignId(campaign),
            affiliate: AffiliateId(affiliate),
            advertiser: AdvertiserId(advertiser),
            currency: currency.parse().map_err(|e| StoreError::corrupt("currency", e))?,
            revenue_minor: row.revenue_minor,
            payout_minor: row.payout_minor,
        }),
        _ => None,
    };
    Ok(Some(Conversion {
        id,
        received_at: row.received_at,
        status: row.status.parse().map_err(|e| StoreError::corrupt("conversion status", e))?,
        reason: row.reason.as_deref().and_then(Reason::from_code),
        worth,
        amount_minor: row.amount_minor,
        source: row.source,
        subs: row.subs,
        decided_by: row.decided_by,
        note: row.note,
    }))
}

/// Writes a decision down.
///
/// # Errors
/// [`StoreError::Conflict`] for a rejection without a reason.
pub async fn decide(
    tx: &mut Tx,
    id: ConversionId,
    status: ConversionStatus,
    reason: Option<Reason>,
    note: &str,
    decided_by: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE conversions SET status = $2, reason = $3, note = $4, decided_by = $5, decided_at = $6 WHERE id = $1",
        id.0,
        status.word(),
        reason.map(Reason::code),
        note,
        decided_by,
        now
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    Ok(())
}

/// A report that contradicts a stored conversion, for a person to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction<'a> {
    pub id: ConversionId,
    pub at: DateTime<Utc>,
    /// The amount as reported, or `status …` where the status is what contradicts.
    pub reported: &'a str,
    pub revenue_minor: i64,
    pub payout_minor: i64,
    pub seq: u64,
}

/// Keeps a contradiction, once for each event.
///
/// # Errors
/// [`StoreError::Conflict`] where there is no such conversion.
pub async fn keep_contradiction(
    tx: &mut Tx,
    stream: &str,
    what: &Contradiction<'_>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO conversion_conflicts (conversion_id, at, reported_amount, revenue_minor, payout_minor, stream, seq)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (stream, seq) DO NOTHING",
        what.id.0,
        what.at,
        &*clean(what.reported, MAX_KEY_TEXT),
        what.revenue_minor,
        what.payout_minor,
        stream,
        to_db(what.seq)?
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    Ok(())
}

/// Pending conversions received before a time, oldest first.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn pending_before(
    tx: &mut Tx,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(ConversionId, DateTime<Utc>)>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, received_at FROM conversions WHERE status = 'pending' AND received_at < $1 ORDER BY received_at, id LIMIT $2",
        before,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (ConversionId(r.id), r.received_at)).collect())
}

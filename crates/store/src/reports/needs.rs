//! What waits for a person.

use super::stats::currency;
use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::{
    ids::{CampaignId, ConversionId},
    money::Currency,
};

/// Pending conversions in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// `None` for reports that never found a campaign.
    pub currency: Option<Currency>,
    pub count: i64,
    /// Minor units.
    pub revenue: i64,
    pub payout: i64,
}

/// # Errors
/// [`StoreError`].
pub async fn pending(tx: &mut Tx) -> Result<Vec<Pending>, StoreError> {
    sqlx::query!(
        r#"SELECT currency, count(*) AS "count!", sum(revenue_minor)::bigint AS "revenue!",
                  sum(payout_minor)::bigint AS "payout!"
           FROM conversions WHERE status = 'pending' GROUP BY currency ORDER BY count(*) DESC, currency"#
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|r| {
        let currency = r.currency.as_deref().map(currency).transpose()?;
        Ok(Pending { currency, count: r.count, revenue: r.revenue, payout: r.payout })
    })
    .collect()
}

/// Campaigns with applications that wait: number, name, how many. Longest waiting first, at most `limit`.
///
/// # Errors
/// [`StoreError`].
pub async fn applications(tx: &mut Tx, limit: i64) -> Result<Vec<(CampaignId, String, i64)>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT c.id, c.name, count(*) AS "count!" FROM campaign_access x JOIN campaigns c ON c.id = x.campaign_id
           WHERE x.status = 'applied' GROUP BY c.id, c.name ORDER BY min(x.created_at), c.id LIMIT $1"#,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (CampaignId(r.id), r.name, r.count)).collect())
}

/// How many contradictions nobody has settled, and the conversion of the oldest.
///
/// # Errors
/// [`StoreError`].
pub async fn contradictions(tx: &mut Tx) -> Result<Option<(i64, ConversionId)>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT count(*) OVER () AS "count!", conversion_id FROM conversion_conflicts
           WHERE resolved_at IS NULL ORDER BY id LIMIT 1"#
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.count, ConversionId(r.conversion_id))))
}

/// Streams that hold events from before `before` that nobody has counted, with the oldest such time in milliseconds.
///
/// # Errors
/// [`StoreError`].
pub async fn behind(tx: &mut Tx, before: DateTime<Utc>) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT p.stream, coalesce(c.event_ms, 0) AS "event_ms!"
           FROM producers p LEFT JOIN consumer_cursor c USING (stream)
           WHERE coalesce(c.seq, 0) < p.head_seq AND coalesce(c.event_ms, 0) < $1 ORDER BY p.stream"#,
        before.timestamp_millis()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.stream, r.event_ms)).collect())
}

/// Streams whose node has not spoken since `before`.
///
/// # Errors
/// [`StoreError`].
pub async fn silent(tx: &mut Tx, before: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar!("SELECT stream FROM producers WHERE heartbeat_at < $1 ORDER BY stream", before)
        .fetch_all(tx.conn())
        .await?)
}

/// Checks whose latest answer is that something does not agree: name and detail.
///
/// # Errors
/// [`StoreError`].
pub async fn failed_checks(tx: &mut Tx) -> Result<Vec<(String, String)>, StoreError> {
    let rows = sqlx::query!(
        "SELECT check_name, detail FROM (
             SELECT DISTINCT ON (check_name) check_name, ok, detail FROM reconciliations ORDER BY check_name, id DESC
         ) latest WHERE NOT ok ORDER BY check_name"
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.check_name, r.detail)).collect())
}

/// Active campaigns without any link, at most `limit`.
///
/// # Errors
/// [`StoreError`].
pub async fn without_links(tx: &mut Tx, limit: i64) -> Result<Vec<(CampaignId, String)>, StoreError> {
    let rows = sqlx::query!(
        "SELECT c.id, c.name FROM campaigns c
         WHERE c.status = 'active' AND NOT EXISTS (SELECT FROM links l WHERE l.campaign_id = c.id)
         ORDER BY lower(c.name), c.id LIMIT $1",
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (CampaignId(r.id), r.name)).collect())
}

//! What open pages are told every few seconds. Asked once for everybody of a realm, so each of these is cheap.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::{
    access::Role,
    ids::{AffiliateId, SessionId},
};

/// Numbers that change whenever a page may have to be shown anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pulse {
    /// Events counted so far, over all streams.
    pub counted: i64,
    /// The newest change made by anybody.
    pub changes: i64,
    pub pending: i64,
    /// Affiliates asking to run a campaign.
    pub access: i64,
    /// People asking to become affiliates.
    pub applications: i64,
}

/// Of the whole network.
///
/// # Errors
/// [`StoreError`].
pub async fn network(tx: &mut Tx) -> Result<Pulse, StoreError> {
    Ok(sqlx::query_as!(
        Pulse,
        r#"SELECT (SELECT coalesce(sum(seq), 0)::bigint FROM consumer_cursor) AS "counted!",
                  (SELECT coalesce(max(id), 0) FROM audit_log) AS "changes!",
                  (SELECT count(*) FROM conversions WHERE status = 'pending') AS "pending!",
                  (SELECT count(*) FROM campaign_access WHERE status = 'applied') AS "access!",
                  (SELECT count(*) FROM affiliate_applications WHERE status = 'waiting') AS "applications!""#
    )
    .fetch_one(tx.conn())
    .await?)
}

/// [`Pulse::counted`] and [`Pulse::changes`] alone.
///
/// # Errors
/// [`StoreError`].
pub async fn network_marks(tx: &mut Tx) -> Result<(i64, i64), StoreError> {
    let row = sqlx::query!(
        r#"SELECT (SELECT coalesce(sum(seq), 0)::bigint FROM consumer_cursor) AS "counted!",
                  (SELECT coalesce(max(id), 0) FROM audit_log) AS "changes!""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.counted, row.changes))
}

/// The asking affiliate's newest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnPulse {
    /// When the newest conversion was received.
    pub received: Option<DateTime<Utc>>,
    /// When the newest of its notifications came up.
    pub told: Option<DateTime<Utc>>,
    /// Clicks of the last two hours.
    pub clicks: i64,
}

/// Of the asking affiliate.
///
/// # Errors
/// [`StoreError`].
pub async fn own(tx: &mut Tx, affiliate: AffiliateId, since: DateTime<Utc>) -> Result<OwnPulse, StoreError> {
    Ok(sqlx::query_as!(
        OwnPulse,
        r#"SELECT (SELECT max(received_at) FROM conversions WHERE affiliate_id = $1) AS received,
                  (SELECT max(changed_at) FROM notifications) AS told,
                  (SELECT coalesce(sum(clicks), 0)::bigint FROM stats_hourly WHERE affiliate_id = $1 AND hour >= $2) AS "clicks!""#,
        affiliate.0,
        since,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The asking affiliate's conversions after a moment, without rejected ones: currency, how many, payout in minor units.
///
/// # Errors
/// [`StoreError`].
pub async fn own_since(
    tx: &mut Tx,
    affiliate: AffiliateId,
    after: DateTime<Utc>,
) -> Result<Vec<(String, i64, i64)>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT coalesce(currency, '') AS "currency!", count(*) AS "count!", sum(payout_minor)::bigint AS "payout!"
           FROM conversions WHERE affiliate_id = $1 AND received_at > $2 AND status <> 'rejected' GROUP BY 1 ORDER BY 2 DESC, 1"#,
        affiliate.0,
        after,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.currency, r.count, r.payout)).collect())
}

/// Which of these sessions are still good, with the affiliate whose portal each is looking at and the person's role.
///
/// # Errors
/// [`StoreError`].
pub async fn sessions(
    tx: &mut Tx,
    of: &[SessionId],
    now: DateTime<Utc>,
) -> Result<Vec<(SessionId, (Option<AffiliateId>, Role))>, StoreError> {
    let ids: Vec<i64> = of.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"SELECT s.id, CASE WHEN s.viewing_until > $2 THEN s.viewing END AS viewing, u.role
           FROM user_sessions s JOIN users u ON u.id = s.user_id LEFT JOIN affiliates f ON f.id = u.affiliate_id
           WHERE s.id = ANY($1) AND s.ended_at IS NULL AND s.expires_at > $2
             AND u.status = 'active' AND u.session_epoch = s.epoch AND f.status IS DISTINCT FROM 'closed'"#,
        &ids,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let role = r.role.parse().map_err(|e| StoreError::corrupt("users.role", e))?;
            Ok((SessionId(r.id), (r.viewing.map(AffiliateId), role)))
        })
        .collect()
}

//! The audit log.

use crate::{db::Tx, error::StoreError, reports::audit::Entry};
use chrono::{DateTime, Utc};

/// What the list is narrowed to; empty text and `None` do not narrow.
#[derive(Debug, Clone)]
pub struct Narrow {
    /// At this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
    /// As [`reports::audit::Filter::q`](crate::reports::audit::Filter::q).
    pub q: String,
    /// Prefixed id.
    pub object: String,
    /// The beginning of an action.
    pub action: String,
}

/// Newest first, behind the entry of the number `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, n: &Narrow, after: Option<i64>, limit: i64) -> Result<Vec<Entry>, StoreError> {
    Ok(sqlx::query_as!(
        Entry,
        "SELECT id, at, actor, host(ip) AS ip, request_id, action, object, before, after FROM audit_log
         WHERE ($1::timestamptz IS NULL OR at >= $1) AND ($2::timestamptz IS NULL OR at < $2)
           AND ($3 = '' OR object = lower($3) OR request_id = $3 OR starts_with(action, lower($3))
                OR strpos(lower(actor), lower($3)) > 0)
           AND ($4 = '' OR object = lower($4)) AND starts_with(action, $5) AND ($6::bigint IS NULL OR id < $6)
         ORDER BY id DESC LIMIT $7",
        n.from,
        n.to,
        n.q,
        n.object,
        n.action,
        after,
        limit
    )
    .fetch_all(tx.conn())
    .await?)
}

/// How many [`list`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn total(tx: &mut Tx, n: &Narrow) -> Result<i64, StoreError> {
    let total = sqlx::query_scalar!(
        "SELECT count(*) FROM audit_log
         WHERE ($1::timestamptz IS NULL OR at >= $1) AND ($2::timestamptz IS NULL OR at < $2)
           AND ($3 = '' OR object = lower($3) OR request_id = $3 OR starts_with(action, lower($3))
                OR strpos(lower(actor), lower($3)) > 0)
           AND ($4 = '' OR object = lower($4)) AND starts_with(action, $5)",
        n.from,
        n.to,
        n.q,
        n.object,
        n.action
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(total.unwrap_or_default())
}

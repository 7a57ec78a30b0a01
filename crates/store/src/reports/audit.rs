//! The audit log for reading.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// A change as it was written down.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub ip: Option<String>,
    pub request_id: Option<String>,
    pub action: String,
    pub object: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub from: DateTime<Utc>,
    /// Exclusive.
    pub to: DateTime<Utc>,
    /// An object's id or a request's as a whole, the beginning of an action, or a part of the actor's name; empty for
    /// everything.
    pub q: String,
    /// The beginning of the actions looked for, such as `campaign.`; empty for all.
    pub kind: String,
}

/// One page, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn page(tx: &mut Tx, f: &Filter, limit: i64, offset: i64) -> Result<Vec<Entry>, StoreError> {
    Ok(sqlx::query_as!(
        Entry,
        "SELECT id, at, actor, host(ip) AS ip, request_id, action, object, before, after FROM audit_log
         WHERE at >= $1 AND at < $2 AND ($3 = '' OR object = lower($3) OR request_id = $3
               OR starts_with(action, lower($3)) OR strpos(lower(actor), lower($3)) > 0)
           AND starts_with(action, $4)
         ORDER BY id DESC LIMIT $5 OFFSET $6",
        f.from,
        f.to,
        f.q,
        f.kind,
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?)
}

/// How many entries [`page`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn total(tx: &mut Tx, f: &Filter) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM audit_log
           WHERE at >= $1 AND at < $2 AND ($3 = '' OR object = lower($3) OR request_id = $3
                 OR starts_with(action, lower($3)) OR strpos(lower(actor), lower($3)) > 0)
             AND starts_with(action, $4)"#,
        f.from,
        f.to,
        f.q,
        f.kind
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Whether anything was ever written down.
///
/// # Errors
/// [`StoreError`].
pub async fn any(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM audit_log) AS "any!""#).fetch_one(tx.conn()).await?)
}

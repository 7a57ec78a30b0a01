//! Answers to writes of the API, stored in the transaction of the write itself, so that a repeated request is given
//! the same answer and has no second effect.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Method and path.
    pub route: String,
    /// SHA-256 of the request's body.
    pub body_hash: [u8; 32],
    pub status: u16,
    /// The `Location` header, where there was one.
    pub location: Option<String>,
    pub response: Vec<u8>,
}

/// Takes the key for the time of the transaction. `false`: another request with it is under way.
///
/// # Errors
/// [`StoreError`].
pub async fn lock(tx: &mut Tx, key: &str) -> Result<bool, StoreError> {
    let (realm, owner) = tx.realm().setting();
    let name = format!("idempotency:{realm}:{owner}:{key}");
    let locked = sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS "locked!""#,
        name
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(locked)
}

/// The answer under a key of the asker, if it has not expired.
///
/// # Errors
/// [`StoreError`].
pub async fn find(tx: &mut Tx, key: &str, now: DateTime<Utc>) -> Result<Option<Stored>, StoreError> {
    let (realm, owner) = tx.realm().setting();
    let row = sqlx::query!(
        "SELECT route, body_hash, status, location, response FROM idempotency_keys
         WHERE realm = $1 AND owner_id = $2 AND key = $3 AND expires_at > $4",
        realm,
        owner,
        key,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(Stored {
            route: r.route,
            body_hash: r
                .body_hash
                .try_into()
                .map_err(|_| StoreError::corrupt("idempotency_keys.body_hash", "not 32 bytes"))?,
            status: u16::try_from(r.status).map_err(|e| StoreError::corrupt("idempotency_keys.status", e))?,
            location: r.location,
            response: r.response,
        })
    })
    .transpose()
}

/// Keeps an answer until `expires_at`; one that had expired gives way.
///
/// # Errors
/// [`StoreError`].
pub async fn keep(
    tx: &mut Tx,
    key: &str,
    answer: &Stored,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (realm, owner) = tx.realm().setting();
    sqlx::query!(
        "DELETE FROM idempotency_keys WHERE realm = $1 AND owner_id = $2 AND key = $3",
        realm,
        owner,
        key
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO idempotency_keys (realm, owner_id, key, route, body_hash, status, location, response, created_at,
                                       expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        realm,
        owner,
        key,
        answer.route,
        &answer.body_hash[..],
        i16::try_from(answer.status).unwrap_or(200),
        answer.location,
        answer.response,
        now,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets what expired. Returns how many answers that were.
///
/// # Errors
/// [`StoreError`].
pub async fn forget_expired(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let done =
        sqlx::query!("DELETE FROM idempotency_keys WHERE expires_at <= $1", now).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}

//! Wrong passwords and codes in a row, over all nodes and restarts.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An email address as typed; whether there is such an account makes no difference.
    Account,
    /// Where somebody comes from.
    Address,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Address => "address",
        }
    }
}

/// A thing that is counted: its kind and the hash of what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(pub Kind, pub [u8; 32]);

/// Until when a key is locked, if it is.
///
/// # Errors
/// [`StoreError`].
pub async fn locked_until(
    tx: &mut Tx,
    key: Key,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let until = sqlx::query_scalar!(
        "SELECT locked_until FROM sign_in_failures WHERE kind = $1 AND key = $2 AND locked_until > $3",
        key.0.word(),
        &key.1[..],
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(until.flatten())
}

/// Counts one more; failures before `since` are forgotten. Answers how many in a row it makes.
///
/// # Errors
/// [`StoreError`].
pub async fn count(
    tx: &mut Tx,
    key: Key,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<i32, StoreError> {
    Ok(sqlx::query_scalar!(
        "INSERT INTO sign_in_failures AS f (kind, key, failures, last_at) VALUES ($1, $2, 1, $4)
         ON CONFLICT (kind, key) DO UPDATE
         SET failures = CASE WHEN f.last_at < $3 THEN 1 ELSE least(f.failures + 1, 1000000) END, last_at = $4
         RETURNING failures",
        key.0.word(),
        &key.1[..],
        since,
        now
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Locks a key that was counted.
///
/// # Errors
/// [`StoreError`].
pub async fn lock(tx: &mut Tx, key: Key, until: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE sign_in_failures SET locked_until = $3 WHERE kind = $1 AND key = $2",
        key.0.word(),
        &key.1[..],
        until
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets a key. Answers whether anything was counted.
///
/// # Errors
/// [`StoreError`].
pub async fn forget(tx: &mut Tx, key: Key) -> Result<bool, StoreError> {
    let done =
        sqlx::query!("DELETE FROM sign_in_failures WHERE kind = $1 AND key = $2", key.0.word(), &key.1[..])
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Clears away what nobody has touched since then.
///
/// # Errors
/// [`StoreError`].
pub async fn tidy(tx: &mut Tx, since: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "DELETE FROM sign_in_failures WHERE last_at < $1 AND (locked_until IS NULL OR locked_until < $1)",
        since
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

//! Authenticator apps and recovery codes.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::ids::UserId;

/// Somebody's authenticator.
#[derive(Clone)]
pub struct Totp {
    /// Sealed; see `engine::signin::Sealer`.
    pub secret: Vec<u8>,
    /// The time step of the last code taken.
    pub last_step: i64,
    /// `None`: being set up, opens nothing yet.
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Totp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Totp").field("confirmed_at", &self.confirmed_at).finish_non_exhaustive()
    }
}

/// # Errors
/// [`StoreError`].
pub async fn get(tx: &mut Tx, user: UserId) -> Result<Option<Totp>, StoreError> {
    Ok(sqlx::query_as!(
        Totp,
        "SELECT secret, last_step, confirmed_at FROM user_totp WHERE user_id = $1",
        user.0
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Begins to set one up. An earlier beginning is replaced; one that is in use stays, and the answer is `false`.
///
/// # Errors
/// [`StoreError`].
pub async fn begin(tx: &mut Tx, user: UserId, secret: &[u8], now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO user_totp (user_id, secret, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET secret = EXCLUDED.secret, created_at = EXCLUDED.created_at, last_step = 0
         WHERE user_totp.confirmed_at IS NULL",
        user.0,
        secret,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts it in use. `false`: there is none, or it was in use already.
///
/// # Errors
/// [`StoreError`].
pub async fn confirm(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE user_totp SET confirmed_at = $2 WHERE user_id = $1 AND confirmed_at IS NULL",
        user.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the code of a time step. `false`: one of this step or of a later one was taken before. Of two at the same
/// moment one gets it.
///
/// # Errors
/// [`StoreError`].
pub async fn take_step(tx: &mut Tx, user: UserId, step: i64) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE user_totp SET last_step = $2 WHERE user_id = $1 AND last_step < $2",
        user.0,
        step
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets authenticator and recovery codes. `false`: there was no authenticator in use.
///
/// # Errors
/// [`StoreError`].
pub async fn remove(tx: &mut Tx, user: UserId) -> Result<bool, StoreError> {
    sqlx::query!("DELETE FROM recovery_codes WHERE user_id = $1", user.0).execute(tx.conn()).await?;
    let was = sqlx::query_scalar!("DELETE FROM user_totp WHERE user_id = $1 RETURNING confirmed_at", user.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(was.flatten().is_some())
}

/// Replaces all recovery codes.
///
/// # Errors
/// [`StoreError`].
pub async fn put_codes(
    tx: &mut Tx,
    user: UserId,
    hashes: &[Vec<u8>],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM recovery_codes WHERE user_id = $1", user.0).execute(tx.conn()).await?;
    sqlx::query!(
        "INSERT INTO recovery_codes (user_id, hash, created_at) SELECT $1, hash, $3 FROM unnest($2::bytea[]) AS hash",
        user.0,
        hashes,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Uses a recovery code up. `false`: it is none, or it was used before.
///
/// # Errors
/// [`StoreError`].
pub async fn take_code(
    tx: &mut Tx,
    user: UserId,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL",
        user.0,
        &hash[..],
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Recovery codes that can still be used.
///
/// # Errors
/// [`StoreError`].
pub async fn codes_left(tx: &mut Tx, user: UserId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL"#,
        user.0
    )
    .fetch_one(tx.conn())
    .await?)
}

//! One-time links: who holds the secret of one has read the mail it was sent in. Only its SHA-256 is stored.
//!
//! A link works once, until it expires or is taken back. All of it is the network's business: use cases for people
//! without a session ask as [`Realm::Network`](domain::access::Realm::Network).

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::ids::{TokenId, UserId};
use serde_json::Value;

/// A link to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for, such as `invite`.
    pub kind: &'static str,
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// Where it is sent.
    pub email: String,
    /// Whose account it is about, if there is one.
    pub user: Option<UserId>,
    /// What it does once opened. No secrets.
    pub payload: Value,
    pub expires_at: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

/// A link that can still be used, or was until `expires_at`.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub id: TokenId,
    pub email: String,
    pub user: Option<UserId>,
    pub payload: Value,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

struct Row {
    id: i64,
    email: String,
    user_id: Option<i64>,
    payload: Value,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl From<Row> for Token {
    fn from(r: Row) -> Self {
        Self {
            id: TokenId(r.id),
            email: r.email,
            user: r.user_id.map(UserId),
            payload: r.payload,
            created_at: r.created_at,
            expires_at: r.expires_at,
        }
    }
}

/// Stores a link.
///
/// # Errors
/// [`StoreError::Conflict`]: `tokens_hash_key`, when the same secret is used twice.
pub async fn issue(tx: &mut Tx, t: &NewToken) -> Result<TokenId, StoreError> {
    let id = sqlx::query_scalar!(
        "INSERT INTO tokens (kind, hash, email, user_id, payload, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        t.kind,
        &t.hash[..],
        t.email,
        t.user.map(|u| u.0),
        t.payload,
        t.now,
        t.expires_at,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(TokenId(id))
}

/// The link of a secret, while it can be used: not used, not taken back, not expired.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    tx: &mut Tx,
    kind: &str,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<Token>, StoreError> {
    Ok(sqlx::query_as!(
        Row,
        "SELECT id, email, user_id, payload, created_at, expires_at FROM tokens
         WHERE hash = $1 AND kind = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3",
        &hash[..],
        kind,
        now
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Token::from))
}

/// Uses a link up. `false`: somebody else did, or it is no longer good. Of two at once, one waits and gets `false`.
///
/// # Errors
/// [`StoreError`].
pub async fn consume(tx: &mut Tx, id: TokenId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE tokens SET used_at = $2
         WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a link back. `false`: it was used or taken back before.
///
/// # Errors
/// [`StoreError`].
pub async fn revoke(tx: &mut Tx, id: TokenId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes back every open link of a kind to an address, in any letter case: a newer one replaces them.
///
/// # Errors
/// [`StoreError`].
pub async fn revoke_for_email(
    tx: &mut Tx,
    kind: &str,
    email: &str,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "UPDATE tokens SET revoked_at = $3
         WHERE kind = $1 AND lower(email) = lower($2) AND used_at IS NULL AND revoked_at IS NULL",
        kind,
        email,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Takes back every open link of a kind that is about one account.
///
/// # Errors
/// [`StoreError`].
pub async fn revoke_for_user(
    tx: &mut Tx,
    kind: &str,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "UPDATE tokens SET revoked_at = $3
         WHERE kind = $1 AND user_id = $2 AND used_at IS NULL AND revoked_at IS NULL",
        kind,
        user.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Every link of a kind that was neither used nor taken back, newest first, expired ones too; at most 500.
///
/// # Errors
/// [`StoreError`].
pub async fn open(tx: &mut Tx, kind: &str) -> Result<Vec<Token>, StoreError> {
    Ok(sqlx::query_as!(
        Row,
        "SELECT id, email, user_id, payload, created_at, expires_at FROM tokens
         WHERE kind = $1 AND used_at IS NULL AND revoked_at IS NULL ORDER BY id DESC LIMIT 500",
        kind
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Token::from)
    .collect())
}

/// One link by its number, expired or not, but neither used nor taken back; locked until the transaction ends.
///
/// # Errors
/// [`StoreError`].
pub async fn get_open(tx: &mut Tx, kind: &str, id: TokenId) -> Result<Option<Token>, StoreError> {
    Ok(sqlx::query_as!(
        Row,
        "SELECT id, email, user_id, payload, created_at, expires_at FROM tokens
         WHERE id = $1 AND kind = $2 AND used_at IS NULL AND revoked_at IS NULL FOR UPDATE",
        id.0,
        kind
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Token::from))
}

/// How many links of a kind about one account were issued since then, used or not.
///
/// # Errors
/// [`StoreError`].
pub async fn issued_since(
    tx: &mut Tx,
    kind: &str,
    user: UserId,
    since: DateTime<Utc>,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM tokens WHERE kind = $1 AND user_id = $2 AND created_at > $3"#,
        kind,
        user.0,
        since
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The newest open link of a kind about one account.
///
/// # Errors
/// [`StoreError`].
pub async fn waiting(
    tx: &mut Tx,
    kind: &str,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Token>, StoreError> {
    Ok(sqlx::query_as!(
        Row,
        "SELECT id, email, user_id, payload, created_at, expires_at FROM tokens
         WHERE kind = $1 AND user_id = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3
         ORDER BY id DESC LIMIT 1",
        kind,
        user.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Token::from))
}

//! People who sign in.

use crate::{
    config::{ListFilter, Page},
    db::Tx,
    error::StoreError,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Realm, Role},
    ids::{AdvertiserId, AffiliateId, BuyerId, UserId},
};
use serde::Serialize;

/// Somebody who signs in. The role decides the portal and, where it needs one, the owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// Whose rows this person sees: the network's, or one owner's.
    pub realm: Realm,
    /// May sign in.
    pub active: bool,
    /// IANA name.
    pub time_zone: String,
    /// Word of the period last chosen on a page with figures.
    #[serde(skip)]
    pub period: Option<String>,
    /// Sessions of an older epoch have ended.
    pub session_epoch: i32,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a sign-in is checked against.
#[derive(Clone)]
pub struct Credentials {
    pub user: User,
    /// PHC string.
    pub password_hash: String,
    /// The affiliate, advertiser or buyer was closed.
    pub owner_closed: bool,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user.id).finish_non_exhaustive()
    }
}

struct Row {
    id: i64,
    email: String,
    name: String,
    role: String,
    affiliate_id: Option<i64>,
    advertiser_id: Option<i64>,
    buyer_id: Option<i64>,
    status: String,
    time_zone: String,
    period: Option<String>,
    session_epoch: i32,
    last_sign_in_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    password_hash: String,
    owner_closed: bool,
}

impl TryFrom<Row> for Credentials {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Self, StoreError> {
        let role: Role = r.role.parse().map_err(|e| StoreError::corrupt("users.role", e))?;
        let realm = match (role, r.affiliate_id, r.advertiser_id, r.buyer_id) {
            (Role::Affiliate, Some(id), ..) => Realm::Affiliate(AffiliateId(id)),
            (Role::Advertiser, _, Some(id), _) => Realm::Advertiser(AdvertiserId(id)),
            (Role::Buyer, _, _, Some(id)) => Realm::Buyer(BuyerId(id)),
            (Role::Admin | Role::AffiliateManager | Role::Finance, ..) => Realm::Network,
            // The table's constraint does not allow it; never fall back to seeing everything.
            _ => return Err(StoreError::corrupt("users", "a role without its owner")),
        };
        Ok(Self {
            user: User {
                id: UserId(r.id),
                email: r.email,
                name: r.name,
                role,
                realm,
                active: r.status == "active",
                time_zone: r.time_zone,
                period: r.period,
                session_epoch: r.session_epoch,
                last_sign_in_at: r.last_sign_in_at,
                created_at: r.created_at,
                updated_at: r.updated_at,
            },
            password_hash: r.password_hash,
            owner_closed: r.owner_closed,
        })
    }
}

/// The account of an email address, whatever its case.
///
/// # Errors
/// [`StoreError`].
pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Credentials>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT u.id, u.email, u.name, u.role, u.affiliate_id, u.advertiser_id, u.buyer_id, u.status, u.time_zone,
                  u.period, u.session_epoch, u.last_sign_in_at, u.created_at, u.updated_at, u.password_hash,
                  coalesce(f.status, a.status, b.status, '') = 'closed' AS "owner_closed!"
           FROM users u LEFT JOIN affiliates f ON f.id = u.affiliate_id
           LEFT JOIN advertisers a ON a.id = u.advertiser_id LEFT JOIN buyers b ON b.id = u.buyer_id
           WHERE lower(u.email) = lower($1)"#,
        email
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Credentials::try_from)
    .transpose()
}

/// # Errors
/// [`StoreError`].
pub async fn credentials(tx: &mut Tx, id: UserId) -> Result<Option<Credentials>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT u.id, u.email, u.name, u.role, u.affiliate_id, u.advertiser_id, u.buyer_id, u.status, u.time_zone,
                  u.period, u.session_epoch, u.last_sign_in_at, u.created_at, u.updated_at, u.password_hash,
                  coalesce(f.status, a.status, b.status, '') = 'closed' AS "owner_closed!"
           FROM users u LEFT JOIN affiliates f ON f.id = u.affiliate_id
           LEFT JOIN advertisers a ON a.id = u.advertiser_id LEFT JOIN buyers b ON b.id = u.buyer_id
           WHERE u.id = $1"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Credentials::try_from)
    .transpose()
}

/// # Errors
/// [`StoreError`].
pub async fn get(tx: &mut Tx, id: UserId) -> Result<Option<User>, StoreError> {
    Ok(credentials(tx, id).await?.map(|c| c.user))
}

/// By email; `status` is `active` or `disabled`, `q` is looked for in email and name.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, filter: &ListFilter) -> Result<Page<User>, StoreError> {
    let total = sqlx::query_scalar!(
        "SELECT count(*) FROM users
         WHERE ($1::text IS NULL OR status = $1)
           AND ($2::text IS NULL OR email ILIKE $2 OR name ILIKE $2
                OR $3 IN (id, affiliate_id, advertiser_id, buyer_id))",
        filter.status,
        filter.text,
        filter.id,
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, email, name, role, affiliate_id, advertiser_id, buyer_id, status, time_zone, period, session_epoch,
                  last_sign_in_at, created_at, updated_at, '' AS "password_hash!", false AS "owner_closed!"
           FROM users
           WHERE ($1::text IS NULL OR status = $1)
             AND ($2::text IS NULL OR email ILIKE $2 OR name ILIKE $2
                  OR $3 IN (id, affiliate_id, advertiser_id, buyer_id))
           ORDER BY lower(email) LIMIT $4 OFFSET $5"#,
        filter.status,
        filter.text,
        filter.id,
        filter.limit(),
        filter.offset(),
    )
    .fetch_all(tx.conn())
    .await?;
    let rows =
        rows.into_iter().map(|r| Credentials::try_from(r).map(|c| c.user)).collect::<Result<_, _>>()?;
    Ok(Page::new(rows, total))
}

/// Addresses of everybody active who signs in for an owner; at most fifty.
///
/// # Errors
/// [`StoreError`].
pub async fn emails_of(tx: &mut Tx, realm: Realm) -> Result<Vec<String>, StoreError> {
    let (affiliate, advertiser, buyer) = owners(realm);
    Ok(sqlx::query_scalar!(
        "SELECT email FROM users WHERE status = 'active' AND affiliate_id IS NOT DISTINCT FROM $1
             AND advertiser_id IS NOT DISTINCT FROM $2 AND buyer_id IS NOT DISTINCT FROM $3
         ORDER BY id LIMIT 50",
        affiliate,
        advertiser,
        buyer
    )
    .fetch_all(tx.conn())
    .await?)
}

/// # Errors
/// [`StoreError::Conflict`]: `users_email_key` (taken), `users_affiliate_id_fkey` and its like (no such owner).
pub async fn insert(tx: &mut Tx, u: &User, password_hash: &str) -> Result<(), StoreError> {
    let (affiliate, advertiser, buyer) = owners(u.realm);
    sqlx::query!(
        "INSERT INTO users (id, email, name, password_hash, role, affiliate_id, advertiser_id, buyer_id, status,
                            time_zone, session_epoch, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        u.id.0,
        u.email,
        u.name,
        password_hash,
        u.role.word(),
        affiliate,
        advertiser,
        buyer,
        status_word(u.active),
        u.time_zone,
        u.session_epoch,
        u.created_at,
        u.updated_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes name, state and time zone. Somebody disabled is signed out everywhere. `false`: there is no such row.
///
/// # Errors
/// [`StoreError`].
pub async fn update(tx: &mut Tx, u: &User) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE users SET name = $2, status = $3, time_zone = $4, updated_at = $5,
                          session_epoch = session_epoch + CASE WHEN $3 = 'disabled' THEN 1 ELSE 0 END
         WHERE id = $1",
        u.id.0,
        u.name,
        status_word(u.active),
        u.time_zone,
        u.updated_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps the word of the period that somebody chose. `false`: there is no such row.
///
/// # Errors
/// [`StoreError`].
pub async fn set_period(tx: &mut Tx, id: UserId, word: &str) -> Result<bool, StoreError> {
    let done =
        sqlx::query!("UPDATE users SET period = $2 WHERE id = $1", id.0, word).execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}

/// Sets another password and ends every session. `false`: there is no such row.
///
/// # Errors
/// [`StoreError`].
pub async fn set_password(
    tx: &mut Tx,
    id: UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE users SET password_hash = $2, session_epoch = session_epoch + 1, updated_at = $3 WHERE id = $1",
        id.0,
        hash,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets another address. `false`: there is no such row.
///
/// # Errors
/// [`StoreError::Conflict`]: `users_email_key` (taken).
pub async fn set_email(tx: &mut Tx, id: UserId, email: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!("UPDATE users SET email = $2, updated_at = $3 WHERE id = $1", id.0, email, now)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Everybody who is an administrator and may sign in, locked: until the transaction ends, nobody else changes who is.
///
/// # Errors
/// [`StoreError`].
pub async fn lock_admins(tx: &mut Tx) -> Result<Vec<UserId>, StoreError> {
    // In one order, so that two at once wait for each other and do not block each other.
    let ids = sqlx::query_scalar!(
        "SELECT id FROM users WHERE role = 'admin' AND status = 'active' ORDER BY id FOR UPDATE"
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Gives somebody another role of the same portal. `false`: there is no such row.
///
/// # Errors
/// [`StoreError::Conflict`] `users_owner`: a role of another portal.
pub async fn set_role(tx: &mut Tx, id: UserId, role: Role, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done =
        sqlx::query!("UPDATE users SET role = $2, updated_at = $3 WHERE id = $1", id.0, role.word(), now)
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends every session. `false`: there is no such row.
///
/// # Errors
/// [`StoreError`].
pub async fn end_sessions(tx: &mut Tx, id: UserId) -> Result<bool, StoreError> {
    let done = sqlx::query!("UPDATE users SET session_epoch = session_epoch + 1 WHERE id = $1", id.0)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that somebody signed in.
///
/// # Errors
/// [`StoreError`].
pub async fn signed_in(tx: &mut Tx, id: UserId, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("UPDATE users SET last_sign_in_at = $2 WHERE id = $1", id.0, now).execute(tx.conn()).await?;
    Ok(())
}

fn status_word(active: bool) -> &'static str {
    if active { "active" } else { "disabled" }
}

fn owners(realm: Realm) -> (Option<i64>, Option<i64>, Option<i64>) {
    match realm {
        Realm::Network => (None, None, None),
        Realm::Affiliate(id) => (Some(id.0), None, None),
        Realm::Advertiser(id) => (None, Some(id.0), None),
        Realm::Buyer(id) => (None, None, Some(id.0)),
    }
}

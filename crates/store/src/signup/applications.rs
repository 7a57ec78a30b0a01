//! Applications to become an affiliate.

use crate::{
    config::{ListFilter, Page},
    db::Tx,
    error::StoreError,
};
use chrono::{DateTime, Utc};
use domain::{
    ids::{AffiliateId, ApplicationId},
    status::ApplicationStatus,
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// An answer, in the words the question had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// `ask_…`
    pub id: String,
    pub label: String,
    pub answer: String,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Application {
    pub id: ApplicationId,
    pub status: ApplicationStatus,
    pub name: String,
    pub email: String,
    pub country: Option<String>,
    pub website: Option<String>,
    pub description: String,
    pub answers: Vec<Answer>,
    pub terms_version: Option<i32>,
    pub ip: Option<IpAddr>,
    pub created_at: DateTime<Utc>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<String>,
    /// Why it was rejected.
    pub reason: String,
    /// What it became.
    pub affiliate: Option<AffiliateId>,
}

struct Row {
    id: i64,
    status: String,
    name: String,
    email: String,
    country: Option<String>,
    website: Option<String>,
    description: String,
    answers: serde_json::Value,
    terms_version: Option<i32>,
    ip: Option<String>,
    created_at: DateTime<Utc>,
    confirmed_at: Option<DateTime<Utc>>,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<String>,
    reason: String,
    affiliate_id: Option<i64>,
}

impl TryFrom<Row> for Application {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Self, StoreError> {
        let corrupt = |column: &str, e: &dyn std::fmt::Display| StoreError::corrupt(column, e);
        Ok(Self {
            id: ApplicationId(r.id),
            status: r.status.parse().map_err(|e| corrupt("affiliate_applications.status", &e))?,
            name: r.name,
            email: r.email,
            country: r.country,
            website: r.website,
            description: r.description,
            answers: serde_json::from_value(r.answers)
                .map_err(|e| corrupt("affiliate_applications.answers", &e))?,
            terms_version: r.terms_version,
            ip: r.ip.and_then(|ip| ip.parse().ok()),
            created_at: r.created_at,
            confirmed_at: r.confirmed_at,
            decided_at: r.decided_at,
            decided_by: r.decided_by,
            reason: r.reason,
            affiliate: r.affiliate_id.map(AffiliateId),
        })
    }
}

/// # Errors
/// [`StoreError`].
pub async fn get(tx: &mut Tx, id: ApplicationId) -> Result<Option<Application>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT id, status, name, email, country, website, description, answers, terms_version, host(ip) AS ip,
                created_at, confirmed_at, decided_at, decided_by, reason, affiliate_id
         FROM affiliate_applications WHERE id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Application::try_from)
    .transpose()
}

/// [`get`], and nobody else decides on it until the transaction ends.
///
/// # Errors
/// [`StoreError`].
pub async fn get_for_update(tx: &mut Tx, id: ApplicationId) -> Result<Option<Application>, StoreError> {
    sqlx::query_scalar!("SELECT id FROM affiliate_applications WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(tx.conn())
        .await?;
    get(tx, id).await
}

/// Newest first; `q` is looked for in name, email and website. Without a status, unconfirmed ones are left out.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, filter: &ListFilter) -> Result<Page<Application>, StoreError> {
    let total = sqlx::query_scalar!(
        "SELECT count(*) FROM affiliate_applications
         WHERE CASE WHEN $1::text IS NULL THEN status <> 'unconfirmed' ELSE status = ANY(string_to_array($1, ',')) END
           AND ($2::text IS NULL OR name ILIKE $2 OR email ILIKE $2 OR website ILIKE $2 OR id = $3 OR affiliate_id = $3)",
        filter.status,
        filter.text,
        filter.id,
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, status, name, email, country, website, description, answers, terms_version, host(ip) AS ip,
                created_at, confirmed_at, decided_at, decided_by, reason, affiliate_id
         FROM affiliate_applications
         WHERE CASE WHEN $1::text IS NULL THEN status <> 'unconfirmed' ELSE status = ANY(string_to_array($1, ',')) END
           AND ($2::text IS NULL OR name ILIKE $2 OR email ILIKE $2 OR website ILIKE $2 OR id = $3 OR affiliate_id = $3)
         ORDER BY created_at DESC, id DESC LIMIT $4 OFFSET $5",
        filter.status,
        filter.text,
        filter.id,
        filter.limit(),
        filter.offset(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Page::new(rows.into_iter().map(Application::try_from).collect::<Result<_, _>>()?, total))
}

/// How many of a status there are.
///
/// # Errors
/// [`StoreError`].
pub async fn count(tx: &mut Tx, status: ApplicationStatus) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM affiliate_applications WHERE status = $1"#,
        status.word()
    )
    .fetch_one(tx.conn())
    .await?)
}

/// # Errors
/// [`StoreError::Conflict`] `affiliate_applications_terms_version_fkey`.
pub async fn insert(tx: &mut Tx, a: &Application) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO affiliate_applications (id, status, name, email, country, website, description, answers,
                                             terms_version, ip, created_at, confirmed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::inet, $11, $12)",
        a.id.0,
        a.status.word(),
        a.name,
        a.email,
        a.country,
        a.website,
        a.description,
        serde_json::to_value(&a.answers).map_err(StoreError::other)?,
        a.terms_version,
        a.ip.map(|ip| ip.to_string()),
        a.created_at,
        a.confirmed_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes where it stands: status, times, who decided, reason, affiliate.
///
/// # Errors
/// [`StoreError`].
pub async fn update(tx: &mut Tx, a: &Application) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE affiliate_applications
         SET status = $2, confirmed_at = $3, decided_at = $4, decided_by = $5, reason = $6, affiliate_id = $7
         WHERE id = $1",
        a.id.0,
        a.status.word(),
        a.confirmed_at,
        a.decided_at,
        a.decided_by,
        a.reason,
        a.affiliate.map(|id| id.0),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many forms an address of the network and an email address sent since then.
///
/// # Errors
/// [`StoreError`].
pub async fn recent(
    tx: &mut Tx,
    ip: Option<IpAddr>,
    email: &str,
    since: DateTime<Utc>,
) -> Result<(i64, i64), StoreError> {
    let row = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE ip = $1::text::inet) AS "by_ip!",
                  count(*) FILTER (WHERE lower(email) = lower($2)) AS "by_email!"
           FROM affiliate_applications
           WHERE created_at > $3 AND (ip = $1::text::inet OR lower(email) = lower($2))"#,
        ip.map(|ip| ip.to_string()),
        email,
        since
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.by_ip, row.by_email))
}

/// One that waits for an answer under this email address.
///
/// # Errors
/// [`StoreError`].
pub async fn waiting_for(tx: &mut Tx, email: &str) -> Result<Option<ApplicationId>, StoreError> {
    Ok(sqlx::query_scalar!(
        "SELECT id FROM affiliate_applications WHERE status = 'waiting' AND lower(email) = lower($1) LIMIT 1",
        email
    )
    .fetch_optional(tx.conn())
    .await?
    .map(ApplicationId))
}

/// What looks related to an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    pub application: Option<i64>,
    pub affiliate: Option<i64>,
    pub name: String,
    pub status: String,
    pub same_email: bool,
    pub same_host: bool,
    pub same_ip: bool,
    pub same_name: bool,
}

/// Other applications and affiliates that share email, host, address or name; twenty of each at most. `hosts` are the
/// application's own hosts; shared mail providers must not be among them.
///
/// # Errors
/// [`StoreError`].
pub async fn related(tx: &mut Tx, a: &Application, hosts: &[String]) -> Result<Vec<Related>, StoreError> {
    Ok(sqlx::query_as!(
        Related,
        r#"(SELECT o.id AS application, NULL::bigint AS affiliate, o.name AS "name!", o.status AS "status!",
                   lower(o.email) = lower($2) AS "same_email!",
                   (lower(split_part(o.email, '@', 2)) = ANY($3)
                    OR coalesce(lower(substring(o.website FROM '^https?://(?:www\.)?([^/:?#]+)')) = ANY($3), false)) AS "same_host!",
                   coalesce(o.ip = $4::text::inet, false) AS "same_ip!", lower(o.name) = lower($5) AS "same_name!"
            FROM affiliate_applications o
            WHERE o.id <> $1 AND o.status <> 'unconfirmed'
              AND (lower(o.email) = lower($2) OR lower(split_part(o.email, '@', 2)) = ANY($3)
                   OR lower(substring(o.website FROM '^https?://(?:www\.)?([^/:?#]+)')) = ANY($3)
                   OR o.ip = $4::text::inet OR lower(o.name) = lower($5))
            ORDER BY o.created_at DESC LIMIT 20)
           UNION ALL
           (SELECT NULL, f.id, f.name, f.status, coalesce(lower(f.contact_email) = lower($2), false) OR coalesce(bool_or(lower(u.email) = lower($2)), false),
                   coalesce(lower(split_part(f.contact_email, '@', 2)) = ANY($3), false), false, lower(f.name) = lower($5)
            FROM affiliates f LEFT JOIN users u ON u.affiliate_id = f.id
            WHERE f.id IS DISTINCT FROM $6
              AND (lower(f.contact_email) = lower($2) OR lower(split_part(f.contact_email, '@', 2)) = ANY($3)
                   OR lower(u.email) = lower($2) OR lower(f.name) = lower($5))
            GROUP BY f.id ORDER BY f.id LIMIT 20)"#,
        a.id.0,
        a.email,
        hosts,
        a.ip.map(|ip| ip.to_string()),
        a.name,
        a.affiliate.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Forgets forms whose email address was never proved, sent before then. Returns how many.
///
/// # Errors
/// [`StoreError`].
pub async fn forget_unconfirmed(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM affiliate_applications WHERE status = 'unconfirmed' AND created_at < $1",
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

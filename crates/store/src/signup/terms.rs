//! Versions of the terms, and who accepted them.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::ids::ApplicationId;
use std::net::IpAddr;

/// A version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub version: i32,
    pub body: String,
    pub published_at: DateTime<Utc>,
    pub published_by: String,
    /// How many accepted it.
    pub accepted_by: i64,
}

/// The version in force.
///
/// # Errors
/// [`StoreError`].
pub async fn current(tx: &mut Tx) -> Result<Option<(i32, String)>, StoreError> {
    Ok(sqlx::query!("SELECT version, body FROM terms_versions ORDER BY version DESC LIMIT 1")
        .fetch_optional(tx.conn())
        .await?
        .map(|r| (r.version, r.body)))
}

/// All versions, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx) -> Result<Vec<Terms>, StoreError> {
    Ok(sqlx::query_as!(
        Terms,
        r#"SELECT t.version, t.body, t.published_at, t.published_by,
                  (SELECT count(*) FROM terms_acceptances a WHERE a.version = t.version) AS "accepted_by!"
           FROM terms_versions t ORDER BY t.version DESC LIMIT 200"#
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Adds the next version.
///
/// # Errors
/// [`StoreError::Conflict`] `terms_versions_pkey`: somebody else published at the same moment.
pub async fn publish(tx: &mut Tx, body: &str, by: &str, now: DateTime<Utc>) -> Result<i32, StoreError> {
    Ok(sqlx::query_scalar!(
        "INSERT INTO terms_versions (version, body, published_at, published_by)
         SELECT coalesce(max(version), 0) + 1, $1, $2, $3 FROM terms_versions RETURNING version",
        body,
        now,
        by
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Notes that an applicant accepted a version. Twice is once.
///
/// # Errors
/// [`StoreError`].
pub async fn accept(
    tx: &mut Tx,
    version: i32,
    application: ApplicationId,
    email: &str,
    ip: Option<IpAddr>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO terms_acceptances (version, application_id, email, ip, accepted_at)
         VALUES ($1, $2, $3, $4::text::inet, $5) ON CONFLICT (application_id, version) DO NOTHING",
        version,
        application.0,
        email,
        ip.map(|ip| ip.to_string()),
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who accepted what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    pub version: i32,
    pub email: String,
    pub ip: Option<String>,
    pub accepted_at: DateTime<Utc>,
    pub affiliate_id: Option<i64>,
    pub affiliate: Option<String>,
}

/// The latest hundred.
///
/// # Errors
/// [`StoreError`].
pub async fn acceptances(tx: &mut Tx) -> Result<Vec<Acceptance>, StoreError> {
    Ok(sqlx::query_as!(
        Acceptance,
        r#"SELECT a.version, a.email, host(a.ip) AS ip, a.accepted_at, f.id AS "affiliate_id?", f.name AS "affiliate?"
           FROM terms_acceptances a JOIN affiliate_applications p ON p.id = a.application_id
           LEFT JOIN affiliates f ON f.id = p.affiliate_id ORDER BY a.id DESC LIMIT 100"#
    )
    .fetch_all(tx.conn())
    .await?)
}

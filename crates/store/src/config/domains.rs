//! Hosts that tracked links begin with.

use super::word;
use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::{
    ids::{AffiliateId, DomainId},
    status::DomainState,
};
use serde::{Deserialize, Serialize};

/// What a check saw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// Lines for people.
    pub found: Vec<String>,
    /// What to change; empty where nothing is.
    pub fix: String,
    /// End of the certificate, if one was seen.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A tracking domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrackingDomain {
    pub id: DomainId,
    /// Lower case.
    pub host: String,
    pub is_default: bool,
    pub state: DomainState,
    /// Links with it begin with `https://`.
    pub https: bool,
    pub result: CheckResult,
    pub checked_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    /// Affiliates that chose it.
    #[serde(skip)]
    pub chosen_by: i64,
}

struct Row {
    id: i64,
    host: String,
    is_default: bool,
    state: String,
    https: bool,
    result: Option<serde_json::Value>,
    checked_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    chosen_by: i64,
}

impl TryFrom<Row> for TrackingDomain {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: DomainId(r.id),
            host: r.host,
            is_default: r.is_default,
            state: word("tracking_domains.state", &r.state)?,
            https: r.https,
            result: r.result.and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default(),
            checked_at: r.checked_at,
            created_at: r.created_at,
            chosen_by: r.chosen_by,
        })
    }
}

/// All, by host.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx) -> Result<Vec<TrackingDomain>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT d.id, d.host, d.is_default, d.state, d.https, d.result, d.checked_at, d.created_at,
                  (SELECT count(*) FROM affiliates a WHERE a.tracking_domain_id = d.id) AS "chosen_by!"
           FROM tracking_domains d ORDER BY d.host LIMIT 500"#
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(TrackingDomain::try_from)
    .collect()
}

/// # Errors
/// [`StoreError`].
pub async fn get(tx: &mut Tx, id: DomainId) -> Result<Option<TrackingDomain>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT d.id, d.host, d.is_default, d.state, d.https, d.result, d.checked_at, d.created_at,
                  (SELECT count(*) FROM affiliates a WHERE a.tracking_domain_id = d.id) AS "chosen_by!"
           FROM tracking_domains d WHERE d.id = $1"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .map(TrackingDomain::try_from)
    .transpose()
}

/// # Errors
/// [`StoreError::Conflict`] `tracking_domains_host_key`.
pub async fn insert(tx: &mut Tx, id: DomainId, host: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("INSERT INTO tracking_domains (id, host, created_at) VALUES ($1, $2, $3)", id.0, host, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Keeps what a check found. `false`: the domain was removed meanwhile.
///
/// # Errors
/// [`StoreError`].
pub async fn keep_check(
    tx: &mut Tx,
    id: DomainId,
    state: DomainState,
    https: bool,
    result: &CheckResult,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE tracking_domains SET state = $2, https = $3, result = $4, checked_at = $5 WHERE id = $1",
        id.0,
        state.word(),
        https,
        serde_json::to_value(result).map_err(StoreError::other)?,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes one the default, or with `None` none.
///
/// # Errors
/// [`StoreError`].
pub async fn set_default(tx: &mut Tx, id: Option<DomainId>) -> Result<(), StoreError> {
    sqlx::query!("UPDATE tracking_domains SET is_default = false WHERE is_default")
        .execute(tx.conn())
        .await?;
    if let Some(id) = id {
        sqlx::query!("UPDATE tracking_domains SET is_default = true WHERE id = $1", id.0)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Takes one away; affiliates that chose it get the default. `false`: there is no such row.
///
/// # Errors
/// [`StoreError`].
pub async fn delete(tx: &mut Tx, id: DomainId) -> Result<bool, StoreError> {
    let done = sqlx::query!("DELETE FROM tracking_domains WHERE id = $1", id.0).execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}

/// Which affiliates chose a domain of their own.
///
/// # Errors
/// [`StoreError`].
pub async fn choices(tx: &mut Tx) -> Result<Vec<(AffiliateId, DomainId)>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT id, tracking_domain_id AS "domain!" FROM affiliates WHERE tracking_domain_id IS NOT NULL"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (AffiliateId(r.id), DomainId(r.domain))).collect())
}

/// Gives an affiliate's links a domain, or with `None` the default. `false`: there is no such affiliate.
///
/// # Errors
/// [`StoreError::Conflict`] `affiliates_tracking_domain_id_fkey`.
pub async fn choose(
    tx: &mut Tx,
    affiliate: AffiliateId,
    domain: Option<DomainId>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE affiliates SET tracking_domain_id = $2, updated_at = $3 WHERE id = $1",
        affiliate.0,
        domain.map(|d| d.0),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Which domain an affiliate chose.
///
/// # Errors
/// [`StoreError`].
pub async fn chosen(tx: &mut Tx, affiliate: AffiliateId) -> Result<Option<DomainId>, StoreError> {
    Ok(sqlx::query_scalar!("SELECT tracking_domain_id FROM affiliates WHERE id = $1", affiliate.0)
        .fetch_optional(tx.conn())
        .await?
        .flatten()
        .map(DomainId))
}

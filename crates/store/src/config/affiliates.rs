//! Affiliates: who brings traffic and is paid for results.

use super::{ListFilter, Page, word};
use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::{ids::AffiliateId, status::AccountStatus};
use serde::Serialize;

/// An affiliate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Affiliate {
    pub id: AffiliateId,
    pub name: String,
    pub status: AccountStatus,
    pub contact_email: Option<String>,
    /// Two letters, ISO 3166.
    pub country: Option<String>,
    /// For the network's people only.
    pub notes: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: i64,
    name: String,
    status: String,
    contact_email: Option<String>,
    country: Option<String>,
    notes: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for Affiliate {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: AffiliateId(r.id),
            name: r.name,
            status: word("affiliates.status", &r.status)?,
            contact_email: r.contact_email,
            country: r.country,
            notes: r.notes,
            created_at: r.created_at,
            updated_at: r.updated_at,
        })
    }
}

/// # Errors
/// [`StoreError`].
pub async fn get(tx: &mut Tx, id: AffiliateId) -> Result<Option<Affiliate>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT id, name, status, contact_email, country, notes, created_at, updated_at
         FROM affiliates WHERE id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Affiliate::try_from)
    .transpose()
}

/// [`get`], and nobody else changes the row until the transaction ends.
///
/// # Errors
/// [`StoreError`].
pub async fn get_for_update(tx: &mut Tx, id: AffiliateId) -> Result<Option<Affiliate>, StoreError> {
    sqlx::query_scalar!("SELECT id FROM affiliates WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(tx.conn())
        .await?;
    get(tx, id).await
}

/// By name; `q` is looked for in name and contact.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, filter: &ListFilter) -> Result<Page<Affiliate>, StoreError> {
    let total = sqlx::query_scalar!(
        "SELECT count(*) FROM affiliates
         WHERE ($1::text IS NULL OR status = $1)
           AND ($2::text IS NULL OR name ILIKE $2 OR contact_email ILIKE $2 OR id = $3)",
        filter.status,
        filter.text,
        filter.id,
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, name, status, contact_email, country, notes, created_at, updated_at
         FROM affiliates
         WHERE ($1::text IS NULL OR status = $1)
           AND ($2::text IS NULL OR name ILIKE $2 OR contact_email ILIKE $2 OR id = $3)
         ORDER BY lower(name), id LIMIT $4 OFFSET $5",
        filter.status,
        filter.text,
        filter.id,
        filter.limit(),
        filter.offset(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Page::new(rows.into_iter().map(Affiliate::try_from).collect::<Result<_, _>>()?, total))
}

/// # Errors
/// [`StoreError::Conflict`] `affiliates_name_key` when the name is taken.
pub async fn insert(tx: &mut Tx, a: &Affiliate) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO affiliates (id, name, status, contact_email, country, notes, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        a.id.0,
        a.name,
        a.status.word(),
        a.contact_email,
        a.country,
        a.notes,
        a.created_at,
        a.updated_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes everything but the id and the creation time. `false`: there is no such row.
///
/// # Errors
/// As [`insert`].
pub async fn update(tx: &mut Tx, a: &Affiliate) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE affiliates SET name = $2, status = $3, contact_email = $4, country = $5, notes = $6, updated_at = $7
         WHERE id = $1",
        a.id.0,
        a.name,
        a.status.word(),
        a.contact_email,
        a.country,
        a.notes,
        a.updated_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

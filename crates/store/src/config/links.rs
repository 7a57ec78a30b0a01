//! Links: one affiliate's tracked way into one campaign.

use super::{ListFilter, Page, word};
use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::{
    ids::{AffiliateId, CampaignId, LinkId},
    status::LinkStatus,
};
use serde::Serialize;

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    pub id: LinkId,
    /// What stands after `/c/`.
    pub code: String,
    pub campaign: CampaignId,
    pub affiliate: AffiliateId,
    pub status: LinkStatus,
    /// Replaces the campaign's destination, if set.
    pub destination_url: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: i64,
    code: String,
    campaign_id: i64,
    affiliate_id: i64,
    status: String,
    destination_url: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for Link {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: LinkId(r.id),
            code: r.code,
            campaign: CampaignId(r.campaign_id),
            affiliate: AffiliateId(r.affiliate_id),
            status: word("links.status", &r.status)?,
            destination_url: r.destination_url,
            created_at: r.created_at,
            updated_at: r.updated_at,
        })
    }
}

/// # Errors
/// [`StoreError`].
pub async fn get(tx: &mut Tx, id: LinkId) -> Result<Option<Link>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT id, code, campaign_id, affiliate_id, status, destination_url, created_at, updated_at
         FROM links WHERE id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Link::try_from)
    .transpose()
}

/// [`get`], and nobody else changes the link until the transaction ends.
///
/// # Errors
/// [`StoreError`].
pub async fn get_for_update(tx: &mut Tx, id: LinkId) -> Result<Option<Link>, StoreError> {
    sqlx::query_scalar!("SELECT id FROM links WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(tx.conn())
        .await?;
    get(tx, id).await
}

/// The one link of an affiliate to a campaign.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    tx: &mut Tx,
    campaign: CampaignId,
    affiliate: AffiliateId,
) -> Result<Option<Link>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT id, code, campaign_id, affiliate_id, status, destination_url, created_at, updated_at
         FROM links WHERE campaign_id = $1 AND affiliate_id = $2",
        campaign.0,
        affiliate.0
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Link::try_from)
    .transpose()
}

/// Newest first; `q` is looked for in code, campaign and affiliate.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, filter: &ListFilter) -> Result<Page<Link>, StoreError> {
    let total = sqlx::query_scalar!(
        "SELECT count(*) FROM links l
         JOIN campaigns c ON c.id = l.campaign_id JOIN affiliates a ON a.id = l.affiliate_id
         WHERE ($1::text IS NULL OR l.status = $1)
           AND ($2::text IS NULL OR l.code ILIKE $2 OR c.name ILIKE $2 OR a.name ILIKE $2
                OR l.id = $3 OR c.id = $3 OR a.id = $3)",
        filter.status,
        filter.text,
        filter.id,
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query_as!(
        Row,
        "SELECT l.id, l.code, l.campaign_id, l.affiliate_id, l.status, l.destination_url, l.created_at, l.updated_at
         FROM links l
         JOIN campaigns c ON c.id = l.campaign_id JOIN affiliates a ON a.id = l.affiliate_id
         WHERE ($1::text IS NULL OR l.status = $1)
           AND ($2::text IS NULL OR l.code ILIKE $2 OR c.name ILIKE $2 OR a.name ILIKE $2
                OR l.id = $3 OR c.id = $3 OR a.id = $3)
         ORDER BY l.id DESC LIMIT $4 OFFSET $5",
        filter.status,
        filter.text,
        filter.id,
        filter.limit(),
        filter.offset(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Page::new(rows.into_iter().map(Link::try_from).collect::<Result<_, _>>()?, total))
}

/// `false`: the code is taken, or the affiliate has a link to that campaign already.
///
/// # Errors
/// [`StoreError::Conflict`] `links_campaign_id_fkey`, `links_affiliate_id_fkey`.
pub async fn insert(tx: &mut Tx, l: &Link) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO links (id, code, campaign_id, affiliate_id, status, destination_url, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        l.id.0,
        l.code,
        l.campaign.0,
        l.affiliate.0,
        l.status.word(),
        l.destination_url,
        l.created_at,
        l.updated_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes status and destination. `false`: there is no such row.
///
/// # Errors
/// [`StoreError`].
pub async fn update(tx: &mut Tx, l: &Link) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE links SET status = $2, destination_url = $3, updated_at = $4 WHERE id = $1",
        l.id.0,
        l.status.word(),
        l.destination_url,
        l.updated_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

//! Campaigns: offers of advertisers. Their goals are in [`super::goals`].

use super::{ListFilter, Page, word};
use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::{
    ids::{AdvertiserId, CampaignId},
    money::Currency,
    status::{CampaignStatus, Visibility},
};
use serde::Serialize;

/// A campaign. Serialised (for the audit log) without its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Campaign {
    pub id: CampaignId,
    pub advertiser: AdvertiserId,
    pub name: String,
    pub description: String,
    pub status: CampaignStatus,
    pub visibility: Visibility,
    pub currency: Currency,
    /// With macros.
    pub destination_url: String,
    /// Lower case; a leading dot allows subdomains.
    pub deep_link_hosts: Vec<String>,
    pub pass_through: bool,
    pub window_secs: i64,
    /// What reports must carry; `None` also where the asker must not know.
    #[serde(skip)]
    pub postback_token: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: i64,
    advertiser_id: i64,
    name: String,
    description: String,
    status: String,
    visibility: String,
    currency: String,
    destination_url: String,
    deep_link_hosts: Vec<String>,
    pass_through: bool,
    attribution_window_secs: i64,
    postback_token: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for Campaign {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: CampaignId(r.id),
            advertiser: AdvertiserId(r.advertiser_id),
            name: r.name,
            description: r.description,
            status: word("campaigns.status", &r.status)?,
            visibility: word("campaigns.visibility", &r.visibility)?,
            currency: word("campaigns.currency", &r.currency)?,
            destination_url: r.destination_url,
            deep_link_hosts: r.deep_link_hosts,
            pass_through: r.pass_through,
            window_secs: r.attribution_window_secs,
            postback_token: r.postback_token,
            created_at: r.created_at,
            updated_at: r.updated_at,
        })
    }
}

/// # Errors
/// [`StoreError`].
pub async fn get(tx: &mut Tx, id: CampaignId) -> Result<Option<Campaign>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT c.id, c.advertiser_id, c.name, c.description, c.status, c.visibility, c.currency, c.destination_url,
                  c.deep_link_hosts, c.pass_through, c.attribution_window_secs, s.postback_token AS "postback_token?",
                  c.created_at, c.updated_at
           FROM campaigns c LEFT JOIN campaign_secrets s ON s.campaign_id = c.id WHERE c.id = $1"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Campaign::try_from)
    .transpose()
}

/// [`get`], and nobody else changes the campaign or its goals until the transaction ends.
///
/// # Errors
/// [`StoreError`].
pub async fn get_for_update(tx: &mut Tx, id: CampaignId) -> Result<Option<Campaign>, StoreError> {
    sqlx::query_scalar!("SELECT id FROM campaigns WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(tx.conn())
        .await?;
    get(tx, id).await
}

/// By name; `q` is looked for in the name.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, filter: &ListFilter) -> Result<Page<Campaign>, StoreError> {
    let total = sqlx::query_scalar!(
        "SELECT count(*) FROM campaigns
         WHERE ($1::text IS NULL OR status = $1)
           AND ($2::text IS NULL OR name ILIKE $2 OR id = $3 OR advertiser_id = $3)",
        filter.status,
        filter.text,
        filter.id,
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT c.id, c.advertiser_id, c.name, c.description, c.status, c.visibility, c.currency, c.destination_url,
                  c.deep_link_hosts, c.pass_through, c.attribution_window_secs, s.postback_token AS "postback_token?",
                  c.created_at, c.updated_at
           FROM campaigns c LEFT JOIN campaign_secrets s ON s.campaign_id = c.id
           WHERE ($1::text IS NULL OR c.status = $1)
             AND ($2::text IS NULL OR c.name ILIKE $2 OR c.id = $3 OR c.advertiser_id = $3)
           ORDER BY lower(c.name), c.id LIMIT $4 OFFSET $5"#,
        filter.status,
        filter.text,
        filter.id,
        filter.limit(),
        filter.offset(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Page::new(rows.into_iter().map(Campaign::try_from).collect::<Result<_, _>>()?, total))
}

/// # Errors
/// [`StoreError::Conflict`]: `campaigns_name_key` (the advertiser has one of that name),
/// `campaigns_advertiser_id_fkey`.
pub async fn insert(tx: &mut Tx, c: &Campaign) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO campaigns (id, advertiser_id, name, description, status, visibility, currency, destination_url,
                                deep_link_hosts, pass_through, attribution_window_secs, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        c.id.0,
        c.advertiser.0,
        c.name,
        c.description,
        c.status.word(),
        c.visibility.word(),
        c.currency.code(),
        c.destination_url,
        &c.deep_link_hosts,
        c.pass_through,
        c.window_secs,
        c.created_at,
        c.updated_at,
    )
    .execute(tx.conn())
    .await?;
    put_token(tx, c).await
}

/// Writes everything but the id, the advertiser and the creation time. `false`: there is no such row.
///
/// # Errors
/// As [`insert`].
pub async fn update(tx: &mut Tx, c: &Campaign) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE campaigns
         SET name = $2, description = $3, status = $4, visibility = $5, currency = $6, destination_url = $7,
             deep_link_hosts = $8, pass_through = $9, attribution_window_secs = $10, updated_at = $11
         WHERE id = $1",
        c.id.0,
        c.name,
        c.description,
        c.status.word(),
        c.visibility.word(),
        c.currency.code(),
        c.destination_url,
        &c.deep_link_hosts,
        c.pass_through,
        c.window_secs,
        c.updated_at,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 {
        put_token(tx, c).await?;
    }
    Ok(done.rows_affected() == 1)
}

async fn put_token(tx: &mut Tx, c: &Campaign) -> Result<(), StoreError> {
    let done = match &c.postback_token {
        Some(token) => sqlx::query!(
            "INSERT INTO campaign_secrets (campaign_id, postback_token) VALUES ($1, $2)
             ON CONFLICT (campaign_id) DO UPDATE SET postback_token = excluded.postback_token",
            c.id.0,
            token
        ),
        None => sqlx::query!("DELETE FROM campaign_secrets WHERE campaign_id = $1", c.id.0),
    };
    done.execute(tx.conn()).await?;
    Ok(())
}

/// Whether anything was counted for the campaign: then its currency cannot change any more.
///
/// # Errors
/// [`StoreError`].
pub async fn has_stats(tx: &mut Tx, id: CampaignId) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar!(
        "SELECT EXISTS (SELECT FROM conversions WHERE campaign_id = $1)
             OR EXISTS (SELECT FROM stats_hourly WHERE campaign_id = $1)",
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found.unwrap_or_default())
}

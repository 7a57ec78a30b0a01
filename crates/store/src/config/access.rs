//! Affiliates' permission to run campaigns that are not public.

use super::{ListFilter, Page};
use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::ids::{AffiliateId, CampaignId};
use serde::{Deserialize, Serialize};

/// Where a permission stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessState {
    Applied,
    Approved,
    Refused,
}

impl AccessState {
    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Approved => "approved",
            Self::Refused => "refused",
        }
    }

    pub(crate) fn read(word: &str) -> Result<Self, StoreError> {
        match word {
            "applied" => Ok(Self::Applied),
            "approved" => Ok(Self::Approved),
            "refused" => Ok(Self::Refused),
            other => Err(StoreError::corrupt("campaign_access.status", other)),
        }
    }
}

/// One affiliate's permission for one campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Access {
    pub campaign: CampaignId,
    pub affiliate: AffiliateId,
    pub state: AccessState,
    /// What the affiliate wrote.
    pub note: String,
    /// What the network answered; the affiliate reads it.
    pub answer: String,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
}

struct Row {
    campaign_id: i64,
    affiliate_id: i64,
    status: String,
    note: String,
    answer: String,
    created_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Access {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Self, StoreError> {
        Ok(Self {
            campaign: CampaignId(r.campaign_id),
            affiliate: AffiliateId(r.affiliate_id),
            state: AccessState::read(&r.status)?,
            note: r.note,
            answer: r.answer,
            created_at: r.created_at,
            decided_at: r.decided_at,
        })
    }
}

/// # Errors
/// [`StoreError`].
pub async fn get(
    tx: &mut Tx,
    campaign: CampaignId,
    affiliate: AffiliateId,
) -> Result<Option<Access>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT campaign_id, affiliate_id, status, note, answer, created_at, decided_at
         FROM campaign_access WHERE campaign_id = $1 AND affiliate_id = $2",
        campaign.0,
        affiliate.0
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Access::try_from)
    .transpose()
}

/// Applications that wait for an answer, oldest first, at most a thousand.
///
/// # Errors
/// [`StoreError`].
pub async fn waiting(tx: &mut Tx) -> Result<Vec<Access>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT campaign_id, affiliate_id, status, note, answer, created_at, decided_at
         FROM campaign_access WHERE status = 'applied' ORDER BY created_at, campaign_id, affiliate_id LIMIT 1000"
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Access::try_from)
    .collect()
}

/// How many applications wait for an answer.
///
/// # Errors
/// [`StoreError`].
pub async fn count_waiting(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM campaign_access WHERE status = 'applied'"#)
        .fetch_one(tx.conn())
        .await?)
}

/// An application with the names of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub campaign_id: i64,
    pub campaign: String,
    pub affiliate_id: i64,
    pub affiliate: String,
    pub status: String,
    pub note: String,
    pub answer: String,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// Applications of a status (all without one), longest waiting first; `q` is looked for in both names.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, filter: &ListFilter) -> Result<Page<Named>, StoreError> {
    let total = sqlx::query_scalar!(
        "SELECT count(*) FROM campaign_access x JOIN campaigns c ON c.id = x.campaign_id
         JOIN affiliates f ON f.id = x.affiliate_id
         WHERE ($1::text IS NULL OR x.status = $1)
           AND ($2::text IS NULL OR c.name ILIKE $2 OR f.name ILIKE $2 OR c.id = $3 OR f.id = $3)",
        filter.status,
        filter.text,
        filter.id,
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query_as!(
        Named,
        "SELECT x.campaign_id, c.name AS campaign, x.affiliate_id, f.name AS affiliate, x.status, x.note, x.answer,
                x.created_at, x.decided_at
         FROM campaign_access x JOIN campaigns c ON c.id = x.campaign_id JOIN affiliates f ON f.id = x.affiliate_id
         WHERE ($1::text IS NULL OR x.status = $1)
           AND ($2::text IS NULL OR c.name ILIKE $2 OR f.name ILIKE $2 OR c.id = $3 OR f.id = $3)
         ORDER BY x.status = 'applied' DESC, x.created_at, x.campaign_id, x.affiliate_id LIMIT $4 OFFSET $5",
        filter.status,
        filter.text,
        filter.id,
        filter.limit(),
        filter.offset(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Page::new(rows, total))
}

/// Asks for permission. `false`: this affiliate asked before; what was answered stays.
///
/// # Errors
/// [`StoreError`].
pub async fn apply(
    tx: &mut Tx,
    campaign: CampaignId,
    affiliate: AffiliateId,
    note: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO campaign_access (campaign_id, affiliate_id, status, note, created_at)
         VALUES ($1, $2, 'applied', $3, $4) ON CONFLICT DO NOTHING",
        campaign.0,
        affiliate.0,
        note,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Answers an application, or grants or refuses without one.
///
/// # Errors
/// [`StoreError`].
pub async fn decide(tx: &mut Tx, access: &Access) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO campaign_access (campaign_id, affiliate_id, status, note, answer, created_at, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (campaign_id, affiliate_id)
         DO UPDATE SET status = EXCLUDED.status, answer = EXCLUDED.answer, decided_at = EXCLUDED.decided_at",
        access.campaign.0,
        access.affiliate.0,
        access.state.word(),
        access.note,
        access.answer,
        access.created_at,
        access.decided_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

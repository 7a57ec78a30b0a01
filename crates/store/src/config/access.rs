//! Affiliates' permission to run campaigns that are not public.

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

    fn read(word: &str) -> Result<Self, StoreError> {
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
    pub note: String,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
}

struct Row {
    campaign_id: i64,
    affiliate_id: i64,
    status: String,
    note: String,
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
        "SELECT campaign_id, affiliate_id, status, note, created_at, decided_at
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
        "SELECT campaign_id, affiliate_id, status, note, created_at, decided_at
         FROM campaign_access WHERE status = 'applied' ORDER BY created_at, campaign_id, affiliate_id LIMIT 1000"
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Access::try_from)
    .collect()
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
        "INSERT INTO campaign_access (campaign_id, affiliate_id, status, note, created_at, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (campaign_id, affiliate_id)
         DO UPDATE SET status = EXCLUDED.status, note = EXCLUDED.note, decided_at = EXCLUDED.decided_at",
        access.campaign.0,
        access.affiliate.0,
        access.state.word(),
        access.note,
        access.created_at,
        access.decided_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

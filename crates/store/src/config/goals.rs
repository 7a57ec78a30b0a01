//! Goals: the results of a campaign that are paid for.

use crate::{db::Tx, error::StoreError};
use domain::{
    ids::{CampaignId, GoalId},
    snapshot::Rate,
};
use serde::Serialize;

/// A goal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Goal {
    pub id: GoalId,
    pub campaign: CampaignId,
    pub code: String,
    pub name: String,
    /// Taken where a report names no goal; one per campaign.
    pub is_default: bool,
    /// What the advertiser pays; `None` where the asker must not know.
    pub revenue: Option<Rate>,
    /// What the affiliate gets.
    pub payout: Rate,
    pub position: i32,
}

pub(super) fn rate(kind: &str, value: i64) -> Result<Rate, StoreError> {
    match kind {
        "fixed" => Ok(Rate::Fixed(value)),
        "share" => Ok(Rate::Share(value)),
        other => Err(StoreError::corrupt("goals kind of rate", other)),
    }
}

fn stored(rate: Rate) -> (&'static str, i64) {
    match rate {
        Rate::Fixed(minor) => ("fixed", minor),
        Rate::Share(micros) => ("share", micros),
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: i64,
    campaign_id: i64,
    code: String,
    name: String,
    is_default: bool,
    revenue_kind: Option<String>,
    revenue_value: Option<i64>,
    payout_kind: String,
    payout_value: i64,
    position: i32,
}

impl TryFrom<Row> for Goal {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: GoalId(r.id),
            campaign: CampaignId(r.campaign_id),
            code: r.code,
            name: r.name,
            is_default: r.is_default,
            revenue: r
                .revenue_kind
                .zip(r.revenue_value)
                .map(|(kind, value)| rate(&kind, value))
                .transpose()?,
            payout: rate(&r.payout_kind, r.payout_value)?,
            position: r.position,
        })
    }
}

/// The default goal first, then by position.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, campaign: CampaignId) -> Result<Vec<Goal>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT g.id, g.campaign_id, g.code, g.name, g.is_default, r.kind AS "revenue_kind?",
                  r.value AS "revenue_value?", g.payout_kind, g.payout_value, g.position
           FROM goals g LEFT JOIN goal_revenue r ON r.goal_id = g.id
           WHERE g.campaign_id = $1 ORDER BY g.is_default DESC, g.position, g.id"#,
        campaign.0
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Goal::try_from)
    .collect()
}

/// # Errors
/// [`StoreError::Conflict`] `goals_campaign_id_code_key` when the campaign has that code, `goals_one_default`.
pub async fn insert(tx: &mut Tx, g: &Goal) -> Result<(), StoreError> {
    let (kind, payout) = stored(g.payout);
    sqlx::query!(
        "INSERT INTO goals (id, campaign_id, code, name, is_default, payout_kind, payout_value, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        g.id.0,
        g.campaign.0,
        g.code,
        g.name,
        g.is_default,
        kind,
        payout,
        g.position,
    )
    .execute(tx.conn())
    .await?;
    put_revenue(tx, g).await
}

/// Writes code, name, rates and position. `false`: there is no such row.
///
/// # Errors
/// As [`insert`].
pub async fn update(tx: &mut Tx, g: &Goal) -> Result<bool, StoreError> {
    let (kind, payout) = stored(g.payout);
    let done = sqlx::query!(
        "UPDATE goals SET code = $2, name = $3, payout_kind = $4, payout_value = $5, position = $6 WHERE id = $1",
        g.id.0,
        g.code,
        g.name,
        kind,
        payout,
        g.position,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 {
        put_revenue(tx, g).await?;
    }
    Ok(done.rows_affected() == 1)
}

/// What the advertiser pays; what is not known stays as it is.
async fn put_revenue(tx: &mut Tx, g: &Goal) -> Result<(), StoreError> {
    let Some(revenue) = g.revenue else { return Ok(()) };
    let (kind, value) = stored(revenue);
    sqlx::query!(
        "INSERT INTO goal_revenue (goal_id, kind, value) VALUES ($1, $2, $3)
         ON CONFLICT (goal_id) DO UPDATE SET kind = excluded.kind, value = excluded.value",
        g.id.0,
        kind,
        value
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a goal away. Conversions keep its code. `false`: there is no such row, or it is the default one.
///
/// # Errors
/// [`StoreError`].
pub async fn delete(tx: &mut Tx, id: GoalId) -> Result<bool, StoreError> {
    let done =
        sqlx::query!("DELETE FROM goals WHERE id = $1 AND NOT is_default", id.0).execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}

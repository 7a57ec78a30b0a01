//! Campaigns, the goals of several at once, and who may run them.

use super::{Cut, cut};
use crate::{
    config::{Access, AccessState, Campaign, Goal, ListFilter, campaigns, goals},
    db::Tx,
    error::StoreError,
    reports::listing::{is, one_of, search},
};
use domain::{
    access::Realm,
    ids::{AdvertiserId, AffiliateId, CampaignId},
};
use sqlx::{Postgres, QueryBuilder};

/// What the list is narrowed to; `None` does not narrow.
#[derive(Debug, Clone)]
pub struct Narrow {
    /// Looked for in the name.
    pub q: ListFilter,
    /// Stored words.
    pub statuses: Option<Vec<&'static str>>,
    pub visibilities: Option<Vec<&'static str>>,
    pub advertiser: Option<AdvertiserId>,
    /// How the asking affiliate stands: `open`, `apply`, or what became of its application.
    pub standings: Option<Vec<&'static str>>,
}

/// How the asking affiliate stands with a campaign `c`.
const STANDING: &str = "coalesce((SELECT x.status FROM campaign_access x WHERE x.campaign_id = c.id),
    CASE WHEN c.visibility = 'public' OR EXISTS (SELECT FROM links l WHERE l.campaign_id = c.id)
         THEN 'open' ELSE 'apply' END)";

/// Drafts are for the network alone, also where an affiliate was let in already.
fn narrow(q: &mut QueryBuilder<Postgres>, realm: Realm, n: &Narrow) {
    if realm != Realm::Network {
        q.push(" AND c.status <> 'draft'");
        one_of(q, STANDING, n.standings.as_ref());
    }
    one_of(q, "c.status", n.statuses.as_ref());
    one_of(q, "c.visibility", n.visibilities.as_ref());
    is(q, "c.advertiser_id", n.advertiser.map(|id| id.0));
    search(q, &n.q, &["c.name"], &["c.id", "c.advertiser_id"]);
}

/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, n: &Narrow, c: &Cut) -> Result<Vec<Campaign>, StoreError> {
    let mut q = QueryBuilder::new(
        "SELECT c.id, c.advertiser_id, c.name, c.description, c.status, c.visibility, c.currency, c.destination_url,
            c.deep_link_hosts, c.pass_through, c.attribution_window_secs, t.postback_token, c.created_at, c.updated_at
         FROM campaigns c LEFT JOIN campaign_secrets t ON t.campaign_id = c.id WHERE true",
    );
    narrow(&mut q, tx.realm(), n);
    cut(&mut q, c, "c.name", "c.id");
    let rows = q.build_query_as::<campaigns::Row>().fetch_all(tx.conn()).await?;
    rows.into_iter().map(Campaign::try_from).collect()
}

/// How many [`list`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn total(tx: &mut Tx, n: &Narrow) -> Result<i64, StoreError> {
    let mut q = QueryBuilder::new("SELECT count(*) FROM campaigns c WHERE true");
    narrow(&mut q, tx.realm(), n);
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

/// Goals of several campaigns; within one the default goal first, then by position.
///
/// # Errors
/// [`StoreError`].
pub async fn goals(tx: &mut Tx, campaigns: &[CampaignId]) -> Result<Vec<Goal>, StoreError> {
    let ids: Vec<i64> = campaigns.iter().map(|id| id.0).collect();
    let mut q = QueryBuilder::new(
        "SELECT g.id, g.campaign_id, g.code, g.name, g.is_default, r.kind AS revenue_kind, r.value AS revenue_value,
                g.payout_kind, g.payout_value, g.position
         FROM goals g LEFT JOIN goal_revenue r ON r.goal_id = g.id WHERE g.campaign_id = ANY(",
    );
    q.push_bind(ids).push(") ORDER BY g.campaign_id, g.is_default DESC, g.position, g.id");
    let rows = q.build_query_as::<goals::Row>().fetch_all(tx.conn()).await?;
    rows.into_iter().map(Goal::try_from).collect()
}

/// How the asking affiliate stands with several campaigns, in words as [`Narrow::standings`] has them.
///
/// # Errors
/// [`StoreError`].
pub async fn standings(
    tx: &mut Tx,
    campaigns: &[CampaignId],
) -> Result<Vec<(CampaignId, String)>, StoreError> {
    let ids: Vec<i64> = campaigns.iter().map(|id| id.0).collect();
    let mut q = QueryBuilder::new("SELECT c.id, ");
    q.push(STANDING).push(" FROM campaigns c WHERE c.id = ANY(").push_bind(ids).push(")");
    let rows = q.build_query_as::<(i64, String)>().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|(id, word)| (CampaignId(id), word)).collect())
}

/// Affiliates' permissions for one campaign, by affiliate, behind `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn access(
    tx: &mut Tx,
    campaign: CampaignId,
    after: Option<AffiliateId>,
    limit: i64,
) -> Result<Vec<Access>, StoreError> {
    sqlx::query!(
        "SELECT campaign_id, affiliate_id, status, note, answer, created_at, decided_at FROM campaign_access
         WHERE campaign_id = $1 AND ($2::bigint IS NULL OR affiliate_id > $2) ORDER BY affiliate_id LIMIT $3",
        campaign.0,
        after.map(|id| id.0),
        limit
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|r| {
        Ok(Access {
            campaign: CampaignId(r.campaign_id),
            affiliate: AffiliateId(r.affiliate_id),
            state: AccessState::read(&r.status)?,
            note: r.note,
            answer: r.answer,
            created_at: r.created_at,
            decided_at: r.decided_at,
        })
    })
    .collect()
}

/// How many [`access`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn access_total(tx: &mut Tx, campaign: CampaignId) -> Result<i64, StoreError> {
    let total =
        sqlx::query_scalar!("SELECT count(*) FROM campaign_access WHERE campaign_id = $1", campaign.0)
            .fetch_one(tx.conn())
            .await?;
    Ok(total.unwrap_or_default())
}

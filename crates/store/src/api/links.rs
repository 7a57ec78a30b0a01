//! Links.

use super::{Cut, cut};
use crate::{
    config::{Link, ListFilter, links},
    db::Tx,
    error::StoreError,
    reports::listing::{is, one_of, search},
};
use domain::ids::{AdvertiserId, AffiliateId, CampaignId};
use sqlx::{Postgres, QueryBuilder};

/// What the list is narrowed to; `None` does not narrow.
#[derive(Debug, Clone)]
pub struct Narrow {
    /// Looked for in code and campaign; an id also in affiliate.
    pub q: ListFilter,
    /// Stored words.
    pub statuses: Option<Vec<&'static str>>,
    pub campaign: Option<CampaignId>,
    pub affiliate: Option<AffiliateId>,
    pub advertiser: Option<AdvertiserId>,
}

const FROM: &str =
    " FROM links l JOIN campaigns c ON c.id = l.campaign_id LEFT JOIN affiliates a ON a.id = l.affiliate_id
    WHERE true";

fn narrow(q: &mut QueryBuilder<Postgres>, n: &Narrow) {
    one_of(q, "l.status", n.statuses.as_ref());
    is(q, "l.campaign_id", n.campaign.map(|id| id.0));
    is(q, "l.affiliate_id", n.affiliate.map(|id| id.0));
    is(q, "c.advertiser_id", n.advertiser.map(|id| id.0));
    search(q, &n.q, &["l.code", "c.name", "a.name"], &["l.id", "l.campaign_id", "l.affiliate_id"]);
}

/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, n: &Narrow, c: &Cut) -> Result<Vec<Link>, StoreError> {
    let mut q = QueryBuilder::new(
        "SELECT l.id, l.code, l.campaign_id, l.affiliate_id, l.status, l.destination_url, l.created_at, l.updated_at",
    );
    q.push(FROM);
    narrow(&mut q, n);
    cut(&mut q, c, "c.name", "l.id");
    let rows = q.build_query_as::<links::Row>().fetch_all(tx.conn()).await?;
    rows.into_iter().map(Link::try_from).collect()
}

/// How many [`list`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn total(tx: &mut Tx, n: &Narrow) -> Result<i64, StoreError> {
    let mut q = QueryBuilder::new("SELECT count(*)");
    q.push(FROM);
    narrow(&mut q, n);
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

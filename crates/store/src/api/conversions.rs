//! Conversions.

use crate::{
    db::Tx,
    error::StoreError,
    reports::conversions::{Row, SELECT, Search},
    reports::listing::{is, one_of},
};
use chrono::{DateTime, Utc};
use domain::ids::{AdvertiserId, AffiliateId, CampaignId, ConversionId, LinkId};
use sqlx::{Postgres, QueryBuilder};

/// What the list is narrowed to; `None` does not narrow.
#[derive(Debug, Clone)]
pub struct Narrow {
    /// Received at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Received before.
    pub to: Option<DateTime<Utc>>,
    /// Stored words.
    pub statuses: Option<Vec<&'static str>>,
    pub campaign: Option<CampaignId>,
    pub affiliate: Option<AffiliateId>,
    pub advertiser: Option<AdvertiserId>,
    pub link: Option<LinkId>,
    /// Code of a reason.
    pub reason: Option<&'static str>,
    pub search: Option<Search>,
}

/// The last row of the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub received_at: DateTime<Utc>,
    pub id: ConversionId,
}

fn narrow(q: &mut QueryBuilder<Postgres>, n: &Narrow) {
    q.push(" WHERE true");
    if let Some(from) = n.from {
        q.push(" AND v.received_at >= ").push_bind(from);
    }
    if let Some(to) = n.to {
        q.push(" AND v.received_at < ").push_bind(to);
    }
    one_of(q, "v.status", n.statuses.as_ref());
    is(q, "v.campaign_id", n.campaign.map(|id| id.0));
    is(q, "v.affiliate_id", n.affiliate.map(|id| id.0));
    is(q, "v.advertiser_id", n.advertiser.map(|id| id.0));
    is(q, "v.link_id", n.link.map(|id| id.0));
    if let Some(reason) = n.reason {
        q.push(" AND v.reason = ").push_bind(reason);
    }
    match &n.search {
        Some(Search::Id(id)) => {
            q.push(" AND v.id = ").push_bind(id.0);
        }
        Some(Search::Text(text)) => {
            q.push(" AND (v.click_id = ").push_bind(text.to_lowercase());
            q.push(" OR starts_with(v.txid, ").push_bind(text.clone()).push("))");
        }
        None => {}
    }
}

/// By the time they were received.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    tx: &mut Tx,
    n: &Narrow,
    after: Option<Mark>,
    descending: bool,
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    let (than, direction) = if descending { ("<", "DESC") } else { (">", "ASC") };
    let mut q = QueryBuilder::new(SELECT);
    narrow(&mut q, n);
    if let Some(mark) = after {
        q.push(format_args!(" AND (v.received_at, v.id) {than} (")).push_bind(mark.received_at);
        q.push(", ").push_bind(mark.id.0).push(")");
    }
    q.push(format_args!(" ORDER BY v.received_at {direction}, v.id {direction} LIMIT ")).push_bind(limit);
    Ok(q.build_query_as::<Row>().fetch_all(tx.conn()).await?)
}

/// How many [`list`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn total(tx: &mut Tx, n: &Narrow) -> Result<i64, StoreError> {
    let mut q = QueryBuilder::new("SELECT count(*) FROM conversions v");
    narrow(&mut q, n);
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

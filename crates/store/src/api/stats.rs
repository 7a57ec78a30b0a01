//! Figures by hour or day, grouped by what is asked for.

use crate::{
    db::Tx,
    error::StoreError,
    reports::stats::{Scope, Sums},
};
use chrono::{DateTime, Utc};
use sqlx::{FromRow, Postgres, QueryBuilder};

/// How long a bucket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    Hour,
    /// Of UTC.
    Day,
    /// The whole period is one.
    Total,
}

/// What a report is about.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Start of an hour; hours that begin at this moment or later.
    pub from: DateTime<Utc>,
    /// Exclusive.
    pub to: DateTime<Utc>,
    pub scope: Scope,
    pub bucket: Bucket,
    pub by_campaign: bool,
    pub by_affiliate: bool,
    pub by_link: bool,
}

/// What makes a line of a report; 0 where it is not grouped by that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub start: DateTime<Utc>,
    pub campaign: i64,
    pub affiliate: i64,
    pub link: i64,
    pub currency: String,
}

/// A line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub key: Key,
    pub sums: Sums,
    /// Approved conversions among those counted, and rejected ones, which are not.
    pub approved: i64,
    pub rejected: i64,
}

#[derive(FromRow)]
struct Row {
    start: DateTime<Utc>,
    campaign: i64,
    affiliate: i64,
    link: i64,
    currency: String,
    impressions: i64,
    clicks: i64,
    invalid_clicks: i64,
    conversions: i64,
    approved: i64,
    rejected: i64,
    revenue: i64,
    payout: i64,
}

impl From<Row> for Line {
    fn from(r: Row) -> Self {
        Self {
            key: Key {
                start: r.start,
                campaign: r.campaign,
                affiliate: r.affiliate,
                link: r.link,
                currency: r.currency,
            },
            sums: Sums {
                impressions: r.impressions,
                clicks: r.clicks,
                invalid_clicks: r.invalid_clicks,
                conversions: r.conversions,
                revenue: r.revenue,
                payout: r.payout,
            },
            approved: r.approved,
            rejected: r.rejected,
        }
    }
}

fn grouped(q: &mut QueryBuilder<Postgres>, w: &Wanted) {
    q.push("SELECT ");
    match w.bucket {
        Bucket::Hour => q.push("hour"),
        Bucket::Day => q.push("date_trunc('day', hour, 'UTC')"),
        Bucket::Total => q.push_bind(w.from).push("::timestamptz"),
    };
    let column = |by, column| if by { column } else { "0::bigint" };
    q.push(format_args!(
        " AS start, {} AS campaign, {} AS affiliate, {} AS link, currency, sum(impressions)::bigint AS impressions,
            sum(clicks)::bigint AS clicks, sum(invalid_clicks)::bigint AS invalid_clicks,
            sum(conversions)::bigint AS conversions, sum(approved)::bigint AS approved, sum(rejected)::bigint AS rejected,
            sum(revenue_minor)::bigint AS revenue, sum(payout_minor)::bigint AS payout
         FROM stats_hourly WHERE hour >= ",
        column(w.by_campaign, "campaign_id"),
        column(w.by_affiliate, "affiliate_id"),
        column(w.by_link, "link_id"),
    ));
    q.push_bind(w.from).push(" AND hour < ").push_bind(w.to);
    let ids = [
        ("campaign_id", w.scope.campaign.map(|id| id.0)),
        ("affiliate_id", w.scope.affiliate.map(|id| id.0)),
        ("advertiser_id", w.scope.advertiser.map(|id| id.0)),
        ("link_id", w.scope.link.map(|id| id.0)),
    ];
    for (column, id) in ids {
        if let Some(id) = id {
            q.push(format_args!(" AND {column} = ")).push_bind(id);
        }
    }
    q.push(" GROUP BY 1, 2, 3, 4, 5");
}

/// Lines in the order of their keys, behind `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn lines(
    tx: &mut Tx,
    w: &Wanted,
    after: Option<&Key>,
    limit: i64,
) -> Result<Vec<Line>, StoreError> {
    let mut q = QueryBuilder::new("SELECT * FROM (");
    grouped(&mut q, w);
    q.push(") s");
    if let Some(key) = after {
        q.push(" WHERE (start, campaign, affiliate, link, currency) > (").push_bind(key.start);
        q.push(", ").push_bind(key.campaign).push(", ").push_bind(key.affiliate).push(", ");
        q.push_bind(key.link).push(", ").push_bind(key.currency.clone()).push(")");
    }
    q.push(" ORDER BY start, campaign, affiliate, link, currency LIMIT ").push_bind(limit);
    let rows = q.build_query_as::<Row>().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(Line::from).collect())
}

/// How many [`lines`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn total(tx: &mut Tx, w: &Wanted) -> Result<i64, StoreError> {
    let mut q = QueryBuilder::new("SELECT count(*) FROM (");
    grouped(&mut q, w);
    q.push(") s");
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

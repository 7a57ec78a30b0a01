//! Conversions for lists and their own page. Row-level security decides whose.

use super::export::{DECLARE, declare, next};
use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::ids::{AffiliateId, CampaignId, ConversionId};
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

/// What a list is narrowed to; empty means everything.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub from: DateTime<Utc>,
    /// Exclusive.
    pub to: DateTime<Utc>,
    /// Words of statuses.
    pub statuses: Vec<String>,
    pub campaign: Option<CampaignId>,
    pub affiliate: Option<AffiliateId>,
    /// Code of a reason.
    pub reason: Option<String>,
    pub search: Option<Search>,
}

/// What was typed into the search field.
#[derive(Debug, Clone)]
pub enum Search {
    Id(ConversionId),
    /// A click id or a transaction id as a whole, whenever it was; or the beginning of a transaction id.
    Text(String),
}

/// Columns a list can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Received,
    Revenue,
    Payout,
}

/// A conversion with the names that go with it.
#[derive(Debug, Clone, FromRow)]
pub struct Row {
    pub id: Uuid,
    pub received_at: DateTime<Utc>,
    pub status: String,
    pub reason: Option<String>,
    pub note: String,
    pub method: String,
    pub click_id: String,
    pub click_at: Option<DateTime<Utc>>,
    pub link_id: Option<i64>,
    pub campaign_id: Option<i64>,
    pub campaign: Option<String>,
    pub affiliate_id: Option<i64>,
    pub affiliate: Option<String>,
    pub advertiser_id: Option<i64>,
    pub advertiser: Option<String>,
    pub goal: String,
    pub txid: String,
    pub reported_amount: String,
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
    pub revenue_minor: i64,
    pub payout_minor: i64,
    pub source: String,
    pub subs: Vec<String>,
    pub adv: Vec<String>,
    pub coupon: String,
    pub ip: Option<String>,
    pub user_agent: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<String>,
}

pub(crate) const SELECT: &str = "SELECT v.id, v.received_at, v.status, v.reason, v.note, v.method, v.click_id, v.click_at, v.link_id,
    v.campaign_id, c.name AS campaign, v.affiliate_id, a.name AS affiliate, v.advertiser_id,
    d.name AS advertiser, v.goal, v.txid,
    v.reported_amount, v.amount_minor, v.currency, v.revenue_minor, v.payout_minor, v.source, v.subs, v.adv, v.coupon,
    host(v.ip) AS ip, v.user_agent, v.decided_at, v.decided_by
    FROM conversions v LEFT JOIN campaigns c ON c.id = v.campaign_id LEFT JOIN affiliates a ON a.id = v.affiliate_id
    LEFT JOIN advertisers d ON d.id = v.advertiser_id";

fn narrow(query: &mut QueryBuilder<Postgres>, f: &Filter) {
    // What is named exactly is found whatever the period.
    query.push(" WHERE (v.received_at >= ").push_bind(f.from).push(" AND v.received_at < ").push_bind(f.to);
    match &f.search {
        Some(Search::Id(_)) => {
            query.push(" OR true");
        }
        Some(Search::Text(text)) => {
            query.push(" OR v.click_id = ").push_bind(text.to_lowercase());
            query.push(" OR v.txid = ").push_bind(text.clone());
        }
        None => {}
    }
    query.push(")");
    if !f.statuses.is_empty() {
        query.push(" AND v.status = ANY(").push_bind(f.statuses.clone()).push(")");
    }
    if let Some(id) = f.campaign {
        query.push(" AND v.campaign_id = ").push_bind(id.0);
    }
    if let Some(id) = f.affiliate {
        query.push(" AND v.affiliate_id = ").push_bind(id.0);
    }
    if let Some(reason) = &f.reason {
        query.push(" AND v.reason = ").push_bind(reason.clone());
    }
    match &f.search {
        Some(Search::Id(id)) => {
            query.push(" AND v.id = ").push_bind(id.0);
        }
        Some(Search::Text(text)) => {
            query.push(" AND (v.click_id = ").push_bind(text.to_lowercase());
            query.push(" OR starts_with(v.txid, ").push_bind(text.clone()).push("))");
        }
        None => {}
    }
}

/// One page of the list.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    tx: &mut Tx,
    filter: &Filter,
    order: Order,
    descending: bool,
    limit: i64,
    offset: i64,
) -> Result<Vec<Row>, StoreError> {
    let mut query = rows("", filter, order, descending);
    query.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
    Ok(query.build_query_as::<Row>().fetch_all(tx.conn()).await?)
}

fn rows(begin: &str, filter: &Filter, order: Order, descending: bool) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(format!("{begin}{SELECT}"));
    narrow(&mut query, filter);
    query.push(match order {
        Order::Received => " ORDER BY v.received_at",
        Order::Revenue => " ORDER BY v.revenue_minor",
        Order::Payout => " ORDER BY v.payout_minor",
    });
    query.push(if descending { " DESC, v.id DESC" } else { " ASC, v.id ASC" });
    query
}

/// Starts an export of the whole filtered set.
///
/// # Errors
/// [`StoreError`].
pub async fn export(tx: &mut Tx, filter: &Filter, order: Order, descending: bool) -> Result<(), StoreError> {
    declare(tx, rows(DECLARE, filter, order, descending)).await
}

/// The next conversions of an export; none after the last.
///
/// # Errors
/// [`StoreError`].
pub async fn next_rows(tx: &mut Tx) -> Result<Vec<Row>, StoreError> {
    next::<Row>(tx).await
}

/// Ids of the whole filtered set, at most `limit`, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn ids(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Vec<ConversionId>, StoreError> {
    let mut query = QueryBuilder::new("SELECT v.id FROM conversions v");
    narrow(&mut query, filter);
    query.push(" ORDER BY v.received_at, v.id LIMIT ").push_bind(limit);
    let ids: Vec<Uuid> = query.build_query_scalar().fetch_all(tx.conn()).await?;
    Ok(ids.into_iter().map(ConversionId).collect())
}

/// Sums over the whole filtered set in one currency; the currency is empty for reports that could not be attributed.
#[derive(Debug, Clone, FromRow, PartialEq, Eq)]
pub struct Sum {
    pub currency: String,
    pub count: i64,
    /// Of those that are not rejected.
    pub revenue_minor: i64,
    pub payout_minor: i64,
    /// Of the count.
    pub rejected: i64,
    /// What the rejected ones would have brought.
    pub rejected_revenue_minor: i64,
    pub rejected_payout_minor: i64,
}

/// # Errors
/// [`StoreError`].
pub async fn sums(tx: &mut Tx, filter: &Filter) -> Result<Vec<Sum>, StoreError> {
    let mut query = QueryBuilder::new(
        "SELECT coalesce(v.currency, '') AS currency, count(*) AS count,
            coalesce(sum(v.revenue_minor) FILTER (WHERE v.status <> 'rejected'), 0)::bigint AS revenue_minor,
            coalesce(sum(v.payout_minor) FILTER (WHERE v.status <> 'rejected'), 0)::bigint AS payout_minor,
            count(*) FILTER (WHERE v.status = 'rejected') AS rejected,
            coalesce(sum(v.revenue_minor) FILTER (WHERE v.status = 'rejected'), 0)::bigint AS rejected_revenue_minor,
            coalesce(sum(v.payout_minor) FILTER (WHERE v.status = 'rejected'), 0)::bigint AS rejected_payout_minor
         FROM conversions v",
    );
    narrow(&mut query, filter);
    query.push(" GROUP BY 1 ORDER BY 2 DESC, 1");
    Ok(query.build_query_as::<Sum>().fetch_all(tx.conn()).await?)
}

/// Whether the asking party has any conversion at all.
///
/// # Errors
/// [`StoreError`].
pub async fn any(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM conversions) AS "any!""#)
        .fetch_one(tx.conn())
        .await?)
}

/// # Errors
/// [`StoreError`].
pub async fn one(tx: &mut Tx, id: ConversionId) -> Result<Option<Row>, StoreError> {
    let mut query = QueryBuilder::new(SELECT);
    query.push(" WHERE v.id = ").push_bind(id.0);
    Ok(query.build_query_as::<Row>().fetch_optional(tx.conn()).await?)
}

/// Conversions of a click, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn of_click(tx: &mut Tx, click_id: &str) -> Result<Vec<Row>, StoreError> {
    let mut query = QueryBuilder::new(SELECT);
    query
        .push(" WHERE v.click_id = ")
        .push_bind(click_id.to_owned())
        .push(" ORDER BY v.received_at DESC LIMIT 50");
    Ok(query.build_query_as::<Row>().fetch_all(tx.conn()).await?)
}

/// A line of the ledger with its transaction.
#[derive(Debug, Clone)]
pub struct LedgerRow {
    pub kind: String,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub account: String,
    /// Debit positive.
    pub amount_minor: i64,
    pub currency: String,
}

/// What a conversion did to the ledger, in order.
///
/// # Errors
/// [`StoreError`].
pub async fn ledger(tx: &mut Tx, id: ConversionId) -> Result<Vec<LedgerRow>, StoreError> {
    Ok(sqlx::query_as!(
        LedgerRow,
        "SELECT t.kind, t.created_at AS at, t.actor, a.kind AS account, e.amount_minor, e.currency
         FROM ledger_txns t JOIN ledger_entries e ON e.txn_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
         WHERE t.conversion_id = $1 ORDER BY t.id, e.line",
        id.0
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Another amount reported for the same transaction.
#[derive(Debug, Clone)]
pub struct Conflict {
    pub at: DateTime<Utc>,
    pub reported_amount: String,
    pub revenue_minor: i64,
    pub payout_minor: i64,
}

/// # Errors
/// [`StoreError`].
pub async fn conflicts(tx: &mut Tx, id: ConversionId) -> Result<Vec<Conflict>, StoreError> {
    Ok(sqlx::query_as!(
        Conflict,
        "SELECT at, reported_amount, revenue_minor, payout_minor FROM conversion_conflicts
         WHERE conversion_id = $1 AND resolved_at IS NULL ORDER BY id",
        id.0
    )
    .fetch_all(tx.conn())
    .await?)
}

//! What an affiliate sees of itself. Everything is read as that affiliate; row-level security does the narrowing.

use super::export::{DECLARE, declare, next};
use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::CampaignId;
use sqlx::{FromRow, Postgres, QueryBuilder};

/// A balance in minor units; the ledger's credits are positive here.
#[derive(Debug, Clone)]
pub struct BalanceRow {
    pub kind: String,
    pub currency: String,
    pub minor: i64,
}

/// # Errors
/// [`StoreError`].
pub async fn balances(tx: &mut Tx) -> Result<Vec<BalanceRow>, StoreError> {
    Ok(sqlx::query_as!(
        BalanceRow,
        r#"SELECT a.kind, a.currency, -b.balance_minor AS "minor!"
           FROM ledger_balances b JOIN ledger_accounts a ON a.id = b.account_id
           WHERE a.affiliate_id IS NOT NULL ORDER BY a.currency, a.kind"#
    )
    .fetch_all(tx.conn())
    .await?)
}

/// A campaign with one's own link, access and figures.
#[derive(Debug, Clone, FromRow)]
pub struct OfferRow {
    pub id: i64,
    pub name: String,
    pub description: String,
    pub status: String,
    pub visibility: String,
    pub currency: String,
    pub window_secs: i64,
    pub deep_link_hosts: Vec<String>,
    /// `open`, `apply`, `applied`, `approved`, `refused`.
    pub access: String,
    /// Of one's link and the campaign together: `active`, `paused`, `archived`.
    pub state: String,
    pub link_id: Option<i64>,
    pub link_code: Option<String>,
    pub goal_name: Option<String>,
    pub payout_kind: Option<String>,
    pub payout_value: Option<i64>,
    pub clicks: i64,
    pub conversions: i64,
    pub payout_minor: i64,
}

/// Columns campaigns and links can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Name,
    Clicks,
    Conversions,
    Earned,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct OfferFilter {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub q: String,
    /// Only campaigns that one has a link to.
    pub linked: bool,
    /// Words of the access a campaign gives; empty means any.
    pub access: Vec<String>,
    /// Words of the state of one's link, as [`OfferRow::state`] has them; empty means any.
    pub states: Vec<String>,
    pub id: Option<CampaignId>,
}

/// An answer to one's application; else what the campaign's visibility says.
const ACCESS: &str = "CASE WHEN x.status IS NOT NULL THEN x.status
    WHEN c.visibility = 'public' OR l.id IS NOT NULL THEN 'open' ELSE 'apply' END";

/// A link is only as active as its campaign.
const STATE: &str = "CASE WHEN c.status = 'active' THEN coalesce(l.status, 'active') ELSE c.status END";

/// At most `limit`, beginning with `offset`.
///
/// # Errors
/// [`StoreError`].
pub async fn offers(
    tx: &mut Tx,
    f: &OfferFilter,
    order: Order,
    descending: bool,
    (limit, offset): (i64, i64),
) -> Result<Vec<OfferRow>, StoreError> {
    let mut query = offer_rows("", f, order, descending);
    query.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
    Ok(query.build_query_as::<OfferRow>().fetch_all(tx.conn()).await?)
}

/// Starts an export of all campaigns of the filtered set.
///
/// # Errors
/// [`StoreError`].
pub async fn export_offers(
    tx: &mut Tx,
    f: &OfferFilter,
    order: Order,
    descending: bool,
) -> Result<(), StoreError> {
    declare(tx, offer_rows(DECLARE, f, order, descending)).await
}

/// The next campaigns of an export; none after the last.
///
/// # Errors
/// [`StoreError`].
pub async fn next_offers(tx: &mut Tx) -> Result<Vec<OfferRow>, StoreError> {
    next::<OfferRow>(tx).await
}

/// Figures of the whole filtered set in one currency.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct OwnSum {
    pub currency: String,
    pub count: i64,
    pub clicks: i64,
    pub conversions: i64,
    pub payout_minor: i64,
}

/// Sums over the whole filtered set, the commonest currency first.
///
/// # Errors
/// [`StoreError`].
pub async fn offer_sums(tx: &mut Tx, f: &OfferFilter) -> Result<Vec<OwnSum>, StoreError> {
    let mut query = QueryBuilder::new(
        "SELECT c.currency, count(*) AS count, coalesce(sum(s.clicks), 0)::bigint AS clicks,
            coalesce(sum(s.conversions), 0)::bigint AS conversions,
            coalesce(sum(s.payout_minor), 0)::bigint AS payout_minor",
    );
    offers_from(&mut query, f);
    query.push(" GROUP BY c.currency ORDER BY count(*) DESC, c.currency");
    Ok(query.build_query_as::<OwnSum>().fetch_all(tx.conn()).await?)
}

fn offer_rows(begin: &str, f: &OfferFilter, order: Order, descending: bool) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(format!(
        "{begin}SELECT c.id, c.name, c.description, c.status, c.visibility, c.currency,
            c.attribution_window_secs AS window_secs, c.deep_link_hosts, {ACCESS} AS access, {STATE} AS state, l.id AS link_id, l.code AS link_code, g.name AS goal_name,
            g.payout_kind, g.payout_value, coalesce(s.clicks, 0) AS clicks, coalesce(s.conversions, 0) AS conversions,
            coalesce(s.payout_minor, 0) AS payout_minor"
    ));
    offers_from(&mut query, f);
    query.push(match order {
        Order::Name => " ORDER BY lower(c.name)",
        Order::Clicks => " ORDER BY clicks",
        Order::Conversions => " ORDER BY conversions",
        Order::Earned => " ORDER BY payout_minor",
    });
    query.push(if descending { " DESC, lower(c.name), c.id" } else { " ASC, lower(c.name), c.id" });
    query
}

fn offers_from(query: &mut QueryBuilder<Postgres>, f: &OfferFilter) {
    query.push(
        " FROM campaigns c
         LEFT JOIN links l ON l.campaign_id = c.id
         LEFT JOIN campaign_access x ON x.campaign_id = c.id
         LEFT JOIN goals g ON g.campaign_id = c.id AND g.is_default
         LEFT JOIN (SELECT campaign_id, sum(clicks)::bigint AS clicks, sum(conversions)::bigint AS conversions,
                           sum(payout_minor)::bigint AS payout_minor
                    FROM stats_hourly WHERE hour >= ",
    );
    query.push_bind(f.from).push(" AND hour < ").push_bind(f.to);
    query.push(" GROUP BY campaign_id) s ON s.campaign_id = c.id WHERE c.status <> 'draft'");
    if let Some(id) = f.id {
        query.push(" AND c.id = ").push_bind(id.0);
    }
    if f.linked {
        query.push(" AND l.id IS NOT NULL");
    }
    if !f.q.is_empty() {
        query.push(" AND strpos(lower(c.name), lower(").push_bind(f.q.clone()).push(")) > 0");
    }
    for (column, words) in [(ACCESS, &f.access), (STATE, &f.states)] {
        if !words.is_empty() {
            query.push(format_args!(" AND {column} = ANY(")).push_bind(words.clone()).push(")");
        }
    }
}

/// Whether there is any campaign, or any link of one's own.
///
/// # Errors
/// [`StoreError`].
pub async fn any_offer(tx: &mut Tx, linked: bool) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT CASE WHEN $1 THEN EXISTS (SELECT FROM links)
                  ELSE EXISTS (SELECT FROM campaigns WHERE status <> 'draft') END AS "any!""#,
        linked
    )
    .fetch_one(tx.conn())
    .await?)
}

/// A goal's payout, without what the advertiser pays.
#[derive(Debug, Clone)]
pub struct GoalRow {
    pub code: String,
    pub name: String,
    pub payout_kind: String,
    pub payout_value: i64,
}

/// # Errors
/// [`StoreError`].
pub async fn goals(tx: &mut Tx, id: CampaignId) -> Result<Vec<GoalRow>, StoreError> {
    Ok(sqlx::query_as!(
        GoalRow,
        "SELECT code, name, payout_kind, payout_value FROM goals WHERE campaign_id = $1 ORDER BY is_default DESC, position, code",
        id.0
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Figures of one value of a sub-id in one campaign.
#[derive(Debug, Clone, FromRow)]
pub struct SubRow {
    pub value: String,
    pub campaign_id: i64,
    pub campaign: Option<String>,
    pub currency: String,
    pub clicks: i64,
    pub conversions: i64,
    pub payout_minor: i64,
}

/// What a sub-id report is about. Days are days of UTC.
#[derive(Debug, Clone)]
pub struct SubFilter {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub sub_no: i16,
    pub campaign: Option<CampaignId>,
    pub q: String,
}

fn narrow_subs(query: &mut QueryBuilder<Postgres>, f: &SubFilter) {
    query.push(" WHERE s.sub_no = ").push_bind(f.sub_no);
    query.push(" AND s.day >= ").push_bind(f.from).push(" AND s.day <= ").push_bind(f.to);
    if let Some(id) = f.campaign {
        query.push(" AND s.campaign_id = ").push_bind(id.0);
    }
    if !f.q.is_empty() {
        query.push(" AND starts_with(s.sub_value, ").push_bind(f.q.clone()).push(")");
    }
}

/// Rows and figures on all pages of [`subs`], the commonest currency first.
///
/// # Errors
/// [`StoreError`].
pub async fn sub_sums(tx: &mut Tx, f: &SubFilter) -> Result<Vec<OwnSum>, StoreError> {
    let mut query = QueryBuilder::new(
        "SELECT s.currency, count(DISTINCT (s.sub_value, s.campaign_id)) AS count, sum(s.clicks)::bigint AS clicks,
            sum(s.conversions)::bigint AS conversions, sum(s.payout_minor)::bigint AS payout_minor
         FROM stats_sub_daily s",
    );
    narrow_subs(&mut query, f);
    query.push(" GROUP BY s.currency ORDER BY 2 DESC, 1");
    Ok(query.build_query_as::<OwnSum>().fetch_all(tx.conn()).await?)
}

/// One page of the report.
///
/// # Errors
/// [`StoreError`].
pub async fn subs(
    tx: &mut Tx,
    f: &SubFilter,
    order: Order,
    descending: bool,
    limit: i64,
    offset: i64,
) -> Result<Vec<SubRow>, StoreError> {
    let mut query = sub_rows("", f, order, descending);
    query.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
    Ok(query.build_query_as::<SubRow>().fetch_all(tx.conn()).await?)
}

/// Starts an export of the whole report.
///
/// # Errors
/// [`StoreError`].
pub async fn export_subs(
    tx: &mut Tx,
    f: &SubFilter,
    order: Order,
    descending: bool,
) -> Result<(), StoreError> {
    declare(tx, sub_rows(DECLARE, f, order, descending)).await
}

/// The next rows of an export; none after the last.
///
/// # Errors
/// [`StoreError`].
pub async fn next_subs(tx: &mut Tx) -> Result<Vec<SubRow>, StoreError> {
    next::<SubRow>(tx).await
}

fn sub_rows(begin: &str, f: &SubFilter, order: Order, descending: bool) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(format!(
        "{begin}SELECT s.sub_value AS value, s.campaign_id, c.name AS campaign, s.currency, sum(s.clicks)::bigint AS clicks,
            sum(s.conversions)::bigint AS conversions, sum(s.payout_minor)::bigint AS payout_minor
         FROM stats_sub_daily s LEFT JOIN campaigns c ON c.id = s.campaign_id"
    ));
    narrow_subs(&mut query, f);
    query.push(" GROUP BY 1, 2, 3, 4");
    query.push(match order {
        Order::Name => " ORDER BY value",
        Order::Clicks => " ORDER BY clicks",
        Order::Conversions => " ORDER BY conversions",
        Order::Earned => " ORDER BY payout_minor",
    });
    query.push(if descending { " DESC" } else { " ASC" });
    query.push(", value, s.campaign_id, s.currency");
    query
}

/// Whether any sub-id was ever counted.
///
/// # Errors
/// [`StoreError`].
pub async fn any_sub(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM stats_sub_daily) AS "any!""#)
        .fetch_one(tx.conn())
        .await?)
}

/// The affiliate's own name.
///
/// # Errors
/// [`StoreError`].
pub async fn name(tx: &mut Tx) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar!("SELECT name FROM affiliates").fetch_optional(tx.conn()).await?)
}

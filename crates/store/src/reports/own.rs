//! What an affiliate sees of itself. Everything is read as that affiliate; row-level security does the narrowing.

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
    pub access: Option<String>,
    pub link_id: Option<i64>,
    pub link_code: Option<String>,
    pub link_status: Option<String>,
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
    pub status: String,
    pub id: Option<CampaignId>,
}

/// # Errors
/// [`StoreError`].
pub async fn offers(
    tx: &mut Tx,
    f: &OfferFilter,
    order: Order,
    descending: bool,
) -> Result<Vec<OfferRow>, StoreError> {
    let mut query = QueryBuilder::new(
        "SELECT c.id, c.name, c.description, c.status, c.visibility, c.currency, c.attribution_window_secs AS window_secs,
            c.deep_link_hosts, x.status AS access, l.id AS link_id, l.code AS link_code, l.status AS link_status, g.name AS goal_name,
            g.payout_kind, g.payout_value, coalesce(s.clicks, 0) AS clicks, coalesce(s.conversions, 0) AS conversions,
            coalesce(s.payout_minor, 0) AS payout_minor
         FROM campaigns c
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
    if !f.status.is_empty() {
        query
            .push(" AND c.status = ANY(")
            .push_bind(f.status.split(',').map(str::to_owned).collect::<Vec<_>>())
            .push(")");
    }
    query.push(match order {
        Order::Name => " ORDER BY lower(c.name)",
        Order::Clicks => " ORDER BY clicks",
        Order::Conversions => " ORDER BY conversions",
        Order::Earned => " ORDER BY payout_minor",
    });
    query.push(if descending { " DESC, c.id LIMIT 1000" } else { " ASC, c.id LIMIT 1000" });
    Ok(query.build_query_as::<OfferRow>().fetch_all(tx.conn()).await?)
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

/// How many rows [`subs`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn subs_total(tx: &mut Tx, f: &SubFilter) -> Result<i64, StoreError> {
    let mut query = QueryBuilder::new(
        "SELECT count(DISTINCT (s.sub_value, s.campaign_id, s.currency)) FROM stats_sub_daily s",
    );
    narrow_subs(&mut query, f);
    Ok(query.build_query_scalar().fetch_one(tx.conn()).await?)
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
    let mut query = QueryBuilder::new(
        "SELECT s.sub_value AS value, s.campaign_id, c.name AS campaign, s.currency, sum(s.clicks)::bigint AS clicks,
            sum(s.conversions)::bigint AS conversions, sum(s.payout_minor)::bigint AS payout_minor
         FROM stats_sub_daily s LEFT JOIN campaigns c ON c.id = s.campaign_id",
    );
    narrow_subs(&mut query, f);
    query.push(" GROUP BY 1, 2, 3, 4");
    query.push(match order {
        Order::Name => " ORDER BY value",
        Order::Clicks => " ORDER BY clicks",
        Order::Conversions => " ORDER BY conversions",
        Order::Earned => " ORDER BY payout_minor",
    });
    query.push(if descending { " DESC" } else { " ASC" });
    query.push(", value, s.campaign_id LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
    Ok(query.build_query_as::<SubRow>().fetch_all(tx.conn()).await?)
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

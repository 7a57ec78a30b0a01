//! Affiliates and advertisers with their figures, balances and permissions.

use super::{
    export::{DECLARE, declare, next},
    listing::{
        Columns, Group, GroupRow, Listing, SUMS, SumsRow, Wanted, groups, join_sums, one_of, order, page,
        search,
    },
    stats::{Sums, currency, moment},
};
use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::{
    ids::{AdvertiserId, AffiliateId, CampaignId},
    money::Currency,
};
use sqlx::{FromRow, Postgres, QueryBuilder};

/// Which accounts a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Affiliates,
    Advertisers,
}

impl Who {
    fn table(self) -> &'static str {
        match self {
            Self::Affiliates => "affiliates",
            Self::Advertisers => "advertisers",
        }
    }

    /// Column of the figures.
    fn key(self) -> &'static str {
        match self {
            Self::Affiliates => "affiliate_id",
            Self::Advertisers => "advertiser_id",
        }
    }

    fn things(self) -> &'static str {
        match self {
            Self::Affiliates => "(SELECT count(*) FROM links t WHERE t.affiliate_id = o.id)",
            Self::Advertisers => "(SELECT count(*) FROM campaigns t WHERE t.advertiser_id = o.id)",
        }
    }
}

/// An affiliate or an advertiser in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    pub id: i64,
    pub name: String,
    /// Stored word.
    pub status: String,
    pub contact_email: Option<String>,
    /// Links of an affiliate, campaigns of an advertiser.
    pub things: i64,
    pub created_at: DateTime<Utc>,
    pub sums: Sums,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    name: String,
    status: String,
    contact_email: Option<String>,
    things: i64,
    created_at: DateTime<Utc>,
    #[sqlx(flatten)]
    sums: SumsRow,
}

fn narrow(q: &mut QueryBuilder<Postgres>, w: &Wanted) {
    q.push(" WHERE true");
    one_of(q, "o.status", w.statuses.as_ref());
    search(q, &w.list, &["o.name", "o.contact_email"], &["o.id"]);
}

impl From<Row> for AccountLine {
    fn from(r: Row) -> Self {
        Self {
            id: r.id,
            name: r.name,
            status: r.status,
            contact_email: r.contact_email,
            things: r.things,
            created_at: r.created_at,
            sums: r.sums.into(),
        }
    }
}

fn account_rows(
    begin: &str,
    who: Who,
    w: &Wanted,
    main: Currency,
) -> Result<QueryBuilder<Postgres>, StoreError> {
    let (table, key, things) = (who.table(), who.key(), who.things());
    let mut q = QueryBuilder::new(format!(
        "{begin}SELECT o.id, o.name, o.status, o.contact_email, {things} AS things, o.created_at, {SUMS} FROM {table} o"
    ));
    join_sums(&mut q, key, "o.id", w, Some(main))?;
    narrow(&mut q, w);
    let own = Columns { name: "lower(o.name)", created: "o.created_at", id: "o.id", ..Columns::default() };
    order(&mut q, w, &own);
    Ok(q)
}

/// Starts an export of all accounts of the filtered set, with their figures in `main`.
///
/// # Errors
/// [`StoreError`].
pub async fn export(tx: &mut Tx, who: Who, w: &Wanted, main: Currency) -> Result<(), StoreError> {
    declare(tx, account_rows(DECLARE, who, w, main)?).await
}

/// The next accounts of an export; none after the last.
///
/// # Errors
/// [`StoreError`].
pub async fn next_accounts(tx: &mut Tx) -> Result<Vec<AccountLine>, StoreError> {
    Ok(next::<Row>(tx).await?.into_iter().map(AccountLine::from).collect())
}

/// Accounts with their figures in `main`, also those without any. The groups have all currencies, `main` first, each
/// with the number of all accounts of the filtered set.
///
/// # Errors
/// [`StoreError`].
pub async fn accounts(
    tx: &mut Tx,
    who: Who,
    w: &Wanted,
    main: Currency,
) -> Result<Listing<AccountLine>, StoreError> {
    let (table, key) = (who.table(), who.key());
    let mut q = QueryBuilder::new(format!("SELECT count(*) FROM {table} o"));
    narrow(&mut q, w);
    let total: i64 = q.build_query_scalar().fetch_one(tx.conn()).await?;

    let mut q = QueryBuilder::new(format!(
        "SELECT s.currency, 0::bigint AS count, 0::bigint AS top_clicks, sum(s.impressions)::bigint AS impressions,
                sum(s.clicks)::bigint AS clicks, sum(s.invalid_clicks)::bigint AS invalid_clicks,
                sum(s.conversions)::bigint AS conversions, sum(s.revenue_minor)::bigint AS revenue,
                sum(s.payout_minor)::bigint AS payout
         FROM stats_hourly s JOIN {table} o ON o.id = s.{key}"
    ));
    narrow(&mut q, w);
    q.push(" AND s.hour >= ").push_bind(moment(w.from_ms)?);
    q.push(" AND s.hour < ").push_bind(moment(w.to_ms)?);
    q.push(" GROUP BY s.currency ORDER BY s.currency");
    let (mut groups, ..) = groups(q.build_query_as::<GroupRow>().fetch_all(tx.conn()).await?)?;
    if !groups.iter().any(|g| g.currency == main) {
        groups.push(Group { currency: main, count: 0, sums: Sums::default() });
    }
    groups.sort_by_key(|g| (g.currency != main, g.currency));
    groups.iter_mut().for_each(|g| g.count = total);

    let mut q = account_rows("", who, w, main)?;
    page(&mut q, w);
    let rows = q.build_query_as::<Row>().fetch_all(tx.conn()).await?;
    let rows: Vec<_> = rows.into_iter().map(AccountLine::from).collect();
    let none_ever = total == 0
        && QueryBuilder::<Postgres>::new(format!("SELECT NOT EXISTS (SELECT FROM {table})"))
            .build_query_scalar()
            .fetch_one(tx.conn())
            .await?;
    let top_clicks = rows.iter().map(|r| r.sums.clicks).max().unwrap_or(0);
    Ok(Listing { rows, total, groups, top_clicks, none_ever })
}

/// Balances of one owner: the account's kind as stored, the currency, and the debit balance in minor units.
///
/// # Errors
/// [`StoreError`].
pub async fn balances(
    tx: &mut Tx,
    affiliate: Option<AffiliateId>,
    advertiser: Option<AdvertiserId>,
) -> Result<Vec<(String, Currency, i64)>, StoreError> {
    sqlx::query!(
        "SELECT a.kind, a.currency, b.balance_minor FROM ledger_balances b JOIN ledger_accounts a ON a.id = b.account_id
         WHERE a.affiliate_id = $1 OR a.advertiser_id = $2 ORDER BY a.currency, a.kind",
        affiliate.map(|id| id.0),
        advertiser.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|r| Ok((r.kind, currency(&r.currency)?, r.balance_minor)))
    .collect()
}

/// An affiliate's permission for a campaign, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLine {
    pub affiliate_id: AffiliateId,
    pub affiliate: String,
    /// Stored word.
    pub status: String,
    /// What the affiliate wrote.
    pub note: String,
    /// What the network answered.
    pub answer: String,
    /// When it was last touched.
    pub at: DateTime<Utc>,
}

/// Permissions for a campaign, those that wait for an answer first, at most two hundred.
///
/// # Errors
/// [`StoreError`].
pub async fn access_of(tx: &mut Tx, campaign: CampaignId) -> Result<Vec<AccessLine>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT x.affiliate_id, a.name, x.status, x.note, x.answer, coalesce(x.decided_at, x.created_at) AS "at!"
           FROM campaign_access x JOIN affiliates a ON a.id = x.affiliate_id WHERE x.campaign_id = $1
           ORDER BY x.status <> 'applied', coalesce(x.decided_at, x.created_at) DESC, x.affiliate_id LIMIT 200"#,
        campaign.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| AccessLine {
            affiliate_id: AffiliateId(r.affiliate_id),
            affiliate: r.name,
            status: r.status,
            note: r.note,
            answer: r.answer,
            at: r.at,
        })
        .collect())
}

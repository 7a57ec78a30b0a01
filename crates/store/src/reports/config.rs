//! Campaigns and links with their figures.

use super::{
    export::{DECLARE, declare, next},
    listing::{
        Columns, GROUP, GroupRow, Listing, SUMS, SumsRow, Wanted, groups, is, join_sums, one_of, order, page,
        search,
    },
    stats::{Sums, currency},
};
use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::{
    ids::{AdvertiserId, AffiliateId, CampaignId, LinkId},
    money::Currency,
};
use sqlx::{FromRow, Postgres, QueryBuilder};

/// A campaign in a list. Statuses are stored words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignLine {
    pub id: CampaignId,
    pub name: String,
    pub advertiser_id: AdvertiserId,
    pub advertiser: String,
    pub status: String,
    pub visibility: String,
    pub currency: Currency,
    pub links: i64,
    pub created_at: DateTime<Utc>,
    pub sums: Sums,
}

#[derive(FromRow)]
struct CampaignRow {
    id: i64,
    name: String,
    advertiser_id: i64,
    advertiser: String,
    status: String,
    visibility: String,
    currency: String,
    links: i64,
    created_at: DateTime<Utc>,
    #[sqlx(flatten)]
    sums: SumsRow,
}

const CAMPAIGN_COLUMNS: Columns = Columns {
    name: "lower(c.name)",
    created: "c.created_at",
    id: "c.id",
    campaign: None,
    affiliate: None,
    advertiser: Some("lower(a.name)"),
};

fn campaigns_from(q: &mut QueryBuilder<Postgres>, w: &Wanted) -> Result<(), StoreError> {
    q.push(" FROM campaigns c JOIN advertisers a ON a.id = c.advertiser_id");
    join_sums(q, "campaign_id", "c.id", w, None)?;
    q.push(" WHERE true");
    one_of(q, "c.status", w.statuses.as_ref());
    one_of(q, "c.visibility", w.visibilities.as_ref());
    is(q, "c.id", w.campaign.map(|id| id.0));
    is(q, "c.advertiser_id", w.advertiser.map(|id| id.0));
    search(q, &w.list, &["c.name", "a.name"], &["c.id", "c.advertiser_id"]);
    Ok(())
}

fn campaigns_rows(begin: &str, w: &Wanted) -> Result<QueryBuilder<Postgres>, StoreError> {
    let mut q = QueryBuilder::new(format!(
        "{begin}SELECT c.id, c.name, c.advertiser_id, a.name AS advertiser, c.status, c.visibility, c.currency,
                (SELECT count(*) FROM links l WHERE l.campaign_id = c.id) AS links, c.created_at, {SUMS}"
    ));
    campaigns_from(&mut q, w)?;
    order(&mut q, w, &CAMPAIGN_COLUMNS);
    Ok(q)
}

/// Starts an export of all campaigns of the filtered set.
///
/// # Errors
/// [`StoreError`].
pub async fn export_campaigns(tx: &mut Tx, w: &Wanted) -> Result<(), StoreError> {
    declare(tx, campaigns_rows(DECLARE, w)?).await
}

/// The next campaigns of an export; none after the last.
///
/// # Errors
/// [`StoreError`].
pub async fn next_campaigns(tx: &mut Tx) -> Result<Vec<CampaignLine>, StoreError> {
    next::<CampaignRow>(tx).await?.into_iter().map(CampaignLine::try_from).collect()
}

/// Campaigns, also those without figures.
///
/// # Errors
/// [`StoreError`].
pub async fn campaigns(tx: &mut Tx, w: &Wanted) -> Result<Listing<CampaignLine>, StoreError> {
    let mut q = QueryBuilder::new(format!("SELECT c.currency, {GROUP}"));
    campaigns_from(&mut q, w)?;
    q.push(" GROUP BY c.currency ORDER BY count(*) DESC, c.currency");
    let (groups, total, top_clicks) = groups(q.build_query_as::<GroupRow>().fetch_all(tx.conn()).await?)?;

    let mut q = campaigns_rows("", w)?;
    page(&mut q, w);
    let rows = q.build_query_as::<CampaignRow>().fetch_all(tx.conn()).await?;
    let none_ever = total == 0
        && sqlx::query_scalar!(r#"SELECT NOT EXISTS (SELECT FROM campaigns) AS "none!""#)
            .fetch_one(tx.conn())
            .await?;
    let rows = rows.into_iter().map(CampaignLine::try_from).collect::<Result<_, _>>()?;
    Ok(Listing { rows, total, groups, top_clicks, none_ever })
}

impl TryFrom<CampaignRow> for CampaignLine {
    type Error = StoreError;
    fn try_from(r: CampaignRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: CampaignId(r.id),
            name: r.name,
            advertiser_id: AdvertiserId(r.advertiser_id),
            advertiser: r.advertiser,
            status: r.status,
            visibility: r.visibility,
            currency: currency(&r.currency)?,
            links: r.links,
            created_at: r.created_at,
            sums: r.sums.into(),
        })
    }
}

/// A link in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkLine {
    pub id: LinkId,
    pub code: String,
    pub campaign_id: CampaignId,
    pub campaign: String,
    pub affiliate_id: AffiliateId,
    pub affiliate: String,
    /// Stored word.
    pub status: String,
    pub currency: Currency,
    pub created_at: DateTime<Utc>,
    pub sums: Sums,
}

#[derive(FromRow)]
struct LinkRow {
    id: i64,
    code: String,
    campaign_id: i64,
    campaign: String,
    affiliate_id: i64,
    affiliate: String,
    status: String,
    currency: String,
    created_at: DateTime<Utc>,
    #[sqlx(flatten)]
    sums: SumsRow,
}

const LINK_COLUMNS: Columns = Columns {
    name: "lower(c.name)",
    created: "l.created_at",
    id: "l.id",
    campaign: Some("lower(c.name)"),
    affiliate: Some("lower(a.name)"),
    advertiser: None,
};

fn links_from(q: &mut QueryBuilder<Postgres>, w: &Wanted) -> Result<(), StoreError> {
    q.push(
        " FROM links l JOIN campaigns c ON c.id = l.campaign_id JOIN affiliates a ON a.id = l.affiliate_id",
    );
    join_sums(q, "link_id", "l.id", w, None)?;
    q.push(" WHERE true");
    one_of(q, "l.status", w.statuses.as_ref());
    is(q, "l.campaign_id", w.campaign.map(|id| id.0));
    is(q, "l.affiliate_id", w.affiliate.map(|id| id.0));
    is(q, "c.advertiser_id", w.advertiser.map(|id| id.0));
    search(q, &w.list, &["l.code", "c.name", "a.name"], &["l.id", "l.campaign_id", "l.affiliate_id"]);
    Ok(())
}

fn links_rows(begin: &str, w: &Wanted) -> Result<QueryBuilder<Postgres>, StoreError> {
    let mut q = QueryBuilder::new(format!(
        "{begin}SELECT l.id, l.code, l.campaign_id, c.name AS campaign, l.affiliate_id, a.name AS affiliate, l.status,
                c.currency, l.created_at, {SUMS}"
    ));
    links_from(&mut q, w)?;
    order(&mut q, w, &LINK_COLUMNS);
    Ok(q)
}

/// Starts an export of all links of the filtered set.
///
/// # Errors
/// [`StoreError`].
pub async fn export_links(tx: &mut Tx, w: &Wanted) -> Result<(), StoreError> {
    declare(tx, links_rows(DECLARE, w)?).await
}

/// The next links of an export; none after the last.
///
/// # Errors
/// [`StoreError`].
pub async fn next_links(tx: &mut Tx) -> Result<Vec<LinkLine>, StoreError> {
    next::<LinkRow>(tx).await?.into_iter().map(LinkLine::try_from).collect()
}

/// Links, also those without figures.
///
/// # Errors
/// [`StoreError`].
pub async fn links(tx: &mut Tx, w: &Wanted) -> Result<Listing<LinkLine>, StoreError> {
    let mut q = QueryBuilder::new(format!("SELECT c.currency, {GROUP}"));
    links_from(&mut q, w)?;
    q.push(" GROUP BY c.currency ORDER BY count(*) DESC, c.currency");
    let (groups, total, top_clicks) = groups(q.build_query_as::<GroupRow>().fetch_all(tx.conn()).await?)?;

    let mut q = links_rows("", w)?;
    page(&mut q, w);
    let rows = q.build_query_as::<LinkRow>().fetch_all(tx.conn()).await?;
    let none_ever = total == 0
        && sqlx::query_scalar!(r#"SELECT NOT EXISTS (SELECT FROM links) AS "none!""#)
            .fetch_one(tx.conn())
            .await?;
    let rows = rows.into_iter().map(LinkLine::try_from).collect::<Result<_, _>>()?;
    Ok(Listing { rows, total, groups, top_clicks, none_ever })
}

impl TryFrom<LinkRow> for LinkLine {
    type Error = StoreError;
    fn try_from(r: LinkRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: LinkId(r.id),
            code: r.code,
            campaign_id: CampaignId(r.campaign_id),
            campaign: r.campaign,
            affiliate_id: AffiliateId(r.affiliate_id),
            affiliate: r.affiliate,
            status: r.status,
            currency: currency(&r.currency)?,
            created_at: r.created_at,
            sums: r.sums.into(),
        })
    }
}

/// The currency of most of the campaigns that the realm sees.
///
/// # Errors
/// [`StoreError`].
pub async fn commonest_currency(tx: &mut Tx) -> Result<Option<Currency>, StoreError> {
    sqlx::query_scalar!(
        "SELECT currency FROM campaigns GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1"
    )
    .fetch_optional(tx.conn())
    .await?
    .map(|code| currency(&code))
    .transpose()
}

//! What lists with figures share: filters, sorting, the join with the figures, totals.

use super::stats::{Sums, currency, moment};
use crate::{config::ListFilter, error::StoreError};
use domain::{
    ids::{AdvertiserId, AffiliateId, CampaignId},
    money::Currency,
};
use sqlx::{FromRow, Postgres, QueryBuilder};

/// Columns a list can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    Name,
    Created,
    Campaign,
    Affiliate,
    Advertiser,
    Clicks,
    Conversions,
    Cr,
    Revenue,
    Payout,
    Margin,
    Epc,
    Rpc,
    Impressions,
    InvalidClicks,
}

impl SortBy {
    /// Names in addresses.
    pub const WORDS: &'static [&'static str] = &[
        "name",
        "created",
        "campaign",
        "affiliate",
        "advertiser",
        "clicks",
        "conversions",
        "cr",
        "revenue",
        "payout",
        "margin",
        "epc",
        "rpc",
        "impressions",
        "invalid_clicks",
    ];

    /// The column of a name; clicks where there is none of that name.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "name" => Self::Name,
            "created" => Self::Created,
            "campaign" => Self::Campaign,
            "affiliate" => Self::Affiliate,
            "advertiser" => Self::Advertiser,
            "conversions" => Self::Conversions,
            "cr" => Self::Cr,
            "revenue" => Self::Revenue,
            "payout" => Self::Payout,
            "margin" => Self::Margin,
            "epc" => Self::Epc,
            "rpc" => Self::Rpc,
            "impressions" => Self::Impressions,
            "invalid_clicks" => Self::InvalidClicks,
            _ => Self::Clicks,
        }
    }

    /// A column that the list does not have is its name.
    fn sql(self, own: &Columns) -> &'static str {
        match self {
            Self::Name => own.name,
            Self::Created => own.created,
            Self::Campaign => own.campaign.unwrap_or(own.name),
            Self::Affiliate => own.affiliate.unwrap_or(own.name),
            Self::Advertiser => own.advertiser.unwrap_or(own.name),
            Self::Clicks => "coalesce(s.clicks, 0)",
            Self::Conversions => "coalesce(s.conversions, 0)",
            Self::Cr => "s.conversions::numeric / nullif(s.clicks, 0)",
            Self::Revenue => "coalesce(s.revenue, 0)",
            Self::Payout => "coalesce(s.payout, 0)",
            Self::Margin => "(s.revenue - s.payout)::numeric / nullif(s.revenue, 0)",
            Self::Epc => "s.payout::numeric / nullif(s.clicks, 0)",
            Self::Rpc => "s.revenue::numeric / nullif(s.clicks, 0)",
            Self::Impressions => "coalesce(s.impressions, 0)",
            Self::InvalidClicks => "coalesce(s.invalid_clicks, 0)",
        }
    }
}

/// A list's own columns to sort by, as SQL.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub name: &'static str,
    pub created: &'static str,
    pub id: &'static str,
    pub campaign: Option<&'static str>,
    pub affiliate: Option<&'static str>,
    pub advertiser: Option<&'static str>,
}

/// What a list with figures is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Search text and page; its status is not used.
    pub list: ListFilter,
    /// Stored words; `None` does not narrow.
    pub statuses: Option<Vec<&'static str>>,
    pub visibilities: Option<Vec<&'static str>>,
    pub campaign: Option<CampaignId>,
    pub affiliate: Option<AffiliateId>,
    pub advertiser: Option<AdvertiserId>,
    /// Figures of the hours that begin in `from_ms..to_ms`.
    pub from_ms: i64,
    pub to_ms: i64,
    pub sort: SortBy,
    pub descending: bool,
}

/// Objects and figures of the whole filtered set in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub currency: Currency,
    pub count: i64,
    pub sums: Sums,
}

/// One page of a list with what is known of all pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<T> {
    pub rows: Vec<T>,
    /// Rows on all pages.
    pub total: i64,
    /// One a currency.
    pub groups: Vec<Group>,
    /// Clicks of the row that has most, on whatever page.
    pub top_clicks: i64,
    /// Whether there is nothing at all, filters aside.
    pub none_ever: bool,
}

/// Figures as a row brings them.
#[derive(Debug, Clone, Copy, FromRow)]
pub(super) struct SumsRow {
    impressions: i64,
    clicks: i64,
    invalid_clicks: i64,
    conversions: i64,
    revenue: i64,
    payout: i64,
}

impl From<SumsRow> for Sums {
    fn from(r: SumsRow) -> Self {
        Self {
            impressions: r.impressions,
            clicks: r.clicks,
            invalid_clicks: r.invalid_clicks,
            conversions: r.conversions,
            revenue: r.revenue,
            payout: r.payout,
        }
    }
}

#[derive(Debug, FromRow)]
pub(super) struct GroupRow {
    currency: String,
    count: i64,
    top_clicks: i64,
    #[sqlx(flatten)]
    sums: SumsRow,
}

/// Columns of the joined figures, for [`SumsRow`].
pub(super) const SUMS: &str = "coalesce(s.impressions, 0) AS impressions, coalesce(s.clicks, 0) AS clicks, \
     coalesce(s.invalid_clicks, 0) AS invalid_clicks, coalesce(s.conversions, 0) AS conversions, \
     coalesce(s.revenue, 0) AS revenue, coalesce(s.payout, 0) AS payout";

/// Columns of a group, for [`GroupRow`]; the currency stands before them.
pub(super) const GROUP: &str = "count(*) AS count, coalesce(max(s.clicks), 0) AS top_clicks, \
     coalesce(sum(s.impressions), 0)::bigint AS impressions, coalesce(sum(s.clicks), 0)::bigint AS clicks, \
     coalesce(sum(s.invalid_clicks), 0)::bigint AS invalid_clicks, \
     coalesce(sum(s.conversions), 0)::bigint AS conversions, coalesce(sum(s.revenue), 0)::bigint AS revenue, \
     coalesce(sum(s.payout), 0)::bigint AS payout";

/// Joins the figures of the period as `s`, summed by `key` (a column of the figures) and met at `on`; only those in
/// `only`, where a row can have several currencies.
pub(super) fn join_sums(
    q: &mut QueryBuilder<Postgres>,
    key: &'static str,
    on: &'static str,
    w: &Wanted,
    only: Option<Currency>,
) -> Result<(), StoreError> {
    q.push(format_args!(
        " LEFT JOIN (SELECT {key} AS key, sum(impressions)::bigint AS impressions, sum(clicks)::bigint AS clicks,
              sum(invalid_clicks)::bigint AS invalid_clicks, sum(conversions)::bigint AS conversions,
              sum(revenue_minor)::bigint AS revenue, sum(payout_minor)::bigint AS payout
            FROM stats_hourly WHERE hour >= "
    ));
    q.push_bind(moment(w.from_ms)?).push(" AND hour < ").push_bind(moment(w.to_ms)?);
    if let Some(only) = only {
        q.push(" AND currency = ").push_bind(only.code());
    }
    q.push(format_args!(" GROUP BY {key}) s ON s.key = {on}"));
    Ok(())
}

/// Adds a condition that a column is one of some words.
pub(crate) fn one_of(
    q: &mut QueryBuilder<Postgres>,
    column: &'static str,
    words: Option<&Vec<&'static str>>,
) {
    if let Some(words) = words {
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        q.push(format_args!(" AND {column} = ANY(")).push_bind(words).push(")");
    }
}

/// Adds a condition that an id column has that number.
pub(crate) fn is(q: &mut QueryBuilder<Postgres>, column: &'static str, id: Option<i64>) {
    if let Some(id) = id {
        q.push(format_args!(" AND {column} = ")).push_bind(id);
    }
}

/// Adds the search for the text in `texts` or the number in `ids`.
pub(crate) fn search(
    q: &mut QueryBuilder<Postgres>,
    f: &ListFilter,
    texts: &[&'static str],
    ids: &[&'static str],
) {
    let Some(text) = &f.text else { return };
    q.push(" AND (false");
    for column in texts {
        q.push(format_args!(" OR {column} ILIKE ")).push_bind(text.clone());
    }
    if let Some(id) = f.id {
        for column in ids {
            q.push(format_args!(" OR {column} = ")).push_bind(id);
        }
    }
    q.push(")");
}

/// Sorts; equal ones by name, then by number, so that pages never overlap.
pub(super) fn order(q: &mut QueryBuilder<Postgres>, w: &Wanted, own: &Columns) {
    let direction = if w.descending { "DESC" } else { "ASC" };
    let (by, name, id) = (w.sort.sql(own), own.name, own.id);
    q.push(format_args!(" ORDER BY {by} {direction} NULLS LAST, {name}, {id}"));
}

/// Cuts out the page.
pub(super) fn page(q: &mut QueryBuilder<Postgres>, w: &Wanted) {
    q.push(" LIMIT ").push_bind(w.list.limit()).push(" OFFSET ").push_bind(w.list.offset());
}

/// Groups, rows on all pages, and the most clicks of any.
pub(super) fn groups(rows: Vec<GroupRow>) -> Result<(Vec<Group>, i64, i64), StoreError> {
    let total = rows.iter().map(|r| r.count).sum();
    let top = rows.iter().map(|r| r.top_clicks).max().unwrap_or(0);
    let groups = rows
        .into_iter()
        .map(|r| Ok(Group { currency: currency(&r.currency)?, count: r.count, sums: r.sums.into() }))
        .collect::<Result<_, StoreError>>()?;
    Ok((groups, total, top))
}

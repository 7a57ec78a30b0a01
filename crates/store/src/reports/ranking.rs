//! Who has most of a figure in a period.

use super::{
    listing::SumsRow,
    stats::{Sums, moment},
};
use crate::{db::Tx, error::StoreError};
use domain::money::Currency;
use sqlx::{FromRow, Postgres, QueryBuilder};

/// What is ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Campaigns,
    Affiliates,
}

/// By which figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Clicks,
    Conversions,
    Revenue,
    Payout,
    Margin,
    RevenuePerClick,
}

impl By {
    /// Over the columns of the sums.
    fn sql(self) -> &'static str {
        match self {
            Self::Clicks => "s.clicks",
            Self::Conversions => "s.conversions",
            Self::Revenue => "s.revenue",
            Self::Payout => "s.payout",
            Self::Margin => "(s.revenue - s.payout)::numeric / nullif(s.revenue, 0)",
            Self::RevenuePerClick => "s.revenue::numeric / nullif(s.clicks, 0)",
        }
    }
}

#[derive(FromRow)]
struct Row {
    id: i64,
    name: String,
    #[sqlx(flatten)]
    sums: SumsRow,
}

/// Number, name and figures of those with most, in order, over the hours that begin in `from_ms..to_ms`; of one
/// currency, where the figure is money. Who has nothing of it is left out.
///
/// # Errors
/// [`StoreError`].
pub async fn top(
    tx: &mut Tx,
    of: Of,
    by: By,
    from_ms: i64,
    to_ms: i64,
    only: Option<Currency>,
    limit: i64,
) -> Result<Vec<(i64, String, Sums)>, StoreError> {
    let (table, key) = match of {
        Of::Campaigns => ("campaigns", "campaign_id"),
        Of::Affiliates => ("affiliates", "affiliate_id"),
    };
    let by = by.sql();
    let mut q = QueryBuilder::<Postgres>::new(format!(
        "SELECT o.id, o.name, s.* FROM (
            SELECT {key} AS key, sum(impressions)::bigint AS impressions, sum(clicks)::bigint AS clicks,
                   sum(invalid_clicks)::bigint AS invalid_clicks, sum(conversions)::bigint AS conversions,
                   sum(revenue_minor)::bigint AS revenue, sum(payout_minor)::bigint AS payout
            FROM stats_hourly WHERE hour >= "
    ));
    q.push_bind(moment(from_ms)?).push(" AND hour < ").push_bind(moment(to_ms)?);
    if let Some(only) = only {
        q.push(" AND currency = ").push_bind(only.code());
    }
    q.push(format_args!(
        " GROUP BY {key}) s JOIN {table} o ON o.id = s.key WHERE {by} <> 0 ORDER BY {by} DESC, o.name, o.id LIMIT "
    ));
    q.push_bind(limit);
    let rows = q.build_query_as::<Row>().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name, r.sums.into())).collect())
}

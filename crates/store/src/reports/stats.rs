//! Sums of the hourly figures.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::{
    ids::{AdvertiserId, AffiliateId, CampaignId, LinkId},
    money::Currency,
};
use std::ops::AddAssign;

/// Whose figures; what is `None` does not narrow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scope {
    pub campaign: Option<CampaignId>,
    pub affiliate: Option<AffiliateId>,
    pub advertiser: Option<AdvertiserId>,
    pub link: Option<LinkId>,
}

/// Figures of one currency. Clicks are valid ones; conversions are pending and approved ones, revenue and payout
/// theirs, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub impressions: i64,
    pub clicks: i64,
    pub invalid_clicks: i64,
    pub conversions: i64,
    pub revenue: i64,
    pub payout: i64,
}

impl AddAssign for Sums {
    fn add_assign(&mut self, more: Self) {
        self.impressions += more.impressions;
        self.clicks += more.clicks;
        self.invalid_clicks += more.invalid_clicks;
        self.conversions += more.conversions;
        self.revenue = self.revenue.saturating_add(more.revenue);
        self.payout = self.payout.saturating_add(more.payout);
    }
}

/// Figures of one UTC hour in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// Its start, milliseconds since 1970.
    pub start_ms: i64,
    pub currency: Currency,
    pub sums: Sums,
}

/// A moment as the database takes it.
pub(crate) fn moment(ms: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(ms).ok_or_else(|| StoreError::corrupt("report period", ms))
}

/// Reads a stored currency.
pub(crate) fn currency(code: &str) -> Result<Currency, StoreError> {
    code.parse().map_err(|e| StoreError::corrupt("currency", e))
}

/// The hours that begin in `from_ms..to_ms`, in order; hours without figures are left out.
///
/// # Errors
/// [`StoreError`].
pub async fn hours(tx: &mut Tx, scope: Scope, from_ms: i64, to_ms: i64) -> Result<Vec<Hour>, StoreError> {
    sqlx::query!(
        r#"SELECT hour, currency, sum(impressions)::bigint AS "impressions!", sum(clicks)::bigint AS "clicks!",
                  sum(invalid_clicks)::bigint AS "invalid_clicks!", sum(conversions)::bigint AS "conversions!",
                  sum(revenue_minor)::bigint AS "revenue!", sum(payout_minor)::bigint AS "payout!"
           FROM stats_hourly
           WHERE hour >= $1 AND hour < $2
             AND ($3::bigint IS NULL OR campaign_id = $3) AND ($4::bigint IS NULL OR affiliate_id = $4)
             AND ($5::bigint IS NULL OR advertiser_id = $5) AND ($6::bigint IS NULL OR link_id = $6)
           GROUP BY hour, currency ORDER BY hour, currency"#,
        moment(from_ms)?,
        moment(to_ms)?,
        scope.campaign.map(|id| id.0),
        scope.affiliate.map(|id| id.0),
        scope.advertiser.map(|id| id.0),
        scope.link.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|r| {
        Ok(Hour {
            start_ms: r.hour.timestamp_millis(),
            currency: currency(&r.currency)?,
            sums: Sums {
                impressions: r.impressions,
                clicks: r.clicks,
                invalid_clicks: r.invalid_clicks,
                conversions: r.conversions,
                revenue: r.revenue,
                payout: r.payout,
            },
        })
    })
    .collect()
}

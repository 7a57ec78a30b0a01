//! Who has most of a figure.

use super::parts::Metric;
use crate::EngineError;
use domain::{
    ids::{AffiliateId, CampaignId},
    money::Currency,
    period::PeriodRange,
    view::{BarRow, BarsData},
};
use store::{
    Tx,
    reports::{
        ranking::{self, Of},
        stats::Sums,
    },
};

/// Bars of a ranking.
const BARS: i64 = 6;

/// Campaigns and affiliates by a figure. Money is ranked within one currency.
pub(super) async fn both(
    tx: &mut Tx,
    metric: &Metric,
    range: &PeriodRange,
    currency: Currency,
) -> Result<Vec<BarsData>, EngineError> {
    let mut out = Vec::with_capacity(2);
    for (of, title) in [(Of::Campaigns, "Top campaigns"), (Of::Affiliates, "Top affiliates")] {
        let only = (!metric.counts).then_some(currency);
        let found = ranking::top(tx, of, by(metric), range.start_ms, range.end_ms, only, BARS).await?;
        let value = |s: &Sums| (metric.of)(s, currency).point();
        let rows = found.into_iter().filter_map(|(id, name, sums)| {
            let href = match of {
                Of::Campaigns => format!("/admin/campaigns/{}", CampaignId(id)),
                Of::Affiliates => format!("/admin/affiliates/{}", AffiliateId(id)),
            };
            Some(BarRow { label: name, href, value: value(&sums)? })
        });
        out.push(BarsData {
            title: title.to_owned(),
            subtitle: format!("{}, {}", metric.label, range.label),
            unit: (metric.of)(&Sums::default(), currency).scale(),
            rows: rows.collect(),
        });
    }
    Ok(out)
}

/// The order that goes with a figure.
fn by(metric: &Metric) -> ranking::By {
    match metric.key {
        "conversions" => ranking::By::Conversions,
        "revenue" => ranking::By::Revenue,
        "payout" => ranking::By::Payout,
        "margin" => ranking::By::Margin,
        "rpc" => ranking::By::RevenuePerClick,
        _ => ranking::By::Clicks,
    }
}

//! An affiliate's conversions, with the reason where one did not count.

use super::PER_PAGE;
use crate::{
    EngineError,
    reports::{
        Ask, choices,
        conversions::{filter, money, numbered, order, reason},
        parts,
    },
};
use domain::{
    ids::{CampaignId, ConversionId},
    view::{ListQuery, OwnConversion, OwnConversionList, Rows},
};
use store::reports::conversions as rows;

/// The list with count and payout of the filtered set.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but affiliates; [`EngineError::Unavailable`].
pub async fn conversions(ask: &Ask<'_>, q: &ListQuery) -> Result<OwnConversionList, EngineError> {
    parts::affiliate_only(ask)?;
    let (range, period) = parts::period(q, ask, "7d");
    let filter = filter(q, range.start_ms, range.end_ms);
    let (by, descending) = match order(q) {
        // Sorting by what the advertiser pays would tell it.
        (rows::Order::Revenue, descending) => (rows::Order::Payout, descending),
        other => other,
    };
    let page = q.page_number();
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::page(&mut tx, &filter, by, descending, PER_PAGE, (page - 1) * PER_PAGE).await?;
    let sums = rows::sums(&mut tx, &filter).await?;
    let none_ever = found.is_empty() && !rows::any(&mut tx).await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    Ok(OwnConversionList {
        as_of,
        period,
        list: Rows {
            rows: found.iter().map(|r| own_row(r, ask.tz)).collect(),
            total: sums.iter().map(|s| s.count).sum(),
            page,
            per_page: PER_PAGE,
            none_ever,
        },
        totals: sums
            .iter()
            .map(|s| (s.currency.clone(), s.count, money(Some(&s.currency), s.payout_minor)))
            .collect(),
        campaigns: choices::campaigns_in(&mut tx).await?,
    })
}

pub(super) fn own_row(r: &rows::Row, tz: &str) -> OwnConversion {
    OwnConversion {
        id: ConversionId(r.id).to_string(),
        received: parts::time(r.received_at.timestamp_millis(), tz),
        status: r.status.clone(),
        reason: reason(r.reason.as_deref()),
        campaign_id: r.campaign_id.map(|id| CampaignId(id).to_string()).unwrap_or_default(),
        campaign: r.campaign.clone().unwrap_or_default(),
        goal: r.goal.clone(),
        txid: r.txid.clone(),
        click_id: r.click_id.clone(),
        payout: money(r.currency.as_deref(), r.payout_minor),
        source: r.source.clone(),
        subs: numbered("sub", &r.subs),
    }
}

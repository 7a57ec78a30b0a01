//! An affiliate's conversions, with the reason where one did not count.

use crate::reports::{
    conversions::{explained, money, numbered},
    parts,
};
use domain::{
    ids::{CampaignId, ConversionId},
    view::OwnConversion,
};
use store::reports::conversions as rows;

pub(super) fn own_row(r: &rows::Row, tz: &str) -> OwnConversion {
    OwnConversion {
        id: ConversionId(r.id).to_string(),
        received: parts::time(r.received_at.timestamp_millis(), tz),
        status: r.status.clone(),
        reason: explained(r.reason.as_deref(), &r.note),
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

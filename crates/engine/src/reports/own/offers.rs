//! Campaigns to run, and one's own links to them.

use super::{Line, currency};
use crate::{
    EngineError,
    reports::{Ask, parts},
};
use chrono::DateTime;
use domain::{
    access::Realm,
    ids::{CampaignId, LinkId},
    money::Money,
    status::CampaignStatus,
    view::{ListQuery, OfferDetail, OfferGoal, OfferRow, OwnLink},
};
use store::{
    config::access,
    reports::own::{self as rows, OfferFilter, Order},
};

/// One campaign with what it pays.
///
/// # Errors
/// [`EngineError::NotFound`] also for campaigns the affiliate must not know of; [`EngineError::Forbidden`] for
/// everybody but affiliates; [`EngineError::Unavailable`].
pub async fn offer(ask: &Ask<'_>, id: CampaignId, q: &ListQuery) -> Result<OfferDetail, EngineError> {
    let ask = &ask.read_in(q);
    parts::affiliate_only(ask)?;
    let (range, _) = parts::period(q, ask, "7d");
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let filter = OfferFilter { id: Some(id), ..span(range.start_ms, range.end_ms) };
    let found = rows::offers(&mut tx, &filter, Order::Name, false, (1, 0))
        .await?
        .into_iter()
        .next()
        .ok_or(EngineError::NotFound)?;
    let goals = rows::goals(&mut tx, id).await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    let access = match ask.realm {
        Realm::Affiliate(own) => access::get(&mut tx, id, own).await?,
        _ => None,
    };
    let (asked, answer) = access.map(|a| (a.note, a.answer)).unwrap_or_default();
    let row = offer_row(&found);
    let active = found.status == CampaignStatus::Active.word();
    Ok(OfferDetail {
        as_of,
        link_status: if row.link_code.is_some() { found.state.clone() } else { String::new() },
        asked,
        answer,
        may_link: active && row.link_code.is_none() && matches!(row.access.as_str(), "open" | "approved"),
        may_apply: active && row.access == "apply",
        description: found.description.clone(),
        window_days: found.window_secs / 86_400,
        deep_link_hosts: found.deep_link_hosts.clone(),
        goals: goals
            .into_iter()
            .map(|g| OfferGoal {
                payout: rate(&g.payout_kind, g.payout_value, &found.currency),
                code: g.code,
                name: g.name,
            })
            .collect(),
        row,
    })
}

pub(in crate::reports) fn span(start_ms: i64, end_ms: i64) -> OfferFilter {
    let at = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    OfferFilter { from: at(start_ms), to: at(end_ms), ..OfferFilter::default() }
}

fn offer_row(r: &rows::OfferRow) -> OfferRow {
    let line = Line::new(&r.currency, r.clicks, r.conversions, r.payout_minor);
    OfferRow {
        id: CampaignId(r.id).to_string(),
        name: r.name.clone(),
        status: r.status.clone(),
        visibility: r.visibility.clone(),
        access: r.access.clone(),
        payout: payout_text(r),
        currency: r.currency.clone(),
        link_code: r.link_code.clone(),
        clicks: line.clicks,
        conversions: line.conversions,
        earned: line.earned,
        epc: line.epc,
    }
}

pub(super) fn link_row(r: &rows::OfferRow) -> Option<OwnLink> {
    let line = Line::new(&r.currency, r.clicks, r.conversions, r.payout_minor);
    Some(OwnLink {
        id: LinkId(r.link_id?).to_string(),
        code: r.link_code.clone()?,
        campaign_id: CampaignId(r.id).to_string(),
        campaign: r.name.clone(),
        status: r.state.clone(),
        clicks: line.clicks,
        conversions: line.conversions,
        cr: line.cr,
        earned: line.earned,
        epc: line.epc,
        clicks_raw: r.clicks,
    })
}

/// Payout of the default goal, such as `$11.00 per completed form`.
pub(in crate::reports) fn payout_text(r: &rows::OfferRow) -> String {
    match (&r.payout_kind, r.payout_value, &r.goal_name) {
        (Some(kind), Some(value), Some(goal)) => {
            format!("{} per {}", rate(kind, value, &r.currency), goal.to_lowercase())
        }
        _ => String::new(),
    }
}

/// `$11.00`, or `7 % of the amount`.
fn rate(kind: &str, value: i64, code: &str) -> String {
    if kind == "fixed" {
        return Money::new(value, currency(code)).to_string();
    }
    let percent = format!("{}.{:04}", value / 10_000, value % 10_000);
    format!("{} % of the amount", percent.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn rates_read_well() {
        assert_eq!(rate("fixed", 1100, "USD"), "$11.00");
        assert_eq!(rate("share", 70_000, "USD"), "7 % of the amount");
        assert_eq!(rate("share", 65_000, "USD"), "6.5 % of the amount");
    }
}

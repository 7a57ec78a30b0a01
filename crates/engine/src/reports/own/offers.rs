//! Campaigns to run, and one's own links to them.

use super::{Line, PER_PAGE, currency, page_of};
use crate::{
    EngineError,
    reports::{Ask, parts},
};
use chrono::DateTime;
use domain::{
    ids::{CampaignId, LinkId},
    money::Money,
    status::{CampaignStatus, Visibility},
    view::{ListQuery, OfferDetail, OfferGoal, OfferList, OfferRow, OwnLink, OwnLinkList, Rows},
};
use store::reports::own::{self as rows, OfferFilter, Order};

/// States of an affiliate's permission, and of its links: those of the campaign included.
const ACCESS: &[&str] = &["open", "apply", "applied", "approved", "refused"];
const LINK_STATES: &[&str] = &["active", "paused", "archived"];

/// Campaigns that may be run or asked for.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but affiliates; [`EngineError::Unavailable`].
pub async fn offers(ask: &Ask<'_>, q: &ListQuery) -> Result<OfferList, EngineError> {
    parts::affiliate_only(ask)?;
    let (range, period) = parts::period(q, ask, "7d");
    let (order, descending) = order(q, ("name", false));
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let filter = OfferFilter { q: q.q.clone(), ..span(range.start_ms, range.end_ms) };
    let found = rows::offers(&mut tx, &filter, order, descending).await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    let states = known(&q.status, ACCESS);
    let wanted: Vec<_> = found.iter().map(offer_row).filter(|o| among(&states, &o.access)).collect();
    let page = q.page_number();
    let list = Rows {
        total: wanted.len() as i64,
        none_ever: found.is_empty() && !q.is_filtered(),
        rows: page_of(wanted, page),
        page,
        per_page: PER_PAGE,
    };
    Ok(OfferList { as_of, period, list })
}

/// One campaign with what it pays.
///
/// # Errors
/// [`EngineError::NotFound`] also for campaigns the affiliate must not know of; else as [`offers`].
pub async fn offer(ask: &Ask<'_>, id: CampaignId, q: &ListQuery) -> Result<OfferDetail, EngineError> {
    parts::affiliate_only(ask)?;
    let (range, _) = parts::period(q, ask, "7d");
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let filter = OfferFilter { id: Some(id), ..span(range.start_ms, range.end_ms) };
    let found = rows::offers(&mut tx, &filter, Order::Name, false)
        .await?
        .into_iter()
        .next()
        .ok_or(EngineError::NotFound)?;
    let goals = rows::goals(&mut tx, id).await?;
    let row = offer_row(&found);
    let active = found.status == CampaignStatus::Active.word();
    Ok(OfferDetail {
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

/// One's own links.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but affiliates; [`EngineError::Unavailable`].
pub async fn links(ask: &Ask<'_>, q: &ListQuery) -> Result<OwnLinkList, EngineError> {
    parts::affiliate_only(ask)?;
    let (range, period) = parts::period(q, ask, "7d");
    let (order, descending) = order(q, ("clicks", true));
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let filter = OfferFilter { q: q.q.clone(), linked: true, ..span(range.start_ms, range.end_ms) };
    let found = rows::offers(&mut tx, &filter, order, descending).await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    let states = known(&q.status, LINK_STATES);
    let all: Vec<_> = found.iter().filter_map(link_row).filter(|l| among(&states, &l.status)).collect();
    let page = q.page_number();
    let list = Rows {
        total: all.len() as i64,
        none_ever: found.is_empty() && !q.is_filtered(),
        rows: page_of(all, page),
        page,
        per_page: PER_PAGE,
    };
    Ok(OwnLinkList { as_of, period, list })
}

pub(super) fn span(start_ms: i64, end_ms: i64) -> OfferFilter {
    let at = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    OfferFilter { from: at(start_ms), to: at(end_ms), ..OfferFilter::default() }
}

/// The words of a filter that are known; unknown ones are left out.
fn known<'a>(text: &'a str, words: &[&str]) -> Vec<&'a str> {
    text.split(',').map(str::trim).filter(|w| words.contains(w)).collect()
}

/// Whether a filter lets `state` through; an empty one lets everything.
fn among(wanted: &[&str], state: &str) -> bool {
    wanted.is_empty() || wanted.contains(&state)
}

fn order(q: &ListQuery, default: (&'static str, bool)) -> (Order, bool) {
    let (name, descending) = q.sorting(&["name", "clicks", "conversions", "earned"], default);
    let order = match name {
        "clicks" => Order::Clicks,
        "conversions" => Order::Conversions,
        "earned" => Order::Earned,
        _ => Order::Name,
    };
    (order, descending)
}

fn offer_row(r: &rows::OfferRow) -> OfferRow {
    let line = Line::new(&r.currency, r.clicks, r.conversions, r.payout_minor);
    let access = match r.access.as_deref() {
        Some(known) => known,
        None if r.visibility == Visibility::Public.word() || r.link_id.is_some() => "open",
        None => "apply",
    };
    let payout = match (&r.payout_kind, r.payout_value, &r.goal_name) {
        (Some(kind), Some(value), Some(goal)) => {
            format!("{} per {}", rate(kind, value, &r.currency), goal.to_lowercase())
        }
        _ => "–".to_owned(),
    };
    OfferRow {
        id: CampaignId(r.id).to_string(),
        name: r.name.clone(),
        status: r.status.clone(),
        visibility: r.visibility.clone(),
        access: access.to_owned(),
        payout,
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
        // A link is only as active as its campaign.
        status: if r.status == CampaignStatus::Active.word() {
            r.link_status.clone()?
        } else {
            r.status.clone()
        },
        clicks: line.clicks,
        conversions: line.conversions,
        cr: line.cr,
        earned: line.earned,
        epc: line.epc,
        clicks_raw: r.clicks,
    })
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

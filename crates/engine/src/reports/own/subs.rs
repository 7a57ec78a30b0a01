//! Clicks and earnings by what the affiliate passed as a sub-id.

use super::{Line, PER_PAGE};
use crate::{
    EngineError,
    reports::{Ask, choices, parts},
};
use chrono::NaiveDate;
use domain::{
    ids::CampaignId,
    view::{ListQuery, Rows, SubReport, SubRow},
};
use store::reports::own::{self as rows, Order, SubFilter};

/// One of `sub1` to `sub10` by value and campaign. Days are days of UTC, as they are counted.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but affiliates; [`EngineError::Unavailable`].
pub async fn subs(ask: &Ask<'_>, q: &ListQuery) -> Result<SubReport, EngineError> {
    parts::affiliate_only(ask)?;
    let in_utc = Ask { tz: "UTC", ..*ask };
    let (range, period) = parts::period(q, &in_utc, "7d");
    let sub_no: u8 = q.sub.parse().ok().filter(|n| (1..=10).contains(n)).unwrap_or(1);
    let day = |text: &str| text.parse::<NaiveDate>().unwrap_or_else(|_| ask.now.date_naive());
    let filter = SubFilter {
        from: day(&range.from),
        to: day(&range.to),
        sub_no: i16::from(sub_no),
        campaign: q.campaign.parse().ok(),
        q: q.q.clone(),
    };
    let (name, descending) = q.sorting(&["value", "clicks", "conversions", "earned"], ("clicks", true));
    let order = match name {
        "value" => Order::Name,
        "conversions" => Order::Conversions,
        "earned" => Order::Earned,
        _ => Order::Clicks,
    };
    let page = q.page_number();
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::subs(&mut tx, &filter, order, descending, PER_PAGE, (page - 1) * PER_PAGE).await?;
    let total = rows::subs_total(&mut tx, &filter).await?;
    let none_ever = found.is_empty() && !rows::any_sub(&mut tx).await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    Ok(SubReport {
        as_of,
        period,
        sub_no,
        list: Rows { rows: found.into_iter().map(row).collect(), total, page, per_page: PER_PAGE, none_ever },
        campaigns: choices::campaigns_in(&mut tx).await?,
    })
}

fn row(r: rows::SubRow) -> SubRow {
    let line = Line::new(&r.currency, r.clicks, r.conversions, r.payout_minor);
    SubRow {
        value: r.value,
        campaign_id: CampaignId(r.campaign_id).to_string(),
        campaign: r.campaign.unwrap_or_default(),
        clicks: line.clicks,
        conversions: line.conversions,
        cr: line.cr,
        earned: line.earned,
        epc: line.epc,
    }
}

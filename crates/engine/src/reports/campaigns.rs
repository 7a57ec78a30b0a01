//! Campaigns with their figures.

use super::{
    Ask, links,
    parts::{self, Metric},
};
use crate::EngineError;
use domain::{
    ids::CampaignId,
    money::{Currency, Money},
    snapshot::Rate,
    view::{AccessView, CampaignDetail, CampaignRow, GoalView, ListQuery},
};
use store::{
    config as objects,
    reports::{
        accounts,
        config::CampaignLine,
        listing::{Listing, Wanted},
        stats::Scope,
    },
};

const DAY_SECS: i64 = 86_400;

/// Lines as rows.
pub(super) fn rows(found: Listing<CampaignLine>) -> Vec<CampaignRow> {
    let top = found.top_clicks;
    found.rows.into_iter().map(|c| row(c, top)).collect()
}

fn row(c: CampaignLine, top: i64) -> CampaignRow {
    CampaignRow {
        id: c.id.to_string(),
        name: c.name,
        advertiser_id: c.advertiser_id.to_string(),
        advertiser: c.advertiser,
        status: c.status,
        visibility: c.visibility,
        currency: c.currency.code().to_owned(),
        links: c.links,
        figures: parts::figures(&c.sums, c.currency),
        share: parts::share(c.sums.clicks, top),
    }
}

/// One campaign with its goals, permissions, figures and most clicked links.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Forbidden`] for everybody but the network's people;
/// [`EngineError::Unavailable`].
pub async fn detail(ask: &Ask<'_>, id: CampaignId, query: &ListQuery) -> Result<CampaignDetail, EngineError> {
    let ask = &ask.read_in(query);
    parts::network_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let c = objects::campaigns::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let advertiser = objects::advertisers::get(&mut tx, c.advertiser).await?;
    let goals = objects::goals::list(&mut tx, id).await?;
    let access = accounts::access_of(&mut tx, id).await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    let (range, period) = parts::period(query, ask, "7d");
    let scope = Scope { campaign: Some(id), ..Scope::default() };
    let series = parts::series(&mut tx, scope, &range, &as_of, ask, c.currency).await?;
    let wanted = Wanted { campaign: Some(id), ..parts::wanted(&ListQuery::default(), &range) };
    let links = links::first(&mut tx, ask, &wanted).await?;
    Ok(CampaignDetail {
        as_of,
        period,
        id: c.id.to_string(),
        name: c.name,
        description: c.description,
        advertiser_id: c.advertiser.to_string(),
        advertiser: advertiser.map(|a| a.name).unwrap_or_default(),
        status: c.status.word().to_owned(),
        visibility: c.visibility.word().to_owned(),
        currency: c.currency.code().to_owned(),
        destination_url: c.destination_url,
        deep_link_hosts: c.deep_link_hosts,
        pass_through: c.pass_through,
        window_days: (c.window_secs + DAY_SECS - 1) / DAY_SECS,
        has_token: c.postback_token.is_some(),
        created: parts::time(c.created_at.timestamp_millis(), ask.tz),
        goals: goals
            .into_iter()
            .map(|g| GoalView {
                id: g.id.to_string(),
                code: g.code,
                name: g.name,
                is_default: g.is_default,
                revenue: g.revenue.map(|revenue| rate(revenue, c.currency)).unwrap_or_default(),
                payout: rate(g.payout, c.currency),
            })
            .collect(),
        access: access
            .into_iter()
            .map(|a| AccessView {
                affiliate_id: a.affiliate_id.to_string(),
                affiliate: a.affiliate,
                status: a.status,
                note: a.note,
                answer: a.answer,
                at: parts::time(a.at.timestamp_millis(), ask.tz),
            })
            .collect(),
        kpis: parts::kpis(parts::NETWORK, &series, c.currency),
        chart: parts::chart(Metric::named(parts::NETWORK, &query.metric), &series, c.currency),
        links,
    })
}

/// `$16.00`, or `10 % of the amount`.
pub(super) fn rate(rate: Rate, currency: Currency) -> String {
    match rate {
        Rate::Fixed(minor) => Money::new(minor, currency).to_string(),
        Rate::Share(micros) => {
            let text = format!("{}.{:04}", micros / 10_000, micros % 10_000);
            format!("{} % of the amount", text.trim_end_matches('0').trim_end_matches('.'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_read_well() {
        assert_eq!(rate(Rate::Fixed(1600), Currency::USD), "$16.00");
        assert_eq!(rate(Rate::Share(100_000), Currency::USD), "10 % of the amount");
        assert_eq!(rate(Rate::Share(125_000), Currency::USD), "12.5 % of the amount");
        assert_eq!(rate(Rate::Share(0), Currency::USD), "0 % of the amount");
    }
}

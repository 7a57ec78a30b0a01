//! Campaigns an affiliate may run, and its own links to them.

use super::{Field, Found, Head, Source, Total, currency, label};
use crate::{
    EngineError,
    reports::{
        Ask,
        own::{payout_text, span},
        parts::{self, Value},
    },
};
use domain::{
    ids::{CampaignId, LinkId},
    lists::{ACCESS, OWN_CAMPAIGNS, OWN_LINKS},
    status::{CampaignStatus, LinkStatus},
    view::ListQuery,
};
use store::{
    Tx,
    reports::{
        own::{self as rows, OfferFilter, OfferRow, Order, OwnSum},
        stats::Sums,
    },
};

/// States of an affiliate's links: those of the campaign included.
const LINK_STATES: &[&str] = &["active", "paused", "archived"];

pub(super) type OwnCampaigns = Offers<false>;
pub(super) type OwnLinks = Offers<true>;

/// The same rows: of all campaigns, or of those that one has a link to.
pub(super) struct Offers<const LINKED: bool> {
    filter: OfferFilter,
    order: (Order, bool),
    offset: i64,
    top_clicks: i64,
}

impl<const LINKED: bool> Source for Offers<LINKED> {
    type Line = OfferRow;

    async fn open(_: &mut Tx, ask: &Ask<'_>, query: &ListQuery) -> Result<Self, EngineError> {
        let (range, _) = parts::period(query, ask, "7d");
        let known =
            |all: &[&str]| query.words("status").filter(|w| all.contains(w)).map(str::to_owned).collect();
        let words: Vec<_> = ACCESS.iter().map(|a| a.0).collect();
        let (access, states) =
            if LINKED { (Vec::new(), known(LINK_STATES)) } else { (known(&words), Vec::new()) };
        let default = if LINKED { ("clicks", true) } else { ("name", false) };
        let (name, descending) = query.sorting(&["name", "clicks", "conversions", "earned"], default);
        let order = match name {
            "clicks" => Order::Clicks,
            "conversions" => Order::Conversions,
            "earned" => Order::Earned,
            _ => Order::Name,
        };
        Ok(Self {
            filter: OfferFilter {
                q: query.q.clone(),
                linked: LINKED,
                access,
                states,
                ..span(range.start_ms, range.end_ms)
            },
            order: (order, descending),
            offset: (query.page_number() - 1) * parts::PER_PAGE,
            top_clicks: 0,
        })
    }

    async fn read(&mut self, tx: &mut Tx) -> Result<Found<OfferRow>, EngineError> {
        let (by, descending) = self.order;
        let page = (parts::PER_PAGE, self.offset);
        let lines = rows::offers(tx, &self.filter, by, descending, page).await?;
        let sums = rows::offer_sums(tx, &self.filter).await?;
        self.top_clicks = lines.iter().map(|l| l.clicks).max().unwrap_or(0);
        let nouns = if LINKED { OWN_LINKS.nouns } else { OWN_CAMPAIGNS.nouns };
        Ok(Found {
            total: sums.iter().map(|s| s.count).sum(),
            none_ever: sums.is_empty() && !rows::any_offer(tx, LINKED).await?,
            lines,
            totals: totals(sums, nouns),
        })
    }

    async fn declare(&self, tx: &mut Tx) -> Result<(), EngineError> {
        Ok(rows::export_offers(tx, &self.filter, self.order.0, self.order.1).await?)
    }

    async fn next(&self, tx: &mut Tx) -> Result<Vec<OfferRow>, EngineError> {
        Ok(rows::next_offers(tx).await?)
    }

    fn head(&self, o: &OfferRow) -> Head {
        // What the row's button offers.
        let can = match (o.link_id.is_some(), o.access.as_str()) {
            (true, _) => "open",
            (false, "open" | "approved") => "take",
            (false, "apply") => "apply",
            _ => "view",
        };
        Head {
            id: CampaignId(o.id).to_string(),
            name: o.name.clone(),
            status: o.access.clone(),
            can: if LINKED { Vec::new() } else { vec![can] },
        }
    }

    fn currency(&self, o: &OfferRow) -> String {
        o.currency.clone()
    }

    fn field(&self, o: &OfferRow, key: &str) -> Field {
        let id = CampaignId(o.id).to_string();
        let link = o.link_id.map(|id| LinkId(id).to_string()).unwrap_or_default();
        match key {
            "name" if LINKED => Field::Name {
                text: o.name.clone(),
                to: id.clone(),
                id: link.clone(),
                raw: vec![o.name.clone(), id, link],
            },
            "name" => {
                let raw = vec![o.name.clone(), id.clone()];
                Field::Name { text: o.name.clone(), to: id.clone(), id, raw }
            }
            "access" => {
                let label = ACCESS.iter().find(|a| a.0 == o.access).map_or(o.access.as_str(), |a| a.1);
                Field::Status(o.access.clone(), label.to_owned(), String::new())
            }
            "address" => Field::Address(o.link_code.clone().unwrap_or_default()),
            "status" => {
                let label = o.state.parse::<LinkStatus>().map(LinkStatus::label);
                let label = label.or_else(|_| o.state.parse::<CampaignStatus>().map(CampaignStatus::label));
                Field::Status(o.state.clone(), label.unwrap_or(&o.state).to_owned(), String::new())
            }
            "pays" => Field::Text(payout_text(o)),
            "clicks" if LINKED => {
                Field::Share(Value::Count(o.clicks), parts::share(o.clicks, self.top_clicks))
            }
            _ => figure(key, &o.currency, o.clicks, o.conversions, o.payout_minor),
        }
    }
}

/// A figure that an affiliate sees.
pub(super) fn figure(key: &str, code: &str, clicks: i64, conversions: i64, payout: i64) -> Field {
    if !["clicks", "conversions", "cr", "earned", "epc", "currency"].contains(&key) {
        return Field::Empty;
    }
    Field::figure(key, &Sums { clicks, conversions, payout, ..Sums::default() }, currency(code))
}

/// A line a currency.
pub(super) fn totals(sums: Vec<OwnSum>, nouns: (&str, &str)) -> Vec<Total> {
    let several = sums.len() > 1;
    let line = |s: OwnSum| Total {
        label: label(s.count, nouns, &s.currency, several),
        of: Box::new(move |key| figure(key, &s.currency, s.clicks, s.conversions, s.payout_minor)),
    };
    sums.into_iter().map(line).collect()
}

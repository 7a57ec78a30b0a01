//! Clicks and earnings by what an affiliate passed as a sub-id. Days are days of UTC, as they are counted.

use super::{
    Field, Found, Head, Source,
    field::object,
    own::{figure, totals},
};
use crate::{
    EngineError,
    reports::{Ask, parts},
};
use chrono::NaiveDate;
use domain::{ids::CampaignId, lists::OWN_SUBS, view::ListQuery};
use store::{
    Tx,
    reports::own::{self as rows, Order, SubFilter, SubRow},
};

pub(super) struct Subs {
    filter: SubFilter,
    order: (Order, bool),
    offset: i64,
}

impl Source for Subs {
    type Line = SubRow;

    async fn open(_: &mut Tx, ask: &Ask<'_>, query: &ListQuery) -> Result<Self, EngineError> {
        let (range, _) = parts::period(query, ask, "7d");
        let sub_no: i16 = query.sub.parse().ok().filter(|n| (1..=10).contains(n)).unwrap_or(1);
        let day = |text: &str| text.parse::<NaiveDate>().unwrap_or_else(|_| ask.now.date_naive());
        let (name, descending) =
            query.sorting(&["value", "clicks", "conversions", "earned"], ("clicks", true));
        let order = match name {
            "value" => Order::Name,
            "conversions" => Order::Conversions,
            "earned" => Order::Earned,
            _ => Order::Clicks,
        };
        Ok(Self {
            filter: SubFilter {
                from: day(&range.from),
                to: day(&range.to),
                sub_no,
                campaign: parts::id(&query.campaign),
                q: query.q.clone(),
            },
            order: (order, descending),
            offset: (query.page_number() - 1) * parts::PER_PAGE,
        })
    }

    async fn read(&mut self, tx: &mut Tx) -> Result<Found<SubRow>, EngineError> {
        let (by, descending) = self.order;
        let lines = rows::subs(tx, &self.filter, by, descending, parts::PER_PAGE, self.offset).await?;
        let sums = rows::sub_sums(tx, &self.filter).await?;
        Ok(Found {
            total: sums.iter().map(|s| s.count).sum(),
            none_ever: sums.is_empty() && !rows::any_sub(tx).await?,
            lines,
            totals: totals(sums, OWN_SUBS.nouns),
        })
    }

    async fn declare(&self, tx: &mut Tx) -> Result<(), EngineError> {
        Ok(rows::export_subs(tx, &self.filter, self.order.0, self.order.1).await?)
    }

    async fn next(&self, tx: &mut Tx) -> Result<Vec<SubRow>, EngineError> {
        Ok(rows::next_subs(tx).await?)
    }

    fn head(&self, r: &SubRow) -> Head {
        Head { name: r.value.clone(), ..Head::default() }
    }

    fn currency(&self, r: &SubRow) -> String {
        r.currency.clone()
    }

    fn field(&self, r: &SubRow, key: &str) -> Field {
        match key {
            "value" => Field::Name {
                text: r.value.clone(),
                to: String::new(),
                id: String::new(),
                raw: vec![r.value.clone()],
            },
            "campaign" => {
                Field::Object(object(Some(CampaignId(r.campaign_id).to_string()), r.campaign.clone()))
            }
            _ => figure(key, &r.currency, r.clicks, r.conversions, r.payout_minor),
        }
    }

    fn in_utc() -> bool {
        true
    }
}

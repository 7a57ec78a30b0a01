//! Conversions, as the network sees them.

use super::{Field, Found, Head, Source, Total, currency, field::object, label, word_label};
use crate::{
    EngineError,
    reports::{
        Ask,
        conversions::{explained, filter, numbered, order},
        parts::{self, Value},
    },
};
use domain::{
    ids::{AdvertiserId, AffiliateId, CampaignId, ConversionId},
    lists::CONVERSIONS,
    money::Money,
    status::{ConversionMethod, ConversionStatus},
    view::ListQuery,
};
use store::{
    Tx,
    reports::conversions::{self as rows, Filter, Order, Row, Sum},
};

pub(super) struct Conversions {
    filter: Filter,
    order: (Order, bool),
    offset: i64,
}

impl Source for Conversions {
    type Line = Row;

    async fn open(_: &mut Tx, ask: &Ask<'_>, query: &ListQuery) -> Result<Self, EngineError> {
        let (range, _) = parts::period(query, ask, "7d");
        Ok(Self {
            filter: filter(query, range.start_ms, range.end_ms),
            order: order(query),
            offset: (query.page_number() - 1) * parts::PER_PAGE,
        })
    }

    async fn read(&mut self, tx: &mut Tx) -> Result<Found<Row>, EngineError> {
        let (by, descending) = self.order;
        let lines = rows::page(tx, &self.filter, by, descending, parts::PER_PAGE, self.offset).await?;
        let sums = rows::sums(tx, &self.filter).await?;
        Ok(Found {
            total: sums.iter().map(|s| s.count).sum(),
            none_ever: sums.is_empty() && !rows::any(tx).await?,
            lines,
            totals: totals(&sums),
        })
    }

    async fn declare(&self, tx: &mut Tx) -> Result<(), EngineError> {
        Ok(rows::export(tx, &self.filter, self.order.0, self.order.1).await?)
    }

    async fn next(&self, tx: &mut Tx) -> Result<Vec<Row>, EngineError> {
        Ok(rows::next_rows(tx).await?)
    }

    fn head(&self, r: &Row) -> Head {
        let name = match (r.txid.is_empty(), self.field(r, "payout")) {
            (false, Field::Figure(payout)) => format!("{} ({})", r.txid, payout.full()),
            (false, _) => r.txid.clone(),
            (true, _) => ConversionId(r.id).to_string(),
        };
        let can = match (r.campaign_id.is_some(), r.status.parse()) {
            (true, Ok(ConversionStatus::Pending)) => vec!["approve", "reject"],
            (true, Ok(ConversionStatus::Approved)) => vec!["reject"],
            _ => Vec::new(),
        };
        Head { id: ConversionId(r.id).to_string(), name, status: r.status.clone(), can }
    }

    fn currency(&self, r: &Row) -> String {
        r.currency.clone().unwrap_or_default()
    }

    fn field(&self, r: &Row, key: &str) -> Field {
        let id = ConversionId(r.id).to_string();
        match key {
            "name" => {
                let text = match (r.txid.is_empty(), r.goal.is_empty()) {
                    (true, _) => "Without transaction id".to_owned(),
                    (false, true) => r.txid.clone(),
                    (false, false) => format!("{} · {}", r.txid, r.goal),
                };
                let raw = vec![r.txid.clone(), r.goal.clone(), id.clone()];
                Field::Name { text, to: id.clone(), id, raw }
            }
            "received" => Field::Time(r.received_at),
            "status" => status(r),
            "campaign" => Field::Objects(
                object(r.campaign_id.map(|id| CampaignId(id).to_string()), r.campaign.clone()),
                object(r.affiliate_id.map(|id| AffiliateId(id).to_string()), r.affiliate.clone()),
            ),
            "advertiser" => Field::Object(object(
                r.advertiser_id.map(|id| AdvertiserId(id).to_string()),
                r.advertiser.clone(),
            )),
            "revenue" => amount(r, r.revenue_minor),
            "payout" => amount(r, r.payout_minor),
            "amount" => match (r.amount_minor, &r.currency) {
                (Some(minor), Some(code)) => Field::Figure(Value::Money(Money::new(minor, currency(code)))),
                _ => Field::Text(r.reported_amount.clone()),
            },
            "method" => Field::Text(word_label(&r.method, ConversionMethod::label)),
            "source" => Field::Text(r.source.clone()),
            "subs" => Field::Text(subs(r)),
            "coupon" => Field::Text(r.coupon.clone()),
            "click" => Field::Code(r.click_id.clone()),
            "decided" => Field::By(r.decided_at, r.decided_by.clone().unwrap_or_default()),
            "note" => Field::Text(r.note.clone()),
            "currency" => Field::Text(r.currency.clone().unwrap_or_default()),
            _ => Field::Empty,
        }
    }
}

/// Status, and why it did not count.
pub(super) fn status(r: &Row) -> Field {
    let label = word_label(&r.status, ConversionStatus::label);
    Field::Decision(r.status.clone(), label, explained(r.reason.as_deref(), &r.note))
}

/// An amount; of a rejected one it is in no sum.
pub(super) fn amount(r: &Row, minor: i64) -> Field {
    let Some(currency) = r.currency.as_deref().and_then(|c| c.parse().ok()) else { return Field::Empty };
    let value = Value::Money(Money::new(minor, currency));
    if r.status == ConversionStatus::Rejected.word() { Field::Struck(value) } else { Field::Figure(value) }
}

/// `sub1=a · sub2=b`.
pub(super) fn subs(r: &Row) -> String {
    numbered("sub", &r.subs).into_iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join(" · ")
}

/// A line a currency for what counts, and one for what was rejected: its amounts are in no sum.
pub(super) fn totals(sums: &[Sum]) -> Vec<Total> {
    let several = sums.iter().filter(|s| !s.currency.is_empty()).count() > 1;
    let line = |label: String, code: &str, revenue: i64, payout: i64, struck: bool| {
        let currency = code.parse().ok();
        let of = move |key: &str| {
            let minor = match key {
                "revenue" => revenue,
                "payout" => payout,
                _ => return Field::Text(String::new()),
            };
            let Some(currency) = currency else { return Field::Text(String::new()) };
            let value = Value::Money(Money::new(minor, currency));
            if struck { Field::Struck(value) } else { Field::Figure(value) }
        };
        Total { label, of: Box::new(of) }
    };
    let mut out = Vec::new();
    for s in sums {
        let counted = s.count - s.rejected;
        if s.currency.is_empty() {
            out.push(line(format!("{} not attributed", domain::format::count(s.count)), "", 0, 0, false));
            continue;
        }
        if counted > 0 {
            let text = label(counted, CONVERSIONS.nouns, &s.currency, several);
            let text = if s.rejected > 0 { format!("{text}, pending and approved") } else { text };
            out.push(line(text, &s.currency, s.revenue_minor, s.payout_minor, false));
        }
        if s.rejected > 0 {
            let text = format!("{} rejected, in no sum", domain::format::count(s.rejected));
            let text = if several { format!("{text}, {}", s.currency) } else { text };
            out.push(line(text, &s.currency, s.rejected_revenue_minor, s.rejected_payout_minor, true));
        }
    }
    out
}

//! An affiliate's conversions.

use super::{
    Field, Found, Head, Source,
    conversions::{Conversions, amount, status, subs},
    field::object,
};
use crate::{EngineError, reports::Ask};
use domain::{
    ids::{CampaignId, ConversionId},
    view::ListQuery,
};
use store::{Tx, reports::conversions::Row};

/// The same rows, without what an advertiser pays.
pub(super) struct OwnConversions(Conversions);

impl Source for OwnConversions {
    type Line = Row;

    async fn open(tx: &mut Tx, ask: &Ask<'_>, query: &ListQuery) -> Result<Self, EngineError> {
        // Sorting by what the advertiser pays would tell it.
        let blind = match query.sort.trim_start_matches('-') {
            "revenue" => query.with("sort", ""),
            _ => query.clone(),
        };
        let query = ListQuery { page: query.page.clone(), ..blind };
        Ok(Self(Conversions::open(tx, ask, &query).await?))
    }

    async fn read(&mut self, tx: &mut Tx) -> Result<Found<Row>, EngineError> {
        self.0.read(tx).await
    }

    async fn declare(&self, tx: &mut Tx) -> Result<(), EngineError> {
        self.0.declare(tx).await
    }

    async fn next(&self, tx: &mut Tx) -> Result<Vec<Row>, EngineError> {
        self.0.next(tx).await
    }

    fn head(&self, r: &Row) -> Head {
        Head { can: Vec::new(), ..self.0.head(r) }
    }

    fn currency(&self, r: &Row) -> String {
        self.0.currency(r)
    }

    fn field(&self, r: &Row, key: &str) -> Field {
        let id = ConversionId(r.id).to_string();
        match key {
            "name" => {
                let text = [r.goal.as_str(), r.txid.as_str()];
                let text: Vec<_> = text.into_iter().filter(|t| !t.is_empty()).collect();
                let raw = vec![r.goal.clone(), r.txid.clone(), id.clone()];
                Field::Name { text: text.join(" · "), to: String::new(), id, raw }
            }
            "status" => status(r),
            "payout" => amount(r, r.payout_minor),
            "campaign" => {
                Field::Object(object(r.campaign_id.map(|id| CampaignId(id).to_string()), r.campaign.clone()))
            }
            "passed" => {
                let source = if r.source.is_empty() { None } else { Some(format!("source={}", r.source)) };
                let all: Vec<_> = source.into_iter().chain(Some(subs(r)).filter(|s| !s.is_empty())).collect();
                Field::Text(all.join(" · "))
            }
            "received" | "click" | "currency" => self.0.field(r, key),
            _ => Field::Empty,
        }
    }
}

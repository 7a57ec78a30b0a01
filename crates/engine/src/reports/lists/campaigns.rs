//! Campaigns.

use super::{Field, Found, Head, Source, field::object, switch, totals, word_label};
use crate::{
    EngineError,
    reports::{
        Ask,
        parts::{self, Value},
    },
};
use domain::{
    lists::CAMPAIGNS,
    status::{CampaignStatus, Visibility},
    view::ListQuery,
};
use store::{
    Tx,
    reports::{
        config::{self, CampaignLine},
        listing::Wanted,
    },
};

pub(super) struct Campaigns {
    wanted: Wanted,
    top_clicks: i64,
}

impl Source for Campaigns {
    type Line = CampaignLine;

    async fn open(_: &mut Tx, ask: &Ask<'_>, query: &ListQuery) -> Result<Self, EngineError> {
        let (range, _) = parts::period(query, ask, "7d");
        let wanted = Wanted {
            statuses: parts::words::<CampaignStatus>(&query.status)
                .map(|all| all.iter().map(|s| s.word()).collect()),
            visibilities: parts::words::<Visibility>(&query.visibility)
                .map(|all| all.iter().map(|v| v.word()).collect()),
            campaign: parts::id(&query.campaign),
            advertiser: parts::id(&query.advertiser),
            ..parts::wanted(query, &range)
        };
        Ok(Self { wanted, top_clicks: 0 })
    }

    async fn read(&mut self, tx: &mut Tx) -> Result<Found<CampaignLine>, EngineError> {
        let found = config::campaigns(tx, &self.wanted).await?;
        self.top_clicks = found.top_clicks;
        Ok(Found {
            lines: found.rows,
            total: found.total,
            none_ever: found.none_ever,
            totals: totals(found.groups, CAMPAIGNS.nouns),
        })
    }

    async fn declare(&self, tx: &mut Tx) -> Result<(), EngineError> {
        Ok(config::export_campaigns(tx, &self.wanted).await?)
    }

    async fn next(&self, tx: &mut Tx) -> Result<Vec<CampaignLine>, EngineError> {
        Ok(config::next_campaigns(tx).await?)
    }

    fn head(&self, c: &CampaignLine) -> Head {
        Head { id: c.id.to_string(), name: c.name.clone(), status: c.status.clone(), can: switch(&c.status) }
    }

    fn currency(&self, c: &CampaignLine) -> String {
        c.currency.code().to_owned()
    }

    fn field(&self, c: &CampaignLine, key: &str) -> Field {
        let visibility = word_label(&c.visibility, Visibility::label);
        match key {
            "name" => Field::Name {
                text: c.name.clone(),
                to: c.id.to_string(),
                id: c.id.to_string(),
                raw: vec![c.name.clone(), c.id.to_string()],
            },
            "advertiser" => {
                Field::Object(object(Some(c.advertiser_id.to_string()), Some(c.advertiser.clone())))
            }
            "status" => {
                let label = word_label(&c.status, CampaignStatus::label);
                Field::Status(c.status.clone(), label, visibility)
            }
            "visibility" => Field::Text(visibility),
            "links" => Field::Figure(Value::Count(c.links)),
            "created" => Field::Time(c.created_at),
            "clicks" => {
                Field::Share(Value::Count(c.sums.clicks), parts::share(c.sums.clicks, self.top_clicks))
            }
            _ => Field::figure(key, &c.sums, c.currency),
        }
    }
}

//! Links.

use super::{Field, Found, Head, Source, field::object, switch, totals, word_label};
use crate::{
    EngineError,
    reports::{
        Ask,
        parts::{self, Value},
    },
};
use domain::{lists::LINKS, status::LinkStatus, view::ListQuery};
use store::{
    Tx,
    reports::{
        config::{self, LinkLine},
        listing::Wanted,
    },
};

pub(super) struct Links {
    wanted: Wanted,
    top_clicks: i64,
}

impl Source for Links {
    type Line = LinkLine;

    async fn open(_: &mut Tx, ask: &Ask<'_>, query: &ListQuery) -> Result<Self, EngineError> {
        let (range, _) = parts::period(query, ask, "7d");
        let wanted = Wanted {
            statuses: parts::words::<LinkStatus>(&query.status)
                .map(|all| all.iter().map(|s| s.word()).collect()),
            campaign: parts::id(&query.campaign),
            affiliate: parts::id(&query.affiliate),
            advertiser: parts::id(&query.advertiser),
            ..parts::wanted(query, &range)
        };
        Ok(Self { wanted, top_clicks: 0 })
    }

    async fn read(&mut self, tx: &mut Tx) -> Result<Found<LinkLine>, EngineError> {
        let found = config::links(tx, &self.wanted).await?;
        self.top_clicks = found.top_clicks;
        Ok(Found {
            lines: found.rows,
            total: found.total,
            none_ever: found.none_ever,
            totals: totals(found.groups, LINKS.nouns),
        })
    }

    async fn declare(&self, tx: &mut Tx) -> Result<(), EngineError> {
        Ok(config::export_links(tx, &self.wanted).await?)
    }

    async fn next(&self, tx: &mut Tx) -> Result<Vec<LinkLine>, EngineError> {
        Ok(config::next_links(tx).await?)
    }

    fn head(&self, l: &LinkLine) -> Head {
        let name = format!("/c/{} ({}, {})", l.code, l.campaign, l.affiliate);
        Head { id: l.id.to_string(), name, status: l.status.clone(), can: switch(&l.status) }
    }

    fn currency(&self, l: &LinkLine) -> String {
        l.currency.code().to_owned()
    }

    fn field(&self, l: &LinkLine, key: &str) -> Field {
        match key {
            "code" => Field::Link { code: l.code.clone(), id: l.id.to_string() },
            "name" => Field::Objects(
                object(Some(l.campaign_id.to_string()), Some(l.campaign.clone())),
                object(Some(l.affiliate_id.to_string()), Some(l.affiliate.clone())),
            ),
            "status" => {
                let label = word_label(&l.status, LinkStatus::label);
                Field::Status(l.status.clone(), label, String::new())
            }
            "created" => Field::Time(l.created_at),
            "clicks" => {
                Field::Share(Value::Count(l.sums.clicks), parts::share(l.sums.clicks, self.top_clicks))
            }
            _ => Field::figure(key, &l.sums, l.currency),
        }
    }
}

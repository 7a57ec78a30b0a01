//! Links with their figures.

use super::{Ask, parts};
use crate::EngineError;
use domain::view::LinkRow;
use store::{
    Tx,
    reports::{
        config::{self, LinkLine},
        listing::Wanted,
    },
};

/// The first links of a wanted set, as rows of another page.
pub(super) async fn first(tx: &mut Tx, ask: &Ask<'_>, wanted: &Wanted) -> Result<Vec<LinkRow>, EngineError> {
    Ok(config::links(tx, wanted).await?.rows.into_iter().map(|l| row(l, ask)).collect())
}

fn row(l: LinkLine, ask: &Ask<'_>) -> LinkRow {
    LinkRow {
        id: l.id.to_string(),
        code: l.code,
        campaign_id: l.campaign_id.to_string(),
        campaign: l.campaign,
        affiliate_id: l.affiliate_id.to_string(),
        affiliate: l.affiliate,
        status: l.status,
        figures: parts::figures(&l.sums, l.currency),
        created: parts::time(l.created_at.timestamp_millis(), ask.tz),
    }
}

//! Links with their figures.

use super::{Ask, choices, parts};
use crate::EngineError;
use domain::{
    status::LinkStatus,
    view::{LinkList, LinkRow, ListQuery},
};
use store::{
    Tx,
    reports::{
        config::{self, LinkLine},
        listing::Wanted,
    },
};

/// Links, those with most clicks first.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people; [`EngineError::Unavailable`].
pub async fn list(ask: &Ask<'_>, query: &ListQuery) -> Result<LinkList, EngineError> {
    parts::network_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    let (range, period) = parts::period(query, ask, "7d");
    let wanted = Wanted {
        statuses: parts::words::<LinkStatus>(&query.status).map(|all| all.iter().map(|s| s.word()).collect()),
        campaign: parts::id(&query.campaign),
        affiliate: parts::id(&query.affiliate),
        advertiser: parts::id(&query.advertiser),
        ..parts::wanted(query, &range)
    };
    let found = config::links(&mut tx, &wanted).await?;
    Ok(LinkList {
        as_of,
        period,
        totals: parts::totals(&found.groups, "link", "links"),
        list: parts::rows(
            found.rows.into_iter().map(|l| row(l, ask)).collect(),
            found.total,
            query,
            found.none_ever,
        ),
        campaigns: choices::campaigns_in(&mut tx).await?,
        affiliates: choices::affiliates_in(&mut tx).await?,
    })
}

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

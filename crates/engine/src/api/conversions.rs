//! Conversions.

use super::{Ask, Paged, Paging, number};
use crate::EngineError;
use chrono::{DateTime, Utc};
use domain::{
    ids::{AdvertiserId, AffiliateId, CampaignId, ConversionId, LinkId},
    reason::Reason,
    status::ConversionStatus,
};
use store::{
    api::conversions as rows,
    reports::conversions::{self as reports, Row, Search},
};

/// What the list is asked for; what is `None` or empty does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Received at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Received before.
    pub to: Option<DateTime<Utc>>,
    /// A conversion's id, a click id, or the beginning of a transaction id.
    pub q: String,
    pub statuses: Vec<ConversionStatus>,
    pub campaign: Option<CampaignId>,
    pub affiliate: Option<AffiliateId>,
    pub advertiser: Option<AdvertiserId>,
    pub link: Option<LinkId>,
    pub reason: Option<Reason>,
    /// Oldest first.
    pub ascending: bool,
}

/// By the time they were received.
///
/// # Errors
/// [`EngineError::Invalid`] field `cursor`; [`EngineError::Unavailable`].
pub async fn list(ask: Ask<'_>, w: &Wanted, paging: &Paging) -> Result<Paged<Row>, EngineError> {
    let list = ("conversions", ask.realm, w);
    let after = match paging.open::<2>(&list)? {
        Some([at, id]) => {
            let received_at = DateTime::from_timestamp_micros(number(&at)?).ok_or_else(super::bad_cursor)?;
            Some(rows::Mark { received_at, id: number(&id)? })
        }
        None => None,
    };
    let search = match w.q.trim() {
        "" => None,
        text => Some(text.parse().map_or_else(|_| Search::Text(text.to_owned()), Search::Id)),
    };
    let narrow = rows::Narrow {
        from: w.from,
        to: w.to,
        statuses: (!w.statuses.is_empty()).then(|| w.statuses.iter().map(|s| s.word()).collect()),
        campaign: w.campaign,
        affiliate: w.affiliate,
        advertiser: w.advertiser,
        link: w.link,
        reason: w.reason.map(Reason::code),
        search,
    };
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::list(&mut tx, &narrow, after, !w.ascending, paging.fetch()).await?;
    let mut page = paging.close(found, &list, |r| {
        [r.received_at.timestamp_micros().to_string(), ConversionId(r.id).to_string()]
    });
    if paging.total {
        page.total = Some(rows::total(&mut tx, &narrow).await?);
    }
    Ok(page)
}

/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Unavailable`].
pub async fn one(ask: Ask<'_>, id: ConversionId) -> Result<Row, EngineError> {
    let mut tx = ask.db.begin_read(ask.realm).await?;
    reports::one(&mut tx, id).await?.ok_or(EngineError::NotFound)
}

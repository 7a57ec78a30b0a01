//! Links.

use super::{Ask, Order, Paged, Paging, cut};
use crate::EngineError;
use domain::{
    ids::{AdvertiserId, AffiliateId, CampaignId, LinkId},
    status::LinkStatus,
};
use store::{
    api::{links as rows, search},
    config::{Link, links},
};

/// What the list is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// A part of code, campaign or affiliate, or an id.
    pub q: String,
    /// None: all.
    pub statuses: Vec<LinkStatus>,
    pub campaign: Option<CampaignId>,
    pub affiliate: Option<AffiliateId>,
    pub advertiser: Option<AdvertiserId>,
    /// Its name is the campaign's.
    pub order: Order,
}

/// # Errors
/// [`EngineError::Invalid`] field `cursor`; [`EngineError::Unavailable`].
pub async fn list(ask: Ask<'_>, w: &Wanted, paging: &Paging) -> Result<Paged<Link>, EngineError> {
    let list = ("links", ask.realm, w);
    let statuses = (!w.statuses.is_empty()).then(|| w.statuses.iter().map(|s| s.word()).collect());
    let narrow = rows::Narrow {
        q: search(&w.q),
        statuses,
        campaign: w.campaign,
        affiliate: w.affiliate,
        advertiser: w.advertiser,
    };
    let cut = cut(paging, w.order, &list)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::list(&mut tx, &narrow, &cut).await?;
    let mut page = paging.close(found, &list, |l| [String::new(), l.id.0.to_string()]);
    if paging.total {
        page.total = Some(rows::total(&mut tx, &narrow).await?);
    }
    Ok(page)
}

/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Unavailable`].
pub async fn one(ask: Ask<'_>, id: LinkId) -> Result<Link, EngineError> {
    let mut tx = ask.db.begin_read(ask.realm).await?;
    links::get(&mut tx, id).await?.ok_or(EngineError::NotFound)
}

//! Advertisers and affiliates.

use super::{Ask, Order, Paged, Paging, cut};
use crate::{
    EngineError,
    accounts::{advertiser_as_draft, affiliate_as_draft, update_advertiser_in, update_affiliate_in},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    drafts::{AdvertiserDraft, AffiliateDraft},
    ids::{AdvertiserId, AffiliateId},
    status::AccountStatus,
};
use store::{
    Db,
    api::{accounts as rows, search},
    config::{Advertiser, Affiliate, advertisers, affiliates},
};

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// A part of name or contact, or an id.
    pub q: String,
    /// None: all.
    pub statuses: Vec<AccountStatus>,
    pub order: Order,
}

fn narrow(w: &Wanted) -> rows::Narrow {
    let statuses = (!w.statuses.is_empty()).then(|| w.statuses.iter().map(|s| s.word()).collect());
    rows::Narrow { q: search(&w.q), statuses }
}

/// # Errors
/// [`EngineError::Invalid`] field `cursor`; [`EngineError::Unavailable`].
pub async fn list_advertisers(
    ask: Ask<'_>,
    w: &Wanted,
    paging: &Paging,
) -> Result<Paged<Advertiser>, EngineError> {
    let list = ("advertisers", ask.realm, w);
    let (narrow, cut) = (narrow(w), cut(paging, w.order, &list)?);
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::advertisers(&mut tx, &narrow, &cut).await?;
    let mut page = paging.close(found, &list, |a| [a.name.clone(), a.id.0.to_string()]);
    if paging.total {
        page.total = Some(rows::advertisers_total(&mut tx, &narrow).await?);
    }
    Ok(page)
}

/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Unavailable`].
pub async fn advertiser(ask: Ask<'_>, id: AdvertiserId) -> Result<Advertiser, EngineError> {
    let mut tx = ask.db.begin_read(ask.realm).await?;
    advertisers::get(&mut tx, id).await?.ok_or(EngineError::NotFound)
}

/// Changes what `change` changes and leaves the rest, whatever somebody else does meanwhile.
///
/// # Errors
/// As [`update_advertiser`](crate::accounts::update_advertiser).
pub async fn patch_advertiser(
    db: &Db,
    actor: &Actor,
    id: AdvertiserId,
    change: impl FnOnce(&mut AdvertiserDraft) + Send,
    now: DateTime<Utc>,
) -> Result<Advertiser, EngineError> {
    let mut tx = db.begin(actor.realm).await?;
    let before = advertisers::get_for_update(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let mut draft = advertiser_as_draft(before);
    change(&mut draft);
    update_advertiser_in(&mut tx, actor, id, &draft, now).await?;
    let after = advertisers::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    Ok(after)
}

/// # Errors
/// [`EngineError::Invalid`] field `cursor`; [`EngineError::Unavailable`].
pub async fn list_affiliates(
    ask: Ask<'_>,
    w: &Wanted,
    paging: &Paging,
) -> Result<Paged<Affiliate>, EngineError> {
    let list = ("affiliates", ask.realm, w);
    let (narrow, cut) = (narrow(w), cut(paging, w.order, &list)?);
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::affiliates(&mut tx, &narrow, &cut).await?;
    let mut page = paging.close(found, &list, |a| [a.name.clone(), a.id.0.to_string()]);
    if paging.total {
        page.total = Some(rows::affiliates_total(&mut tx, &narrow).await?);
    }
    Ok(page)
}

/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Unavailable`].
pub async fn affiliate(ask: Ask<'_>, id: AffiliateId) -> Result<Affiliate, EngineError> {
    let mut tx = ask.db.begin_read(ask.realm).await?;
    affiliates::get(&mut tx, id).await?.ok_or(EngineError::NotFound)
}

/// Changes what `change` changes and leaves the rest, whatever somebody else does meanwhile.
///
/// # Errors
/// As [`update_affiliate`](crate::accounts::update_affiliate).
pub async fn patch_affiliate(
    db: &Db,
    actor: &Actor,
    id: AffiliateId,
    change: impl FnOnce(&mut AffiliateDraft) + Send,
    now: DateTime<Utc>,
) -> Result<Affiliate, EngineError> {
    let mut tx = db.begin(actor.realm).await?;
    let before = affiliates::get_for_update(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let mut draft = affiliate_as_draft(before, actor.realm);
    change(&mut draft);
    update_affiliate_in(&mut tx, actor, id, &draft, now).await?;
    let after = affiliates::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    Ok(after)
}

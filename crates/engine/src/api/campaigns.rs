//! Campaigns with their goals, and who may run them.

use super::{Ask, Order, Paged, Paging, cut, number};
use crate::{
    EngineError,
    campaigns::{campaign_as_draft, goal_as_draft, update_campaign_in, update_goal_in},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    drafts::{CampaignDraft, GoalDraft},
    ids::{AdvertiserId, AffiliateId, CampaignId, GoalId},
    status::{CampaignStatus, Visibility},
};
use std::collections::HashMap;
use store::{
    Db, Tx,
    api::{campaigns as rows, search},
    config::{Access, Campaign, Goal, campaigns, goals},
};

/// How an affiliate may stand with a campaign.
pub const STANDINGS: &[&str] = &["open", "apply", "applied", "approved", "refused"];

/// What the list is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// A part of the name, or an id.
    pub q: String,
    /// None: all.
    pub statuses: Vec<CampaignStatus>,
    pub visibilities: Vec<Visibility>,
    pub advertiser: Option<AdvertiserId>,
    /// Of [`STANDINGS`], for affiliates; none: all.
    pub standings: Vec<&'static str>,
    pub order: Order,
}

/// A campaign with its goals.
#[derive(Debug, Clone)]
pub struct Offer {
    pub campaign: Campaign,
    pub goals: Vec<Goal>,
    /// Of [`STANDINGS`], where an affiliate asks.
    pub standing: Option<String>,
}

fn some<T>(all: Vec<T>) -> Option<Vec<T>> {
    (!all.is_empty()).then_some(all)
}

async fn with_goals(tx: &mut Tx, found: Vec<Campaign>) -> Result<Vec<Offer>, EngineError> {
    let ids: Vec<CampaignId> = found.iter().map(|c| c.id).collect();
    let mut goals: HashMap<CampaignId, Vec<Goal>> = HashMap::new();
    for goal in rows::goals(tx, &ids).await? {
        goals.entry(goal.campaign).or_default().push(goal);
    }
    let mut standings: HashMap<CampaignId, String> = match tx.realm() {
        Realm::Affiliate(_) => rows::standings(tx, &ids).await?.into_iter().collect(),
        _ => HashMap::new(),
    };
    let offers = found.into_iter().map(|campaign| Offer {
        goals: goals.remove(&campaign.id).unwrap_or_default(),
        standing: standings.remove(&campaign.id),
        campaign,
    });
    Ok(offers.collect())
}

/// # Errors
/// [`EngineError::Invalid`] field `cursor`; [`EngineError::Unavailable`].
pub async fn list(ask: Ask<'_>, w: &Wanted, paging: &Paging) -> Result<Paged<Offer>, EngineError> {
    let list = ("campaigns", ask.realm, w);
    let narrow = rows::Narrow {
        q: search(&w.q),
        statuses: some(w.statuses.iter().map(|s| s.word()).collect()),
        visibilities: some(w.visibilities.iter().map(|v| v.word()).collect()),
        advertiser: w.advertiser,
        standings: some(w.standings.clone()),
    };
    let cut = cut(paging, w.order, &list)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::list(&mut tx, &narrow, &cut).await?;
    let page = paging.close(found, &list, |c| [c.name.clone(), c.id.0.to_string()]);
    let total = if paging.total { Some(rows::total(&mut tx, &narrow).await?) } else { None };
    Ok(Paged { rows: with_goals(&mut tx, page.rows).await?, next: page.next, total })
}

async fn one_in(tx: &mut Tx, id: CampaignId) -> Result<Offer, EngineError> {
    let found = campaigns::get(tx, id).await?.ok_or(EngineError::NotFound)?;
    // Drafts are for the network alone, also where an affiliate was let in already.
    if found.status == CampaignStatus::Draft && tx.realm() != Realm::Network {
        return Err(EngineError::NotFound);
    }
    with_goals(tx, vec![found]).await?.pop().ok_or(EngineError::NotFound)
}

/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Unavailable`].
pub async fn one(ask: Ask<'_>, id: CampaignId) -> Result<Offer, EngineError> {
    let mut tx = ask.db.begin_read(ask.realm).await?;
    one_in(&mut tx, id).await
}

/// Changes what `change` changes and leaves the rest, whatever somebody else does meanwhile. The draft's goal is the
/// default one.
///
/// # Errors
/// As [`update_campaign`](crate::campaigns::update_campaign).
pub async fn patch(
    db: &Db,
    actor: &Actor,
    id: CampaignId,
    change: impl FnOnce(&mut CampaignDraft) + Send,
    now: DateTime<Utc>,
) -> Result<Offer, EngineError> {
    let mut tx = db.begin(actor.realm).await?;
    let before = campaigns::get_for_update(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let mut draft = campaign_as_draft(before, &goals::list(&mut tx, id).await?);
    change(&mut draft);
    update_campaign_in(&mut tx, actor, id, &draft, now).await?;
    let after = one_in(&mut tx, id).await?;
    tx.commit().await?;
    Ok(after)
}

/// Changes what `change` changes of a goal. It is given the campaign, in whose currency the amounts are.
///
/// # Errors
/// As [`update_goal`](crate::campaigns::update_goal).
pub async fn patch_goal(
    db: &Db,
    actor: &Actor,
    (campaign, goal): (CampaignId, GoalId),
    change: impl FnOnce(&mut GoalDraft, &Campaign) -> Result<(), EngineError> + Send,
    now: DateTime<Utc>,
) -> Result<Offer, EngineError> {
    let mut tx = db.begin(actor.realm).await?;
    let parent = campaigns::get_for_update(&mut tx, campaign).await?.ok_or(EngineError::NotFound)?;
    let all = goals::list(&mut tx, campaign).await?;
    let before = all.iter().find(|g| g.id == goal).ok_or(EngineError::NotFound)?;
    let mut draft = goal_as_draft(before, parent.currency);
    change(&mut draft, &parent)?;
    update_goal_in(&mut tx, actor, campaign, goal, &draft, now).await?;
    let after = one_in(&mut tx, campaign).await?;
    tx.commit().await?;
    Ok(after)
}

/// Affiliates' permissions for one campaign.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Invalid`] field `cursor`; [`EngineError::Unavailable`].
pub async fn access(
    ask: Ask<'_>,
    campaign: CampaignId,
    paging: &Paging,
) -> Result<Paged<Access>, EngineError> {
    let list = ("access", ask.realm, campaign);
    let after = match paging.open::<1>(&list)? {
        Some([id]) => Some(AffiliateId(number(&id)?)),
        None => None,
    };
    let mut tx = ask.db.begin_read(ask.realm).await?;
    one_in(&mut tx, campaign).await?;
    let found = rows::access(&mut tx, campaign, after, paging.fetch()).await?;
    let mut page = paging.close(found, &list, |a| [a.affiliate.0.to_string()]);
    if paging.total {
        page.total = Some(rows::access_total(&mut tx, campaign).await?);
    }
    Ok(page)
}

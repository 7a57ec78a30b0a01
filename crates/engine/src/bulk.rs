//! One action on many rows of a list. Each row is a transaction of its own, with its own audit row: what was done
//! stays done, and the answer counts what was not, and why.

use crate::{EngineError, accounts, campaigns, decide, links, reports::Ask, reports::lists::matching};
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    ids::{AdvertiserId, AffiliateId, CampaignId, ConversionId, LinkId},
    lists::{BULK_MOST, Bulk, List},
    reason::Reason,
    status::{AccountStatus, CampaignStatus, LinkStatus},
    view::{BulkOutcome, ListQuery},
};
use std::str::FromStr;
use store::{Db, config as objects};

/// Which rows.
#[derive(Debug, Clone, Copy)]
pub enum Rows<'a> {
    /// These, by their prefixed ids.
    Ids(&'a [String]),
    /// All that a list shows on all its pages; `count` is how many the person was told there are.
    Matching { query: &'a ListQuery, count: i64 },
}

/// What to do with them.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    pub list: &'static List,
    pub action: &'static Bulk,
    /// Code of a reason, where the action wants one.
    pub reason: &'a str,
    pub note: &'a str,
}

/// What came of one row.
enum Done {
    Yes,
    Already,
    Impossible,
    Gone,
}

/// Does it.
///
/// # Errors
/// [`EngineError::Invalid`] fields `ids`, `reason` or `note`, [`EngineError::Conflict`] where the list has changed
/// meanwhile: nothing was done then. [`EngineError::Unavailable`]: some may have been done; asking again is safe.
pub async fn run(
    ask: &Ask<'_>,
    actor: &Actor,
    order: &Order<'_>,
    rows: Rows<'_>,
) -> Result<BulkOutcome, EngineError> {
    accounts::network_only(actor)?;
    let reason = reason_of(order)?;
    let mut out = BulkOutcome { action: order.action.word.to_owned(), ..BulkOutcome::default() };
    let ids = match rows {
        Rows::Ids(ids) => ids.to_vec(),
        Rows::Matching { query, count } => {
            let found = matching(ask, order.list, query, BULK_MOST as usize).await?;
            if found.len() as i64 != count {
                return Err(EngineError::Conflict(format!(
                    "The list has changed: {} match now, not {count}. Look at it and try again.",
                    found.len()
                )));
            }
            let (can, cannot): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|h| h.can.contains(&order.action.word));
            out.already += cannot.iter().filter(|h| already(order, &h.status)).count();
            out.impossible += cannot.iter().filter(|h| !already(order, &h.status)).count();
            can.into_iter().map(|h| h.id).collect()
        }
    };
    if ids.len() > BULK_MOST as usize || (ids.is_empty() && matches!(rows, Rows::Ids(_))) {
        let why = format!("Select {} first, at most {BULK_MOST}.", order.list.nouns.1);
        return Err(EngineError::invalid("ids", why));
    }
    for id in ids {
        match one(ask.db, actor, order, reason, &id, ask.now).await? {
            Done::Yes => out.done += 1,
            Done::Already => out.already += 1,
            Done::Impossible => out.impossible += 1,
            Done::Gone => out.gone += 1,
        }
    }
    Ok(out)
}

/// Whether a row of that status needs nothing done.
fn already(order: &Order<'_>, status: &str) -> bool {
    status == order.action.done || (order.action.word == "activate" && status == "active")
}

fn reason_of(order: &Order<'_>) -> Result<Option<Reason>, EngineError> {
    if !order.action.reason {
        return Ok(None);
    }
    Reason::from_code(order.reason)
        .filter(|r| Reason::BY_HAND.contains(r))
        .map(Some)
        .ok_or_else(|| EngineError::invalid("reason", "Choose a reason."))
}

async fn one(
    db: &Db,
    actor: &Actor,
    order: &Order<'_>,
    reason: Option<Reason>,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Done, EngineError> {
    let done = match order.list.key {
        "conversions" => conversion(db, actor, order, reason, id, now).await,
        _ => switch(db, actor, order, id, now).await,
    };
    match done {
        Err(EngineError::NotFound) => Ok(Done::Gone),
        Err(EngineError::Conflict(_)) => Ok(Done::Impossible),
        other => other,
    }
}

fn read<T: FromStr>(id: &str) -> Result<T, EngineError> {
    id.parse().map_err(|_| EngineError::NotFound)
}

async fn conversion(
    db: &Db,
    actor: &Actor,
    order: &Order<'_>,
    reason: Option<Reason>,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Done, EngineError> {
    let id: ConversionId = read(id)?;
    let decided = match reason {
        Some(reason) => decide::reject(db, actor, id, reason, order.note, now).await?,
        None => decide::approve(db, actor, id, now).await?,
    };
    Ok(match decided {
        decide::Decided::Done => Done::Yes,
        decide::Decided::AlreadyDone => Done::Already,
    })
}

/// Pauses or activates.
async fn switch(
    db: &Db,
    actor: &Actor,
    order: &Order<'_>,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Done, EngineError> {
    let active = order.action.word == "activate";
    let mut tx = db.begin_read(actor.realm).await?;
    macro_rules! unless_so {
        ($found:expr, $to:expr) => {
            if $found.ok_or(EngineError::NotFound)?.status == $to {
                return Ok(Done::Already);
            }
        };
    }
    match order.list.key {
        "campaigns" => {
            let id: CampaignId = read(id)?;
            let to = if active { CampaignStatus::Active } else { CampaignStatus::Paused };
            let found = objects::campaigns::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
            // What is not running cannot be paused: a draft would become visible.
            match (found.status, active) {
                (status, _) if status == to => return Ok(Done::Already),
                (CampaignStatus::Draft | CampaignStatus::Archived, false) => return Ok(Done::Impossible),
                _ => campaigns::set_campaign_status(db, actor, id, to, now).await?,
            }
        }
        "links" => {
            let id: LinkId = read(id)?;
            let to = if active { LinkStatus::Active } else { LinkStatus::Paused };
            unless_so!(objects::links::get(&mut tx, id).await?, to);
            links::set_link_status(db, actor, id, to, now).await?;
        }
        "affiliates" => {
            let id: AffiliateId = read(id)?;
            let to = if active { AccountStatus::Active } else { AccountStatus::Paused };
            unless_so!(objects::affiliates::get(&mut tx, id).await?, to);
            accounts::set_affiliate_status(db, actor, id, to, now).await?;
        }
        "advertisers" => {
            let id: AdvertiserId = read(id)?;
            let to = if active { AccountStatus::Active } else { AccountStatus::Paused };
            unless_so!(objects::advertisers::get(&mut tx, id).await?, to);
            accounts::set_advertiser_status(db, actor, id, to, now).await?;
        }
        _ => return Err(EngineError::NotFound),
    }
    Ok(Done::Yes)
}

//! Links: an affiliate's tracked way into a campaign. There is one for each pair.

use crate::{
    accounts::network_only,
    campaigns::{active_affiliate, destination},
    error::{EngineError, FieldErrors},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    base32,
    drafts::LinkDraft,
    ids::{AffiliateId, CampaignId, LinkId},
    status::{CampaignStatus, LinkStatus, Visibility},
};
use serde_json::json;
use store::{
    Db, Tx,
    audit::audit,
    config::{AccessState, Campaign, Link, access, affiliates, bump_config_version, campaigns, links},
};

/// How often a code that is taken is drawn again. With 40 bits and a million links, one draw in a million fails.
const DRAWS: u64 = 8;

/// Creates the link, or returns the one there is: asking twice is not a mistake.
///
/// An affiliate gets one for active campaigns that are public or that it was approved for, to the campaign's own
/// destination. `chance` makes the id and the code.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`LinkDraft`]; [`EngineError::NotFound`] and
/// [`EngineError::Forbidden`] for an affiliate that may not run the campaign.
pub async fn create_link(
    db: &Db,
    actor: &Actor,
    draft: &LinkDraft,
    now: DateTime<Utc>,
    chance: u64,
) -> Result<Link, EngineError> {
    Ok(take_link(db, actor, draft, now, chance).await?.0)
}

/// [`create_link`]; also says whether the link is new.
///
/// # Errors
/// As [`create_link`].
pub async fn take_link(
    db: &Db,
    actor: &Actor,
    draft: &LinkDraft,
    now: DateTime<Utc>,
    chance: u64,
) -> Result<(Link, bool), EngineError> {
    let mut wrong = FieldErrors::default();
    let campaign =
        wrong.take("campaign", draft.campaign.parse::<CampaignId>().map_err(|_| "Choose a campaign."));
    let affiliate = wrong.take("affiliate", affiliate_of(actor, draft)?);
    let own = wrong.take("destination_url", own_destination(&draft.destination_url));
    let (Some(campaign), Some(affiliate), Some(own)) = (campaign, affiliate, own) else {
        return Err(EngineError::Invalid(wrong));
    };
    if actor.realm != Realm::Network && own.is_some() {
        return Err(EngineError::invalid("destination_url", "Only the network can set another destination."));
    }
    let mut tx = db.begin(actor.realm).await?;
    match actor.realm {
        Realm::Network => exist(&mut tx, campaign, affiliate).await?,
        _ => may_run(&mut tx, campaign, affiliate).await?,
    }
    for draw in 0..DRAWS {
        if let Some(there) = links::find(&mut tx, campaign, affiliate).await? {
            return Ok((there, false));
        }
        let draw = mix(chance.wrapping_add(draw));
        let link = Link {
            id: LinkId::new(now.timestamp_millis(), draw as u32),
            code: code(draw),
            campaign,
            affiliate,
            status: LinkStatus::Active,
            destination_url: own.clone(),
            created_at: now,
            updated_at: now,
        };
        if links::insert(&mut tx, &link).await? {
            audit(&mut tx, actor, "link.create", link.id, None, Some(json!(link)), now).await?;
            bump_config_version(&mut tx).await?;
            tx.commit().await?;
            return Ok((link, true));
        }
    }
    tracing::error!(draws = DRAWS, "no free link code");
    Err(EngineError::Unavailable)
}

fn affiliate_of(actor: &Actor, draft: &LinkDraft) -> Result<Result<AffiliateId, &'static str>, EngineError> {
    let named = draft.affiliate.trim();
    match actor.realm {
        Realm::Network => Ok(named.parse().map_err(|_| "Choose an affiliate.")),
        Realm::Affiliate(own) if named.is_empty() || named.parse() == Ok(own) => Ok(Ok(own)),
        _ => Err(EngineError::Forbidden("Links are for affiliates, each for itself.".into())),
    }
}

fn own_destination(text: &str) -> Result<Option<String>, String> {
    if text.trim().is_empty() { Ok(None) } else { destination(text).map(Some) }
}

async fn exist(tx: &mut Tx, campaign: CampaignId, affiliate: AffiliateId) -> Result<(), EngineError> {
    let mut wrong = FieldErrors::default();
    if campaigns::get(tx, campaign).await?.is_none() {
        wrong.add("campaign", "Choose a campaign.");
    }
    if affiliates::get(tx, affiliate).await?.is_none() {
        wrong.add("affiliate", "Choose an affiliate.");
    }
    wrong.check()
}

async fn may_run(tx: &mut Tx, campaign: CampaignId, affiliate: AffiliateId) -> Result<(), EngineError> {
    active_affiliate(tx, affiliate).await?;
    // Campaigns that are not for this affiliate are not even visible in its realm.
    let Campaign { status, visibility, .. } =
        campaigns::get(tx, campaign).await?.ok_or(EngineError::NotFound)?;
    if status != CampaignStatus::Active {
        return Err(EngineError::Forbidden("The campaign is not running.".into()));
    }
    if visibility == Visibility::Public {
        return Ok(());
    }
    match access::get(tx, campaign, affiliate).await?.map(|a| a.state) {
        Some(AccessState::Approved) => Ok(()),
        Some(AccessState::Applied) => Err(EngineError::Forbidden(
            "Your application for this campaign has not been answered yet.".into(),
        )),
        Some(AccessState::Refused) => {
            Err(EngineError::Forbidden("Your application for this campaign was refused.".into()))
        }
        None => Err(EngineError::Forbidden("Apply to this campaign first.".into())),
    }
}

/// Starts or pauses a link.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn set_link_status(
    db: &Db,
    actor: &Actor,
    id: LinkId,
    status: LinkStatus,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    change(db, actor, id, now, |link| link.status = status).await
}

/// Sends a link's visitors elsewhere, or with an empty text to the campaign's destination again.
///
/// # Errors
/// [`EngineError::Invalid`] field `destination_url`, [`EngineError::NotFound`].
pub async fn set_link_destination(
    db: &Db,
    actor: &Actor,
    id: LinkId,
    destination_url: &str,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let own = own_destination(destination_url).map_err(|e| EngineError::invalid("destination_url", e))?;
    change(db, actor, id, now, |link| link.destination_url = own).await
}

/// Changes a link's status, its destination (an empty text takes its own away), or both.
///
/// # Errors
/// [`EngineError::Invalid`] field `destination_url`, [`EngineError::NotFound`].
pub async fn change_link(
    db: &Db,
    actor: &Actor,
    id: LinkId,
    status: Option<LinkStatus>,
    destination_url: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let own = destination_url
        .map(own_destination)
        .transpose()
        .map_err(|e| EngineError::invalid("destination_url", e))?;
    change(db, actor, id, now, |link| {
        link.status = status.unwrap_or(link.status);
        link.destination_url = own.unwrap_or_else(|| link.destination_url.take());
    })
    .await
}

/// The form of a link as it is: both ends by id, and its own destination.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Forbidden`] for everybody but the network.
pub async fn link_draft(db: &Db, realm: Realm, id: LinkId) -> Result<(LinkDraft, String), EngineError> {
    if realm != Realm::Network {
        return Err(EngineError::Forbidden("Only the network's people can do this.".into()));
    }
    let mut tx = db.begin(realm).await?;
    let link = links::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    let draft = LinkDraft {
        campaign: link.campaign.to_string(),
        affiliate: link.affiliate.to_string(),
        destination_url: link.destination_url.unwrap_or_default(),
    };
    Ok((draft, link.code))
}

async fn change(
    db: &Db,
    actor: &Actor,
    id: LinkId,
    now: DateTime<Utc>,
    change: impl FnOnce(&mut Link),
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = links::get_for_update(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let mut after = before.clone();
    change(&mut after);
    if after == before {
        return Ok(());
    }
    after.updated_at = now;
    links::update(&mut tx, &after).await?;
    audit(&mut tx, actor, "link.update", id, Some(json!(before)), Some(json!(after)), now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Spreads one number over all bits (the finaliser of SplitMix64), so that neighbours share nothing.
fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Eight letters from the upper 40 bits; the id takes the lower ones.
fn code(draw: u64) -> String {
    let [a, b, c, d, e, ..] = draw.to_be_bytes();
    base32::to_string(&[a, b, c, d, e])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_eight_letters_and_differ() {
        let mut seen = std::collections::HashSet::new();
        for n in 0..10_000 {
            let code = code(mix(n));
            assert_eq!(code.len(), 8);
            assert!(seen.insert(code));
        }
    }
}

//! Affiliates ask to run a campaign; the network answers.

use crate::{accounts::network_only, error::EngineError};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    ids::{AffiliateId, CampaignId},
    status::{AccountStatus, CampaignStatus, Visibility},
    validate,
};
use serde_json::json;
use store::{
    Db,
    audit::audit,
    config::{Access, AccessState, access, affiliates, campaigns},
};

/// Longest note of either side, in characters.
const NOTE_MAX: usize = 2_000;

/// An affiliate asks to run a campaign that takes applications. Asking again changes nothing and tells where the
/// first request stands.
///
/// # Errors
/// [`EngineError::Forbidden`] for anybody but an active affiliate, [`EngineError::NotFound`] for a campaign that
/// takes none, [`EngineError::Invalid`] field `note`.
pub async fn apply_to_campaign(
    db: &Db,
    actor: &Actor,
    campaign: CampaignId,
    note: &str,
    now: DateTime<Utc>,
) -> Result<AccessState, EngineError> {
    let Realm::Affiliate(affiliate) = actor.realm else {
        return Err(EngineError::Forbidden("Only affiliates apply to campaigns.".into()));
    };
    let note = validate::long(note, NOTE_MAX).map_err(|e| EngineError::invalid("note", e))?;
    let mut tx = db.begin(actor.realm).await?;
    active_affiliate(&mut tx, affiliate).await?;
    if let Some(asked) = access::get(&mut tx, campaign, affiliate).await? {
        return Ok(asked.state);
    }
    let wanted = campaigns::get(&mut tx, campaign).await?.ok_or(EngineError::NotFound)?;
    match (wanted.status, wanted.visibility) {
        (CampaignStatus::Active, Visibility::Apply) => {}
        (CampaignStatus::Active, Visibility::Public) => {
            return Err(EngineError::Conflict("The campaign is open to everybody; take a link.".into()));
        }
        _ => return Err(EngineError::NotFound),
    }
    if access::apply(&mut tx, campaign, affiliate, &note, now).await? {
        let after = json!({ "affiliate": affiliate, "state": AccessState::Applied, "note": note });
        audit(&mut tx, actor, "access.apply", campaign, None, Some(after), now).await?;
    }
    tx.commit().await?;
    Ok(AccessState::Applied)
}

/// Approves or refuses an affiliate for a campaign, with or without an application. Refusing does not stop a link
/// the affiliate already has; pause it.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Invalid`] field `note`.
pub async fn decide_application(
    db: &Db,
    actor: &Actor,
    campaign: CampaignId,
    affiliate: AffiliateId,
    state: AccessState,
    note: &str,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    if state == AccessState::Applied {
        return Err(EngineError::invalid("state", "Approve or refuse."));
    }
    let note = validate::long(note, NOTE_MAX).map_err(|e| EngineError::invalid("note", e))?;
    let mut tx = db.begin(actor.realm).await?;
    campaigns::get_for_update(&mut tx, campaign).await?.ok_or(EngineError::NotFound)?;
    affiliates::get(&mut tx, affiliate).await?.ok_or(EngineError::NotFound)?;
    let before = access::get(&mut tx, campaign, affiliate).await?;
    let created_at = before.as_ref().map_or(now, |a| a.created_at);
    let after = Access { campaign, affiliate, state, note, created_at, decided_at: Some(now) };
    access::decide(&mut tx, &after).await?;
    let before = before.map(|a| json!(a));
    audit(&mut tx, actor, "access.decide", campaign, before, Some(json!(after)), now).await?;
    Ok(tx.commit().await?)
}

/// Refuses affiliates whose account is not active.
pub(crate) async fn active_affiliate(tx: &mut store::Tx, id: AffiliateId) -> Result<(), EngineError> {
    let affiliate = affiliates::get(tx, id).await?.ok_or(EngineError::NotFound)?;
    match affiliate.status {
        AccountStatus::Active => Ok(()),
        other => Err(EngineError::Forbidden(format!(
            "The affiliate account is {}; links can be taken once it is active.",
            other.label().to_lowercase()
        ))),
    }
}

//! Affiliates ask to run a campaign; the network answers.

use crate::{accounts::network_only, error::EngineError, signup::tell_answer};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    ids::{AffiliateId, CampaignId},
    status::{AccountStatus, CampaignStatus, Visibility},
    validate,
};
use serde_json::json;
use store::{
    Db, Tx,
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

/// Approves or refuses an affiliate for a campaign, with or without an application, and tells the affiliate, with the
/// note. The same answer again says nothing new. Refusing does not stop a link the affiliate already has; pause it.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Invalid`] field `note`.
#[allow(clippy::too_many_arguments)] // Time is an argument.
pub async fn decide_application(
    db: &Db,
    actor: &Actor,
    campaign: CampaignId,
    affiliate: AffiliateId,
    state: AccessState,
    note: &str,
    console_url: &str,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let mut tx = db.begin(actor.realm).await?;
    decide_application_in(&mut tx, actor, (campaign, affiliate), state, note, console_url, now).await?;
    Ok(tx.commit().await?)
}

/// [`decide_application`] in a transaction of the actor's realm.
///
/// # Errors
/// As [`decide_application`].
pub async fn decide_application_in(
    tx: &mut Tx,
    actor: &Actor,
    (campaign, affiliate): (CampaignId, AffiliateId),
    state: AccessState,
    note: &str,
    console_url: &str,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    if state == AccessState::Applied {
        return Err(EngineError::invalid("state", "Approve or refuse."));
    }
    let answer = validate::long(note, NOTE_MAX).map_err(|e| EngineError::invalid("note", e))?;
    let wanted = campaigns::get_for_update(tx, campaign).await?.ok_or(EngineError::NotFound)?;
    affiliates::get(tx, affiliate).await?.ok_or(EngineError::NotFound)?;
    let before = access::get(tx, campaign, affiliate).await?;
    if before.as_ref().is_some_and(|a| a.state == state && a.answer == answer) {
        return Ok(());
    }
    let created_at = before.as_ref().map_or(now, |a| a.created_at);
    let note = before.as_ref().map(|a| a.note.clone()).unwrap_or_default();
    let after = Access { campaign, affiliate, state, note, answer, created_at, decided_at: Some(now) };
    access::decide(tx, &after).await?;
    let told = (state, after.answer.as_str());
    tell_answer(tx, affiliate, (campaign, &wanted.name), told, console_url, now).await?;
    let before = before.map(|a| json!(a));
    Ok(audit(tx, actor, "access.decide", campaign, before, Some(json!(after)), now).await?)
}

/// Refuses affiliates whose account is not active.
pub(crate) async fn active_affiliate(tx: &mut Tx, id: AffiliateId) -> Result<(), EngineError> {
    let affiliate = affiliates::get(tx, id).await?.ok_or(EngineError::NotFound)?;
    match affiliate.status {
        AccountStatus::Active => Ok(()),
        other => Err(EngineError::Forbidden(format!(
            "The affiliate account is {}; links can be taken once it is active.",
            other.label().to_lowercase()
        ))),
    }
}

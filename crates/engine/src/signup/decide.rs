//! Approving and rejecting applications.

use super::letters::Rejected;
use crate::{
    accounts::{EMAIL_TAKEN, create_affiliate_in, network_only},
    error::EngineError,
    mail::{
        self,
        templates::{Written as _, network_name},
    },
    people::{Link, invite_affiliate_in},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    drafts::AffiliateDraft,
    ids::{AffiliateId, ApplicationId},
    status::ApplicationStatus,
    validate,
};
use serde_json::json;
use store::{
    Db, Tx,
    audit::audit,
    people,
    signup::{Application, applications},
};

/// Longest reason, in characters.
const REASON_MAX: usize = 2_000;

/// An application that waits, locked.
async fn waiting(tx: &mut Tx, id: ApplicationId) -> Result<Application, EngineError> {
    let application = applications::get_for_update(tx, id).await?.ok_or(EngineError::NotFound)?;
    match application.status {
        ApplicationStatus::Waiting => Ok(application),
        ApplicationStatus::Unconfirmed => {
            Err(EngineError::Conflict("The applicant has not confirmed the email address yet.".into()))
        }
        ApplicationStatus::Approved | ApplicationStatus::Rejected => {
            let by = application.decided_by.unwrap_or_default();
            let word = application.status.label().to_lowercase();
            Err(EngineError::Conflict(format!("The application was {word} already, by {by}.")))
        }
    }
}

/// Approves: creates the affiliate, active, and invites the applicant to sign in. Of two at once, one does. `name`
/// replaces the applicant's where that is taken; empty keeps it.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Conflict`] for one that does not wait; [`EngineError::Invalid`] field
/// `name`, and `email` where somebody signs in with it already.
pub async fn approve(
    db: &Db,
    actor: &Actor,
    id: ApplicationId,
    name: &str,
    link: Link<'_>,
    now: DateTime<Utc>,
    chance: u32,
) -> Result<AffiliateId, EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let mut application = waiting(&mut tx, id).await?;
    if people::by_email(&mut tx, &application.email).await?.is_some() {
        return Err(EngineError::invalid("email", EMAIL_TAKEN));
    }
    let name = if name.trim().is_empty() { application.name.clone() } else { name.to_owned() };
    let draft = AffiliateDraft {
        name,
        status: "active".into(),
        contact_email: application.email.clone(),
        country: application.country.clone().unwrap_or_default(),
        notes: notes(&application),
        ..AffiliateDraft::default()
    };
    let affiliate = create_affiliate_in(&mut tx, actor, &draft, now, chance).await?;
    application.status = ApplicationStatus::Approved;
    application.decided_at = Some(now);
    application.decided_by = Some(actor.name.clone());
    application.affiliate = Some(affiliate);
    applications::update(&mut tx, &application).await?;
    invite_affiliate_in(&mut tx, &application.email, affiliate, link, now).await?;
    let after = json!({ "status": application.status, "affiliate": affiliate, "invited": application.email });
    let before = json!({ "status": ApplicationStatus::Waiting });
    audit(&mut tx, actor, "application.approve", id, Some(before), Some(after), now).await?;
    tx.commit().await?;
    Ok(affiliate)
}

/// What the applicant said, for the affiliate's notes.
fn notes(a: &Application) -> String {
    let website = a.website.as_ref().map(|w| format!("Website: {w}\n")).unwrap_or_default();
    let text = format!("{website}{}", a.description);
    text.chars().take(9_000).collect()
}

/// Rejects, and writes to the applicant why.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Conflict`] for one that does not wait; [`EngineError::Invalid`] field
/// `reason`.
pub async fn reject(
    db: &Db,
    actor: &Actor,
    id: ApplicationId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let reason = validate::long(reason, REASON_MAX).map_err(|e| EngineError::invalid("reason", e))?;
    if reason.is_empty() {
        return Err(EngineError::invalid("reason", "Say why; the applicant reads it."));
    }
    let mut tx = db.begin(actor.realm).await?;
    let mut application = waiting(&mut tx, id).await?;
    application.status = ApplicationStatus::Rejected;
    application.decided_at = Some(now);
    application.decided_by = Some(actor.name.clone());
    application.reason.clone_from(&reason);
    applications::update(&mut tx, &application).await?;
    let letter =
        Rejected { network: network_name(&mut tx).await?, name: application.name, reason: reason.clone() };
    mail::queue(&mut tx, &letter.to(&application.email)?, now).await?;
    let (before, after) =
        (json!({ "status": ApplicationStatus::Waiting }), json!({ "status": "rejected", "reason": reason }));
    audit(&mut tx, actor, "application.reject", id, Some(before), Some(after), now).await?;
    Ok(tx.commit().await?)
}

//! The link in the letter: whoever opens it reads mail at that address.

use super::{CONFIRM, decide, settings::mode};
use crate::{
    error::EngineError,
    mail::templates::network_name,
    people::{Link, Visitor, bad_link},
    secret::token_hash,
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Actor, Realm},
    ids::ApplicationId,
    status::{ApplicationStatus, SignUpMode},
};
use serde_json::json;
use store::{
    Db, Tx,
    audit::audit,
    signup::{Application, applications, terms},
    tokens::{self, Token},
};

/// After that long, forms whose address was never proved are forgotten.
const KEPT: Duration = Duration::days(7);

/// What the page behind the link shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub network: String,
    pub name: String,
    pub email: String,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// A person decides.
    Waiting,
    /// Approved by itself; the invitation is on its way.
    Approved,
}

async fn find(tx: &mut Tx, text: &str, now: DateTime<Utc>) -> Result<(Token, ApplicationId), EngineError> {
    let token = tokens::find(tx, CONFIRM, &token_hash(text), now).await?.ok_or_else(bad_link)?;
    let id = token.payload.get("application").and_then(|v| v.as_str()?.parse().ok());
    Ok((token, id.ok_or(EngineError::Internal)?))
}

/// What the link is for. Opening it uses nothing up: mail programs open links too.
///
/// # Errors
/// [`EngineError::Conflict`] for every link that does not work.
pub async fn pending(db: &Db, text: &str, now: DateTime<Utc>) -> Result<Pending, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let (_, id) = find(&mut tx, text, now).await?;
    let Application { name, email, .. } = applications::get(&mut tx, id).await?.ok_or_else(bad_link)?;
    let network = network_name(&mut tx).await?;
    tx.commit().await?;
    Ok(Pending { network, name, email })
}

/// Puts the application into the queue, and approves it where the network is open to everybody. `link` makes the
/// invitation in that case.
///
/// # Errors
/// [`EngineError::Conflict`] for every link that does not work.
pub async fn confirm(
    db: &Db,
    text: &str,
    visitor: &Visitor,
    link: Link<'_>,
    now: DateTime<Utc>,
    chance: u32,
) -> Result<Confirmed, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let (token, id) = find(&mut tx, text, now).await?;
    if !tokens::consume(&mut tx, token.id, now).await? {
        return Err(bad_link());
    }
    let mut application = applications::get_for_update(&mut tx, id).await?.ok_or_else(bad_link)?;
    if application.status != ApplicationStatus::Unconfirmed {
        return Err(bad_link());
    }
    application.status = ApplicationStatus::Waiting;
    application.confirmed_at = Some(now);
    applications::update(&mut tx, &application).await?;
    if let Some(version) = application.terms_version {
        terms::accept(&mut tx, version, id, &application.email, visitor.ip, now).await?;
    }
    let actor = Actor {
        user: None,
        name: application.email.clone(),
        realm: Realm::Network,
        ip: visitor.ip,
        request_id: visitor.request_id.clone(),
    };
    let after = json!({ "name": application.name, "terms_version": application.terms_version });
    audit(&mut tx, &actor, "application.confirm", id, None, Some(after), now).await?;
    let open = mode(&mut tx).await? == SignUpMode::Open;
    tx.commit().await?;
    if !open {
        return Ok(Confirmed::Waiting);
    }
    match decide::approve(db, &Actor::system("sign-up"), id, "", link, now, chance).await {
        Ok(_) => Ok(Confirmed::Approved),
        // Such as a name that is taken: a person has to look.
        Err(error) => {
            tracing::warn!(application = %id, %error, "an application could not be approved by itself");
            Ok(Confirmed::Waiting)
        }
    }
}

/// Forgets forms whose address was never proved, after a week. Returns how many.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn forget_unconfirmed(db: &Db, now: DateTime<Utc>) -> Result<u64, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let gone = applications::forget_unconfirmed(&mut tx, now - KEPT).await?;
    tx.commit().await?;
    Ok(gone)
}

//! Who brings a key, and whether it opens the door.

use super::KeyState;
use crate::{accounts::affiliates_may_use_api, error::EngineError, secret::token_hash};
use chrono::{DateTime, Utc};
use domain::{
    access::Realm,
    api_key::{KeyText, Scopes},
    ids::{KeyId, UserId},
};
use std::net::IpAddr;
use store::{
    Db,
    api_keys::{self as rows, KeyWithOwner, NOTE_EVERY},
};

/// Whoever holds a valid key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub key: KeyId,
    pub name: String,
    pub realm: Realm,
    /// What the key has and its creator may still give.
    pub scopes: Scopes,
    pub creator: Option<UserId>,
}

/// Why the door stays shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Unknown,
    Expired,
    Revoked,
    WrongAddress,
    AccountClosed,
    CreatorDisabled,
    /// The network's settings give affiliates no API.
    SwitchedOff,
}

/// Looks up a key whose checksum is right, and notes its use. `ip` is the asker's, as far as it is known; a key with
/// a list of addresses refuses one that is not.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn authenticate(
    db: &Db,
    key: &KeyText,
    ip: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Result<Known, Refusal>, EngineError> {
    let hash = token_hash(key.expose());
    let mut tx = db.begin(Realm::Network).await?;
    let Some(found) = rows::by_hash(&mut tx, &hash).await? else {
        return Ok(Err(Refusal::Unknown));
    };
    let mut admitted = admit(&found, ip, now);
    if admitted.is_ok()
        && matches!(found.key.realm, Realm::Affiliate(_))
        && !affiliates_may_use_api(&mut tx).await?
    {
        admitted = Err(Refusal::SwitchedOff);
    }
    if let Err(refusal) = admitted {
        tracing::info!(key = %found.key.id, ?ip, ?refusal, "a key was refused");
        return Ok(Err(refusal));
    }
    if found.key.last_used_at.is_none_or(|at| now - at >= NOTE_EVERY) {
        rows::used(&mut tx, found.key.id, ip, now).await?;
    }
    tx.commit().await?;
    let KeyWithOwner { key, creator_role, .. } = found;
    let realm = key.realm;
    let scopes = match creator_role {
        Some(role) => key.scopes.only(|scope| scope.may_be_given(role, realm)),
        None => key.scopes.only(|scope| scope.fits(realm)),
    };
    Ok(Ok(Known { key: key.id, name: key.name, realm, scopes, creator: key.created_by }))
}

fn admit(found: &KeyWithOwner, ip: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), Refusal> {
    match KeyState::of(found, now) {
        KeyState::Revoked => return Err(Refusal::Revoked),
        KeyState::Expired => return Err(Refusal::Expired),
        KeyState::Suspended if found.owner_closed => return Err(Refusal::AccountClosed),
        KeyState::Suspended => return Err(Refusal::CreatorDisabled),
        KeyState::Active | KeyState::Replaced => {}
    }
    let networks = &found.key.networks;
    let from_there = |ip: IpAddr| networks.iter().any(|net| net.contains(&ip.to_canonical()));
    if networks.is_empty() || ip.is_some_and(from_there) { Ok(()) } else { Err(Refusal::WrongAddress) }
}

//! Making, replacing and ending keys.

use super::{KeyState, MOST_KEYS};
use crate::{
    accounts::affiliates_may_use_api,
    error::{EngineError, FieldErrors},
    secret::token_hash,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Realm, Role},
    api_key::{ApiKeyDraft, KeyText, PREFIX, Scope, Scopes},
    ids::{AffiliateId, KeyId},
    status::AccountStatus,
    validate,
};
use ipnet::IpNet;
use serde_json::json;
use std::net::IpAddr;
use store::{
    Db, Tx,
    api_keys::{self as rows, ApiKey},
    audit::audit,
    config::affiliates,
};

/// Longest life of a key that ends by itself, in days.
const LONGEST_DAYS: i64 = 3650;
/// Networks a key may come from.
const MOST_NETWORKS: usize = 50;
/// Hours for which a replaced key still works.
pub const OVERLAPS: [i64; 4] = [0, 1, 24, 168];

/// A key that was just made. The text is shown once: nobody can read it again.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub key: ApiKey,
    pub text: KeyText,
}

/// A key that takes the place of another.
#[derive(Debug, Clone)]
pub struct Rotated {
    pub key: NewKey,
    /// Until when the old one works; `None` if it ended at once.
    pub old_until: Option<DateTime<Utc>>,
}

/// Makes a key. `role` is that of the actor: nobody gives a key more than may be done by themselves. `secret` is
/// fresh chance.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`ApiKeyDraft`]; [`EngineError::Conflict`] at [`MOST_KEYS`].
pub async fn create_key(
    db: &Db,
    actor: &Actor,
    role: Role,
    draft: &ApiKeyDraft,
    now: DateTime<Utc>,
    chance: u32,
    secret: &[u8; 32],
) -> Result<NewKey, EngineError> {
    let mut wrong = FieldErrors::default();
    let realm = wrong.take("affiliate", realm_of(actor, &draft.affiliate)?);
    let name = wrong.take("name", validate::name(&draft.name).and_then(|n| validate::short(&n, 100)));
    let scopes = wrong.take("scopes", scopes_of(&draft.scopes, role, realm.unwrap_or(actor.realm)));
    let expires_at = wrong.take("expires_days", end_of(&draft.expires_days, now));
    let networks = wrong.take("networks", networks_of(&draft.networks));
    let (Some(realm), Some(name), Some(scopes), Some(expires_at), Some(networks)) =
        (realm, name, scopes, expires_at, networks)
    else {
        return Err(EngineError::Invalid(wrong));
    };
    api_is_on(db, realm).await?;
    let mut tx = db.begin(actor.realm).await?;
    may_have_keys(&mut tx, realm, now).await?;
    let made = make(
        ApiKey {
            id: KeyId::new(now.timestamp_millis(), chance),
            realm,
            name,
            prefix: PREFIX.to_owned(),
            last4: String::new(),
            scopes,
            networks,
            created_by: actor.user,
            created_at: now,
            expires_at,
            last_used_at: None,
            last_used_ip: None,
            revoked_at: None,
            successor: None,
        },
        secret,
    );
    rows::insert(&mut tx, &made.key, &token_hash(made.text.expose())).await?;
    audit(&mut tx, actor, "api_key.create", made.key.id, None, Some(json!(made.key)), now).await?;
    tx.commit().await?;
    Ok(made)
}

fn make(mut key: ApiKey, secret: &[u8; 32]) -> NewKey {
    let text = KeyText::new(secret);
    text.last4().clone_into(&mut key.last4);
    NewKey { key, text }
}

/// The actor's own account; the network's people may name an affiliate.
fn realm_of(actor: &Actor, affiliate: &str) -> Result<Result<Realm, &'static str>, EngineError> {
    let named = affiliate.trim();
    match actor.realm {
        Realm::Network if named.is_empty() => Ok(Ok(Realm::Network)),
        Realm::Network => Ok(named
            .parse::<AffiliateId>()
            .map(Realm::Affiliate)
            .map_err(|_| "Choose an affiliate, or leave this empty for a key of the network.")),
        own if named.is_empty() => Ok(Ok(own)),
        own @ Realm::Affiliate(id) if named.parse() == Ok(id) => Ok(Ok(own)),
        _ => Err(EngineError::Forbidden("A key is for your own account.".into())),
    }
}

fn scopes_of(words: &[String], role: Role, realm: Realm) -> Result<Scopes, String> {
    let mut all = Vec::new();
    for word in words.iter().map(|w| w.trim()).filter(|w| !w.is_empty()) {
        let scope: Scope = word.parse().map_err(|_| {
            let known = Scope::ALL.iter().filter(|s| s.may_be_given(role, realm));
            let known: Vec<_> = known.map(|s| s.word()).collect();
            let word: String = word.chars().take(40).collect();
            format!("There is no scope {word}; there are {}.", known.join(", "))
        })?;
        if !scope.may_be_given(role, realm) {
            return Err(if scope.fits(realm) {
                format!("Your role cannot give a key the scope {scope}.")
            } else {
                format!("A key of this account cannot have the scope {scope}.")
            });
        }
        all.push(scope);
    }
    if all.is_empty() {
        Err("Choose at least one thing that the key may do.".into())
    } else {
        Ok(all.into_iter().collect())
    }
}

/// Empty: never.
fn end_of(days: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, String> {
    let days = days.trim();
    if days.is_empty() {
        return Ok(None);
    }
    match days.parse::<i64>() {
        Ok(n) if (1..=LONGEST_DAYS).contains(&n) => Ok(Some(now + TimeDelta::days(n))),
        _ => Err(format!(
            "Enter whole days from 1 to {LONGEST_DAYS}, or leave it empty for a key that does not expire."
        )),
    }
}

/// Addresses and networks, separated by commas, spaces or lines.
fn networks_of(text: &str) -> Result<Vec<IpNet>, String> {
    let mut all: Vec<IpNet> = Vec::new();
    for word in text.split([',', ';']).flat_map(str::split_whitespace) {
        let net = word.parse::<IpNet>().or_else(|_| word.parse().map(|ip: IpAddr| IpNet::from(ip))).map_err(
            |_| {
                let word: String = word.chars().take(60).collect();
                format!("{word} is no address such as 192.0.2.7 and no network such as 192.0.2.0/24.")
            },
        )?;
        if !all.contains(&net.trunc()) {
            all.push(net.trunc());
        }
    }
    if all.len() > MOST_NETWORKS {
        return Err(format!("At most {MOST_NETWORKS} addresses or networks."));
    }
    Ok(all)
}

/// Refuses keys of affiliates while the network's settings give them no API. Affiliates do not see the settings, so this
/// is asked as the network.
async fn api_is_on(db: &Db, realm: Realm) -> Result<(), EngineError> {
    if !matches!(realm, Realm::Affiliate(_)) {
        return Ok(());
    }
    let mut tx = db.begin(Realm::Network).await?;
    let on = affiliates_may_use_api(&mut tx).await?;
    tx.commit().await?;
    if on {
        Ok(())
    } else {
        Err(EngineError::Forbidden("This network does not offer its API to affiliates.".into()))
    }
}

async fn may_have_keys(tx: &mut Tx, realm: Realm, now: DateTime<Utc>) -> Result<(), EngineError> {
    if let Realm::Affiliate(id) = realm {
        let affiliate = affiliates::get(tx, id).await?;
        let affiliate =
            affiliate.ok_or_else(|| EngineError::invalid("affiliate", "There is no such affiliate."))?;
        if affiliate.status == AccountStatus::Closed {
            return Err(EngineError::invalid("affiliate", "This account is closed; its keys are refused."));
        }
    }
    if rows::count_live(tx, realm, now).await? >= MOST_KEYS {
        return Err(EngineError::Conflict(format!(
            "This account has {MOST_KEYS} keys that work. Revoke one that is not used."
        )));
    }
    Ok(())
}

/// Makes a key that replaces another: same name, addresses and scopes, as far as the actor may give those. The old
/// one works for `overlap_hours` more, one of [`OVERLAPS`].
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Conflict`] for one that has ended or was replaced already;
/// [`EngineError::Invalid`] field `overlap_hours`.
#[expect(clippy::too_many_arguments, reason = "time, chance and secret are three things")]
pub async fn rotate_key(
    db: &Db,
    actor: &Actor,
    role: Role,
    id: KeyId,
    overlap_hours: i64,
    now: DateTime<Utc>,
    chance: u32,
    secret: &[u8; 32],
) -> Result<Rotated, EngineError> {
    if !OVERLAPS.contains(&overlap_hours) {
        return Err(EngineError::invalid("overlap_hours", "Choose how long the old key still works."));
    }
    let mut tx = db.begin(actor.realm).await?;
    let found = rows::get_for_update(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    match KeyState::of(&found, now) {
        KeyState::Active => {}
        KeyState::Suspended if !found.owner_closed && found.key.successor.is_none() => {}
        KeyState::Replaced | KeyState::Suspended if !found.owner_closed => {
            return Err(EngineError::Conflict("This key was replaced already; rotate its successor.".into()));
        }
        _ => return Err(EngineError::Conflict("This key no longer works; create another.".into())),
    }
    let old = found.key;
    let scopes = old.scopes.only(|scope| scope.may_be_given(role, old.realm));
    if scopes.is_empty() {
        return Err(EngineError::Forbidden("Your role cannot give a key what this one may do.".into()));
    }
    let made = make(
        ApiKey {
            id: KeyId::new(now.timestamp_millis(), chance),
            scopes,
            created_by: actor.user,
            created_at: now,
            // As long a life as the old one had.
            expires_at: old.expires_at.map(|end| now + (end - old.created_at)),
            last_used_at: None,
            last_used_ip: None,
            successor: None,
            ..old.clone()
        },
        secret,
    );
    rows::insert(&mut tx, &made.key, &token_hash(made.text.expose())).await?;
    let end = now + TimeDelta::hours(overlap_hours);
    let after = ApiKey {
        expires_at: Some(old.expires_at.map_or(end, |before| before.min(end))),
        successor: Some(made.key.id),
        ..old.clone()
    };
    rows::update(&mut tx, &after).await?;
    audit(&mut tx, actor, "api_key.create", made.key.id, None, Some(json!(made.key)), now).await?;
    audit(&mut tx, actor, "api_key.rotate", id, Some(json!(old)), Some(json!(after)), now).await?;
    tx.commit().await?;
    Ok(Rotated { key: made, old_until: after.expires_at.filter(|end| *end > now) })
}

/// Ends a key at once. One that has ended stays as it is.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn revoke_key(db: &Db, actor: &Actor, id: KeyId, now: DateTime<Utc>) -> Result<(), EngineError> {
    let mut tx = db.begin(actor.realm).await?;
    let before = rows::get_for_update(&mut tx, id).await?.ok_or(EngineError::NotFound)?.key;
    if before.revoked_at.is_some() {
        return Ok(());
    }
    let after = ApiKey { revoked_at: Some(now), ..before.clone() };
    rows::update(&mut tx, &after).await?;
    audit(&mut tx, actor, "api_key.revoke", id, Some(json!(before)), Some(json!(after)), now).await?;
    Ok(tx.commit().await?)
}

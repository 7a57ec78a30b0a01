//! Keys of the API, for those who look after them.

use super::{Ask, choices, parts};
use crate::{EngineError, api_keys::KeyState};
use chrono::TimeDelta;
use domain::{
    access::{Realm, Role},
    api_key::Scope,
    view::{ApiKeyForm, ApiKeyList, ApiKeyRow, Choice, ScopeChoice},
};
use store::api_keys::{self as rows, KeyWithOwner};

/// How long a key that has ended stays in the list.
const ENDED_SHOWN: TimeDelta = TimeDelta::days(30);

/// Keys shown at most.
const MOST: usize = 500;

/// The asker's keys, and for the network's people everybody's; the newest first.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn list(ask: &Ask<'_>) -> Result<ApiKeyList, EngineError> {
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let mut found = rows::list(&mut tx, ask.now - ENDED_SHOWN, MOST as i64 + 1).await?;
    let more = found.len() > MOST;
    found.truncate(MOST);
    Ok(ApiKeyList {
        more,
        keys: found.into_iter().map(|k| row(k, ask)).collect(),
        owners: ask.realm == Realm::Network,
    })
}

/// What somebody of that role may choose from.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn form(ask: &Ask<'_>, role: Role) -> Result<ApiKeyForm, EngineError> {
    let scopes = Scope::ALL.iter().filter(|s| s.may_be_given(role, ask.realm)).map(|s| ScopeChoice {
        word: s.word().to_owned(),
        label: s.label().to_owned(),
        group: s.group().to_owned(),
        for_affiliates: s.for_affiliates(),
    });
    let affiliates: Vec<Choice> = match ask.realm {
        Realm::Network => {
            let mut tx = ask.db.begin_read(ask.realm).await?;
            choices::affiliates_in(&mut tx).await?
        }
        _ => Vec::new(),
    };
    Ok(ApiKeyForm { scopes: scopes.collect(), affiliates })
}

fn row(found: KeyWithOwner, ask: &Ask<'_>) -> ApiKeyRow {
    let state = KeyState::of(&found, ask.now);
    let time = |at: chrono::DateTime<chrono::Utc>| parts::time(at.timestamp_millis(), ask.tz);
    let (label, note) = described(state, &found);
    let KeyWithOwner { key, creator_email, owner_name, owner_closed, .. } = found;
    let owner_id = match key.realm {
        Realm::Network => String::new(),
        Realm::Affiliate(id) => id.to_string(),
        Realm::Advertiser(id) => id.to_string(),
        Realm::Buyer(id) => id.to_string(),
    };
    ApiKeyRow {
        id: key.id.to_string(),
        name: key.name,
        shown: format!("{}…{}", key.prefix, key.last4),
        owner: owner_name,
        owner_id,
        scopes: key.scopes.words(),
        networks: key.networks.iter().map(ToString::to_string).collect(),
        created: time(key.created_at),
        created_by: creator_email,
        expires: key.expires_at.map(time),
        last_used: key.last_used_at.map(time),
        last_used_ip: key.last_used_ip.map(|ip| ip.to_string()).unwrap_or_default(),
        state: state.word().to_owned(),
        state_label: label.to_owned(),
        state_note: note.to_owned(),
        may_rotate: key.successor.is_none()
            && !owner_closed
            && matches!(state, KeyState::Active | KeyState::Suspended),
        may_revoke: !matches!(state, KeyState::Revoked | KeyState::Expired),
    }
}

fn described(state: KeyState, found: &KeyWithOwner) -> (&'static str, &'static str) {
    match state {
        KeyState::Active => ("Active", ""),
        KeyState::Replaced => ("Replaced", "Works until it expires; its successor is in use."),
        KeyState::Expired => ("Expired", ""),
        KeyState::Revoked => ("Revoked", ""),
        KeyState::Suspended if found.owner_closed => ("Suspended", "The account is closed."),
        KeyState::Suspended => {
            ("Suspended", "Whoever made it can no longer sign in. Rotate it to take it over.")
        }
    }
}

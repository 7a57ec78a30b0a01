//! What the server does for the pages of keys.

use crate::error::AppError;
use domain::{
    api_key::ApiKeyDraft,
    view::{ApiKeyForm as FormView, ApiKeyList, ShownKey},
};
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use super::OneTime;
#[cfg(feature = "ssr")]
use crate::{
    ctx::{Caller, Deps, deps, require, require_recent},
    parts::{go, id_of},
};
#[cfg(feature = "ssr")]
use domain::{
    access::{Permission, Portal},
    ids::KeyId,
};
#[cfg(feature = "ssr")]
use engine::{
    api_keys::{self as keys, NewKey},
    reports,
};

/// The keys that the reader looks after.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "api_keys", output = Postcard)]
pub async fn api_keys() -> Result<ApiKeyList, AppError> {
    let caller = require(Permission::ManageKeys).await?;
    Ok(reports::api_keys::list(&deps()?.ask(&caller)).await?)
}

/// What a new key can be given.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "api_key_form", output = Postcard)]
pub async fn api_key_form() -> Result<FormView, AppError> {
    let caller = require(Permission::ManageKeys).await?;
    Ok(reports::api_keys::form(&deps()?.ask(&caller), caller.role).await?)
}

/// Makes a key; the answer is the only one that ever contains it.
///
/// # Errors
/// Those of [`crate::ctx::require_recent`]; [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields
/// of the draft.
#[server(prefix = "/fn", endpoint = "create_api_key")]
pub async fn create_api_key(#[server(default)] draft: ApiKeyDraft) -> Result<ShownKey, AppError> {
    let caller = require_recent(Permission::ManageKeys).await?;
    let deps = deps()?;
    let (now, chance, secret) = ((deps.now)(), (deps.chance)(), (deps.secret)());
    let made = keys::create_key(&deps.db, &caller.actor(), caller.role, &draft, now, chance, &secret)
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    Ok(shown(made, None, &deps, &caller))
}

/// Makes the successor of a key; the old one works for `overlap_hours` more.
///
/// # Errors
/// As [`create_api_key`]; [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound) and
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) for one that has ended.
#[server(prefix = "/fn", endpoint = "rotate_api_key")]
pub async fn rotate_api_key(id: String, overlap_hours: i64) -> Result<ShownKey, AppError> {
    let caller = require_recent(Permission::ManageKeys).await?;
    let deps = deps()?;
    let (now, chance, secret) = ((deps.now)(), (deps.chance)(), (deps.secret)());
    let id: KeyId = id_of(&id)?;
    let made =
        keys::rotate_key(&deps.db, &caller.actor(), caller.role, id, overlap_hours, now, chance, &secret)
            .await?;
    Ok(shown(made.key, made.old_until, &deps, &caller))
}

/// Ends a key at once.
///
/// # Errors
/// Those of [`crate::ctx::require_recent`]; [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "revoke_api_key")]
pub async fn revoke_api_key(id: String) -> Result<(), AppError> {
    let caller = require_recent(Permission::ManageKeys).await?;
    let deps = deps()?;
    keys::revoke_key(&deps.db, &caller.actor(), id_of(&id)?, (deps.now)()).await?;
    go(&list_path(&caller), "revoked");
    Ok(())
}

#[cfg(feature = "ssr")]
fn list_path(caller: &Caller) -> String {
    format!("{}/api-keys", caller.role.portal().home())
}

/// The key for the answer. A form sent without JavaScript gets it as a page, never in an address.
#[cfg(feature = "ssr")]
fn shown(
    made: NewKey,
    old_until: Option<chrono::DateTime<chrono::Utc>>,
    deps: &Deps,
    caller: &Caller,
) -> ShownKey {
    let text = made.text.expose().to_owned();
    let collection = match caller.role.portal() {
        Portal::Admin => "campaigns",
        _ => "links",
    };
    let view = ShownKey {
        id: made.key.id.to_string(),
        name: made.key.name,
        curl: format!("curl -H 'Authorization: Bearer {text}' {}/api/v1/{collection}", deps.console_url),
        old_until: old_until.map(|at| deps.time(at, &caller.tz)),
        text,
    };
    OneTime::put(view.clone(), list_path(caller));
    view
}

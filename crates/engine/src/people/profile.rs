//! One's own account: name, time zone, password.

use super::{own_user, reset::replace};
use crate::{
    error::{EngineError, FieldErrors},
    signin::{Limiter, Proof, Sealer, SignInError, SignedIn, hash_password, prove},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    drafts::ProfileDraft,
    ids::{SessionId, UserId},
    period::{PRESETS, memorable},
    validate,
};
use serde_json::json;
use store::{
    Db,
    audit::audit,
    people::{self, User},
    security::sessions,
};

/// The form as it is.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn profile_draft(db: &Db, user: UserId) -> Result<ProfileDraft, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let user = people::get(&mut tx, user).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    Ok(ProfileDraft { name: user.name, time_zone: user.time_zone })
}

/// Changes name and time zone.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`ProfileDraft`].
pub async fn update_profile(
    db: &Db,
    actor: &Actor,
    draft: &ProfileDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let id = own_user(actor)?;
    let mut wrong = FieldErrors::default();
    let name = wrong.take("name", validate::name(&draft.name));
    let zone = draft.time_zone.trim();
    if !domain::period::zone_known(zone) {
        wrong.add("time_zone", "Choose a time zone from the list.");
    }
    let Some(name) = name else { return Err(EngineError::Invalid(wrong)) };
    wrong.check()?;
    // People of other realms may read their row, not write it.
    let mut tx = db.begin(Realm::Network).await?;
    let before = people::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let after = User { name, time_zone: zone.to_owned(), updated_at: now, ..before.clone() };
    people::update(&mut tx, &after).await?;
    audit(&mut tx, actor, "user.update", id, Some(json!(before)), Some(json!(after)), now).await?;
    Ok(tx.commit().await?)
}

/// Remembers which period somebody chose, for pages that are opened without one. Own days are not remembered: weeks later
/// they would silently be the past. A preference, so that nothing is written into the audit log.
///
/// # Errors
/// [`EngineError::Invalid`] field `period` for a word that is no preset; [`EngineError::NotFound`].
pub async fn remember_period(db: &Db, actor: &Actor, word: &str) -> Result<(), EngineError> {
    let id = own_user(actor)?;
    let Some(word) = memorable(word.trim()) else {
        let known: Vec<_> = PRESETS.iter().filter_map(|p| memorable(p.word)).collect();
        return Err(EngineError::invalid("period", format!("Choose one of {}.", known.join(", "))));
    };
    let mut tx = db.begin(Realm::Network).await?;
    if !people::set_period(&mut tx, id, word).await? {
        return Err(EngineError::NotFound);
    }
    Ok(tx.commit().await?)
}

/// What the present password is checked with: wrong ones count as failed attempts to sign in.
#[derive(Clone, Copy)]
pub struct Guard<'a> {
    pub limiter: &'a Limiter,
    pub sealer: &'a Sealer,
}

/// Refuses what is not the person's present password; the message goes to `field`.
pub(super) async fn check_present(
    db: &Db,
    guard: Guard<'_>,
    actor: &Actor,
    (field, password): (&'static str, &str),
    now: DateTime<Utc>,
) -> Result<User, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let user = people::get(&mut tx, own_user(actor)?).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    let person = SignedIn::from(user.clone());
    let proof = Proof::Password(password);
    match prove(db, guard.limiter, guard.sealer, &person, proof, actor.ip, now).await {
        Ok(()) => Ok(user),
        Err(SignInError::Wrong) => Err(EngineError::invalid(field, "This is not your present password.")),
        Err(e @ SignInError::TooMany { .. }) => Err(EngineError::invalid(field, e.to_string())),
        Err(SignInError::Unavailable) => Err(EngineError::Unavailable),
    }
}

/// What the form of a new password asks for.
#[derive(Clone, Copy)]
pub struct NewPassword<'a> {
    pub present: &'a str,
    pub password: &'a str,
}

/// Gives oneself another password. Every session ends but `keep`, the one that asks. `salt` is fresh chance.
///
/// # Errors
/// [`EngineError::Invalid`] fields `present`, `password`.
#[allow(clippy::too_many_arguments)] // Time and chance are arguments.
pub async fn change_password(
    db: &Db,
    guard: Guard<'_>,
    actor: &Actor,
    keep: SessionId,
    new: NewPassword<'_>,
    console_url: &str,
    now: DateTime<Utc>,
    salt: [u8; 16],
) -> Result<(), EngineError> {
    let NewPassword { present, password } = new;
    validate::password(password).map_err(|e| EngineError::invalid("password", e))?;
    if present == password {
        return Err(EngineError::invalid("password", "Choose another one than the present one."));
    }
    let user = check_present(db, guard, actor, ("present", present), now).await?;
    let hash = hash_password(password.to_owned(), salt).await?;
    let mut tx = db.begin(Realm::Network).await?;
    replace(&mut tx, &user, &hash, console_url, now).await?;
    sessions::carry_on(&mut tx, user.id, keep).await?;
    audit(&mut tx, actor, "user.change_password", user.id, None, None, now).await?;
    Ok(tx.commit().await?)
}

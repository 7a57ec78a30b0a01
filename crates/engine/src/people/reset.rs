//! Forgotten passwords. Asking has one answer, whether or not there is such an account.

use super::{EMAIL, Link, RESET, Visitor, bad_link, in_words};
use crate::{
    accounts::network_only,
    error::EngineError,
    mail::{
        self,
        templates::{PasswordChanged, PasswordReset, Written as _, network_name},
    },
    secret::token_hash,
    signin::{hash_password, lockout},
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Actor, Realm},
    ids::UserId,
    validate,
};
use serde_json::json;
use store::{
    Db, Tx,
    audit::audit,
    people::{self, Credentials, User},
    tokens,
};

/// Minutes a link works.
const MINUTES: i64 = 60;

/// Letters to one account within an hour. More are asked for in vain: the ones sent still work.
const PER_HOUR: i64 = 3;

/// Sends a link to a new password, if the address has an account that may sign in. Whoever asks learns nothing; how
/// often one address of the network may ask is limited at the door.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn forgot(
    db: &Db,
    email: &str,
    link: Link<'_>,
    visitor: &Visitor,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let email = email.trim();
    if email.is_empty() || email.len() > 254 || email.chars().any(char::is_control) {
        return Ok(());
    }
    let mut tx = db.begin(Realm::Network).await?;
    let Some(Credentials { user, .. }) = people::by_email(&mut tx, email).await?.filter(may_sign_in) else {
        tracing::info!(ip = ?visitor.ip, "a new password was asked for an address without an account");
        return Ok(());
    };
    if tokens::issued_since(&mut tx, RESET, user.id, now - Duration::hours(1)).await? >= PER_HOUR {
        tracing::info!(user = %user.id, "more new passwords were asked for than letters are sent");
        return Ok(());
    }
    let (text, href) = link.to("reset");
    let new = tokens::NewToken {
        kind: RESET,
        hash: token_hash(&text),
        email: user.email.clone(),
        user: Some(user.id),
        payload: json!({}),
        expires_at: now + Duration::minutes(MINUTES),
        now,
    };
    tokens::issue(&mut tx, &new).await?;
    let letter = PasswordReset { network: network_name(&mut tx).await?, link: href, minutes: MINUTES };
    mail::queue(&mut tx, &letter.to(&user.email)?, now).await?;
    let mut actor = visitor.as_person(user.id, "somebody");
    // Anybody can ask; it says nothing about who did.
    actor.user = None;
    audit(&mut tx, &actor, "user.forgot_password", user.id, None, None, now).await?;
    Ok(tx.commit().await?)
}

fn may_sign_in(c: &Credentials) -> bool {
    c.user.active && !c.owner_closed
}

/// The person behind a link that works, locked in by the transaction.
async fn behind(
    tx: &mut Tx,
    text: &str,
    now: DateTime<Utc>,
) -> Result<(tokens::Token, Credentials), EngineError> {
    let token = tokens::find(tx, RESET, &token_hash(text), now).await?.ok_or_else(bad_link)?;
    let user = token.user.ok_or_else(bad_link)?;
    let found = people::credentials(tx, user).await?.filter(may_sign_in).ok_or_else(bad_link)?;
    Ok((token, found))
}

/// The address whose password the link is for. Opening the page uses nothing up.
///
/// # Errors
/// [`EngineError::Conflict`] for every link that does not work.
pub async fn reset_for(db: &Db, text: &str, now: DateTime<Utc>) -> Result<String, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let (_, found) = behind(&mut tx, text, now).await?;
    tx.commit().await?;
    Ok(found.user.email)
}

/// Sets the new password: ends every session, lifts a lock, uses up every link to the account, and tells the person.
/// Answers whose account it is. `salt` is fresh chance.
///
/// # Errors
/// [`EngineError::Conflict`] for every link that does not work; [`EngineError::Invalid`] field `password`.
pub async fn reset(
    db: &Db,
    text: &str,
    password: &str,
    console_url: &str,
    visitor: &Visitor,
    now: DateTime<Utc>,
    salt: [u8; 16],
) -> Result<String, EngineError> {
    // Nobody gets a password hashed without a link that works.
    reset_for(db, text, now).await?;
    validate::password(password).map_err(|e| EngineError::invalid("password", e))?;
    let hash = hash_password(password.to_owned(), salt).await?;
    let mut tx = db.begin(Realm::Network).await?;
    let (token, Credentials { user, .. }) = behind(&mut tx, text, now).await?;
    if !tokens::consume(&mut tx, token.id, now).await? {
        return Err(bad_link());
    }
    replace(&mut tx, &user, &hash, console_url, now).await?;
    let actor = visitor.as_person(user.id, &user.email);
    audit(&mut tx, &actor, "user.reset_password", user.id, None, None, now).await?;
    tx.commit().await?;
    Ok(user.email)
}

/// Who signs in with an address, whatever its case.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Unavailable`].
pub async fn find(db: &Db, email: &str) -> Result<UserId, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let found = people::by_email(&mut tx, email.trim()).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    Ok(found.user.id)
}

/// Sets somebody's password by hand, for whoever runs the machine: the person is locked out, and letters do not arrive.
/// Does what a link from a letter does: ends every session, lifts a lock, uses up every link to the account, and tells
/// the person. `salt` is fresh chance.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Invalid`] field `password`; [`EngineError::Forbidden`] unless the network asks.
pub async fn set_password(
    db: &Db,
    actor: &Actor,
    id: UserId,
    password: &str,
    console_url: &str,
    now: DateTime<Utc>,
    salt: [u8; 16],
) -> Result<(), EngineError> {
    network_only(actor)?;
    validate::password(password).map_err(|e| EngineError::invalid("password", e))?;
    let hash = hash_password(password.to_owned(), salt).await?;
    let mut tx = db.begin(Realm::Network).await?;
    let user = people::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    replace(&mut tx, &user, &hash, console_url, now).await?;
    audit(&mut tx, actor, "user.set_password", id, None, None, now).await?;
    Ok(tx.commit().await?)
}

/// Another password, and all that comes with it: every session and every link to the account end, a lock is lifted, the
/// person is told.
pub(super) async fn replace(
    tx: &mut Tx,
    user: &User,
    hash: &str,
    console_url: &str,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    if !people::set_password(tx, user.id, hash, now).await? {
        return Err(EngineError::NotFound);
    }
    for kind in [RESET, EMAIL] {
        tokens::revoke_for_user(tx, kind, user.id, now).await?;
    }
    lockout::succeeded(tx, &user.email).await?;
    tell(tx, &user.email, console_url, now).await
}

/// Tells somebody that the password is another one now.
async fn tell(tx: &mut Tx, email: &str, console_url: &str, now: DateTime<Utc>) -> Result<(), EngineError> {
    let letter = PasswordChanged {
        network: network_name(tx).await?,
        at: in_words(now),
        forgot: format!("{console_url}/forgot"),
    };
    mail::queue(tx, &letter.to(email)?, now).await
}

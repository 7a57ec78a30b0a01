//! Signing in with email and password, then a code where the person has two-step sign-in.
//!
//! Whoever asks learns nothing but yes or no: an unknown address, a wrong password and a disabled account have the
//! same answer after the same work. Attempts are limited for each account and each address of the network.

mod limiter;
pub(crate) mod lockout;
mod password;
mod sealer;
pub mod sessions;
pub mod two_step;

pub use limiter::Limiter;
pub use lockout::{locked_until, tidy, unlock, unlock_address};
pub use password::hash_password;
pub use sealer::Sealer;

use crate::error::EngineError;
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm, Role},
    ids::{SessionId, UserId},
};
use std::net::IpAddr;
use store::{
    Db, StoreError,
    audit::audit,
    people::{self, Credentials, User},
};

/// Somebody who is signed in. The session keeps `user` and `epoch`; everything else is read anew by
/// [`session_user`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub user: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub realm: Realm,
    /// IANA name.
    pub time_zone: String,
    /// Word of the period last chosen on a page with figures.
    pub period: Option<String>,
    /// Sessions of an older epoch have ended.
    pub epoch: i32,
}

impl SignedIn {
    /// This person as the author of a change.
    #[must_use]
    pub fn actor(&self, ip: Option<IpAddr>, request_id: Option<String>) -> Actor {
        Actor { user: Some(self.user), name: self.email.clone(), realm: self.realm, ip, request_id }
    }
}

impl From<User> for SignedIn {
    fn from(u: User) -> Self {
        Self {
            user: u.id,
            email: u.email,
            name: u.name,
            role: u.role,
            realm: u.realm,
            time_zone: u.time_zone,
            period: u.period,
            epoch: u.session_epoch,
        }
    }
}

/// Why nobody was signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    #[error("The email address or the password is wrong.")]
    Wrong,
    #[error("Too many attempts. Try again in {retry_secs} seconds.")]
    TooMany { retry_secs: i64 },
    #[error("Signing in is not possible right now. Try again in a moment.")]
    Unavailable,
}

impl From<StoreError> for SignInError {
    fn from(e: StoreError) -> Self {
        tracing::warn!(error = %e, "sign-in without the database");
        Self::Unavailable
    }
}

/// The password was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstStep {
    /// That is all; [`sessions::open`] comes next.
    Done(SignedIn),
    /// A code has to follow: [`second_step`].
    NeedsCode(SignedIn),
}

/// Checks email and password. `ip` is the visitor's, as far as it is known. Nobody is signed in yet by that.
///
/// # Errors
/// [`SignInError`].
pub async fn sign_in(
    db: &Db,
    limiter: &Limiter,
    email: &str,
    password: &str,
    ip: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<FirstStep, SignInError> {
    let email = email.trim();
    let attempt =
        limiter.attempt(email, ip, now).map_err(|retry_secs| SignInError::TooMany { retry_secs })?;
    lockout::check(db, email, ip, now).await?;
    let found = find(db, email).await?;
    let hash = found.as_ref().map(|c| c.password_hash.clone());
    // The hash is checked for everybody, also where the answer is known, so that all answers take the same time.
    let right = password::verify(password.to_owned(), hash).await.ok_or(SignInError::Unavailable)?;
    let allowed = |c: &Credentials| right && c.user.active && !c.owner_closed;
    let whose = found.as_ref().map(|c| c.user.id);
    let Some(Credentials { user, .. }) = found.filter(allowed) else {
        tracing::info!(ip = ?ip, "sign-in refused");
        lockout::failed(db, email, whose, ip, now).await?;
        return Err(SignInError::Wrong);
    };
    let two_step = two_step::status(db, user.id).await.map_err(|_| SignInError::Unavailable)?;
    limiter.succeeded(attempt);
    let person = SignedIn::from(user);
    Ok(if two_step.since.is_some() { FirstStep::NeedsCode(person) } else { FirstStep::Done(person) })
}

/// Checks the code after a right password. `epoch` is the one that the password was right for.
///
/// # Errors
/// [`SignInError`].
#[allow(clippy::too_many_arguments)]
pub async fn second_step(
    db: &Db,
    limiter: &Limiter,
    sealer: &Sealer,
    user: UserId,
    epoch: i32,
    code: &str,
    ip: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<SignedIn, SignInError> {
    let person = session_user(db, user, epoch).await.map_err(|_| SignInError::Unavailable)?;
    let person = person.ok_or(SignInError::Wrong)?;
    prove(db, limiter, sealer, &person, Proof::Code(code), ip, now).await?;
    Ok(person)
}

/// What somebody shows to be who they are.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    Password(&'a str),
    /// Of the authenticator, or a recovery code.
    Code(&'a str),
}

/// Somebody who is signed in proves to be there: the session counts as confirmed for [`sessions::RECENT`].
///
/// # Errors
/// [`SignInError`].
#[allow(clippy::too_many_arguments)]
pub async fn step_up(
    db: &Db,
    limiter: &Limiter,
    sealer: &Sealer,
    person: &SignedIn,
    session: SessionId,
    proof: Proof<'_>,
    ip: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<(), SignInError> {
    prove(db, limiter, sealer, person, proof, ip, now).await?;
    let mut tx = db.begin(Realm::Network).await?;
    lockout::succeeded(&mut tx, &person.email).await?;
    store::security::sessions::confirm(&mut tx, session, now).await?;
    audit(&mut tx, &person.actor(ip, None), "user.step_up", person.user, None, None, now).await?;
    Ok(tx.commit().await?)
}

/// Checks a password or a code of somebody who is signed in; wrong ones count towards a lock.
///
/// # Errors
/// [`SignInError`].
pub(crate) async fn prove(
    db: &Db,
    limiter: &Limiter,
    sealer: &Sealer,
    person: &SignedIn,
    proof: Proof<'_>,
    ip: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<(), SignInError> {
    let attempt =
        limiter.attempt(&person.email, ip, now).map_err(|retry_secs| SignInError::TooMany { retry_secs })?;
    lockout::check(db, &person.email, ip, now).await?;
    let mut tx = db.begin(Realm::Network).await?;
    let right = match proof {
        Proof::Code(code) => {
            let taken = two_step::take(&mut tx, sealer, person.user, code, now).await?;
            tx.commit().await?;
            taken.is_some()
        }
        Proof::Password(text) => {
            let hash = people::credentials(&mut tx, person.user).await?.map(|c| c.password_hash);
            tx.commit().await?;
            password::verify(text.to_owned(), hash).await.ok_or(SignInError::Unavailable)?
        }
    };
    if !right {
        tracing::info!(ip = ?ip, "a code or a password was refused");
        lockout::failed(db, &person.email, Some(person.user), ip, now).await?;
        return Err(SignInError::Wrong);
    }
    limiter.succeeded(attempt);
    Ok(())
}

async fn find(db: &Db, email: &str) -> Result<Option<Credentials>, StoreError> {
    // Texts that no stored address can be are not even asked for; a NUL would be an error in the database.
    if email.len() > 254 || email.chars().any(char::is_control) {
        return Ok(None);
    }
    let mut tx = db.begin(Realm::Network).await?;
    let found = people::by_email(&mut tx, email).await?;
    tx.commit().await?;
    Ok(found)
}

/// The person of a session, or nobody where the session has ended: signed out everywhere, disabled, or the account
/// was closed.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn session_user(db: &Db, user: UserId, epoch: i32) -> Result<Option<SignedIn>, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let found = people::credentials(&mut tx, user).await?;
    tx.commit().await?;
    Ok(found
        .filter(|c| c.user.active && !c.owner_closed && c.user.session_epoch == epoch)
        .map(|c| SignedIn::from(c.user)))
}

/// Ends every session of a person: "sign out everywhere".
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Forbidden`] for another person's, unless the network asks.
pub async fn end_sessions(
    db: &Db,
    actor: &Actor,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    if actor.user != Some(user) && actor.realm != Realm::Network {
        return Err(EngineError::Forbidden("These are not your sessions.".into()));
    }
    let mut tx = db.begin(Realm::Network).await?;
    if !people::end_sessions(&mut tx, user).await? {
        return Err(EngineError::NotFound);
    }
    audit(&mut tx, actor, "user.end_sessions", user, None, None, now).await?;
    Ok(tx.commit().await?)
}

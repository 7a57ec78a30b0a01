//! Wrong passwords and codes in a row, counted in the database: over all nodes, and over restarts.
//!
//! An account has a number of mistakes free; every further one locks it, each time for longer. An address, which an
//! office shares, has more of them. A day without a mistake, the right password, or somebody of the network clears the
//! account. The [`Limiter`] stands in front and spares the database the rest.

use super::{Limiter, SignInError, limiter};
use crate::{accounts::network_only, error::EngineError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Realm},
    ids::UserId,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use store::{
    Db, StoreError, Tx,
    audit::audit,
    people,
    security::{
        failures::{self, Key, Kind},
        sessions,
    },
};

/// Mistakes before the first lock, and the longest lock in minutes.
struct Rule {
    free: i32,
    longest: i64,
}

const ACCOUNT: Rule = Rule { free: 10, longest: 60 };
const ADDRESS: Rule = Rule { free: 50, longest: 15 };

/// After that long without a mistake all are forgotten.
const MEMORY: TimeDelta = TimeDelta::hours(24);

fn rule(kind: Kind) -> Rule {
    match kind {
        Kind::Account => ACCOUNT,
        Kind::Address => ADDRESS,
    }
}

/// How long the lock of so many mistakes in a row is: one minute, then twice as long each time.
fn lock_minutes(kind: Kind, failures: i32) -> Option<i64> {
    let Rule { free, longest } = rule(kind);
    let over = failures - free;
    (over > 0).then(|| (1_i64 << (over - 1).min(20)).min(longest))
}

fn account(email: &str) -> Key {
    let text: String = email.trim().to_lowercase().chars().take(254).collect();
    Key(Kind::Account, Sha256::digest(text.as_bytes()).into())
}

fn address(ip: IpAddr) -> Key {
    Key(Kind::Address, Sha256::digest(limiter::network(ip).to_string().as_bytes()).into())
}

fn keys(email: &str, ip: Option<IpAddr>) -> Vec<Key> {
    std::iter::once(account(email)).chain(ip.map(address)).collect()
}

/// Refuses while account or address are locked.
///
/// # Errors
/// [`SignInError::TooMany`].
pub(super) async fn check(
    db: &Db,
    email: &str,
    ip: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<(), SignInError> {
    let mut tx = db.begin(Realm::Network).await?;
    let mut until = None;
    for key in keys(email, ip) {
        until = until.max(failures::locked_until(&mut tx, key, now).await?);
    }
    tx.commit().await?;
    match until {
        Some(until) => Err(SignInError::TooMany { retry_secs: (until - now).num_seconds().max(1) }),
        None => Ok(()),
    }
}

/// Counts a mistake. `user` is whose account it is, if there is one: a lock is put on record there.
pub(super) async fn failed(
    db: &Db,
    email: &str,
    user: Option<UserId>,
    ip: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut tx = db.begin(Realm::Network).await?;
    for key in keys(email, ip) {
        let failures = failures::count(&mut tx, key, now - MEMORY, now).await?;
        let Some(minutes) = lock_minutes(key.0, failures) else { continue };
        failures::lock(&mut tx, key, now + TimeDelta::minutes(minutes)).await?;
        tracing::warn!(kind = ?key.0, failures, minutes, "sign-in locked");
        if let (Kind::Account, Some(user)) = (key.0, user) {
            let actor = Actor { ip, ..Actor::system("sign-in") };
            let after = json!({ "failures": failures, "minutes": minutes });
            audit(&mut tx, &actor, "user.lock", user, None, Some(after), now).await?;
        }
    }
    tx.commit().await
}

/// The right password or code: the account's mistakes are forgotten. Those of the address are not, or one good
/// account would be a way to try many others.
pub(crate) async fn succeeded(tx: &mut Tx, email: &str) -> Result<(), StoreError> {
    failures::forget(tx, account(email)).await.map(|_| ())
}

/// Until when somebody cannot sign in because of wrong attempts.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn locked_until(
    db: &Db,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let person = people::get(&mut tx, user).await?.ok_or(EngineError::NotFound)?;
    let until = failures::locked_until(&mut tx, account(&person.email), now).await?;
    tx.commit().await?;
    Ok(until)
}

/// Lets somebody try again at once.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Forbidden`] unless the network asks.
pub async fn unlock(
    db: &Db,
    limiter: &Limiter,
    actor: &Actor,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let person = people::get(&mut tx, user).await?.ok_or(EngineError::NotFound)?;
    failures::forget(&mut tx, account(&person.email)).await?;
    audit(&mut tx, actor, "user.unlock", user, None, None, now).await?;
    tx.commit().await?;
    limiter.forget(&person.email);
    Ok(())
}

/// Lets everybody from an address try again at once; of IPv6, from its /64. `false`: nothing was counted there.
///
/// # Errors
/// [`EngineError::Forbidden`] unless the network asks; [`EngineError::Unavailable`].
pub async fn unlock_address(
    db: &Db,
    actor: &Actor,
    ip: IpAddr,
    now: DateTime<Utc>,
) -> Result<bool, EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let was = failures::forget(&mut tx, address(ip)).await?;
    if was {
        audit(&mut tx, actor, "address.unlock", limiter::network(ip), None, None, now).await?;
    }
    tx.commit().await?;
    Ok(was)
}

/// Clears away what no longer counts, and sessions that ended long ago.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn tidy(db: &Db, now: DateTime<Utc>) -> Result<(), EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    failures::tidy(&mut tx, now - MEMORY).await?;
    sessions::tidy(&mut tx, now - TimeDelta::days(30)).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_grow_and_end() {
        let minutes: Vec<_> = (9..=18).map(|n| lock_minutes(Kind::Account, n)).collect();
        assert_eq!(minutes[..2], [None, None]);
        assert_eq!(minutes[2..], [1, 2, 4, 8, 16, 32, 60, 60].map(Some));
        assert_eq!(lock_minutes(Kind::Address, 1_000_000), Some(15));
        assert_eq!(lock_minutes(Kind::Account, i32::MAX), Some(60));
    }

    #[test]
    fn spelling_does_not_make_another_account() {
        assert_eq!(account(" Ann@X.example "), account("ann@x.example"));
        assert_ne!(account("ann@x.example"), account("bob@x.example"));
    }
}

//! Limits of sign-in attempts, in this process.
//!
//! The generic cell rate algorithm: for each key one time, until which its allowance is used up. A node that starts
//! again, or a second node, begins with a full allowance; the limits are low enough that this does not matter.

use chrono::{DateTime, Utc};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// An allowance: so many attempts at once, then one more each `every_ms`.
#[derive(Debug, Clone, Copy)]
struct Quota {
    burst: i64,
    every_ms: i64,
}

/// For one account: ten wrong passwords, then one in 30 seconds.
const ACCOUNT: Quota = Quota { burst: 10, every_ms: 30_000 };
/// For one address of the network: an office shares it.
const ADDRESS: Quota = Quota { burst: 40, every_ms: 6_000 };

/// Keys that are remembered before the spent ones are cleared away.
const KEYS: usize = 20_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(String),
    Address(IpAddr),
}

/// Counts attempts. One for the whole program.
#[derive(Debug, Default)]
pub struct Limiter {
    /// Until when (ms since 1970) the allowance of a key is used up.
    used_until: Mutex<HashMap<Key, i64>>,
}

/// An attempt that was counted.
#[derive(Debug)]
#[must_use]
pub struct Attempt(Vec<(Key, Quota)>);

impl Limiter {
    /// A limiter that has seen nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts an attempt, before the password is looked at: parallel attempts count as well. `Err` is the time to
    /// wait in seconds; such an attempt costs nothing.
    ///
    /// # Errors
    /// Seconds until the next attempt.
    pub fn attempt(&self, email: &str, ip: Option<IpAddr>, now: DateTime<Utc>) -> Result<Attempt, i64> {
        let now = now.timestamp_millis();
        let mut keys = vec![(account(email), ACCOUNT)];
        keys.extend(ip.map(|ip| (Key::Address(network(ip)), ADDRESS)));
        let mut used = self.used_until.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= KEYS {
            used.retain(|_, until| *until > now);
        }
        let wait = |used: &HashMap<Key, i64>, (key, quota): &(Key, Quota)| {
            let until = used.get(key).copied().unwrap_or(now).max(now) + quota.every_ms;
            until - now - quota.burst * quota.every_ms
        };
        let longest = keys.iter().map(|k| wait(&used, k)).max().unwrap_or(0);
        if longest > 0 {
            return Err((longest + 999) / 1_000);
        }
        for (key, quota) in &keys {
            let until = used.entry(key.clone()).or_insert(now);
            *until = (*until).max(now) + quota.every_ms;
        }
        Ok(Attempt(keys))
    }

    /// Gives an account its whole allowance back.
    pub fn forget(&self, email: &str) {
        let mut used = self.used_until.lock().unwrap_or_else(PoisonError::into_inner);
        used.remove(&account(email));
    }

    /// The password was right: the attempt does not count, and earlier mistakes with the account are forgotten.
    pub fn succeeded(&self, attempt: Attempt) {
        let mut used = self.used_until.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, quota) in attempt.0 {
            match key {
                Key::Account(_) => {
                    used.remove(&key);
                }
                Key::Address(_) => {
                    if let Some(until) = used.get_mut(&key) {
                        *until -= quota.every_ms;
                    }
                }
            }
        }
    }
}

fn account(email: &str) -> Key {
    Key::Account(email.trim().to_lowercase().chars().take(254).collect())
}

/// What counts as one address: an IPv6 subscriber has a whole /64.
pub(super) fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & (u128::MAX << 64)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + secs, 0).unwrap()
    }

    #[test]
    fn an_account_has_ten_mistakes_then_one_each_half_minute() {
        let limiter = Limiter::new();
        for n in 0..10u8 {
            let ip = Some(IpAddr::from([10, 0, 0, n]));
            assert!(limiter.attempt("Ann@Example.com", ip, at(0)).is_ok(), "{n}");
        }
        assert_eq!(limiter.attempt(" ann@example.com", None, at(0)).err(), Some(30));
        assert_eq!(limiter.attempt("ann@example.com", None, at(29)).err(), Some(1));
        assert!(limiter.attempt("bob@example.com", None, at(0)).is_ok());
        assert!(limiter.attempt("ann@example.com", None, at(30)).is_ok());
        assert!(limiter.attempt("ann@example.com", None, at(30)).is_err());
        assert!((0..10).all(|_| limiter.attempt("ann@example.com", None, at(1_000)).is_ok()));
    }

    #[test]
    fn an_address_is_limited_over_all_accounts() {
        let limiter = Limiter::new();
        let ip = |last: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]));
        for n in 0..40 {
            assert!(limiter.attempt(&format!("u{n}@example.com"), ip(n), at(0)).is_ok());
        }
        assert!(limiter.attempt("new@example.com", ip(99), at(0)).is_err());
        assert!(limiter.attempt("new@example.com", Some(IpAddr::from([192, 0, 2, 1])), at(0)).is_ok());
    }

    #[test]
    fn the_right_password_costs_nothing() {
        let limiter = Limiter::new();
        let ip = Some(IpAddr::from([192, 0, 2, 1]));
        for _ in 0..500 {
            let attempt = limiter.attempt("ann@example.com", ip, at(0)).unwrap();
            limiter.succeeded(attempt);
        }
    }

    #[test]
    fn memory_is_bounded_by_what_is_still_counted() {
        let limiter = Limiter::new();
        for n in 0..KEYS {
            let _ = limiter.attempt(&format!("u{n}@example.com"), None, at(0));
        }
        let _ = limiter.attempt("later@example.com", None, at(60));
        assert!(limiter.used_until.lock().unwrap().len() < 10);
    }
}

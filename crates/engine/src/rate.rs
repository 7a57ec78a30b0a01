//! Limits of how often something may be done: counted in Redis for all nodes, in this process while Redis is away.
//!
//! Without Redis every node grants the whole allowance by itself: a limit that is too generous for a while is better
//! than an API that is closed.

use chrono::{DateTime, Utc};
use domain::rate::{Quota, Verdict};
use std::{
    collections::HashMap,
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};
use store::limits::RedisLimits;

/// How long Redis is left alone after it did not answer: nobody waits for it twice.
const LEAVE_ALONE_US: i64 = 2_000_000;

/// Keys that are remembered in this process before the spent ones are cleared away.
const KEYS: usize = 20_000;

/// Counts. One for the whole program.
#[derive(Default)]
pub struct RateLimiter {
    redis: Option<RedisLimits>,
    /// Until when (µs since 1970) Redis is not asked.
    away_until: AtomicI64,
    /// Until when (µs since 1970) the allowance of a key is used up, counted without Redis.
    used_until: Mutex<HashMap<String, i64>>,
}

impl RateLimiter {
    /// Counts in Redis where there is one.
    #[must_use]
    pub fn new(redis: Option<RedisLimits>) -> Self {
        Self { redis, ..Self::default() }
    }

    /// Counts one.
    pub async fn take(&self, what: &str, quota: Quota, now: DateTime<Utc>) -> Verdict {
        let now = now.timestamp_micros();
        if let Some(redis) = self.redis_at(now) {
            match redis.take(what, quota, now).await {
                Ok(verdict) => return verdict,
                Err(error) => self.leave_alone(now, &error),
            }
        }
        let mut used = self.used_until.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= KEYS {
            used.retain(|_, until| *until > now);
        }
        let (until, verdict) = quota.take(used.get(what).copied().unwrap_or(0), now);
        used.insert(what.to_owned(), until);
        verdict
    }

    /// What is left, without counting one.
    pub async fn look(&self, what: &str, quota: Quota, now: DateTime<Utc>) -> Verdict {
        let now = now.timestamp_micros();
        if let Some(redis) = self.redis_at(now) {
            match redis.look(what, quota, now).await {
                Ok(verdict) => return verdict,
                Err(error) => self.leave_alone(now, &error),
            }
        }
        let used = self.used_until.lock().unwrap_or_else(PoisonError::into_inner);
        quota.look(used.get(what).copied().unwrap_or(0), now)
    }

    fn redis_at(&self, now: i64) -> Option<&RedisLimits> {
        self.redis.as_ref().filter(|_| now >= self.away_until.load(Ordering::Relaxed))
    }

    fn leave_alone(&self, now: i64, error: &store::StoreError) {
        let before = self.away_until.swap(now + LEAVE_ALONE_US, Ordering::Relaxed);
        if now - before > LEAVE_ALONE_US {
            tracing::warn!(%error, "limits are counted in this process while Redis is away");
        }
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiter").field("redis", &self.redis.is_some()).finish_non_exhaustive()
    }
}

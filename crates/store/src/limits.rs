//! Limits of how often something may be done, counted in Redis for all nodes together.
//!
//! One key each, `rl:{what}`, that holds the time until which the allowance is used up and expires with it; the
//! rule itself is [`domain::rate`]. Losing Redis forgets how much was used, nothing else.

use crate::error::StoreError;
use domain::rate::{Quota, Verdict};
use redis::{
    AsyncCommands as _, Client, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use std::{fmt, sync::Arc, time::Duration};

/// The rule of [`Quota::take`] in one step. Answers whether it was allowed and what is used now.
const TAKE: &str = r"
local now, interval, depth = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local used = tonumber(redis.call('GET', KEYS[1]) or '0') or 0
if used < now then used = now end
if used > now + depth then used = now + depth end
local after = used + interval
if after - now > depth then return {0, string.format('%.0f', used)} end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
return {1, string.format('%.0f', after)}
";

/// Counts in Redis. Cheap to clone.
#[derive(Clone)]
pub struct RedisLimits {
    redis: ConnectionManager,
    take: Arc<Script>,
}

impl RedisLimits {
    /// Connects when first used, and again whenever the connection is lost. Gives up quickly: every request of the
    /// API waits for it. To be called within the runtime.
    ///
    /// # Errors
    /// A malformed address.
    pub fn connect(url: &str) -> Result<Self, StoreError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_millis(250)))
            .set_response_timeout(Some(Duration::from_millis(250)))
            .set_max_delay(Duration::from_millis(100))
            .set_number_of_retries(1);
        let redis = ConnectionManager::new_lazy_with_config(Client::open(url)?, config)?;
        Ok(Self { redis, take: Arc::new(Script::new(TAKE)) })
    }

    /// Counts one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn take(&self, what: &str, quota: Quota, now_us: i64) -> Result<Verdict, StoreError> {
        let mut redis = self.redis.clone();
        let (allowed, used): (bool, i64) = self
            .take
            .key(key(what))
            .arg(now_us)
            .arg(quota.interval_us())
            .arg(quota.depth_us())
            .invoke_async(&mut redis)
            .await?;
        Ok(quota.verdict(allowed, used, now_us))
    }

    /// What is left, without counting one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn look(&self, what: &str, quota: Quota, now_us: i64) -> Result<Verdict, StoreError> {
        let used: Option<i64> = self.redis.clone().get(key(what)).await?;
        Ok(quota.look(used.unwrap_or(0), now_us))
    }
}

fn key(what: &str) -> String {
    format!("rl:{what}")
}

impl fmt::Debug for RedisLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisLimits")
    }
}

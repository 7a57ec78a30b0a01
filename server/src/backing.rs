//! Postgres and Redis of this run: the given ones, or private ones where none were given.

use crate::{
    config::{Config, SecretUrl},
    embedded::{Purpose, Services, Wanted},
};

/// Addresses, and the private services behind them for as long as this value lives.
pub struct Backing {
    pub database_url: SecretUrl,
    pub redis_url: SecretUrl,
    /// `None` where both addresses were given.
    pub services: Option<Services>,
}

impl Backing {
    /// Finds or starts what no address was given for. Blocks.
    ///
    /// # Errors
    /// See [`Services::acquire`].
    pub fn acquire(config: &Config, purpose: Purpose) -> anyhow::Result<Self> {
        let wanted = Wanted { postgres: config.database.url.is_empty(), redis: config.redis.url.is_empty() };
        let (mut database_url, mut redis_url) = (config.database.url.clone(), config.redis.url.clone());
        if !wanted.postgres && !wanted.redis {
            return Ok(Self { database_url, redis_url, services: None });
        }
        let services = Services::acquire(&config.home, wanted, purpose)?;
        if wanted.postgres {
            database_url = SecretUrl::new(services.state.database_url.clone().unwrap_or_default());
        }
        if wanted.redis {
            redis_url = SecretUrl::new(services.state.redis_url.clone().unwrap_or_default());
        }
        Ok(Self { database_url, redis_url, services: Some(services) })
    }
}

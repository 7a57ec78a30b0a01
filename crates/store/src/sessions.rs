//! Sessions of signed-in people in Redis, for `tower-sessions`.
//!
//! One key a session, `sess:{id}`, a JSON text that Redis lets expire with the session. If Redis loses it, the
//! person signs in again and nothing else is lost.

use crate::error::StoreError;
use async_trait::async_trait;
use redis::{
    AsyncCommands as _, Client, ExistenceCheck, SetExpiry, SetOptions,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use std::{fmt, time::Duration};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Keeps sessions in Redis. Cheap to clone.
#[derive(Clone)]
pub struct RedisSessionStore {
    redis: ConnectionManager,
}

impl RedisSessionStore {
    /// Connects when first used, and again whenever the connection is lost. To be called within the runtime.
    ///
    /// # Errors
    /// A malformed address.
    pub fn connect(url: &str) -> std::result::Result<Self, StoreError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(1)))
            .set_response_timeout(Some(Duration::from_secs(2)))
            .set_max_delay(Duration::from_millis(500))
            .set_number_of_retries(2);
        Ok(Self { redis: ConnectionManager::new_lazy_with_config(Client::open(url)?, config)? })
    }

    /// Whether sessions can be read and written.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ping(&self) -> std::result::Result<(), StoreError> {
        Ok(redis::cmd("PING").query_async(&mut self.redis.clone()).await?)
    }

    /// Writes the record if its key is there (`XX`) or is not (`NX`). `false`: it was the other way round.
    async fn write(&self, record: &Record, when: ExistenceCheck) -> Result<bool> {
        let text = serde_json::to_string(record).map_err(|e| Error::Encode(e.to_string()))?;
        // A session that has expired already must not be kept for ever: Redis refuses times before 1970.
        let until = record.expiry_date.unix_timestamp().max(1) as u64;
        let options = SetOptions::default().conditional_set(when).with_expiration(SetExpiry::EXAT(until));
        let done: Option<String> =
            self.redis.clone().set_options(key(&record.id), text, options).await.map_err(backend)?;
        Ok(done.is_some())
    }
}

fn key(id: &Id) -> String {
    format!("sess:{id}")
}

fn backend(e: redis::RedisError) -> Error {
    Error::Backend(e.to_string())
}

#[async_trait]
impl SessionStore for RedisSessionStore {
    /// Never takes over the id of another session: draws a new one instead.
    async fn create(&self, record: &mut Record) -> Result<()> {
        for _ in 0..4 {
            if self.write(record, ExistenceCheck::NX).await? {
                return Ok(());
            }
            record.id = Id::default();
        }
        Err(Error::Backend("no free session id".into()))
    }

    /// A session that was deleted meanwhile stays deleted.
    async fn save(&self, record: &Record) -> Result<()> {
        self.write(record, ExistenceCheck::XX).await.map(|_| ())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let text: Option<String> = self.redis.clone().get(key(id)).await.map_err(backend)?;
        // The key is the identity; what the text says about it does not count.
        match text.map(|t| serde_json::from_str::<Record>(&t)) {
            None => Ok(None),
            Some(Ok(record)) => Ok(Some(Record { id: *id, ..record })),
            Some(Err(e)) => {
                tracing::warn!(error = %e, "unreadable session dropped");
                Ok(None)
            }
        }
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.redis.clone().del(key(id)).await.map_err(backend)
    }
}

impl fmt::Debug for RedisSessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisSessionStore")
    }
}

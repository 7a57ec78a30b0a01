//! The schema, and what a new network needs in it before anything else.

use crate::clock;
use domain::access::Realm;
use serde_json::Value;
use std::time::Duration;
use store::{Db, DbOptions, StoreError, config::setting_ensure};

/// How often the migrations are tried where somebody else may be running them.
const ATTEMPTS: u32 = 3;

/// Runs the missing migrations as the owner, then [`ensure_secrets`].
///
/// # Errors
/// The database does not answer, or a migration fails.
pub async fn bring_up(owner_url: &str) -> Result<(), StoreError> {
    // Two nodes that start at once get into each other's way outside of the migrations' own lock.
    let mut attempts = 1;
    while let Err(error) = Db::migrate(owner_url).await {
        if attempts == ATTEMPTS || matches!(error, StoreError::Unavailable(_)) {
            return Err(error);
        }
        attempts += 1;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let db = Db::connect(owner_url, DbOptions { max_connections: 1, ..DbOptions::default() }).await?;
    let done = ensure_secrets(&db).await;
    db.close().await;
    done
}

/// Makes the secrets of a new network; those that are there stay, for ever: every click id depends on them.
///
/// # Errors
/// The database does not answer.
pub async fn ensure_secrets(db: &Db) -> Result<(), StoreError> {
    let mut tx = db.begin(Realm::Network).await?;
    let key: String = clock::chance16().iter().map(|byte| format!("{byte:02x}")).collect();
    setting_ensure(&mut tx, "click_key", &Value::String(key)).await?;
    tx.commit().await
}

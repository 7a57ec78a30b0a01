//! Network-wide settings: a key and a JSON value. Only the network's realm sees them.
//!
//! Keys: `network_name`, `time_zone`, `currency`, `currencies` (codes), `fallback_url`, `accent`, `accent_dark`,
//! `sign_up` (`closed`, `approval`, `open`); switches: `affiliate_api_keys`, `view_as`, `require_two_step`; secrets:
//! `click_key` (32 hex digits), `form_key` (64), `session_key`.

use crate::{db::Tx, error::StoreError};
use serde_json::Value;

/// # Errors
/// [`StoreError`].
pub async fn setting_get(tx: &mut Tx, key: &str) -> Result<Option<Value>, StoreError> {
    Ok(sqlx::query_scalar!("SELECT value FROM settings WHERE key = $1", key)
        .fetch_optional(tx.conn())
        .await?)
}

/// Sets or replaces.
///
/// # Errors
/// [`StoreError`].
pub async fn setting_put(tx: &mut Tx, key: &str, value: &Value) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        key,
        value
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sets the value where there is none yet and returns the one that holds: for secrets made at the first start, by
/// several nodes at once.
///
/// # Errors
/// [`StoreError`].
pub async fn setting_ensure(tx: &mut Tx, key: &str, value: &Value) -> Result<Value, StoreError> {
    sqlx::query!(
        "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
        key,
        value
    )
    .execute(tx.conn())
    .await?;
    Ok(sqlx::query_scalar!("SELECT value FROM settings WHERE key = $1", key).fetch_one(tx.conn()).await?)
}

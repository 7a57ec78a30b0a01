//! The audit log: who did what, when, from where, and what it was before and after. Rows are only ever added.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::access::Actor;
use serde_json::Value;
use std::fmt::Display;

/// Writes one row in the transaction of the change itself.
///
/// `action` reads `campaign.update`; `object` is the prefixed id. Secrets (password hashes, tokens) must not be in
/// `before` or `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn audit(
    tx: &mut Tx,
    actor: &Actor,
    action: &str,
    object: impl Display,
    before: Option<Value>,
    after: Option<Value>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO audit_log (at, actor_id, actor, ip, request_id, action, object, before, after)
         VALUES ($1, $2, $3, $4::text::inet, $5, $6, $7, $8, $9)",
        now,
        actor.user.map(|id| id.0),
        actor.name,
        actor.ip.map(|ip| ip.to_string()),
        actor.request_id,
        action,
        object.to_string(),
        before,
        after,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

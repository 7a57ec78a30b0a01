//! Lead buyers, so far only to be chosen from.

use super::word;
use crate::{db::Tx, error::StoreError};
use domain::{ids::BuyerId, status::AccountStatus};
use serde::Serialize;

/// Who buys leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Buyer {
    pub id: BuyerId,
    pub name: String,
    pub status: AccountStatus,
    pub contact_email: Option<String>,
}

/// All of them by name, at most a thousand.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx) -> Result<Vec<Buyer>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, name, status, contact_email FROM buyers ORDER BY lower(name), id LIMIT 1000"
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Buyer {
                id: BuyerId(r.id),
                name: r.name,
                status: word("buyers.status", &r.status)?,
                contact_email: r.contact_email,
            })
        })
        .collect()
}

/// Whether there is such a buyer.
///
/// # Errors
/// [`StoreError`].
pub async fn exists(tx: &mut Tx, id: BuyerId) -> Result<bool, StoreError> {
    let found =
        sqlx::query_scalar!("SELECT id FROM buyers WHERE id = $1", id.0).fetch_optional(tx.conn()).await?;
    Ok(found.is_some())
}

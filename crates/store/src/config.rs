//! What people set up: accounts, campaigns, goals, links, settings; and the snapshot of it for the hot path.
//!
//! Rows change through `insert` and `update` of the module of their kind. Whoever changes something that the hot
//! path knows calls [`bump_config_version`] in the same transaction.

pub mod access;
pub mod advertisers;
pub mod affiliates;
pub mod buyers;
pub mod campaigns;
pub mod domains;
pub mod goals;
pub mod links;
mod listing;
pub mod settings;
mod snapshot;

pub use access::{Access, AccessState};
pub use advertisers::Advertiser;
pub use affiliates::Affiliate;
pub use buyers::Buyer;
pub use campaigns::Campaign;
pub use domains::TrackingDomain;
pub use goals::Goal;
pub use links::Link;
pub(crate) use listing::like_pattern;
pub use listing::{ListFilter, Page};
pub use settings::{setting_ensure, setting_get, setting_put};
pub use snapshot::{click_key, load_snapshot};

use crate::{
    db::{Db, Tx},
    error::StoreError,
};
use domain::access::Realm;

/// Tells the nodes that there is something new, and returns the new version. The row stays locked until the
/// transaction ends, so call this last.
///
/// # Errors
/// [`StoreError`].
pub async fn bump_config_version(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!("UPDATE config_version SET version = version + 1 RETURNING version")
        .fetch_one(tx.conn())
        .await?)
}

/// The version of the configuration: cheap enough to ask for every second.
///
/// # Errors
/// [`StoreError`].
pub async fn config_version(db: &Db) -> Result<i64, StoreError> {
    let mut tx = db.begin(Realm::Network).await?;
    let version = sqlx::query_scalar!("SELECT version FROM config_version").fetch_one(tx.conn()).await?;
    tx.commit().await?;
    Ok(version)
}

/// Reads a stored word.
fn word<T: std::str::FromStr>(column: &str, text: &str) -> Result<T, StoreError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|e| StoreError::corrupt(column, e))
}

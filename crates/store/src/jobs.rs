//! Jobs: what they carry, and putting them into the queue in the transaction that wants them done.
//!
//! A job says what to look at, never what was seen: it may run late, twice, or after somebody did the work by hand.
//! The other half, where workers take jobs out, is in the server.

use crate::{db::Tx, error::StoreError};
use apalis::prelude::TaskBuilder;
use serde::{Deserialize, Serialize};

/// The queue of [`MaintenanceJob`]s.
pub const MAINTENANCE_QUEUE: &str = "maintenance";

/// Upkeep that a timer or a person asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaintenanceJob {
    /// Make the partitions of the coming days.
    EnsurePartitions,
    /// Drop click partitions that the retention no longer keeps.
    DropOldPartitions,
    /// Compare money and counts.
    Reconcile,
    /// Report what does not move.
    SweepStuck,
    /// Look where tracking domains lead, and forget applications that were never confirmed.
    CheckDomains,
    /// Tell people what is new behind the bell.
    Notify,
}

/// Puts a job into the queue. It runs once the transaction is committed, and never if it is not.
///
/// # Errors
/// [`StoreError`].
pub async fn enqueue(tx: &mut Tx, job: MaintenanceJob) -> Result<(), StoreError> {
    let payload = serde_json::to_vec(&job).map_err(StoreError::other)?;
    let task = TaskBuilder::new(payload).build();
    apalis_postgres::queries::push_tasks(tx.conn(), MAINTENANCE_QUEUE, vec![task]).await.map_err(
        |e| match e {
            apalis_postgres::Error::Database(e) => e.into(),
            other => StoreError::other(other),
        },
    )
}

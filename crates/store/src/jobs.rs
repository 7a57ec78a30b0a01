//! Jobs: what they carry, and putting them into the queue in the transaction that wants them done.
//!
//! A job says what to look at, never what was seen: it may run late, twice, or after somebody did the work by hand.
//! The other half, where workers take jobs out, is in the server.

use crate::{db::Tx, error::StoreError};
use apalis::prelude::TaskBuilder;
use chrono::{DateTime, Utc};
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

/// Forgets jobs that were done before `done`, and those that were given up before `dead`. What waits, runs or will be
/// tried again stays, however old it is. Returns how many went.
///
/// # Errors
/// [`StoreError`].
pub async fn forget_finished(
    tx: &mut Tx,
    done: DateTime<Utc>,
    dead: DateTime<Utc>,
) -> Result<u64, StoreError> {
    // The queue's tables are its own and not among those that queries are checked against.
    let gone = sqlx::query(
        "DELETE FROM apalis.jobs
         WHERE CASE WHEN status = 'Done' THEN done_at < $1
                    WHEN status = 'Killed' OR (status = 'Failed' AND attempts >= max_attempts)
                        THEN coalesce(done_at, run_at) < $2
                    ELSE false END",
    )
    .bind(done)
    .bind(dead)
    .execute(tx.conn())
    .await?;
    Ok(gone.rows_affected())
}

//! Keeps the snapshot up to date: asks for the configuration's version once a second.

use crate::Tracker;
use std::time::Duration;
use store::db::Db;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_secs(1);

/// Runs until cancelled. While Postgres is away, the node works on with what it has.
pub async fn run(tracker: Tracker, db: Db, cancel: CancellationToken) {
    let mut failing = false;
    let mut refused_version = 0;
    loop {
        match refresh(&tracker, &db, &mut refused_version).await {
            Ok(()) => {
                if std::mem::take(&mut failing) {
                    tracing::info!("configuration can be read again");
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    tracing::warn!(%error, "cannot read the configuration, links go on from the last one");
                }
            }
        }
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn refresh(
    tracker: &Tracker,
    db: &Db,
    refused_version: &mut i64,
) -> Result<(), store::error::StoreError> {
    let version = store::config::config_version(db).await?;
    if version == tracker.snapshot_version() || version == *refused_version {
        return Ok(());
    }
    let snapshot = store::config::load_snapshot(db).await?;
    let (version, links) = (snapshot.version, snapshot.links.len());
    match tracker.publish(snapshot, false) {
        Ok(()) => tracing::info!(version, links, "configuration taken over"),
        Err(refused) => {
            *refused_version = version;
            metrics::counter!("millrace_snapshots_refused_total").increment(1);
            tracing::error!(version, %refused, "configuration refused, links go on from the last one");
        }
    }
    Ok(())
}

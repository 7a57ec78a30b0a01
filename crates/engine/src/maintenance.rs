//! The work that keeps the house in order: partitions ahead, retention, the nightly checks, what has got stuck.

use crate::error::EngineError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Realm;
use store::{
    Db, StoreError,
    maintenance::{self as rows, Check, Lagging},
};

/// Days of partitions made ahead.
pub const DAYS_AHEAD: i64 = 14;
/// Days that the checks of figures look back.
pub const CHECKED_DAYS: i64 = 8;
/// How long a consumer may have something to read without moving before it counts as stuck.
pub const STUCK_AFTER: TimeDelta = TimeDelta::minutes(5);
/// A consumer that moved that shortly ago is not looked at.
const MOVES: TimeDelta = TimeDelta::seconds(20);
/// How long a job that was done is kept.
const DONE_KEPT: TimeDelta = TimeDelta::days(7);
/// How long a job that was given up is kept, for whoever asks why.
const DEAD_KEPT: TimeDelta = TimeDelta::days(30);
/// How long one statement of a check may take, in seconds.
const CHECK_SECONDS: u32 = 300;

/// Makes the daily partitions from `days_back` days ago to two weeks ahead. Returns how many were new.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn ensure_partitions(db: &Db, now: DateTime<Utc>, days_back: u32) -> Result<i32, EngineError> {
    let back = i64::from(days_back.min(380));
    let days = i32::try_from(back + DAYS_AHEAD).unwrap_or(i32::MAX);
    let mut tx = db.begin(Realm::Network).await?;
    let made = rows::ensure_partitions(&mut tx, (now - TimeDelta::days(back)).date_naive(), days).await?;
    tx.commit().await?;
    Ok(made)
}

/// Drops the click log older than `retention_days`, but never the last week. Figures, conversions and the ledger stay.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn drop_old(db: &Db, now: DateTime<Utc>, retention_days: u32) -> Result<i32, EngineError> {
    let first_kept = (now - TimeDelta::days(i64::from(retention_days.clamp(8, 3650)))).date_naive();
    let mut tx = db.begin(Realm::Network).await?;
    let dropped = rows::drop_clicks_before(&mut tx, first_kept).await?;
    tx.commit().await?;
    if dropped > 0 {
        tracing::info!(days = dropped, %first_kept, "dropped old clicks");
    }
    Ok(dropped)
}

/// Forgets answers of the API that nobody can ask for again.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn forget_answers(db: &Db, now: DateTime<Utc>) -> Result<u64, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let forgotten = store::idempotency::forget_expired(&mut tx, now).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// Forgets jobs that are finished: done ones after a week, dead ones after thirty days. Returns how many.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn forget_jobs(db: &Db, now: DateTime<Utc>) -> Result<u64, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let forgotten = store::jobs::forget_finished(&mut tx, now - DONE_KEPT, now - DEAD_KEPT).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// Runs every check that money and counts agree and keeps the answers. Each check is one statement and so sees one
/// moment; events that are being applied do not disturb it.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn reconcile(db: &Db, now: DateTime<Utc>) -> Result<Vec<Check>, EngineError> {
    let since = (now - TimeDelta::days(CHECKED_DAYS)).date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let checks = run_checks(db, since).await?;
    let mut tx = db.begin(Realm::Network).await?;
    rows::keep_checks(&mut tx, &checks, now).await?;
    tx.commit().await?;
    for check in checks.iter().filter(|c| !c.ok) {
        tracing::error!(
            check = check.name,
            difference = check.difference,
            detail = check.detail,
            "figures do not agree"
        );
    }
    let failed = checks.iter().filter(|c| !c.ok).count();
    metrics::gauge!("millrace_reconciliation_failures").set(u32::try_from(failed).unwrap_or(u32::MAX));
    Ok(checks)
}

async fn run_checks(db: &Db, since: DateTime<Utc>) -> Result<Vec<Check>, StoreError> {
    let mut tx = db.begin(Realm::Network).await?;
    rows::allow_long_statements(&mut tx, CHECK_SECONDS).await?;
    let checks = vec![
        rows::check_ledger_sums(&mut tx).await?,
        rows::check_balances(&mut tx).await?,
        rows::check_conversions_posted(&mut tx).await?,
        rows::check_conversion_figures(&mut tx, since).await?,
        rows::check_click_figures(&mut tx, since).await?,
    ];
    tx.commit().await?;
    Ok(checks)
}

/// What does not move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// Consumers that have had something to read for [`STUCK_AFTER`] and have not moved.
    pub stuck: Vec<Lagging>,
    /// Events in the dead letters.
    pub dead_letters: i64,
}

/// Looks for what has got stuck and says so in the log and the metrics. What stands still is noted each time, so this
/// has to be called more often than [`STUCK_AFTER`].
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn sweep_stuck(db: &Db, now: DateTime<Utc>) -> Result<Sweep, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    rows::note_waiting(&mut tx, now - MOVES, now).await?;
    let stuck = rows::lagging(&mut tx, now - STUCK_AFTER).await?;
    let dead_letters = rows::dead_letters(&mut tx).await?;
    tx.commit().await?;
    for one in &stuck {
        tracing::error!(
            consumer = one.consumer,
            stream = one.stream,
            behind = one.behind,
            since = %one.since,
            "a consumer is stuck"
        );
    }
    metrics::gauge!("millrace_stuck_consumers").set(u32::try_from(stuck.len()).unwrap_or(u32::MAX));
    metrics::gauge!("millrace_dead_letters").set(i32::try_from(dead_letters).unwrap_or(i32::MAX));
    Ok(Sweep { stuck, dead_letters })
}

//! The state of the machinery.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, NaiveDate, Utc};

/// A stream and how far one consumer is; no consumer where none has begun.
#[derive(Debug, Clone)]
pub struct StreamRow {
    pub stream: String,
    pub began_seq: i64,
    pub head_seq: i64,
    pub heartbeat_at: DateTime<Utc>,
    pub consumer: Option<String>,
    pub cursor: Option<i64>,
}

/// # Errors
/// [`StoreError`].
pub async fn streams(tx: &mut Tx) -> Result<Vec<StreamRow>, StoreError> {
    Ok(sqlx::query_as!(
        StreamRow,
        r#"SELECT p.stream, p.began_seq, p.head_seq, p.heartbeat_at, c.consumer AS "consumer?", c.seq AS "cursor?"
           FROM producers p LEFT JOIN consumer_cursor c ON c.stream = p.stream ORDER BY p.stream, c.consumer"#
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The latest result of one check.
#[derive(Debug, Clone)]
pub struct CheckRow {
    pub check_name: String,
    pub ok: bool,
    pub detail: String,
    pub at: DateTime<Utc>,
}

/// # Errors
/// [`StoreError`].
pub async fn checks(tx: &mut Tx) -> Result<Vec<CheckRow>, StoreError> {
    Ok(sqlx::query_as!(
        CheckRow,
        "SELECT DISTINCT ON (check_name) check_name, ok, detail, at FROM reconciliations ORDER BY check_name, id DESC"
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Numbers that should be nought, the version of the configuration and the last day with partitions.
#[derive(Debug, Clone)]
pub struct Facts {
    pub dead_letters: i64,
    pub conflicts: i64,
    pub config_version: i64,
    pub partitions_until: Option<NaiveDate>,
    pub database_version: String,
}

/// # Errors
/// [`StoreError`].
pub async fn facts(tx: &mut Tx) -> Result<Facts, StoreError> {
    Ok(sqlx::query_as!(
        Facts,
        r#"SELECT (SELECT count(*) FROM dead_letters) AS "dead_letters!",
                  (SELECT count(*) FROM conversion_conflicts WHERE resolved_at IS NULL) AS "conflicts!",
                  (SELECT version FROM config_version) AS "config_version!",
                  (SELECT max(to_date(right(c.relname, 8), 'YYYYMMDD')) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                   WHERE i.inhparent = 'clicks'::regclass AND c.relname ~ '_\d{8}$') AS partitions_until,
                  current_setting('server_version') AS "database_version!""#
    )
    .fetch_one(tx.conn())
    .await?)
}

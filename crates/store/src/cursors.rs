//! How far each consumer has read each stream, and what the producers of the streams say of themselves.
//!
//! The cursor moves in the transaction of the effect, and only from the place that the effect was computed from:
//! that comparison is what makes every event count once.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// A consumer's place in a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub consumer: String,
    pub stream: String,
    /// Everything up to here is applied; 0 before the first event.
    pub seq: u64,
    /// Time of the last event applied, milliseconds since 1970.
    pub event_ms: i64,
    pub updated_at: DateTime<Utc>,
}

/// A stream and what its node last said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Producer {
    pub stream: String,
    /// Number of the first event of the spool behind it. A cursor before it is of a spool that was lost.
    pub began_seq: u64,
    pub head_seq: u64,
    /// Time up to which everything is in `head_seq`, milliseconds since 1970.
    pub head_ms: i64,
    pub heartbeat_at: DateTime<Utc>,
}

/// A sequence number as the database stores it. Numbers beyond 63 bits cannot come up: a spool would have to
/// write a million records a second for 290,000 years.
pub(crate) fn to_db(seq: u64) -> Result<i64, StoreError> {
    i64::try_from(seq).map_err(|e| StoreError::corrupt("sequence number", e))
}

fn from_db(seq: i64) -> Result<u64, StoreError> {
    u64::try_from(seq).map_err(|e| StoreError::corrupt("sequence number", e))
}

/// Keeps every other process from applying the same stream until the transaction ends; `false` where another one
/// is at it. Also sees to it that the commit waits for the disk, even where the server would not: the spool forgets
/// what a cursor has passed, so a cursor must never go back.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn try_lock(tx: &mut Tx, consumer: &str, stream: &str) -> Result<bool, StoreError> {
    let row = sqlx::query!(
        "SELECT pg_try_advisory_xact_lock(hashtextextended($1 || chr(10) || $2, 7205759403792793)) AS locked,
             CASE current_setting('synchronous_commit') WHEN 'off'
                 THEN set_config('synchronous_commit', 'on', true) END AS durable",
        consumer,
        stream
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.locked.unwrap_or(false))
}

/// The consumer's place in the stream, made at 0 if there is none.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn open(
    tx: &mut Tx,
    consumer: &str,
    stream: &str,
    now: DateTime<Utc>,
) -> Result<Cursor, StoreError> {
    sqlx::query!(
        "INSERT INTO consumer_cursor (consumer, stream, seq, updated_at) VALUES ($1, $2, 0, $3) ON CONFLICT DO NOTHING",
        consumer,
        stream,
        now
    )
    .execute(tx.conn())
    .await?;
    let row = sqlx::query!(
        "SELECT seq, event_ms, updated_at FROM consumer_cursor WHERE consumer = $1 AND stream = $2",
        consumer,
        stream
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Cursor {
        consumer: consumer.to_owned(),
        stream: stream.to_owned(),
        seq: from_db(row.seq)?,
        event_ms: row.event_ms,
        updated_at: row.updated_at,
    })
}

/// Moves the cursor from exactly `from` to `to`. `false` means that it stood elsewhere: somebody else has applied
/// these events, and the transaction must be taken back.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn advance(
    tx: &mut Tx,
    consumer: &str,
    stream: &str,
    (from, to): (u64, u64),
    event_ms: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE consumer_cursor
         SET seq = $4, event_ms = greatest(event_ms, $5), updated_at = $6, waits_since = NULL
         WHERE consumer = $1 AND stream = $2 AND seq = $3",
        consumer,
        stream,
        to_db(from)?,
        to_db(to)?,
        event_ms,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Every consumer's place in one stream.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn of_stream(tx: &mut Tx, stream: &str) -> Result<Vec<Cursor>, StoreError> {
    of_streams(tx, &[stream.to_owned()]).await
}

/// Every consumer's place in each of the streams.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn of_streams(tx: &mut Tx, streams: &[String]) -> Result<Vec<Cursor>, StoreError> {
    let rows = sqlx::query!(
        "SELECT consumer, stream, seq, event_ms, updated_at FROM consumer_cursor WHERE stream = ANY($1)
         ORDER BY stream, consumer",
        streams
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Cursor {
                consumer: r.consumer,
                stream: r.stream,
                seq: from_db(r.seq)?,
                event_ms: r.event_ms,
                updated_at: r.updated_at,
            })
        })
        .collect()
}

/// What the spools behind these streams are numbered from, for those that have spoken.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn began(tx: &mut Tx, streams: &[String]) -> Result<HashMap<String, u64>, StoreError> {
    let rows = sqlx::query!("SELECT stream, began_seq FROM producers WHERE stream = ANY($1)", streams)
        .fetch_all(tx.conn())
        .await?;
    rows.into_iter().map(|r| Ok((r.stream, from_db(r.began_seq)?))).collect()
}

/// A node says that it lives and how far its stream goes.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn heartbeat(
    tx: &mut Tx,
    stream: &str,
    (began_seq, head_seq): (u64, u64),
    head_ms: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO producers (stream, began_seq, head_seq, head_ms, heartbeat_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (stream) DO UPDATE
         SET began_seq = excluded.began_seq, head_seq = excluded.head_seq, head_ms = excluded.head_ms,
             heartbeat_at = excluded.heartbeat_at",
        stream,
        to_db(began_seq)?,
        to_db(head_seq)?,
        head_ms,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// All streams, by name.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn producers(tx: &mut Tx) -> Result<Vec<Producer>, StoreError> {
    let rows = sqlx::query!(
        "SELECT stream, began_seq, head_seq, head_ms, heartbeat_at FROM producers ORDER BY stream"
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Producer {
                stream: r.stream,
                began_seq: from_db(r.began_seq)?,
                head_seq: from_db(r.head_seq)?,
                head_ms: r.head_ms,
                heartbeat_at: r.heartbeat_at,
            })
        })
        .collect()
}

/// Forgets a stream whose producer has ended for good and whose events are all counted.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn retire(tx: &mut Tx, stream: &str) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM producers WHERE stream = $1", stream).execute(tx.conn()).await?;
    Ok(())
}

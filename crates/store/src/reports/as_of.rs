//! Up to when everything is counted.

use crate::{db::Tx, error::StoreError};

/// The time up to which every event of every stream is in the figures, in milliseconds since 1970. `None` without
/// any stream, 0 where events of a stream wait that nobody has read from yet.
///
/// # Errors
/// [`StoreError`].
pub async fn as_of_ms(tx: &mut Tx) -> Result<Option<i64>, StoreError> {
    Ok(sqlx::query_scalar!(
        "SELECT min(CASE WHEN coalesce(c.seq, 0) >= p.head_seq THEN p.head_ms ELSE coalesce(c.event_ms, 0) END)
         FROM producers p LEFT JOIN consumer_cursor c USING (stream)"
    )
    .fetch_one(tx.conn())
    .await?)
}

//! The state of the machinery, for operators.

use super::{Ask, parts};
use crate::EngineError;
use domain::view::{CheckView, HealthView, StreamView};
use store::reports::health as rows;

/// A node that has not spoken for this long is worth a look.
const SILENT_SECS: i64 = 30;

/// Streams, checks and the numbers that should be nought.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people; [`EngineError::Unavailable`].
pub async fn view(ask: &Ask<'_>) -> Result<HealthView, EngineError> {
    parts::network_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let streams = rows::streams(&mut tx).await?;
    let checks = rows::checks(&mut tx).await?;
    let facts = rows::facts(&mut tx).await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    let today = ask.now.date_naive();
    Ok(HealthView {
        as_of,
        streams: streams.into_iter().map(|s| stream(s, ask)).collect(),
        checks: checks
            .into_iter()
            .map(|c| CheckView {
                name: c.check_name,
                ok: c.ok,
                detail: c.detail,
                at: parts::time(c.at.timestamp_millis(), ask.tz),
            })
            .collect(),
        dead_letters: facts.dead_letters,
        conflicts: facts.conflicts,
        partitions_until: facts.partitions_until.map(|d| d.to_string()).unwrap_or_default(),
        partitions_ahead_days: facts.partitions_until.map_or(0, |d| (d - today).num_days()),
        database_version: facts.database_version,
        config_version: facts.config_version,
    })
}

fn stream(s: rows::StreamRow, ask: &Ask<'_>) -> StreamView {
    // Counted from where the spool began: its first number is large, and a position before it is of one that was lost.
    let of_it = |seq: i64| (seq - (s.began_seq - 1)).max(0);
    let (head, cursor) = (of_it(s.head_seq), of_it(s.cursor.unwrap_or(0)));
    let behind = (head - cursor).max(0);
    let silent = (ask.now - s.heartbeat_at).num_seconds();
    let (tone, state) = if silent > SILENT_SECS {
        ("bad", format!("Its node has been silent for {silent} s"))
    } else if behind > 0 {
        ("warn", "Catching up".to_owned())
    } else {
        ("ok", "Everything is counted".to_owned())
    };
    StreamView {
        stream: s.stream,
        consumer: s.consumer.unwrap_or_default(),
        cursor,
        head,
        behind,
        tone: tone.to_owned(),
        state,
        heartbeat: parts::time(s.heartbeat_at.timestamp_millis(), ask.tz),
    }
}

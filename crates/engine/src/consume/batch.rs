//! From frames to the events of one transaction.

use chrono::{DateTime, NaiveDate};
use domain::event::{BadEvent, Event};
use store::{StoreError, events::DeadLetter, streams::Frame};

/// One record.
pub(super) struct Item<'a> {
    pub seq: u64,
    /// Milliseconds since 1970.
    pub ms: i64,
    kind: u8,
    version: u8,
    payload: &'a [u8],
    pub event: Result<Event<'a>, BadEvent>,
}

impl Item<'_> {
    /// The UTC day that the event counts on.
    pub fn day(&self) -> Option<NaiveDate> {
        let ms = match &self.event {
            Ok(Event::Click(click)) => click.ts_ms,
            Ok(Event::Impression(shown)) => shown.ts_ms,
            Ok(Event::Conversion(report)) => report.received_ms,
            Err(_) => return None,
        };
        DateTime::from_timestamp_millis(ms).map(|at| at.date_naive())
    }

    pub fn dead_letter(&self, error: &StoreError) -> DeadLetter {
        DeadLetter {
            seq: self.seq,
            kind: self.kind,
            version: self.version,
            payload: self.payload.to_vec(),
            error: error.to_string(),
        }
    }
}

/// Events that follow directly on a cursor.
pub(super) struct Batch<'a> {
    /// Where the cursor has to stand.
    pub from: u64,
    /// Where it stands afterwards.
    pub to: u64,
    pub items: Vec<Item<'a>>,
}

pub(super) enum Broken<'a> {
    /// The first frame does not follow on the cursor but on `prev`.
    Missing { prev: u64 },
    /// The first frame is not what a spool wrote.
    Damaged(&'a Frame),
}

impl<'a> Batch<'a> {
    /// Takes up to `limit` events after `cursor`, as far as the frames follow each other.
    pub fn cut(frames: &'a [Frame], cursor: u64, limit: usize) -> Result<Self, Broken<'a>> {
        let mut batch = Self { from: cursor, to: cursor, items: Vec::new() };
        for frame in frames {
            let first = batch.to == cursor;
            if frame.prev > batch.to {
                return if first { Err(Broken::Missing { prev: frame.prev }) } else { Ok(batch) };
            }
            let Some(records) = records(frame) else {
                return if first { Err(Broken::Damaged(frame)) } else { Ok(batch) };
            };
            for record in records {
                if record.seq <= cursor {
                    continue;
                }
                if batch.items.len() == limit {
                    return Ok(batch);
                }
                batch.to = record.seq;
                batch.items.push(Item {
                    seq: record.seq,
                    ms: i64::try_from(record.ts_us / 1000).unwrap_or(i64::MAX),
                    kind: record.kind,
                    version: record.ver,
                    payload: record.payload,
                    event: Event::decode(record.kind, record.ver, record.payload),
                });
            }
        }
        Ok(batch)
    }
}

/// The records of a frame; `None` unless they are whole, rising, as many as announced and end where the frame does.
fn records(frame: &Frame) -> Option<Vec<spool::Record<'_>>> {
    let records = spool::decode(&frame.bytes).collect::<Result<Vec<_>, _>>().ok()?;
    let whole = records.len() == frame.count as usize
        && records.last().is_some_and(|last| last.seq == frame.last)
        && records.is_sorted_by(|a, b| a.seq < b.seq);
    whole.then_some(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(prev: u64, seqs: &[u64]) -> Frame {
        let mut bytes = Vec::new();
        for &seq in seqs {
            spool::encode(
                &spool::Record { seq, ts_us: 5000, kind: 9, ver: 1, flags: 0, payload: b"x" },
                &mut bytes,
            );
        }
        Frame { prev, last: seqs.last().copied().unwrap_or(0), count: seqs.len() as u32, bytes }
    }

    fn taken(frames: &[Frame], cursor: u64, limit: usize) -> Result<(u64, Vec<u64>), &'static str> {
        match Batch::cut(frames, cursor, limit) {
            Ok(batch) => Ok((batch.to, batch.items.iter().map(|i| i.seq).collect())),
            Err(Broken::Missing { .. }) => Err("missing"),
            Err(Broken::Damaged(_)) => Err("damaged"),
        }
    }

    #[test]
    fn a_batch_follows_on_the_cursor() {
        let frames = [frame(0, &[1, 2, 3]), frame(3, &[7, 8]), frame(9, &[10])];
        assert_eq!(taken(&frames, 0, 100), Ok((8, vec![1, 2, 3, 7, 8])));
        assert_eq!(taken(&frames, 2, 100), Ok((8, vec![3, 7, 8])));
        assert_eq!(taken(&frames, 0, 4), Ok((7, vec![1, 2, 3, 7])));
        assert_eq!(taken(&frames[2..], 8, 100), Err("missing"));
        assert_eq!(taken(&frames[2..], 9, 100), Ok((10, vec![10])));
    }

    #[test]
    fn a_damaged_frame_stops_the_batch_before_it() {
        let mut frames = [frame(0, &[1, 2]), frame(2, &[3])];
        frames[1].bytes[20] ^= 1;
        assert_eq!(taken(&frames, 0, 100), Ok((2, vec![1, 2])));
        assert_eq!(taken(&frames[1..], 2, 100), Err("damaged"));
        frames[0].count = 3;
        assert_eq!(taken(&frames, 0, 100), Err("damaged"));
    }
}

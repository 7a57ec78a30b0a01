//! Ships one spool shard into its Redis stream.
//!
//! The stream itself says how far shipping came: frames go in only behind its newest one. Where Redis has gone back
//! or lost the stream, shipping goes back too, at the furthest to the slowest consumer's cursor in Postgres, and
//! the spool keeps everything behind that. So nothing is lost, and what arrives twice is behind the cursors.

use crate::consume::{Clock, trouble::Trouble};
use domain::{access::Realm, event::stream_name};
use spool::ShardHandle;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use store::{
    Db, StoreError, cursors,
    streams::{Frame, ShipOutcome, StreamState, Streams},
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// A frame has up to so many records and bytes; a call carries up to so many frames.
const FRAME_RECORDS: usize = 128;
const FRAME_BYTES: usize = 64 << 10;
const FRAMES: usize = 32;
/// The most frames of a stream that wait in Redis, 16 MiB: the sessions are there, too. The rest waits in the spool, which
/// has more room.
const MAX_WAITING: u64 = 256;
/// How often an idle shipper looks whether its stream is still there, and how often the housekeeping runs.
const BEAT: Duration = Duration::from_secs(1);
/// How long it waits while the stream is full.
const FULL: Duration = Duration::from_millis(200);
/// How often it looks before a stream that stays full is trouble: after five seconds.
const LOOKS: u32 = 25;
/// Pause after something that only a person can mend.
const STUCK: Duration = Duration::from_secs(5);

/// Ships until cancelled. Once a second it also says in `producers` how far the shard goes, frees the spool and trims
/// the stream behind the slowest consumer. `clock` must be the one that stamps the records.
pub async fn run(
    handle: ShardHandle,
    node: u16,
    shard: u8,
    streams: Streams,
    db: Db,
    cancel: CancellationToken,
    clock: Clock,
) {
    let shipper = Shipper { stream: stream_name(node, shard), handle, streams, db, clock };
    tokio::join!(Box::pin(shipper.ship(&cancel)), Box::pin(shipper.keep_house(&cancel)));
}

struct Shipper {
    stream: String,
    handle: ShardHandle,
    streams: Streams,
    db: Db,
    clock: Clock,
}

/// Where shipping goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Behind the newest frame of the stream.
    Stream(u64),
    /// The stream does not exist; it begins behind this number.
    Start(u64),
}

impl At {
    fn seq(self) -> u64 {
        match self {
            Self::Stream(seq) | Self::Start(seq) => seq,
        }
    }
    fn start(self) -> Option<u64> {
        match self {
            Self::Stream(_) => None,
            Self::Start(seq) => Some(seq),
        }
    }
}

enum Failed {
    Store(StoreError),
    /// The stream or the cursors belong to another spool.
    Foreign(u64),
}

impl<E: Into<StoreError>> From<E> for Failed {
    fn from(e: E) -> Self {
        Self::Store(e.into())
    }
}

impl Shipper {
    async fn ship(&self, cancel: &CancellationToken) {
        let mut trouble = Trouble::new(format!("shipping {}", self.stream));
        let mut foreign = false;
        let mut at = None;
        while !cancel.is_cancelled() {
            let step = tokio::select! {
                biased;
                () = cancel.cancelled() => return,
                step = self.step(at) => step,
            };
            let pause = match step {
                Ok((next, pause)) => {
                    trouble.over();
                    foreign = false;
                    at = next;
                    pause
                }
                Err(Failed::Store(e)) => {
                    // Nobody knows what got through; the stream will say.
                    at = None;
                    trouble.again(&e)
                }
                Err(Failed::Foreign(seen)) => {
                    if !foreign {
                        tracing::error!(
                            stream = self.stream,
                            seen,
                            reserved = self.handle.reserved_until(),
                            "the stream was written by another spool: this one never used such numbers. Give the node its \
                             own folder back, or an empty one if the clock is right; until then nothing is shipped"
                        );
                    }
                    foreign = true;
                    at = None;
                    STUCK
                }
            };
            if !pause.is_zero() {
                tokio::select! {
                    () = cancel.cancelled() => return,
                    () = sleep(pause) => {}
                }
            }
        }
    }

    /// Ships what there is, or waits for it. Returns where to go on (`None`: ask the stream) and how long to pause.
    async fn step(&self, at: Option<At>) -> Result<(Option<At>, Duration), Failed> {
        let Some(at) = at else {
            return Ok((Some(self.resume().await?), Duration::ZERO));
        };
        tokio::select! {
            () = self.handle.wait_past(at.seq()) => {}
            () = sleep(BEAT) => {
                let last = self.streams.last_id(&self.stream).await?;
                let unchanged = match at {
                    At::Stream(seq) => last == Some(seq),
                    At::Start(_) => last.is_none(),
                };
                return Ok((unchanged.then_some(at), Duration::ZERO));
            }
        }
        let frames = self.read(at.seq()).await?;
        if frames.is_empty() {
            return Ok((Some(at), FULL));
        }
        match self.streams.ship(&self.stream, at.start(), &frames).await? {
            ShipOutcome::Shipped(StreamState { last: Some(last), frames: waiting }) => {
                let shipped: u64 = frames.iter().map(|f| u64::from(f.count)).sum();
                metrics::counter!("millrace_events_shipped_total").increment(shipped);
                if waiting >= MAX_WAITING {
                    self.wait_for_room().await?;
                }
                Ok((Some(At::Stream(last)), Duration::ZERO))
            }
            ShipOutcome::Shipped(StreamState { last: None, .. }) => Ok((None, FULL)),
            ShipOutcome::Refused(state) => {
                tracing::warn!(
                    stream = self.stream,
                    at = at.seq(),
                    last = state.last,
                    "the stream has changed; following it"
                );
                Ok((None, Duration::ZERO))
            }
        }
    }

    async fn wait_for_room(&self) -> Result<(), StoreError> {
        let mut trouble = Trouble::new(format!("waiting for the consumers of {}", self.stream));
        let mut looks = 0;
        while self.streams.state(&self.stream).await?.frames >= MAX_WAITING {
            looks += 1;
            // While they are catching up it is full again and again, and that is as it should be.
            if looks > LOOKS {
                let full = StoreError::Unavailable(
                    "the stream in Redis is full; the rest waits in the spool".into(),
                );
                trouble.again(&full);
            }
            sleep(FULL).await;
        }
        trouble.over();
        Ok(())
    }

    /// Where the stream wants to go on.
    async fn resume(&self) -> Result<At, Failed> {
        let mut tx = self.db.begin(Realm::Network).await?;
        let cursors = cursors::of_stream(&mut tx, &self.stream).await?;
        drop(tx);
        let last = self.streams.last_id(&self.stream).await?;
        let newest = cursors.iter().map(|c| c.seq).chain(last).max().unwrap_or(0);
        if newest > self.handle.reserved_until() {
            return Err(Failed::Foreign(newest));
        }
        let slowest = cursors.iter().map(|c| c.seq).min().unwrap_or(0);
        let at = match last {
            Some(last) => At::Stream(last),
            None => At::Start(slowest),
        };
        if last.is_none() && slowest < self.handle.released() {
            // Postgres itself was put back to an earlier state, or a consumer was added.
            tracing::error!(
                stream = self.stream,
                from = slowest,
                released = self.handle.released(),
                "events between these numbers were consumed before and are no longer in the spool"
            );
            metrics::counter!("millrace_spool_gaps_total").increment(1);
        }
        tracing::info!(stream = self.stream, ?at, head = self.handle.head(), "shipping");
        Ok(at)
    }

    /// Frames behind `after`, as many as one call carries. Reads the disk, so it runs beside the event loop.
    async fn read(&self, after: u64) -> Result<Vec<Frame>, StoreError> {
        let handle = self.handle.clone();
        let read = tokio::task::spawn_blocking(move || {
            let mut frames = Vec::new();
            let mut prev = after;
            while frames.len() < FRAMES {
                let batch = handle.read_after(prev, FRAME_RECORDS, FRAME_BYTES)?;
                if batch.count == 0 {
                    break;
                }
                let count = u32::try_from(batch.count).unwrap_or(u32::MAX);
                frames.push(Frame { prev, last: batch.last_seq, count, bytes: batch.bytes });
                prev = batch.last_seq;
            }
            Ok::<_, spool::SpoolError>(frames)
        });
        read.await.map_err(StoreError::other)?.map_err(StoreError::other)
    }

    async fn keep_house(&self, cancel: &CancellationToken) {
        let mut trouble = Trouble::new(format!("keeping {}", self.stream));
        let trimmed = AtomicU64::new(0);
        loop {
            let done = tokio::select! {
                biased;
                () = cancel.cancelled() => return,
                done = self.beat(&trimmed) => done,
            };
            let pause = match done {
                Ok(()) => {
                    trouble.over();
                    BEAT
                }
                Err(e) => trouble.again(&e).max(BEAT),
            };
            tokio::select! {
                () = cancel.cancelled() => return,
                () = sleep(pause) => {}
            }
        }
    }

    async fn beat(&self, trimmed: &AtomicU64) -> Result<(), StoreError> {
        // The time first: whatever was stamped before it is then in the head.
        let now = (self.clock)();
        let head = self.handle.head();
        let mut tx = self.db.begin(Realm::Network).await?;
        cursors::heartbeat(
            &mut tx,
            &self.stream,
            (self.handle.began_with(), head),
            now.timestamp_millis(),
            now,
        )
        .await?;
        let slowest = cursors::of_stream(&mut tx, &self.stream).await?.iter().map(|c| c.seq).min();
        tx.commit().await?;
        let Some(slowest) = slowest.filter(|s| *s > 0 && *s <= self.handle.reserved_until()) else {
            return Ok(());
        };
        if slowest > self.handle.released() {
            let handle = self.handle.clone();
            let released = tokio::task::spawn_blocking(move || handle.release(slowest)).await;
            released.map_err(StoreError::other)?.map_err(StoreError::other)?;
        }
        if slowest != trimmed.load(Ordering::Relaxed) {
            self.streams.trim(&self.stream, slowest + 1).await?;
            trimmed.store(slowest, Ordering::Relaxed);
        }
        Ok(())
    }
}

//! Consumers: one for each stream, which applies every event exactly once.
//!
//! Effect and cursor change in one transaction, and the cursor moves only from where the batch began. Whatever
//! happens in between (a lost connection, a second process, a stream shipped again from the start) the
//! comparison fails or the events lie behind the cursor, and nothing is applied twice. After every error the cursor
//! is read again, because nobody knows whether a commit got through whose answer was lost.

use crate::{
    attribution::{self, Report},
    decide::Effects,
    rollup::Rollup,
};
use batch::{Batch, Broken, Item};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    access::Realm,
    event::{Event, SHARD_S},
};
use std::{collections::HashMap, time::Duration};
use store::{
    Db, StoreError, cursors,
    events::{self, DeadLetter},
    maintenance,
    streams::{Frame, StreamReader, Streams},
};
use tokio::{task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;
use trouble::Trouble;

mod batch;
pub(crate) mod trouble;

/// Where a loop in the background gets the time from; `chrono::Utc::now` outside tests.
pub type Clock = fn() -> DateTime<Utc>;

/// Most events in one transaction.
const MAX_EVENTS: usize = 2000;
/// Frames read at once; a frame has up to 128 events.
const FRAMES: usize = 16;
/// How long a read waits for something new.
const WAIT: Duration = Duration::from_millis(500);
/// How often a damaged frame is fetched again, and a refused event tried again, before it is put aside.
const TRIES: u32 = 3;

/// The consumer of clicks and impressions.
pub const ROLLUP: &str = "rollup";
/// The consumer of conversions.
pub const ATTRIBUTION: &str = "attribution";

/// Which consumer reads a stream. Both do the same; the names keep clicks and money apart in figures and logs.
#[must_use]
pub fn consumer_of(stream: &str) -> &'static str {
    let shard = stream.trim_end_matches('}').rsplit('.').next().and_then(|s| s.parse::<u8>().ok());
    if shard.is_some_and(|s| s >= SHARD_S) { ATTRIBUTION } else { ROLLUP }
}

/// Runs a consumer for every stream that a producer has announced, until cancelled. Survives the loss of Postgres
/// and Redis, and goes on when they are back.
pub async fn run(streams: Streams, db: Db, cancel: CancellationToken, clock: Clock) {
    let mut running: HashMap<String, JoinHandle<()>> = HashMap::new();
    let mut trouble = Trouble::new("looking for streams".into());
    while !cancel.is_cancelled() {
        let pause = match announced(&db).await {
            Ok(names) => {
                trouble.over();
                for name in names {
                    // A task that ended by itself has panicked; it begins again from its cursor.
                    if running.get(&name).is_none_or(JoinHandle::is_finished) {
                        let task =
                            run_stream(streams.clone(), db.clone(), name.clone(), cancel.clone(), clock);
                        running.insert(name, tokio::spawn(task));
                    }
                }
                Duration::from_secs(1)
            }
            Err(e) => trouble.again(&e),
        };
        tokio::select! {
            () = cancel.cancelled() => break,
            () = sleep(pause) => {}
        }
    }
    for (_, task) in running {
        // It has logged whatever went wrong.
        let _ = task.await;
    }
}

async fn announced(db: &Db) -> Result<Vec<String>, StoreError> {
    let mut tx = db.begin(Realm::Network).await?;
    let producers = cursors::producers(&mut tx).await?;
    Ok(producers.into_iter().map(|p| p.stream).collect())
}

/// Applies one stream until cancelled.
pub async fn run_stream(streams: Streams, db: Db, stream: String, cancel: CancellationToken, clock: Clock) {
    let mut trouble = Trouble::new(format!("applying {stream}"));
    let mut consumer = loop {
        match Consumer::new(streams.clone(), db.clone(), &stream, clock) {
            Ok(consumer) => break consumer,
            Err(e) => {
                let pause = trouble.again(&e);
                tokio::select! {
                    () = cancel.cancelled() => return,
                    () = sleep(pause) => {}
                }
            }
        }
    };
    while !cancel.is_cancelled() {
        let step = tokio::select! {
            biased;
            () = cancel.cancelled() => return,
            step = consumer.step() => step,
        };
        let pause = match step {
            Ok(Step::Applied(_) | Step::Idle | Step::PutAside(_) | Step::Narrowed) => {
                trouble.over();
                continue;
            }
            Ok(Step::Waiting) => Duration::from_millis(100),
            Ok(Step::Elsewhere) => Duration::from_secs(1),
            Ok(Step::Reset) => Duration::from_millis(300),
            Err(StoreError::Serialization) => Duration::from_millis(20),
            Err(e) => trouble.again(&e),
        };
        tokio::select! {
            () = cancel.cancelled() => return,
            () = sleep(pause) => {}
        }
    }
}

/// What one step of a consumer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Events were applied; the cursor is here now.
    Applied(u64),
    /// There was nothing new.
    Idle,
    /// The next conversion waits for the record of its click.
    Waiting,
    /// Another process applies the stream, or was faster.
    Elsewhere,
    /// Something in the stream is missing or damaged; its shipper was asked to ship again from the cursor.
    Reset,
    /// The database refused the batch; the next one is smaller, to find out which event it is.
    Narrowed,
    /// The event that could not be applied is a dead letter now, and the cursor behind it.
    PutAside(u64),
}

/// One stream's consumer. [`run_stream`] drives it; tests do so step by step.
pub struct Consumer {
    name: &'static str,
    stream: String,
    streams: Streams,
    reader: StreamReader,
    db: Db,
    clock: Clock,
    /// `None`: has to be read again.
    cursor: Option<u64>,
    /// Most events in the next batch.
    limit: usize,
    /// Where something was last wrong, and how often.
    suspect: (u64, u32),
    wait: Duration,
    patience: attribution::Patience,
}

impl Consumer {
    /// # Errors
    /// None that is not a mistake in the Redis address.
    pub fn new(streams: Streams, db: Db, stream: &str, clock: Clock) -> Result<Self, StoreError> {
        Ok(Self {
            name: consumer_of(stream),
            stream: stream.to_owned(),
            reader: streams.reader()?,
            streams,
            db,
            clock,
            cursor: None,
            limit: MAX_EVENTS,
            suspect: (0, 0),
            wait: WAIT,
            patience: attribution::Patience::default(),
        })
    }

    /// How long a step waits for something new.
    #[must_use]
    pub fn with_wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// How long conversions wait for a stream of clicks that does not move.
    #[must_use]
    pub fn with_patience(mut self, patience: attribution::Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Most events in one transaction; it shrinks by itself where the database refuses a batch.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit.clamp(1, MAX_EVENTS);
        self
    }

    /// Reads and applies the next events.
    ///
    /// # Errors
    /// Postgres or Redis does not answer, or transactions got into each other's way. The next step begins by asking
    /// Postgres how far the stream was applied.
    pub async fn step(&mut self) -> Result<Step, StoreError> {
        let done = self.try_step().await;
        match &done {
            Ok(Step::Applied(seq) | Step::PutAside(seq)) => self.cursor = Some(*seq),
            Ok(Step::Idle | Step::Waiting) => {}
            Ok(_) | Err(_) => self.cursor = None,
        }
        if matches!(done, Err(StoreError::Serialization)) {
            self.limit = (self.limit / 2).max(1);
        }
        done
    }

    async fn try_step(&mut self) -> Result<Step, StoreError> {
        let cursor = match self.cursor {
            Some(cursor) => cursor,
            None => self.open().await?,
        };
        let frames = self.reader.read_after(&self.stream, cursor, FRAMES, self.wait).await?;
        if frames.is_empty() {
            return Ok(Step::Idle);
        }
        let batch = match Batch::cut(&frames, cursor, self.limit) {
            Ok(batch) => batch,
            Err(Broken::Missing { prev }) => {
                // Where another process was faster, what seems to be missing is behind the cursor.
                if self.open().await? != cursor {
                    return Ok(Step::Elsewhere);
                }
                tracing::warn!(
                    stream = self.stream,
                    cursor,
                    prev,
                    "events are missing in Redis; asking for them again"
                );
                return self.reset().await;
            }
            Err(Broken::Damaged(frame)) => return self.damaged(cursor, frame).await,
        };
        match self.apply(&batch).await {
            Ok(step) => {
                if matches!(step, Step::Applied(_)) {
                    self.limit = (self.limit * 2).min(MAX_EVENTS);
                }
                Ok(step)
            }
            Err(e @ StoreError::Conflict { .. }) => self.refused(&batch, e).await,
            Err(e) => Err(e),
        }
    }

    async fn open(&self) -> Result<u64, StoreError> {
        let mut tx = self.db.begin(Realm::Network).await?;
        let cursor = cursors::open(&mut tx, self.name, &self.stream, (self.clock)()).await?;
        tx.commit().await?;
        Ok(cursor.seq)
    }

    async fn reset(&self) -> Result<Step, StoreError> {
        metrics::counter!("millrace_stream_resets_total").increment(1);
        self.streams.reset(&self.stream).await?;
        Ok(Step::Reset)
    }

    /// One transaction: the cursor and everything the events cause.
    async fn apply(&mut self, batch: &Batch<'_>) -> Result<Step, StoreError> {
        let now = (self.clock)();
        let mut tx = self.db.begin(Realm::Network).await?;
        if !cursors::try_lock(&mut tx, self.name, &self.stream).await? {
            return Ok(Step::Elsewhere);
        }
        let reports: Vec<_> = batch
            .items
            .iter()
            .filter_map(|item| match &item.event {
                Ok(Event::Conversion(event)) => Some(Report { seq: item.seq, event }),
                _ => None,
            })
            .collect();
        let prepared = attribution::prepare(&mut tx, &reports, &mut self.patience, now).await?;
        let ready = match prepared.wait_at {
            Some(seq) => batch.items.iter().take_while(|item| item.seq < seq).count(),
            None => batch.items.len(),
        };
        let items = &batch.items[..ready];
        let to = match items.last() {
            Some(last) if ready < batch.items.len() => last.seq,
            None if ready < batch.items.len() => return Ok(Step::Waiting),
            _ => batch.to,
        };
        let event_ms = items.last().map_or(0, |item| item.ms);
        if !cursors::advance(&mut tx, self.name, &self.stream, (batch.from, to), event_ms, now).await? {
            return Ok(Step::Elsewhere);
        }

        let mut rollup = Rollup::default();
        let mut effects = Effects::default();
        let mut dead = Vec::new();
        for item in items {
            let folded = match &item.event {
                Ok(Event::Click(click)) => rollup.click(item.seq, click),
                Ok(Event::Impression(shown)) => rollup.impression(shown),
                Ok(Event::Conversion(event)) => {
                    let report = Report { seq: item.seq, event };
                    attribution::apply(&mut tx, &mut effects, &prepared, &self.stream, report, now).await?;
                    Ok(())
                }
                Err(e) => Err(StoreError::other(e)),
            };
            if let Err(e) = folded {
                dead.push(item.dead_letter(&e));
            }
        }
        effects.post(&mut tx, now).await?;
        rollup.stats.merge(effects.stats)?;
        rollup.stats.write(&mut tx).await?;
        rollup.write_clicks(&mut tx, &self.stream).await?;
        events::keep_dead_letters(&mut tx, self.name, &self.stream, &dead, now).await?;
        tx.commit().await?;

        metrics::counter!("millrace_events_applied_total", "consumer" => self.name)
            .increment(items.len() as u64);
        if !dead.is_empty() {
            metrics::counter!("millrace_dead_letters_total", "consumer" => self.name)
                .increment(dead.len() as u64);
            tracing::error!(
                stream = self.stream,
                events = dead.len(),
                "events could not be read; they are dead letters"
            );
        }
        Ok(Step::Applied(to))
    }

    /// The database refuses what a batch says. The days it needs may have no partition yet; otherwise halving finds
    /// the event that is to blame, and that one is put aside.
    async fn refused(&mut self, batch: &Batch<'_>, error: StoreError) -> Result<Step, StoreError> {
        if events::lacks_partition(&error) && self.make_partitions(batch).await? {
            return Ok(Step::Narrowed);
        }
        let [item] = batch.items.as_slice() else {
            self.limit = (batch.items.len() / 2).max(1);
            return Ok(Step::Narrowed);
        };
        if !self.give_up(item.seq) {
            return Ok(Step::Narrowed);
        }
        tracing::error!(stream = self.stream, seq = item.seq, %error, "an event cannot be applied; it is a dead letter");
        self.put_aside(batch.from, batch.to, item.dead_letter(&error)).await
    }

    /// A frame that is not what the spool wrote. Shipping again mends what Redis or the network did to it.
    async fn damaged(&mut self, cursor: u64, frame: &Frame) -> Result<Step, StoreError> {
        if !self.give_up(frame.last) {
            tracing::warn!(
                stream = self.stream,
                seq = frame.last,
                "a frame is damaged in Redis; asking for it again"
            );
            return self.reset().await;
        }
        tracing::error!(stream = self.stream, seq = frame.last, "a frame stays damaged; it is a dead letter");
        let letter = DeadLetter {
            seq: frame.last,
            kind: 0,
            version: 0,
            payload: frame.bytes.clone(),
            error: "frame cannot be read".into(),
        };
        self.put_aside(cursor, frame.last, letter).await
    }

    /// Counts a failure at one place; `true` from the last permitted one on.
    fn give_up(&mut self, seq: u64) -> bool {
        let times = if self.suspect.0 == seq { self.suspect.1 + 1 } else { 1 };
        self.suspect = (seq, times);
        times >= TRIES
    }

    async fn put_aside(&self, from: u64, to: u64, letter: DeadLetter) -> Result<Step, StoreError> {
        let now = (self.clock)();
        let mut tx = self.db.begin(Realm::Network).await?;
        if !cursors::try_lock(&mut tx, self.name, &self.stream).await?
            || !cursors::advance(&mut tx, self.name, &self.stream, (from, to), 0, now).await?
        {
            return Ok(Step::Elsewhere);
        }
        events::keep_dead_letters(&mut tx, self.name, &self.stream, &[letter], now).await?;
        tx.commit().await?;
        metrics::counter!("millrace_dead_letters_total", "consumer" => self.name).increment(1);
        Ok(Step::PutAside(to))
    }

    /// Makes the partitions of the batch's days, as far as the days are believable. `false` if there was none to make.
    async fn make_partitions(&self, batch: &Batch<'_>) -> Result<bool, StoreError> {
        let today = (self.clock)().date_naive();
        let believable =
            |day: &NaiveDate| *day > today - TimeDelta::days(400) && *day < today + TimeDelta::days(3);
        let mut days: Vec<_> = batch.items.iter().filter_map(Item::day).filter(believable).collect();
        days.sort_unstable();
        days.dedup();
        let mut made = 0;
        for day in days {
            let mut tx = self.db.begin(Realm::Network).await?;
            made += maintenance::ensure_partitions(&mut tx, day, 0).await?;
            tx.commit().await?;
        }
        Ok(made > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_conversions_have_their_own_consumer() {
        assert_eq!(consumer_of(&domain::event::stream_name(3, 0)), ROLLUP);
        assert_eq!(consumer_of(&domain::event::stream_name(3, SHARD_S)), ATTRIBUTION);
    }
}

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::{fmt, io};

use crate::durable::{self, CURSOR};
use crate::error::SpoolError;
use crate::reader::{self, Batch};
use crate::segment;
use crate::shared::{Shared, lock};

/// A view of an open shard for the shipper, metrics and tools. Cheap to clone; any number may be used at once.
#[derive(Clone)]
pub struct ShardHandle {
    shared: Arc<Shared>,
}

/// A snapshot of a shard's state. Counters count since the shard was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShardStats {
    /// Last sequence number that can be read; 0 = none ever.
    pub head: u64,
    /// Every consumer is past this sequence number.
    pub released: u64,
    /// Segment files, spares not included.
    pub segments: usize,
    /// Preallocated files ready for use; fewer than configured means that the disk or the budget is running out.
    pub spares: usize,
    /// Space that segments and spares take, in bytes.
    pub bytes_on_disk: u64,
    /// Records written and not synced yet.
    pub unsynced: u64,
    /// Segment files synced.
    pub fsync_count: u64,
    /// How long the last sync took, in microseconds.
    pub last_fsync_us: u64,
    /// A sync has failed; nothing is acknowledged any more.
    pub poisoned: bool,
    /// Damaged places found, at opening and while reading.
    pub quarantined: u64,
}

impl ShardHandle {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The last sequence number whose record can be read: written (class P) or synced (class S). 0 = none ever.
    pub fn head(&self) -> u64 {
        self.shared.head.load(Ordering::SeqCst)
    }

    /// Returns once `head() > seq`. May be dropped at any time.
    pub async fn wait_past(&self, seq: u64) {
        self.shared.wait_past(seq).await;
    }

    /// The number of the first record this folder ever had, or will have; see [`ShardConfig::begin_with`].
    ///
    /// [`ShardConfig::begin_with`]: crate::ShardConfig::begin_with
    pub fn began_with(&self) -> u64 {
        self.shared.began
    }

    /// The durable upper bound of the sequence numbers that may have been used.
    pub fn reserved_until(&self) -> u64 {
        self.shared.reserved.load(Ordering::Acquire)
    }

    /// The sequence number up to which records have been released.
    pub fn released(&self) -> u64 {
        self.shared.released.load(Ordering::Acquire)
    }

    /// The oldest sequence number still on disk, or the next one to be given when there is none.
    pub fn first_seq(&self) -> u64 {
        let next_seq = self.shared.next_seq.load(Ordering::Acquire);
        lock(&self.shared.log).segments.front().map_or(next_seq, |segment| segment.first_seq)
    }

    /// Reads records after the sequence number `after`, in order: at most `max_records` and `max_bytes`, but at least
    /// one if there is one. Numbers may jump. Damaged places are skipped and counted. Reading on from where an earlier
    /// call ended costs no search.
    ///
    /// # Errors
    /// `Io` when a segment cannot be read.
    pub fn read_after(&self, after: u64, max_records: usize, max_bytes: usize) -> Result<Batch, SpoolError> {
        reader::read_after(&self.shared, after, max_records, max_bytes)
    }

    /// Says that every consumer is past `upto`, durably, and removes the segments that nobody needs any more; never
    /// the one being written. Going back is a no-op. Costs two syncs: call it about once a second, not once a batch.
    ///
    /// # Errors
    /// `Io` or `Full` when the cursor cannot be stored (then nothing is removed) or a segment cannot be removed; also
    /// when the writer is gone.
    pub fn release(&self, upto: u64) -> Result<(), SpoolError> {
        let dir = &self.shared.cfg.dir;
        let _one_at_a_time = lock(&self.shared.releasing);
        if self.shared.closed.load(Ordering::Acquire) {
            return Err(SpoolError::io("release from", dir, io::Error::other("the shard is closed")));
        }
        let upto = upto.min(self.head());
        if upto <= self.released() {
            return Ok(());
        }
        durable::write_number(dir, CURSOR, upto)?;
        self.shared.released.store(upto, Ordering::Release);

        let mut done = Vec::new();
        let mut log = lock(&self.shared.log);
        while log.segments.front().is_some_and(|segment| segment.last_seq() <= upto) {
            done.extend(log.segments.pop_front());
        }
        log.bytes -= done.iter().map(|segment| segment.size).sum::<u64>();
        drop(log);
        for segment in &done {
            durable::remove(&segment::path(dir, segment.first_seq))?;
        }
        if !done.is_empty() {
            durable::sync_dir(dir)?;
        }
        Ok(())
    }

    /// The state right now. Takes a short lock that only rotations, syncs and releases want as well.
    pub fn stats(&self) -> ShardStats {
        let shared = &self.shared;
        let synced = shared.synced.load(Ordering::Acquire);
        let written = shared.written.load(Ordering::Acquire);
        let log = lock(&shared.log);
        ShardStats {
            head: self.head(),
            released: self.released(),
            segments: log.segments.len(),
            spares: log.spares.len(),
            bytes_on_disk: log.bytes,
            unsynced: written - synced,
            fsync_count: shared.syncs.load(Ordering::Relaxed),
            last_fsync_us: shared.last_sync_us.load(Ordering::Relaxed),
            poisoned: shared.poisoned.load(Ordering::Acquire),
            quarantined: shared.quarantined.load(Ordering::Relaxed),
        }
    }
}

impl fmt::Debug for ShardHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShardHandle").field("dir", &self.shared.cfg.dir).field("head", &self.head()).finish()
    }
}

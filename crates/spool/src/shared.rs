//! State that the writer, the keeper thread and all handles of one open shard share.
//!
//! The append path touches the atomics only. `log` is locked when a segment is full, once a sync, and by readers to
//! look up a segment; never while a system call runs. Locks are taken in the order of the fields.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

use crate::config::ShardConfig;
use crate::durable::{self, RESERVED};
use crate::error::SpoolError;
use crate::reader::Place;
use crate::recover::Recovered;
use crate::segment::{self, Seal, Segment};

pub(crate) struct Shared {
    pub cfg: ShardConfig,
    /// The number the folder began with.
    pub began: u64,
    /// The last sequence number that may be read; 0 = none ever.
    pub head: AtomicU64,
    /// The sequence number of the next append.
    pub next_seq: AtomicU64,
    /// No sequence number above this is used before a greater bound is durable.
    pub reserved: AtomicU64,
    pub released: AtomicU64,
    /// Records written, and of those synced, since the shard was opened.
    pub written: AtomicU64,
    pub synced: AtomicU64,
    pub poisoned: AtomicBool,
    /// The writer is gone; the folder may belong to another one by now.
    pub closed: AtomicBool,
    pub quarantined: AtomicU64,
    pub syncs: AtomicU64,
    pub last_sync_us: AtomicU64,
    /// Somebody waits on `arrived`.
    waiting: AtomicBool,
    arrived: Notify,

    /// Held while the cursor moves.
    pub releasing: Mutex<()>,
    /// Held while a sync runs, so that whoever syncs next sees that the one before failed.
    syncing: Mutex<()>,
    /// Held while the reservation grows.
    reserving: Mutex<()>,
    /// Held while a spare is made; the number of the next one.
    making: Mutex<u64>,
    pub log: Mutex<Log>,
    /// Where recent reads ended.
    pub places: Mutex<Vec<Place>>,
    /// Damage found so far: `(segment, offset)` to the offset where reading goes on.
    pub damage: Mutex<BTreeMap<(u64, u64), u64>>,
}

/// The files of the shard.
pub(crate) struct Log {
    /// In order; only the last may be without a seal.
    pub segments: VecDeque<Segment>,
    pub spares: VecDeque<Spare>,
    /// Space that segments and spares take, and spares in the making will take.
    pub bytes: u64,
    /// The file being written.
    active: Option<Arc<File>>,
    /// Full files that have not been synced since their last write.
    rotated: Vec<(Arc<File>, Seal)>,
    /// A rename in the folder has not been synced.
    dir_dirty: bool,
}

/// A preallocated file without a number.
pub(crate) struct Spare {
    pub path: PathBuf,
    pub file: File,
}

/// A poisoned mutex only says that some thread panicked; every critical section here leaves its data whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub fn new(cfg: ShardConfig, found: Recovered) -> Self {
        let bytes = found.segments.iter().map(|segment| segment.size).sum();
        Self {
            cfg,
            began: found.began,
            head: AtomicU64::new(found.head),
            next_seq: AtomicU64::new(found.report.next_seq),
            reserved: AtomicU64::new(found.reserved),
            released: AtomicU64::new(found.released),
            written: AtomicU64::new(0),
            synced: AtomicU64::new(0),
            poisoned: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            quarantined: AtomicU64::new(found.report.quarantined),
            syncs: AtomicU64::new(0),
            last_sync_us: AtomicU64::new(0),
            waiting: AtomicBool::new(false),
            arrived: Notify::new(),
            releasing: Mutex::new(()),
            syncing: Mutex::new(()),
            reserving: Mutex::new(()),
            making: Mutex::new(0),
            log: Mutex::new(Log {
                segments: found.segments.into(),
                spares: VecDeque::new(),
                bytes,
                active: None,
                rotated: Vec::new(),
                dir_dirty: false,
            }),
            places: Mutex::new(Vec::new()),
            damage: Mutex::new(found.damage),
        }
    }

    /// Lets readers see everything up to `seq`.
    pub fn publish(&self, seq: u64) {
        self.head.store(seq, Ordering::SeqCst);
        // Sequentially consistent on both sides: a waiter sets the flag and then looks at the head, so either it sees
        // this head or this sees its flag.
        if self.waiting.load(Ordering::SeqCst) {
            self.waiting.store(false, Ordering::SeqCst);
            self.arrived.notify_waiters();
        }
    }

    /// Waits until the head is past `seq`.
    pub async fn wait_past(&self, seq: u64) {
        let past = || self.head.load(Ordering::SeqCst) > seq;
        while !past() {
            let mut arrived = pin!(self.arrived.notified());
            arrived.as_mut().enable();
            self.waiting.store(true, Ordering::SeqCst);
            if past() {
                return;
            }
            arrived.await;
        }
    }

    pub fn check_healthy(&self) -> Result<(), SpoolError> {
        match self.poisoned.load(Ordering::Acquire) {
            true => Err(SpoolError::Poisoned),
            false => Ok(()),
        }
    }

    /// Makes everything written before this call durable. The first failure poisons the shard.
    pub fn sync_data(&self) -> Result<(), SpoolError> {
        let _one_at_a_time = lock(&self.syncing);
        self.check_healthy()?;
        let mut log = lock(&self.log);
        let written = self.written.load(Ordering::Acquire);
        let rotated = std::mem::take(&mut log.rotated);
        let dir_dirty = std::mem::take(&mut log.dir_dirty);
        let active = log.active.clone();
        drop(log);

        let dirty = written != self.synced.load(Ordering::Acquire);
        let active = active.filter(|_| dirty);
        if rotated.is_empty() && active.is_none() && !dir_dirty {
            return Ok(());
        }
        let started = Instant::now();
        let files = rotated.iter().map(|(file, _)| file).chain(&active);
        let mut synced = Ok(());
        for file in files {
            self.syncs.fetch_add(1, Ordering::Relaxed);
            synced =
                synced.and_then(|()| file.sync_data().map_err(|e| SpoolError::io("sync", &self.cfg.dir, e)));
        }
        if dir_dirty {
            synced = synced.and_then(|()| durable::sync_dir(&self.cfg.dir));
        }
        self.last_sync_us.store(started.elapsed().as_micros() as u64, Ordering::Relaxed);
        if synced.is_err() {
            self.poisoned.store(true, Ordering::Release);
            return synced;
        }
        self.synced.store(written, Ordering::Release);
        for (file, seal) in rotated {
            // Only spares the next opening a scan.
            let _ = seal.write(&file);
        }
        Ok(())
    }

    /// Makes sure that `seq` may be used, and a whole reservation after it.
    pub fn reserve(&self, seq: u64) -> Result<(), SpoolError> {
        let _one_at_a_time = lock(&self.reserving);
        let until = seq.saturating_add(self.cfg.seq_reserve);
        if until > self.reserved.load(Ordering::Acquire) {
            durable::write_number(&self.cfg.dir, RESERVED, until)?;
            self.reserved.store(until, Ordering::Release);
        }
        Ok(())
    }

    /// Makes one spare ahead of need. `false` when there are enough or the budget allows no more.
    pub fn add_spare(&self) -> Result<bool, SpoolError> {
        let mut number = lock(&self.making);
        if lock(&self.log).spares.len() >= self.cfg.spare_segments || !self.claim_space() {
            return Ok(false);
        }
        let spare = self.make_spare(&mut number)?;
        // Off the append path, so that the first sync of the segment finds the allocation on disk already.
        if let Err(error) = spare.file.sync_all() {
            lock(&self.log).bytes -= self.cfg.segment_bytes;
            durable::remove(&spare.path)?;
            return Err(SpoolError::io("sync", &spare.path, error));
        }
        lock(&self.log).spares.push_back(spare);
        Ok(true)
    }

    /// A preallocated file for the writer: a spare, or a new one when the keeper thread has none ready.
    pub fn take_spare(&self) -> Result<Spare, SpoolError> {
        if let Some(spare) = lock(&self.log).spares.pop_front() {
            return Ok(spare);
        }
        let mut number = lock(&self.making);
        if let Some(spare) = lock(&self.log).spares.pop_front() {
            return Ok(spare);
        }
        if !self.claim_space() {
            return Err(SpoolError::Full);
        }
        self.make_spare(&mut number)
    }

    fn claim_space(&self) -> bool {
        let mut log = lock(&self.log);
        let fits = log.bytes.saturating_add(self.cfg.segment_bytes) <= self.cfg.max_bytes;
        if fits {
            log.bytes += self.cfg.segment_bytes;
        }
        fits
    }

    /// Space for it has been claimed; gives the claim back on failure.
    fn make_spare(&self, number: &mut u64) -> Result<Spare, SpoolError> {
        let path = self.cfg.dir.join(format!("spare-{number}.tmp"));
        *number += 1;
        let made = segment::preallocate(&path, self.cfg.segment_bytes);
        if made.is_err() {
            lock(&self.log).bytes -= self.cfg.segment_bytes;
        }
        made.map(|file| Spare { path, file })
    }

    /// Gives `spare` its number and makes it the file being written; `full` is the seal of the one before.
    pub fn rotate(
        &self,
        spare: Spare,
        first_seq: u64,
        created_us: u64,
        full: Option<Seal>,
    ) -> Result<Arc<File>, SpoolError> {
        let path = segment::path(&self.cfg.dir, first_seq);
        let named = segment::write_header(&spare.file, first_seq, created_us)
            .map_err(|e| SpoolError::io("write", &spare.path, e))
            .and_then(|()| {
                fs::rename(&spare.path, &path).map_err(|e| SpoolError::io("rename", &spare.path, e))
            });
        let mut log = lock(&self.log);
        if let Err(error) = named {
            log.spares.push_front(spare);
            return Err(error);
        }
        let file = Arc::new(spare.file);
        let previous = log.active.replace(Arc::clone(&file));
        if let (Some(previous), Some(seal)) = (previous, full) {
            if let Some(segment) = log.segments.back_mut() {
                segment.seal = Some(seal);
            }
            log.rotated.push((previous, seal));
        }
        log.segments.push_back(Segment { first_seq, size: self.cfg.segment_bytes, seal: None });
        log.dir_dirty = true;
        Ok(file)
    }

    /// Counts the damage at `offset` of a segment once, keeps a copy of its bytes, and remembers where to go on.
    pub fn note_damage(&self, first_seq: u64, offset: u64, bytes: &[u8]) {
        let resume = offset + bytes.len() as u64;
        if lock(&self.damage).insert((first_seq, offset), resume).is_none() {
            self.quarantined.fetch_add(1, Ordering::Relaxed);
            segment::quarantine(&self.cfg.dir, first_seq, offset, bytes);
        }
    }
}

/// Overwrites what a failed write may have left at `offset`, so that a reader finds the end there and not garbage.
pub(crate) fn scrub(file: &File, offset: u64, len: usize) -> std::io::Result<()> {
    file.write_all_at(&vec![0; len], offset)
}

#[cfg(test)]
impl Shared {
    /// Replaces the file being written, to make the next sync fail.
    pub fn sabotage(&self, file: File) {
        lock(&self.log).active = Some(Arc::new(file));
    }
}

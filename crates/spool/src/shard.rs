use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::{fmt, io};

use rustix::fs::FlockOperation;
use rustix::io::Errno;

use crate::config::ShardConfig;
use crate::durable;
use crate::error::SpoolError;
use crate::handle::ShardHandle;
use crate::keeper::Keeper;
use crate::record::{self, Record};
use crate::recover::{self, Recovery};
use crate::segment::{HEADER, Seal};
use crate::shared::{Shared, lock, scrub};

/// The writer of a shard, durability class P: an append is acknowledged once `write(2)` has returned. A background
/// thread syncs every [`ShardConfig::sync_every`] and never holds an append up.
pub struct Shard {
    shared: Arc<Shared>,
    next_seq: u64,
    active: Option<Active>,
    /// The encoded record; kept for its capacity.
    buffer: Vec<u8>,
    /// The payload in the making; kept for its capacity.
    payload: Vec<u8>,
    keeper: Keeper,
    /// Holds the lock on the folder. Last, so that the lock outlives the keeper thread.
    _lock: DirLock,
}

/// When an append counts as done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Class {
    /// After `write(2)`.
    P,
    /// After `fdatasync`.
    S,
}

/// The segment being written.
struct Active {
    file: Arc<File>,
    /// Offset of the next record.
    end: u64,
    last_seq: u64,
    count: u32,
}

impl Shard {
    /// Opens the shard in `cfg.dir`, creating it when missing, and says what was found there.
    ///
    /// # Errors
    /// `Locked` when the folder is open already; `Io` and `Full` when the folder cannot be read or written.
    pub fn open(cfg: ShardConfig) -> Result<(Self, Recovery), SpoolError> {
        Self::open_class(cfg, Class::P)
    }

    /// The sequence number that the next append will get. It moves on even when that append fails, as long as the
    /// durable reservation lasts: whoever has written the number into something handed out may do so safely.
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Appends a record and returns its sequence number; the record survives a process death from then on.
    /// `ts_us` is microseconds since the Unix epoch; `kind` and `ver` are the caller's own.
    ///
    /// # Errors
    /// `Full`, `TooLarge`, `Poisoned`, `Io`. After an error nothing of the record will ever be read.
    pub fn append(&mut self, ts_us: u64, kind: u8, ver: u8, payload: &[u8]) -> Result<u64, SpoolError> {
        let seq = self.write(ts_us, kind, ver, payload)?;
        self.shared.publish(seq);
        Ok(seq)
    }

    /// Like [`append`](Self::append), with the payload written by `fill` into an empty buffer that is kept between
    /// calls. `fill` is given the record's sequence number.
    ///
    /// # Errors
    /// As for `append`.
    pub fn append_parts(
        &mut self,
        ts_us: u64,
        kind: u8,
        ver: u8,
        fill: impl FnOnce(u64, &mut Vec<u8>),
    ) -> Result<u64, SpoolError> {
        let mut payload = std::mem::take(&mut self.payload);
        payload.clear();
        fill(self.next_seq, &mut payload);
        let appended = self.append(ts_us, kind, ver, &payload);
        self.payload = payload;
        appended
    }

    /// Makes everything appended so far survive a power cut, now.
    ///
    /// # Errors
    /// `Io` for the sync that fails; it poisons the shard, and from then on `Poisoned`. The sync is never retried.
    pub fn sync(&mut self) -> Result<(), SpoolError> {
        self.shared.sync_data()
    }

    /// A view for readers; stays valid after the shard is gone.
    pub fn handle(&self) -> ShardHandle {
        ShardHandle::new(Arc::clone(&self.shared))
    }

    pub(crate) fn open_class(cfg: ShardConfig, class: Class) -> Result<(Self, Recovery), SpoolError> {
        let cfg = cfg.normalised();
        create_dir(&cfg.dir)?;
        let lock = DirLock::take(&cfg.dir)?;
        let found = recover::recover(&cfg)?;
        let report = found.report;
        let shared = Arc::new(Shared::new(cfg, found));
        shared.reserve(report.next_seq)?;
        let keeper = Keeper::start(Arc::clone(&shared), class)
            .map_err(|e| SpoolError::io("start the keeper thread of", &shared.cfg.dir, e))?;
        let shard = Self {
            shared,
            next_seq: report.next_seq,
            active: None,
            buffer: Vec::new(),
            payload: Vec::new(),
            keeper,
            _lock: lock,
        };
        Ok((shard, report))
    }

    /// Writes a record that readers do not see yet.
    pub(crate) fn write(&mut self, ts_us: u64, kind: u8, ver: u8, payload: &[u8]) -> Result<u64, SpoolError> {
        let seq = self.next_seq;
        if seq > self.shared.reserved.load(Ordering::Acquire) {
            self.shared.reserve(seq)?;
        }
        // From here on the number counts as used, whatever happens.
        self.next_seq = seq + 1;
        self.shared.next_seq.store(seq + 1, Ordering::Release);

        self.shared.check_healthy()?;
        let max = self.shared.cfg.max_payload();
        if payload.len() > max {
            return Err(SpoolError::TooLarge { len: payload.len(), max });
        }
        self.buffer.clear();
        record::encode(&Record { seq, ts_us, kind, ver, flags: 0, payload }, &mut self.buffer);
        let size = self.buffer.len() as u64;
        if self.active.as_ref().is_none_or(|active| active.end + size > self.shared.cfg.segment_bytes) {
            self.rotate(seq, ts_us)?;
        }
        let Some(active) = &mut self.active else {
            return Err(SpoolError::Full);
        };
        if let Err(error) = active.file.write_all_at(&self.buffer, active.end) {
            if scrub(&active.file, active.end, self.buffer.len()).is_err() {
                self.shared.poisoned.store(true, Ordering::Release);
            }
            return Err(SpoolError::io("write to a segment of", &self.shared.cfg.dir, error));
        }
        active.end += size;
        active.last_seq = seq;
        active.count += 1;
        // One writer, so no read-modify-write is needed.
        let written = self.shared.written.load(Ordering::Relaxed) + 1;
        self.shared.written.store(written, Ordering::Release);
        Ok(seq)
    }

    /// Lets readers see everything written up to `seq`.
    pub(crate) fn publish(&self, seq: u64) {
        self.shared.publish(seq);
    }

    fn rotate(&mut self, seq: u64, ts_us: u64) -> Result<(), SpoolError> {
        let full = self.active.as_ref().map(Active::seal);
        let spare = self.shared.take_spare()?;
        let file = self.shared.rotate(spare, seq, ts_us, full)?;
        self.active = Some(Active { file, end: HEADER, last_seq: seq - 1, count: 0 });
        self.keeper.wake();
        Ok(())
    }
}

impl Active {
    fn seal(&self) -> Seal {
        Seal { last_seq: self.last_seq, end: self.end, count: self.count }
    }
}

impl Drop for Shard {
    /// An orderly end loses nothing even in a power cut right after.
    fn drop(&mut self) {
        // A failure has poisoned the shard; there is nobody left to tell.
        let _ = self.shared.sync_data();
        // Not while a release runs: the folder may have another owner right after.
        let _no_release = lock(&self.shared.releasing);
        self.shared.closed.store(true, Ordering::Release);
    }
}

fn create_dir(dir: &Path) -> Result<(), SpoolError> {
    if dir.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(dir).map_err(|e| SpoolError::io("create", dir, e))?;
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => durable::sync_dir(parent),
        _ => Ok(()),
    }
}

/// The folder belongs to this writer until the value is dropped or the process ends.
struct DirLock(File);

impl DirLock {
    fn take(dir: &Path) -> Result<Self, SpoolError> {
        let file = File::open(dir).map_err(|e| SpoolError::io("open", dir, e))?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self(file)),
            Err(Errno::WOULDBLOCK) => Err(SpoolError::Locked { path: dir.to_owned() }),
            Err(errno) => Err(SpoolError::io("lock", dir, io::Error::from(errno))),
        }
    }
}

impl Drop for DirLock {
    /// Closing is not enough: a child process that is just being started holds a copy of the file until it has loaded
    /// its program, and the lock with it.
    fn drop(&mut self) {
        let _ = rustix::fs::flock(&self.0, FlockOperation::Unlock);
    }
}

impl fmt::Debug for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shard").field("dir", &self.shared.cfg.dir).field("next_seq", &self.next_seq).finish()
    }
}

#[cfg(test)]
mod tests;

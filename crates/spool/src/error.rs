//! Errors of the spool.
//!
//! Policy: `Full` and `TooLarge` say that this one record was not taken and the shard is healthy; `Poisoned` is for
//! good, only a new process on a disk that somebody has looked at may open the shard again; `Io` names the operation
//! and the path, and nothing of the record counts as written.

use std::io;
use std::path::{Path, PathBuf};

/// Why an operation on a shard failed.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The operating system refused.
    #[error("cannot {op} {}", path.display())]
    Io {
        /// What was being done, as a verb.
        op: &'static str,
        /// On which file or folder.
        path: PathBuf,
        source: io::Error,
    },
    /// Another process, or this one, has the shard open already.
    #[error("shard {} is open elsewhere", path.display())]
    Locked { path: PathBuf },
    /// An earlier sync failed; nothing is acknowledged here any more.
    #[error("shard is poisoned by a failed sync")]
    Poisoned,
    /// No space: the disk is full, the shard's byte budget is used up, or too much waits for a sync.
    #[error("shard is full")]
    Full,
    /// The payload does not fit a record.
    #[error("payload of {len} bytes is over the limit of {max}")]
    TooLarge { len: usize, max: usize },
}

/// Why bytes are not a record. Offsets count from the start of the decoded bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end inside a record that needs `need` bytes.
    #[error("record at {offset} is cut short, it needs {need} bytes")]
    Truncated { offset: usize, need: usize },
    /// The length field cannot be right.
    #[error("record at {offset} has an impossible length {len}")]
    BadLength { offset: usize, len: u32 },
    /// The checksum does not match.
    #[error("record at {offset} fails its checksum")]
    BadChecksum { offset: usize },
}

impl SpoolError {
    /// Wraps `source`; a lack of space becomes `Full` whatever the operation was.
    pub(crate) fn io(op: &'static str, path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io { op, path: path.to_owned(), source },
        }
    }
}

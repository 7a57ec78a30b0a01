use std::path::PathBuf;
use std::time::Duration;

use crate::record::{MAX_PAYLOAD, RECORD_HEADER};
use crate::segment::HEADER;

/// How one shard is kept.
#[derive(Clone, Debug)]
pub struct ShardConfig {
    /// This shard's own folder; created when missing.
    pub dir: PathBuf,
    /// Size of a segment file in bytes, header included. Default 64 MiB.
    pub segment_bytes: u64,
    /// How many preallocated segments to keep ahead, so that a full disk shows before an append meets it. Default 2.
    pub spare_segments: usize,
    /// Class P only: the longest time written records wait for their `fdatasync`. Default 50 ms.
    pub sync_every: Duration,
    /// How many sequence numbers one durable reservation covers. Default 1 Mi.
    pub seq_reserve: u64,
    /// Number of the first record of a folder that is begun anew. Default 1.
    ///
    /// Whoever keeps positions elsewhere, as consumers do, has to give a folder that takes the place of a lost one numbers
    /// behind all that the lost one can have used: what is below a position counts as read.
    pub begin_with: u64,
    /// Budget in bytes for all segments and spares together; over it appends fail with `Full`. Default 16 GiB.
    pub max_bytes: u64,
}

impl ShardConfig {
    /// The defaults for a shard in `dir`.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            segment_bytes: 64 << 20,
            spare_segments: 2,
            sync_every: Duration::from_millis(50),
            seq_reserve: 1 << 20,
            begin_with: 1,
            max_bytes: 16 << 30,
        }
    }

    /// The longest payload, in bytes, that fits: a record never spans two segments.
    pub(crate) fn max_payload(&self) -> usize {
        let room = self.segment_bytes.saturating_sub(HEADER + RECORD_HEADER as u64);
        usize::try_from(room).unwrap_or(usize::MAX).min(MAX_PAYLOAD)
    }

    /// Raises values that could not work to the smallest that can.
    pub(crate) fn normalised(mut self) -> Self {
        self.segment_bytes = self.segment_bytes.max(HEADER + RECORD_HEADER as u64 + 1);
        self.sync_every = self.sync_every.max(Duration::from_millis(1));
        self.seq_reserve = self.seq_reserve.max(1);
        self.begin_with = self.begin_with.max(1);
        self
    }
}

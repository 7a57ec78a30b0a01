//! One way in: a spool shard of its own and what is shared with the other lanes.

use crate::Shared;
use spool::{Shard, ShardHandle, SpoolError};
use std::sync::{Arc, Mutex, PoisonError};

/// The console port has one lane; on the edge each accept loop has its own, so its lock is never contended.
pub(crate) struct Lane {
    pub(crate) number: u8,
    pub(crate) handle: ShardHandle,
    shard: Mutex<Shard>,
    pub(crate) shared: Arc<Shared>,
}

impl Lane {
    pub(crate) fn new(number: u8, shard: Shard, shared: Arc<Shared>) -> Self {
        Self { number, handle: shard.handle(), shard: Mutex::new(shard), shared }
    }

    /// Appends a record; when this returns, the kernel has it. `fill` gets the sequence number.
    pub(crate) fn append(
        &self,
        ts_us: i64,
        kind: u8,
        fill: impl FnOnce(u64, &mut Vec<u8>),
    ) -> Result<u64, SpoolError> {
        let mut shard = self.shard.lock().unwrap_or_else(PoisonError::into_inner);
        shard.append_parts(ts_us.max(0) as u64, kind, domain::event::VERSION, fill)
    }

    pub(crate) fn sync(&self) {
        let mut shard = self.shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = shard.sync() {
            tracing::error!(%error, shard = self.number, "cannot sync the spool");
        }
    }

    /// Microseconds since 1970.
    pub(crate) fn now_us(&self) -> i64 {
        (self.shared.clock)()
    }
}

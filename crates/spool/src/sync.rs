//! Class S: a thread owns the shard and serves whatever has piled up during its previous sync as one group.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use crate::config::ShardConfig;
use crate::error::SpoolError;
use crate::handle::ShardHandle;
use crate::recover::Recovery;
use crate::shard::{Class, Shard};
use crate::shared::lock;

/// The writer of a shard, durability class S: an append resolves once its record has been synced. Clones share the
/// shard; the last one to go waits for what is queued.
#[derive(Clone)]
pub struct SyncShard {
    inner: Arc<Inner>,
}

/// Limits of what may wait for a sync, so that a stalled disk turns into `Full` and not into lack of memory.
const MAX_WAITING: usize = 1 << 16;
const MAX_WAITING_BYTES: usize = 256 << 20;

type Reply = oneshot::Sender<Result<u64, SpoolError>>;

struct Inner {
    queue: Arc<Queue>,
    handle: ShardHandle,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<Request>,
    bytes: usize,
    stopping: bool,
}

struct Request {
    ts_us: u64,
    kind: u8,
    ver: u8,
    payload: Vec<u8>,
    reply: Reply,
}

impl SyncShard {
    /// Opens the shard in `cfg.dir`, creating it when missing, and says what was found there. `cfg.sync_every` does
    /// not matter here.
    ///
    /// # Errors
    /// As for [`Shard::open`].
    pub fn open(cfg: ShardConfig) -> Result<(Self, Recovery), SpoolError> {
        let dir = cfg.dir.clone();
        let (shard, report) = Shard::open_class(cfg, Class::S)?;
        let handle = shard.handle();
        let queue = Arc::new(Queue::default());
        let served = Arc::clone(&queue);
        let thread = thread::Builder::new()
            .name("spool-sync".into())
            .spawn(move || serve(shard, &served))
            .map_err(|e| SpoolError::io("start the sync thread of", &dir, e))?;
        Ok((Self { inner: Arc::new(Inner { queue, handle, thread: Some(thread) }) }, report))
    }

    /// Appends a record and returns its sequence number once the record survives a power cut. Dropping the future
    /// after its first poll does not take the record back.
    ///
    /// # Errors
    /// `Full`, `TooLarge`, `Io`: the record was not written. `Poisoned`: it may or may not be read later.
    pub async fn append(&self, ts_us: u64, kind: u8, ver: u8, payload: Vec<u8>) -> Result<u64, SpoolError> {
        self.enqueue(ts_us, kind, ver, payload)?.await.unwrap_or(Err(SpoolError::Poisoned))
    }

    /// Like [`append`](Self::append) for threads outside an async runtime; panics inside one.
    ///
    /// # Errors
    /// As for `append`.
    pub fn append_blocking(
        &self,
        ts_us: u64,
        kind: u8,
        ver: u8,
        payload: Vec<u8>,
    ) -> Result<u64, SpoolError> {
        self.enqueue(ts_us, kind, ver, payload)?.blocking_recv().unwrap_or(Err(SpoolError::Poisoned))
    }

    /// A view for readers; stays valid after the shard is gone.
    pub fn handle(&self) -> ShardHandle {
        self.inner.handle.clone()
    }

    fn enqueue(
        &self,
        ts_us: u64,
        kind: u8,
        ver: u8,
        payload: Vec<u8>,
    ) -> Result<oneshot::Receiver<Result<u64, SpoolError>>, SpoolError> {
        let (reply, answer) = oneshot::channel();
        let mut state = lock(&self.inner.queue.state);
        if state.stopping {
            return Err(SpoolError::Poisoned);
        }
        let bytes = state.bytes + payload.len();
        if state.waiting.len() >= MAX_WAITING || bytes > MAX_WAITING_BYTES {
            return Err(SpoolError::Full);
        }
        state.bytes = bytes;
        state.waiting.push(Request { ts_us, kind, ver, payload, reply });
        drop(state);
        self.inner.queue.changed.notify_one();
        Ok(answer)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        lock(&self.queue.state).stopping = true;
        self.queue.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by the panic hook.
            let _ = thread.join();
        }
    }
}

impl Queue {
    /// Waits for requests and takes them all into `group`, which is empty. `false` when there will be no more.
    fn take(&self, group: &mut Vec<Request>) -> bool {
        let state = lock(&self.state);
        let idle = |state: &mut State| state.waiting.is_empty() && !state.stopping;
        let mut state = self.changed.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut state.waiting, group);
        state.bytes = 0;
        !group.is_empty()
    }
}

/// Turns appends away once the thread that would serve them is gone, even when it has panicked.
struct StopOnExit<'a>(&'a Queue);

impl Drop for StopOnExit<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.stopping = true;
        state.waiting.clear();
    }
}

fn serve(mut shard: Shard, queue: &Queue) {
    let _stop_on_exit = StopOnExit(queue);
    let mut group = Vec::new();
    let mut written: Vec<(Reply, Result<u64, SpoolError>)> = Vec::new();
    while queue.take(&mut group) {
        let requests = group.drain(..);
        written.extend(requests.map(|request| {
            let Request { ts_us, kind, ver, payload, reply } = request;
            (reply, shard.write(ts_us, kind, ver, &payload))
        }));
        let last = written.iter().rev().find_map(|(_, result)| result.as_ref().ok().copied());
        let synced = last.is_none_or(|last| sync_and_publish(&mut shard, last));
        for (reply, result) in written.drain(..) {
            let result = result.and_then(|seq| if synced { Ok(seq) } else { Err(SpoolError::Poisoned) });
            // Whoever asked may have gone away; the record stays.
            let _ = reply.send(result);
        }
    }
}

/// One sync for the whole group. After a failure the shard is poisoned and the group stays unseen.
fn sync_and_publish(shard: &mut Shard, last: u64) -> bool {
    let synced = shard.sync().is_ok();
    if synced {
        shard.publish(last);
    }
    synced
}

impl fmt::Debug for SyncShard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncShard").field("handle", &self.inner.handle).finish()
    }
}

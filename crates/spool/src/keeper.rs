//! The thread beside the writer: syncs (class P), tops up the reservation and the spares, so that appends find
//! everything ready.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use crate::shard::Class;
use crate::shared::Shared;

/// How often the thread looks around when it has no syncs to make; the writer wakes it when something is used up.
const IDLE: Duration = Duration::from_secs(1);
/// How long to leave a full disk alone before the next try to preallocate.
const RETRY: Duration = Duration::from_secs(1);

/// Owns the thread; dropping it stops the thread and waits for it.
pub(crate) struct Keeper {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    pub fn start(shared: Arc<Shared>, class: Class) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("spool-keeper".into())
            .spawn(move || run(&shared, class, &stopped))?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Has the thread look around now. Cheap while it is awake.
    pub fn wake(&self) {
        if let Some(thread) = self.thread.as_ref().map(JoinHandle::thread) {
            Thread::unpark(thread);
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.wake();
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by the panic hook.
            let _ = thread.join();
        }
    }
}

fn run(shared: &Shared, class: Class, stop: &AtomicBool) {
    let pause = match class {
        Class::P => shared.cfg.sync_every,
        Class::S => IDLE,
    };
    let mut preallocate_from = Instant::now();
    while !stop.load(Ordering::Acquire) {
        if shared.check_healthy().is_ok() {
            if matches!(class, Class::P) {
                // A failure poisons the shard, which the writer sees at its next append.
                let _ = shared.sync_data();
            }
            top_up_reservation(shared);
            if Instant::now() >= preallocate_from && top_up_spares(shared, stop).is_err() {
                // The lack shows in the stats as missing spares.
                preallocate_from = Instant::now() + RETRY;
            }
        }
        thread::park_timeout(pause);
    }
}

/// Extends the reservation when half of it is used. On failure the next round tries again; should it run out, the
/// writer tries itself and reports the error.
fn top_up_reservation(shared: &Shared) {
    let next = shared.next_seq.load(Ordering::Acquire);
    let left = shared.reserved.load(Ordering::Acquire).saturating_sub(next);
    if left < shared.cfg.seq_reserve / 2 {
        let _ = shared.reserve(next);
    }
}

fn top_up_spares(shared: &Shared, stop: &AtomicBool) -> Result<(), crate::SpoolError> {
    while !stop.load(Ordering::Acquire) && shared.add_spare()? {}
    Ok(())
}

//! Watching the services: what dies while the owner lives is started again. One thread a service, so that a slow start
//! of one does not keep the other waiting.

use super::{
    postgres::Postgres,
    redis::Redis,
    state::{self, State},
};
use std::{
    path::Path,
    sync::{
        Mutex,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A service that dies right after its start is started again after this long at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// One thread at a time writes the file.
static WRITING: Mutex<()> = Mutex::new(());

/// A service that can be watched.
pub trait Service: Send + 'static {
    const NAME: &'static str;
    fn pid(&self) -> u32;
    fn is_alive(&mut self) -> bool;
    /// Starts it again after it died. Blocks until it answers.
    ///
    /// # Errors
    /// It does not come up.
    fn restart(&mut self) -> anyhow::Result<()>;
    /// Lets it write everything down and end.
    fn stop(&mut self);
    /// Where its process id is noted.
    fn note(state: &mut State, pid: u32);
}

/// A service and the thread that watches it. Dropped, the service is stopped.
pub struct Watcher {
    stop: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Watches from now on.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn start<S: Service>(service: S, home: &Path) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let state_file = state::path(home);
        let thread = std::thread::Builder::new()
            .name(format!("watch-{}", S::NAME))
            .spawn(move || watch(service, &state_file, &stopped))?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Begins to stop the service; dropping waits for it.
    pub fn stop(&self) {
        let _ = self.stop.send(());
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn watch<S: Service>(mut service: S, state_file: &Path, stopped: &Receiver<()>) {
    let mut pause = Pause::default();
    while stopped.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
        if service.is_alive() || !pause.is_over() {
            continue;
        }
        tracing::warn!(service = S::NAME, "a private service died; starting it again");
        match service.restart() {
            Ok(()) => {
                let pid = service.pid();
                tracing::info!(service = S::NAME, pid, "the private service runs again");
                let _one_at_a_time = WRITING.lock();
                State::update(state_file, |state| S::note(state, pid));
            }
            Err(error) => {
                tracing::error!(service = S::NAME, error = %format!("{error:#}"), "cannot start a private service again");
            }
        }
    }
    service.stop();
}

impl Service for Postgres {
    const NAME: &'static str = "postgres";
    fn pid(&self) -> u32 {
        Postgres::pid(self)
    }
    fn is_alive(&mut self) -> bool {
        Postgres::is_alive(self)
    }
    fn restart(&mut self) -> anyhow::Result<()> {
        Postgres::restart(self)
    }
    fn stop(&mut self) {
        Postgres::stop(self);
    }
    fn note(state: &mut State, pid: u32) {
        state.postgres_pid = Some(pid);
    }
}

impl Service for Redis {
    const NAME: &'static str = "redis";
    fn pid(&self) -> u32 {
        Redis::pid(self)
    }
    fn is_alive(&mut self) -> bool {
        Redis::is_alive(self)
    }
    fn restart(&mut self) -> anyhow::Result<()> {
        Redis::restart(self)
    }
    fn stop(&mut self) {
        Redis::stop(self);
    }
    fn note(state: &mut State, pid: u32) {
        state.redis_pid = Some(pid);
    }
}

/// Time between two starts of the same service: none at first, doubling while it keeps dying.
#[derive(Default)]
struct Pause {
    last: Option<Instant>,
    length: Duration,
}

impl Pause {
    /// Called while the service is down; true when it is time to start it.
    fn is_over(&mut self) -> bool {
        let since = self.last.map(|last| last.elapsed());
        if since.is_some_and(|since| since < self.length) {
            return false;
        }
        self.length = match since {
            Some(since) if since < Duration::from_secs(60) => {
                (self.length * 2).clamp(Duration::from_millis(200), LONGEST_PAUSE)
            }
            _ => Duration::ZERO,
        };
        self.last = Some(Instant::now());
        true
    }
}

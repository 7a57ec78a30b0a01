//! Watching the services: what dies while the owner lives is started again.

use super::{postgres::Postgres, redis::Redis, state::State};
use std::{
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A service that dies right after its start is started again after this long at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What is watched.
#[derive(Default)]
pub struct Watched {
    pub postgres: Option<Postgres>,
    pub redis: Option<Redis>,
}

impl Watched {
    /// Stops both; Redis first, it takes less time.
    pub fn stop(&mut self) {
        if let Some(redis) = &mut self.redis {
            redis.stop();
        }
        if let Some(postgres) = &mut self.postgres {
            postgres.stop();
        }
    }
}

/// Runs until told to stop or the owner's end of the channel is gone, then stops the services.
pub fn run(mut watched: Watched, state_file: &Path, stopped: &Receiver<()>) {
    let mut postgres_pause = Pause::default();
    let mut redis_pause = Pause::default();
    while stopped.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
        if let Some(postgres) = &mut watched.postgres
            && !postgres.is_alive()
            && postgres_pause.is_over("Postgres")
        {
            match postgres.restart() {
                Ok(()) => {
                    tracing::info!(pid = postgres.pid(), "the private Postgres runs again");
                    let pid = postgres.pid();
                    State::update(state_file, |state| state.postgres_pid = Some(pid));
                }
                Err(error) => tracing::error!(error = %format!("{error:#}"), "cannot start the private Postgres again"),
            }
        }
        if let Some(redis) = &mut watched.redis
            && !redis.is_alive()
            && redis_pause.is_over("Redis")
        {
            match redis.restart() {
                Ok(()) => {
                    tracing::info!(pid = redis.pid(), "the private Redis runs again");
                    let pid = redis.pid();
                    State::update(state_file, |state| state.redis_pid = Some(pid));
                }
                Err(error) => tracing::error!(error = %format!("{error:#}"), "cannot start the private Redis again"),
            }
        }
    }
    watched.stop();
}

/// Time between two starts of the same service: none at first, doubling while it keeps dying.
#[derive(Default)]
struct Pause {
    last: Option<Instant>,
    length: Duration,
}

impl Pause {
    /// Called while the service is down; true when it is time to start it.
    fn is_over(&mut self, name: &str) -> bool {
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
        tracing::warn!(service = name, "a private service died; starting it again");
        true
    }
}

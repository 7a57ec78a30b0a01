//! The private Postgres and Redis: for a start without any configuration.
//!
//! With no address given, the process starts both from the programs on this machine, under its home folder, on unix
//! sockets only, and stops them when it ends. One process of a home *owns* them, by a lock on `services.lock`; it
//! writes `services.json`, through which others find them. A short command beside a running server borrows the
//! server's; a command without one owns them for as long as it runs.
//!
//! ```text
//! home/services.lock     held by the owner while it lives
//! home/services.json     addresses and process ids
//! home/services/pg/      data folder and log of Postgres
//! home/services/redis/   append-only file and log of Redis
//! home/services/run/     the sockets; in /tmp where the path would be too long for a socket
//! ```
//!
//! A killed owner leaves both running. The next owner adopts what answers, ends what does not, and starts the rest.
//! While the owner lives, a thread of its own watches both and starts again what died.
//!
//! Postgres refuses to run as root, so a process of root runs both as `postgres` or `nobody`. The files then belong to
//! that user, who must be able to reach them; see [`place`].

mod place;
mod postgres;
mod process;
mod redis;
mod state;
mod supervise;

pub use postgres::find_programs as find_postgres;
pub use process::find_program;
pub use state::{State, running};

use anyhow::{Context as _, bail};
use place::Place;
use postgres::Postgres;
use redis::Redis;
use rustix::fs::{FlockOperation, flock};
use std::{
    fs::File,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use supervise::Watcher;

/// Which services are wanted; the others were given by address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub postgres: bool,
    pub redis: bool,
}

/// For what the services are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A server: has to own them.
    Serve,
    /// One command: may borrow a server's.
    Command,
}

/// The services, running for as long as this value lives.
pub struct Services {
    pub state: State,
    owned: Option<Owned>,
}

struct Owned {
    /// In the order in which they stop.
    watchers: Vec<Watcher>,
    lock: File,
    state_file: PathBuf,
    run: PathBuf,
}

impl Services {
    /// Finds or starts what is wanted. Blocks until it answers.
    ///
    /// # Errors
    /// A program is missing, a server owns this home already, or a service does not come up; the message says what to
    /// do.
    pub fn acquire(home: &Path, wanted: Wanted, purpose: Purpose) -> anyhow::Result<Self> {
        place::make_home(home)?;
        let home =
            &std::fs::canonicalize(home).with_context(|| format!("cannot resolve {}", home.display()))?;
        let Some(lock) = lock_or_find(home, purpose)? else {
            return borrow(home, wanted);
        };
        let place = Place::prepare(home)?;
        let mut state = State::of_this_process(purpose == Purpose::Serve);
        let mut watchers = Vec::new();
        if wanted.redis {
            let redis = Redis::start(&place)?;
            state.redis_url = Some(redis.url.clone());
            state.redis_pid = Some(redis.pid());
            watchers.push(Watcher::start(redis, home)?);
        }
        if wanted.postgres {
            // Failing, it drops the watcher above, which stops Redis.
            let postgres = Postgres::start(&place)?;
            state.database_url = Some(postgres.url.clone());
            state.postgres_pid = Some(postgres.pid());
            watchers.push(Watcher::start(postgres, home)?);
        }
        let state_file = state::path(home);
        state.write(&state_file)?;
        Ok(Self { state, owned: Some(Owned { watchers, lock, state_file, run: place.run }) })
    }
}

impl Drop for Services {
    /// Stops what this process started.
    fn drop(&mut self) {
        let Some(mut owned) = self.owned.take() else { return };
        owned.watchers.iter().for_each(Watcher::stop);
        owned.watchers.clear();
        let _ = std::fs::remove_file(&owned.state_file);
        // Empty now; it may stand in /tmp, where nobody would miss it.
        let _ = std::fs::remove_dir(&owned.run);
        let _ = flock(&owned.lock, FlockOperation::Unlock);
    }
}

/// The lock of the owner, or nothing where a server has it and its services can be borrowed.
fn lock_or_find(home: &Path, purpose: Purpose) -> anyhow::Result<Option<File>> {
    let path = home.join("services.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    let began = Instant::now();
    let mut told = false;
    loop {
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
            return Ok(Some(file));
        }
        let owner = running(home);
        match (&owner, purpose) {
            (Some(state), Purpose::Command) if state.serving => return Ok(None),
            (Some(state), Purpose::Serve) if state.serving && began.elapsed() > Duration::from_secs(15) => {
                bail!(
                    "a server with process id {} already runs with the home folder {}",
                    state.owner,
                    home.display()
                );
            }
            _ if began.elapsed() > Duration::from_secs(300) => {
                bail!("another process has held {} for 5 minutes", path.display());
            }
            _ => {}
        }
        if !told && began.elapsed() > Duration::from_secs(1) {
            told = true;
            tracing::info!(home = %home.display(), "waiting for another process to give up the services");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn borrow(home: &Path, wanted: Wanted) -> anyhow::Result<Services> {
    let state = running(home).context("the server that runs the services is just stopping; try again")?;
    if (wanted.postgres && state.database_url.is_none()) || (wanted.redis && state.redis_url.is_none()) {
        bail!(
            "the running server (process {}) was started with DATABASE_URL or REDIS_URL; give this command the same",
            state.owner
        );
    }
    Ok(Services { state, owned: None })
}

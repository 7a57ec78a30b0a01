//! The hot path: clicks, impressions, conversion reports.
//!
//! Nothing here waits for Postgres or Redis. A click is answered from an immutable [`Index`] in memory after its
//! record has been handed to the kernel; a conversion report after its record is on disk. The phases of a click:
//! parse → robot or prefetch → link → destination → spool append → 302. There is no I/O besides the append.
//!
//! Deliberately absent: database and Redis clients on the request path, locks shared between cores, retries.

mod click;
mod conversion;
mod edge;
mod lane;
mod pixel;
mod query;
pub mod refresh;
mod report;
mod respond;
mod routes;
mod visitor;

pub use edge::EdgeServer;

use arc_swap::ArcSwap;
use domain::{
    event::SHARD_S,
    snapshot::{Index, Refused, Snapshot},
};
use lane::Lane;
use spool::{Shard, ShardConfig, ShardHandle, SyncShard};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use tokio_util::sync::CancellationToken;

/// Microseconds since 1970, UTC.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Settings of the hot path.
#[derive(Debug, Clone)]
pub struct TrackerConfig {
    /// Number of this node; part of every click id and stream name.
    pub node: u16,
    /// Folder of the spool, one folder a shard below it.
    pub spool_dir: PathBuf,
    /// File that keeps the last snapshot, for a start without Postgres.
    pub snapshot_path: PathBuf,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Accept loops of the edge listener, each with its own spool shard.
    pub edge_loops: usize,
    /// Size of a spool segment in bytes.
    pub segment_bytes: u64,
}

/// The most accept loops of the edge: their shards are numbered below [`SHARD_S`].
pub const MAX_LOOPS: usize = SHARD_S as usize - 1;

/// Records a second that one shard never exceeds over its life, as a power of two.
const FASTEST: u32 = 18;

/// What a shard begun anew at this time is numbered from. Consumers keep their positions in Postgres: a spool that takes
/// the place of a lost one must not use numbers that they are past, or its events would count as read. A shard that has
/// never had more than 2¹⁸ records a second is always below what the time says.
fn begin_with(now_us: i64) -> u64 {
    (now_us.max(0) as u64 / 1_000_000) << FASTEST
}

/// Shards of an earlier start with more accept loops. Nothing is written to them any more, but what is in them has to
/// go out, and their streams are not silent.
fn left_over(spool_dir: &Path, loops: u8) -> Vec<u8> {
    let Ok(entries) = std::fs::read_dir(spool_dir) else { return Vec::new() };
    let number = |name: &str| name.strip_prefix("shard-")?.parse::<u8>().ok();
    let mut found: Vec<u8> = entries
        .filter_map(|entry| number(entry.ok()?.file_name().to_str()?))
        .filter(|number| *number > loops && *number < SHARD_S)
        .collect();
    found.sort_unstable();
    found
}

/// Why the hot path cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TrackerError {
    #[error("cannot open the spool")]
    Spool(#[from] spool::SpoolError),
    #[error("cannot listen on {addr}")]
    Listen { addr: SocketAddr, source: std::io::Error },
    #[error("cannot start an accept loop")]
    Thread(#[source] std::io::Error),
    #[error("cannot keep the snapshot in {path}")]
    Snapshot { path: PathBuf, source: std::io::Error },
}

/// What all lanes share.
pub(crate) struct Shared {
    pub(crate) config: TrackerConfig,
    pub(crate) index: ArcSwap<Index>,
    pub(crate) clock: Clock,
    pub(crate) reports: SyncShard,
    pub(crate) recent: report::Recent,
    pub(crate) meters: respond::Meters,
}

/// The hot path of one node. Cloning is cheap.
#[derive(Clone)]
pub struct Tracker {
    shared: Arc<Shared>,
    lanes: Arc<Vec<Arc<Lane>>>,
    publishing: Arc<Mutex<()>>,
}

impl Tracker {
    /// Opens the spool shards (0 for the console port, 1… for the edge, [`SHARD_S`] for reports, and those that are left
    /// over from more accept loops) and takes over the snapshot kept on disk, if there is one.
    ///
    /// # Errors
    /// [`TrackerError::Spool`], for instance where another process holds the folder.
    pub fn open(config: TrackerConfig, clock: Clock) -> Result<Self, TrackerError> {
        let began = begin_with(clock());
        let shard = |number: u8| {
            let mut shard = ShardConfig::new(config.spool_dir.join(format!("shard-{number}")));
            shard.segment_bytes = config.segment_bytes;
            shard.begin_with = began;
            shard
        };
        let (reports, recovery) = SyncShard::open(shard(SHARD_S))?;
        tracing::info!(shard = SHARD_S, ?recovery, "spool shard opened");
        let index = read_snapshot(&config.snapshot_path).unwrap_or_default();
        let shared = Arc::new(Shared {
            index: ArcSwap::from_pointee(Index::new(index)),
            clock,
            reports,
            recent: report::Recent::default(),
            meters: respond::Meters::new(),
            config: config.clone(),
        });
        let mut lanes = Vec::new();
        let loops = config.edge_loops.min(MAX_LOOPS) as u8;
        for number in (0..=loops).chain(left_over(&config.spool_dir, loops)) {
            let (lane_shard, recovery) = Shard::open(shard(number))?;
            tracing::info!(shard = number, ?recovery, "spool shard opened");
            lanes.push(Arc::new(Lane::new(number, lane_shard, Arc::clone(&shared))));
        }
        Ok(Self { shared, lanes: Arc::new(lanes), publishing: Arc::default() })
    }

    /// Routes for the console port. They need `ConnectInfo<SocketAddr>` for the visitor's address.
    pub fn router(&self) -> axum::Router {
        routes::router(Arc::clone(&self.lanes[0]))
    }

    /// Starts the edge listener: one thread, runtime, accept loop and spool shard for each of
    /// [`TrackerConfig::edge_loops`].
    ///
    /// # Errors
    /// [`TrackerError::Listen`] where the address is taken.
    pub fn serve_edge(
        &self,
        addr: SocketAddr,
        cancel: CancellationToken,
    ) -> Result<EdgeServer, TrackerError> {
        edge::serve(&self.lanes[1..=self.shared.config.edge_loops.min(MAX_LOOPS)], addr, cancel)
    }

    /// The spool shards with their numbers, for the shippers.
    #[must_use]
    pub fn shards(&self) -> Vec<(u8, ShardHandle)> {
        let clicks = self.lanes.iter().map(|lane| (lane.number, lane.handle.clone()));
        clicks.chain([(SHARD_S, self.shared.reports.handle())]).collect()
    }

    /// Whether every shard can be written to: none has failed to sync, and each has room.
    #[must_use]
    pub fn records(&self) -> bool {
        self.shards().iter().all(|(_, handle)| {
            let stats = handle.stats();
            !stats.poisoned && stats.spares > 0
        })
    }

    /// Makes all clicks so far durable against power loss; part of a graceful stop.
    pub fn sync(&self) {
        for lane in self.lanes.iter() {
            lane.sync();
        }
    }

    /// Takes over a new snapshot: on disk first, then in memory.
    ///
    /// # Errors
    /// [`Refused`] where it is empty or loses more than a fifth of the links, unless forced.
    pub fn publish(&self, snapshot: Snapshot, force: bool) -> Result<(), Refused> {
        let _one_at_a_time = self.publishing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !force {
            self.shared.index.load().accepts(&snapshot)?;
        }
        if let Err(error) = write_snapshot(&self.shared.config.snapshot_path, &snapshot) {
            // The node still works; it only could not start without Postgres.
            tracing::error!(%error, "cannot keep the snapshot on disk");
        }
        self.shared.index.store(Arc::new(Index::new(snapshot)));
        Ok(())
    }

    /// Version of the snapshot in use; 0 before the first one.
    #[must_use]
    pub fn snapshot_version(&self) -> i64 {
        self.shared.index.load().snapshot.version
    }

    /// Number of links in use.
    #[must_use]
    pub fn links(&self) -> usize {
        self.shared.index.load().snapshot.links.len()
    }
}

fn read_snapshot(path: &Path) -> Option<Snapshot> {
    let bytes = std::fs::read(path).ok()?;
    match postcard::from_bytes(&bytes) {
        Ok(snapshot) => Some(snapshot),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "snapshot on disk cannot be read, waiting for the database");
            None
        }
    }
}

/// Writes beside, syncs, renames: a reader finds the old or the new one, never half of one.
fn write_snapshot(path: &Path, snapshot: &Snapshot) -> Result<(), TrackerError> {
    let fail = |source| TrackerError::Snapshot { path: path.to_owned(), source };
    let bytes = postcard::to_stdvec(snapshot).map_err(|e| fail(std::io::Error::other(e)))?;
    let beside = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir)?;
        }
        // It holds the secret of the click ids.
        let mut file =
            std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    };
    write().map_err(fail)
}

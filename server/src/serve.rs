//! `millrace serve`: everything a node does, put together and taken apart in order.

mod background;

use crate::{
    backing::Backing,
    cli::{Role, Serve},
    clock,
    commands::print,
    config::Config,
    console,
    embedded::{Purpose, State},
    ops, secret_key,
    shutdown::Shutdown,
};
use anyhow::{Context as _, bail};
use background::Background;
use engine::signin::Sealer;
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};
use store::{Db, DbOptions, limits::RedisLimits, sessions::RedisSessionStore, streams::Streams};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracker::{EdgeServer, Tracker, TrackerConfig, TrackerError};

/// How long requests that were begun may take after the first signal.
const DRAIN: Duration = Duration::from_secs(10);

/// Runs the node until it is told to stop.
///
/// # Errors
/// A listener's address is taken, the event log cannot be opened, or the private services do not come up.
pub fn run(config: Config, what: &Serve) -> anyhow::Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.min(8))
        .max_blocking_threads(32)
        .thread_keep_alive(Duration::from_secs(5))
        .enable_all()
        .build()?;
    let done = runtime.block_on(Box::pin(node(config, what)));
    runtime.shutdown_timeout(Duration::from_secs(1));
    done
}

async fn node(config: Config, what: &Serve) -> anyhow::Result<()> {
    let shutdown = Shutdown::on_signals()?;
    let metrics = ops::install_metrics()?;
    let settings = config.clone();
    let backing = tokio::task::spawn_blocking(move || Backing::acquire(&settings, Purpose::Serve)).await??;
    let backing = Arc::new(backing);
    let served = if shutdown.soft.is_cancelled() {
        Ok(())
    } else {
        Box::pin(with_backing(config, what, Arc::clone(&backing), &shutdown, metrics)).await
    };
    // Stops the private services, even where the start failed.
    tokio::task::spawn_blocking(move || drop(backing)).await?;
    served
}

async fn with_backing(
    config: Config,
    what: &Serve,
    backing: Arc<Backing>,
    shutdown: &Shutdown,
    metrics: metrics_exporter_prometheus::PrometheusHandle,
) -> anyhow::Result<()> {
    let has = |role| what.roles.contains(&role);
    let options = DbOptions {
        max_connections: config.database.max_connections,
        acquire_timeout: Duration::from_secs(3),
        ..DbOptions::default()
    };
    let db = Db::connect_lazy(backing.database_url.expose(), &options).await.context("database.url")?;
    let streams = Streams::connect(backing.redis_url.expose()).context("redis.url")?;
    let tracker = if has(Role::Edge) || has(Role::Console) {
        Some(open_tracker(&config, &shutdown.soft).await?)
    } else {
        None
    };

    // Listeners stop on the first signal; what works behind them goes on until they have.
    let listeners = TaskTracker::new();
    let behind = TaskTracker::new();
    let stop_behind = CancellationToken::new();
    let prepared = Arc::new(AtomicBool::new(false));

    let edge = match &tracker {
        Some(tracker) if has(Role::Edge) => {
            Some(tracker.serve_edge(config.edge.listen, shutdown.soft.clone()).context("edge.listen")?)
        }
        _ => None,
    };
    let mut network = None;
    if let (Some(tracker), true) = (&tracker, has(Role::Console)) {
        let sessions = RedisSessionStore::connect(backing.redis_url.expose()).context("redis.url")?;
        let limits = RedisLimits::connect(backing.redis_url.expose()).context("redis.url")?;
        let sealer = Sealer::new(&secret_key::load(&config)?);
        let stop = shutdown.soft.clone();
        let (app, face) =
            console::router(&config, db.clone(), sessions, limits, tracker, sealer, stop.clone());
        network = Some(face);
        let listen = config.console.listen;
        let listener = tokio::net::TcpListener::bind(listen)
            .await
            .with_context(|| format!("console.listen: cannot listen on {listen}"))?;
        listeners.spawn(console::serve(listener, app, stop));
    }
    let health = ops::Health {
        tracker: tracker.clone(),
        db: db.clone(),
        streams: streams.clone(),
        prepared: Arc::clone(&prepared),
        wait_for_prepared: what.seed_demo,
        stopping: shutdown.soft.clone(),
    };
    behind.spawn(ops::serve(config.ops.listen, health, metrics, stop_behind.clone()).await?);
    note_addresses(&config, &backing, has(Role::Console), edge.as_ref());
    behind.spawn(background::run(Background {
        consume: has(Role::Worker),
        seed_demo: what.seed_demo,
        backing,
        db: db.clone(),
        streams,
        tracker: tracker.clone(),
        network,
        prepared,
        tasks: behind.clone(),
        stop: stop_behind.clone(),
        config,
    }));

    shutdown.soft.cancelled().await;
    let drained = async {
        listeners.close();
        listeners.wait().await;
        if let Some(edge) = edge {
            let _ = tokio::task::spawn_blocking(move || edge.join()).await;
        }
    };
    tokio::select! {
        ended = tokio::time::timeout(DRAIN, drained) => {
            if ended.is_err() {
                tracing::warn!("some requests did not end within {} s and are broken off", DRAIN.as_secs());
            }
        }
        () = shutdown.hard.cancelled() => tracing::warn!("stopping at once"),
    }
    if let Some(tracker) = &tracker {
        tracker.sync();
    }
    stop_behind.cancel();
    behind.close();
    let ended = async {
        behind.wait().await;
        db.close().await;
    };
    tokio::select! {
        _ = tokio::time::timeout(Duration::from_secs(5), ended) => {}
        () = shutdown.hard.cancelled() => {}
    }
    tracing::info!("stopped");
    Ok(())
}

/// Opens the hot path; waits a little for a predecessor that is still ending.
async fn open_tracker(config: &Config, stop: &CancellationToken) -> anyhow::Result<Tracker> {
    std::fs::create_dir_all(&config.home)
        .with_context(|| format!("cannot make {}", config.home.display()))?;
    let settings = TrackerConfig {
        node: config.node,
        spool_dir: config.spool.dir.clone(),
        snapshot_path: config.snapshot_path(),
        trusted_proxies: config.edge.trusted_proxies.clone(),
        edge_loops: config.edge_loops(),
        segment_bytes: config.spool.segment_mb << 20,
    };
    let began = Instant::now();
    loop {
        let settings = settings.clone();
        let opened =
            tokio::task::spawn_blocking(move || Tracker::open(settings, Arc::new(clock::now_us))).await?;
        match opened {
            Err(TrackerError::Spool(spool::SpoolError::Locked { path })) => {
                if began.elapsed() > Duration::from_secs(15) || stop.is_cancelled() {
                    bail!("another process has the event log {} open", path.display());
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            opened => return opened.context("spool.dir"),
        }
    }
}

/// Says where the node listens: to people, and to commands that look for it.
fn note_addresses(config: &Config, backing: &Backing, console: bool, edge: Option<&EdgeServer>) {
    let console_url = console.then(|| config.console.public_url.clone());
    let edge_url = edge.map(|_| config.edge.public_url.clone());
    let mut text = format!("millrace {} runs, node {}\n", env!("CARGO_PKG_VERSION"), config.node);
    for (name, url) in [("console", &console_url), ("edge", &edge_url)] {
        if let Some(url) = url {
            text.push_str(&format!("  {name:<8} {url}\n"));
        }
    }
    text.push_str(&format!("  ops      http://{}\n", config.ops.listen));
    if backing.services.is_some() {
        let file = config.home.join("services.json");
        State::update(&file, |state| {
            state.console_url = console_url;
            state.edge_url = edge_url;
        });
        text.push_str(&format!("  data     {}\n", config.home.display()));
    }
    let _ = print(&text);
}

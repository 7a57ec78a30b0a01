//! What a node does behind its listeners: schema, shipping of events, configuration, consumers, upkeep.
//!
//! None of it is needed for a redirect, and all of it waits for Postgres and Redis for as long as they are away.

use crate::{backing::Backing, clock, commands::print, config::Config, mailer, schema, seed, workers};
use engine::{consume, network::Shared, shipper};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::{Db, StoreError, streams::Streams};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracker::Tracker;

/// How long shipping waits for the schema at most. A database that is away may well have an older one.
const HEAD_START: Duration = Duration::from_secs(3);

/// What it works with.
pub struct Background {
    pub config: Config,
    /// This node also takes events out of the streams and does the upkeep.
    pub consume: bool,
    pub seed_demo: bool,
    pub backing: Arc<Backing>,
    pub db: Db,
    pub streams: Streams,
    /// There is one where the node takes in events.
    pub tracker: Option<Tracker>,
    /// What the pages know of the network, where the node has a console.
    pub network: Option<Arc<Shared>>,
    /// Set once the schema is up to date and the example data, if wanted, is there.
    pub prepared: Arc<AtomicBool>,
    pub tasks: TaskTracker,
    pub stop: CancellationToken,
}

/// Starts everything in its order. Returns when all is started or the node stops.
pub async fn run(background: Background) {
    let stop = background.stop.clone();
    tokio::select! {
        () = stop.cancelled() => {}
        () = Box::pin(start(background)) => {}
    }
}

async fn start(background: Background) {
    let mut schema = Box::pin(bring_up_schema(&background));
    let in_time = tokio::time::timeout(HEAD_START, &mut schema).await.is_ok();
    ship(&background);
    if !in_time {
        schema.await;
    }
    let Background { config, db, streams, tasks, stop, .. } = &background;
    if let Some(network) = &background.network {
        tasks.spawn(Arc::clone(network).run(db.clone(), stop.clone().cancelled_owned()));
    }
    if background.consume {
        tasks.spawn(consume::run(streams.clone(), db.clone(), stop.clone(), clock::now));
        tasks.spawn(workers::run(config.clone(), db.clone(), stop.clone()));
        tasks.spawn(mailer::run(config.clone(), db.clone(), stop.clone()));
    }
    if background.seed_demo {
        let (console_url, edge_url) = (config.console.public_url.clone(), config.edge.public_url.clone());
        match seed::demo_in(db, streams, &config.home, console_url, edge_url).await {
            Ok(summary) => {
                let _ = print(&summary.text());
            }
            Err(error) => tracing::error!(error = %format!("{error:#}"), "cannot make the example data"),
        }
    }
    background.prepared.store(true, Ordering::Relaxed);
    tracing::info!("ready");
}

/// Sends the events of every shard on, and keeps the links up to date.
fn ship(background: &Background) {
    let Background { config, db, streams, tasks, stop, .. } = background;
    let Some(tracker) = &background.tracker else { return };
    tasks.spawn(tracker::refresh::run(tracker.clone(), db.clone(), stop.clone()));
    for (shard, handle) in tracker.shards() {
        let (streams, db) = (streams.clone(), db.clone());
        tasks.spawn(shipper::run(handle, config.node, shard, streams, db, stop.clone(), clock::now));
    }
}

/// Returns when the schema is there, however long that takes.
async fn bring_up_schema(background: &Background) {
    let mut pause = Duration::from_millis(200);
    let mut told = None;
    while let Err(error) = try_schema(background).await {
        let text = error.to_string();
        if told.as_deref() != Some(text.as_str()) {
            match error {
                StoreError::Unavailable(_) => tracing::warn!(error = text, "the database is not there yet"),
                _ => tracing::error!(error = text, "cannot bring the schema up to date; trying again"),
            }
            told = Some(text);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

async fn try_schema(background: &Background) -> Result<(), StoreError> {
    if background.config.database.migrate {
        schema::bring_up(background.backing.database_url.expose()).await
    } else {
        schema::ensure_secrets(&background.db).await
    }
}

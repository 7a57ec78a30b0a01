//! The listener for operators: liveness, readiness, metrics.

use anyhow::Context as _;
use axum::{
    Router,
    extract::{RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{
    fmt::Write as _,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::{Db, streams::Streams};
use tokio_util::sync::CancellationToken;
use tracker::Tracker;

/// Longest wait for a service that is asked whether it is there.
const PATIENCE: Duration = Duration::from_secs(1);

/// What readiness is made of.
#[derive(Clone)]
pub struct Health {
    pub tracker: Option<Tracker>,
    pub db: Db,
    pub streams: Streams,
    /// The schema is up to date and the example data, if wanted, is there.
    pub prepared: Arc<AtomicBool>,
    /// The example data has to be there first.
    pub wait_for_prepared: bool,
    pub stopping: CancellationToken,
}

#[derive(Clone)]
struct Ops {
    health: Health,
    metrics: PrometheusHandle,
}

/// Serves until cancelled.
///
/// # Errors
/// The address is taken.
pub async fn serve(
    listen: SocketAddr,
    health: Health,
    metrics: PrometheusHandle,
    cancel: CancellationToken,
) -> anyhow::Result<impl Future<Output = ()>> {
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("ops.listen: cannot listen on {listen}"))?;
    let upkeep = metrics.clone();
    let stop = cancel.clone();
    tokio::spawn(async move {
        while !stop.is_cancelled() {
            upkeep.run_upkeep();
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    });
    let router = Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .route("/metrics", get(render))
        .with_state(Ops { health, metrics });
    Ok(async move {
        if let Err(error) =
            axum::serve(listener, router).with_graceful_shutdown(cancel.cancelled_owned()).await
        {
            tracing::error!(%error, "the ops listener ended");
        }
    })
}

/// Starts to count.
///
/// # Errors
/// Somebody counts already.
pub fn install_metrics() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets(&[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0])?
        .install_recorder()?;
    metrics::gauge!("millrace_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(handle)
}

/// That this answers at all is the proof of life.
async fn livez() -> &'static str {
    "ok\n"
}

/// Ready means: links are known and this node is not stopping. Postgres and Redis are shown and do not count, because
/// a node tracks without them, and taking all nodes away when the database is down would lose every click.
async fn readyz(State(ops): State<Ops>, RawQuery(query): RawQuery) -> Response {
    let health = &ops.health;
    let database = async { tokio::time::timeout(PATIENCE, health.db.ping()).await.is_ok_and(|r| r.is_ok()) };
    let redis =
        async { tokio::time::timeout(PATIENCE, health.streams.ping()).await.is_ok_and(|r| r.is_ok()) };
    let prepared = health.prepared.load(Ordering::Relaxed);
    let verbose = query.is_some_and(|q| q.split('&').any(|word| word.split('=').next() == Some("verbose")));
    let mut checks: Vec<(&str, bool, bool)> = vec![("not-stopping", true, !health.stopping.is_cancelled())];
    match &health.tracker {
        Some(tracker) => {
            checks.push(("links", true, tracker.snapshot_version() > 0));
            checks.push(("prepared", health.wait_for_prepared, prepared));
            // A node that cannot record still redirects, which is better than no node.
            checks.push(("spool", false, tracker.records()));
            if verbose {
                let (database, redis) = tokio::join!(database, redis);
                checks.extend([("postgres", false, database), ("redis", false, redis)]);
            }
        }
        // A node that only works in the background is nothing without them.
        None => {
            let (database, redis) = tokio::join!(database, redis);
            checks.extend([
                ("prepared", true, prepared),
                ("postgres", true, database),
                ("redis", true, redis),
            ]);
        }
    }
    let ready = checks.iter().all(|(_, counts, fine)| !counts || *fine);
    let mut text = String::new();
    for (name, counts, fine) in &checks {
        if verbose || (*counts && !fine) {
            let note = match *name {
                _ if *counts || *fine => "",
                "spool" => " (redirects go on, unrecorded)",
                _ => " (tracking goes on)",
            };
            let _ = writeln!(text, "[{}] {name}{note}", if *fine { '+' } else { '-' });
        }
    }
    text.push_str(if ready { "ready\n" } else { "not ready\n" });
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}

async fn render(State(ops): State<Ops>) -> impl IntoResponse {
    if let Some(tracker) = &ops.health.tracker {
        metrics::gauge!("millrace_snapshot_version").set(tracker.snapshot_version() as f64);
        metrics::gauge!("millrace_snapshot_links").set(tracker.links() as f64);
        for (number, handle) in tracker.shards() {
            let (shard, s) = (number.to_string(), handle.stats());
            let gauge =
                |name: &'static str, value: f64| metrics::gauge!(name, "shard" => shard.clone()).set(value);
            gauge("millrace_spool_bytes", s.bytes_on_disk as f64);
            gauge("millrace_spool_spare_segments", s.spares as f64);
            gauge("millrace_spool_unsynced_records", s.unsynced as f64);
            gauge("millrace_spool_last_sync_seconds", s.last_fsync_us as f64 / 1e6);
            gauge("millrace_spool_damaged_places", s.quarantined as f64);
            gauge("millrace_spool_poisoned", f64::from(u8::from(s.poisoned)));
        }
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], ops.metrics.render())
}

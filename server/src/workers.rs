//! Upkeep: the worker half of the job queue. The other half, which puts jobs in, is `store::jobs`.
//!
//! Timers put jobs into the queue, workers take them out; each job says what to look at and may run twice. A worker
//! ends when its database goes away; it is then made anew until the database is back.

use crate::{clock, config::Config};
use apalis::prelude::{
    BackendExt as _, BoxDynError, Data, WorkerBuilder, WorkerBuilderExt as _, WorkerError,
};
use apalis_cron::{CronScheduler, Schedule, Tick};
use apalis_postgres::PostgresStorage;
use domain::access::Realm;
use engine::{
    EngineError, maintenance,
    network::domains::{self, Edge, Prober},
    signin,
};
use providers::probe::NetProber;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::{
    Db, StoreError,
    jobs::{MAINTENANCE_QUEUE, MaintenanceJob, enqueue},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How often the queue is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

const SHORTEST_PAUSE: Duration = Duration::from_millis(500);

/// When upkeep is due, in seconds: every so long, counted from that long after midnight UTC.
const TIMETABLE: &[(MaintenanceJob, Every)] = &[
    (MaintenanceJob::EnsurePartitions, Every { period: 3600, offset: 60 }),
    (MaintenanceJob::DropOldPartitions, Every { period: 86_400, offset: 3 * 3600 }),
    (MaintenanceJob::Reconcile, Every { period: 86_400, offset: 4 * 3600 }),
    (MaintenanceJob::SweepStuck, Every { period: 60, offset: 15 }),
    (MaintenanceJob::CheckDomains, Every { period: 86_400, offset: 5 * 3600 }),
    (MaintenanceJob::Notify, Every { period: 10, offset: 5 }),
];

/// What is due at a start, however short the runs of the process are.
const AT_START: &[MaintenanceJob] =
    &[MaintenanceJob::EnsurePartitions, MaintenanceJob::DropOldPartitions, MaintenanceJob::SweepStuck];

/// What the jobs work with.
#[derive(Clone)]
struct Upkeep {
    db: Db,
    click_days: u32,
    prober: Arc<dyn Prober>,
    edge: Edge,
}

/// Runs until cancelled.
pub async fn run(config: Config, db: Db, cancel: CancellationToken) {
    let upkeep = Upkeep {
        db,
        click_days: config.retention.click_days,
        prober: Arc::new(NetProber::new()),
        edge: Edge::new(&config.edge.public_url),
    };
    let work = async {
        for job in AT_START {
            // Not through the queue: the partitions are needed before anything is counted.
            if let Err(error) = perform(*job, &upkeep).await {
                tracing::warn!(?job, %error, "upkeep at the start failed; the timer tries again");
            }
        }
        let mut tasks = JoinSet::new();
        tasks.spawn(worker(config.node, upkeep.clone()));
        for (job, every) in TIMETABLE {
            tasks.spawn(timer(*job, *every, upkeep.clone()));
        }
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker panicked");
            }
        }
    };
    tokio::select! {
        () = cancel.cancelled() => {}
        () = work => {}
    }
}

/// Does one job.
async fn perform(job: MaintenanceJob, upkeep: &Upkeep) -> Result<(), EngineError> {
    let (db, now) = (&upkeep.db, clock::now());
    match job {
        MaintenanceJob::EnsurePartitions => {
            maintenance::ensure_partitions(db, now, 1).await?;
        }
        MaintenanceJob::DropOldPartitions => {
            maintenance::drop_old(db, now, upkeep.click_days).await?;
            signin::tidy(db, now).await?;
            maintenance::forget_answers(db, now).await?;
            maintenance::forget_jobs(db, now).await?;
        }
        MaintenanceJob::Reconcile => {
            maintenance::reconcile(db, now).await?;
        }
        MaintenanceJob::SweepStuck => {
            maintenance::sweep_stuck(db, now).await?;
        }
        MaintenanceJob::CheckDomains => {
            engine::signup::forget_unconfirmed(db, now).await?;
            domains::check_all(db, &*upkeep.prober, &upkeep.edge, now).await?;
        }
        MaintenanceJob::Notify => engine::notify::watch(db, now).await?,
    }
    Ok(())
}

async fn handle(job: MaintenanceJob, upkeep: Data<Upkeep>) -> Result<(), BoxDynError> {
    let done = perform(job, &upkeep).await;
    let outcome = if done.is_ok() { "done" } else { "failed" };
    metrics::counter!("millrace_maintenance_jobs_total", "outcome" => outcome).increment(1);
    if let Err(error) = &done {
        tracing::error!(?job, %error, "upkeep failed");
    }
    Ok(done?)
}

/// Takes jobs out of the queue for ever.
async fn worker(node: u16, upkeep: Upkeep) {
    let mut pause = Pause::default();
    for life in 0_u64.. {
        // Each life has its own name: the queue believes for a while that the one before still works.
        let name = format!("upkeep-{node}-{}-{life}", std::process::id());
        let settings = apalis_postgres::Config::default()
            .queue(MAINTENANCE_QUEUE)
            .batch_size(1)
            .heartbeat_interval(Duration::from_secs(15));
        let queue = PostgresStorage::<MaintenanceJob>::new(&upkeep.db.pool_for_jobs()).with_config(settings);
        let worker = WorkerBuilder::new(name)
            .backend(queue.poll_with_interval(LOOK_EVERY))
            .concurrency(1)
            .data(upkeep.clone())
            .build(handle);
        pause.after(worker.run().await, "the worker for upkeep ended").await;
    }
}

/// What a timer is for.
#[derive(Clone)]
struct Errand {
    job: MaintenanceJob,
    upkeep: Upkeep,
}

/// Sees to a job whenever it is due, for ever.
async fn timer(job: MaintenanceJob, every: Every, upkeep: Upkeep) {
    let mut pause = Pause::default();
    loop {
        let worker = WorkerBuilder::new(format!("timer-{job:?}"))
            .backend(CronScheduler::new(every))
            .data(Errand { job, upkeep: upkeep.clone() })
            .build(due);
        pause.after(worker.run().await, "a timer ended").await;
    }
}

/// Puts a job into the queue. The frequent ones are done at once: rows for them would only pile up.
async fn due(_: Tick, errand: Data<Errand>) -> Result<(), BoxDynError> {
    let Errand { job, upkeep } = &*errand;
    let done = match job {
        MaintenanceJob::SweepStuck | MaintenanceJob::Notify => perform(*job, upkeep).await,
        _ => ask_for(*job, &upkeep.db).await.map_err(EngineError::from),
    };
    if let Err(error) = &done {
        tracing::warn!(?job, %error, "upkeep was due and could not be begun");
    }
    Ok(done?)
}

async fn ask_for(job: MaintenanceJob, db: &Db) -> Result<(), StoreError> {
    let mut tx = db.begin(Realm::Network).await?;
    enqueue(&mut tx, job).await?;
    tx.commit().await
}

/// Time between two lives of a worker: short at first, longer while its lives are short.
struct Pause {
    born: Instant,
    length: Duration,
}

impl Default for Pause {
    fn default() -> Self {
        Self { born: Instant::now(), length: SHORTEST_PAUSE }
    }
}

impl Pause {
    async fn after(&mut self, ended: Result<(), WorkerError>, what: &str) {
        match ended {
            Ok(()) => tracing::warn!("{what}; starting it again"),
            Err(error) => tracing::warn!(%error, "{what}; starting it again"),
        }
        if self.born.elapsed() > Duration::from_secs(60) {
            self.length = SHORTEST_PAUSE;
        }
        tokio::time::sleep(self.length).await;
        self.length = (self.length * 2).min(Duration::from_secs(15));
        self.born = Instant::now();
    }
}

/// A simple timetable, in seconds.
#[derive(Debug, Clone, Copy)]
struct Every {
    period: u64,
    offset: u64,
}

impl<Tz> Schedule<Tz> for Every {
    fn next_tick(&mut self, _: &Tz) -> Option<Tick<Tz>> {
        let now = u64::try_from(clock::now_us() / 1_000_000).unwrap_or_default();
        Some(Tick::new(self.after(now)))
    }
}

impl Every {
    /// The first time after `now`.
    fn after(self, now: u64) -> u64 {
        let since = now.saturating_sub(self.offset);
        (since / self.period + 1) * self.period + self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::Every;

    #[test]
    fn the_next_time_is_later_and_on_the_timetable() {
        let nightly = Every { period: 86_400, offset: 3 * 3600 };
        let midnight = 1_790_000_000 / 86_400 * 86_400;
        assert_eq!(nightly.after(midnight), midnight + 3 * 3600);
        assert_eq!(nightly.after(midnight + 3 * 3600), midnight + 27 * 3600);
        assert_eq!(Every { period: 60, offset: 0 }.after(59), 60);
        assert_eq!(Every { period: 60, offset: 0 }.after(60), 120);
    }
}

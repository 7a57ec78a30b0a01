//! From the spool through Redis into Postgres, with everything running and things failing.

use crate::world::{
    assert_reconciled, click, click_text, clock, conversion, long_ago_ms, network, number, own_node, streams,
};
use domain::event::{self, Reported, SHARD_S, kind, stream_name};
use engine::{consume, shipper};
use spool::{Shard, ShardConfig, SyncShard};
use sqlx::PgPool;
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use store::{Db, streams::Streams};
use tokio_util::sync::CancellationToken;

fn config(dir: &Path, shard: &str) -> ShardConfig {
    ShardConfig { segment_bytes: 1 << 20, spare_segments: 1, ..ShardConfig::new(dir.join(shard)) }
}

struct Node {
    _dir: tempfile::TempDir,
    number: u16,
    clicks: Shard,
    reports: SyncShard,
    sent: u64,
    orders: u64,
}

impl Node {
    fn new(number: u16) -> Self {
        Self::begun(number, 1)
    }

    fn begun(number: u16, begin_with: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = |shard| ShardConfig { begin_with, ..config(dir.path(), shard) };
        let clicks = Shard::open(config("p0")).unwrap().0;
        let reports = SyncShard::open(config("s0")).unwrap().0;
        Self { _dir: dir, number, clicks, reports, sent: 0, orders: 0 }
    }

    fn start(&self, streams: &Streams, db: &Db, cancel: &CancellationToken) {
        for (handle, shard) in [(self.clicks.handle(), 0), (self.reports.handle(), SHARD_S)] {
            let run =
                shipper::run(handle, self.number, shard, streams.clone(), db.clone(), cancel.clone(), clock);
            tokio::spawn(run);
        }
        tokio::spawn(consume::run(streams.clone(), db.clone(), cancel.clone(), clock));
    }

    async fn work(&mut self, clicks: u64, orders: u64) {
        for _ in 0..clicks {
            self.sent += 1;
            let id = click_text(self.sent);
            let mut payload = Vec::new();
            event::encode_into(&click(&id, 0, long_ago_ms(), None), &mut payload);
            self.clicks.append(clock().timestamp_micros() as u64, kind::CLICK, 1, &payload).unwrap();
        }
        for _ in 0..orders {
            self.orders += 1;
            let txid = format!("order-{}", self.orders);
            let mut payload = Vec::new();
            event::encode_into(&conversion(&txid, "c", 0, 1000, Reported::Approved), &mut payload);
            self.reports
                .append(clock().timestamp_micros() as u64, kind::CONVERSION, 1, payload)
                .await
                .unwrap();
        }
    }

    /// Waits until everything has arrived, and sees that nothing arrived twice.
    async fn arrived(&self, pool: &PgPool, db: &Db) {
        let until = Instant::now() + Duration::from_secs(40);
        loop {
            let done = (
                number(pool, "SELECT count(*) FROM clicks").await as u64,
                number(pool, "SELECT count(*) FROM conversions").await as u64,
            );
            if done == (self.sent, self.orders) {
                break;
            }
            assert!(Instant::now() < until, "{done:?} of {:?} arrived", (self.sent, self.orders));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let counted = number(pool, "SELECT sum(clicks * 1000000 + approved)::bigint FROM stats_hourly").await;
        assert_eq!(counted as u64, self.sent * 1_000_000 + self.orders);
        assert_eq!(number(pool, "SELECT count(*) FROM dead_letters").await, 0);
        assert_reconciled(db).await;
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_lost_stream_is_shipped_again(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let mut node = Node::new(own_node(&streams).await);
    let cancel = CancellationToken::new();
    node.work(1500, 20).await;
    node.start(&streams, &db, &cancel);
    for _ in 0..4 {
        node.work(700, 10).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        for shard in [0, SHARD_S] {
            streams.reset(&stream_name(node.number, shard)).await.unwrap();
        }
        node.work(300, 5).await;
    }
    node.arrived(&pool, &db).await;

    // Also while nothing new comes, and the producers have said how far they are.
    streams.reset(&stream_name(node.number, 0)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(
        number(&pool, "SELECT min(head_seq) FROM producers WHERE head_ms > 0").await as u64,
        node.orders
    );
    assert_eq!(node.clicks.handle().released(), node.sent, "the spool is free to go");
    assert_eq!(streams.state(&stream_name(node.number, SHARD_S)).await.unwrap().frames, 0, "and so is Redis");
    node.arrived(&pool, &db).await;
    cancel.cancel();
}

#[sqlx::test(migrations = "../../migrations")]
async fn cut_database_connections_lose_nothing(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let mut node = Node::new(own_node(&streams).await);
    let cancel = CancellationToken::new();
    node.start(&streams, &db, &cancel);
    for _ in 0..10 {
        node.work(400, 10).await;
        let _ = sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .execute(&pool)
        .await;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    node.arrived(&pool, &db).await;
    cancel.cancel();
}

struct OwnRedis {
    dir: tempfile::TempDir,
    child: Child,
}

impl OwnRedis {
    fn spawn(dir: &Path) -> Child {
        Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
            .arg(dir.join("redis.sock"))
            .current_dir(dir)
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server")
    }
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let child = Self::spawn(dir.path());
        Self { dir, child }
    }
    fn streams(&self) -> Streams {
        Streams::connect(&format!("unix://{}", self.dir.path().join("redis.sock").display())).unwrap()
    }
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_killed_redis_that_comes_back_empty_loses_nothing(pool: PgPool) {
    let db = network(&pool).await;
    let mut redis = OwnRedis::new();
    let mut node = Node::new(7);
    let cancel = CancellationToken::new();
    node.start(&redis.streams(), &db, &cancel);
    for _ in 0..3 {
        node.work(800, 10).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        node.work(800, 10).await;
        redis.kill();
        node.work(800, 10).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        redis.child = OwnRedis::spawn(redis.dir.path());
    }
    node.arrived(&pool, &db).await;
    cancel.cancel();
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_spool_in_the_place_of_a_lost_one_loses_nothing(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let mut lost = Node::new(own_node(&streams).await);
    let cancel = CancellationToken::new();
    lost.work(300, 0).await;
    lost.start(&streams, &db, &cancel);
    lost.arrived(&pool, &db).await;
    cancel.cancel();

    // The folder is gone; what was read of it is not forgotten.
    let mut node = Node::begun(lost.number, 1 << 40);
    node.sent = lost.sent;
    drop(lost);
    let cancel = CancellationToken::new();
    node.work(200, 0).await;
    node.start(&streams, &db, &cancel);
    node.arrived(&pool, &db).await;
    node.work(50, 0).await;
    node.arrived(&pool, &db).await;
    let until = Instant::now() + Duration::from_secs(10);
    let said = "SELECT count(*) FROM producers WHERE began_seq = 1::bigint << 40 AND head_seq > began_seq";
    while number(&pool, said).await != 1 {
        assert!(Instant::now() < until, "the producers do not say how they are numbered");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    cancel.cancel();
}

#[sqlx::test(migrations = "../../migrations")]
async fn another_spools_stream_is_left_alone(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let mut node = Node::new(own_node(&streams).await);
    let stream = stream_name(node.number, 0);
    sqlx::query("INSERT INTO consumer_cursor VALUES ('rollup', $1, $2, 0, now())")
        .bind(&stream)
        .bind(i64::MAX / 2)
        .execute(&pool)
        .await
        .unwrap();
    let cancel = CancellationToken::new();
    node.work(10, 0).await;
    node.start(&streams, &db, &cancel);
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert_eq!(streams.last_id(&stream).await.unwrap(), None);
    assert_eq!(node.clicks.handle().released(), 0);
    cancel.cancel();
}

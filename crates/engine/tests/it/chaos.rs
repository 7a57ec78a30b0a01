//! Exactly once, whatever happens on the way: random histories against the real databases.

use crate::world::{
    AFFILIATES, Log, assert_reconciled, balances, click, click_text, clock, consumer, conversion, drain,
    everything, long_ago_ms, network, number, own_stream, push_conversion, streams,
};
use domain::{
    event::{Reported, SHARD_S, kind},
    reason::Reason,
};
use engine::consume::Step;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use sqlx::PgPool;
use std::{collections::BTreeMap, time::Duration};
use store::{
    Db, StoreError,
    streams::{ShipOutcome, Streams},
};

/// What a history must come to, computed in the simplest way.
#[derive(Default)]
struct Model {
    valid_clicks: i64,
    invalid_clicks: i64,
    conflicts: i64,
    /// By transaction: affiliate, amount, state (`p`, `a`, `r`).
    orders: BTreeMap<String, (usize, i64, char)>,
}

impl Model {
    fn balances(&self) -> [i64; 6] {
        let mut out = [0; 6];
        for (affiliate, amount, state) in self.orders.values() {
            match state {
                'p' => (out[affiliate * 2] -= amount / 2, out[4] += amount),
                'a' => (out[affiliate * 2 + 1] -= amount / 2, out[5] += amount),
                _ => ((), ()),
            };
        }
        out
    }
}

fn history(rng: &mut StdRng, events: usize) -> (Log, Model) {
    let (mut log, mut model) = (Log::default(), Model::default());
    for n in 0..events {
        let affiliate = rng.random_range(0..AFFILIATES.len());
        if rng.random_bool(0.4) {
            let reason = rng.random_bool(0.2).then_some(Reason::Bot);
            let at = long_ago_ms() - rng.random_range(0..7_200_000);
            log.push(kind::CLICK, &click(&click_text(n as u64), affiliate, at, reason));
            *if reason.is_none() { &mut model.valid_clicks } else { &mut model.invalid_clicks } += 1;
            continue;
        }
        let txid = format!("order-{}", rng.random_range(0..events / 3));
        let reported = [Reported::Pending, Reported::Pending, Reported::Approved, Reported::Rejected]
            [rng.random_range(0..4)];
        let known = model.orders.get(&txid).copied();
        let same = known.map(|k| k.1).filter(|_| rng.random_bool(0.8));
        let amount = same.unwrap_or_else(|| rng.random_range(0..50) * 100);
        push_conversion(&mut log, &conversion(&txid, "c", affiliate, amount, reported));
        let state = match reported {
            Reported::Pending => 'p',
            Reported::Approved => 'a',
            Reported::Rejected => 'r',
        };
        match (known, state) {
            (None, _) => {
                model.orders.insert(txid, (affiliate, amount, state));
            }
            (Some((_, stored, _)), _) if stored != amount => model.conflicts += 1,
            (Some((of, stored, 'p')), 'a' | 'r') => {
                model.orders.insert(txid, (of, stored, state));
            }
            (Some((_, _, 'a')), 'r') | (Some((_, _, 'r')), 'a') => model.conflicts += 1,
            _ => {}
        }
    }
    (log, model)
}

async fn assert_model(pool: &PgPool, db: &Db, model: &Model) {
    assert_eq!(balances(db).await, model.balances());
    assert_eq!(number(pool, "SELECT sum(clicks)::bigint FROM stats_hourly").await, model.valid_clicks);
    assert_eq!(
        number(pool, "SELECT sum(invalid_clicks)::bigint FROM stats_hourly").await,
        model.invalid_clicks
    );
    assert_eq!(number(pool, "SELECT count(*) FROM conversions").await, model.orders.len() as i64);
    assert_eq!(number(pool, "SELECT count(*) FROM conversion_conflicts").await, model.conflicts);
    let counted = model.orders.values().filter(|o| o.2 != 'r').count() as i64;
    assert_eq!(number(pool, "SELECT sum(conversions)::bigint FROM stats_hourly").await, counted);
    let approved = model.orders.values().filter(|o| o.2 == 'a').count() as i64;
    assert_eq!(number(pool, "SELECT sum(approved)::bigint FROM stats_hourly").await, approved);
    assert_eq!(number(pool, "SELECT count(*) FROM dead_letters").await, 0);
    assert_reconciled(db).await;
}

async fn cursor(pool: &PgPool) -> u64 {
    number(pool, "SELECT coalesce(max(seq), 0) FROM consumer_cursor").await as u64
}

/// Cuts every connection to the test's database, as a killed server does.
async fn cut_connections(pool: &PgPool) {
    let _ = sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .execute(pool)
    .await;
}

async fn one_history(pool: &PgPool, db: &Db, streams: &Streams, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let (log, model) = history(&mut rng, 120);
    let stream = own_stream(streams, SHARD_S).await;
    let mut readers = [consumer(streams, db, &stream), consumer(streams, db, &stream)];
    let mut steps = 0;
    while cursor(pool).await < log.head() {
        steps += 1;
        assert!(steps < 5_000, "seed {seed} does not end");
        match rng.random_range(0..12) {
            // Redis loses everything.
            0 => streams.reset(&stream).await.unwrap(),
            1 if steps % 3 == 0 => cut_connections(pool).await,
            // A shipper begins again: behind the stream's newest frame, or anywhere up to the cursor, even at 0.
            2..5 => {
                let last = streams.last_id(&stream).await.unwrap();
                let applied = cursor(pool).await;
                let behind: Vec<_> =
                    log.records.iter().map(|r| r.0).filter(|s| *s <= applied).chain([0]).collect();
                let after = last.unwrap_or_else(|| behind[rng.random_range(0..behind.len())]);
                let mut sizes = StdRng::seed_from_u64(rng.random());
                let mut frames = log.frames(after, || sizes.random_range(1..20));
                frames.truncate(rng.random_range(1..6));
                streams.ship(&stream, Some(after), &frames).await.unwrap();
            }
            // Two consumers at once.
            5 => {
                let [a, b] = &mut readers;
                let (a, b) = tokio::join!(a.step(), b.step());
                for step in [a, b] {
                    assert!(step.is_ok_and(|s| s != Step::Reset), "seed {seed}");
                }
            }
            n => {
                let reader = &mut readers[n % 2];
                match reader.step().await {
                    Ok(Step::Reset) => panic!("seed {seed}: nothing is missing"),
                    Ok(_) | Err(StoreError::Serialization | StoreError::Unavailable(_)) => {}
                    Err(e) => assert!(e.to_string().contains("terminat"), "seed {seed}: {e}"),
                }
            }
        }
        if rng.random_bool(0.1) {
            readers[0] = consumer(streams, db, &stream).with_limit(rng.random_range(1..40));
        }
    }
    assert_model(pool, db, &model).await;

    // Any prefix again, shipped anew, as often as you like: nothing changes.
    let before = everything(pool).await;
    for _ in 0..3 {
        streams.reset(&stream).await.unwrap();
        let mut frames = log.frames(0, || 7);
        frames.truncate(rng.random_range(1..=frames.len()));
        streams.ship(&stream, Some(0), &frames).await.unwrap();
        drain(&mut consumer(streams, db, &stream)).await;
        assert_eq!(everything(pool).await, before, "seed {seed}");
    }

    // Even where the cursors themselves are lost, the ledger takes nothing twice.
    sqlx::query("UPDATE consumer_cursor SET seq = 0").execute(pool).await.unwrap();
    streams.reset(&stream).await.unwrap();
    log.ship(streams, &stream, 0, Some(0)).await;
    drain(&mut consumer(streams, db, &stream)).await;
    assert_eq!(balances(db).await, model.balances(), "seed {seed}");
    streams.reset(&stream).await.unwrap();
}

macro_rules! histories {
    ($($name:ident = $seed:literal),*) => {$(
        #[sqlx::test(migrations = "../../migrations")]
        async fn $name(pool: PgPool) {
            let db = network(&pool).await;
            one_history(&pool, &db, &streams(), $seed).await;
        }
    )*};
}

histories!(
    random_history_1 = 1,
    random_history_2 = 2,
    random_history_3 = 3,
    random_history_4 = 4,
    random_history_5 = 124
);

#[sqlx::test(migrations = "../../migrations")]
async fn two_consumers_at_full_speed_never_count_twice(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let stream = own_stream(&streams, SHARD_S).await;
    let (log, model) = history(&mut StdRng::seed_from_u64(99), 600);
    for frame in log.frames(0, || 9) {
        assert!(matches!(streams.ship(&stream, Some(0), &[frame]).await.unwrap(), ShipOutcome::Shipped(_)));
    }
    let tasks: Vec<_> = (0..4)
        .map(|n| {
            let mut reader = consumer(&streams, &db, &stream).with_limit(3 + n);
            tokio::spawn(async move {
                loop {
                    match reader.step().await {
                        Ok(Step::Idle) => break,
                        Ok(Step::Elsewhere) => tokio::time::sleep(Duration::from_millis(1)).await,
                        Ok(Step::Reset) | Err(StoreError::Other(_)) => panic!("broken"),
                        _ => reader = reader.with_limit(3 + n),
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_model(&pool, &db, &model).await;
    streams.reset(&stream).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_cannot_be_read_or_stored_is_put_aside_and_the_rest_goes_on(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let stream = own_stream(&streams, 0).await;
    let mut log = Log::default();
    let ids: Vec<_> = (0..20).map(click_text).collect();
    for (n, id) in ids.iter().enumerate() {
        let mut event = click(id, 0, long_ago_ms(), None);
        event.user_agent = "NUL \0 is no text";
        match n {
            3 => log.push_raw(kind::CLICK, vec![1, 2, 3]),
            5 => log.push_raw(77, vec![]),
            // Its clock stands at 1970.
            8 => log.push(kind::CLICK, &click(id, 0, 5000, None)),
            // A campaign that never was: the database refuses, and the batch has to be taken apart.
            11 => log
                .push(kind::CLICK, &domain::event::Click { campaign: domain::ids::CampaignId(404), ..event }),
            // A day without a partition: made on the way.
            14 => log
                .push(kind::CLICK, &domain::event::Click { ts_ms: long_ago_ms() - 20 * 86_400_000, ..event }),
            _ => log.push(kind::CLICK, &event),
        };
    }
    log.ship(&streams, &stream, 0, Some(0)).await;
    drain(&mut consumer(&streams, &db, &stream)).await;
    assert_eq!(cursor(&pool).await, log.head());
    assert_eq!(number(&pool, "SELECT count(*) FROM dead_letters").await, 4);
    assert_eq!(number(&pool, "SELECT count(*) FROM clicks").await, 16);
    assert_eq!(number(&pool, "SELECT sum(clicks)::bigint FROM stats_hourly").await, 16);
    assert!(clock().timestamp_millis() > 0);
    streams.reset(&stream).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_gap_or_a_damaged_frame_is_asked_for_again(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let stream = own_stream(&streams, 0).await;
    let mut log = Log::default();
    for n in 0..10 {
        log.push(kind::CLICK, &click(&click_text(n), 0, long_ago_ms(), None));
    }
    let frames = log.frames(0, || 2);
    // Frames 1 and 2 are gone, frame 3 is there.
    streams.ship(&stream, Some(frames[2].prev), &frames[2..3]).await.unwrap();
    let mut reader = consumer(&streams, &db, &stream);
    assert_eq!(reader.step().await.unwrap(), Step::Reset);
    assert_eq!(streams.last_id(&stream).await.unwrap(), None, "removed, so that its shipper begins again");

    let mut damaged = frames[0].clone();
    damaged.bytes[40] ^= 1;
    streams.ship(&stream, Some(0), &[damaged]).await.unwrap();
    assert_eq!(reader.step().await.unwrap(), Step::Reset);
    streams.ship(&stream, Some(0), &frames).await.unwrap();
    drain(&mut reader).await;
    assert_eq!(number(&pool, "SELECT count(*) FROM clicks").await, 10);
    assert_eq!(number(&pool, "SELECT count(*) FROM dead_letters").await, 0);
    streams.reset(&stream).await.unwrap();
}

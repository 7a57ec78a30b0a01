//! Partitions, checks and what has got stuck.

use crate::world::{
    Log, assert_reconciled, clock, consumer, conversion, drain, network, number, own_stream, push_conversion,
    streams,
};
use chrono::TimeDelta;
use domain::event::{Reported, SHARD_S};
use engine::maintenance::{drop_old, ensure_partitions, reconcile, sweep_stuck};
use sqlx::PgPool;

#[sqlx::test(migrations = "../../migrations")]
async fn partitions_are_made_ahead_and_dropped_by_age(pool: PgPool) {
    let db = store::Db::from_pool(pool.clone());
    assert_eq!(ensure_partitions(&db, clock(), 40).await.unwrap(), 3 * 55);
    assert_eq!(ensure_partitions(&db, clock(), 40).await.unwrap(), 0);
    assert_eq!(drop_old(&db, clock(), 30).await.unwrap(), 10);
    assert_eq!(drop_old(&db, clock(), 0).await.unwrap(), 22, "never the last week");
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_checks_find_what_does_not_agree(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let stream = own_stream(&streams, SHARD_S).await;
    let mut log = Log::default();
    push_conversion(&mut log, &conversion("a", "c", 0, 1000, Reported::Pending));
    push_conversion(&mut log, &conversion("nothing", "c", 0, 0, Reported::Approved));
    log.ship(&streams, &stream, 0, Some(0)).await;
    drain(&mut consumer(&streams, &db, &stream)).await;
    assert_reconciled(&db).await;

    for (damage, check, difference) in [
        (
            "UPDATE ledger_balances SET balance_minor = balance_minor + 7 WHERE affiliate_id = 41",
            "balances",
            7,
        ),
        ("UPDATE stats_hourly SET revenue_minor = revenue_minor + 3", "conversion_figures", 3),
        ("UPDATE stats_hourly SET clicks = clicks + 2", "click_figures", 2),
        (
            "UPDATE conversions SET status = 'rejected', reason = 'other' WHERE revenue_minor > 0",
            "conversions_posted",
            1,
        ),
    ] {
        sqlx::raw_sql(damage).execute(&pool).await.unwrap();
        let checks = reconcile(&db, clock()).await.unwrap();
        let found = checks.iter().find(|c| c.name == check).unwrap();
        assert!(!found.ok && found.difference == difference, "{found:?}");
    }
    assert!(number(&pool, "SELECT count(*) FROM reconciliations WHERE NOT ok").await >= 4);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_consumer_that_stays_behind_is_reported(pool: PgPool) {
    let db = network(&pool).await;
    let now = clock();
    sqlx::raw_sql(
        "INSERT INTO producers VALUES ('ev:{1.0}', 10, 0, now()), ('ev:{2.0}', 10, 0, now());
         INSERT INTO consumer_cursor VALUES ('rollup', 'ev:{1.0}', 4, 0, now()), ('rollup', 'ev:{2.0}', 10, 0, now())",
    )
    .execute(&pool)
    .await
    .unwrap();
    let sweep = sweep_stuck(&db, now + TimeDelta::minutes(10)).await.unwrap();
    assert_eq!(sweep.dead_letters, 0);
    assert_eq!(
        sweep.stuck.iter().map(|s| (s.stream.as_str(), s.behind)).collect::<Vec<_>>(),
        [("ev:{1.0}", 6)]
    );
}

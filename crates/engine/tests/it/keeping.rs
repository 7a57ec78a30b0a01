//! Partitions, checks and what has got stuck.

use crate::world::{
    Log, assert_reconciled, clock, consumer, conversion, drain, network, number, own_stream, push_conversion,
    streams,
};
use chrono::TimeDelta;
use domain::event::{Reported, SHARD_S};
use engine::maintenance::{drop_old, ensure_partitions, forget_jobs, reconcile, sweep_stuck};
use sqlx::{ConnectOptions as _, PgPool};
use store::{Db, cursors};

#[sqlx::test(migrations = "../../migrations")]
async fn partitions_are_made_ahead_and_dropped_by_age(pool: PgPool) {
    let db = Db::from_pool(pool.clone());
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
async fn stuck_is_what_has_something_to_read_and_does_not_move(pool: PgPool) {
    let db = network(&pool).await;
    let start = chrono::DateTime::from_timestamp(clock().timestamp(), 0).unwrap();
    let at = |minutes: i64| start + TimeDelta::minutes(minutes);
    // 1 has something to read, 2 has nothing; the last event of both is hours old, and so is their last move.
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "INSERT INTO producers VALUES ('ev:{{1.0}}', 10, 0, now()), ('ev:{{2.0}}', 10, 0, now());
         INSERT INTO consumer_cursor VALUES ('rollup', 'ev:{{1.0}}', 4, 1, '{0}'), ('rollup', 'ev:{{2.0}}', 10, 1, '{0}')",
        at(-300).to_rfc3339()
    )))
    .execute(&pool)
    .await
    .unwrap();
    let stuck = async |minutes: i64| {
        let sweep = sweep_stuck(&db, at(minutes)).await.unwrap();
        assert_eq!(sweep.dead_letters, 0);
        sweep.stuck.into_iter().map(|s| (s.stream, s.behind, s.since)).collect::<Vec<_>>()
    };
    let moves = async |stream: &str, from: u64, to: u64, minutes: i64| {
        let mut tx = db.begin(domain::access::Realm::Network).await.unwrap();
        assert!(cursors::advance(&mut tx, "rollup", stream, (from, to), 1, at(minutes)).await.unwrap());
        tx.commit().await.unwrap();
    };
    let one = |behind: i64, since: i64| vec![("ev:{1.0}".to_owned(), behind, at(since))];
    assert_eq!(stuck(0).await, [], "it may just have come");
    assert_eq!(stuck(4).await, []);
    assert_eq!(stuck(5).await, one(6, 0));
    // It moves, and reads event after event of long ago: it catches up, however long that takes.
    moves("ev:{1.0}", 4, 5, 6).await;
    assert_eq!(stuck(6).await, []);
    for minute in 7..20 {
        sqlx::raw_sql("UPDATE producers SET head_seq = head_seq + 10 WHERE stream = 'ev:{1.0}'")
            .execute(&pool)
            .await
            .unwrap();
        let seq = minute as u64 - 2;
        moves("ev:{1.0}", seq, seq + 1, minute).await;
        assert_eq!(stuck(minute).await, [], "minute {minute}");
    }
    // It stands still again, and five minutes count from then.
    assert_eq!(stuck(20).await, []);
    assert_eq!(stuck(24).await, []);
    assert_eq!(stuck(25).await, one(122, 20));
    // Something comes for the other one, which has not moved for hours: nothing is wrong yet.
    let head = async |seq: i64| {
        sqlx::query("UPDATE producers SET head_seq = $1 WHERE stream = 'ev:{2.0}'")
            .bind(seq)
            .execute(&pool)
            .await
            .unwrap();
    };
    head(12).await;
    assert_eq!(stuck(26).await, one(122, 20));
    // Its stream turns out to be shorter, then longer: counted anew.
    head(10).await;
    stuck(27).await;
    head(12).await;
    assert_eq!(stuck(31).await, one(122, 20));
    assert_eq!(stuck(36).await.len(), 2);
    // What people are told is the same.
    engine::notify::watch(&db, at(36)).await.unwrap();
    let told = "SELECT count(*) FROM notifications WHERE kind = 'consumer_stuck' AND cleared_at IS NULL";
    assert_eq!(number(&pool, told).await, 2);
    moves("ev:{2.0}", 10, 12, 36).await;
    engine::notify::watch(&db, at(37)).await.unwrap();
    assert_eq!(number(&pool, told).await, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn finished_jobs_are_forgotten_and_no_others(pool: PgPool) {
    // The queue's own tables.
    Db::migrate(pool.connect_options().to_url_lossy().as_str()).await.unwrap();
    let (db, now) = (Db::from_pool(pool.clone()), clock());
    let job = async |id: &str, status: &str, attempts: i32, days: i64, ended: bool| {
        let at = now - TimeDelta::days(days);
        sqlx::query(
            "INSERT INTO apalis.jobs (job, id, job_type, status, attempts, max_attempts, run_at, done_at)
             VALUES ('', $1, 'maintenance', $2, $3, 5, $4, $5)",
        )
        .bind(id)
        .bind(status)
        .bind(attempts)
        .bind(at)
        .bind(ended.then_some(at))
        .execute(&pool)
        .await
        .unwrap();
    };
    job("done, old", "Done", 1, 8, true).await;
    job("done, new", "Done", 1, 6, true).await;
    job("dead, old", "Failed", 5, 31, true).await;
    job("dead, new", "Failed", 5, 29, true).await;
    job("killed, old", "Killed", 1, 31, true).await;
    job("killed, never begun", "Killed", 0, 31, false).await;
    job("killed, new", "Killed", 1, 8, true).await;
    job("tried again", "Failed", 2, 400, true).await;
    for waiting in ["Pending", "Queued", "Running"] {
        job(waiting, waiting, 0, 400, false).await;
    }
    assert_eq!(forget_jobs(&db, now).await.unwrap(), 4);
    let left: Vec<String> =
        sqlx::query_scalar("SELECT id FROM apalis.jobs ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(
        left,
        ["Pending", "Queued", "Running", "dead, new", "done, new", "killed, new", "tried again"]
    );
    assert_eq!(forget_jobs(&db, now).await.unwrap(), 0);
}

//! Conversions, decisions and the ledger.

use crate::world::{
    Log, assert_reconciled, balances, click, click_text, clock, consumer, conversion, conversion_id, drain,
    network, number, own_stream, push_conversion, streams,
};
use domain::{
    access::{Actor, Realm},
    event::{Reported, SHARD_S, kind},
    ids::AffiliateId,
    reason::Reason,
};
use engine::{
    EngineError,
    consume::Step,
    decide::{Decided, approve, reject},
};
use sqlx::PgPool;

fn actor() -> Actor {
    Actor { name: "fin@network.example".into(), ..Actor::system("test") }
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_same_transaction_counts_once_and_another_amount_is_kept_for_a_person(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let stream = own_stream(&streams, SHARD_S).await;
    let mut log = Log::default();
    for amount in [1000, 1000, 1200] {
        push_conversion(&mut log, &conversion("order-1", "c", 0, amount, Reported::Pending));
    }
    log.ship(&streams, &stream, 0, Some(0)).await;
    drain(&mut consumer(&streams, &db, &stream)).await;
    assert_eq!(balances(&db).await, [-500, 0, 0, 0, 1000, 0]);
    assert_eq!(number(&pool, "SELECT count(*) FROM conversions").await, 1);
    assert_eq!(number(&pool, "SELECT count(*) FROM conversion_conflicts").await, 1);
    assert_eq!(number(&pool, "SELECT sum(conversions)::bigint FROM stats_hourly").await, 1);
    assert_reconciled(&db).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_person_approves_and_takes_back(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let stream = own_stream(&streams, SHARD_S).await;
    let mut log = Log::default();
    for txid in ["a", "b"] {
        push_conversion(&mut log, &conversion(txid, "c", 0, 1000, Reported::Pending));
    }
    log.ship(&streams, &stream, 0, Some(0)).await;
    drain(&mut consumer(&streams, &db, &stream)).await;
    let (a, b) = (conversion_id("a"), conversion_id("b"));

    assert_eq!(approve(&db, &actor(), a, clock()).await.unwrap(), Decided::Done);
    assert_eq!(approve(&db, &actor(), a, clock()).await.unwrap(), Decided::AlreadyDone);
    assert_eq!(balances(&db).await, [-500, -500, 0, 0, 1000, 1000]);
    assert_eq!(
        reject(&db, &actor(), b, Reason::TestOrder, " a test ", clock()).await.unwrap(),
        Decided::Done
    );
    assert_eq!(balances(&db).await, [0, -500, 0, 0, 0, 1000]);
    assert_reconciled(&db).await;
    // Approved and then rejected: both postings are undone.
    assert_eq!(reject(&db, &actor(), a, Reason::Cancelled, "", clock()).await.unwrap(), Decided::Done);
    assert_eq!(reject(&db, &actor(), a, Reason::Fraud, "", clock()).await.unwrap(), Decided::AlreadyDone);
    assert_eq!(balances(&db).await, [0; 6]);
    assert!(matches!(approve(&db, &actor(), a, clock()).await, Err(EngineError::Conflict(_))));
    assert_eq!(number(&pool, "SELECT sum(conversions + approved)::bigint FROM stats_hourly").await, 0);
    assert_eq!(number(&pool, "SELECT sum(rejected)::bigint FROM stats_hourly").await, 2);
    assert_eq!(number(&pool, "SELECT sum(revenue_minor + payout_minor)::bigint FROM stats_hourly").await, 0);
    assert_eq!(number(&pool, "SELECT count(*) FROM audit_log").await, 3);
    assert_reconciled(&db).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn only_the_network_decides_and_only_for_known_reasons(pool: PgPool) {
    let db = network(&pool).await;
    let (id, now) = (conversion_id("x"), clock());
    let affiliate = Actor { realm: Realm::Affiliate(AffiliateId(41)), ..actor() };
    assert!(matches!(approve(&db, &affiliate, id, now).await, Err(EngineError::Forbidden(_))));
    assert!(matches!(approve(&db, &actor(), id, now).await, Err(EngineError::NotFound)));
    assert!(matches!(reject(&db, &actor(), id, Reason::Bot, "", now).await, Err(EngineError::Invalid(_))));
    let long = "x".repeat(2001);
    assert!(matches!(
        reject(&db, &actor(), id, Reason::Fraud, &long, now).await,
        Err(EngineError::Invalid(_))
    ));
}

#[sqlx::test(migrations = "../../migrations")]
async fn sixteen_people_approve_at_once(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let stream = own_stream(&streams, SHARD_S).await;
    let mut log = Log::default();
    push_conversion(&mut log, &conversion("a", "c", 0, 1000, Reported::Pending));
    log.ship(&streams, &stream, 0, Some(0)).await;
    drain(&mut consumer(&streams, &db, &stream)).await;
    let tasks: Vec<_> = (0..16)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                if n % 4 == 3 {
                    reject(&db, &actor(), conversion_id("a"), Reason::Fraud, "", clock()).await.map(|_| ())
                } else {
                    approve(&db, &actor(), conversion_id("a"), clock()).await.map(|_| ())
                }
            })
        })
        .collect();
    for task in tasks {
        assert!(matches!(task.await.unwrap(), Ok(()) | Err(EngineError::Conflict(_))));
    }
    assert_eq!(balances(&db).await, [0; 6], "rejection has the last word");
    assert_reconciled(&db).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_advertisers_status_is_followed(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let stream = own_stream(&streams, SHARD_S).await;
    let mut log = Log::default();
    use Reported::{Approved, Pending, Rejected};
    for (txid, reported) in [
        ("at-once", Approved), // approved as it comes
        ("later", Pending),
        ("later", Approved), // approved by the second report
        ("no", Pending),
        ("no", Rejected),    // taken back by the second report
        ("never", Rejected), // rejected as it comes
        ("settled", Approved),
        ("settled", Rejected), // contradicts an approval: for a person
        ("never", Approved),   // contradicts a rejection: for a person
    ] {
        push_conversion(&mut log, &conversion(txid, "c", 1, 1000, reported));
    }
    log.ship(&streams, &stream, 0, Some(0)).await;
    drain(&mut consumer(&streams, &db, &stream)).await;
    assert_eq!(balances(&db).await, [0, 0, 0, -1500, 0, 3000]);
    assert_eq!(number(&pool, "SELECT count(*) FROM conversions WHERE status = 'approved'").await, 3);
    assert_eq!(
        number(&pool, "SELECT count(*) FROM conversions WHERE reason = 'advertiser_rejected'").await,
        2
    );
    assert_eq!(
        number(&pool, "SELECT count(*) FROM conversion_conflicts WHERE reported_amount LIKE 'status %'")
            .await,
        2
    );
    assert_eq!(number(&pool, "SELECT sum(approved * 10 + rejected)::bigint FROM stats_hourly").await, 32);
    assert_reconciled(&db).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_refused_report_does_not_stand_in_the_way_of_a_good_one(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let stream = own_stream(&streams, SHARD_S).await;
    let mut log = Log::default();
    let good = conversion("order-1", "c", 0, 1000, Reported::Pending);
    let mistyped = domain::event::Conversion {
        reason: Some(Reason::AmountInvalid),
        amount: "10,00",
        amount_minor: None,
        ..good.clone()
    };
    let unknown = domain::event::Conversion {
        reason: Some(Reason::ClickForged),
        attributed: None,
        id: conversion_id("order-2"),
        txid: "nul\0 byte",
        ..good.clone()
    };
    for event in [&mistyped, &mistyped, &unknown, &good, &mistyped] {
        push_conversion(&mut log, event);
    }
    log.ship(&streams, &stream, 0, Some(0)).await;
    drain(&mut consumer(&streams, &db, &stream).with_limit(1)).await;
    assert_eq!(balances(&db).await, [-500, 0, 0, 0, 1000, 0]);
    assert_eq!(number(&pool, "SELECT count(*) FROM conversions WHERE status = 'pending'").await, 1);
    assert_eq!(number(&pool, "SELECT count(*) FROM conversions WHERE reason = 'click_forged'").await, 1);
    assert_eq!(number(&pool, "SELECT sum(rejected)::bigint FROM stats_hourly").await, 0);
    assert_eq!(number(&pool, "SELECT count(*) FROM dead_letters").await, 0);
    assert_reconciled(&db).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_conversion_waits_for_its_click_and_takes_over_its_sub_ids(pool: PgPool) {
    let (db, streams) = (network(&pool).await, streams());
    let node = crate::world::own_node(&streams).await;
    let (clicks, reports) = (domain::event::stream_name(node, 0), domain::event::stream_name(node, SHARD_S));
    let (id, ts_ms) = (click_text(1), clock().timestamp_millis() - 1000);
    let mut log = Log::default();
    let seq = log.push(kind::CLICK, &click(&id, 0, ts_ms, None));

    let mut report = conversion("order-1", &id, 0, 1000, Reported::Pending);
    report.received_ms = clock().timestamp_millis();
    if let Some(at) = &mut report.attributed {
        (at.click_ts_ms, at.click_node, at.click_shard, at.click_seq_low) = (ts_ms, node, 0, seq as u32);
    }
    let upper = id.to_uppercase();
    report.click_id = &upper;
    let mut reported = Log::default();
    let mut before = conversion("before", "c", 1, 10, Reported::Pending);
    before.reason = Some(Reason::GoalUnknown);
    push_conversion(&mut reported, &before);
    push_conversion(&mut reported, &report);
    reported.ship(&streams, &reports, 0, Some(0)).await;
    let mut attribution =
        consumer(&streams, &db, &reports).with_patience(engine::attribution::Patience::default());
    assert!(matches!(attribution.step().await, Ok(Step::Applied(_))), "the one before does not wait");
    assert_eq!(attribution.step().await.unwrap(), Step::Waiting);

    log.ship(&streams, &clicks, 0, Some(0)).await;
    drain(&mut consumer(&streams, &db, &clicks)).await;
    drain(&mut attribution).await;
    assert_eq!(
        number(&pool, "SELECT count(*) FROM conversions WHERE source = 'news' AND subs[3] = 'blue'").await,
        1
    );
    assert_eq!(
        number(
            &pool,
            "SELECT (clicks * 100 + conversions * 10)::bigint FROM stats_hourly WHERE source = 'news'"
        )
        .await,
        110
    );
    assert_eq!(
        number(&pool, "SELECT sum(conversions * 1000 + payout_minor)::bigint FROM stats_sub_daily").await,
        2 * 1000 + 2 * 500
    );
    assert_reconciled(&db).await;
}

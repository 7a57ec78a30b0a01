//! Nodes that are gone for good.

use crate::{
    support::at,
    world::{network, number},
};
use domain::access::{Actor, Realm};
use engine::{EngineError, nodes, notify};
use sqlx::PgPool;
use store::{Db, reports::as_of::as_of_ms};

fn conflict(done: Result<nodes::Node, EngineError>) -> String {
    match done {
        Err(EngineError::Conflict(why)) => why,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_node_that_is_gone_for_good_is_forgotten_once_its_events_are_read(pool: PgPool) {
    let (db, cli) = (network(&pool).await, Actor::system("cli"));
    let run = async |sql: String| sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    // Node 1 speaks; node 2 has been silent for ten minutes, and not all of its clicks have been read.
    run(format!(
        "INSERT INTO producers VALUES ('ev:{{1.0}}', 50, 600000, '{now}'), ('ev:{{2.0}}', 10, 1000, '{then}'),
                                      ('ev:{{2.200}}', 7, 1000, '{then}');
         INSERT INTO consumer_cursor VALUES ('rollup', 'ev:{{1.0}}', 50, 590000, now()),
                                            ('rollup', 'ev:{{2.0}}', 4, 900, now()), ('attribution', 'ev:{{2.200}}', 7, 900, now())",
        now = at(600).to_rfc3339(),
        then = at(0).to_rfc3339()
    ))
    .await;
    let as_of = async || {
        let mut tx = db.begin_read(Realm::Network).await.unwrap();
        as_of_ms(&mut tx).await.unwrap()
    };
    let all = nodes::list(&db).await.unwrap();
    let seen: Vec<_> = all.iter().map(|n| (n.number, n.unread(), n.is_silent(at(600)))).collect();
    assert_eq!(seen, [(1, 0, false), (2, 6, true)]);
    notify::watch(&db, at(600)).await.unwrap();
    let told = "SELECT count(*) FROM notifications WHERE kind = 'producer_gone' AND cleared_at IS NULL
                AND body LIKE '%millrace node forget 2'";
    assert_eq!((number(&pool, told).await, as_of().await), (2, Some(900)));

    let forget = async |node: u16, give_up: bool| nodes::forget(&db, &cli, node, give_up, at(600)).await;
    assert!(matches!(forget(3, true).await, Err(EngineError::NotFound)));
    let speaks = conflict(forget(1, true).await);
    assert!(speaks.contains("spoke 0 seconds ago") && speaks.contains("Stop it first"), "{speaks}");
    let unread = conflict(forget(2, false).await);
    assert!(unread.contains("ev:{2.0} (up to 6)") && !unread.contains("200"), "{unread}");
    assert!(unread.contains("--give-up-unread"), "{unread}");
    assert_eq!(number(&pool, "SELECT count(*) FROM producers").await, 3, "a refusal changes nothing");

    run("UPDATE consumer_cursor SET seq = 10 WHERE stream = 'ev:{2.0}'".into()).await;
    let gone = forget(2, false).await.unwrap();
    assert_eq!((gone.streams.len(), gone.unread()), (2, 0));
    // Nothing waits for it any more; the place up to which it was read stays, for whoever takes its number.
    assert_eq!(as_of().await, Some(600_000));
    notify::watch(&db, at(600)).await.unwrap();
    assert_eq!(number(&pool, told).await, 0);
    assert_eq!(number(&pool, "SELECT count(*) FROM consumer_cursor").await, 3);
    assert_eq!(
        number(&pool, "SELECT count(*) FROM audit_log WHERE action = 'node.forget' AND object = 'node 2'")
            .await,
        1
    );
    assert!(matches!(forget(2, false).await, Err(EngineError::NotFound)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn events_are_given_up_only_by_name(pool: PgPool) {
    let (db, cli) = (Db::from_pool(pool.clone()), Actor::system("cli"));
    // Nobody has begun to read it.
    sqlx::raw_sql("INSERT INTO producers VALUES ('ev:{9.0}', 5, 1, '2020-01-01T00:00:00Z')")
        .execute(&pool)
        .await
        .unwrap();
    assert!(conflict(nodes::forget(&db, &cli, 9, false, at(0)).await).contains("up to 5"));
    let affiliate = Actor { realm: Realm::Affiliate(domain::ids::AffiliateId(2)), ..cli.clone() };
    assert!(matches!(nodes::forget(&db, &affiliate, 9, true, at(0)).await, Err(EngineError::Forbidden(_))));
    assert_eq!(nodes::forget(&db, &cli, 9, true, at(0)).await.unwrap().unread(), 5);
    assert_eq!(number(&pool, "SELECT count(*) FROM producers").await, 0);
    let before: String =
        sqlx::query_scalar("SELECT before::text FROM audit_log WHERE action = 'node.forget'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert!(before.contains("\"unread\": 5"), "{before}");
}

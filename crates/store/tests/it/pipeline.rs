//! Streams, cursors and the ledger, each by itself.

use crate::support::{A, ADVERTISER, network, now};
use domain::{
    access::Realm,
    ids::AffiliateId,
    ledger::{Account, AccountKind, Line, Terms, contra},
    money::Currency,
};
use sqlx::PgPool;
use std::time::Duration;
use store::{
    Db, StoreError, cursors,
    ledger::{self, Posted, Posting},
    streams::{Frame, ShipOutcome, StreamState, Streams},
};

fn streams() -> Streams {
    Streams::connect(&std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL")).unwrap()
}

async fn own_stream(streams: &Streams, name: &str) -> String {
    let stream = format!("test:{name}:{}", std::process::id());
    streams.reset(&stream).await.unwrap();
    stream
}

fn frame(prev: u64, last: u64) -> Frame {
    Frame { prev, last, count: 1, bytes: format!("{prev}\0\r\n{last}").into_bytes() }
}

fn state(last: u64, frames: u64) -> StreamState {
    StreamState { last: Some(last), frames }
}

#[tokio::test]
async fn frames_go_in_only_behind_the_newest_one() {
    let streams = streams();
    let stream = own_stream(&streams, "order").await;
    let gone = StreamState { last: None, frames: 0 };
    let ship = async |start, frames: &[Frame]| streams.ship(&stream, start, frames).await.unwrap();

    // A stream begins only where the caller says.
    assert_eq!(ship(None, &[frame(0, 5)]).await, ShipOutcome::Refused(gone));
    assert_eq!(ship(Some(3), &[frame(0, 5)]).await, ShipOutcome::Refused(gone));
    assert_eq!(ship(Some(0), &[frame(0, 5), frame(5, 9)]).await, ShipOutcome::Shipped(state(9, 2)));
    // A gap is refused, and what came before the gap stays.
    assert_eq!(ship(None, &[frame(10, 11)]).await, ShipOutcome::Refused(state(9, 2)));
    assert_eq!(ship(None, &[frame(9, 10), frame(11, 12)]).await, ShipOutcome::Refused(state(10, 3)));
    // An overlap that is cut otherwise is refused, the same frames again are not.
    assert_eq!(ship(None, &[frame(8, 12)]).await, ShipOutcome::Refused(state(10, 3)));
    assert_eq!(
        ship(None, &[frame(5, 9), frame(9, 10), frame(10, 11)]).await,
        ShipOutcome::Shipped(state(11, 4))
    );
    // Numbers beyond 53 bits are compared exactly.
    let big = 1u64 << 60;
    assert_eq!(
        ship(None, &[frame(11, big), frame(big, big + 1)]).await,
        ShipOutcome::Shipped(state(big + 1, 6))
    );
    assert_eq!(ship(None, &[frame(big, big + 2)]).await, ShipOutcome::Refused(state(big + 1, 6)));
    streams.reset(&stream).await.unwrap();
    assert_eq!(streams.last_id(&stream).await.unwrap(), None);
}

#[tokio::test]
async fn frames_come_back_as_they_went_in_and_trimming_keeps_the_number() {
    let streams = streams();
    let stream = own_stream(&streams, "read").await;
    let frames = [frame(0, 5), frame(5, 9), frame(9, 12)];
    streams.ship(&stream, Some(0), &frames).await.unwrap();
    assert_eq!(streams.read_after(&stream, 0, 10).await.unwrap(), frames);
    // A frame that ends behind the place is read whole, also where it begins before it.
    assert_eq!(streams.read_after(&stream, 7, 10).await.unwrap(), frames[1..]);
    let mut reader = streams.reader().unwrap();
    assert_eq!(reader.read_after(&stream, 5, 1, Duration::from_secs(1)).await.unwrap(), frames[1..2]);
    assert_eq!(reader.read_after(&stream, 12, 1, Duration::from_millis(20)).await.unwrap(), []);
    let later = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        streams.ship(&stream, None, &[frame(12, 13)]).await.unwrap();
    };
    let (woken, ()) = tokio::join!(reader.read_after(&stream, 12, 1, Duration::from_secs(4)), later);
    assert_eq!(woken.unwrap(), [frame(12, 13)]);

    assert_eq!(streams.trim(&stream, 8).await.unwrap(), 1);
    assert_eq!(streams.trim(&stream, 14).await.unwrap(), 3);
    assert_eq!(streams.state(&stream).await.unwrap(), state(13, 0));
    streams.reset(&stream).await.unwrap();
}

#[tokio::test]
async fn redis_may_be_down() {
    let streams = Streams::connect("redis://127.0.0.1:1").unwrap();
    assert!(matches!(streams.ping().await, Err(StoreError::Unavailable(_))));
    assert!(matches!(streams.last_id("x").await, Err(StoreError::Unavailable(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_cursor_moves_only_from_where_it_stands(pool: PgPool) {
    let db = Db::from_pool(pool);
    let mut tx = db.begin(Realm::Network).await.unwrap();
    assert_eq!(cursors::open(&mut tx, "c", "s", now()).await.unwrap().seq, 0);
    assert!(cursors::advance(&mut tx, "c", "s", (0, 5), 70, now()).await.unwrap());
    assert!(!cursors::advance(&mut tx, "c", "s", (0, 5), 70, now()).await.unwrap());
    assert!(cursors::advance(&mut tx, "c", "s", (5, 6), 60, now()).await.unwrap());
    let cursor = cursors::open(&mut tx, "c", "s", now()).await.unwrap();
    assert_eq!((cursor.seq, cursor.event_ms), (6, 70), "time does not go back");
    cursors::open(&mut tx, "other", "s", now()).await.unwrap();
    assert_eq!(cursors::of_stream(&mut tx, "s").await.unwrap().len(), 2);
    tx.commit().await.unwrap();

    let mut one = db.begin(Realm::Network).await.unwrap();
    let mut two = db.begin(Realm::Network).await.unwrap();
    assert!(cursors::try_lock(&mut one, "c", "s").await.unwrap());
    assert!(!cursors::try_lock(&mut two, "c", "s").await.unwrap());
    assert!(cursors::try_lock(&mut two, "c", "t").await.unwrap());
    one.rollback().await;
    assert!(cursors::try_lock(&mut two, "c", "s").await.unwrap());
}

fn terms(revenue_minor: i64) -> Terms {
    Terms { advertiser: ADVERTISER, affiliate: A, currency: Currency::EUR, revenue_minor, payout_minor: 40 }
}

fn posting(key: &str, lines: Vec<Line>) -> Posting {
    Posting {
        idem_key: key.into(),
        kind: ledger::kind::RECEIVED,
        effective_at: now(),
        actor: "test".into(),
        conversion: None,
        reverses: None,
        lines,
    }
}

fn pending() -> Account {
    Account {
        kind: AccountKind::AffiliatePending,
        affiliate: Some(A),
        advertiser: None,
        currency: Currency::EUR,
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_key_is_posted_once(pool: PgPool) {
    let db = Db::from_pool(pool);
    network(&db).await;
    let mut tx = db.begin(Realm::Network).await.unwrap();
    let one = posting("k1", terms(100).received());
    // Twice in one call, and again in the next.
    let posted =
        ledger::post_all(&mut tx, &[one.clone(), one.clone(), posting("nothing", vec![])], now()).await;
    let [Posted::New(id), Posted::Already(same), Posted::New(_)] = posted.unwrap()[..] else { panic!() };
    assert_eq!(id, same);
    assert_eq!(ledger::post(&mut tx, &one, now()).await.unwrap(), Posted::Already(id));
    assert_eq!(ledger::balance(&mut tx, &pending()).await.unwrap(), -40);
    let undo = Posting { reverses: Some(id), ..posting("k2", contra(&one.lines)) };
    assert!(matches!(ledger::post(&mut tx, &undo, now()).await.unwrap(), Posted::New(_)));
    assert_eq!(ledger::balance(&mut tx, &pending()).await.unwrap(), 0);
    tx.commit().await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn many_at_once_post_each_key_once_and_do_not_lock_each_other_out(pool: PgPool) {
    let db = Db::from_pool(pool);
    network(&db).await;
    let tasks: Vec<_> = (0..16)
        .map(|n: usize| {
            let db = db.clone();
            tokio::spawn(async move {
                for round in 0..5 {
                    let mut postings: Vec<_> = (0..4)
                        .map(|k| posting(&format!("{round}/{}", (n + k) % 8), terms(100).received()))
                        .collect();
                    postings.rotate_left(n % 4);
                    loop {
                        let mut tx = db.begin(Realm::Network).await.unwrap();
                        match ledger::post_all(&mut tx, &postings, now()).await {
                            Ok(_) => break tx.commit().await.unwrap(),
                            Err(StoreError::Serialization) => {}
                            Err(e) => panic!("{e}"),
                        }
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut tx = db.begin(Realm::Network).await.unwrap();
    assert_eq!(ledger::balance(&mut tx, &pending()).await.unwrap(), -40 * 8 * 5);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_does_not_balance_is_refused_twice(pool: PgPool) {
    let db = Db::from_pool(pool.clone());
    network(&db).await;
    // By the program …
    let mut tx = db.begin(Realm::Network).await.unwrap();
    let mut lines = terms(100).received();
    lines[0].minor += 1;
    let refused = ledger::post(&mut tx, &posting("k", lines), now()).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    ledger::post(&mut tx, &posting("good", terms(100).received()), now()).await.unwrap();
    tx.commit().await.unwrap();

    // … and by the database, when the transaction ends, whoever writes.
    let mut tx = pool.begin().await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO ledger_txns (idem_key, kind, effective_at, created_at, actor) VALUES ('bad', 'x', now(), now(), 'x');
         INSERT INTO ledger_entries (txn_id, line, account_id, amount_minor, currency)
         SELECT t.id, 1, a.id, 5, 'EUR' FROM ledger_txns t, ledger_accounts a
         WHERE t.idem_key = 'bad' AND a.kind = 'affiliate_pending';",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    let refused = StoreError::from(tx.commit().await.unwrap_err());
    assert!(refused.is_conflict("ledger_txn_balances"), "{refused}");

    // Posted lines stay as they are, even for the owner; the application has no right to try.
    for statement in ["UPDATE ledger_entries SET amount_minor = 1", "DELETE FROM ledger_txns"] {
        let refused = sqlx::raw_sql(statement).execute(&pool).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    // An owner who does not exist cannot have an account.
    let mut tx = db.begin(Realm::Network).await.unwrap();
    let stranger = Terms { affiliate: AffiliateId(404), ..terms(100) };
    let refused = ledger::post(&mut tx, &posting("stranger", stranger.received()), now()).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
}

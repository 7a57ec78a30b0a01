//! Transactions that are parts of one, and answers kept with the effect.

use crate::support::now;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{access::Realm, ids::AffiliateId};
use sqlx::PgPool;
use store::{
    Db,
    config::{bump_config_version, config_version, setting_get, setting_put},
    idempotency::{self, Stored},
};

fn at(secs: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(secs)
}

async fn put(db: &Db, key: &str, keep: bool) {
    let mut tx = db.begin(Realm::Network).await.unwrap();
    setting_put(&mut tx, key, &1.into()).await.unwrap();
    if keep {
        tx.commit().await.unwrap();
    }
}

async fn has(db: &Db, key: &str) -> bool {
    let mut tx = db.begin(Realm::Network).await.unwrap();
    setting_get(&mut tx, key).await.unwrap().is_some()
}

#[sqlx::test(migrations = "../../migrations")]
async fn parts_stand_and_fall_with_the_whole(pool: PgPool) {
    let db = Db::from_pool(pool);
    let tx = db.begin(Realm::Network).await.unwrap();
    let (shared, whole) = db.share(tx).unwrap();
    put(&shared, "kept", true).await;
    put(&shared, "dropped", false).await;
    assert!(has(&shared, "kept").await && !has(&shared, "dropped").await);
    assert!(!has(&db, "kept").await, "nothing is seen outside before the whole is committed");
    drop(shared);
    let tx = whole.regain().await.unwrap();
    assert_eq!(tx.realm(), Realm::Network);
    tx.commit().await.unwrap();
    assert!(has(&db, "kept").await && !has(&db, "dropped").await);

    let tx = db.begin(Realm::Network).await.unwrap();
    let (shared, whole) = db.share(tx).unwrap();
    put(&shared, "taken back", true).await;
    drop((shared, whole));
    assert!(!has(&db, "taken back").await);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_part_that_failed_harms_no_other(pool: PgPool) {
    let db = Db::from_pool(pool);
    let tx = db.begin(Realm::Network).await.unwrap();
    let (shared, whole) = db.share(tx).unwrap();
    put(&shared, "before", true).await;
    // An affiliate must not write settings: the statement fails, and Postgres refuses all that follow in the part.
    let mut tx = shared.begin(Realm::Affiliate(AffiliateId(5))).await.unwrap();
    assert!(setting_put(&mut tx, "theirs", &1.into()).await.is_err());
    let open = shared.begin(Realm::Network).await;
    assert!(open.is_err(), "use cases do not nest");
    drop(tx);
    let mut tx = shared.begin(Realm::Network).await.unwrap();
    bump_config_version(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    drop(shared);
    let mut tx = whole.regain().await.unwrap();
    assert!(setting_get(&mut tx, "before").await.unwrap().is_some(), "asks as the network again");
    tx.commit().await.unwrap();
    assert_eq!(config_version(&db).await.unwrap(), 2);
}

#[sqlx::test(migrations = "../../migrations")]
async fn answers_belong_to_one_account_and_expire(pool: PgPool) {
    let db = Db::from_pool(pool);
    let (ann, bob) = (Realm::Affiliate(AffiliateId(5)), Realm::Affiliate(AffiliateId(6)));
    let stored = Stored {
        route: "POST /api/v1/links".into(),
        body_hash: [7; 32],
        status: 201,
        location: Some("/api/v1/links/link_1".into()),
        response: b"{}".to_vec(),
    };
    let mut tx = db.begin(ann).await.unwrap();
    assert!(idempotency::lock(&mut tx, "k").await.unwrap());
    let mut second = db.begin(ann).await.unwrap();
    assert!(!idempotency::lock(&mut second, "k").await.unwrap(), "one at a time");
    assert!(idempotency::lock(&mut second, "another").await.unwrap());
    let mut others = db.begin(bob).await.unwrap();
    assert!(idempotency::lock(&mut others, "k").await.unwrap(), "of each account");
    idempotency::keep(&mut tx, "k", &stored, at(0), at(0) + TimeDelta::hours(48)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(idempotency::find(&mut second, "k", at(1)).await.unwrap(), Some(stored));
    assert_eq!(idempotency::find(&mut others, "k", at(1)).await.unwrap(), None);
    assert_eq!(idempotency::find(&mut second, "k", at(48 * 3600)).await.unwrap(), None);
    drop((second, others));
    let mut tx = db.begin(Realm::Network).await.unwrap();
    assert_eq!(idempotency::forget_expired(&mut tx, at(3600)).await.unwrap(), 0);
    assert_eq!(idempotency::forget_expired(&mut tx, at(48 * 3600)).await.unwrap(), 1);
}

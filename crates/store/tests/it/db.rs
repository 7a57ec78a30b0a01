//! Connections and transactions.

use domain::{access::Realm, ids::AffiliateId};
use sqlx::{ConnectOptions as _, PgPool};
use std::time::{Duration, Instant};
use store::{Db, DbOptions, StoreError};

fn short() -> DbOptions {
    DbOptions { max_connections: 2, acquire_timeout: Duration::from_millis(500), ..DbOptions::default() }
}

#[sqlx::test(migrations = "../../migrations")]
async fn connections_have_the_application_role_and_limits(pool: PgPool) {
    let url = pool.connect_options().to_url_lossy().to_string();
    let options = DbOptions { statement_timeout: Duration::from_millis(1_500), ..short() };
    let db = Db::connect(&url, options).await.unwrap();
    assert!(db.ping().await.unwrap().starts_with(|c: char| c.is_ascii_digit()));
    let seen: (String, String, String, String) = sqlx::query_as(
        "SELECT current_user::text, current_setting('statement_timeout'), current_setting('application_name'),
                current_setting('timezone')",
    )
    .fetch_one(&db.pool_for_jobs())
    .await
    .unwrap();
    assert_eq!(seen, ("millrace_app".into(), "1500ms".into(), "millrace".into(), "UTC".into()));
    let slow = sqlx::query("SELECT pg_sleep(5)").execute(&db.pool_for_jobs()).await.unwrap_err();
    assert!(matches!(StoreError::from(slow), StoreError::Unavailable(_)));
    let mut tx = db.begin(Realm::Network).await.unwrap();
    assert_eq!(store::config::bump_config_version(&mut tx).await.unwrap(), 2);
    tx.commit().await.unwrap();
    db.close().await;
    assert!(matches!(db.begin(Realm::Network).await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn a_database_that_is_down_is_no_reason_not_to_start() {
    let started = Instant::now();
    let db = Db::connect_lazy("postgres://nobody@127.0.0.1:1/none", &short()).await.unwrap();
    let refused = db.begin(Realm::Network).await;
    assert!(matches!(&refused, Err(e) if e.is_transient()), "{refused:?}");
    assert!(matches!(db.ping().await, Err(StoreError::Unavailable(_))));
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(matches!(Db::connect_lazy("nonsense", &short()).await, Err(StoreError::Other(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_realm_does_not_outlive_its_transaction(pool: PgPool) {
    let single = sqlx::postgres::PgPoolOptions::new().max_connections(1);
    let pool = single.connect_with((*pool.connect_options()).clone()).await.unwrap();
    let db = Db::from_pool(pool.clone());
    let settings = async || -> (String, Option<String>) {
        sqlx::query_as("SELECT current_user::text, nullif(current_setting('app.realm', true), '')")
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    let (owner, none) = settings().await;
    assert_eq!(none, None);
    let tx = db.begin(Realm::Affiliate(AffiliateId(5))).await.unwrap();
    assert_eq!(tx.realm(), Realm::Affiliate(AffiliateId(5)));
    tx.commit().await.unwrap();
    assert_eq!(settings().await, (owner.clone(), None));
    drop(db.begin(Realm::Network).await.unwrap());
    assert_eq!(settings().await, (owner, None));
}

#[sqlx::test(migrations = "../../migrations")]
async fn reading_transactions_see_one_moment_and_write_nothing(pool: PgPool) {
    let db = Db::from_pool(pool);
    let mut reading = db.begin_read(Realm::Network).await.unwrap();
    let written = store::config::bump_config_version(&mut reading).await;
    assert!(matches!(written, Err(StoreError::ReadOnly)), "{written:?}");
    reading.rollback().await;
    let mut reading = db.begin_read(Realm::Network).await.unwrap();
    assert_eq!(store::config::setting_get(&mut reading, "k").await.unwrap(), None);
    let mut tx = db.begin(Realm::Network).await.unwrap();
    store::config::setting_put(&mut tx, "k", &true.into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store::config::setting_get(&mut reading, "k").await.unwrap(), None);
}

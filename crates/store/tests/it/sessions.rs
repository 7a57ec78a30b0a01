//! Sessions in a real Redis. Without `TEST_REDIS_URL` these tests pass without having looked.

use std::collections::HashMap;
use store::sessions::RedisSessionStore;
use tower_sessions::{
    SessionStore,
    cookie::time::{Duration, OffsetDateTime},
    session::{Id, Record},
};

fn sessions() -> Option<RedisSessionStore> {
    let url = std::env::var("TEST_REDIS_URL").ok()?;
    Some(RedisSessionStore::connect(&url).unwrap())
}

fn record(expires_in: Duration) -> Record {
    let data = HashMap::from([("user".to_owned(), serde_json::json!({ "id": 7, "name": "Ann\u{0}" }))]);
    // Whole seconds: that is what a session is kept for.
    let expiry_date = (OffsetDateTime::now_utc() + expires_in).replace_nanosecond(0).unwrap();
    Record { id: Id::default(), data, expiry_date }
}

#[tokio::test]
async fn sessions_are_kept_changed_and_deleted() {
    let Some(sessions) = sessions() else { return };
    let mut record = record(Duration::minutes(5));
    let id = record.id;
    assert_eq!(sessions.load(&id).await.unwrap(), None);
    sessions.create(&mut record).await.unwrap();
    assert_eq!(record.id, id);
    assert_eq!(sessions.load(&id).await.unwrap(), Some(record.clone()));
    record.data.insert("more".into(), true.into());
    sessions.save(&record).await.unwrap();
    assert_eq!(sessions.load(&id).await.unwrap(), Some(record.clone()));
    sessions.delete(&id).await.unwrap();
    assert_eq!(sessions.load(&id).await.unwrap(), None);
    sessions.save(&record).await.unwrap();
    assert_eq!(sessions.load(&id).await.unwrap(), None, "what was signed out stays so");
}

#[tokio::test]
async fn a_taken_id_is_never_taken_over() {
    let Some(sessions) = sessions() else { return };
    let mut first = record(Duration::minutes(5));
    sessions.create(&mut first).await.unwrap();
    let mut second = record(Duration::minutes(5));
    second.id = first.id;
    second.data.clear();
    sessions.create(&mut second).await.unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(sessions.load(&first.id).await.unwrap(), Some(first));
    assert_eq!(sessions.load(&second.id).await.unwrap(), Some(second));
}

#[tokio::test]
async fn an_expired_session_is_gone() {
    let Some(sessions) = sessions() else { return };
    let mut old = record(Duration::minutes(-5));
    sessions.create(&mut old).await.unwrap();
    assert_eq!(sessions.load(&old.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_redis_that_is_down_is_an_error_and_not_a_wait() {
    let sessions = RedisSessionStore::connect("redis://127.0.0.1:1").unwrap();
    let id = Id::default();
    let answer = tokio::time::timeout(std::time::Duration::from_secs(5), sessions.load(&id)).await;
    assert!(answer.expect("answers soon").is_err());
}

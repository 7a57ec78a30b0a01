//! Writes that are sent again.

use super::*;

const PATH: &str = "/api/v1/audit-me";

#[sqlx::test(migrations = "../migrations")]
async fn a_repeated_write_has_one_effect_and_the_same_answer(pool: PgPool) {
    let api = Api::new(pool.clone());
    let key = api.key(ApiKeyDraft::default()).await;
    let first = api.post(PATH, &key, "order-1", r#"{"a":1}"#).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (StatusCode::CREATED, ""));
    api.set_clock(3600);
    for quoted in ["order-1", "\"order-1\""] {
        let again = api.post(PATH, &key, quoted, r#"{"a":1}"#).await;
        assert_eq!((again.status, &again.body), (StatusCode::CREATED, &first.body));
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.header("location"), "/api/v1/test/1");
        assert_eq!(again.header("content-type"), "application/json");
    }
    assert_eq!(api.effects(&pool).await, 1);
    let other = api.post(PATH, &key, "order-1", r#"{"a":2}"#).await;
    assert_eq!(other.problem(), (422, "idempotency_key_reused"));
    let route = api.post("/api/v1/audit-me-too", &key, "order-1", r#"{"a":1}"#).await;
    assert_eq!(route.problem(), (422, "idempotency_key_reused"));
    assert_eq!(api.effects(&pool).await, 1);
    api.set_clock(48 * 3600);
    assert_eq!(api.post(PATH, &key, "order-1", r#"{"a":2}"#).await.status, StatusCode::CREATED);
    assert_eq!(api.effects(&pool).await, 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_same_key_at_the_same_time_has_one_effect(pool: PgPool) {
    let api = Arc::new(Api::new(pool.clone()));
    let key = api.key(ApiKeyDraft::default()).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (api, key) = (Arc::clone(&api), key.clone());
        tasks.spawn(async move {
            let answer = api.post(PATH, &key, "burst", "{}").await;
            (answer.status.as_u16(), answer.header("idempotency-replayed").to_owned())
        });
    }
    let answers = tasks.join_all().await;
    let count =
        |status: u16, replayed: &str| answers.iter().filter(|a| a.0 == status && a.1 == replayed).count();
    assert_eq!(count(201, ""), 1, "{answers:?}");
    assert_eq!(count(201, "true") + count(409, ""), 11, "{answers:?}");
    assert!(count(409, "") > 0, "none came while the first one ran: {answers:?}");
    assert_eq!(api.effects(&pool).await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_refused_write_leaves_nothing_behind(pool: PgPool) {
    let api = Api::new(pool.clone());
    let key = api.key(ApiKeyDraft::default()).await;
    for _ in 0..2 {
        assert_eq!(api.post(PATH, &key, "k", "null").await.problem(), (409, "conflict"));
    }
    assert_eq!(api.effects(&pool).await, 0, "what the use case had committed is taken back");
    assert_eq!(api.post(PATH, &key, "k", "{}").await.status, StatusCode::CREATED);
    assert_eq!(api.effects(&pool).await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn keys_belong_to_accounts(pool: PgPool) {
    let api = Api::new(pool.clone());
    let (ann, bob) = (api.affiliate("Ann").await, api.affiliate("Bob").await);
    let anns = api.key(for_affiliate(ann)).await;
    assert_eq!(api.post(PATH, &anns, "k", "{}").await.status, StatusCode::CREATED);
    let others = api.post(PATH, &api.key(for_affiliate(bob)).await, "k", "[]").await;
    assert_eq!((others.status, others.header("idempotency-replayed")), (StatusCode::CREATED, ""));
    let second = api.post(PATH, &api.key(for_affiliate(ann)).await, "k", "{}").await;
    assert_eq!((second.status, second.header("idempotency-replayed")), (StatusCode::CREATED, "true"));
    assert_eq!(api.effects(&pool).await, 2);
    for bad in ["a b", "\"\"", &"x".repeat(256)] {
        assert_eq!(
            api.post(PATH, &anns, bad, "{}").await.problem(),
            (400, "idempotency_key_invalid"),
            "{bad}"
        );
    }
}

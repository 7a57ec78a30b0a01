//! How much may be asked.

use super::*;

#[sqlx::test(migrations = "../migrations")]
async fn a_key_that_asks_too_often_waits(pool: PgPool) {
    let api = Api::with(Db::from_pool(pool), RateLimiter::default(), Limits::per_minute(3, 30));
    let (key, other) = (api.key(ApiKeyDraft::default()).await, api.key(ApiKeyDraft::default()).await);
    for left in [2, 1, 0] {
        let answer = api.with_key(&key).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.header("ratelimit").starts_with(&format!("\"key\";r={left};")), "{left}");
    }
    let refused = api.with_key(&key).await;
    assert_eq!(refused.problem(), (429, "rate_limited"));
    assert_eq!(refused.header("retry-after"), "20");
    assert_eq!(refused.header("ratelimit"), "\"key\";r=0;t=60");
    assert_eq!(refused.header("ratelimit-policy"), "\"key\";q=3;w=60");
    assert_eq!(api.with_key(&other).await.status, StatusCode::OK, "each key has its own allowance");
    api.set_clock(20);
    assert_eq!(api.with_key(&key).await.status, StatusCode::OK);
    assert_eq!(api.with_key(&key).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[sqlx::test(migrations = "../migrations")]
async fn whoever_guesses_waits(pool: PgPool) {
    let api = Api::with(Db::from_pool(pool), RateLimiter::default(), Limits::per_minute(600, 2));
    let key = api.key(ApiKeyDraft::default()).await;
    let guess = format!("Bearer {}", KeyText::new(&[3; 32]).expose());
    for _ in 0..2 {
        assert_eq!(api.get("/api/v1/whoami", &guess).await.problem(), (401, "invalid_key"));
    }
    let refused = api.get("/api/v1/whoami", &guess).await;
    assert_eq!(refused.problem(), (429, "rate_limited"));
    assert_eq!(refused.header("retry-after"), "30");
    assert_eq!(api.get("/api/v1/whoami", "Bearer nonsense").await.status, StatusCode::TOO_MANY_REQUESTS);
    let elsewhere = api.get_from("198.51.100.1".parse().unwrap(), "/api/v1/whoami", &guess).await;
    assert_eq!(elsewhere.status, StatusCode::UNAUTHORIZED);
    api.set_clock(60);
    assert_eq!(api.with_key(&key).await.status, StatusCode::OK);
}

#[sqlx::test(migrations = "../migrations")]
async fn nodes_share_an_allowance_through_redis(pool: PgPool) {
    let Some(redis) = redis() else { return };
    let db = Db::from_pool(pool);
    let node = || Api::with(db.clone(), RateLimiter::new(Some(redis.clone())), Limits::per_minute(4, 30));
    let (one, two) = (node(), node());
    let key = one.key(ApiKeyDraft { name: "x".into(), ..ApiKeyDraft::default() }).await;
    // The same key of an earlier run has used up something at the same made-up time.
    let later = i64::from(std::process::id()) * 120;
    let (mut fine, mut refused) = (0, 0);
    for n in 0..8 {
        let api = if n % 2 == 0 { &one } else { &two };
        api.set_clock(later);
        match api.with_key(&key).await.status {
            StatusCode::OK => fine += 1,
            StatusCode::TOO_MANY_REQUESTS => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((fine, refused), (4, 4));
}

#[sqlx::test(migrations = "../migrations")]
async fn without_redis_each_node_counts_by_itself(pool: PgPool) {
    let db = Db::from_pool(pool);
    let away = RedisLimits::connect("redis://127.0.0.1:1").unwrap();
    let node = || Api::with(db.clone(), RateLimiter::new(Some(away.clone())), Limits::per_minute(2, 30));
    let (one, two) = (node(), node());
    let key = one.key(ApiKeyDraft::default()).await;
    for api in [&one, &two] {
        let answers = [api.with_key(&key).await, api.with_key(&key).await, api.with_key(&key).await];
        let statuses = answers.map(|a| a.status.as_u16());
        assert_eq!(statuses, [200, 200, 429]);
    }
}

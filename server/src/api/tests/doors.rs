//! Who gets in, and what everybody else is told.

use super::*;
use engine::api_keys::revoke_key;
use std::time::Duration;
use store::DbOptions;

#[sqlx::test(migrations = "../migrations")]
async fn a_key_acts_in_its_own_realm(pool: PgPool) {
    let api = Api::new(pool);
    let ann = api.affiliate("Ann").await;
    let network = api.with_key(&api.key(ApiKeyDraft::default()).await).await;
    assert_eq!((network.status, realm_of(&network)), (StatusCode::OK, setting(Realm::Network)));
    let own = api.with_key(&api.key(for_affiliate(ann)).await).await;
    assert_eq!(realm_of(&own), setting(Realm::Affiliate(ann)));
    assert!(own.header("ratelimit").starts_with("\"key\";r=599;t="), "{}", own.header("ratelimit"));
    assert_eq!(own.header("ratelimit-policy"), "\"key\";q=600;w=60");
}

#[sqlx::test(migrations = "../migrations")]
async fn whoever_has_no_valid_key_is_told_why(pool: PgPool) {
    let api = Api::new(pool);
    let key = api.key(ApiKeyDraft::default()).await;
    let text = key.expose();
    for (authorization, code) in [
        (String::new(), "unauthenticated"),
        (format!("Basic {text}"), "invalid_key"),
        (text.to_owned(), "invalid_key"),
        (format!("Bearer {}", &text[..43]), "invalid_key"),
        (format!("Bearer {text}x"), "invalid_key"),
        (format!("Bearer {}", KeyText::new(&[1; 32]).expose()), "invalid_key"),
        ("Bearer ".to_owned(), "invalid_key"),
    ] {
        let answer = api.get("/api/v1/whoami", &authorization).await;
        assert_eq!(answer.problem(), (401, code), "{authorization}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{authorization}");
        assert!(!answer.body.to_string().contains("mr_live_0"), "{}", answer.body);
    }
    // A key in the address is no key.
    let query = api.get(&format!("/api/v1/whoami?key={text}&access_token={text}"), "").await;
    assert_eq!(query.problem(), (401, "unauthenticated"));
    assert_eq!(api.get("/api/v1/whoami", &format!("bearer  {text}")).await.status, StatusCode::OK);
}

#[sqlx::test(migrations = "../migrations")]
async fn keys_end(pool: PgPool) {
    let api = Api::new(pool.clone());
    let day = api.key(ApiKeyDraft { expires_days: "1".into(), ..ApiKeyDraft::default() }).await;
    api.set_clock(86_399);
    assert_eq!(api.with_key(&day).await.status, StatusCode::OK);
    api.set_clock(86_400);
    let expired = api.with_key(&day).await;
    assert_eq!(expired.problem(), (401, "key_expired"));
    assert!(expired.header("www-authenticate").contains("invalid_token"));
    let key = api.key(ApiKeyDraft::default()).await;
    let id: i64 = sqlx::query_scalar("SELECT id FROM api_keys WHERE last4 = $1")
        .bind(key.last4())
        .fetch_one(&pool)
        .await
        .unwrap();
    revoke_key(&api.deps.db, &Actor::system("test"), domain::ids::KeyId(id), start()).await.unwrap();
    assert_eq!(api.with_key(&key).await.problem(), (401, "key_revoked"));
}

#[sqlx::test(migrations = "../migrations")]
async fn addresses_and_scopes_are_kept_to(pool: PgPool) {
    let api = Api::new(pool);
    let here = api.key(ApiKeyDraft { networks: "192.0.2.0/24".into(), ..ApiKeyDraft::default() }).await;
    assert_eq!(api.with_key(&here).await.status, StatusCode::OK);
    let authorization = format!("Bearer {}", here.expose());
    let elsewhere = api.get_from("198.51.100.1".parse().unwrap(), "/api/v1/whoami", &authorization).await;
    assert_eq!(elsewhere.problem(), (403, "address_not_allowed"));
    let other =
        api.key(ApiKeyDraft { scopes: vec!["campaigns:read".into()], ..ApiKeyDraft::default() }).await;
    let answer = api.with_key(&other).await;
    assert_eq!(answer.problem(), (403, "insufficient_scope"));
    assert!(answer.header("www-authenticate").contains("scope=\"links:read\""));
}

#[tokio::test]
async fn a_wrong_checksum_never_reaches_the_database() {
    let quick = DbOptions { acquire_timeout: Duration::from_millis(200), ..DbOptions::default() };
    let away = Db::connect_lazy("postgres://nobody@127.0.0.1:1/none", &quick).await.unwrap();
    let api = Api::with(away, RateLimiter::default(), Limits::per_minute(600, 30));
    let key = KeyText::new(&[5; 32]);
    let mut typo = key.expose().to_owned();
    typo.replace_range(20..21, if &typo[20..21] == "a" { "b" } else { "a" });
    let refused = api.get("/api/v1/whoami", &format!("Bearer {typo}")).await;
    assert_eq!(refused.problem(), (401, "invalid_key"));
    let unavailable = api.with_key(&key).await;
    assert_eq!(unavailable.problem(), (503, "unavailable"));
    assert_eq!(unavailable.header("retry-after"), "5");
}

#[sqlx::test(migrations = "../migrations")]
async fn everything_that_goes_wrong_is_a_problem(pool: PgPool) {
    let api = Api::new(pool);
    let key = api.key(ApiKeyDraft::default()).await;
    let bearer = format!("Bearer {}", key.expose());
    for path in ["/api", "/api/", "/api/v1", "/api/v2/links", "/api/v1/nothing?x=1"] {
        assert_eq!(api.get(path, "").await.problem(), (404, "not_found"), "{path}");
    }
    assert_eq!(api.get("/api/v1/panic", &bearer).await.problem(), (500, "internal"));
    let wrong = api.get("/api/v1/audit-me", &bearer).await;
    assert_eq!((wrong.problem(), wrong.header("allow")), ((405, "method_not_allowed"), "POST"));
    let large = api.post("/api/v1/audit-me", &key, "", &"x".repeat(5_000)).await;
    assert_eq!(large.problem(), (413, "payload_too_large"));
}

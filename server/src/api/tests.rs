//! The doors of the API: keys, limits, idempotency, problems. With a handler of their own behind them.

mod doors;
mod limits;
mod writes;

use super::{ApiDeps, auth::Key, idempotency, layered, limit::Limits, problem::Problem};
use crate::console::RequestId;
use app::ctx::ClientIp;
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri},
    response::Response,
    routing::{get, post},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Realm, Role},
    api_key::{ApiKeyDraft, KeyText, Scope},
    drafts::AffiliateDraft,
    ids::AffiliateId,
};
use engine::{accounts::create_affiliate, api_keys::create_key, network::Shared, rate::RateLimiter};
use serde_json::Value;
use sqlx::PgPool;
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
};
use store::{Db, limits::RedisLimits};
use tower::ServiceExt as _;

const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

/// An API whose clock is turned by hand.
struct Api {
    deps: ApiDeps,
    router: Router,
    clock: Arc<AtomicI64>,
    chance: AtomicU32,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// Status and word of a problem, which has to look like one.
    #[track_caller]
    fn problem(&self) -> (u16, &str) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.body);
        assert_eq!(self.body["status"], self.status.as_u16());
        assert_eq!(self.body["request_id"], "request-1");
        for key in ["type", "title", "detail", "instance"] {
            assert!(self.body[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {}", self.body);
        }
        (self.status.as_u16(), self.body["code"].as_str().unwrap())
    }
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

impl Api {
    fn new(pool: PgPool) -> Self {
        Self::with(Db::from_pool(pool), RateLimiter::default(), Limits::per_minute(600, 30))
    }

    fn with(db: Db, limiter: RateLimiter, limits: Limits) -> Self {
        let clock = Arc::new(AtomicI64::new(0));
        let seconds = Arc::clone(&clock);
        let deps = ApiDeps {
            db,
            now: Arc::new(move || start() + TimeDelta::seconds(seconds.load(Ordering::Relaxed))),
            chance: Arc::new(|| 7),
            limiter: Arc::new(limiter),
            limits,
            network: Arc::new(Shared::new("http://go.example")),
            console_url: "http://console.example".into(),
            body_limit: 1024,
        };
        let keyed = Router::new()
            .route("/api/v1/whoami", get(whoami))
            .route("/api/v1/audit-me", post(audit_me))
            .route("/api/v1/audit-me-too", post(audit_me))
            .route("/api/v1/panic", get(panic));
        let router = layered(keyed, Router::new(), deps.clone());
        Self { deps, router, clock, chance: 0.into() }
    }

    fn set_clock(&self, seconds: i64) {
        self.clock.store(seconds, Ordering::Relaxed);
    }

    async fn key(&self, draft: ApiKeyDraft) -> KeyText {
        let chance = self.chance.fetch_add(1, Ordering::Relaxed);
        let mut secret = [9; 32];
        secret[28..].copy_from_slice(&chance.to_be_bytes());
        let draft = ApiKeyDraft {
            name: "Test".into(),
            scopes: match draft.scopes.is_empty() {
                true => vec![Scope::LinksRead.word().into(), Scope::LinksWrite.word().into()],
                false => draft.scopes,
            },
            ..draft
        };
        let actor = Actor::system("test");
        let made = create_key(&self.deps.db, &actor, Role::Admin, &draft, start(), chance, &secret).await;
        made.unwrap().text
    }

    async fn affiliate(&self, name: &str) -> AffiliateId {
        let draft = AffiliateDraft { name: name.into(), ..AffiliateDraft::default() };
        let chance = self.chance.fetch_add(1, Ordering::Relaxed);
        create_affiliate(&self.deps.db, &Actor::system("test"), &draft, start(), chance, [1; 16])
            .await
            .unwrap()
    }

    async fn get(&self, path: &str, authorization: &str) -> Answer {
        self.get_from(HOME, path, authorization).await
    }

    async fn get_from(&self, ip: IpAddr, path: &str, authorization: &str) -> Answer {
        let mut request = Request::builder().uri(path);
        if !authorization.is_empty() {
            request = request.header("authorization", authorization);
        }
        self.send(ip, request.body(Body::empty()).unwrap()).await
    }

    async fn with_key(&self, key: &KeyText) -> Answer {
        self.get("/api/v1/whoami", &format!("Bearer {}", key.expose())).await
    }

    async fn post(&self, path: &str, key: &KeyText, idempotency: &str, body: &str) -> Answer {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("authorization", format!("Bearer {}", key.expose()))
            .header("content-type", "application/json");
        if !idempotency.is_empty() {
            request = request.header("idempotency-key", idempotency);
        }
        self.send(HOME, request.body(Body::from(body.to_owned())).unwrap()).await
    }

    async fn send(&self, ip: IpAddr, mut request: Request) -> Answer {
        request.extensions_mut().insert(ClientIp(Some(ip)));
        request.extensions_mut().insert(RequestId("request-1".into()));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// Effects of `audit_me` that lasted.
    async fn effects(&self, pool: &PgPool) -> i64 {
        let count = sqlx::query_scalar("SELECT count(*) FROM audit_log WHERE action = 'test.effect'");
        count.fetch_one(pool).await.unwrap()
    }
}

async fn whoami(Key(caller): Key) -> Result<String, Problem> {
    caller.need(Scope::LinksRead)?;
    let (realm, owner) = caller.realm.setting();
    Ok(serde_json::json!({ "realm": realm, "owner": owner, "scopes": caller.scopes }).to_string())
}

async fn panic() -> &'static str {
    panic!("on purpose")
}

/// Writes an audit row, in a transaction that it begins and commits by itself as every use case does. The body `null`
/// makes it refuse after the write.
async fn audit_me(
    State(deps): State<ApiDeps>,
    Key(caller): Key,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Result<Response, Problem> {
    caller.need(Scope::LinksWrite)?;
    let refuse = &body[..] == b"null";
    let (actor, now) = (caller.actor(), (deps.now)());
    let route = format!("POST {}", uri.path());
    idempotency::run(&deps, &caller, &headers, &route, &body, |db| async move {
        let mut tx = db.begin(actor.realm).await?;
        store::audit::audit(&mut tx, &actor, "test.effect", "test_1", None, None, now).await?;
        tx.commit().await?;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        if refuse {
            return Err(Problem::new(StatusCode::CONFLICT, "Refused after the write."));
        }
        idempotency::Reply::created("/api/v1/test/1".into(), &serde_json::json!({ "at": now }))
    })
    .await
}

/// Counts in a real Redis, if there is one.
fn redis() -> Option<RedisLimits> {
    let url = std::env::var("TEST_REDIS_URL").ok()?;
    Some(RedisLimits::connect(&url).unwrap())
}

fn for_affiliate(id: AffiliateId) -> ApiKeyDraft {
    ApiKeyDraft { affiliate: id.to_string(), ..ApiKeyDraft::default() }
}

fn realm_of(answer: &Answer) -> (&str, i64) {
    (answer.body["realm"].as_str().unwrap_or_default(), answer.body["owner"].as_i64().unwrap_or(-1))
}

fn setting(realm: Realm) -> (&'static str, i64) {
    realm.setting()
}

//! The hot path over its router, with a real spool on disk and an injected clock.

mod edge;
mod hostile;

use axum::{Router, body::Body, extract::ConnectInfo};
use domain::{
    click_id::{ClickKey, ClickRef},
    event::{Event, SHARD_S},
    ids::{AdvertiserId, AffiliateId, CampaignId, EPOCH_MS, GoalId, LinkId},
    money::Currency,
    reason::Reason,
    snapshot::{CampaignEntry, GoalEntry, LinkEntry, Rate, Snapshot},
};
use http::{Method, Request, Response, StatusCode};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tower::ServiceExt as _;
use tracker::{Tracker, TrackerConfig};

const KEY: [u8; 16] = [5; 16];
const START_US: i64 = (EPOCH_MS + 50 * 86_400_000) * 1000;

/// A hot path with two campaigns: `live` (deep links, pass-through) and `over` (paused).
struct TestTracker {
    tracker: Tracker,
    router: Router,
    now_us: Arc<AtomicI64>,
    dir: tempfile::TempDir,
}

fn config(dir: &std::path::Path) -> TrackerConfig {
    TrackerConfig {
        node: 7,
        spool_dir: dir.join("spool"),
        snapshot_path: dir.join("snapshot.bin"),
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        edge_loops: 1,
        segment_bytes: 1 << 20,
    }
}

fn snapshot() -> Snapshot {
    let goals = |first: i64| {
        vec![GoalEntry {
            id: GoalId(first),
            code: "sale".into(),
            revenue: Rate::Fixed(500),
            payout: Rate::Fixed(300),
            is_default: true,
        }]
    };
    let campaign = |id: i64, active: bool| CampaignEntry {
        id: CampaignId(id),
        advertiser: AdvertiserId(1),
        active,
        currency: Currency::USD,
        destination: "https://shop.example/landing?cid={click_id}&s={sub1}&src={source}".into(),
        deep_link_hosts: vec![".shop.example".into()],
        pass_through: id == 1,
        window_secs: 86_400,
        token: None,
        goals: goals(id),
    };
    let link = |id: i64, code: &str, campaign: u32| LinkEntry {
        id: LinkId(id),
        code: code.into(),
        campaign,
        affiliate: AffiliateId(9),
        active: true,
        affiliate_active: true,
        destination: None,
    };
    Snapshot {
        version: 1,
        campaigns: vec![campaign(1, true), campaign(2, false)],
        links: vec![link(1, "live", 0), link(2, "over", 1)],
        fallback_url: None,
        click_key: KEY,
    }
}

impl TestTracker {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let now_us = Arc::new(AtomicI64::new(START_US));
        let clock = Arc::clone(&now_us);
        let tracker =
            Tracker::open(config(dir.path()), Arc::new(move || clock.load(Ordering::Relaxed))).unwrap();
        tracker.publish(snapshot(), false).unwrap();
        Self { router: tracker.router(), tracker, now_us, dir }
    }

    async fn send(&self, request: http::request::Builder, body: impl Into<Body>) -> Response<Body> {
        let peer: SocketAddr = "203.0.113.9:4000".parse().unwrap();
        let request = request.extension(ConnectInfo(peer)).body(body.into()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, uri: &str) -> Response<Body> {
        self.send(Request::get(uri).header("user-agent", "Mozilla/5.0 Firefox/140"), Body::empty()).await
    }

    /// Everything in the spool of a shard, decoded.
    fn events(&self, shard: u8, check: &mut dyn FnMut(Event<'_>)) -> usize {
        let (_, handle) = self.tracker.shards().into_iter().find(|s| s.0 == shard).unwrap();
        let batch = handle.read_after(0, 10_000, 64 << 20).unwrap();
        for record in spool::decode(&batch.bytes) {
            let record = record.unwrap();
            check(Event::decode(record.kind, record.ver, record.payload).unwrap());
        }
        batch.count
    }

    fn clicks(&self) -> Vec<(String, Option<Reason>)> {
        let mut out = Vec::new();
        self.events(0, &mut |e| {
            if let Event::Click(c) = e {
                out.push((c.click_id.to_owned(), c.reason));
            }
        });
        out
    }
}

fn location(response: &Response<Body>) -> String {
    response.headers()["location"].to_str().unwrap().to_owned()
}

fn click_id(response: &Response<Body>) -> String {
    let url = location(response);
    url.split("cid=").nth(1).unwrap().split('&').next().unwrap().to_owned()
}

async fn body(response: Response<Body>) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_click_is_recorded_and_redirected() {
    let t = TestTracker::new();
    let r = t.get("/c/live?sub1=a%20b&source=mail&utm=1").await;
    assert_eq!(r.status(), StatusCode::FOUND);
    assert_eq!(r.headers()["cache-control"], "no-store");
    assert_eq!(r.headers()["x-robots-tag"], "noindex, nofollow");
    assert!(r.headers().contains_key("referrer-policy"));
    let id = click_id(&r);
    assert_eq!(location(&r), format!("https://shop.example/landing?cid={id}&s=a%20b&src=mail&utm=1"));
    let seen = ClickRef::verify(&id, &ClickKey::new(KEY)).unwrap();
    assert_eq!(
        (seen.link, seen.ts_ms, seen.node, seen.shard, seen.seq_low),
        (LinkId(1), START_US / 1000, 7, 0, ((START_US as u64 / 1_000_000) << 18) as u32)
    );
    let mut checked = 0;
    t.events(0, &mut |e| {
        let Event::Click(c) = e else { panic!("not a click") };
        assert_eq!((c.click_id, c.subs[0], c.source, c.reason), (id.as_str(), "a b", "mail", None));
        assert_eq!(c.ip, "203.0.113.9".parse().ok());
        checked += 1;
    });
    assert_eq!(checked, 1);
}

#[tokio::test]
async fn head_and_prefetch_get_the_answer_and_do_not_count() {
    let t = TestTracker::new();
    let head = t.send(Request::builder().method(Method::HEAD).uri("/c/live"), Body::empty()).await;
    assert_eq!(head.status(), StatusCode::FOUND);
    let early = t
        .send(
            Request::get("/c/live")
                .header("sec-purpose", "prefetch;prerender")
                .header("user-agent", "Mozilla/5.0"),
            Body::empty(),
        )
        .await;
    assert_eq!(early.status(), StatusCode::FOUND);
    assert!(t.clicks().is_empty());
}

#[tokio::test]
async fn robots_and_stopped_links_carry_their_reason() {
    let t = TestTracker::new();
    let robot = t.send(Request::get("/c/live").header("user-agent", "Googlebot/2.1"), Body::empty()).await;
    assert_eq!(robot.status(), StatusCode::FOUND);
    let over = t.get("/c/over").await;
    assert_eq!(over.status(), StatusCode::NOT_FOUND);
    let reasons: Vec<_> = t.clicks().into_iter().map(|c| c.1).collect();
    assert_eq!(reasons, [Some(Reason::Bot), Some(Reason::CampaignPaused)]);
    assert_eq!(t.get("/c/nothing").await.status(), StatusCode::NOT_FOUND);
    let mut with_fallback = snapshot();
    with_fallback.fallback_url = Some("https://network.example/ended".into());
    t.tracker.publish(with_fallback, false).unwrap();
    for uri in ["/c/nothing", "/c/over"] {
        assert_eq!(location(&t.get(uri).await), "https://network.example/ended");
    }
}

#[tokio::test]
async fn deep_links_lead_only_to_allowed_hosts() {
    let t = TestTracker::new();
    let to = |url: &str| {
        format!(
            "/c/live?url={}",
            percent_encoding::utf8_percent_encode(url, percent_encoding::NON_ALPHANUMERIC)
        )
    };
    let r = t.get(&to("https://www.shop.example/p?x=1#top")).await;
    assert!(location(&r).starts_with("https://www.shop.example/p?x=1&cid="), "{}", location(&r));
    assert!(location(&r).ends_with("#top"));
    let r = t.get(&to("https://evil.example/")).await;
    assert!(location(&r).starts_with("https://shop.example/landing"));
    for hostile in [
        "javascript:alert(1)",
        "//evil.example",
        "https://a.example/\r\nSet-Cookie: x=1",
        "https://shop.example@evil.example/",
        "data:text/html,x",
    ] {
        assert_eq!(t.get(&to(hostile)).await.status(), StatusCode::BAD_REQUEST, "{hostile:?}");
    }
}

#[tokio::test]
async fn conversions_are_answered_and_stored() {
    let t = TestTracker::new();
    let id = click_id(&t.get("/c/live").await);
    let r = t.get(&format!("/postback?click_id={id}&txid=o-1&amount=49.90")).await;
    assert_eq!(r.status(), StatusCode::OK);
    let first: serde_json::Value = serde_json::from_str(&body(r).await).unwrap();
    assert_eq!(first["status"], "accepted");
    assert!(first["conversion_id"].as_str().unwrap().starts_with("conv_"));
    // By POST, in capitals: the same answer, marked as known.
    let form = format!("click_id={}&txid=o-1&amount=49.90", id.to_uppercase());
    let r = t
        .send(Request::post("/postback").header("content-type", "application/x-www-form-urlencoded"), form)
        .await;
    let again: serde_json::Value = serde_json::from_str(&body(r).await).unwrap();
    assert_eq!(
        (&again["conversion_id"], &again["duplicate"]),
        (&first["conversion_id"], &serde_json::json!(true))
    );
    // Another amount goes on to a human.
    let json = serde_json::json!({ "click_id": id, "txid": "o-1", "amount": 12.5 }).to_string();
    let r = t.send(Request::post("/postback").header("content-type", "application/json"), json).await;
    assert_eq!(r.status(), StatusCode::OK);
    assert_eq!(t.events(SHARD_S, &mut |_| {}), 2);
}

#[tokio::test]
async fn refused_reports_are_stored_with_their_reason() {
    let t = TestTracker::new();
    let id = click_id(&t.get("/c/live").await);
    for (query, status, code) in [
        (format!("click_id={id}&goal=nope"), 422, "goal_unknown"),
        (format!("click_id={id}&amount=abc"), 400, "amount_invalid"),
        ("click_id=abc".to_owned(), 400, "click_malformed"),
        ("txid=1".to_owned(), 400, "click_missing"),
    ] {
        let r = t.get(&format!("/postback?{query}")).await;
        assert_eq!(r.status().as_u16(), status, "{query}");
        let answer: serde_json::Value = serde_json::from_str(&body(r).await).unwrap();
        assert_eq!((&answer["status"], &answer["code"]), (&"rejected".into(), &code.into()), "{query}");
    }
    t.now_us.fetch_add(2 * 86_400_000_000, Ordering::Relaxed);
    let r = t.get(&format!("/postback?click_id={id}")).await;
    assert!(body(r).await.contains("click_expired"));
    let mut reasons = Vec::new();
    t.events(SHARD_S, &mut |e| {
        if let Event::Conversion(c) = e {
            reasons.push(c.reason.unwrap().code());
        }
    });
    assert_eq!(
        reasons,
        ["goal_unknown", "amount_invalid", "click_malformed", "click_missing", "click_expired"]
    );
}

#[tokio::test]
async fn the_pixel_finds_the_click_by_its_cookie() {
    let t = TestTracker::new();
    let cookie = t.get("/c/live").await.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    assert!(t.get("/c/live?cons=0").await.headers().get("set-cookie").is_none());
    let r = t.send(Request::get("/px?amount=10").header("cookie", &cookie), Body::empty()).await;
    assert_eq!((r.status(), r.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, "image/gif"));
    assert_eq!(body(t.get("/px").await).await.len(), body(t.get("/i/live").await).await.len());
    assert_eq!(
        t.events(SHARD_S, &mut |e| assert!(matches!(e, Event::Conversion(c) if c.reason.is_none()))),
        1
    );
}

#[tokio::test]
async fn a_node_starts_from_the_snapshot_on_disk() {
    let t = TestTracker::new();
    let TestTracker { tracker, router, dir, .. } = t;
    drop((tracker, router));
    let again = Tracker::open(config(dir.path()), Arc::new(|| START_US)).unwrap();
    assert_eq!((again.snapshot_version(), again.links()), (1, 2));
    assert!(again.publish(Snapshot { version: 2, ..Snapshot::default() }, false).is_err());
    assert_eq!(again.links(), 2);
}

#[tokio::test]
async fn reports_wait_until_there_is_a_configuration() {
    let dir = tempfile::tempdir().unwrap();
    let tracker = Tracker::open(config(dir.path()), Arc::new(|| START_US)).unwrap();
    let request = Request::get("/postback?click_id=abc").body(Body::empty()).unwrap();
    let r = tracker.router().oneshot(request).await.unwrap();
    assert_eq!(r.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(r.headers()["retry-after"], "5");
}

//! Every route is fed what strangers send. Nothing may answer 5xx, and nothing may get into a header.

use super::*;

const NASTY: &[&str] = &[
    "",
    "%00",
    "%0d%0aSet-Cookie:%20x=1",
    "'%20OR%201=1%20--",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%ff%fe%fd",
    "%",
    "%zz",
    "..%2f..%2fetc%2fpasswd",
    "{click_id}",
    "%7Bclick_id%7D",
    "%E2%80%AE%F0%9F%98%80",
    "javascript:alert(1)",
    "1e999",
    "-0",
    "NaN",
    "%EF%BB%BF",
    "null",
    "[]",
    "\u{7f}",
];

const NAMES: &[&str] = &[
    "sub1",
    "sub10",
    "source",
    "ext_click_id",
    "url",
    "cost",
    "cons",
    "gdpr",
    "click_id",
    "txid",
    "amount",
    "currency",
    "goal",
    "status",
    "adv1",
    "token",
    "coupon",
    "campaign",
    "unknown",
];

#[tokio::test]
async fn no_value_of_any_parameter_causes_a_server_error() {
    let t = TestTracker::new();
    let id = click_id(&t.get("/c/live").await);
    for path in ["/c/live", "/c/over", "/c/none", "/i/live", "/postback", "/px"] {
        for name in NAMES {
            for value in NASTY.iter().map(|v| (*v).to_owned()).chain(["A".repeat(3000)]) {
                for extra in ["", &format!("&click_id={id}")] {
                    let Ok(uri) = format!("{path}?{name}={value}{extra}").parse::<http::Uri>() else {
                        continue;
                    };
                    let r = t
                        .send(Request::get(uri.clone()).header("user-agent", "Mozilla"), Body::empty())
                        .await;
                    assert!(r.status().as_u16() < 500, "{uri}: {}", r.status());
                    for (header, value) in r.headers() {
                        assert!(
                            value.as_bytes().iter().all(|b| b.is_ascii_graphic() || *b == b' '),
                            "{uri}: {header}"
                        );
                    }
                    if name != &"url"
                        && let Some(to) = r.headers().get("location")
                    {
                        assert!(to.to_str().unwrap().starts_with("https://shop.example/landing?"), "{uri}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn odd_methods_paths_and_bodies_are_refused() {
    let t = TestTracker::new();
    for path in ["/c/live", "/i/live", "/postback", "/px", "/c/%00", "/c/..%2f", "/c/%F0%9F%98%80", "/c/'--"]
    {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
            let r = t.send(Request::builder().method(method).uri(path), Body::from(vec![0xff; 1000])).await;
            assert!(r.status().as_u16() < 500, "{method} {path}: {}", r.status());
        }
    }
    for (kind, bytes) in [
        ("application/json", b"{\"click_id\":{\"a\":1}}".to_vec()),
        ("application/json", b"[1,2".to_vec()),
        ("application/json", vec![b'['; 50_000]),
        ("text/plain", vec![0xff; 64]),
    ] {
        let r = t.send(Request::post("/postback").header("content-type", kind), bytes).await;
        assert_eq!(r.status(), StatusCode::BAD_REQUEST);
    }
    let r = t.send(Request::post("/postback"), vec![b'a'; 70_000]).await;
    assert_eq!(r.status(), StatusCode::PAYLOAD_TOO_LARGE);
    for path in ["/c/live", "/postback"] {
        let r = t.get(&format!("{path}?x={}", "a".repeat(9000))).await;
        assert_eq!(r.status(), StatusCode::URI_TOO_LONG);
    }
}

#[tokio::test]
async fn only_trusted_proxies_name_the_visitor() {
    let t = TestTracker::new();
    let ip_of = |peer: &'static str, forwarded: &'static str| {
        let request =
            Request::get("/c/live").header("user-agent", "Mozilla").header("x-forwarded-for", forwarded);
        let router = t.router.clone();
        async move {
            let request = request
                .extension(ConnectInfo(peer.parse::<SocketAddr>().unwrap()))
                .body(Body::empty())
                .unwrap();
            router.oneshot(request).await.unwrap();
        }
    };
    ip_of("203.0.113.9:1", "198.51.100.1").await;
    ip_of("10.1.1.1:1", "198.51.100.1").await;
    ip_of("10.1.1.1:1", "198.51.100.66, 198.51.100.2, 10.2.2.2").await;
    ip_of("10.1.1.1:1", "198.51.100.66, nonsense").await;
    let mut seen = Vec::new();
    t.events(0, &mut |e| {
        if let Event::Click(c) = e {
            seen.push(c.ip.unwrap().to_string());
        }
    });
    assert_eq!(seen, ["203.0.113.9", "198.51.100.1", "198.51.100.2", "10.1.1.1"]);
}

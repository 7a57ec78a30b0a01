//! Keys of the API, from the command line to the listener.

use crate::node::{Answer, Node, get, stderr, stdout};
use serde_json::Value;
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

fn create(node: &Node, args: &[&str]) -> Value {
    let output = node.run(&[&["api-key", "create", "--json", "--name", "Test"], args].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

fn ask(node: &Node, path: &str, key: &str) -> Answer {
    get(&node.console, path, &format!("authorization: Bearer {key}\r\n")).unwrap()
}

fn send(node: &Node, path: &str, key: &str, headers: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(&node.console).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        node.console,
        body.len()
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    Answer { status: text.split(' ').nth(1).unwrap().parse().unwrap(), text }
}

fn json(answer: &Answer) -> Value {
    let body = answer.text.split_once("\r\n\r\n").unwrap().1;
    serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {}", answer.text))
}

#[track_caller]
fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert!(answer.text.contains("content-type: application/problem+json"), "{}", answer.text);
    assert_eq!(json(answer)["code"], code, "{}", answer.text);
}

#[test]
fn keys_from_the_command_line_open_the_api_and_keep_to_their_realm() {
    let mut node = Node::new().with_env("MILLRACE__API__REQUESTS_PER_MINUTE", "40");
    node.serve();
    let network = create(&node, &["--scopes", "all"]);
    let key = network["key"].as_str().unwrap();
    assert!(key.starts_with("mr_live_") && key.len() == 44, "{key}");
    assert_eq!(network["owner"], "network");

    let answer = ask(&node, "/api/v1/affiliates", key);
    assert_eq!(answer.status, 200, "{}", answer.text);
    for header in
        ["ratelimit-policy: \"key\";q=40;w=60", "ratelimit: \"key\";r=39;", "x-request-id: ", "nosniff"]
    {
        assert!(answer.text.contains(header), "{header} is missing:\n{}", answer.text);
    }
    // Created twice with one key, there is one.
    let body = r#"{"name":"Ann"}"#;
    let idempotent = "idempotency-key: ann-1\r\n";
    let first = send(&node, "/api/v1/affiliates", key, idempotent, body);
    assert_eq!(first.status, 201, "{}", first.text);
    let again = send(&node, "/api/v1/affiliates", key, idempotent, body);
    assert!(again.text.contains("idempotency-replayed: true"), "{}", again.text);
    assert_eq!(json(&again), json(&first));
    let other = send(&node, "/api/v1/affiliates", key, idempotent, r#"{"name":"Bob"}"#);
    assert_problem(&other, 422, "idempotency_key_reused");
    let ann = json(&first)["id"].as_str().unwrap().to_owned();

    // An affiliate's key sees nothing of the network, whatever it asks for.
    let own = create(&node, &["--scopes", "all", "--affiliate", &ann]);
    let own_key = own["key"].as_str().unwrap();
    assert_eq!(own["owner"], ann.as_str());
    assert_eq!(ask(&node, "/api/v1/links", own_key).status, 200);
    assert_problem(&ask(&node, "/api/v1/affiliates", own_key), 403, "insufficient_scope");
    assert_problem(&ask(&node, &format!("/api/v1/affiliates/{ann}"), own_key), 403, "insufficient_scope");
    let refused =
        node.run(&["api-key", "create", "--name", "x", "--scopes", "affiliates:read", "--affiliate", &ann]);
    assert!(!refused.status.success());
    assert!(stderr(&refused).contains("scopes: A key of this account cannot have"), "{}", stderr(&refused));

    let elsewhere = create(&node, &["--scopes", "links:read", "--networks", "198.51.100.0/24"]);
    let answer = ask(&node, "/api/v1/links", elsewhere["key"].as_str().unwrap());
    assert_problem(&answer, 403, "address_not_allowed");

    assert_problem(&get(&node.console, "/api/v1/links", "").unwrap(), 401, "unauthenticated");
    assert_problem(
        &get(&node.console, &format!("/api/v1/links?key={key}"), "").unwrap(),
        401,
        "unauthenticated",
    );
    assert_problem(&ask(&node, "/api/v1/links", &key[..43]), 401, "invalid_key");
    // A session's cookie opens nothing here, and no other site can use one.
    let cookie = get(&node.console, "/api/v1/links", "cookie: sid=AAAAAAAAAAAAAAAAAAAAAA\r\n").unwrap();
    assert_problem(&cookie, 401, "unauthenticated");
    assert_problem(&ask(&node, "/api/v1/nothing", key), 404, "not_found");

    let refused = (0..60).map(|_| ask(&node, "/api/v1/links", own_key)).find(|a| a.status != 200).unwrap();
    assert_problem(&refused, 429, "rate_limited");
    assert!(refused.text.contains("retry-after: "), "{}", refused.text);
    let secret = &key[8..];
    assert!(!node.log().contains(secret), "the key is in the log");
}

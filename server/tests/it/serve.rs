use crate::node::{Node, get, stderr, stdout};
use rustix::process::Signal;

#[test]
fn a_node_serves_while_its_databases_are_away() {
    let mut node = Node::new();
    node.serve();
    node.end(Signal::TERM);
    let mut node = node
        .with_env("DATABASE_URL", "postgres://me@127.0.0.1:1/x")
        .with_env("REDIS_URL", "redis://127.0.0.1:1");
    // Ready, because the last known links are on disk.
    node.serve();
    assert_eq!(get(&node.edge, "/c/unknown", "").map(|a| a.status), Some(404));
    let portal = get(&node.console, "/admin", "cookie: sid=AAAAAAAAAAAAAAAAAAAAAA\r\n").unwrap();
    assert_eq!(portal.status, 503, "{}", portal.text);
    assert!(portal.text.contains("Tracking goes on"), "{}", portal.text);
    node.end(Signal::TERM);
}

#[test]
fn portals_send_strangers_to_the_login() {
    let mut node = Node::new();
    node.serve();
    for path in ["/admin", "/affiliate/links?page=2", "/advertiser", "/buyer"] {
        let answer = get(&node.console, path, "").unwrap();
        assert_eq!(answer.status, 302, "{path}: {}", answer.text);
        assert!(answer.text.contains("location: /login?next=/"), "{path}: {}", answer.text);
    }
    let login = get(&node.console, "/login", "").unwrap();
    assert_eq!(login.status, 200);
    for header in [
        "x-request-id: ",
        "x-content-type-options: nosniff",
        "frame-ancestors 'none'",
        "cache-control: no-store",
    ] {
        assert!(login.text.contains(header), "{header} is missing:\n{}", login.text);
    }
    assert_eq!(get(&node.ops, "/livez", "").map(|a| a.status), Some(200));
    let metrics = get(&node.ops, "/metrics", "").unwrap().text;
    for line in [
        "millrace_build_info",
        "millrace_spool_poisoned{shard=\"200\"} 0",
        "millrace_spool_bytes{shard=\"0\"}",
    ] {
        assert!(metrics.contains(line), "{line} is missing in {metrics}");
    }
    node.wait_for("room in the spool", |node| {
        get(&node.ops, "/readyz?verbose", "").is_some_and(|a| a.text.contains("[+] spool"))
    });
}

#[test]
fn nodes_are_listed_and_one_that_speaks_is_not_forgotten() {
    let mut node = Node::new().with_env("MILLRACE__NODE", "7");
    let listed = node.run(&["node", "list"]);
    assert!(stdout(&listed).contains("no node has announced events yet"), "{}", stderr(&listed));
    node.serve();
    node.wait_for("the node to announce itself", |node| {
        stdout(&node.run(&["node", "list"])).starts_with("node 7: spoke 20")
    });
    let unknown = node.run(&["node", "forget", "8"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(stderr(&unknown).contains("there is no node 8"), "{}", stderr(&unknown));
    let speaks = node.run(&["node", "forget", "7", "--give-up-unread"]);
    assert_eq!(speaks.status.code(), Some(1));
    assert!(stderr(&speaks).contains("Stop it first"), "{}", stderr(&speaks));
    assert_eq!(node.run(&["node", "forget", "many"]).status.code(), Some(2), "wrong usage");
    let help = stdout(&node.run(&["node", "forget", "--help"]));
    assert!(help.contains("--give-up-unread") && help.contains("Data as of"), "{help}");
}

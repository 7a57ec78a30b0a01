use crate::node::{Node, stdout};

#[test]
fn every_check_is_a_line_and_every_fault_has_a_fix() {
    let node = Node::new();
    let output = node.run(&["doctor"]);
    let text = stdout(&output);
    for name in ["settings", "postgres", "redis", "mail", "disk", "site", "listen"] {
        assert!(
            text.lines().any(|line| line.split_whitespace().nth(1) == Some(name)),
            "{name} is missing:\n{text}"
        );
    }
    // There is no site folder here.
    assert_eq!(output.status.code(), Some(1));
    let fault = text.lines().find(|line| line.starts_with("FAIL")).unwrap();
    assert!(fault.contains("site") && fault.contains("-> "), "{fault}");
    assert!(!node.home().exists(), "the doctor made something");
}

#[test]
fn a_database_that_is_away_is_found() {
    let node = Node::new().with_env("DATABASE_URL", "postgres://me:hidden@127.0.0.1:1/x");
    let text = stdout(&node.run(&["doctor"]));
    let line = text.lines().find(|line| line.contains("postgres ")).unwrap();
    assert!(line.starts_with("FAIL") && line.contains("database.url") && !text.contains("hidden"), "{text}");
}

use crate::node::{Node, stderr, stdout};

#[test]
fn later_settings_win() {
    let node = Node::new();
    let shown = |command: &mut std::process::Command| stdout(&command.output().unwrap());
    assert!(shown(&mut node.command(&["config", "show"])).contains("node = 1\n"));
    std::fs::write(node.dir().join("millrace.toml"), "node = 2\n[database]\nurl = 'postgres://file@h/x'\n")
        .unwrap();
    let from_file = shown(&mut node.command(&["config", "show"]));
    assert!(from_file.contains("node = 2\n") && from_file.contains("postgres://file@h/x"), "{from_file}");
    let given = shown(node.command(&["config", "show"]).env("DATABASE_URL", "postgres://me:hidden@h/x"));
    assert!(given.contains("postgres://me:***@h/x") && !given.contains("hidden"), "{given}");
    let most = shown(
        node.command(&["config", "show"])
            .env("DATABASE_URL", "postgres://me:hidden@h/x")
            .env("MILLRACE__DATABASE__URL", "postgres://other@h/x")
            .env("MILLRACE__NODE", "3")
            .env("MILLRACE__EDGE__TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1"),
    );
    assert!(most.contains("node = 3\n") && most.contains("postgres://other@h/x"), "{most}");
    assert!(most.contains(r#"trusted_proxies = ["10.0.0.0/8", "192.0.2.1/32"]"#), "{most}");
}

#[test]
fn the_printed_defaults_are_the_defaults() {
    let node = Node::new();
    let printed = stdout(&node.run(&["config", "default"]));
    let before = stdout(&node.run(&["config", "show"]));
    std::fs::write(node.dir().join("millrace.toml"), printed).unwrap();
    assert_eq!(stdout(&node.run(&["config", "show"])), before);
}

#[test]
fn mistakes_are_named() {
    let node = Node::new();
    let output = node.command(&["config", "show"]).env("MILLRACE__EDGE__LISTENN", "x").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("listenn"), "{}", stderr(&output));
    let output = node.run(&["--config", "/nowhere.toml", "config", "show"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("/nowhere.toml"), "{}", stderr(&output));
    let output = node.command(&["migrate"]).env("MILLRACE__NODE", "5000").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("over 1023"), "{}", stderr(&output));
    let mut command = node.command(&["migrate"]);
    let output = command
        .env("MILLRACE__MAIL__TRANSPORT", "smtp")
        .env("MILLRACE__MAIL__SMTP_URL", "http://me:hidden@host")
        .output()
        .unwrap();
    let text = stderr(&output);
    assert!(text.contains("mail.smtp_url") && !text.contains("hidden"), "{text}");
    let output = node.command(&["migrate"]).env("MILLRACE__MAIL__FROM", "nobody").output().unwrap();
    assert!(stderr(&output).contains("mail.from"), "{}", stderr(&output));
    assert_eq!(node.run(&["no-such-command"]).status.code(), Some(2));
    assert_eq!(node.run(&["serve", "--help"]).status.code(), Some(0));
}

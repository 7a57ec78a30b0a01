use crate::node::{Node, command_line, is_alive, kill, stderr, stdout};
use rustix::process::Signal;

#[test]
fn a_command_has_services_while_it_runs() {
    let node = Node::new();
    for _ in 0..2 {
        let output = node.run(&["migrate"]);
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert!(node.state().is_none());
    assert!(!node.home().join("services/pg/data/postmaster.pid").exists());
}

#[test]
fn a_first_start_complains_about_nothing() {
    let mut node = Node::new();
    node.serve();
    node.end(Signal::TERM);
    let log = node.log();
    assert!(!log.contains("ERROR"), "{log}");
}

#[test]
fn a_server_lends_its_services_and_stops_them() {
    let mut node = Node::new();
    node.serve();
    let (postgres, redis) = (node.service_pid("postgres"), node.service_pid("redis"));
    let output =
        node.run(&["user", "create", "--email", "boss@example.com", "--password", "correct horse battery"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("boss@example.com"));
    assert!(is_alive(postgres) && is_alive(redis), "a command that borrowed them stopped them");
    node.end(Signal::TERM);
    assert!(!is_alive(postgres) && !is_alive(redis), "left running:\n{}", node.log());
    assert!(node.state().is_none());
}

#[test]
fn what_dies_is_started_again() {
    let mut node = Node::new();
    node.serve();
    let before = (node.service_pid("postgres"), node.service_pid("redis"));
    kill(before.0, Signal::KILL);
    kill(before.1, Signal::KILL);
    node.wait_for("new services", |node| {
        node.service_pid("postgres") != before.0 && node.service_pid("redis") != before.1
    });
    let ready = |node: &Node| {
        crate::node::get(&node.ops, "/readyz?verbose", "")
            .is_some_and(|a| a.text.contains("[+] postgres") && a.text.contains("[+] redis"))
    };
    node.wait_for("answers of the new services", ready);
    node.end(Signal::INT);
    assert!(!node.log().contains("panicked"), "{}", node.log());
}

#[test]
fn a_killed_servers_services_are_taken_over() {
    let mut node = Node::new();
    node.serve();
    let before = (node.service_pid("postgres"), node.service_pid("redis"));
    node.end(Signal::KILL);
    assert!(is_alive(before.0) && is_alive(before.1));
    node.serve();
    assert_eq!((node.service_pid("postgres"), node.service_pid("redis")), before);
    node.end(Signal::TERM);
    assert!(!is_alive(before.0) && !is_alive(before.1));
}

#[test]
fn everything_killed_at_once_comes_back() {
    let mut node = Node::new();
    node.serve();
    let services = [node.service_pid("postgres"), node.service_pid("redis")];
    node.end(Signal::KILL);
    for pid in services {
        kill(pid, Signal::KILL);
    }
    node.serve();
    assert_ne!(node.service_pid("postgres"), services[0]);
    node.end(Signal::TERM);
}

#[test]
fn a_home_with_a_long_name_works() {
    let mut node = Node::new();
    let home = node.dir().join("d".repeat(100));
    node = node.with_env("MILLRACE_HOME", &home.display().to_string());
    let output = node.run(&["migrate"]);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn sockets_are_closed_to_others_and_nothing_listens_on_tcp() {
    use std::os::unix::fs::MetadataExt as _;
    let mut node = Node::new();
    node.serve();
    let run = node.home().join("services/run");
    assert_eq!(std::fs::metadata(&run).unwrap().mode() & 0o777, 0o700);
    assert!(command_line(node.service_pid("postgres")).contains("listen_addresses= "));
    assert!(node.home().join("services/redis/appendonlydir").is_dir());
}

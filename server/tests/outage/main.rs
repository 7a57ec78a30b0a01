//! What was answered is never lost and never counted twice, whichever process is killed.

mod books;
mod client;
mod harness;
mod load;

use books::Books;
use harness::Node;
use load::{Load, Outcome};
use rustix::process::Signal;
use std::time::Duration;

/// How long it may take until all that was promised is in Postgres.
const CATCH_UP: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_and_redis_killed_under_load() {
    let mut node = Node::new();
    node.serve().await;
    let load = Load::start(node.edge(), &node.links(), 1, &[]);
    go_on(&mut node, &load, 300).await;

    for (postgres, redis) in [(true, true), (false, true), (true, false), (true, true)] {
        let (services, answered) = (node.services(), load.answered());
        if redis {
            node.kill_redis();
        }
        if postgres {
            node.kill_postgres();
        }
        node.wait_for("new Postgres and Redis", CATCH_UP, async |node| {
            let (now, checks) = (node.services(), node.checks().await);
            (now.postgres != services.postgres) == postgres
                && (now.redis != services.redis) == redis
                && checks.contains("[+] postgres")
                && checks.contains("[+] redis")
        })
        .await;
        assert!(load.answered() > answered, "no redirects while services were away");
        go_on(&mut node, &load, 300).await;
    }

    let outcome = load.stop().await;
    outcome.assert_right();
    assert_eq!(outcome.broken_clicks, 0, "clicks without an answer");
    assert!(outcome.unanswered.is_empty(), "reports without an answer");
    settle(&mut node, &outcome).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again() {
    let mut node = Node::new();
    node.serve().await;
    let links = node.links();
    let mut all = Outcome::default();
    for round in 0..5 {
        let again = std::mem::take(&mut all.unanswered);
        let load = Load::start(node.edge(), &links, 10 + round, &again);
        go_on(&mut node, &load, 400).await;
        load.rush();
        go_on(&mut node, &load, 100).await;
        let services = node.services();
        node.end(Signal::KILL).await;
        all.add(load.stop().await);
        all.assert_right();

        // The services outlive the server, mostly.
        if round == 2 || round == 3 {
            node.kill_redis();
        }
        if round == 2 {
            node.kill_postgres();
        }
        if round == 3 {
            node.forget_redis();
        }
        node.serve().await;
        let now = node.services();
        assert_eq!(now.postgres == services.postgres, round != 2, "Postgres after round {round}");
        assert_eq!(now.redis == services.redis, round != 2 && round != 3, "Redis after round {round}");
    }
    settle(&mut node, &all).await;
}

/// Waits until so many more visitors were redirected.
async fn go_on(node: &mut Node, load: &Load, clicks: u64) {
    let enough = load.answered() + clicks;
    node.wait_for("answers to the load", CATCH_UP, async |_| load.answered() >= enough).await;
}

/// Waits until everything is applied, looks at all of it, and ends the server.
async fn settle(node: &mut Node, outcome: &Outcome) {
    assert!(outcome.conversions.len() > outcome.clicks.len() / 20, "too few results to say anything");
    let mut books = Books::open(node).await.unwrap();
    let since = books.now().await;
    let began = std::time::Instant::now();
    while let Some(missing) = books.missing(outcome, &since).await {
        assert!(began.elapsed() < CATCH_UP, "after {CATCH_UP:?} missing: {missing}\n{}", node.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    books.assert_exactly_once(outcome).await;
    node.end(Signal::TERM).await;
    assert!(!node.log().contains("panicked"), "{}", node.log());
    node.run(&["spool", "verify"]);
}

//! The edge listener over real sockets.

use super::*;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_util::sync::CancellationToken;

async fn exchange(addr: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn the_edge_answers_and_stops() {
    let t = TestTracker::new();
    let cancel = CancellationToken::new();
    let edge = t.tracker.serve_edge("127.0.0.1:0".parse().unwrap(), cancel.clone()).unwrap();
    let answer = exchange(
        edge.addr,
        "GET /c/live?sub1=x HTTP/1.1\r\nHost: t\r\nUser-Agent: Mozilla\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 302"), "{answer}");
    let answer = exchange(edge.addr, "GET /postback HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n").await;
    assert!(answer.contains("click_missing"), "{answer}");
    let answer = exchange(edge.addr, "GET /admin HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(exchange(edge.addr, "NONSENSE\r\n\r\n").await.starts_with("HTTP/1.1 400"));
    assert_eq!(t.events(1, &mut |_| {}), 1);
    cancel.cancel();
    let addr = edge.addr;
    tokio::task::spawn_blocking(move || edge.join()).await.unwrap();
    assert!(TcpStream::connect(addr).await.is_err());
}

/// Fewer cores, or a smaller setting: what an earlier start wrote is still there to be read.
#[tokio::test]
async fn shards_of_more_accept_loops_are_not_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let open = |edge_loops| {
        let config = TrackerConfig { edge_loops, ..config(dir.path()) };
        Tracker::open(config, Arc::new(|| START_US)).unwrap()
    };
    let numbers = |tracker: &Tracker| tracker.shards().iter().map(|s| s.0).collect::<Vec<_>>();
    let many = open(3);
    assert_eq!(numbers(&many), [0, 1, 2, 3, SHARD_S]);
    let began = many.shards()[3].1.began_with();
    assert_eq!(began, (START_US as u64 / 1_000_000) << 18);
    drop(many);
    std::fs::create_dir(dir.path().join("spool/shard-of-somebody")).unwrap();

    let few = open(1);
    assert_eq!(numbers(&few), [0, 1, 2, 3, SHARD_S]);
    assert_eq!(few.shards()[3].1.began_with(), began);
    let cancel = CancellationToken::new();
    let edge = few.serve_edge("127.0.0.1:0".parse().unwrap(), cancel.clone()).unwrap();
    cancel.cancel();
    tokio::task::spawn_blocking(move || edge.join()).await.unwrap();
}

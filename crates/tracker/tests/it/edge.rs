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

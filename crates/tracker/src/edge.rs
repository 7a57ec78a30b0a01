//! The edge listener: one thread, one runtime, one `SO_REUSEPORT` accept loop and one spool shard per core.
//!
//! A click never leaves the thread that accepted it. Clicks are answered before the router, which is for the rest.

use crate::{TrackerError, click, lane::Lane, respond, routes};
use axum::{Router, body::Body, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::{Domain, Protocol, Socket, Type};
use std::{convert::Infallible, net::SocketAddr, sync::Arc, thread::JoinHandle, time::Duration};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
const DRAIN: Duration = Duration::from_secs(10);
/// Connections of one accept loop at a time; beyond them new ones wait in the kernel.
const MAX_CONNECTIONS: usize = 20_000;

/// A running edge listener.
#[derive(Debug)]
pub struct EdgeServer {
    threads: Vec<JoinHandle<()>>,
    pub addr: SocketAddr,
}

impl EdgeServer {
    /// Waits until every accept loop has ended, which cancelling brings about.
    pub fn join(self) {
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("an accept loop panicked");
            }
        }
    }
}

pub(crate) fn serve(
    lanes: &[Arc<Lane>],
    addr: SocketAddr,
    cancel: CancellationToken,
) -> Result<EdgeServer, TrackerError> {
    let failed = |source| TrackerError::Listen { addr, source };
    let first = listen(addr).map_err(failed)?;
    let addr = first.local_addr().map_err(failed)?;
    let mut sockets = vec![first];
    for _ in 1..lanes.len() {
        sockets.push(listen(addr).map_err(failed)?);
    }
    let mut threads = Vec::new();
    for (lane, socket) in lanes.iter().cloned().zip(sockets) {
        let cancel = cancel.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(TrackerError::Thread)?;
        let thread = std::thread::Builder::new()
            .name(format!("edge-{}", lane.number))
            .spawn(move || runtime.block_on(accept_loop(lane, socket, cancel)))
            .map_err(TrackerError::Thread)?;
        threads.push(thread);
    }
    Ok(EdgeServer { threads, addr })
}

fn listen(addr: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    socket.listen(4096)?;
    Ok(socket.into())
}

async fn accept_loop(lane: Arc<Lane>, socket: std::net::TcpListener, cancel: CancellationToken) {
    let listener = match TcpListener::from_std(socket) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "accept loop cannot start"),
    };
    let router = routes::router(Arc::clone(&lane));
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = cancel.cancelled() => break,
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => accepted,
            () = tokio::time::sleep(Duration::from_millis(50)), if connections.len() >= MAX_CONNECTIONS => continue,
        };
        match accepted {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                connections.spawn(connection(
                    Arc::clone(&lane),
                    router.clone(),
                    stream,
                    peer,
                    cancel.clone(),
                ));
            }
            Err(error) => {
                // Out of file descriptors, most likely: wait for connections to end instead of spinning.
                tracing::warn!(%error, "cannot accept");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    drop(listener);
    connections.close();
    let _ = tokio::time::timeout(DRAIN, connections.wait()).await;
    lane.sync();
}

async fn connection(
    lane: Arc<Lane>,
    router: Router,
    stream: tokio::net::TcpStream,
    peer: SocketAddr,
    cancel: CancellationToken,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        let lane = Arc::clone(&lane);
        let router = router.clone();
        async move {
            if request.uri().path().starts_with("/c/") {
                return Ok::<_, Infallible>(click::handle(&lane, &request.into_parts().0, Some(peer.ip())));
            }
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = router.oneshot(request.map(Body::new)).await;
            Ok(answer.unwrap_or_else(|_| respond::not_found()))
        }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(64)
        .max_buf_size(16 * 1024);
    let serving = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    // Errors here are the visitor's: a closed tab, a broken request. They are answered or gone.
    tokio::select! {
        _ = serving.as_mut() => {}
        () = cancel.cancelled() => {
            serving.as_mut().graceful_shutdown();
            let _ = serving.await;
        }
    }
}

//! Lists as CSV files: `/admin/campaigns.csv?…` beside `/admin/campaigns?…`, with the same query.
//!
//! Rows are read as fast as they are taken, from a transaction of one moment; a file is never held as a whole. A file
//! that could not be finished ends with a broken connection, so that nobody takes it for a complete one.

use super::{
    away::{Asked, Away},
    pages,
    request::RequestId,
};
use app::ctx::{Caller, Deps};
use axum::{
    Extension, Router,
    body::{Body, Bytes},
    extract::{RawQuery, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    lists::{ALL, List},
    view::ListQuery,
};
use engine::{EngineError, reports::lists::Export};
use futures::StreamExt as _;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, mpsc},
    time::{Instant, timeout, timeout_at},
};

/// Exports at once: each holds a connection to the database while its reader takes its time.
const AT_ONCE: usize = 3;

/// Parts read ahead of the reader.
const AHEAD: usize = 2;

/// A reader that takes nothing for that long has gone away.
const STALLED: Duration = Duration::from_secs(30);

/// No export may hold the rows of one moment for longer.
const LONGEST: Duration = Duration::from_secs(15 * 60);

#[derive(Clone)]
struct Desk {
    deps: Deps,
    free: Arc<Semaphore>,
}

/// A route for every list; the gate around it says who asks.
pub fn router(deps: Deps) -> Router {
    let desk = Desk { deps, free: Arc::new(Semaphore::new(AT_ONCE)) };
    let mut router = Router::new();
    for list in ALL.iter().copied() {
        let take = move |desk: State<Desk>,
                         caller: Option<Extension<Caller>>,
                         id: Option<Extension<RequestId>>,
                         query: RawQuery| export(list, desk, caller, id, query);
        router = router.route(&format!("{}.csv", list.path), get(take));
    }
    router.with_state(desk)
}

async fn export(
    list: &'static List,
    State(mut desk): State<Desk>,
    caller: Option<Extension<Caller>>,
    id: Option<Extension<RequestId>>,
    RawQuery(query): RawQuery,
) -> Response {
    let request_id = id.map(|Extension(id)| id.0).unwrap_or_default();
    let Some(Extension(caller)) = caller else { return StatusCode::UNAUTHORIZED.into_response() };
    if !caller.role.may(list.permission) {
        return pages::not_allowed(&request_id);
    }
    let Ok(permit) = desk.free.clone().try_acquire_owned() else { return pages::busy(&request_id) };
    let query = query.unwrap_or_default();
    let bom = query.split('&').any(|pair| pair == "bom=1");
    let asked = ListQuery::parse(&query);
    // Whose file it is gets written down, also where a portal is only looked at.
    desk.deps.db = caller.person_db(&desk.deps.db);
    let ask = desk.deps.ask(&caller);
    let tracking_url = desk.deps.network.tracking_url(caller.realm);
    let begun = Export::begin(&ask, &caller.person_actor(), list, &asked, bom, &tracking_url).await;
    let export = match begun {
        Ok(export) => export,
        Err(EngineError::Forbidden(_)) => return pages::not_allowed(&request_id),
        Err(error) => {
            tracing::warn!(%error, list = list.key, "an export could not begin");
            return Asked::person(&request_id).unavailable(Away::Database);
        }
    };
    let name = format!("attachment; filename=\"{}\"", export.file_name());
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let (send, receive) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        write(export, send, list, &request_id).await;
        drop(permit);
    });
    (headers, Body::from_stream(parts(receive))).into_response()
}

/// A part of a file, or its end.
enum Part {
    Text(String),
    End,
}

/// Reads the rows for the reader. Says so at the end; whatever goes wrong ends without.
async fn write(mut export: Export, send: mpsc::Sender<Part>, list: &List, request_id: &str) {
    let until = Instant::now() + LONGEST;
    loop {
        let part = match timeout_at(until, export.next()).await {
            Ok(Ok(Some(text))) => Part::Text(text),
            Ok(Ok(None)) => Part::End,
            Ok(Err(error)) => {
                tracing::warn!(%error, request_id, list = list.key, rows = export.rows(), "an export broke off");
                return;
            }
            Err(_) => {
                tracing::warn!(request_id, list = list.key, rows = export.rows(), "an export took too long");
                return;
            }
        };
        let end = matches!(part, Part::End);
        match timeout(STALLED, send.send(part)).await {
            Ok(Ok(())) if end => {
                tracing::debug!(request_id, list = list.key, rows = export.rows(), "exported");
                return;
            }
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(_) => {
                tracing::info!(request_id, list = list.key, rows = export.rows(), "nobody takes an export");
                return;
            }
        }
    }
}

/// The file's body: an error where it ends without having said so.
fn parts(receive: mpsc::Receiver<Part>) -> impl futures::Stream<Item = Result<Bytes, io::Error>> {
    let parts = futures::stream::unfold(Some(receive), |receive| async move {
        let mut receive = receive?;
        match receive.recv().await {
            Some(Part::Text(text)) => Some((Ok(Bytes::from(text)), Some(receive))),
            Some(Part::End) => None,
            None => Some((Err(io::Error::other("the export broke off")), None)),
        }
    });
    // Whoever compresses asks again after the end.
    parts.fuse()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(parts_: Vec<Part>) -> Vec<Result<Bytes, io::ErrorKind>> {
        let (send, receive) = mpsc::channel(8);
        for part in parts_ {
            assert!(send.send(part).await.is_ok());
        }
        drop(send);
        parts(receive).map(|p| p.map_err(|e| e.kind())).collect().await
    }

    #[tokio::test]
    async fn a_file_that_broke_off_does_not_look_complete() {
        let text = || Part::Text("a\r\n".into());
        let line = || Ok(Bytes::from("a\r\n"));
        assert_eq!(read(vec![text(), Part::End]).await, [line()]);
        assert_eq!(read(vec![text()]).await, [line(), Err(io::ErrorKind::Other)]);
        assert_eq!(read(Vec::new()).await, [Err(io::ErrorKind::Other)]);
    }
}

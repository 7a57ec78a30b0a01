//! Repeating a write safely: a request with an `Idempotency-Key` has its effect once, however often it is sent.
//!
//! The answer is stored in the transaction of the effect. The same key with the same method, path and body is given
//! that answer again, with `Idempotency-Replayed: true`; with another body it is a mistake (422); while the first one
//! still runs, 409. What did not work out changed nothing and is not stored: it may be tried again with the same key.
//! Keys belong to the account, not to the API key, so that a rotation in between does no harm.

use super::{ApiDeps, auth::ApiCaller, problem::Problem};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::{
    Db, Tx,
    idempotency::{self as rows, Stored},
};

pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// How long an answer is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(48);

/// Longest key, in characters.
const LONGEST: usize = 255;

/// The answer to a write that worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    status: StatusCode,
    location: Option<String>,
    body: Vec<u8>,
}

impl Reply {
    /// 200.
    ///
    /// # Errors
    /// The value cannot be written as JSON: a mistake of ours.
    pub fn ok(value: &impl Serialize) -> Result<Self, Problem> {
        Self::new(StatusCode::OK, None, value)
    }

    /// 201, with the path of what was made.
    ///
    /// # Errors
    /// As [`Reply::ok`].
    pub fn created(location: String, value: &impl Serialize) -> Result<Self, Problem> {
        Self::new(StatusCode::CREATED, Some(location), value)
    }

    fn new(status: StatusCode, location: Option<String>, value: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| {
            tracing::error!(%error, "an answer of the API cannot be written");
            Problem::internal()
        })?;
        Ok(Self { status, location, body })
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let json = [(header::CONTENT_TYPE, "application/json")];
        let mut response = (self.status, json, self.body).into_response();
        if let Some(place) = self.location.and_then(|place| HeaderValue::from_str(&place).ok()) {
            response.headers_mut().insert(header::LOCATION, place);
        }
        response
    }
}

/// Runs `effect` once. It is given the database to use: everything its use cases commit there is committed together
/// with the stored answer. `route` is method and path (`POST /api/v1/links`). Without an `Idempotency-Key` the effect
/// simply runs.
///
/// # Errors
/// Those of `effect`; 400 for an unreadable key, 409 while another request with the key runs, 422 for the key with
/// another request.
pub async fn run<F, Fut>(
    deps: &ApiDeps,
    caller: &ApiCaller,
    headers: &HeaderMap,
    route: &str,
    body: &[u8],
    effect: F,
) -> Result<Response, Problem>
where
    F: FnOnce(Db) -> Fut,
    Fut: Future<Output = Result<Reply, Problem>>,
{
    let Some(key) = key_of(headers)? else {
        return Ok(effect(deps.db.clone()).await?.into_response());
    };
    let now = (deps.now)();
    let body_hash: [u8; 32] = Sha256::digest(body).into();
    let mut tx = deps.db.begin(caller.realm).await?;
    if !rows::lock(&mut tx, &key).await? {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "A request with this Idempotency-Key is still running; ask again in a moment for its answer.",
        )
        .code("idempotency_running")
        .header(header::RETRY_AFTER, 1_u32));
    }
    if let Some(stored) = rows::find(&mut tx, &key, now).await? {
        return replay(stored, route, &body_hash);
    }
    let (db, shared) = deps.db.share(tx)?;
    // A refusal drops the transaction, and with it everything that was done so far.
    let reply = effect(db).await?;
    let mut tx: Tx = shared.regain().await?;
    let stored = Stored {
        route: route.to_owned(),
        body_hash,
        status: reply.status.as_u16(),
        location: reply.location.clone(),
        response: reply.body.clone(),
    };
    rows::keep(&mut tx, &key, &stored, now, now + KEPT).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}

fn replay(stored: Stored, route: &str, body_hash: &[u8; 32]) -> Result<Response, Problem> {
    if stored.route != route || stored.body_hash != *body_hash {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!(
                "This Idempotency-Key was used for another request ({}); take a new one for a new write.",
                stored.route
            ),
        )
        .code("idempotency_key_reused"));
    }
    let status = StatusCode::from_u16(stored.status).map_err(|_| Problem::internal())?;
    let reply = Reply { status, location: stored.location, body: stored.response };
    let mut response = reply.into_response();
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// A structured-field string (`"8e03978e"`) or the bare text.
fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut all = headers.get_all(KEY).iter();
    let Some(value) = all.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let readable =
        !bare.is_empty() && bare.len() <= LONGEST && bare.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
    if readable && all.next().is_none() {
        Ok(Some(bare.to_owned()))
    } else {
        Err(Problem::bad_request(format!(
            "Idempotency-Key takes one text of 1 to {LONGEST} letters, digits and signs, without spaces."
        ))
        .code("idempotency_key_invalid"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&'static str]) -> Result<Option<String>, StatusCode> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(KEY, HeaderValue::from_static(value));
        }
        key_of(&headers).map_err(|problem| problem.status)
    }

    #[test]
    fn keys_may_be_quoted_and_must_be_one() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["abc-1"]), Ok(Some("abc-1".into())));
        assert_eq!(read(&["\"abc-1\""]), Ok(Some("abc-1".into())));
        for bad in [&[""][..], &["a b"], &["\"\""], &["a\"b"], &["a", "b"]] {
            assert_eq!(read(bad), Err(StatusCode::BAD_REQUEST), "{bad:?}");
        }
    }
}

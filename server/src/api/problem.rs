//! What does not work out, as RFC 9457 has it: `application/problem+json`, on every path below `/api`.

use crate::console::RequestId;
use axum::{
    body::to_bytes,
    extract::{
        Request,
        rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use engine::EngineError;
use futures::FutureExt as _;
use serde::Serialize;
use std::{borrow::Cow, panic::AssertUnwindSafe};

/// Where a problem's `type` leads; the code follows.
const TYPES: &str = "/api/docs#problem-";

/// Seconds after which asking again is worth it, where a database is away.
const RETRY_SECS: u32 = 5;

/// Longest text of somebody else's answer that becomes a detail, in bytes.
const LONGEST_TEXT: usize = 2_000;

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldProblem {
    /// JSON pointer into the body (`/destination_url`), or `?name` for a query parameter.
    pub pointer: String,
    /// A word for programs.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

/// The body of every answer with a status of 400 or more.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemBody<'a> {
    /// Leads to an explanation; the same for every problem with this code.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: &'a str,
    pub status: u16,
    /// A word for programs, such as `not_found`.
    pub code: &'a str,
    /// What is wrong this time and how to put it right.
    pub detail: &'a str,
    /// The path that was asked for.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub instance: &'a str,
    /// For support: the log has it too.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub errors: &'a [FieldProblem],
}

/// An answer that says what is wrong. Headers such as `Retry-After` go with it.
#[derive(Debug, Clone)]
pub struct Problem {
    pub status: StatusCode,
    pub code: &'static str,
    pub title: &'static str,
    pub detail: Cow<'static, str>,
    pub errors: Vec<FieldProblem>,
    pub headers: HeaderMap,
}

impl Problem {
    /// Title and code follow from the status; [`Problem::code`] sets a closer one.
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        let (code, title) = usual(status);
        Self { status, code, title, detail: detail.into(), errors: Vec::new(), headers: HeaderMap::new() }
    }

    /// A closer word for programs.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        self.headers.insert(name, value.into());
        self
    }

    /// Names a wrong field; `pointer` as [`FieldProblem::pointer`].
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        self.errors.push(FieldProblem {
            pointer: pointer.into(),
            code: code.to_owned(),
            message: message.into(),
        });
        self
    }

    /// 400: the request cannot be read.
    #[must_use]
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 400 for a query parameter.
    #[must_use]
    pub fn parameter(name: &str, message: impl Into<String>) -> Self {
        Self::bad_request("A query parameter needs another look.").code("invalid_parameter").field(
            format!("?{name}"),
            "invalid",
            message,
        )
    }

    /// 404.
    #[must_use]
    pub fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 503 with `Retry-After`: a database is away.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The database does not answer. Tracking goes on and nothing is lost; try again in a moment.",
        )
        .header(header::RETRY_AFTER, RETRY_SECS)
    }

    /// 500; what went wrong is in the log.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side. It is in the log under the request id.",
        )
    }

    fn render(&self, instance: &str, request_id: &str) -> Response {
        let body = ProblemBody {
            kind: format!("{TYPES}{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            instance,
            request_id,
            errors: &self.errors,
        };
        let json = serde_json::to_vec(&body).unwrap_or_else(|_| b"{}".to_vec());
        let mut response = (self.status, json).into_response();
        let headers = response.headers_mut();
        headers.extend(self.headers.clone());
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.render("", "");
        // `explain` writes it again, with the path and the request's id.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<EngineError> for Problem {
    fn from(e: EngineError) -> Self {
        match e {
            EngineError::Invalid(fields) => fields.0.into_iter().fold(
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Some fields need another look."),
                |problem, (field, why)| {
                    problem.field(format!("/{}", field.replace('.', "/")), "invalid", why)
                },
            ),
            EngineError::NotFound => Self::not_found("There is no such object, or this key may not see it."),
            EngineError::Forbidden(why) => Self::new(StatusCode::FORBIDDEN, why),
            EngineError::Conflict(why) => Self::new(StatusCode::CONFLICT, why),
            EngineError::Unavailable => Self::unavailable(),
            EngineError::Internal => Self::internal(),
        }
    }
}

impl From<store::StoreError> for Problem {
    fn from(e: store::StoreError) -> Self {
        EngineError::from(e).into()
    }
}

impl From<JsonRejection> for Problem {
    fn from(e: JsonRejection) -> Self {
        let problem = Self::new(e.status(), e.body_text());
        match e {
            JsonRejection::JsonDataError(_) => problem.code("invalid_body"),
            JsonRejection::JsonSyntaxError(_) => problem.code("invalid_json"),
            _ => problem,
        }
    }
}

impl From<QueryRejection> for Problem {
    fn from(e: QueryRejection) -> Self {
        Self::new(e.status(), e.body_text()).code("invalid_parameter")
    }
}

impl From<BytesRejection> for Problem {
    fn from(e: BytesRejection) -> Self {
        Self::new(e.status(), e.body_text())
    }
}

impl From<PathRejection> for Problem {
    /// What is no id of the right form names nothing.
    fn from(e: PathRejection) -> Self {
        if e.status().is_server_error() {
            tracing::error!(error = %e, "a path that no handler expects");
            return Self::internal();
        }
        Self::not_found("There is no such object: the address does not end in a readable id.")
    }
}

/// The word and the title of a status.
fn usual(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::BAD_REQUEST => ("bad_request", "The request cannot be read"),
        StatusCode::UNAUTHORIZED => ("unauthenticated", "A valid key is needed"),
        StatusCode::FORBIDDEN => ("forbidden", "Not allowed"),
        StatusCode::NOT_FOUND => ("not_found", "Not found"),
        StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", "This address does not take that method"),
        StatusCode::NOT_ACCEPTABLE => ("not_acceptable", "Not available in that form"),
        StatusCode::CONFLICT => ("conflict", "This contradicts the present state"),
        StatusCode::PAYLOAD_TOO_LARGE => ("payload_too_large", "The body is too large"),
        StatusCode::URI_TOO_LONG => ("uri_too_long", "The address is too long"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("unsupported_media_type", "The body has to be application/json")
        }
        StatusCode::UNPROCESSABLE_ENTITY => ("invalid", "Some values cannot be taken"),
        StatusCode::TOO_MANY_REQUESTS => ("rate_limited", "Too many requests"),
        StatusCode::SERVICE_UNAVAILABLE => ("unavailable", "Not available right now"),
        StatusCode::INTERNAL_SERVER_ERROR => ("internal", "Something went wrong on our side"),
        s if s.is_server_error() => ("internal", "Something went wrong on our side"),
        _ => ("bad_request", "The request cannot be answered"),
    }
}

/// What to say about a status that came without words.
fn said(status: StatusCode) -> &'static str {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => "The Allow header lists the methods that this address takes.",
        StatusCode::PAYLOAD_TOO_LARGE => "Send less at once.",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "Send JSON with Content-Type: application/json.",
        s if s.is_server_error() => "It is in the log under the request id.",
        _ => "The request was not understood; /api/docs describes what is.",
    }
}

/// Writes path and request id into problems, and makes a problem of every other answer of 400 or more.
pub async fn explain(request: Request, next: Next) -> Response {
    let instance = request.uri().path().to_owned();
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None => foreign(status, &mut response).await,
    };
    let mut answer = problem.render(&instance, &id);
    for (name, value) in response.headers() {
        let about_the_body = [
            header::CONTENT_TYPE,
            header::CONTENT_LENGTH,
            header::CONTENT_ENCODING,
            header::TRANSFER_ENCODING,
        ];
        if !about_the_body.contains(name) {
            answer.headers_mut().entry(name).or_insert(value.clone());
        }
    }
    answer
}

/// An answer of the frameworks: its text, if it has a short one, is the detail.
async fn foreign(status: StatusCode, response: &mut Response) -> Problem {
    let plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.starts_with("text/plain"));
    let text = if plain && status.is_client_error() {
        let body = std::mem::take(response.body_mut());
        to_bytes(body, LONGEST_TEXT).await.ok().and_then(|b| String::from_utf8(b.to_vec()).ok())
    } else {
        None
    };
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => Problem::new(status, text),
        None => Problem::new(status, said(status)),
    }
}

/// A handler that panicked is a problem too. The log has what it said.
pub async fn catch_panics(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            tracing::error!(request_id = %id, panic = text, "a request of the API panicked");
            Problem::internal().into_response()
        }
    }
}

//! Pages of the server itself, for when the app cannot or must not answer. They need no stylesheet and no script.

use super::{
    away::{Asked, Away},
    request::{REQUEST_ID, RequestId},
};
use askama::Template;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use futures::FutureExt as _;
use std::panic::AssertUnwindSafe;
use tower_http::csrf::{ProtectionError, ResponseForProtectionError};

/// A page that says what is wrong and offers ways out.
#[derive(Template)]
#[template(path = "problem.html")]
struct Problem<'a> {
    title: &'a str,
    message: &'a str,
    ways: &'a [Way],
    request_id: &'a str,
}

/// A link.
pub struct Way {
    pub href: &'static str,
    pub label: &'static str,
}

/// One of these pages.
pub fn page(status: StatusCode, title: &str, message: &str, ways: &[Way], request_id: &str) -> Response {
    let problem = Problem { title, message, ways, request_id };
    match problem.render() {
        Ok(html) => (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(_) => (status, title.to_owned()).into_response(),
    }
}

/// A portal that is not the asker's.
pub fn wrong_portal(home: &'static str, request_id: &str) -> Response {
    page(
        StatusCode::FORBIDDEN,
        "This is not your portal",
        "You are signed in, and this address belongs to another kind of account.",
        &[Way { href: home, label: "Go to your portal" }],
        request_id,
    )
}

/// A list that is not for the asker's role.
pub fn not_allowed(request_id: &str) -> Response {
    page(
        StatusCode::FORBIDDEN,
        "Your role does not allow this",
        "Somebody with another role can take this list. Nothing was written.",
        &[Way { href: "/", label: "Start page" }],
        request_id,
    )
}

/// As many exports as can be are under way.
pub fn busy(request_id: &str) -> Response {
    let mut response = page(
        StatusCode::SERVICE_UNAVAILABLE,
        "Others are exporting",
        "As many exports as the server takes at once are under way. Try again in a minute.",
        &[Way { href: "", label: "Try again" }],
        request_id,
    );
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
    response
}

/// Somebody else's portal is being looked at, and this is another one.
pub fn viewing(name: &str, request_id: &str) -> Response {
    page(
        StatusCode::FORBIDDEN,
        "You are viewing another portal",
        &format!(
            "You are viewing as {name}. End viewing, at the top of that portal, to come back to your own."
        ),
        &[Way { href: "/affiliate", label: "Go to the portal you are viewing" }],
        request_id,
    )
}

fn request_id(request: &Request) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

fn broken(request_id: &str) -> Response {
    page(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong on our side",
        "It is in the log under the number below. What you were doing may not have been saved; look before you try again.",
        &[Way { href: "/", label: "Start page" }],
        request_id,
    )
}

/// Answers where a handler panicked. The log has what it said.
pub async fn catch_panics(request: Request, next: Next) -> Response {
    let id = request_id(&request);
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            tracing::error!(request_id = %id, panic = text, "a request panicked");
            broken(&id)
        }
    }
}

/// Answers a request that another site made a browser send.
#[derive(Clone, Copy)]
pub struct CrossSite;

impl ResponseForProtectionError<Body> for CrossSite {
    fn response_for_protection_error(&mut self, _: ProtectionError) -> Response {
        page(
            StatusCode::FORBIDDEN,
            "This form was sent from another site",
            "Nothing was changed. Open the page here and send the form again.",
            &[Way { href: "/", label: "Start page" }],
            "",
        )
    }
}

/// What was sent is larger than this server takes: says so instead of a bare line.
pub async fn explain_too_large(request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let response = next.run(request).await;
    if response.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return response;
    }
    page(
        StatusCode::PAYLOAD_TOO_LARGE,
        "This is too large",
        "Nothing was changed. Go back, and send a smaller file or a shorter text.",
        &[Way { href: "/", label: "Start page" }],
        &id,
    )
}

/// The session layer answers with a bare 500 where it cannot save a session; that says nothing to anybody.
pub async fn explain_bare_errors(request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let response = next.run(request).await;
    let bare = response.status() == StatusCode::INTERNAL_SERVER_ERROR
        && !response.headers().contains_key(header::CONTENT_TYPE)
        && !response.headers().contains_key(REQUEST_ID);
    if bare { asked.unavailable(Away::Sessions) } else { response }
}

//! The few answers there are, and the counters that go with them.

use axum::body::Body;
use http::{
    HeaderName, HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, REFERRER_POLICY, RETRY_AFTER, SET_COOKIE},
};

/// Counters of the hot path. Handles, so that counting is one atomic addition.
pub(crate) struct Meters {
    pub(crate) clicks: metrics::Counter,
    pub(crate) uncounted: metrics::Counter,
    pub(crate) unknown: metrics::Counter,
    pub(crate) unspooled: metrics::Counter,
    pub(crate) impressions: metrics::Counter,
    pub(crate) accepted: metrics::Counter,
    pub(crate) rejected: metrics::Counter,
    pub(crate) unavailable: metrics::Counter,
}

impl Meters {
    pub(crate) fn new() -> Self {
        Self {
            clicks: metrics::counter!("millrace_clicks_total"),
            uncounted: metrics::counter!("millrace_uncounted_visits_total"),
            unknown: metrics::counter!("millrace_unknown_links_total"),
            unspooled: metrics::counter!("millrace_unspooled_clicks_total"),
            impressions: metrics::counter!("millrace_impressions_total"),
            accepted: metrics::counter!("millrace_conversion_reports_total", "outcome" => "accepted"),
            rejected: metrics::counter!("millrace_conversion_reports_total", "outcome" => "rejected"),
            unavailable: metrics::counter!("millrace_conversion_reports_total", "outcome" => "unavailable"),
        }
    }
}

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// 302 to a built destination. One that cannot stand in a header cannot happen, and would be a 404.
pub(crate) fn redirect(location: String, cookie: Option<HeaderValue>) -> Response<Body> {
    let Ok(location) = HeaderValue::from_maybe_shared(bytes::Bytes::from(location)) else {
        return not_found();
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    let headers = response.headers_mut();
    headers.reserve(6);
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, NO_STORE);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer-when-downgrade"));
    headers.insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    if let Some(cookie) = cookie {
        headers.insert(SET_COOKIE, cookie);
    }
    response
}

fn page(status: StatusCode, html: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, NO_STORE);
    headers.insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

macro_rules! small_page {
    ($title:literal, $text:literal) => {
        concat!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">",
            "<meta name=\"color-scheme\" content=\"light dark\"><title>", $title, "</title>",
            "<body style=\"font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem\"><h1 style=\"font-size:1.25rem\">",
            $title, "</h1><p>", $text, "</p>"
        )
    };
}

/// The link is unknown or stopped and the network named no other place.
pub(crate) fn not_found() -> Response<Body> {
    page(
        StatusCode::NOT_FOUND,
        small_page!(
            "This link leads nowhere",
            "It may have ended or been mistyped. Go back and try another one."
        ),
    )
}

/// The request cannot be understood.
pub(crate) fn bad_link() -> Response<Body> {
    page(
        StatusCode::BAD_REQUEST,
        small_page!("This link is damaged", "The address it should lead to is not a web address."),
    )
}

pub(crate) fn too_long() -> Response<Body> {
    page(StatusCode::URI_TOO_LONG, small_page!("This link is too long", "It has more than 8,192 characters."))
}

pub(crate) fn method_not_allowed(allow: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(http::header::ALLOW, HeaderValue::from_static(allow));
    response
}

/// A transparent GIF of one pixel.
const GIF: &[u8; 43] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

pub(crate) fn gif() -> Response<Body> {
    let mut response = Response::new(Body::from(&GIF[..]));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("image/gif"));
    headers.insert(CACHE_CONTROL, NO_STORE);
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

pub(crate) fn json(status: StatusCode, body: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, NO_STORE);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

//! What the console answers while Redis or Postgres is away: what is missing, what goes on, and when to ask again; to
//! a page as a page, to the browser's code as an error that it can read.

use super::{pages, request::RequestId};
use app::{
    error::{AppError, ErrorCode},
    session::NO_DATABASE,
};
use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Seconds after which asking again is worth it.
const RETRY: HeaderValue = HeaderValue::from_static("5");

/// Which service does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Away {
    /// Redis, which keeps the sessions.
    Sessions,
    /// Postgres.
    Database,
}

impl Away {
    /// Two sentences: what is away, and what goes on without it.
    fn says(self) -> &'static str {
        match self {
            Self::Sessions => {
                "The portals need Redis, which keeps the sessions, and it does not answer. Tracking goes on: links \
                 redirect, postbacks and pixels are taken and kept, and the API answers its keys. Sessions \
                 last: once Redis is back with its data, this address opens as before."
            }
            Self::Database => {
                "The portals need Postgres, the database, and it does not answer. Tracking goes on: links redirect, \
                 and every click and conversion is kept and will appear once the database is back. Try again in a \
                 moment."
            }
        }
    }
}

/// Who has to understand the answer to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// A person in front of a page, or of a form that was sent without scripts.
    Person,
    /// A person who wants to sign in.
    SigningIn,
    /// The browser's code, calling a server function.
    Script,
    /// The browser, opening the stream of live updates: it tries again by itself.
    Stream,
}

/// What the answer needs to know of a request.
#[derive(Debug, Clone)]
pub struct Asked {
    request_id: String,
    reader: Reader,
}

impl Asked {
    pub fn of(request: &Request) -> Self {
        let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let wants_html = || {
            let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok());
            request.method() == Method::POST && accept.is_some_and(|v| v.contains("text/html"))
        };
        let reader = match request.uri().path() {
            "/login" | "/login/code" | "/" => Reader::SigningIn,
            "/live" => Reader::Stream,
            path if path.starts_with("/fn/") && !wants_html() => Reader::Script,
            _ => Reader::Person,
        };
        Self { request_id, reader }
    }

    /// A person in front of a page, whose request had that id.
    pub fn person(request_id: &str) -> Self {
        Self { request_id: request_id.to_owned(), reader: Reader::Person }
    }

    /// 503, for whoever asked.
    pub fn unavailable(&self, away: Away) -> Response {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let mut response = match self.reader {
            Reader::Person => self.page("The portal is not available right now", away.says()),
            Reader::SigningIn => {
                self.page("Signing in is not available right now", &format!("{NO_DATABASE} {}", away.says()))
            }
            Reader::Script => {
                let mut error = AppError::new(ErrorCode::Unavailable, away.says());
                error.request_id = Some(self.request_id.clone()).filter(|id| !id.is_empty());
                (status, Json(error)).into_response()
            }
            Reader::Stream => (status, away.says()).into_response(),
        };
        response.headers_mut().insert(header::RETRY_AFTER, RETRY);
        response
    }

    fn page(&self, title: &str, message: &str) -> Response {
        let again = [pages::Way { href: "", label: "Try again" }];
        pages::page(StatusCode::SERVICE_UNAVAILABLE, title, message, &again, &self.request_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn reader(method: &str, path: &str, accept: &str) -> Reader {
        let request =
            Request::builder().method(method).uri(path).header("accept", accept).body(Body::empty()).unwrap();
        Asked::of(&request).reader
    }

    #[test]
    fn everybody_is_answered_in_their_own_language() {
        let html = "text/html,application/xhtml+xml";
        assert_eq!(reader("GET", "/admin/links", html), Reader::Person);
        assert_eq!(reader("GET", "/admin/links.csv", "*/*"), Reader::Person);
        assert_eq!(reader("POST", "/fn/save_profile", html), Reader::Person);
        assert_eq!(reader("POST", "/fn/save_profile", "application/json"), Reader::Script);
        assert_eq!(reader("POST", "/fn/me", "application/postcard"), Reader::Script);
        assert_eq!(reader("GET", "/live", "text/event-stream"), Reader::Stream);
        assert_eq!(reader("GET", "/login?next=/admin", html), Reader::SigningIn);
    }

    #[test]
    fn answers_name_what_is_missing_and_say_when_to_ask_again() {
        for (away, name) in [(Away::Sessions, "Redis"), (Away::Database, "Postgres")] {
            assert!(away.says().contains(name) && away.says().contains("Tracking goes on"));
        }
        let request = Request::builder().method("POST").uri("/fn/me").body(Body::empty()).unwrap();
        let response = Asked::of(&request).unavailable(Away::Sessions);
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "5");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    }
}

//! The page that shows a new key once, for forms that were sent without JavaScript.

use app::api_keys::OneTime;
use askama::Template;
use axum::{
    extract::Request,
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use domain::view::ShownKey;

#[derive(Template)]
#[template(path = "one_time.html")]
struct Page<'a> {
    key: &'a ShownKey,
    list: &'a str,
}

/// Answers a form with a page where a server function left a key; scripts read it from the function's own answer.
pub async fn show(mut request: Request, next: Next) -> Response {
    let accepts_html = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("text/html"));
    if request.method() != Method::POST || !accepts_html {
        return next.run(request).await;
    }
    let slot = OneTime::default();
    request.extensions_mut().insert(slot.clone());
    let response = next.run(request).await;
    let Some((key, list)) = slot.take() else { return response };
    match (Page { key: &key, list: &list }).render() {
        Ok(html) => (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page of a new key cannot be rendered");
            response
        }
    }
}

//! `/api/v1/openapi.json`, and `/api/docs`: the same for people, without a script and without any other server.

mod example;
mod model;

use crate::api::{ApiDeps, V1};
use askama::Template;
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Redirect},
    routing::get,
};
use model::{Group, Object, Paragraph, Piece, Term};
use serde_json::Value;
use std::sync::{Arc, OnceLock};
use utoipa::openapi::OpenApi;

/// How long a browser may keep the description, in seconds: it changes with the version of the server.
const KEPT: &str = "public, max-age=300";

#[derive(Template)]
#[template(path = "api_docs.html")]
struct Page {
    title: String,
    about: Vec<Paragraph>,
    server: String,
    groups: Vec<Group>,
    objects: Vec<Object>,
    problems: Vec<Term>,
}

/// The description as text, and the page once it was asked for.
struct Docs {
    json: String,
    page: OnceLock<String>,
}

impl Docs {
    fn page(&self, console_url: &str) -> &str {
        self.page.get_or_init(|| {
            let api: Value = serde_json::from_str(&self.json).unwrap_or_default();
            page(&api, console_url).render().unwrap_or_else(|error| {
                tracing::error!(%error, "the description of the API cannot be shown");
                String::new()
            })
        })
    }
}

fn page(api: &Value, server: &str) -> Page {
    let text = |pointer: &str| api.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    Page {
        title: text("/info/title").to_owned(),
        about: model::paragraphs(text("/info/description")),
        server: server.to_owned(),
        groups: model::groups(api, server),
        objects: model::objects(api),
        problems: model::problems(),
    }
}

pub fn router(description: OpenApi) -> Router<ApiDeps> {
    // Always readable: what cannot be printed does not pass the tests.
    let json = description.to_pretty_json().unwrap_or_default();
    let docs = Arc::new(Docs { json, page: OnceLock::new() });
    let shown = Arc::clone(&docs);
    Router::new()
        .route(
            &format!("{V1}/openapi.json"),
            get(move || async move {
                let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, KEPT)];
                (headers, docs.json.clone()).into_response()
            }),
        )
        .route(
            "/api/docs",
            get(move |State(deps): State<ApiDeps>| async move {
                let kind = "text/html; charset=utf-8";
                let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, KEPT)];
                (headers, shown.page(&deps.console_url).to_owned()).into_response()
            }),
        )
        .route("/api/docs/", get(|| async { Redirect::permanent("/api/docs") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_and_object_is_shown() {
        let json = crate::api::resources::description().to_json().unwrap();
        let api: Value = serde_json::from_str(&json).unwrap();
        let html = page(&api, "https://network.example").render().unwrap();
        let paths = api["paths"].as_object().unwrap();
        for (path, operations) in paths {
            for (method, operation) in operations.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(html.contains(&format!("id=\"{id}\"")), "{method} {path}");
                assert!(html.contains(operation["summary"].as_str().unwrap()), "{id}");
            }
        }
        for name in api["components"]["schemas"].as_object().unwrap().keys() {
            assert!(html.contains(&format!("id=\"{name}\"")), "{name}");
        }
        assert!(!html.contains("<script") && !html.contains("undefined"));
        // Whatever is linked to on the page is on the page.
        for link in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(html.contains(&format!("id=\"{link}\"")), "{link} leads nowhere");
        }
    }
}

//! What stands for the network on its pages: the stylesheet with its accent, its logo, and the logo's upload.
//!
//! Anybody may fetch the first two, so they pass through none of the portals' layers. Their addresses change with what
//! they hold; asked for without that, they are checked again each time.

use app::ctx::{Caller, Deps};
use axum::{
    Extension, Router,
    extract::{Multipart, RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::access::Permission;
use engine::{EngineError, network::brand};

/// Where the form of the logo is.
const PAGE: &str = "/admin/settings/brand";

/// `/brand/logo` and `/brand/theme.css`.
pub fn router(deps: Deps) -> Router {
    Router::new().route("/brand/logo", get(logo)).route("/brand/theme.css", get(theme)).with_state(deps)
}

/// `POST /admin/settings/logo`. Behind the gate, which has sent away who is not of the network.
pub fn upload(deps: Deps) -> Router {
    Router::new().route("/admin/settings/logo", post(keep_logo)).with_state(deps)
}

/// Headers of what is fetched: cached by its digest, and never taken for anything but what it is.
fn headers(media_type: &'static str, digest: &str, query: Option<String>) -> [(HeaderName, HeaderValue); 5] {
    let named = query.is_some_and(|q| q.strip_prefix("v=") == Some(digest));
    let caching = if named { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    let tag = HeaderValue::from_str(&format!("\"{digest}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
        (header::ETAG, tag),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ]
}

/// The browser has it already.
fn known(asked: &HeaderMap, digest: &str) -> bool {
    asked
        .get(header::IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains(&format!("\"{digest}\"")))
}

async fn logo(State(deps): State<Deps>, RawQuery(query): RawQuery, asked: HeaderMap) -> Response {
    let picture = match brand::logo(&deps.db).await {
        Ok(Some(picture)) => picture,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let media_type = match picture.media_type.as_str() {
        "image/png" => "image/png",
        "image/jpeg" => "image/jpeg",
        _ => "image/webp",
    };
    let headers = headers(media_type, &picture.digest, query);
    if known(&asked, &picture.digest) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, picture.content).into_response()
}

async fn theme(State(deps): State<Deps>, RawQuery(query): RawQuery, asked: HeaderMap) -> Response {
    // Right after a start nothing is known yet; then the database is asked.
    if let Err(error) = deps.network.refresh(&deps.db).await {
        tracing::debug!(%error, "the colours are those of the last look");
    }
    let palette = deps.network.face().palette;
    let css = palette.map(domain::colour::Palette::css).unwrap_or_default();
    let digits = |c: domain::colour::Colour| c.to_string().trim_start_matches('#').to_owned();
    let digest = palette
        .map_or_else(|| "own".to_owned(), |p| format!("{}{}", digits(p.light.accent), digits(p.dark.accent)));
    let headers = headers("text/css; charset=utf-8", &digest, query);
    if known(&asked, &digest) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, css).into_response()
}

/// Takes the form and goes back to its page, which says what came of it.
async fn keep_logo(
    State(deps): State<Deps>,
    caller: Option<Extension<Caller>>,
    mut form: Multipart,
) -> Response {
    let allowed = |c: &Caller| c.role.may(Permission::ManageSettings) && !c.must_set_up;
    let Some(Extension(caller)) = caller.filter(|c| allowed(c)) else {
        return (StatusCode::FORBIDDEN, "Your role does not allow this.\n").into_response();
    };
    let mut content = Vec::new();
    while let Ok(Some(mut field)) = form.next_field().await {
        if field.name() != Some("logo") {
            continue;
        }
        while let Ok(Some(part)) = field.chunk().await {
            content.extend_from_slice(&part);
            if content.len() > brand::LOGO_MAX {
                return back("problem=size");
            }
        }
    }
    if content.is_empty() {
        return back("problem=none");
    }
    let db = caller.db(&deps.db);
    match brand::set_logo(&db, &caller.actor(), content, (deps.now)()).await {
        Ok(()) => {
            let _ = deps.network.refresh(&deps.db).await;
            back("done=logo")
        }
        Err(EngineError::Invalid(_)) => back("problem=type"),
        Err(EngineError::Forbidden(why)) => (StatusCode::FORBIDDEN, why).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn back(what: &str) -> Response {
    Redirect::to(&format!("{PAGE}?{what}")).into_response()
}

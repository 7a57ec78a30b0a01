//! Asks a signed-in person for the password, or a code, before something that a stolen session must not be able to do.
//!
//! A server function says so with a header. Then the form that was sent is kept in the session, sealed; the browser is
//! sent to `/confirm-it`, and once the person has confirmed, the form is carried out as it was. No script is needed.

use super::headers;
use app::{
    ctx::{Caller, Deps, STEP_UP},
    session::{known_theme, safe_next},
};
use askama::Template;
use axum::{
    Extension, Form, RequestExt as _,
    body::{Body, Bytes, to_bytes},
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use engine::signin::{self, Proof, SignInError, SignedIn, two_step};
use leptos::prelude::provide_context;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// Where people confirm.
pub const PATH: &str = "/confirm-it";

/// The largest form that is kept.
const LARGEST: usize = 64 * 1024;
/// How long it is kept.
const KEPT_MS: i64 = 10 * 60 * 1000;
/// Its key in the session.
const HELD: &str = "held";

/// What the pages here need.
#[derive(Clone)]
pub struct Confirm {
    pub deps: Deps,
    pub https: bool,
}

/// A form that waits.
#[derive(Serialize, Deserialize)]
struct Held {
    path: String,
    body: String,
    /// The address of the page with the form.
    referer: String,
    at_ms: i64,
}

/// Keeps the form of an answer that asks for confirmation, and sends the browser to the page that does.
pub async fn keep(State(confirm): State<Confirm>, request: Request, next: Next) -> Response {
    let may_need = request.extensions().get::<Caller>().is_some_and(|c| !c.stepped_up);
    if !may_need || !is_plain_form(request.method(), request.uri(), request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let held = Held {
        path: parts.uri.path().to_owned(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
        referer: own_referer(&parts.headers).unwrap_or_default(),
        at_ms: (confirm.deps.now)().timestamp_millis(),
    };
    let session = parts.extensions.get::<Session>().cloned();
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    let Some(session) = session.filter(|_| response.headers().contains_key(STEP_UP)) else {
        return response;
    };
    match serde_json::to_vec(&held) {
        Ok(plain) => {
            let sealed = confirm.deps.sealer.seal(HELD, &plain, &(confirm.deps.secret)());
            match session.insert(HELD, sealed).await {
                Ok(()) => Redirect::to(PATH).into_response(),
                Err(_) => response,
            }
        }
        Err(_) => response,
    }
}

/// A form sent by a browser itself, for a server function.
fn is_plain_form(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    let says = |name, what: &str| {
        headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).is_some_and(|v| v.contains(what))
    };
    method == Method::POST
        && uri.path().starts_with("/fn/")
        && says(header::ACCEPT, "text/html")
        && says(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

/// The page that the request came from, if it is one of ours.
pub fn own_referer(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok());
    let (referer, host) = (text(header::REFERER)?, text(header::HOST)?);
    let uri: Uri = referer.parse().ok()?;
    (uri.authority()?.as_str() == host).then(|| referer.to_owned())
}

/// The path and query of an address.
fn path_of(address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    safe_next(uri.path_and_query()?.as_str()).map(str::to_owned)
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct Page<'a> {
    theme: &'a str,
    email: &'a str,
    two_step: bool,
    held: bool,
    next: &'a str,
    back: &'a str,
    wrong: &'a str,
}

#[derive(Deserialize)]
pub struct Wish {
    #[serde(default)]
    next: String,
}

/// The page.
pub async fn show(
    State(confirm): State<Confirm>,
    session: Session,
    caller: Option<Extension<Caller>>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Response {
    let Some(Extension(caller)) = caller else { return Redirect::to("/login").into_response() };
    page(&confirm, &session, &caller, &wish.next, "", &headers).await
}

async fn page(
    confirm: &Confirm,
    session: &Session,
    caller: &Caller,
    next: &str,
    wrong: &str,
    headers: &HeaderMap,
) -> Response {
    let held = held(confirm, session).await;
    let home = caller.role.portal().home();
    let back = held.as_ref().and_then(|h| path_of(&h.referer));
    let back = back.as_deref().or_else(|| safe_next(next)).unwrap_or(home);
    let two_step = two_step::status(&confirm.deps.db, caller.user).await.is_ok_and(|s| s.since.is_some());
    let theme = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("theme="));
    let page = Page {
        theme: known_theme(theme.unwrap_or_default()),
        email: &caller.email,
        two_step,
        held: held.is_some(),
        next: safe_next(next).unwrap_or_default(),
        back,
        wrong,
    };
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn held(confirm: &Confirm, session: &Session) -> Option<Held> {
    let sealed = session.get::<Vec<u8>>(HELD).await.ok()??;
    let held: Held = serde_json::from_slice(&confirm.deps.sealer.open(HELD, &sealed)?).ok()?;
    let age = (confirm.deps.now)().timestamp_millis() - held.at_ms;
    (age < KEPT_MS).then_some(held)
}

#[derive(Deserialize)]
pub struct Answer {
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// Checks what was given, then carries out the form that waits.
pub async fn prove(
    State(confirm): State<Confirm>,
    session: Session,
    caller: Option<Extension<Caller>>,
    request: Request,
) -> Response {
    let Some(Extension(caller)) = caller else { return Redirect::to("/login").into_response() };
    let (parts, body) = request.into_parts();
    let form = Request::from_parts(parts.clone(), body);
    let Ok(Form(answer)) = form.extract::<Form<Answer>, _>().await else {
        return Redirect::to(PATH).into_response();
    };
    if let Err(error) = check(&confirm, &caller, &answer).await {
        let wrong = match error {
            SignInError::Wrong => "That is not right. Try again.",
            SignInError::TooMany { .. } => app::session::SLOW_DOWN,
            SignInError::Unavailable => app::session::NO_DATABASE,
        };
        return page(&confirm, &session, &caller, &answer.next, wrong, &parts.headers).await;
    }
    let held = held(&confirm, &session).await;
    let _ = session.remove_value(HELD).await;
    let Some(held) = held else {
        let next = safe_next(&answer.next).unwrap_or_else(|| caller.role.portal().home());
        return Redirect::to(next).into_response();
    };
    let Ok(uri) = held.path.parse::<Uri>() else { return Redirect::to("/").into_response() };
    let mut again = Request::new(Body::from(Bytes::from(held.body)));
    *again.method_mut() = Method::POST;
    *again.uri_mut() = uri;
    *again.headers_mut() = parts.headers;
    again.headers_mut().remove(header::CONTENT_LENGTH);
    if let Ok(referer) = HeaderValue::from_str(&held.referer) {
        again.headers_mut().insert(header::REFERER, referer);
    }
    *again.extensions_mut() = parts.extensions;
    again.extensions_mut().insert(Caller { stepped_up: true, ..caller });
    let Confirm { deps, https } = confirm;
    let context = move || {
        provide_context(deps.clone());
        headers::allow_own_scripts(https);
    };
    leptos_axum::handle_server_fns_with_context(context, again).await.into_response()
}

async fn check(confirm: &Confirm, caller: &Caller, answer: &Answer) -> Result<(), SignInError> {
    let deps = &confirm.deps;
    let now = (deps.now)();
    let person = SignedIn {
        user: caller.user,
        email: caller.email.clone(),
        name: caller.name.clone(),
        role: caller.role,
        realm: caller.realm,
        time_zone: caller.tz.clone(),
        period: None,
        epoch: 0,
    };
    let proof = if answer.code.trim().is_empty() {
        Proof::Password(&answer.password)
    } else {
        Proof::Code(&answer.code)
    };
    let (db, limiter, sealer) = (&deps.db, &deps.limiter, &deps.sealer);
    signin::step_up(db, limiter, sealer, &person, caller.session, proof, caller.ip, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_ways_back() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("net.example:3000"));
        for (referer, ours) in [
            ("http://net.example:3000/admin/team?page=2", true),
            ("https://net.example:3000/admin", true),
            ("http://evil.example/admin", false),
            ("http://net.example:3000.evil.example/", false),
            ("/admin", false),
            ("nonsense", false),
        ] {
            headers.insert(header::REFERER, HeaderValue::from_static(referer));
            assert_eq!(own_referer(&headers).is_some(), ours, "{referer}");
        }
        assert_eq!(path_of("http://h/admin?x=1").as_deref(), Some("/admin?x=1"));
        assert_eq!(path_of("http://h//evil.example").as_deref(), None);
    }
}

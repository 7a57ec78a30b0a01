//! The server's half: what the session holds, and how it is begun and ended.

use super::{AppError, THEME_COOKIE, known_theme};
use crate::{
    ctx::{Caller, ClientIp, Deps, SessionUser, fail, redirect, writing_deps},
    error::ErrorCode,
};
use axum::Extension;
use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::UserId;
use engine::reports::live::{self, Frame};
use engine::signin::{
    self, FirstStep, SignInError, SignedIn,
    sessions::{self, Origin},
};
use http::{HeaderName, header, request::Parts};
use leptos::prelude::use_context;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// The theme of the request's cookie.
#[must_use]
pub fn theme_of_request() -> &'static str {
    let parts = use_context::<Parts>();
    let word = parts.as_ref().and_then(|p| {
        p.headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(THEME_COOKIE)?.strip_prefix('='))
    });
    known_theme(word.unwrap_or_default())
}

/// What the network calls itself.
pub fn network_name(deps: &Deps) -> String {
    let name = deps.network.face().name.clone();
    if name.is_empty() { "Millrace".to_owned() } else { name }
}

/// Counts for the navigation and the bell. A failure costs the counts, not the page.
pub async fn frame(deps: &Deps, caller: &Caller) -> Frame {
    match live::frame(&deps.db, &deps.pulses, caller.realm, caller.role, caller.user).await {
        Ok(frame) => frame,
        Err(e) => {
            tracing::warn!(error = %e, "no counts for the frame of a page");
            Frame::default()
        }
    }
}

/// The browser's session.
///
/// # Errors
/// There is no session layer: a mistake of ours.
pub async fn current() -> Result<Session, AppError> {
    leptos_axum::extract::<Session>().await.map_err(|_| crate::ctx::internal("no session layer"))
}

/// The session store does not answer.
#[must_use]
pub fn session_failed(e: tower_sessions::session::Error) -> AppError {
    tracing::warn!(error = %e, "session store failed");
    fail(AppError::new(
        ErrorCode::Unavailable,
        "Redis, which keeps the sessions, does not answer. Tracking goes on and nothing is lost; try again in a minute.",
    ))
}

/// Where the request comes from.
#[must_use]
pub fn origin() -> Origin {
    let Some(parts) = use_context::<Parts>() else { return Origin::default() };
    let text = |name| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    Origin {
        ip: parts.extensions.get::<ClientIp>().and_then(|ip| ip.0),
        user_agent: text(header::USER_AGENT).unwrap_or_default(),
        request_id: text(HeaderName::from_static("x-request-id")),
    }
}

/// Checks the pair. `Some`: signed in, and the portal begins there; `None`: a code has to follow.
pub async fn sign_in(email: &str, password: &str, next: &str) -> Result<Option<&'static str>, AppError> {
    let deps = writing_deps()?;
    let (from, now) = (origin(), (deps.now)());
    let done = signin::sign_in(&deps.db, &deps.limiter, email, password, from.ip, now).await;
    let first = done.map_err(|e| {
        let mut error = refusal(&e, super::WRONG_PAIR);
        error.values.insert("email".to_owned(), email.to_owned());
        fail(error)
    })?;
    match first {
        FirstStep::Done(who) => begin_session(&who, false).await.map(Some),
        FirstStep::NeedsCode(who) => {
            let pending = Pending {
                user: who.user,
                epoch: who.epoch,
                at: now,
                tries: 0,
                next: super::safe_next(next).unwrap_or_default().to_owned(),
            };
            let session = fresh_session().await?;
            session.insert(Pending::KEY, pending).await.map_err(session_failed)?;
            Ok(None)
        }
    }
}

/// Somebody whose password was right, and whose code is waited for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pending {
    user: UserId,
    epoch: i32,
    at: DateTime<Utc>,
    tries: u8,
    next: String,
}

impl Pending {
    const KEY: &'static str = "pending";
    /// Wrong codes before the password is asked for again.
    const TRIES: u8 = 5;
    /// How long a code is waited for.
    const PATIENCE: TimeDelta = TimeDelta::minutes(10);
}

/// Who has given a password and not yet a code.
pub async fn pending() -> Result<Option<Pending>, AppError> {
    let now = (writing_deps()?.now)();
    let found = current().await?.get::<Pending>(Pending::KEY).await.map_err(session_failed)?;
    Ok(found.filter(|p| now - p.at < Pending::PATIENCE && p.tries < Pending::TRIES))
}

/// Checks the code; answers where the portal begins and where the person wanted to go.
pub async fn second_step(code: &str) -> Result<(&'static str, String), AppError> {
    let deps = writing_deps()?;
    let Some(mut pending) = pending().await? else {
        redirect("/login?late=1");
        return Err(fail(AppError::new(ErrorCode::SignedOut, super::TOO_LATE)));
    };
    let ip = origin().ip;
    let done = signin::second_step(
        &deps.db,
        &deps.limiter,
        &deps.sealer,
        pending.user,
        pending.epoch,
        code,
        ip,
        (deps.now)(),
    );
    match done.await {
        Ok(who) => Ok((begin_session(&who, true).await?, pending.next)),
        Err(e) => {
            pending.tries += 1;
            current().await?.insert(Pending::KEY, pending).await.map_err(session_failed)?;
            Err(fail(refusal(&e, super::WRONG_CODE)))
        }
    }
}

/// Binds a session to somebody whose password, and code where there is one, were right. Answers where the portal begins.
///
/// # Errors
/// `Unavailable` when database or session store do not answer.
pub async fn begin_session(who: &SignedIn, two_step: bool) -> Result<&'static str, AppError> {
    let deps = writing_deps()?;
    let now = (deps.now)();
    let before = leptos_axum::extract::<Extension<Caller>>().await.ok();
    if let Some(Extension(caller)) = before {
        sessions::sign_out(&deps.db, &caller.person_actor(), caller.user, caller.session, now).await?;
    }
    let session = fresh_session().await?;
    let id =
        sessions::open(&deps.db, who, &origin(), two_step, deps.session_idle, now, (deps.chance)()).await;
    let id = id.map_err(|e| fail(refusal(&e, super::WRONG_PAIR)))?;
    let user = SessionUser { user: who.user, session: id };
    session.insert(SessionUser::KEY, user).await.map_err(session_failed)?;
    Ok(who.role.portal().home())
}

/// The browser's session, emptied and under a new id: what somebody else put into it, or the id that somebody else
/// knows, is worth nothing.
async fn fresh_session() -> Result<Session, AppError> {
    let session = current().await?;
    session.clear().await;
    session.cycle_id().await.map_err(session_failed)?;
    Ok(session)
}

/// Ends the session in the database and in the browser.
pub async fn sign_out() -> Result<(), AppError> {
    let deps = writing_deps()?;
    if let Ok(Extension(caller)) = leptos_axum::extract::<Extension<Caller>>().await {
        let now = (deps.now)();
        let done =
            sessions::sign_out(&deps.db, &caller.person_actor(), caller.user, caller.session, now).await;
        if let Err(error) = done {
            tracing::warn!(%error, "a session could not be put down as ended");
        }
    }
    current().await?.flush().await.map_err(session_failed)
}

/// What the page says.
fn refusal(e: &SignInError, wrong: &str) -> AppError {
    match e {
        SignInError::TooMany { .. } => AppError::new(ErrorCode::TooMany, super::SLOW_DOWN),
        SignInError::Unavailable => AppError::new(ErrorCode::Unavailable, super::NO_DATABASE),
        SignInError::Wrong => AppError::new(ErrorCode::Invalid, wrong),
    }
}

//! What server functions get from the server around them. Compiled on the server only.

use crate::error::{AppError, ErrorCode};
use axum::Extension;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Permission, Realm, Role},
    ids::{SessionId, UserId},
    period::{local_time, utc_time},
    view::{AdminOverview, TimeView},
};
use engine::{
    EngineError,
    error::READ_ONLY,
    network::{Shared, domains::Prober},
    reports::{Ask, live::Pulses},
    signin::{Limiter, Sealer},
    together::Together,
};
use http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr, sync::Arc};
use store::db::Db;

/// Everything outside a request; the server provides it with `provide_context`. Cheap to clone.
#[derive(Clone)]
pub struct Deps {
    pub db: Db,
    /// The one clock.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// 32 random bits, for new ids.
    pub chance: Arc<dyn Fn() -> u32 + Send + Sync>,
    /// 32 bytes nobody can guess, for tokens, keys and salts.
    pub secret: Arc<dyn Fn() -> [u8; 32] + Send + Sync>,
    /// Counts failed sign-ins.
    pub limiter: Arc<Limiter>,
    /// Seals secrets that have to be read again.
    pub sealer: Sealer,
    /// A session ends that long after its last use.
    pub session_idle: TimeDelta,
    /// The network's own face, and the hosts its links begin with.
    pub network: Arc<Shared>,
    /// Looks at tracking domains from outside.
    pub prober: Arc<dyn Prober>,
    /// Overviews of the network that are being read.
    pub overviews: Arc<Together<Result<AdminOverview, EngineError>>>,
    /// Counts of the network that are being read.
    pub pulses: Arc<Pulses>,
    /// Where tracked links begin for the caller, such as `https://go.example.com`; without a slash at the end.
    pub tracking_url: String,
    /// Where people reach the portals, such as `https://network.example.com`; without a slash at the end.
    pub console_url: String,
}

impl fmt::Debug for Deps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deps").field("tracking_url", &self.tracking_url).finish_non_exhaustive()
    }
}

impl Deps {
    /// The time, in milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        (self.now)().timestamp_millis()
    }

    /// A moment for a reader in `tz`.
    #[must_use]
    pub fn time(&self, at: DateTime<Utc>, tz: &str) -> TimeView {
        let ms = at.timestamp_millis();
        TimeView { utc: utc_time(ms), local: local_time(ms, tz) }
    }

    /// What reports want to know about a request.
    #[must_use]
    pub fn ask<'a>(&'a self, caller: &'a Caller) -> Ask<'a> {
        Ask { db: &self.db, realm: caller.realm, tz: &caller.tz, period: "", now: (self.now)() }
    }

    /// [`Deps::ask`] for a page with a picker of periods: opened without one, it shows the period that the person last
    /// chose, and says so in its address. Files, actions on rows and pages without a picker mean what they say.
    #[must_use]
    pub fn ask_for_page<'a>(&'a self, caller: &'a Caller) -> Ask<'a> {
        Ask { period: caller.period.as_deref().unwrap_or_default(), ..self.ask(caller) }
    }
}

/// Who asks. The console's middleware puts it into the extensions of every request with a valid session.
#[derive(Debug, Clone)]
pub struct Caller {
    pub user: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub realm: Realm,
    /// IANA time zone in which this person reads times.
    pub tz: String,
    /// Word of the period that this person last chose; none while another's portal is looked at.
    pub period: Option<String>,
    pub ip: Option<IpAddr>,
    pub request_id: String,
    pub session: SessionId,
    /// Whose portal is only being looked at. Then `role` and `realm` are those of that portal, `user` stays the person.
    pub viewing: Option<Viewing>,
    /// The person proved with a password or a code to be there, not long ago.
    pub stepped_up: bool,
    /// The network asks for two-step sign-in and this person has yet to set it up; until then nothing else is allowed.
    pub must_set_up: bool,
}

/// Somebody else's portal, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewing {
    /// The affiliate's name.
    pub name: String,
    /// Where one came from.
    pub back: String,
    /// When it ends by itself.
    pub until: DateTime<Utc>,
}

impl Caller {
    /// The database as this request may use it: what is only looked at cannot be changed.
    #[must_use]
    pub fn db(&self, db: &Db) -> Db {
        let db = self.person_db(db);
        if self.viewing.is_some() { db.read_only() } else { db }
    }

    /// The database asked by this person, for what is done for the person and not for the portal that is shown.
    #[must_use]
    pub fn person_db(&self, db: &Db) -> Db {
        db.asked_by(self.user)
    }

    /// The person itself as the author of a change, also while it looks at another's portal.
    #[must_use]
    pub fn person_actor(&self) -> Actor {
        Actor { realm: if self.viewing.is_some() { Realm::Network } else { self.realm }, ..self.actor() }
    }

    /// For audit rows.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            user: Some(self.user),
            name: self.email.clone(),
            realm: self.realm,
            ip: self.ip,
            request_id: Some(self.request_id.clone()),
        }
    }
}

/// The visitor's address, as far as trusted proxies tell. In the extensions of every console request.
#[derive(Debug, Clone, Copy)]
pub struct ClientIp(pub Option<IpAddr>);

/// What a session holds. Everything about it is in the database, where it can be listed and ended; the middleware looks
/// on every request.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SessionUser {
    pub user: UserId,
    pub session: SessionId,
}

impl SessionUser {
    /// Its key in the session.
    pub const KEY: &'static str = "user";
}

/// What the server provided, with the database as the caller may use it.
///
/// # Errors
/// The server forgot to: a mistake of ours.
pub fn deps() -> Result<Deps, AppError> {
    let mut deps = writing_deps()?;
    if let Some(caller) = use_context::<Parts>().as_ref().and_then(|p| p.extensions.get::<Caller>()) {
        deps.db = caller.db(&deps.db);
        deps.tracking_url = deps.network.tracking_url(caller.realm);
    }
    Ok(deps)
}

/// [`deps`] for the few things that are done for the person and not for the portal that is shown, such as signing out.
///
/// # Errors
/// As [`deps`].
pub(crate) fn writing_deps() -> Result<Deps, AppError> {
    use_context::<Deps>().ok_or_else(|| internal("no Deps in context"))
}

/// Logs a mistake of ours and hides it.
#[must_use]
pub fn internal(why: &str) -> AppError {
    tracing::error!(why, "internal error");
    fail(AppError::new(
        ErrorCode::Internal,
        "Something went wrong on our side. It is in the log; please try again.",
    ))
}

/// Who asks.
///
/// # Errors
/// [`ErrorCode::SignedOut`].
pub async fn caller() -> Result<Caller, AppError> {
    leptos_axum::extract::<Extension<Caller>>()
        .await
        .map(|Extension(caller)| caller)
        .map_err(|_| fail(AppError::new(ErrorCode::SignedOut, "You are signed out. Sign in and try again.")))
}

/// Who asks, if that person may do it. The first line of every server function.
///
/// # Errors
/// [`ErrorCode::SignedOut`] or [`ErrorCode::Forbidden`].
pub async fn require(what: Permission) -> Result<Caller, AppError> {
    let caller = caller().await?;
    if caller.must_set_up {
        Err(fail(AppError::new(ErrorCode::Forbidden, SET_UP_FIRST)))
    } else if caller.role.may(what) {
        Ok(caller)
    } else {
        Err(fail(AppError::new(ErrorCode::Forbidden, "Your role does not allow this.")))
    }
}

const SET_UP_FIRST: &str = "Your network requires two-step sign-in. Set it up under Security first.";

/// [`require`] for what a stolen session must not be able to do: the person has to have given a password or a code
/// within the last ten minutes. The form that gets this error is sent once more as a plain post, which the server
/// answers with a page that asks, and then carries out.
///
/// # Errors
/// Those of [`require`], and [`ErrorCode::StepUp`].
pub async fn require_recent(what: Permission) -> Result<Caller, AppError> {
    recent(require(what).await?)
}

/// The person itself, whatever the role: for pages about one's own account. Not while another portal is looked at.
///
/// # Errors
/// [`ErrorCode::SignedOut`], [`ErrorCode::Forbidden`].
pub async fn myself() -> Result<Caller, AppError> {
    let caller = caller().await?;
    match &caller.viewing {
        Some(viewing) => Err(fail(AppError::new(
            ErrorCode::Forbidden,
            format!("You are viewing as {}; this page belongs to the person itself.", viewing.name),
        ))),
        None => Ok(caller),
    }
}

/// [`myself`], who has to have given a password or a code within the last ten minutes.
///
/// # Errors
/// Those of [`myself`], and [`ErrorCode::StepUp`].
pub async fn myself_recent() -> Result<Caller, AppError> {
    recent(myself().await?)
}

fn recent(caller: Caller) -> Result<Caller, AppError> {
    if caller.stepped_up {
        return Ok(caller);
    }
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(STEP_UP, HeaderValue::from_static("1"));
    }
    Err(fail(AppError::new(ErrorCode::StepUp, "Confirm that it is you, then send the form again.")))
}

/// Header of an answer that asks for [`ErrorCode::StepUp`].
pub const STEP_UP: HeaderName = HeaderName::from_static("x-step-up");

/// Gives an error its request id and the answer its status.
#[must_use]
pub fn fail(mut error: AppError) -> AppError {
    let parts = use_context::<Parts>();
    if error.request_id.is_none() {
        error.request_id = parts.as_ref().and_then(|p| {
            p.extensions
                .get::<Caller>()
                .map(|c| c.request_id.clone())
                .or_else(|| p.headers.get("x-request-id").and_then(|v| v.to_str().ok()).map(str::to_owned))
        });
    }
    // A form sent without JavaScript is answered with a redirect that carries the error; its status must stay. So
    // does that of a page whose address carries a broken error: the page itself is fine.
    let method = parts.as_ref().map(|p| p.method.clone());
    let broken_address = error.code == ErrorCode::Invalid && method == Some(http::Method::GET);
    let plain_form = parts.is_some_and(|p| {
        p.method == http::Method::POST
            && p.headers
                .get(header::ACCEPT)
                .and_then(|v| v.to_str().ok())
                .is_some_and(|v| v.contains("text/html"))
    });
    if !plain_form
        && !broken_address
        && let Some(response) = use_context::<ResponseOptions>()
        && let Ok(status) = StatusCode::from_u16(error.code.status())
    {
        response.set_status(status);
    }
    error
}

/// Why nothing was changed, naming whose portal it is.
fn viewing_only() -> String {
    let parts = use_context::<Parts>();
    let caller = parts.as_ref().and_then(|p| p.extensions.get::<Caller>());
    match caller.and_then(|c| c.viewing.as_ref()) {
        Some(viewing) => format!("You are viewing as {}; nothing can be changed.", viewing.name),
        None => READ_ONLY.to_owned(),
    }
}

/// Sends the browser there. A path with anything but printable ASCII is ignored.
pub fn redirect(path: &str) {
    if path.starts_with('/') && path.bytes().all(|b| b.is_ascii_graphic()) {
        leptos_axum::redirect(path);
    }
}

impl From<EngineError> for AppError {
    fn from(e: EngineError) -> Self {
        let error = match e {
            EngineError::Invalid(fields) => {
                let mut error = Self::new(ErrorCode::Invalid, "Some fields need another look.");
                error.fields = fields.0.into_iter().map(|(name, why)| (name.to_owned(), why)).collect();
                error
            }
            EngineError::NotFound => Self::not_found(),
            EngineError::Forbidden(why) if why == READ_ONLY => {
                Self::new(ErrorCode::Forbidden, viewing_only())
            }
            EngineError::Forbidden(why) => Self::new(ErrorCode::Forbidden, why),
            EngineError::Conflict(why) => Self::new(ErrorCode::Conflict, why),
            EngineError::Unavailable => Self::new(
                ErrorCode::Unavailable,
                "The database does not answer. Tracking goes on and nothing is lost; try again in a moment.",
            ),
            EngineError::Internal => Self::new(
                ErrorCode::Internal,
                "Something went wrong on our side. It is in the log; please try again.",
            ),
        };
        fail(error)
    }
}

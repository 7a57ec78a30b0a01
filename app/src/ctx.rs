//! What server functions get from the server around them. Compiled on the server only.

use crate::error::{AppError, ErrorCode};
use axum::Extension;
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Permission, Realm, Role},
    ids::UserId,
};
use engine::{EngineError, reports::Ask, signin::Limiter};
use http::{StatusCode, header, request::Parts};
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
    /// Counts failed sign-ins.
    pub limiter: Arc<Limiter>,
    /// Where tracked links begin, such as `https://go.example.com`; without a slash at the end.
    pub tracking_url: String,
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

    /// What reports want to know about a request.
    #[must_use]
    pub fn ask<'a>(&'a self, caller: &'a Caller) -> Ask<'a> {
        Ask { db: &self.db, realm: caller.realm, tz: &caller.tz, now: (self.now)() }
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
    pub ip: Option<IpAddr>,
    pub request_id: String,
}

impl Caller {
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

/// What a session holds. The middleware checks user and epoch against the database on every request.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SessionUser {
    pub user: UserId,
    /// Grows when all sessions of the user are revoked, as a new password does.
    pub epoch: i32,
    /// For the absolute end of the session.
    pub signed_in_ms: i64,
}

impl SessionUser {
    /// Its key in the session.
    pub const KEY: &'static str = "user";
}

/// What the server provided.
///
/// # Errors
/// The server forgot to: a mistake of ours.
pub fn deps() -> Result<Deps, AppError> {
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
    if caller.role.may(what) {
        Ok(caller)
    } else {
        Err(fail(AppError::new(ErrorCode::Forbidden, "Your role does not allow this.")))
    }
}

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

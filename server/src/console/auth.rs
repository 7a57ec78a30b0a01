//! Who asks, and whether the portal is theirs.
//!
//! Every request with a session is checked against the database: a person who was disabled or whose sessions were
//! ended is out at once. Server functions under `/fn` are let through to check by themselves, with a status that the
//! browser code understands.

use super::{
    away::{Asked, Away},
    confirm, pages,
    request::RequestId,
};
use crate::{clock, config::Config};
use app::{
    ctx::{Caller, ClientIp, SessionUser, Viewing},
    session::safe_next,
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Portal, Realm, Role};
use engine::signin::sessions::{self, Live};
use std::{fmt::Write as _, net::IpAddr};
use store::{Db, sessions::RedisSessionStore};
use tower_sessions::Session;

/// How often a busy session is written, so that it does not count as idle.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(5);

/// Key of the time a session was last written.
const SEEN: &str = "seen";

/// Where two-step sign-in is set up.
const SECURITY: &str = "/admin/account/security";

/// A page that is only left open listens here; that does not keep its session from ending.
const LIVE: &str = "/live";

const PORTALS: [Portal; 4] = [Portal::Admin, Portal::Affiliate, Portal::Advertiser, Portal::Buyer];

/// What the middleware needs.
#[derive(Clone)]
pub struct Gate {
    db: Db,
    sessions: RedisSessionStore,
    idle: TimeDelta,
    touch_every: TimeDelta,
}

impl Gate {
    pub fn new(db: Db, sessions: RedisSessionStore, config: &Config) -> Self {
        let idle = TimeDelta::minutes(config.console.session_idle_minutes);
        Self { db, sessions, idle, touch_every: TOUCH_EVERY.min(idle / 4) }
    }
}

/// Puts the caller into the request, or sends the browser where it can become one.
pub async fn gate(State(gate): State<Gate>, session: Session, mut request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let path = request.uri().path().to_owned();
    let path = path.as_str();
    let portal = PORTALS.into_iter().find(|portal| is_below(path, portal.home()));
    let is_login = path == "/login" || path == "/login/code";
    let ip = request.extensions().get::<ClientIp>().and_then(|ip| ip.0);
    let caller = match identify(&gate, &session, ip, &request_id, path != LIVE).await {
        Ok(caller) => caller,
        // The rest of the site works without knowing anybody; signing in does not.
        Err(_) if portal.is_none() && !needs_session(path) => None,
        Err(Unknown(away)) => return asked.unavailable(away),
    };
    // Whoever has no session yet is told before a password is typed in vain.
    if is_login
        && caller.is_none()
        && let Err(error) = gate.sessions.ping().await
    {
        tracing::warn!(%error, "the session store does not answer");
        return asked.unavailable(Away::Sessions);
    }
    match (portal, &caller) {
        (Some(_), None) => return to_login(&request),
        (Some(portal), Some(caller)) if caller.role.portal() != portal => {
            return match &caller.viewing {
                Some(viewing) => pages::viewing(&viewing.name, &request_id),
                None => pages::wrong_portal(caller.role.portal().home(), &request_id),
            };
        }
        (Some(_), Some(caller)) if caller.must_set_up && path != SECURITY => {
            return Redirect::to(SECURITY).into_response();
        }
        // The start page has nothing of its own, and who is signed in has no use for the login page.
        (None, Some(caller)) if (is_login || path == "/") && request.method() == Method::GET => {
            return Redirect::to(caller.role.portal().home()).into_response();
        }
        (None, None) if path == "/" => return Redirect::to("/login").into_response(),
        _ => {}
    }
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}

/// Whether an address outside the portals is nothing without a session.
fn needs_session(path: &str) -> bool {
    matches!(path, "/" | "/login" | "/login/code" | LIVE | confirm::PATH) || path.starts_with("/fn/")
}

/// A service does not say who it is.
struct Unknown(Away);

async fn identify(
    gate: &Gate,
    session: &Session,
    ip: Option<IpAddr>,
    request_id: &str,
    in_use: bool,
) -> Result<Option<Caller>, Unknown> {
    let stored = session.get::<SessionUser>(SessionUser::KEY).await;
    let user = match stored {
        Ok(Some(user)) => user,
        Ok(None) => return Ok(None),
        Err(tower_sessions::session::Error::SerdeJson(error)) => {
            tracing::warn!(%error, "a session in a form we do not know is ignored");
            return Ok(None);
        }
        Err(error) => {
            tracing::warn!(%error, "the session store does not answer");
            return Err(Unknown(Away::Sessions));
        }
    };
    let now = clock::now();
    let found = sessions::live(&gate.db, user.session, user.user, now).await.map_err(|error| {
        tracing::warn!(%error, "cannot look up who is signed in");
        Unknown(Away::Database)
    })?;
    let Some(live) = found else {
        // Ended elsewhere, or by time: the cookie is worth nothing, whoever has it.
        let _ = session.flush().await;
        return Ok(None);
    };
    if in_use && now - live.last_seen_at > gate.touch_every {
        // Written with the answer, and the time until it counts as idle begins anew.
        let _ = session.insert(SEEN, now.timestamp_millis()).await;
        if let Err(error) = sessions::touch(&gate.db, &live, ip, gate.idle, now).await {
            tracing::warn!(%error, "cannot note that a session is in use");
        }
    }
    Ok(Some(caller(live, ip, request_id, now)))
}

/// The person, or while another's portal is looked at, that portal's view of things.
fn caller(live: Live, ip: Option<IpAddr>, request_id: &str, now: DateTime<Utc>) -> Caller {
    let stepped_up = live.is_recent(now);
    let person = live.person;
    let (role, realm) = match &live.viewing {
        Some(viewing) => (Role::Affiliate, Realm::Affiliate(viewing.affiliate)),
        None => (person.role, person.realm),
    };
    // Another's portal is shown as it is for its own people.
    let period = person.period.filter(|_| live.viewing.is_none());
    let viewing = live.viewing.map(|viewing| Viewing {
        back: format!("/admin/affiliates/{}", viewing.affiliate),
        name: viewing.name,
        until: viewing.until,
    });
    Caller {
        user: person.user,
        email: person.email,
        name: person.name,
        role,
        realm,
        tz: person.time_zone,
        period,
        ip,
        request_id: request_id.to_owned(),
        session: live.session,
        viewing,
        stepped_up,
        must_set_up: live.must_set_up,
    }
}

/// To the login page, and back here afterwards where coming back makes sense.
fn to_login(request: &Request) -> Response {
    let here = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let back = safe_next(here).filter(|_| request.method() == Method::GET);
    let target = match back {
        Some(here) => format!("/login?next={}", encode(here)),
        None => "/login".to_owned(),
    };
    match HeaderValue::from_str(&target) {
        Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
        Err(_) => Redirect::to("/login").into_response(),
    }
}

/// `path` is `home` or something below it.
fn is_below(path: &str, home: &str) -> bool {
    path.strip_prefix(home).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// As a value in a query.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portals_are_whole_words() {
        assert!(is_below("/admin", "/admin"));
        assert!(is_below("/admin/links", "/admin"));
        assert!(!is_below("/administrator", "/admin"));
    }

    #[test]
    fn the_way_back_survives_a_query() {
        assert_eq!(encode("/admin/links?page=2&q=a b"), "/admin/links%3Fpage%3D2%26q%3Da%20b");
    }
}

//! Who asks: `Authorization: Bearer mr_live_…`, and nothing else. A key in the query is not even looked at: addresses
//! end up in logs.
//!
//! A text that cannot be a key is refused by its checksum, without the database. Failures are counted for each
//! address, requests for each key.

use super::{
    ApiDeps,
    limit::{self, Limits},
    problem::Problem,
};
use crate::console::RequestId;
use app::ctx::ClientIp;
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{
    access::{Actor, Realm},
    api_key::{KeyText, Scopes},
    ids::KeyId,
    rate::Verdict,
};
use engine::api_keys::{self, Refusal};
use std::net::IpAddr;

pub use domain::api_key::Scope;

/// Whoever holds a valid key.
#[derive(Debug, Clone)]
pub struct ApiCaller {
    pub key: KeyId,
    /// What the key is called.
    pub name: String,
    /// Whose rows it sees; [`store::Db::begin`] takes it.
    pub realm: Realm,
    pub scopes: Scopes,
    pub ip: Option<IpAddr>,
    pub request_id: String,
}

impl ApiCaller {
    /// Refuses a key without that scope. The first line of every handler.
    ///
    /// # Errors
    /// 403 that names the scope.
    pub fn need(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.has(scope) {
            return Ok(());
        }
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
        let mut problem = Problem::new(
            StatusCode::FORBIDDEN,
            format!("This key does not have the scope {scope}. Create one that has it, under API keys."),
        )
        .code("insufficient_scope");
        if let Ok(value) = HeaderValue::from_str(&challenge) {
            problem.headers.insert(header::WWW_AUTHENTICATE, value);
        }
        Err(problem)
    }

    /// For audit rows: the key acts, not the person who created it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            user: None,
            name: format!("{} ({})", self.key, self.name),
            realm: self.realm,
            ip: self.ip,
            request_id: Some(self.request_id.clone()),
        }
    }
}

/// The key of the request, for handlers.
#[derive(Debug, Clone)]
pub struct Key(pub ApiCaller);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<ApiCaller>().cloned().map(Self).ok_or_else(nobody)
    }
}

/// Lets a request through if it carries a valid key that has not used up its allowance.
pub async fn authenticate(State(deps): State<ApiDeps>, mut request: Request, next: Next) -> Response {
    let ip = request.extensions().get::<ClientIp>().and_then(|ip| ip.0);
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let (caller, verdict) = match admit(&deps, request.headers(), ip, request_id).await {
        Ok(admitted) => admitted,
        Err(problem) => return problem.into_response(),
    };
    request.extensions_mut().insert(caller);
    let mut response = next.run(request).await;
    limit::headers("key", deps.limits.requests, verdict, response.headers_mut());
    response
}

async fn admit(
    deps: &ApiDeps,
    headers: &HeaderMap,
    ip: Option<IpAddr>,
    request_id: String,
) -> Result<(ApiCaller, Verdict), Problem> {
    let now = (deps.now)();
    let Limits { requests, failures } = deps.limits;
    let Some(given) = bearer(headers)? else { return Err(nobody()) };
    let address = format!("fail:{}", address(ip));
    let failed = async |problem: Problem| {
        let verdict = deps.limiter.take(&address, failures, now).await;
        if verdict.allowed { problem } else { too_many_failures(deps, verdict) }
    };
    let Ok(key) = KeyText::parse(given) else {
        return Err(failed(wrong("This is no key: its form or its checksum is wrong.")).await);
    };
    let before = deps.limiter.look(&address, failures, now).await;
    if !before.allowed {
        return Err(too_many_failures(deps, before));
    }
    let known = match api_keys::authenticate(&deps.db, &key, ip, now).await? {
        Ok(known) => known,
        Err(refusal) => return Err(failed(refused(refusal)).await),
    };
    let verdict = deps.limiter.take(&format!("key:{}", known.key.0), requests, now).await;
    if !verdict.allowed {
        return Err(limit::exceeded("key", requests, verdict, "This key may ask less often"));
    }
    let caller = ApiCaller {
        key: known.key,
        name: known.name,
        realm: known.realm,
        scopes: known.scopes,
        ip,
        request_id,
    };
    Ok((caller, verdict))
}

/// What follows `Bearer`; `None` if there is no `Authorization`.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = all.next() else { return Ok(None) };
    let unreadable = || wrong("Send one header: Authorization: Bearer mr_live_….");
    if all.next().is_some() {
        return Err(unreadable());
    }
    let (scheme, key) =
        value.to_str().ok().and_then(|text| text.trim().split_once(' ')).ok_or_else(unreadable)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Some(key.trim())) } else { Err(unreadable()) }
}

/// 401: no key at all.
fn nobody() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "Send a key: Authorization: Bearer mr_live_…. Keys are made in the portal, under API keys.",
    )
    .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"millrace\""))
}

/// 401: a key that is none.
fn wrong(detail: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, detail).code("invalid_key").header(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer realm=\"millrace\", error=\"invalid_token\""),
    )
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Unknown => wrong("There is no such key."),
        Refusal::Expired => wrong("This key has expired; create another.").code("key_expired"),
        Refusal::Revoked => wrong("This key was revoked; create another.").code("key_revoked"),
        Refusal::WrongAddress => Problem::new(
            StatusCode::FORBIDDEN,
            "This key is not allowed from this address; add the address to its list.",
        )
        .code("address_not_allowed"),
        Refusal::AccountClosed => {
            Problem::new(StatusCode::FORBIDDEN, "The account of this key is closed.").code("account_closed")
        }
        Refusal::SwitchedOff => {
            Problem::new(StatusCode::FORBIDDEN, "This network does not offer its API to affiliates.")
                .code("api_switched_off")
        }
        Refusal::CreatorDisabled => Problem::new(
            StatusCode::FORBIDDEN,
            "Whoever created this key can no longer sign in; somebody else has to rotate it.",
        )
        .code("creator_disabled"),
    }
}

fn too_many_failures(deps: &ApiDeps, verdict: Verdict) -> Problem {
    limit::exceeded(
        "failures",
        deps.limits.failures,
        verdict,
        "Too many requests without a valid key came from this address",
    )
}

/// What counts as one address: an IPv6 subscriber has a whole /64.
fn address(ip: Option<IpAddr>) -> String {
    match ip.map(|ip| ip.to_canonical()) {
        Some(IpAddr::V6(v6)) => {
            format!("{}", std::net::Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)))
        }
        Some(v4) => v4.to_string(),
        None => "unknown".into(),
    }
}

//! The REST API below `/api`: keys instead of sessions, problem+json for whatever does not work out.
//!
//! Layers of a request, outermost first: answers that are no problem+json are made one, panics caught, the largest
//! body, and on every known route the key, its limit and the headers that tell of it. A handler takes [`auth::Key`],
//! names the scope it needs, and works in the realm of the key.

// A problem is the exception, and is moved a few times at most.
#![allow(clippy::result_large_err)]

pub mod auth;
pub mod extract;
pub mod idempotency;
pub mod limit;
pub mod problem;
pub mod resources;
#[cfg(test)]
mod tests;

use axum::{Router, extract::DefaultBodyLimit, middleware, routing::any};
use chrono::{DateTime, Utc};
use engine::{network::Shared, rate::RateLimiter};
use limit::Limits;
use problem::Problem;
use std::{fmt, sync::Arc};
use store::Db;
use tower_http::limit::RequestBodyLimitLayer;
use utoipa_axum::router::OpenApiRouter;

/// Where the routes of this version begin.
pub const V1: &str = "/api/v1";

/// Everything outside a request. Cheap to clone.
#[derive(Clone)]
pub struct ApiDeps {
    pub db: Db,
    /// The one clock.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// 32 random bits, for new ids.
    pub chance: Arc<dyn Fn() -> u32 + Send + Sync>,
    /// Counts requests of keys and failures of addresses.
    pub limiter: Arc<RateLimiter>,
    pub limits: Limits,
    /// The hosts that tracked links begin with.
    pub network: Arc<Shared>,
    /// Where the portals and the API are reached; without a slash at the end.
    pub console_url: String,
    /// Largest body, in bytes.
    pub body_limit: usize,
}

impl fmt::Debug for ApiDeps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiDeps").field("console_url", &self.console_url).finish_non_exhaustive()
    }
}

/// The routes below `/api`.
pub fn router(deps: ApiDeps) -> Router {
    let (keyed, description) = OpenApiRouter::new().nest(V1, resources::router()).split_for_parts();
    layered(keyed, resources::public(description), deps)
}

fn layered(keyed: Router<ApiDeps>, public: Router<ApiDeps>, deps: ApiDeps) -> Router {
    let body_limit = deps.body_limit;
    // Only what exists asks for a key: an unknown path is a 404 with or without one.
    let keyed = keyed.route_layer(middleware::from_fn_with_state(deps.clone(), auth::authenticate));
    Router::new()
        .merge(keyed)
        .merge(public)
        .route("/api", any(unknown))
        .route("/api/{*rest}", any(unknown))
        .with_state(deps)
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(RequestBodyLimitLayer::new(body_limit))
        .layer(middleware::from_fn(problem::catch_panics))
        .layer(middleware::from_fn(problem::explain))
}

async fn unknown() -> Problem {
    Problem::not_found("There is no such address in this API; /api/docs lists those there are.")
}

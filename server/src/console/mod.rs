//! The console port: portals, server functions, files, and the tracking routes beside them.
//!
//! Layers of a portal request, outermost first: request id and log, panics caught, security headers, compression, the
//! largest body, cross-site refusal, session, who it is and whether that portal is theirs, fresh proof where it is
//! needed. The API shares those down to compression; it has keys instead of sessions, so that no cookie is looked at
//! and no other site can use one. Tracking routes and files pass through none of them: they know no session and are
//! answered by visitors from anywhere.

mod auth;
mod away;
mod brand;
mod chart_csv;
mod chosen;
mod confirm;
mod export;
mod files;
mod headers;
mod listen;
mod live;
mod one_time;
mod pages;
mod request;

pub use listen::serve;
pub use request::RequestId;

use crate::{
    api::{self, ApiDeps, limit::Limits},
    clock,
    config::Config,
};
use app::{ctx::Deps, pieces::Files};
use auth::Gate;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware,
    routing::get,
};
use chrono::TimeDelta;
use confirm::Confirm;
use engine::{
    network::Shared,
    rate::RateLimiter,
    signin::{Limiter, Sealer},
};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes as _, generate_route_list_with_exclusions};
use live::Live;
use providers::probe::NetProber;
use request::Proxies;
use std::sync::Arc;
use store::{Db, limits::RedisLimits, sessions::RedisSessionStore};
use tokio_util::sync::CancellationToken;
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate as _},
    },
    csrf::CsrfLayer,
    limit::RequestBodyLimitLayer,
};
use tower_sessions::{
    Expiry, SessionManagerLayer, cookie::SameSite, cookie::time::Duration as CookieDuration,
};
use tracker::Tracker;

/// Everything on the console port, and its copy of the network's face, which somebody has to [`Shared::run`].
pub fn router(
    config: &Config,
    db: Db,
    sessions: RedisSessionStore,
    limits: RedisLimits,
    tracker: &Tracker,
    sealer: Sealer,
    stop: CancellationToken,
) -> (Router, Arc<Shared>) {
    let network = Arc::new(Shared::new(&config.edge.public_url));
    let deps = Deps {
        db: db.clone(),
        now: clock::clock(),
        chance: Arc::new(clock::chance),
        secret: Arc::new(clock::secret),
        limiter: Arc::new(Limiter::default()),
        sealer,
        session_idle: TimeDelta::minutes(config.console.session_idle_minutes),
        network: Arc::clone(&network),
        prober: Arc::new(NetProber::new()),
        overviews: Arc::default(),
        pulses: Arc::default(),
        tracking_url: config.edge.public_url.clone(),
        console_url: config.console.public_url.clone(),
    };
    let api = ApiDeps {
        db: db.clone(),
        now: clock::clock(),
        chance: Arc::new(clock::chance),
        limiter: Arc::new(RateLimiter::new(Some(limits))),
        limits: Limits::per_minute(config.api.requests_per_minute, config.api.failures_per_minute),
        network: Arc::clone(&network),
        console_url: config.console.public_url.clone(),
        body_limit: config.console.body_limit_kb * 1024,
    };
    let proxies = Proxies::new(config.edge.trusted_proxies.clone());
    let live = Router::new().route("/live", get(live::live)).with_state(Live::start(db.clone(), stop));
    let downloads = chart_csv::router(deps.clone())
        .merge(brand::upload(deps.clone()))
        .merge(export::router(deps.clone()));
    let brand = brand::router(deps.clone());
    let choices = deps.clone();
    let confirm = Confirm { deps: deps.clone(), https: config.is_https() };
    let portals = portals(deps, files::pieces(&config.site.root), config.is_https())
        .route(confirm::PATH, get(confirm::show).post(confirm::prove).with_state(confirm.clone()))
        .layer(middleware::from_fn(one_time::show))
        .merge(live)
        .merge(downloads)
        .layer(middleware::from_fn_with_state(confirm, confirm::keep))
        .layer(middleware::from_fn_with_state(choices, chosen::remember))
        .layer(middleware::from_fn_with_state(Gate::new(db, sessions.clone(), config), auth::gate))
        .layer(session_layer(config, sessions))
        .layer(middleware::from_fn(pages::explain_bare_errors))
        .layer(CsrfLayer::new().with_rejection_response(pages::CrossSite))
        .layer(DefaultBodyLimit::max(config.console.body_limit_kb * 1024))
        .layer(RequestBodyLimitLayer::new(config.console.body_limit_kb * 1024))
        .layer(middleware::from_fn(pages::explain_too_large))
        .merge(api::router(api))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::SSE)))
        .layer(middleware::from_fn_with_state(config.is_https(), headers::security))
        .layer(middleware::from_fn(pages::catch_panics))
        .layer(middleware::from_fn_with_state(proxies, request::identify));
    let all = tracker.router().merge(files::router(&config.site.root)).merge(brand).merge(portals);
    (all, network)
}

/// The app's pages and server functions. Unknown paths are the app's too: it has the page for them.
fn portals(deps: Deps, pieces: Files, https: bool) -> Router {
    let options = LeptosOptions::builder().output_name("millrace").site_pkg_dir("pkg").build();
    let context = move || {
        provide_context(deps.clone());
        provide_context(pieces.clone());
        headers::allow_own_scripts(https);
    };
    let render = leptos_axum::render_app_async_with_context(context.clone(), app::shell);
    let unknown = move |request: Request| async move {
        let mut response = render(request).await;
        if response.status() == StatusCode::OK {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        response
    };
    Router::new()
        .leptos_routes_with_context(
            &options,
            generate_route_list_with_exclusions(app::App, Some(vec!["/".to_owned()])),
            context,
            app::shell,
        )
        .fallback(unknown)
        .with_state(options)
}

/// `__Host-` cookies exist over TLS only.
fn session_layer(config: &Config, sessions: RedisSessionStore) -> SessionManagerLayer<RedisSessionStore> {
    let name = if config.is_https() { "__Host-sid" } else { "sid" };
    SessionManagerLayer::new(sessions)
        .with_name(name)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(config.is_https())
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(CookieDuration::minutes(config.console.session_idle_minutes)))
}

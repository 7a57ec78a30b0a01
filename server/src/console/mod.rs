//! The console port: portals, server functions, files, and the tracking routes beside them.
//!
//! Layers of a portal request, outermost first: request id and log, panics caught, security headers, compression, the
//! largest body, cross-site refusal, session, who it is and whether that portal is theirs. Tracking routes and files
//! pass through none of them: they know no session and are answered by visitors from anywhere.

mod auth;
mod files;
mod headers;
mod pages;
mod request;

use crate::{clock, config::Config};
use app::ctx::Deps;
use auth::Gate;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware,
};
use engine::signin::Limiter;
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes as _, generate_route_list_with_exclusions};
use request::Proxies;
use std::sync::Arc;
use store::{Db, sessions::RedisSessionStore};
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

/// Everything on the console port.
pub fn router(config: &Config, db: Db, sessions: RedisSessionStore, tracker: &Tracker) -> Router {
    let deps = Deps {
        db: db.clone(),
        now: clock::clock(),
        chance: Arc::new(clock::chance),
        limiter: Arc::new(Limiter::default()),
        tracking_url: config.edge.public_url.clone(),
    };
    let proxies = Proxies::new(config.edge.trusted_proxies.clone());
    let portals = portals(deps)
        .layer(middleware::from_fn_with_state(Gate::new(db, config), auth::gate))
        .layer(session_layer(config, sessions))
        .layer(middleware::from_fn(pages::explain_bare_errors))
        .layer(CsrfLayer::new().with_rejection_response(pages::CrossSite))
        .layer(DefaultBodyLimit::max(config.console.body_limit_kb * 1024))
        .layer(RequestBodyLimitLayer::new(config.console.body_limit_kb * 1024))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::SSE)))
        .layer(middleware::from_fn_with_state(config.is_https(), headers::security))
        .layer(middleware::from_fn(pages::catch_panics))
        .layer(middleware::from_fn_with_state(proxies, request::identify));
    tracker.router().merge(files::router(&config.site.root)).merge(portals)
}

/// The app's pages and server functions. Unknown paths are the app's too: it has the page for them.
fn portals(deps: Deps) -> Router {
    let options = LeptosOptions::builder().output_name("millrace").site_pkg_dir("pkg").build();
    let context = move || provide_context(deps.clone());
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    let render = leptos_axum::render_app_async_with_context(context.clone(), shell.clone());
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
            shell,
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

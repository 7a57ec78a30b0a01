//! The routes of the hot path as an axum router.

use crate::{click, conversion, lane::Lane, pixel, visitor};
use axum::{Router, body::Body, extract::State, routing::any};
use http::{Request, Response};
use std::sync::Arc;

pub(crate) fn router(lane: Arc<Lane>) -> Router {
    Router::new()
        .route("/c/{code}", any(on_click))
        .route("/i/{code}", any(on_impression))
        .route("/postback", any(on_postback))
        .route("/px", any(on_pixel))
        .with_state(lane)
}

async fn on_click(State(lane): State<Arc<Lane>>, request: Request<Body>) -> Response<Body> {
    let parts = request.into_parts().0;
    click::handle(&lane, &parts, visitor::peer(&parts))
}

async fn on_impression(State(lane): State<Arc<Lane>>, request: Request<Body>) -> Response<Body> {
    pixel::impression(&lane, &request.into_parts().0)
}

async fn on_postback(State(lane): State<Arc<Lane>>, request: Request<Body>) -> Response<Body> {
    conversion::postback(&lane, request).await
}

async fn on_pixel(State(lane): State<Arc<Lane>>, request: Request<Body>) -> Response<Body> {
    conversion::pixel(&lane, &request.into_parts().0).await
}

//! The objects of the API, one file each, and their description.
//!
//! What a reader must not see is decided where an object is made from its row (`of`), by the realm of the key; which
//! rows there are, by row-level security.

mod access;
mod advertisers;
mod affiliates;
mod audit;
mod campaigns;
mod clicks;
mod conversions;
mod decisions;
mod description;
mod docs;
mod goals;
mod input;
mod ledger;
mod links;
mod me;
mod reports;
pub mod schema;

pub use description::description;

use super::ApiDeps;
use axum::Router;
use utoipa::{IntoParams, openapi::OpenApi};
use utoipa_axum::router::OpenApiRouter;

/// Everything below `/api/v1` that asks for a key.
pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new()
        .merge(me::router())
        .merge(campaigns::router())
        .merge(goals::router())
        .merge(access::router())
        .merge(links::router())
        .merge(affiliates::router())
        .merge(advertisers::router())
        .merge(conversions::router())
        .merge(decisions::router())
        .merge(clicks::router())
        .merge(reports::router())
        .merge(ledger::router())
        .merge(audit::router())
}

/// What needs no key: the description of the API and the page that shows it, with whole paths.
pub fn public(paths: OpenApi) -> Router<ApiDeps> {
    docs::router(description::complete(paths))
}

/// The header that makes a write safe to repeat.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // Only described here; `idempotency` reads it.
pub struct IdempotencyKey {
    /// A text that is new for every write and the same when it is repeated: the effect then happens once, and the first
    /// answer is given again with `Idempotency-Replayed: true`. Kept for 48 hours.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        max_length = 255,
        min_length = 1,
        pattern = "^[!#-~]+$",
        example = "8e03978e-40d5-43dd-bc93-6894a57f9324"
    )]
    idempotency_key: String,
}

/// Sets a field of a draft, if it is given.
fn put<T>(field: &mut T, given: Option<T>) {
    if let Some(value) = given {
        *field = value;
    }
}

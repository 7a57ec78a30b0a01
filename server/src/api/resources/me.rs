//! Who the key is.

use super::schema::{self, PlainErrors};
use crate::api::{ApiDeps, auth::Key};
use axum::Json;
use domain::access::Realm;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(me))
}

/// The key that asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    #[schema(value_type = schema::KeyId)]
    pub key_id: String,
    /// What the key is called.
    #[schema(example = "Nightly import")]
    pub name: String,
    /// Whose rows the key sees: all of the network's, or those of one account.
    #[schema(value_type = schema::RealmWord)]
    pub realm: &'static str,
    /// The account, where the realm is not the network.
    #[schema(example = "aff_0zq4k7m2c9d5f")]
    pub account_id: Option<String>,
    /// What the key may do.
    #[schema(example = json!(["campaigns:read", "links:write"]))]
    pub scopes: Vec<String>,
}

/// Who this key is
///
/// The account it belongs to and what it may do. Every key may ask this.
#[utoipa::path(
    get, path = "/me", operation_id = "get_me", tag = "Key", security(("key" = [])),
    responses((status = 200, description = "The key.", body = Me), PlainErrors)
)]
async fn me(Key(caller): Key) -> Json<Me> {
    let account_id = match caller.realm {
        Realm::Network => None,
        Realm::Affiliate(id) => Some(id.to_string()),
        Realm::Advertiser(id) => Some(id.to_string()),
        Realm::Buyer(id) => Some(id.to_string()),
    };
    Json(Me {
        key_id: caller.key.to_string(),
        name: caller.name,
        realm: caller.realm.setting().0,
        account_id,
        scopes: caller.scopes.words(),
    })
}

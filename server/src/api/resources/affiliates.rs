//! Affiliates.

use super::{
    advertisers::Params,
    input::{Json, Query, clearable, given, in_body, in_query},
    schema::{self, CreateErrors, List, ListErrors, ReadErrors, Time, WriteErrors},
};
use crate::api::{
    ApiDeps,
    auth::{Key, Scope},
    extract::InPath,
    idempotency::{self, Reply},
    problem::Problem,
};
use axum::{extract::State, http::HeaderMap, response::Response};
use domain::{drafts::AffiliateDraft, ids::AffiliateId};
use engine::api::{Ask, accounts};
use serde::{Deserialize, Serialize};
use store::config;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Salt of a password; there is none without somebody who signs in.
const NO_SALT: [u8; 16] = [0; 16];

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(one, update))
}

/// Who brings traffic and is paid for results.
#[derive(Debug, Serialize, ToSchema)]
pub struct Affiliate {
    #[schema(value_type = schema::AffiliateId)]
    pub id: String,
    #[schema(example = "Blue Harbor Media")]
    pub name: String,
    #[schema(value_type = schema::AccountStatusWord)]
    pub status: &'static str,
    #[schema(example = "hello@blueharbor.example")]
    pub contact_email: Option<String>,
    /// Two letters, ISO 3166.
    #[schema(example = "DE")]
    pub country: Option<String>,
    /// For the network's people only.
    pub notes: String,
    pub created_at: Time,
    pub updated_at: Time,
}

impl From<config::Affiliate> for Affiliate {
    fn from(a: config::Affiliate) -> Self {
        Self {
            id: a.id.to_string(),
            name: a.name,
            status: a.status.word(),
            contact_email: a.contact_email,
            country: a.country,
            notes: a.notes,
            created_at: Time(a.created_at),
            updated_at: Time(a.updated_at),
        }
    }
}

/// An affiliate to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAffiliate {
    /// No two affiliates have the same name.
    #[schema(min_length = 1, max_length = 200, example = "Blue Harbor Media")]
    pub name: String,
    /// Active unless given.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = schema::AccountStatusWord, required = false)]
    pub status: Option<String>,
    #[serde(default)]
    #[schema(max_length = 254, example = "hello@blueharbor.example")]
    pub contact_email: Option<String>,
    /// Two letters, ISO 3166.
    #[serde(default)]
    #[schema(pattern = "^[A-Za-z]{2}$", example = "DE")]
    pub country: Option<String>,
    /// For the network's people only.
    #[serde(default)]
    #[schema(max_length = 10000)]
    pub notes: Option<String>,
}

/// What is to change; a field that is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AffiliatePatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = schema::AccountStatusWord, required = false)]
    pub status: Option<String>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(max_length = 254)]
    pub contact_email: Option<String>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(pattern = "^([A-Za-z]{2})?$")]
    pub country: Option<String>,
    /// `null` takes them away.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(max_length = 10000)]
    pub notes: Option<String>,
}

/// List affiliates
#[utoipa::path(
    get, path = "/affiliates", operation_id = "list_affiliates", tag = "Affiliates",
    params(Params), security(("key" = ["affiliates:read"])),
    responses((status = 200, description = "A page of affiliates.", body = List<Affiliate>), ListErrors)
)]
async fn list(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    Query(params): Query<Params>,
) -> Result<axum::Json<List<Affiliate>>, Problem> {
    caller.need(Scope::AffiliatesRead)?;
    let (wanted, paging) = params.read()?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    let page = accounts::list_affiliates(ask, &wanted, &paging).await.map_err(in_query)?;
    Ok(axum::Json(List::of(page, Affiliate::from)))
}

/// Get an affiliate
#[utoipa::path(
    get, path = "/affiliates/{id}", operation_id = "get_affiliate", tag = "Affiliates",
    params(("id" = schema::AffiliateId, Path)), security(("key" = ["affiliates:read"])),
    responses((status = 200, description = "The affiliate.", body = Affiliate), ReadErrors)
)]
async fn one(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<AffiliateId>,
) -> Result<axum::Json<Affiliate>, Problem> {
    caller.need(Scope::AffiliatesRead)?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    Ok(axum::Json(accounts::affiliate(ask, id).await?.into()))
}

/// Create an affiliate
///
/// Nobody signs in for it yet: people are invited in the portal.
#[utoipa::path(
    post, path = "/affiliates", operation_id = "create_affiliate", tag = "Affiliates",
    params(super::IdempotencyKey), request_body = NewAffiliate, security(("key" = ["affiliates:write"])),
    responses(
        (status = 201, description = "Created.", body = Affiliate,
         headers(("Location" = String, description = "Path of the new affiliate."))),
        CreateErrors
    )
)]
async fn create(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    headers: HeaderMap,
    Json { value, bytes }: Json<NewAffiliate>,
) -> Result<Response, Problem> {
    caller.need(Scope::AffiliatesWrite)?;
    let (now, chance, actor) = ((deps.now)(), (deps.chance)(), caller.actor());
    let draft = AffiliateDraft {
        name: value.name,
        status: value.status.unwrap_or_default(),
        contact_email: value.contact_email.unwrap_or_default(),
        country: value.country.unwrap_or_default(),
        notes: value.notes.unwrap_or_default(),
        ..AffiliateDraft::default()
    };
    idempotency::run(&deps, &caller, &headers, "POST /api/v1/affiliates", &bytes, |db| async move {
        let id = engine::accounts::create_affiliate(&db, &actor, &draft, now, chance, NO_SALT)
            .await
            .map_err(in_body(&[]))?;
        let made = accounts::affiliate(Ask { db: &db, realm: actor.realm }, id).await?;
        Reply::created(format!("/api/v1/affiliates/{id}"), &Affiliate::from(made))
    })
    .await
}

/// Change an affiliate
///
/// The links of an affiliate that is not active stop counting at once; its visitors are sent to the fallback address.
#[utoipa::path(
    patch, path = "/affiliates/{id}", operation_id = "update_affiliate", tag = "Affiliates",
    params(("id" = schema::AffiliateId, Path)), request_body = AffiliatePatch,
    security(("key" = ["affiliates:write"])),
    responses((status = 200, description = "As it is now.", body = Affiliate), WriteErrors)
)]
async fn update(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<AffiliateId>,
    Json { value, .. }: Json<AffiliatePatch>,
) -> Result<axum::Json<Affiliate>, Problem> {
    caller.need(Scope::AffiliatesWrite)?;
    let change = |draft: &mut AffiliateDraft| {
        super::put(&mut draft.name, value.name);
        super::put(&mut draft.status, value.status);
        super::put(&mut draft.contact_email, value.contact_email);
        super::put(&mut draft.country, value.country);
        super::put(&mut draft.notes, value.notes);
    };
    let after = accounts::patch_affiliate(&deps.db, &caller.actor(), id, change, (deps.now)())
        .await
        .map_err(in_body(&[]))?;
    Ok(axum::Json(after.into()))
}

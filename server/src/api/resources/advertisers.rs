//! Advertisers.

use super::{
    input::{Json, Query, Wrong, clearable, given, in_body, in_query, list_params},
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
use domain::{drafts::AdvertiserDraft, ids::AdvertiserId, status::AccountStatus};
use engine::api::{Ask, accounts};
use serde::{Deserialize, Serialize};
use store::config;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(one, update))
}

/// Who pays for results.
#[derive(Debug, Serialize, ToSchema)]
pub struct Advertiser {
    #[schema(value_type = schema::AdvertiserId)]
    pub id: String,
    #[schema(example = "Northwind Outdoor")]
    pub name: String,
    #[schema(value_type = schema::AccountStatusWord)]
    pub status: &'static str,
    #[schema(example = "partners@northwind.example")]
    pub contact_email: Option<String>,
    #[schema(example = "https://northwind.example")]
    pub website: Option<String>,
    /// For the network's people only.
    pub notes: String,
    pub created_at: Time,
    pub updated_at: Time,
}

impl From<config::Advertiser> for Advertiser {
    fn from(a: config::Advertiser) -> Self {
        Self {
            id: a.id.to_string(),
            name: a.name,
            status: a.status.word(),
            contact_email: a.contact_email,
            website: a.website,
            notes: a.notes,
            created_at: Time(a.created_at),
            updated_at: Time(a.updated_at),
        }
    }
}

/// An advertiser to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAdvertiser {
    /// No two advertisers have the same name.
    #[schema(min_length = 1, max_length = 200, example = "Northwind Outdoor")]
    pub name: String,
    /// Active unless given.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = schema::AccountStatusWord, required = false)]
    pub status: Option<String>,
    #[serde(default)]
    #[schema(max_length = 254, example = "partners@northwind.example")]
    pub contact_email: Option<String>,
    /// Begins with `https://` or `http://`.
    #[serde(default)]
    #[schema(max_length = 500, example = "https://northwind.example")]
    pub website: Option<String>,
    /// For the network's people only.
    #[serde(default)]
    #[schema(max_length = 10000)]
    pub notes: Option<String>,
}

/// What is to change; a field that is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdvertiserPatch {
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
    #[schema(max_length = 500)]
    pub website: Option<String>,
    /// `null` takes them away.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(max_length = 10000)]
    pub notes: Option<String>,
}

list_params! {
    /// Filters of the list.
    Params {
        /// A part of the name or of the contact's address, or an id.
        #[param(max_length = 200)]
        q,
        /// One or several, separated by commas.
        #[param(style = Form, explode = false, value_type = Option<Vec<schema::AccountStatusWord>>)]
        status,
        /// Newest first unless given; a minus reverses.
        #[param(value_type = Option<schema::NamedSort>)]
        sort,
    }
}

impl Params {
    /// What the lists of accounts ask the engine for.
    pub(super) fn read(&self) -> Result<(accounts::Wanted, engine::api::Paging), Problem> {
        let mut wrong = Wrong::default();
        let wanted = accounts::Wanted {
            q: self.q.clone().unwrap_or_default(),
            statuses: wrong.words("status", self.status.as_ref(), AccountStatus::ALL, AccountStatus::word),
            order: wrong.order(self.sort.as_ref(), true),
        };
        let paging = wrong.paging(&self.page());
        wrong.check()?;
        Ok((wanted, paging))
    }
}

/// List advertisers
#[utoipa::path(
    get, path = "/advertisers", operation_id = "list_advertisers", tag = "Advertisers",
    params(Params), security(("key" = ["advertisers:read"])),
    responses((status = 200, description = "A page of advertisers.", body = List<Advertiser>), ListErrors)
)]
async fn list(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    Query(params): Query<Params>,
) -> Result<axum::Json<List<Advertiser>>, Problem> {
    caller.need(Scope::AdvertisersRead)?;
    let (wanted, paging) = params.read()?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    let page = accounts::list_advertisers(ask, &wanted, &paging).await.map_err(in_query)?;
    Ok(axum::Json(List::of(page, Advertiser::from)))
}

/// Get an advertiser
#[utoipa::path(
    get, path = "/advertisers/{id}", operation_id = "get_advertiser", tag = "Advertisers",
    params(("id" = schema::AdvertiserId, Path)), security(("key" = ["advertisers:read"])),
    responses((status = 200, description = "The advertiser.", body = Advertiser), ReadErrors)
)]
async fn one(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<AdvertiserId>,
) -> Result<axum::Json<Advertiser>, Problem> {
    caller.need(Scope::AdvertisersRead)?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    Ok(axum::Json(accounts::advertiser(ask, id).await?.into()))
}

/// Create an advertiser
#[utoipa::path(
    post, path = "/advertisers", operation_id = "create_advertiser", tag = "Advertisers",
    params(super::IdempotencyKey), request_body = NewAdvertiser, security(("key" = ["advertisers:write"])),
    responses(
        (status = 201, description = "Created.", body = Advertiser,
         headers(("Location" = String, description = "Path of the new advertiser."))),
        CreateErrors
    )
)]
async fn create(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    headers: HeaderMap,
    Json { value, bytes }: Json<NewAdvertiser>,
) -> Result<Response, Problem> {
    caller.need(Scope::AdvertisersWrite)?;
    let (now, chance, actor) = ((deps.now)(), (deps.chance)(), caller.actor());
    let draft = AdvertiserDraft {
        name: value.name,
        status: value.status.unwrap_or_default(),
        contact_email: value.contact_email.unwrap_or_default(),
        website: value.website.unwrap_or_default(),
        notes: value.notes.unwrap_or_default(),
    };
    idempotency::run(&deps, &caller, &headers, "POST /api/v1/advertisers", &bytes, |db| async move {
        let id = engine::accounts::create_advertiser(&db, &actor, &draft, now, chance)
            .await
            .map_err(in_body(&[]))?;
        let made = accounts::advertiser(Ask { db: &db, realm: actor.realm }, id).await?;
        Reply::created(format!("/api/v1/advertisers/{id}"), &Advertiser::from(made))
    })
    .await
}

/// Change an advertiser
///
/// A paused or closed advertiser's campaigns go on: stop them one by one.
#[utoipa::path(
    patch, path = "/advertisers/{id}", operation_id = "update_advertiser", tag = "Advertisers",
    params(("id" = schema::AdvertiserId, Path)), request_body = AdvertiserPatch,
    security(("key" = ["advertisers:write"])),
    responses((status = 200, description = "As it is now.", body = Advertiser), WriteErrors)
)]
async fn update(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<AdvertiserId>,
    Json { value, .. }: Json<AdvertiserPatch>,
) -> Result<axum::Json<Advertiser>, Problem> {
    caller.need(Scope::AdvertisersWrite)?;
    let change = |draft: &mut AdvertiserDraft| {
        super::put(&mut draft.name, value.name);
        super::put(&mut draft.status, value.status);
        super::put(&mut draft.contact_email, value.contact_email);
        super::put(&mut draft.website, value.website);
        super::put(&mut draft.notes, value.notes);
    };
    let after = accounts::patch_advertiser(&deps.db, &caller.actor(), id, change, (deps.now)())
        .await
        .map_err(in_body(&[]))?;
    Ok(axum::Json(after.into()))
}

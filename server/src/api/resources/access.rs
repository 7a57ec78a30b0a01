//! Who may run a campaign that is not open to everybody.

use super::{
    input::{Json, Query, Wrong, in_query, list_params},
    schema::{self, List, SubListErrors, Time, WriteErrors},
};
use crate::api::{
    ApiDeps,
    auth::{Key, Scope},
    extract::InPath,
    idempotency::{self, Reply},
    problem::Problem,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    access::Realm,
    ids::{AffiliateId, CampaignId},
};
use engine::api::{Ask, campaigns};
use serde::{Deserialize, Serialize};
use store::config::{self, AccessState};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(decide)).routes(routes!(apply))
}

/// An affiliate's permission for a campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct Access {
    #[schema(value_type = schema::CampaignId)]
    pub campaign_id: String,
    #[schema(value_type = schema::AffiliateId)]
    pub affiliate_id: String,
    #[schema(value_type = schema::AccessWord)]
    pub state: &'static str,
    /// What the affiliate wrote.
    pub note: String,
    /// What the network answered; the affiliate reads it.
    pub answer: String,
    pub created_at: Time,
    pub decided_at: Option<Time>,
}

impl From<config::Access> for Access {
    fn from(a: config::Access) -> Self {
        Self {
            campaign_id: a.campaign.to_string(),
            affiliate_id: a.affiliate.to_string(),
            state: a.state.word(),
            note: a.note,
            answer: a.answer,
            created_at: Time(a.created_at),
            decided_at: a.decided_at.map(Time),
        }
    }
}

/// An answer to an affiliate, asked for or not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessDecision {
    pub state: Answer,
    /// For the affiliate to read.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub answer: Option<String>,
}

/// Refusing does not stop a link that the affiliate has already: pause it.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Approved,
    Refused,
}

/// An application.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// How the campaign will be promoted.
    #[serde(default)]
    #[schema(max_length = 2000, example = "Reviews on our trail running site.")]
    pub note: Option<String>,
}

/// Where an application stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Standing {
    #[schema(value_type = schema::CampaignId)]
    pub campaign_id: String,
    #[schema(value_type = schema::AccessWord)]
    pub state: &'static str,
}

list_params! {
    /// Which page.
    Params {}
}

/// List who may run a campaign
///
/// Everybody who applied or was let in. An affiliate's key sees its own row only.
#[utoipa::path(
    get, path = "/campaigns/{id}/access", operation_id = "list_access", tag = "Campaigns",
    params(("id" = schema::CampaignId, Path), Params), security(("key" = ["campaigns:read"])),
    responses((status = 200, description = "A page of permissions.", body = List<Access>), SubListErrors)
)]
async fn list(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<CampaignId>,
    Query(params): Query<Params>,
) -> Result<axum::Json<List<Access>>, Problem> {
    caller.need(Scope::CampaignsRead)?;
    let mut wrong = Wrong::default();
    let paging = wrong.paging(&params.page());
    wrong.check()?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    let page = campaigns::access(ask, id, &paging).await.map_err(in_query)?;
    Ok(axum::Json(List::of(page, Access::from)))
}

/// Let an affiliate in, or refuse it
///
/// With or without an application. The same answer again changes nothing.
#[utoipa::path(
    put, path = "/campaigns/{id}/access/{affiliate_id}", operation_id = "decide_access", tag = "Campaigns",
    params(("id" = schema::CampaignId, Path), ("affiliate_id" = schema::AffiliateId, Path)),
    request_body = AccessDecision, security(("key" = ["campaigns:write"])),
    responses((status = 200, description = "As it is now.", body = Standing), WriteErrors)
)]
async fn decide(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath((campaign, affiliate)): InPath<(CampaignId, AffiliateId)>,
    Json { value, .. }: Json<AccessDecision>,
) -> Result<axum::Json<Standing>, Problem> {
    caller.need(Scope::CampaignsWrite)?;
    let state = match value.state {
        Answer::Approved => AccessState::Approved,
        Answer::Refused => AccessState::Refused,
    };
    let answer = value.answer.unwrap_or_default();
    let (actor, now) = (caller.actor(), (deps.now)());
    let places = super::input::in_body(&[("note", "/answer")]);
    engine::campaigns::decide_application(
        &deps.db,
        &actor,
        campaign,
        affiliate,
        state,
        &answer,
        &deps.console_url,
        now,
    )
    .await
    .map_err(places)?;
    Ok(axum::Json(Standing { campaign_id: campaign.to_string(), state: state.word() }))
}

/// Apply to run a campaign
///
/// For affiliates' keys. Asking again changes nothing and tells where the application stands.
#[utoipa::path(
    post, path = "/campaigns/{id}/applications", operation_id = "apply_to_campaign", tag = "Campaigns",
    params(("id" = schema::CampaignId, Path), super::IdempotencyKey), request_body = Application,
    security(("key" = ["links:write"])),
    responses((status = 200, description = "Where it stands.", body = Standing), WriteErrors)
)]
async fn apply(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<CampaignId>,
    headers: HeaderMap,
    Json { value, bytes }: Json<Application>,
) -> Result<Response, Problem> {
    caller.need(Scope::LinksWrite)?;
    if !matches!(caller.realm, Realm::Affiliate(_)) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "Only affiliates apply to campaigns."));
    }
    let (now, actor) = ((deps.now)(), caller.actor());
    let route = format!("POST /api/v1/campaigns/{id}/applications");
    idempotency::run(&deps, &caller, &headers, &route, &bytes, |db| async move {
        let note = value.note.unwrap_or_default();
        let state = engine::campaigns::apply_to_campaign(&db, &actor, id, &note, now).await?;
        Reply::ok(&Standing { campaign_id: id.to_string(), state: state.word() })
    })
    .await
}

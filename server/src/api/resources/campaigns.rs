//! Campaigns with their goals.

use super::{
    goals::{Goal, NewGoal},
    input::{Json, Query, Wrong, clearable, given, in_body, in_query, list_params, network_filter},
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
use domain::{
    access::Realm,
    drafts::CampaignDraft,
    ids::CampaignId,
    status::{CampaignStatus, Visibility},
};
use engine::api::{
    Ask,
    campaigns::{self, Offer, STANDINGS},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(one, update))
}

/// Where the body has the fields of a campaign's draft.
pub const PLACES: &[(&str, &str)] = &[
    ("advertiser", "/advertiser_id"),
    ("goal_code", "/goal/code"),
    ("goal_name", "/goal/name"),
    ("revenue_kind", "/goal/revenue/kind"),
    ("revenue_value", "/goal/revenue"),
    ("payout_kind", "/goal/payout/kind"),
    ("payout_value", "/goal/payout"),
];

/// An offer of an advertiser. What an affiliate's key must not see is not there for it: who the advertiser is, what it
/// pays, where visitors are sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct Campaign {
    #[schema(value_type = schema::CampaignId)]
    pub id: String,
    #[schema(example = "Trail shoes, spring")]
    pub name: String,
    pub description: String,
    /// Links count only while it is active.
    #[schema(value_type = schema::CampaignStatusWord)]
    pub status: &'static str,
    /// Who may run it: everybody, those whose application was approved, or only those who were let in.
    #[schema(value_type = schema::VisibilityWord)]
    pub visibility: &'static str,
    /// ISO 4217; the currency of everything paid for this campaign.
    #[schema(example = "USD")]
    pub currency: &'static str,
    /// Hosts that deep links may lead to; a leading dot allows subdomains.
    #[schema(example = json!(["shop.northwind.example", ".northwind.example"]))]
    pub deep_link_hosts: Vec<String>,
    /// How many days after a click a conversion still counts.
    #[schema(minimum = 1, maximum = 400, example = 30)]
    pub attribution_window_days: i64,
    /// Results that are paid for; the default one first.
    pub goals: Vec<Goal>,
    pub created_at: Time,
    pub updated_at: Time,
    /// How the asking affiliate stands with it; only for affiliates' keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::StandingWord, required = false)]
    pub access: Option<String>,
    /// Only for the network's keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::AdvertiserId, required = false)]
    pub advertiser_id: Option<String>,
    /// Where clicks go, with macros such as `{click_id}`; only for the network's keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "https://shop.northwind.example/?ref={click_id}")]
    pub destination_url: Option<String>,
    /// Unknown parameters of a click are handed on to the destination; only for the network's keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub pass_through: Option<bool>,
    /// Reports must carry a token. The token itself is never given out; only for the network's keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub has_postback_token: Option<bool>,
}

impl Campaign {
    pub fn of(offer: Offer, realm: Realm) -> Self {
        let Offer { campaign: c, goals, standing } = offer;
        let network = realm == Realm::Network;
        Self {
            id: c.id.to_string(),
            name: c.name,
            description: c.description,
            status: c.status.word(),
            visibility: c.visibility.word(),
            currency: c.currency.code(),
            deep_link_hosts: c.deep_link_hosts,
            attribution_window_days: (c.window_secs + 86_399).div_euclid(86_400),
            goals: goals.into_iter().map(|g| Goal::of(g, c.currency, realm)).collect(),
            created_at: Time(c.created_at),
            updated_at: Time(c.updated_at),
            access: standing,
            advertiser_id: network.then(|| c.advertiser.to_string()),
            destination_url: network.then_some(c.destination_url),
            pass_through: network.then_some(c.pass_through),
            has_postback_token: network.then_some(c.postback_token.is_some()),
        }
    }
}

/// A campaign to be created, with the goal that reports mean which name none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCampaign {
    #[schema(value_type = schema::AdvertiserId)]
    pub advertiser_id: String,
    /// No two campaigns of an advertiser have the same name.
    #[schema(min_length = 1, max_length = 200, example = "Trail shoes, spring")]
    pub name: String,
    /// For affiliates to read.
    #[serde(default)]
    #[schema(max_length = 10000)]
    pub description: Option<String>,
    /// A draft unless given.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = schema::CampaignStatusWord, required = false)]
    pub status: Option<String>,
    /// Public unless given.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = schema::VisibilityWord, required = false)]
    pub visibility: Option<String>,
    /// ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$", example = "USD")]
    pub currency: String,
    /// Where clicks go, with macros such as `{click_id}`.
    #[schema(min_length = 8, max_length = 2000, example = "https://shop.northwind.example/?ref={click_id}")]
    pub destination_url: String,
    /// Hosts that deep links may lead to; a leading dot allows subdomains.
    #[serde(default)]
    #[schema(max_items = 100, example = json!([".northwind.example"]))]
    pub deep_link_hosts: Vec<String>,
    /// Hand unknown parameters of a click on to the destination.
    #[serde(default)]
    pub pass_through: bool,
    /// How many days after a click a conversion still counts; 30 unless given.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = i64, required = false, minimum = 1, maximum = 400, example = 30)]
    pub attribution_window_days: Option<i64>,
    /// Reports must carry it: 8 to 128 letters, digits, `-` and `_`.
    #[serde(default)]
    #[schema(write_only, max_length = 128, pattern = "^([A-Za-z0-9_-]{8,128})?$")]
    pub postback_token: Option<String>,
    pub goal: NewGoal,
}

/// What is to change; a field that is left out stays as it is. Goals have addresses of their own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignPatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(max_length = 10000)]
    pub description: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = schema::CampaignStatusWord, required = false)]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = schema::VisibilityWord, required = false)]
    pub visibility: Option<String>,
    /// Only until something was counted.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, pattern = "^[A-Z]{3}$")]
    pub currency: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 8, max_length = 2000)]
    pub destination_url: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<String>, required = false, max_items = 100)]
    pub deep_link_hosts: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false)]
    pub pass_through: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = i64, required = false, minimum = 1, maximum = 400)]
    pub attribution_window_days: Option<i64>,
    /// `null`: reports need none any more.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(write_only, max_length = 128, pattern = "^([A-Za-z0-9_-]{8,128})?$")]
    pub postback_token: Option<String>,
}

list_params! {
    /// Filters of the list.
    Params {
        /// A part of the name, or an id.
        #[param(max_length = 200)]
        q,
        /// One or several, separated by commas.
        #[param(style = Form, explode = false, value_type = Option<Vec<schema::CampaignStatusWord>>)]
        status,
        /// One or several, separated by commas.
        #[param(style = Form, explode = false, value_type = Option<Vec<schema::VisibilityWord>>)]
        visibility,
        /// Id of an advertiser; only for the network's keys.
        #[param(value_type = Option<schema::AdvertiserId>)]
        advertiser,
        /// How the affiliate stands with it, separated by commas; only for affiliates' keys.
        #[param(style = Form, explode = false, value_type = Option<Vec<schema::StandingWord>>)]
        access,
        /// Newest first unless given; a minus reverses.
        #[param(value_type = Option<schema::NamedSort>)]
        sort,
    }
}

/// List campaigns
///
/// An affiliate's key sees those it may run, may apply for, or already has a link to.
#[utoipa::path(
    get, path = "/campaigns", operation_id = "list_campaigns", tag = "Campaigns",
    params(Params), security(("key" = ["campaigns:read"])),
    responses((status = 200, description = "A page of campaigns.", body = List<Campaign>), ListErrors)
)]
async fn list(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    Query(params): Query<Params>,
) -> Result<axum::Json<List<Campaign>>, Problem> {
    caller.need(Scope::CampaignsRead)?;
    network_filter(caller.realm, "advertiser", params.advertiser.is_some())?;
    let mut wrong = Wrong::default();
    if caller.realm == Realm::Network && params.access.is_some() {
        wrong.add("access", "Only affiliates stand in some way with a campaign; leave it out.");
    }
    let wanted = campaigns::Wanted {
        q: params.q.clone().unwrap_or_default(),
        statuses: wrong.words("status", params.status.as_ref(), CampaignStatus::ALL, CampaignStatus::word),
        visibilities: wrong.words(
            "visibility",
            params.visibility.as_ref(),
            Visibility::ALL,
            Visibility::word,
        ),
        advertiser: wrong.one("advertiser", params.advertiser.as_ref(), "the id of an advertiser, adv_…"),
        standings: wrong.words("access", params.access.as_ref(), STANDINGS, |word| word),
        order: wrong.order(params.sort.as_ref(), true),
    };
    let paging = wrong.paging(&params.page());
    wrong.check()?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    let page = campaigns::list(ask, &wanted, &paging).await.map_err(in_query)?;
    Ok(axum::Json(List::of(page, |offer| Campaign::of(offer, caller.realm))))
}

/// Get a campaign
#[utoipa::path(
    get, path = "/campaigns/{id}", operation_id = "get_campaign", tag = "Campaigns",
    params(("id" = schema::CampaignId, Path)), security(("key" = ["campaigns:read"])),
    responses((status = 200, description = "The campaign.", body = Campaign), ReadErrors)
)]
async fn one(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<CampaignId>,
) -> Result<axum::Json<Campaign>, Problem> {
    caller.need(Scope::CampaignsRead)?;
    let offer = campaigns::one(Ask { db: &deps.db, realm: caller.realm }, id).await?;
    Ok(axum::Json(Campaign::of(offer, caller.realm)))
}

/// Create a campaign
///
/// It takes traffic once it is active. Further goals are added at `/campaigns/{id}/goals`.
#[utoipa::path(
    post, path = "/campaigns", operation_id = "create_campaign", tag = "Campaigns",
    params(super::IdempotencyKey), request_body = NewCampaign, security(("key" = ["campaigns:write"])),
    responses(
        (status = 201, description = "Created.", body = Campaign,
         headers(("Location" = String, description = "Path of the new campaign."))),
        CreateErrors
    )
)]
async fn create(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    headers: HeaderMap,
    Json { value, bytes }: Json<NewCampaign>,
) -> Result<Response, Problem> {
    caller.need(Scope::CampaignsWrite)?;
    let (now, chance, actor) = ((deps.now)(), (deps.chance)(), caller.actor());
    let draft = drafted(value)?;
    idempotency::run(&deps, &caller, &headers, "POST /api/v1/campaigns", &bytes, |db| async move {
        let id = engine::campaigns::create_campaign(&db, &actor, &draft, now, chance)
            .await
            .map_err(in_body(PLACES))?;
        let made = campaigns::one(Ask { db: &db, realm: actor.realm }, id).await?;
        Reply::created(format!("/api/v1/campaigns/{id}"), &Campaign::of(made, actor.realm))
    })
    .await
}

fn drafted(new: NewCampaign) -> Result<CampaignDraft, Problem> {
    let empty = CampaignDraft::default();
    let goal = new.goal.draft(&new.currency, "/goal")?;
    Ok(CampaignDraft {
        advertiser: new.advertiser_id,
        name: new.name,
        description: new.description.unwrap_or_default(),
        status: new.status.unwrap_or(empty.status),
        visibility: new.visibility.unwrap_or(empty.visibility),
        currency: new.currency,
        destination_url: new.destination_url,
        deep_link_hosts: new.deep_link_hosts.join("\n"),
        pass_through: new.pass_through,
        attribution_window_days: new
            .attribution_window_days
            .map_or(empty.attribution_window_days, |days| days.to_string()),
        postback_token: new.postback_token.unwrap_or_default(),
        goal_code: goal.code,
        goal_name: goal.name,
        revenue_kind: goal.revenue_kind,
        revenue_value: goal.revenue_value,
        payout_kind: goal.payout_kind,
        payout_value: goal.payout_value,
    })
}

/// Change a campaign
///
/// Setting `status` starts, pauses or archives it; nodes follow within seconds.
#[utoipa::path(
    patch, path = "/campaigns/{id}", operation_id = "update_campaign", tag = "Campaigns",
    params(("id" = schema::CampaignId, Path)), request_body = CampaignPatch,
    security(("key" = ["campaigns:write"])),
    responses((status = 200, description = "As it is now.", body = Campaign), WriteErrors)
)]
async fn update(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<CampaignId>,
    Json { value, .. }: Json<CampaignPatch>,
) -> Result<axum::Json<Campaign>, Problem> {
    caller.need(Scope::CampaignsWrite)?;
    let change = |draft: &mut CampaignDraft| {
        super::put(&mut draft.name, value.name);
        super::put(&mut draft.description, value.description);
        super::put(&mut draft.status, value.status);
        super::put(&mut draft.visibility, value.visibility);
        super::put(&mut draft.currency, value.currency);
        super::put(&mut draft.destination_url, value.destination_url);
        super::put(&mut draft.deep_link_hosts, value.deep_link_hosts.map(|hosts| hosts.join("\n")));
        super::put(&mut draft.pass_through, value.pass_through);
        let days = value.attribution_window_days.map(|days| days.to_string());
        super::put(&mut draft.attribution_window_days, days);
        super::put(&mut draft.postback_token, value.postback_token);
    };
    let after = campaigns::patch(&deps.db, &caller.actor(), id, change, (deps.now)())
        .await
        .map_err(in_body(PLACES))?;
    Ok(axum::Json(Campaign::of(after, caller.realm)))
}

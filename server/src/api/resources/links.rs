//! Links: an affiliate's tracked way into a campaign.

use super::{
    input::{Json, Query, Wrong, clearable, given, in_body, in_query, list_params, network_filter},
    schema::{self, List, ListErrors, ReadErrors, Time, WriteErrors},
};
use crate::api::{
    ApiDeps,
    auth::{Key, Scope},
    extract::InPath,
    idempotency::{self, Reply},
    problem::Problem,
};
use axum::{extract::State, http::HeaderMap, response::Response};
use domain::{access::Realm, drafts::LinkDraft, ids::LinkId, status::LinkStatus};
use engine::{
    EngineError,
    api::{Ask, links},
};
use serde::{Deserialize, Serialize};
use store::config;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(one, update))
}

/// Where the body has the fields of a link's draft.
const PLACES: &[(&str, &str)] = &[("campaign", "/campaign_id"), ("affiliate", "/affiliate_id")];

/// An affiliate's tracked way into a campaign. There is one for each pair.
#[derive(Debug, Serialize, ToSchema)]
pub struct Link {
    #[schema(value_type = schema::LinkId)]
    pub id: String,
    /// What stands behind `/c/`.
    #[schema(example = "k7m2q9xd")]
    pub code: String,
    /// The address for visitors. Sub-ids and the like are added as parameters: `?sub1=home`.
    #[schema(example = "https://go.network.example/c/k7m2q9xd")]
    pub url: String,
    #[schema(value_type = schema::CampaignId)]
    pub campaign_id: String,
    #[schema(value_type = schema::AffiliateId)]
    pub affiliate_id: String,
    /// A paused link sends its visitors to the network's fallback address.
    #[schema(value_type = schema::LinkStatusWord)]
    pub status: &'static str,
    pub created_at: Time,
    pub updated_at: Time,
    /// Replaces the campaign's destination; `null` if it does not. Only for the network's keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub destination_url: Option<Option<String>>,
}

impl Link {
    fn of(l: config::Link, deps: &ApiDeps, realm: Realm) -> Self {
        Self {
            url: format!("{}/c/{}", deps.network.tracking_url(Realm::Affiliate(l.affiliate)), l.code),
            id: l.id.to_string(),
            code: l.code,
            campaign_id: l.campaign.to_string(),
            affiliate_id: l.affiliate.to_string(),
            status: l.status.word(),
            created_at: Time(l.created_at),
            updated_at: Time(l.updated_at),
            destination_url: (realm == Realm::Network).then_some(l.destination_url),
        }
    }
}

/// A link to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    #[schema(value_type = schema::CampaignId)]
    pub campaign_id: String,
    /// An affiliate's key may leave it out: the link is its own.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = schema::AffiliateId, required = false)]
    pub affiliate_id: Option<String>,
    /// Replaces the campaign's destination, with macros. Only the network's keys can set it.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub destination_url: Option<String>,
}

/// What is to change; a field that is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkPatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = schema::LinkStatusWord, required = false)]
    pub status: Option<String>,
    /// `null`: to the campaign's destination again.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(max_length = 2000)]
    pub destination_url: Option<String>,
}

list_params! {
    /// Filters of the list.
    Params {
        /// A part of the code or of the campaign's name, or an id.
        #[param(max_length = 200)]
        q,
        /// One or several, separated by commas.
        #[param(style = Form, explode = false, value_type = Option<Vec<schema::LinkStatusWord>>)]
        status,
        /// Id of a campaign.
        #[param(value_type = Option<schema::CampaignId>)]
        campaign,
        /// Id of an affiliate.
        #[param(value_type = Option<schema::AffiliateId>)]
        affiliate,
        /// Id of an advertiser; only for the network's keys.
        #[param(value_type = Option<schema::AdvertiserId>)]
        advertiser,
        /// Newest first unless given; a minus reverses.
        #[param(value_type = Option<schema::CreatedSort>)]
        sort,
    }
}

/// List links
#[utoipa::path(
    get, path = "/links", operation_id = "list_links", tag = "Links",
    params(Params), security(("key" = ["links:read"])),
    responses((status = 200, description = "A page of links.", body = List<Link>), ListErrors)
)]
async fn list(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    Query(params): Query<Params>,
) -> Result<axum::Json<List<Link>>, Problem> {
    caller.need(Scope::LinksRead)?;
    network_filter(caller.realm, "advertiser", params.advertiser.is_some())?;
    let mut wrong = Wrong::default();
    let wanted = links::Wanted {
        q: params.q.clone().unwrap_or_default(),
        statuses: wrong.words("status", params.status.as_ref(), LinkStatus::ALL, LinkStatus::word),
        campaign: wrong.one("campaign", params.campaign.as_ref(), "the id of a campaign, camp_…"),
        affiliate: wrong.one("affiliate", params.affiliate.as_ref(), "the id of an affiliate, aff_…"),
        advertiser: wrong.one("advertiser", params.advertiser.as_ref(), "the id of an advertiser, adv_…"),
        order: wrong.order(params.sort.as_ref(), false),
    };
    let paging = wrong.paging(&params.page());
    wrong.check()?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    let page = links::list(ask, &wanted, &paging).await.map_err(in_query)?;
    Ok(axum::Json(List::of(page, |link| Link::of(link, &deps, caller.realm))))
}

/// Get a link
#[utoipa::path(
    get, path = "/links/{id}", operation_id = "get_link", tag = "Links",
    params(("id" = schema::LinkId, Path)), security(("key" = ["links:read"])),
    responses((status = 200, description = "The link.", body = Link), ReadErrors)
)]
async fn one(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<LinkId>,
) -> Result<axum::Json<Link>, Problem> {
    caller.need(Scope::LinksRead)?;
    let link = links::one(Ask { db: &deps.db, realm: caller.realm }, id).await?;
    Ok(axum::Json(Link::of(link, &deps, caller.realm)))
}

/// Take a link
///
/// There is one link for each affiliate and campaign: asking again gives the one there is, with 200. An affiliate's key
/// takes links to active campaigns that are public or that it was approved for.
#[utoipa::path(
    post, path = "/links", operation_id = "create_link", tag = "Links",
    params(super::IdempotencyKey), request_body = NewLink, security(("key" = ["links:write"])),
    responses(
        (status = 201, description = "Created.", body = Link,
         headers(("Location" = String, description = "Path of the new link."))),
        (status = 200, description = "There was one already.", body = Link),
        WriteErrors
    )
)]
async fn create(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    headers: HeaderMap,
    Json { value, bytes }: Json<NewLink>,
) -> Result<Response, Problem> {
    caller.need(Scope::LinksWrite)?;
    let (now, actor) = ((deps.now)(), caller.actor());
    let chance = u64::from((deps.chance)()) << 32 | u64::from((deps.chance)());
    let draft = LinkDraft {
        campaign: value.campaign_id,
        affiliate: value.affiliate_id.unwrap_or_default(),
        destination_url: value.destination_url.unwrap_or_default(),
    };
    let own = deps.clone();
    idempotency::run(&deps, &caller, &headers, "POST /api/v1/links", &bytes, |db| async move {
        let (link, new) =
            engine::links::take_link(&db, &actor, &draft, now, chance).await.map_err(in_body(PLACES))?;
        let place = format!("/api/v1/links/{}", link.id);
        let link = Link::of(link, &own, actor.realm);
        if new { Reply::created(place, &link) } else { Reply::ok(&link) }
    })
    .await
}

/// Change a link
///
/// For the network's keys: it starts or pauses a link, or sends its visitors elsewhere.
#[utoipa::path(
    patch, path = "/links/{id}", operation_id = "update_link", tag = "Links",
    params(("id" = schema::LinkId, Path)), request_body = LinkPatch, security(("key" = ["links:write"])),
    responses((status = 200, description = "As it is now.", body = Link), WriteErrors)
)]
async fn update(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<LinkId>,
    Json { value, .. }: Json<LinkPatch>,
) -> Result<axum::Json<Link>, Problem> {
    caller.need(Scope::LinksWrite)?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    // Another account's link is not there at all, rather than not to be changed.
    links::one(ask, id).await?;
    let status = value
        .status
        .map(|word| word.parse::<LinkStatus>())
        .transpose()
        .map_err(|e| in_body(PLACES)(EngineError::invalid("status", format!("{e}."))))?;
    let (actor, now) = (caller.actor(), (deps.now)());
    engine::links::change_link(&deps.db, &actor, id, status, value.destination_url.as_deref(), now)
        .await
        .map_err(in_body(PLACES))?;
    Ok(axum::Json(Link::of(links::one(ask, id).await?, &deps, caller.realm)))
}

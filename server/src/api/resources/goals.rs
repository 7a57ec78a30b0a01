//! Goals of a campaign: results that are paid for.

use super::{
    campaigns::Campaign,
    input::{Json, given, in_body},
    schema::{self, Cash, DeleteErrors, WriteErrors},
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
    drafts::GoalDraft,
    ids::{CampaignId, GoalId},
    money::{Currency, Money},
    snapshot,
};
use engine::{
    EngineError,
    api::{Ask, campaigns},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(update, remove))
}

/// What is paid for a result: an amount, or a share of the amount that is reported.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rate {
    /// The same for every result.
    Fixed {
        /// In the campaign's currency.
        money: Cash,
    },
    /// A part of the reported amount.
    Share {
        /// From 0 to 100, with at most four places.
        #[schema(max_length = 12, pattern = r"^[0-9]{1,3}(\.[0-9]{1,4})?$", example = "12.5")]
        percent: String,
    },
}

impl Rate {
    fn of(rate: snapshot::Rate, currency: Currency) -> Self {
        match rate {
            snapshot::Rate::Fixed(minor) => Self::Fixed { money: Money::new(minor, currency).into() },
            snapshot::Rate::Share(micros) => {
                let text = format!("{}.{:04}", micros / 10_000, micros % 10_000);
                Self::Share { percent: text.trim_end_matches('0').trim_end_matches('.').to_owned() }
            }
        }
    }

    /// Kind and value as the form has them. The currency has to be the campaign's.
    fn form(&self, currency: &str) -> Result<(String, String), &'static str> {
        match self {
            Self::Fixed { money } if money.currency == currency => Ok(("fixed".into(), money.amount.clone())),
            Self::Fixed { .. } => Err("Amounts are in the campaign's currency."),
            Self::Share { percent } => Ok(("share".into(), percent.clone())),
        }
    }
}

/// A result that is paid for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Goal {
    #[schema(value_type = schema::GoalId)]
    pub id: String,
    /// What reports name it by.
    #[schema(example = "sale")]
    pub code: String,
    #[schema(example = "Sale")]
    pub name: String,
    /// Meant by reports that name no goal; one in every campaign.
    pub is_default: bool,
    /// What the affiliate gets.
    pub payout: Rate,
    /// What the advertiser pays; only for the network's keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Rate, required = false)]
    pub revenue: Option<Rate>,
}

impl Goal {
    pub fn of(g: store::config::Goal, currency: Currency, realm: Realm) -> Self {
        Self {
            id: g.id.to_string(),
            code: g.code,
            name: g.name,
            is_default: g.is_default,
            payout: Rate::of(g.payout, currency),
            revenue: g.revenue.filter(|_| realm == Realm::Network).map(|rate| Rate::of(rate, currency)),
        }
    }
}

/// A goal to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGoal {
    /// What reports name it by: 1 to 40 letters, digits, `-` and `_`.
    #[schema(min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9_-]{1,40}$", example = "sale")]
    pub code: String,
    #[schema(min_length = 1, max_length = 100, example = "Sale")]
    pub name: String,
    /// What the advertiser pays.
    pub revenue: Rate,
    /// What the affiliate gets.
    pub payout: Rate,
}

impl NewGoal {
    /// The form of it. `place` is where the goal stands in the body.
    pub fn draft(self, currency: &str, place: &str) -> Result<GoalDraft, Problem> {
        let form = |rate: &Rate, name: &str| {
            rate.form(currency).map_err(|why| {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Some fields need another look.").field(
                    format!("{place}/{name}/money/currency"),
                    "invalid",
                    why,
                )
            })
        };
        let ((revenue_kind, revenue_value), (payout_kind, payout_value)) =
            (form(&self.revenue, "revenue")?, form(&self.payout, "payout")?);
        Ok(GoalDraft {
            code: self.code,
            name: self.name,
            revenue_kind,
            revenue_value,
            payout_kind,
            payout_value,
        })
    }
}

/// What is to change; a field that is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoalPatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9_-]{1,40}$")]
    pub code: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Rate, required = false)]
    pub revenue: Option<Rate>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Rate, required = false)]
    pub payout: Option<Rate>,
}

/// Where the body has the fields of a goal's draft.
const PLACES: &[(&str, &str)] = &[
    ("revenue_kind", "/revenue/kind"),
    ("revenue_value", "/revenue"),
    ("payout_kind", "/payout/kind"),
    ("payout_value", "/payout"),
];

/// Add a goal
///
/// Reports have to name it by its code. A campaign has at most 50 goals.
#[utoipa::path(
    post, path = "/campaigns/{id}/goals", operation_id = "create_goal", tag = "Campaigns",
    params(("id" = schema::CampaignId, Path), super::IdempotencyKey), request_body = NewGoal,
    security(("key" = ["campaigns:write"])),
    responses(
        (status = 201, description = "The campaign with the new goal.", body = Campaign,
         headers(("Location" = String, description = "Path of the campaign."))),
        WriteErrors
    )
)]
async fn create(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<CampaignId>,
    headers: HeaderMap,
    Json { value, bytes }: Json<NewGoal>,
) -> Result<Response, Problem> {
    caller.need(Scope::CampaignsWrite)?;
    let (now, chance, actor) = ((deps.now)(), (deps.chance)(), caller.actor());
    let route = format!("POST /api/v1/campaigns/{id}/goals");
    idempotency::run(&deps, &caller, &headers, &route, &bytes, |db| async move {
        let ask = Ask { db: &db, realm: actor.realm };
        let currency = campaigns::one(ask, id).await?.campaign.currency;
        let draft = value.draft(currency.code(), "")?;
        engine::campaigns::add_goal(&db, &actor, id, &draft, now, chance).await.map_err(in_body(PLACES))?;
        let after = campaigns::one(ask, id).await?;
        Reply::created(format!("/api/v1/campaigns/{id}"), &Campaign::of(after, actor.realm))
    })
    .await
}

/// Change a goal
///
/// Conversions that were counted keep what they were worth.
#[utoipa::path(
    patch, path = "/campaigns/{id}/goals/{goal_id}", operation_id = "update_goal", tag = "Campaigns",
    params(("id" = schema::CampaignId, Path), ("goal_id" = schema::GoalId, Path)), request_body = GoalPatch,
    security(("key" = ["campaigns:write"])),
    responses((status = 200, description = "The campaign as it is now.", body = Campaign), WriteErrors)
)]
async fn update(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(ids): InPath<(CampaignId, GoalId)>,
    Json { value, .. }: Json<GoalPatch>,
) -> Result<axum::Json<Campaign>, Problem> {
    caller.need(Scope::CampaignsWrite)?;
    let change = |draft: &mut GoalDraft, campaign: &store::config::Campaign| {
        super::put(&mut draft.code, value.code);
        super::put(&mut draft.name, value.name);
        let currency = campaign.currency.code();
        if let Some(rate) = value.revenue {
            (draft.revenue_kind, draft.revenue_value) =
                rate.form(currency).map_err(|why| EngineError::invalid("revenue_value", why))?;
        }
        if let Some(rate) = value.payout {
            (draft.payout_kind, draft.payout_value) =
                rate.form(currency).map_err(|why| EngineError::invalid("payout_value", why))?;
        }
        Ok(())
    };
    let after = campaigns::patch_goal(&deps.db, &caller.actor(), ids, change, (deps.now)())
        .await
        .map_err(in_body(PLACES))?;
    Ok(axum::Json(Campaign::of(after, caller.realm)))
}

/// Remove a goal
///
/// Reports that name it are refused from then on. The default goal stays.
#[utoipa::path(
    delete, path = "/campaigns/{id}/goals/{goal_id}", operation_id = "remove_goal", tag = "Campaigns",
    params(("id" = schema::CampaignId, Path), ("goal_id" = schema::GoalId, Path)),
    security(("key" = ["campaigns:write"])),
    responses((status = 204, description = "It is gone."), DeleteErrors)
)]
async fn remove(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath((campaign, goal)): InPath<(CampaignId, GoalId)>,
) -> Result<StatusCode, Problem> {
    caller.need(Scope::CampaignsWrite)?;
    engine::campaigns::remove_goal(&deps.db, &caller.actor(), campaign, goal, (deps.now)()).await?;
    Ok(StatusCode::NO_CONTENT)
}

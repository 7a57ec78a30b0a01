//! Decisions on conversions.

use super::{
    conversions::Conversion,
    input::{Json, in_body},
    schema::{self, CreateErrors, WriteErrors},
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
use domain::{ids::ConversionId, reason::Reason};
use engine::{
    EngineError,
    api::{Ask, conversions},
    decide::{self, Decided, Wish},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Most conversions of one request.
const MOST: usize = 100;

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(approve)).routes(routes!(reject)).routes(routes!(decide_many))
}

/// Why a conversion is rejected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// The affiliate reads it.
    #[schema(value_type = schema::RejectionReason)]
    pub reason: String,
    /// For the network's people.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

/// One decision on several conversions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkDecision {
    /// Ids of conversions.
    #[schema(value_type = Vec<schema::ConversionId>, min_items = 1, max_items = 100)]
    pub ids: Vec<String>,
    pub decision: Choice,
    /// Needed for rejecting; the affiliate reads it.
    #[serde(default)]
    #[schema(value_type = Option<schema::RejectionReason>)]
    pub reason: Option<String>,
    /// With a rejection, for the network's people.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

/// What to do with them.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Approve,
    Reject,
}

/// What became of each conversion.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResult {
    pub results: Vec<Outcome>,
    /// How many were decided now.
    #[schema(minimum = 0)]
    pub done: usize,
    /// How many could not be decided so.
    #[schema(minimum = 0)]
    pub failed: usize,
}

/// What became of one conversion.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    #[schema(value_type = schema::ConversionId)]
    pub id: String,
    #[schema(value_type = schema::OutcomeWord)]
    pub outcome: &'static str,
    /// What to know about it, where it was not done.
    pub message: Option<String>,
}

fn reason(word: &str) -> Result<Reason, EngineError> {
    Reason::from_code(word)
        .ok_or_else(|| EngineError::invalid("reason", "Choose one of the reasons for a rejection by hand."))
}

/// Approve a conversion
///
/// The affiliate's money becomes approved, and the advertiser owes it. Approving again changes nothing.
#[utoipa::path(
    post, path = "/conversions/{id}/approve", operation_id = "approve_conversion", tag = "Conversions",
    params(("id" = schema::ConversionId, Path), super::IdempotencyKey),
    security(("key" = ["conversions:write"])),
    responses((status = 200, description = "As it is now.", body = Conversion), WriteErrors)
)]
async fn approve(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<ConversionId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.need(Scope::ConversionsWrite)?;
    let (now, actor) = ((deps.now)(), caller.actor());
    let route = format!("POST /api/v1/conversions/{id}/approve");
    idempotency::run(&deps, &caller, &headers, &route, &[], |db| async move {
        decide::approve(&db, &actor, id, now).await?;
        let row = conversions::one(Ask { db: &db, realm: actor.realm }, id).await?;
        Reply::ok(&Conversion::of(row, actor.realm))
    })
    .await
}

/// Reject a conversion
///
/// Also an approved one: what was posted for it is undone by exact contra entries. Rejecting again changes nothing.
#[utoipa::path(
    post, path = "/conversions/{id}/reject", operation_id = "reject_conversion", tag = "Conversions",
    params(("id" = schema::ConversionId, Path), super::IdempotencyKey), request_body = Rejection,
    security(("key" = ["conversions:write"])),
    responses((status = 200, description = "As it is now.", body = Conversion), WriteErrors)
)]
async fn reject(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<ConversionId>,
    headers: HeaderMap,
    Json { value, bytes }: Json<Rejection>,
) -> Result<Response, Problem> {
    caller.need(Scope::ConversionsWrite)?;
    let (now, actor) = ((deps.now)(), caller.actor());
    let reason = reason(&value.reason)?;
    let route = format!("POST /api/v1/conversions/{id}/reject");
    idempotency::run(&deps, &caller, &headers, &route, &bytes, |db| async move {
        let note = value.note.unwrap_or_default();
        decide::reject(&db, &actor, id, reason, &note, now).await?;
        let row = conversions::one(Ask { db: &db, realm: actor.realm }, id).await?;
        Reply::ok(&Conversion::of(row, actor.realm))
    })
    .await
}

/// Decide on several conversions
///
/// At most 100 at once, in one transaction. Each has its own answer: one that cannot be decided so does not keep the
/// others from it.
#[utoipa::path(
    post, path = "/conversions/decide", operation_id = "decide_conversions", tag = "Conversions",
    params(super::IdempotencyKey), request_body = BulkDecision, security(("key" = ["conversions:write"])),
    responses((status = 200, description = "What became of each.", body = BulkResult), CreateErrors)
)]
async fn decide_many(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    headers: HeaderMap,
    Json { value, bytes }: Json<BulkDecision>,
) -> Result<Response, Problem> {
    caller.need(Scope::ConversionsWrite)?;
    let ids = read_ids(&value.ids)?;
    let reason = match (value.decision, value.reason.as_deref()) {
        (Choice::Approve, None) => None,
        (Choice::Approve, Some(_)) => {
            return Err(in_body(&[])(EngineError::invalid("reason", "Only a rejection has a reason.")));
        }
        (Choice::Reject, Some(word)) => Some(reason(word)?),
        (Choice::Reject, None) => {
            return Err(in_body(&[])(EngineError::invalid("reason", "A rejection needs a reason.")));
        }
    };
    let (now, actor) = ((deps.now)(), caller.actor());
    let route = "POST /api/v1/conversions/decide";
    idempotency::run(&deps, &caller, &headers, route, &bytes, |db| async move {
        let note = value.note.unwrap_or_default();
        let wish = match reason {
            Some(reason) => Wish::reject(reason, &note)?,
            None => Wish::Approve,
        };
        let outcomes = decide::decide_many(&db, &actor, &ids, &wish, now).await?;
        let mut result = BulkResult { results: Vec::with_capacity(outcomes.len()), done: 0, failed: 0 };
        for (id, outcome) in outcomes {
            let (outcome, message) = match outcome {
                Ok(Decided::Done) => ("done", None),
                Ok(Decided::AlreadyDone) => ("already_done", None),
                Err(EngineError::NotFound) => ("not_found", Some("There is no such conversion.".to_owned())),
                Err(EngineError::Conflict(why)) => ("conflict", Some(why)),
                Err(other) => return Err(other.into()),
            };
            result.done += usize::from(outcome == "done");
            result.failed += usize::from(message.is_some());
            result.results.push(Outcome { id: id.to_string(), outcome, message });
        }
        Reply::ok(&result)
    })
    .await
}

fn read_ids(texts: &[String]) -> Result<Vec<ConversionId>, Problem> {
    let wrong = |pointer: String, message: String| {
        Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Some fields need another look.")
            .field(pointer, "invalid", message))
    };
    if texts.is_empty() || texts.len() > MOST {
        return wrong("/ids".into(), format!("Give 1 to {MOST} ids."));
    }
    let mut ids = Vec::with_capacity(texts.len());
    for (n, text) in texts.iter().enumerate() {
        match text.parse() {
            Ok(id) => ids.push(id),
            Err(_) => return wrong(format!("/ids/{n}"), "Give the id of a conversion, conv_….".into()),
        }
    }
    Ok(ids)
}

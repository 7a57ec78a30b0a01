//! The audit log.

use super::{
    input::{Query, Wrong, in_query, list_params},
    schema::{self, List, ListErrors, Time},
};
use crate::api::{
    ApiDeps,
    auth::{Key, Scope},
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::ids::AuditId;
use engine::api::{Ask, audit};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A change that somebody made. Entries are never changed and never taken away.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    #[schema(value_type = schema::AuditId)]
    pub id: String,
    pub at: Time,
    /// A person's email address, a key, or a part of the system.
    #[schema(example = "ann@network.example")]
    pub actor: String,
    pub ip: Option<String>,
    pub request_id: Option<String>,
    #[schema(example = "campaign.update")]
    pub action: String,
    /// Prefixed id of what was changed.
    #[schema(example = "camp_0zq4k7m2c9d5g")]
    pub object: String,
    /// As it was before; `null` for something new. The fields are those of the object, and may differ from the API's.
    pub before: Option<Value>,
    /// As it was afterwards; `null` for something taken away.
    pub after: Option<Value>,
}

list_params! {
    /// Filters of the list.
    Params {
        /// An object's or a request's id, the beginning of an action, or a part of an actor's name.
        #[param(max_length = 200)]
        q,
        /// At this moment or later.
        #[param(value_type = Option<Time>)]
        from,
        /// Before this moment.
        #[param(value_type = Option<Time>)]
        to,
        /// Prefixed id of an object.
        #[param(max_length = 200, example = "camp_0zq4k7m2c9d5g")]
        object,
        /// The beginning of an action, such as `campaign.`.
        #[param(max_length = 200, example = "campaign.")]
        action,
    }
}

/// List changes
///
/// Newest first. For the network's keys.
#[utoipa::path(
    get, path = "/audit", operation_id = "list_audit", tag = "Audit",
    params(Params), security(("key" = ["audit:read"])),
    responses((status = 200, description = "A page of changes.", body = List<AuditEntry>), ListErrors)
)]
async fn list(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    Query(params): Query<Params>,
) -> Result<Json<List<AuditEntry>>, Problem> {
    caller.need(Scope::AuditRead)?;
    let mut wrong = Wrong::default();
    let wanted = audit::Wanted {
        from: wrong.moment("from", params.from.as_ref()),
        to: wrong.moment("to", params.to.as_ref()),
        q: params.q.clone().unwrap_or_default(),
        object: params.object.clone().unwrap_or_default(),
        action: params.action.clone().unwrap_or_default(),
    };
    let paging = wrong.paging(&params.page());
    wrong.check()?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    let page = audit::list(ask, &wanted, &paging).await.map_err(in_query)?;
    Ok(Json(List::of(page, |e| AuditEntry {
        id: AuditId(e.id).to_string(),
        at: Time(e.at),
        actor: e.actor,
        ip: e.ip,
        request_id: e.request_id,
        action: e.action,
        object: e.object,
        before: e.before,
        after: e.after,
    })))
}

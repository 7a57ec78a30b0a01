//! What the server does for the pages of applications.

use crate::{error::AppError, parts::For};
use domain::view::{AccessList, ApplicationDetail, ApplicationList};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{deps, require},
    parts::{come_back, go, id_of, shown},
};
#[cfg(feature = "ssr")]
use domain::{access::Permission::EditAffiliates, ids::ApplicationId, view::ListQuery};
#[cfg(feature = "ssr")]
use engine::{EngineError, people::Link, signup as cases};
#[cfg(feature = "ssr")]
use store::config::AccessState;

/// One of the two queues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Queue {
    Affiliates(ApplicationList),
    Campaigns(AccessList),
}

/// The queue that `kind` names (`campaign`, or else affiliates), as `query` asks for it.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "applications", output = Postcard)]
pub async fn applications(
    #[server(default)] kind: String,
    #[server(default)] query: String,
) -> Result<For<Queue>, AppError> {
    let caller = require(EditAffiliates).await?;
    let deps = deps()?;
    let (ask, query) = (deps.ask(&caller), ListQuery::parse(&query));
    let view = if kind == "campaign" {
        Queue::Campaigns(cases::access_list(&ask, &query).await?)
    } else {
        Queue::Affiliates(cases::applications(&ask, &query).await?)
    };
    Ok(shown(view, &deps, &caller))
}

/// One application.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "application", output = Postcard)]
pub async fn application(id: String) -> Result<For<ApplicationDetail>, AppError> {
    let caller = require(EditAffiliates).await?;
    let deps = deps()?;
    let id: ApplicationId = id_of(&id)?;
    let view = cases::application(&deps.ask(&caller), id).await?;
    Ok(shown(view, &deps, &caller))
}

/// Creates the affiliate and invites the applicant.
///
/// # Errors
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) for one that was decided on,
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `name` and `email`.
#[server(prefix = "/fn", endpoint = "approve_application")]
pub async fn approve_application(id: String, #[server(default)] name: String) -> Result<(), AppError> {
    let caller = require(EditAffiliates).await?;
    let deps = deps()?;
    let id: ApplicationId = id_of(&id)?;
    let link = Link { secret: (deps.secret)(), console_url: &deps.console_url };
    cases::approve(&deps.db, &caller.actor(), id, &name, link, (deps.now)(), (deps.chance)()).await?;
    go(&format!("/admin/applications/{id}"), "approved");
    Ok(())
}

/// Rejects, and writes to the applicant why.
///
/// # Errors
/// As [`approve_application`], at `reason`.
#[server(prefix = "/fn", endpoint = "reject_application")]
pub async fn reject_application(id: String, #[server(default)] reason: String) -> Result<(), AppError> {
    let caller = require(EditAffiliates).await?;
    let deps = deps()?;
    let id: ApplicationId = id_of(&id)?;
    cases::reject(&deps.db, &caller.actor(), id, &reason, (deps.now)()).await?;
    go(&format!("/admin/applications/{id}"), "rejected");
    Ok(())
}

/// Answers affiliates' requests to run campaigns, `camp_…:aff_…` each: `approved` or `refused`.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `pairs`, `state` and `note`.
#[server(prefix = "/fn", endpoint = "decide_access")]
pub async fn decide_access(
    #[server(default)] pairs: Vec<String>,
    #[server(default)] state: String,
    #[server(default)] note: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let caller = require(EditAffiliates).await?;
    let deps = deps()?;
    let state = match state.as_str() {
        "approved" => AccessState::Approved,
        "refused" => AccessState::Refused,
        _ => return Err(EngineError::invalid("state", "Approve or refuse.").into()),
    };
    let url = &deps.console_url;
    cases::decide_many(&deps.db, &caller.actor(), &pairs, state, &note, url, (deps.now)()).await?;
    come_back(&back, "/admin/applications?kind=campaign", "answered");
    Ok(())
}

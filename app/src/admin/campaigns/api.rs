//! What the server does for the pages of campaigns.

use crate::{admin::parts::For, error::AppError};
use domain::{
    drafts::{CampaignDraft, GoalDraft},
    view::{CampaignDetail, CampaignList},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::{
    admin::parts::{come_back, go, id_of, options, shown},
    ctx::{deps, require},
};
#[cfg(feature = "ssr")]
use domain::{
    access::Permission,
    ids::{AffiliateId, CampaignId, GoalId},
    status::CampaignStatus,
    view::ListQuery,
};
#[cfg(feature = "ssr")]
use engine::{EngineError, campaigns as cases, reports};
#[cfg(feature = "ssr")]
use store::config::AccessState;

/// The list that `query` (see [`ListQuery`](domain::view::ListQuery)) asks for.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "campaigns")]
pub async fn campaigns(#[server(default)] query: String) -> Result<For<CampaignList>, AppError> {
    let caller = require(Permission::ViewNetwork).await?;
    let deps = deps()?;
    let view = reports::campaigns::list(&deps.ask(&caller), &ListQuery::parse(&query)).await?;
    Ok(shown(view, &deps, &caller))
}

/// One of them, with the figures of the period in `query`.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "campaign")]
pub async fn campaign(id: String, #[server(default)] query: String) -> Result<For<CampaignDetail>, AppError> {
    let caller = require(Permission::ViewNetwork).await?;
    let deps = deps()?;
    let id: CampaignId = id_of(&id)?;
    let view = reports::campaigns::detail(&deps.ask(&caller), id, &ListQuery::parse(&query)).await?;
    Ok(shown(view, &deps, &caller))
}

/// The form of a campaign and the advertisers it may belong to (id and name).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignFields {
    pub draft: CampaignDraft,
    pub advertisers: Vec<(String, String)>,
}

/// The form: as the campaign is, or new without an id.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "campaign_form")]
pub async fn campaign_form(#[server(default)] id: String) -> Result<CampaignFields, AppError> {
    let caller = require(Permission::EditCampaigns).await?;
    let deps = deps()?;
    let draft = if id.is_empty() {
        CampaignDraft::default()
    } else {
        cases::campaign_draft(&deps.db, caller.realm, id_of(&id)?).await?
    };
    let mut advertisers = options(reports::choices::advertisers(&deps.ask(&caller)).await?);
    if !id.is_empty() {
        // A campaign stays with its advertiser.
        advertisers.retain(|a| a.0 == draft.advertiser);
    }
    Ok(CampaignFields { draft, advertisers })
}

/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "create_campaign")]
pub async fn create_campaign(#[server(default)] draft: CampaignDraft) -> Result<(), AppError> {
    let caller = require(Permission::EditCampaigns).await?;
    let deps = deps()?;
    let id = cases::create_campaign(&deps.db, &caller.actor(), &draft, (deps.now)(), (deps.chance)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go(&format!("/admin/campaigns/{id}"), "created");
    Ok(())
}

/// # Errors
/// As [`create_campaign`].
#[server(prefix = "/fn", endpoint = "update_campaign")]
pub async fn update_campaign(id: String, #[server(default)] draft: CampaignDraft) -> Result<(), AppError> {
    let caller = require(Permission::EditCampaigns).await?;
    let deps = deps()?;
    let id: CampaignId = id_of(&id)?;
    cases::update_campaign(&deps.db, &caller.actor(), id, &draft, (deps.now)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go(&format!("/admin/campaigns/{id}"), "saved");
    Ok(())
}

/// Pauses, activates or archives.
///
/// # Errors
/// [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "set_campaign_status")]
pub async fn set_campaign_status(
    id: String,
    status: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let caller = require(Permission::EditCampaigns).await?;
    let deps = deps()?;
    let id: CampaignId = id_of(&id)?;
    let status: CampaignStatus =
        status.parse().map_err(|_| EngineError::invalid("status", "Choose a status from the list."))?;
    cases::set_campaign_status(&deps.db, &caller.actor(), id, status, (deps.now)()).await?;
    come_back(&back, "/admin/campaigns", status.word());
    Ok(())
}

/// Adds a goal.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "add_goal")]
pub async fn add_goal(campaign: String, #[server(default)] draft: GoalDraft) -> Result<(), AppError> {
    let caller = require(Permission::EditCampaigns).await?;
    let deps = deps()?;
    let id: CampaignId = id_of(&campaign)?;
    cases::add_goal(&deps.db, &caller.actor(), id, &draft, (deps.now)(), (deps.chance)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go(&format!("/admin/campaigns/{id}"), "goal_added");
    Ok(())
}

/// Takes a goal away.
///
/// # Errors
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) for the default goal.
#[server(prefix = "/fn", endpoint = "remove_goal")]
pub async fn remove_goal(campaign: String, goal: String) -> Result<(), AppError> {
    let caller = require(Permission::EditCampaigns).await?;
    let deps = deps()?;
    let id: CampaignId = id_of(&campaign)?;
    let goal: GoalId = id_of(&goal)?;
    cases::remove_goal(&deps.db, &caller.actor(), id, goal, (deps.now)()).await?;
    go(&format!("/admin/campaigns/{id}"), "goal_removed");
    Ok(())
}

/// Answers an affiliate's application: `approved` or `refused`.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid), fields `state` and `note`.
#[server(prefix = "/fn", endpoint = "decide_application")]
pub async fn decide_application(
    campaign: String,
    affiliate: String,
    state: String,
    #[server(default)] note: String,
) -> Result<(), AppError> {
    let caller = require(Permission::EditAffiliates).await?;
    let deps = deps()?;
    let id: CampaignId = id_of(&campaign)?;
    let affiliate: AffiliateId = id_of(&affiliate)?;
    let state = match state.as_str() {
        "approved" => AccessState::Approved,
        "refused" => AccessState::Refused,
        _ => return Err(EngineError::invalid("state", "Approve or refuse.").into()),
    };
    cases::decide_application(&deps.db, &caller.actor(), id, affiliate, state, &note, (deps.now)()).await?;
    go(&format!("/admin/campaigns/{id}"), "answered");
    Ok(())
}

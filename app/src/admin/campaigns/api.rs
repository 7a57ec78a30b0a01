//! What the server does for the pages of campaigns.

use crate::{error::AppError, parts::For};
use domain::{
    drafts::{CampaignDraft, GoalDraft},
    view::CampaignDetail,
};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{deps, require},
    parts::{come_back, go, id_of, options, shown},
};
#[cfg(feature = "ssr")]
use domain::{
    access::Permission,
    ids::{AffiliateId, CampaignId, GoalId},
    status::CampaignStatus,
    view::ListQuery,
};
#[cfg(feature = "ssr")]
use engine::{EngineError, accounts, campaigns as cases, reports};
#[cfg(feature = "ssr")]
use store::config::AccessState;

/// One of them, with the figures of the period in `query`.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "campaign", output = Postcard)]
pub async fn campaign(id: String, #[server(default)] query: String) -> Result<For<CampaignDetail>, AppError> {
    let caller = require(Permission::ViewNetwork).await?;
    let deps = deps()?;
    let id: CampaignId = id_of(&id)?;
    let view = reports::campaigns::detail(&deps.ask_for_page(&caller), id, &ListQuery::parse(&query)).await?;
    Ok(shown(view, &deps, &caller))
}

/// The form of a campaign and the advertisers it may belong to (id and name).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignFields {
    pub draft: CampaignDraft,
    pub advertisers: Vec<(String, String)>,
    /// Codes of the currencies to choose from, the network's default first.
    pub currencies: Vec<String>,
}

/// The form: as the campaign is, or new without an id.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "campaign_form", output = Postcard)]
pub async fn campaign_form(#[server(default)] id: String) -> Result<CampaignFields, AppError> {
    let caller = require(Permission::EditCampaigns).await?;
    let deps = deps()?;
    let mut currencies = accounts::general_settings(&deps.db).await?.currencies;
    let draft = if id.is_empty() {
        let currency = currencies.first().cloned().unwrap_or_default();
        CampaignDraft { currency, ..CampaignDraft::default() }
    } else {
        cases::campaign_draft(&deps.db, caller.realm, id_of(&id)?).await?
    };
    let mut advertisers = options(reports::choices::advertisers(&deps.ask(&caller)).await?);
    if !id.is_empty() {
        // A campaign stays with its advertiser.
        advertisers.retain(|a| a.0 == draft.advertiser);
    }
    // What the campaign has stays possible.
    if !currencies.contains(&draft.currency) {
        currencies.push(draft.currency.clone());
    }
    Ok(CampaignFields { draft, advertisers, currencies })
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

/// The form of a goal: as it is.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "goal_form", output = Postcard)]
pub async fn goal_form(campaign: String, goal: String) -> Result<GoalDraft, AppError> {
    let caller = require(Permission::EditCampaigns).await?;
    Ok(cases::goal_draft(&deps()?.db, caller.realm, id_of(&campaign)?, id_of(&goal)?).await?)
}

/// Changes a goal.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "update_goal")]
pub async fn update_goal(
    campaign: String,
    goal: String,
    #[server(default)] draft: GoalDraft,
) -> Result<(), AppError> {
    let caller = require(Permission::EditCampaigns).await?;
    let deps = deps()?;
    let id: CampaignId = id_of(&campaign)?;
    let goal: GoalId = id_of(&goal)?;
    cases::update_goal(&deps.db, &caller.actor(), id, goal, &draft, (deps.now)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go(&format!("/admin/campaigns/{id}"), "goal_saved");
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
    let url = &deps.console_url;
    cases::decide_application(&deps.db, &caller.actor(), id, affiliate, state, &note, url, (deps.now)())
        .await?;
    go(&format!("/admin/campaigns/{id}"), "answered");
    Ok(())
}

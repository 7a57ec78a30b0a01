//! What the server does for the pages of affiliates.

use crate::{error::AppError, parts::For};
use domain::{
    drafts::AffiliateDraft,
    view::{AccountDetail, Choice},
};
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{deps, require},
    parts::{come_back, go, id_of, salt, shown},
};
#[cfg(feature = "ssr")]
use domain::{access::Permission, ids::AffiliateId, status::AccountStatus, view::ListQuery};
#[cfg(feature = "ssr")]
use engine::{EngineError, accounts, network::domains, reports};

/// One of them, with the figures of the period in `query`.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "affiliate", output = Postcard)]
pub async fn affiliate(id: String, #[server(default)] query: String) -> Result<For<AccountDetail>, AppError> {
    let caller = require(Permission::ViewNetwork).await?;
    let deps = deps()?;
    let view =
        reports::accounts::affiliate(&deps.ask_for_page(&caller), id_of(&id)?, &ListQuery::parse(&query))
            .await?;
    Ok(shown(view, &deps, &caller))
}

/// The form: as the affiliate is, or empty without an id.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "affiliate_form", output = Postcard)]
pub async fn affiliate_form(#[server(default)] id: String) -> Result<AffiliateDraft, AppError> {
    let caller = require(Permission::EditAffiliates).await?;
    if id.is_empty() {
        return Ok(AffiliateDraft {
            status: AccountStatus::Active.word().into(),
            ..AffiliateDraft::default()
        });
    }
    Ok(accounts::affiliate_draft(&deps()?.db, caller.realm, id_of(&id)?).await?)
}

/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "create_affiliate")]
pub async fn create_affiliate(#[server(default)] draft: AffiliateDraft) -> Result<(), AppError> {
    let caller = require(Permission::EditAffiliates).await?;
    let deps = deps()?;
    let id = accounts::create_affiliate(
        &deps.db,
        &caller.actor(),
        &draft,
        (deps.now)(),
        (deps.chance)(),
        salt(&deps),
    )
    .await
    .map_err(|e| AppError::from(e).with_values(&draft))?;
    go(&format!("/admin/affiliates/{id}"), "created");
    Ok(())
}

/// # Errors
/// As [`create_affiliate`].
#[server(prefix = "/fn", endpoint = "update_affiliate")]
pub async fn update_affiliate(id: String, #[server(default)] draft: AffiliateDraft) -> Result<(), AppError> {
    let caller = require(Permission::EditAffiliates).await?;
    let deps = deps()?;
    let id: AffiliateId = id_of(&id)?;
    accounts::update_affiliate(&deps.db, &caller.actor(), id, &draft, (deps.now)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go(&format!("/admin/affiliates/{id}"), "saved");
    Ok(())
}

/// Pauses, activates or closes.
///
/// # Errors
/// As [`update_affiliate`].
#[server(prefix = "/fn", endpoint = "set_affiliate_status")]
pub async fn set_affiliate_status(
    id: String,
    status: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let caller = require(Permission::EditAffiliates).await?;
    let deps = deps()?;
    let id: AffiliateId = id_of(&id)?;
    let status: AccountStatus =
        status.parse().map_err(|_| EngineError::invalid("status", "Choose a status from the list."))?;
    accounts::set_affiliate_status(&deps.db, &caller.actor(), id, status, (deps.now)()).await?;
    come_back(&back, "/admin/affiliates", status.word());
    Ok(())
}

/// Which domain the affiliate's links begin with (empty for the default), and those to choose from.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "domain_choice", output = Postcard)]
pub async fn domain_choice(id: String) -> Result<(String, Vec<Choice>), AppError> {
    require(Permission::EditAffiliates).await?;
    Ok(domains::choice_of(&deps()?.db, id_of(&id)?).await?)
}

/// Gives the affiliate's links a domain; an empty one is the network's default.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `domain`.
#[server(prefix = "/fn", endpoint = "choose_domain")]
pub async fn choose_domain(id: String, #[server(default)] domain: String) -> Result<(), AppError> {
    let caller = require(Permission::EditAffiliates).await?;
    let deps = deps()?;
    let id: AffiliateId = id_of(&id)?;
    let chosen = if domain.is_empty() { None } else { Some(id_of(&domain)?) };
    domains::choose(&deps.db, &caller.actor(), id, chosen, (deps.now)()).await?;
    if let Err(error) = deps.network.refresh(&deps.db).await {
        tracing::warn!(%error, "the change shows a little later");
    }
    go(&format!("/admin/affiliates/{id}"), "domain");
    Ok(())
}

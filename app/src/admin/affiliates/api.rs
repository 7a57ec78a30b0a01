//! What the server does for the pages of affiliates.

use crate::{admin::parts::For, error::AppError};
use domain::{
    drafts::AffiliateDraft,
    view::{AccountDetail, AccountList},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    admin::parts::{come_back, go, id_of, salt, shown},
    ctx::{deps, require},
};
#[cfg(feature = "ssr")]
use domain::{access::Permission, ids::AffiliateId, status::AccountStatus, view::ListQuery};
#[cfg(feature = "ssr")]
use engine::{EngineError, accounts, reports};

/// The list that `query` (see [`ListQuery`](domain::view::ListQuery)) asks for.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "affiliates")]
pub async fn affiliates(#[server(default)] query: String) -> Result<For<AccountList>, AppError> {
    let caller = require(Permission::ViewNetwork).await?;
    let deps = deps()?;
    let view = reports::accounts::affiliates(&deps.ask(&caller), &ListQuery::parse(&query)).await?;
    Ok(shown(view, &deps, &caller))
}

/// One of them, with the figures of the period in `query`.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "affiliate")]
pub async fn affiliate(id: String, #[server(default)] query: String) -> Result<For<AccountDetail>, AppError> {
    let caller = require(Permission::ViewNetwork).await?;
    let deps = deps()?;
    let view =
        reports::accounts::affiliate(&deps.ask(&caller), id_of(&id)?, &ListQuery::parse(&query)).await?;
    Ok(shown(view, &deps, &caller))
}

/// The form: as the affiliate is, or empty without an id.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "affiliate_form")]
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

/// Pauses or activates.
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
    let mut draft = accounts::affiliate_draft(&deps.db, caller.realm, id).await?;
    draft.status = status.word().into();
    accounts::update_affiliate(&deps.db, &caller.actor(), id, &draft, (deps.now)()).await?;
    come_back(&back, "/admin/affiliates", status.word());
    Ok(())
}

//! What the server does for the pages of advertisers.

use crate::{error::AppError, parts::For};
use domain::{drafts::AdvertiserDraft, view::AccountDetail};
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{deps, require},
    parts::{come_back, go, id_of, shown},
};
#[cfg(feature = "ssr")]
use domain::{access::Permission, ids::AdvertiserId, status::AccountStatus, view::ListQuery};
#[cfg(feature = "ssr")]
use engine::{EngineError, accounts, reports};

/// One of them, with the figures of the period in `query`.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "advertiser", output = Postcard)]
pub async fn advertiser(
    id: String,
    #[server(default)] query: String,
) -> Result<For<AccountDetail>, AppError> {
    let caller = require(Permission::ViewNetwork).await?;
    let deps = deps()?;
    let view =
        reports::accounts::advertiser(&deps.ask_for_page(&caller), id_of(&id)?, &ListQuery::parse(&query))
            .await?;
    Ok(shown(view, &deps, &caller))
}

/// The form: as the advertiser is, or empty without an id.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "advertiser_form", output = Postcard)]
pub async fn advertiser_form(#[server(default)] id: String) -> Result<AdvertiserDraft, AppError> {
    let caller = require(Permission::EditAdvertisers).await?;
    if id.is_empty() {
        return Ok(AdvertiserDraft {
            status: AccountStatus::Active.word().into(),
            ..AdvertiserDraft::default()
        });
    }
    Ok(accounts::advertiser_draft(&deps()?.db, caller.realm, id_of(&id)?).await?)
}

/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "create_advertiser")]
pub async fn create_advertiser(#[server(default)] draft: AdvertiserDraft) -> Result<(), AppError> {
    let caller = require(Permission::EditAdvertisers).await?;
    let deps = deps()?;
    let id = accounts::create_advertiser(&deps.db, &caller.actor(), &draft, (deps.now)(), (deps.chance)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go(&format!("/admin/advertisers/{id}"), "created");
    Ok(())
}

/// # Errors
/// As [`create_advertiser`].
#[server(prefix = "/fn", endpoint = "update_advertiser")]
pub async fn update_advertiser(
    id: String,
    #[server(default)] draft: AdvertiserDraft,
) -> Result<(), AppError> {
    let caller = require(Permission::EditAdvertisers).await?;
    let deps = deps()?;
    let id: AdvertiserId = id_of(&id)?;
    accounts::update_advertiser(&deps.db, &caller.actor(), id, &draft, (deps.now)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go(&format!("/admin/advertisers/{id}"), "saved");
    Ok(())
}

/// Pauses or activates.
///
/// # Errors
/// As [`update_advertiser`].
#[server(prefix = "/fn", endpoint = "set_advertiser_status")]
pub async fn set_advertiser_status(
    id: String,
    status: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let caller = require(Permission::EditAdvertisers).await?;
    let deps = deps()?;
    let id: AdvertiserId = id_of(&id)?;
    let status: AccountStatus =
        status.parse().map_err(|_| EngineError::invalid("status", "Choose a status from the list."))?;
    accounts::set_advertiser_status(&deps.db, &caller.actor(), id, status, (deps.now)()).await?;
    come_back(&back, "/admin/advertisers", status.word());
    Ok(())
}

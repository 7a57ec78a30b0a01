//! What the server does for the pages of links.

use crate::error::AppError;
use domain::drafts::LinkDraft;
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{deps, require},
    parts::{come_back, go, id_of, options},
};
#[cfg(feature = "ssr")]
use domain::{access::Permission, ids::LinkId, status::LinkStatus};
#[cfg(feature = "ssr")]
use engine::{EngineError, accounts, campaigns, links as cases, reports};

/// What the form of a link chooses from: id and name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkChoices {
    pub campaigns: Vec<(String, String)>,
    pub affiliates: Vec<(String, String)>,
}

/// The form of a new link.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "link_form", output = Postcard)]
pub async fn link_form() -> Result<LinkChoices, AppError> {
    let caller = require(Permission::EditLinks).await?;
    let deps = deps()?;
    let ask = deps.ask(&caller);
    Ok(LinkChoices {
        campaigns: options(reports::choices::campaigns(&ask).await?),
        affiliates: options(reports::choices::affiliates(&ask).await?),
    })
}

/// Creates the link or finds the one there is.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "create_link")]
pub async fn create_link(#[server(default)] draft: LinkDraft) -> Result<(), AppError> {
    let caller = require(Permission::EditLinks).await?;
    let deps = deps()?;
    let chance = u64::from((deps.chance)()) << 32 | u64::from((deps.chance)());
    let link = cases::create_link(&deps.db, &caller.actor(), &draft, (deps.now)(), chance)
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go(&format!("/admin/links?q={}", link.id), "created");
    Ok(())
}

/// Pauses or activates.
///
/// # Errors
/// [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "set_link_status")]
pub async fn set_link_status(
    id: String,
    status: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let caller = require(Permission::EditLinks).await?;
    let deps = deps()?;
    let id: LinkId = id_of(&id)?;
    let status: LinkStatus =
        status.parse().map_err(|_| EngineError::invalid("status", "Choose a status from the list."))?;
    cases::set_link_status(&deps.db, &caller.actor(), id, status, (deps.now)()).await?;
    come_back(&back, "/admin/links", status.word());
    Ok(())
}

/// The form of a link's destination.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkDestination {
    /// Id and name.
    pub campaign: (String, String),
    pub affiliate: (String, String),
    pub address: String,
    pub campaign_destination: String,
    /// Empty for the campaign's.
    pub destination_url: String,
}

/// The form: as the link is.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "edit_link", output = Postcard)]
pub async fn edit_link(id: String) -> Result<LinkDestination, AppError> {
    let caller = require(Permission::EditLinks).await?;
    let deps = deps()?;
    let (draft, code) = cases::link_draft(&deps.db, caller.realm, id_of(&id)?).await?;
    let campaign = campaigns::campaign_draft(&deps.db, caller.realm, id_of(&draft.campaign)?).await?;
    let affiliate = accounts::affiliate_draft(&deps.db, caller.realm, id_of(&draft.affiliate)?).await?;
    Ok(LinkDestination {
        campaign: (draft.campaign, campaign.name),
        affiliate: (draft.affiliate, affiliate.name),
        address: format!("{}/c/{code}", deps.tracking_url),
        campaign_destination: campaign.destination_url,
        destination_url: draft.destination_url,
    })
}

/// Sends a link's visitors elsewhere, or with an empty text where the campaign leads.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `destination_url`.
#[server(prefix = "/fn", endpoint = "set_link_destination")]
pub async fn set_link_destination(
    id: String,
    #[server(default)] destination_url: String,
) -> Result<(), AppError> {
    let caller = require(Permission::EditLinks).await?;
    let deps = deps()?;
    let id: LinkId = id_of(&id)?;
    let done =
        cases::set_link_destination(&deps.db, &caller.actor(), id, &destination_url, (deps.now)()).await;
    done.map_err(|e| {
        let mut error = AppError::from(e);
        error.values.insert("destination_url".to_owned(), destination_url.clone());
        error
    })?;
    go(&format!("/admin/links?q={id}"), "saved");
    Ok(())
}

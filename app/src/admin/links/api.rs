//! What the server does for the pages of links.

use crate::{admin::parts::For, error::AppError};
use domain::{drafts::LinkDraft, view::LinkList};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::{
    admin::parts::{come_back, go, id_of, options, shown},
    ctx::{deps, require},
};
#[cfg(feature = "ssr")]
use domain::{access::Permission, ids::LinkId, status::LinkStatus, view::ListQuery};
#[cfg(feature = "ssr")]
use engine::{EngineError, links as cases, reports};

/// The list that `query` (see [`ListQuery`](domain::view::ListQuery)) asks for.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "links")]
pub async fn links(#[server(default)] query: String) -> Result<For<LinkList>, AppError> {
    let caller = require(Permission::ViewNetwork).await?;
    let deps = deps()?;
    let view = reports::links::list(&deps.ask(&caller), &ListQuery::parse(&query)).await?;
    Ok(shown(view, &deps, &caller))
}

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
#[server(prefix = "/fn", endpoint = "link_form")]
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

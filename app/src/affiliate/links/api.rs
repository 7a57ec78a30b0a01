//! What the server does for the affiliate's links.

use crate::{admin::parts::For, error::AppError};
use domain::view::OwnLinkList;
use leptos::prelude::*;

/// The affiliate's links with their figures.
///
/// # Errors
/// Those of `ctx::require`; the database does not answer.
#[server(name = LoadOwnLinks, prefix = "/fn", endpoint = "own_links")]
pub async fn own_links(#[server(default)] query: String) -> Result<For<OwnLinkList>, AppError> {
    use domain::{access::Permission, view::ListQuery};
    let caller = crate::ctx::require(Permission::RunCampaigns).await?;
    let deps = crate::ctx::deps()?;
    let view = engine::reports::own::links(&deps.ask(&caller), &ListQuery::parse(&query)).await?;
    Ok(crate::admin::parts::shown(view, &deps, &caller))
}

//! What the server does for the affiliate's conversions.

use crate::error::AppError;
use domain::view::OwnConversionList;
use leptos::prelude::*;

/// The affiliate's conversions, also those that did not count.
///
/// # Errors
/// Those of `ctx::require`; the database does not answer.
#[server(name = LoadOwnConversions, prefix = "/fn", endpoint = "own_conversions")]
pub async fn own_conversions(#[server(default)] query: String) -> Result<OwnConversionList, AppError> {
    use domain::{access::Permission, view::ListQuery};
    let caller = crate::ctx::require(Permission::RunCampaigns).await?;
    let deps = crate::ctx::deps()?;
    Ok(engine::reports::own::conversions(&deps.ask(&caller), &ListQuery::parse(&query)).await?)
}

//! What the server does for the sub-id report.

use crate::error::AppError;
use domain::view::SubReport;
use leptos::prelude::*;

/// Clicks and earnings by one of the sub-ids.
///
/// # Errors
/// Those of `ctx::require`; the database does not answer.
#[server(name = LoadSubs, prefix = "/fn", endpoint = "own_subs")]
pub async fn own_subs(#[server(default)] query: String) -> Result<SubReport, AppError> {
    use domain::{access::Permission, view::ListQuery};
    let caller = crate::ctx::require(Permission::RunCampaigns).await?;
    let deps = crate::ctx::deps()?;
    Ok(engine::reports::own::subs(&deps.ask(&caller), &ListQuery::parse(&query)).await?)
}

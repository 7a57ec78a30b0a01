//! What the server does for the affiliate's overview.

use crate::{error::AppError, parts::For};
use domain::view::AffiliateOverview;
use leptos::{prelude::*, server_fn::codec::Postcard};

/// Earnings, figures and what changed, for the period in the query.
///
/// # Errors
/// Those of `ctx::require`; the database does not answer.
#[server(name = LoadOwnOverview, prefix = "/fn", endpoint = "own_overview", output = Postcard)]
pub async fn own_overview(#[server(default)] query: String) -> Result<For<AffiliateOverview>, AppError> {
    use domain::{access::Permission, view::ListQuery};
    let caller = crate::ctx::require(Permission::RunCampaigns).await?;
    let deps = crate::ctx::deps()?;
    let view = engine::reports::own::overview(&deps.ask_for_page(&caller), &ListQuery::parse(&query)).await?;
    Ok(crate::parts::shown(view, &deps, &caller))
}

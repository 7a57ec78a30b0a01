//! What the server does for the overview.

use crate::error::AppError;
use domain::view::AdminOverview;
use leptos::{prelude::*, server_fn::codec::Postcard};

/// The network at a glance, for the period in the query.
///
/// # Errors
/// Those of `ctx::require`; the database does not answer.
#[server(name = LoadOverview, prefix = "/fn", endpoint = "admin_overview", output = Postcard)]
pub async fn admin_overview(#[server(default)] query: String) -> Result<AdminOverview, AppError> {
    use domain::{access::Permission, view::ListQuery};
    let caller = crate::ctx::require(Permission::ViewNetwork).await?;
    let deps = crate::ctx::deps()?;
    let ask = deps.ask_for_page(&caller);
    let query = ListQuery::parse(&query);
    let key = format!("{:?} {} {} {query:?}", ask.realm, ask.tz, ask.period);
    Ok(deps.overviews.ask(&key, || engine::reports::overview::admin(&ask, &query)).await?)
}

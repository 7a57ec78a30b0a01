//! What the server does for the search.

use crate::error::AppError;
use domain::view::SearchView;
use leptos::{prelude::*, server_fn::codec::Postcard};

/// Objects that the asking person may see and that `q` may mean.
///
/// # Errors
/// Nobody is signed in, or the portal has nothing to search; the database does not answer.
#[server(name = Search, prefix = "/fn", endpoint = "search", output = Postcard)]
pub async fn search(#[server(default)] q: String) -> Result<SearchView, AppError> {
    use domain::access::{Permission, Portal};
    let caller = crate::ctx::caller().await?;
    let needs = match caller.role.portal() {
        Portal::Admin => Permission::ViewNetwork,
        Portal::Affiliate | Portal::Advertiser | Portal::Buyer => Permission::RunCampaigns,
    };
    let caller = crate::ctx::require(needs).await?;
    let deps = crate::ctx::deps()?;
    Ok(engine::search::find(&deps.ask(&caller), caller.role, &q).await?)
}

//! What the server does for the click lookup.

use crate::error::AppError;
use domain::view::ClickLookup;
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::ctx::{deps, require};
#[cfg(feature = "ssr")]
use domain::access::Permission;
#[cfg(feature = "ssr")]
use engine::reports;

/// Everything known of a click id. A wrong id is an answer, not an error.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "find_click", output = Postcard)]
pub async fn find_click(#[server(default)] id: String) -> Result<ClickLookup, AppError> {
    let caller = require(Permission::ViewNetwork).await?;
    let deps = deps()?;
    // The longest id has 47 letters; nothing longer is worth the work.
    let id: String = id.chars().take(200).collect();
    Ok(reports::clicks::lookup(&deps.ask(&caller), &id).await?)
}

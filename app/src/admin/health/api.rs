//! What the server does for the health page.

use crate::error::AppError;
use domain::view::HealthView;
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::ctx::{deps, require};
#[cfg(feature = "ssr")]
use domain::access::Permission;
#[cfg(feature = "ssr")]
use engine::reports;

/// The state of the machinery.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "health", output = Postcard)]
pub async fn health() -> Result<HealthView, AppError> {
    let caller = require(Permission::ViewHealth).await?;
    let deps = deps()?;
    Ok(reports::health::view(&deps.ask(&caller)).await?)
}

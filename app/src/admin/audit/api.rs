//! What the server does for the audit log.

use crate::error::AppError;
use domain::view::AuditList;
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::ctx::{deps, require};
#[cfg(feature = "ssr")]
use domain::{access::Permission, view::ListQuery};
#[cfg(feature = "ssr")]
use engine::reports;

/// The changes that `query` (see [`ListQuery`](domain::view::ListQuery)) asks for.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "audit", output = Postcard)]
pub async fn audit(#[server(default)] query: String) -> Result<AuditList, AppError> {
    let caller = require(Permission::ViewAudit).await?;
    let deps = deps()?;
    Ok(reports::audit::list(&deps.ask_for_page(&caller), &ListQuery::parse(&query)).await?)
}

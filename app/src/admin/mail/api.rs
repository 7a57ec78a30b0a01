//! What the server does for the pages of letters.

use crate::error::AppError;
use domain::view::{MailDetail, MailList};
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{deps, require},
    parts::{go, id_of},
};
#[cfg(feature = "ssr")]
use domain::{access::Permission, ids::MailId, view::ListQuery};
#[cfg(feature = "ssr")]
use engine::people;

/// The list that `query` (see [`ListQuery`](domain::view::ListQuery)) asks for.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "mails", output = Postcard)]
pub async fn mails(#[server(default)] query: String) -> Result<MailList, AppError> {
    let caller = require(Permission::ManageSettings).await?;
    Ok(people::mails(&deps()?.ask(&caller), &ListQuery::parse(&query)).await?)
}

/// One of them with its text and its attempts.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "mail", output = Postcard)]
pub async fn mail(id: String) -> Result<MailDetail, AppError> {
    let caller = require(Permission::ManageSettings).await?;
    Ok(people::mail(&deps()?.ask(&caller), id_of(&id)?).await?)
}

/// Sends one that was given up again.
///
/// # Errors
/// Those of [`mail`]; [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) in another state.
#[server(prefix = "/fn", endpoint = "resend_mail")]
pub async fn resend_mail(id: String) -> Result<(), AppError> {
    let caller = require(Permission::ManageSettings).await?;
    let deps = deps()?;
    let id: MailId = id_of(&id)?;
    people::resend_mail(&deps.db, &caller.actor(), id, (deps.now)()).await?;
    go(&format!("/admin/mails/{id}"), "queued");
    Ok(())
}

//! What the server does for notifications.

use crate::error::AppError;
use domain::view::{BellView, NoticesView};
use leptos::{prelude::*, server_fn::codec::Postcard};

/// The newest notifications, and how many are not read.
///
/// # Errors
/// Nobody is signed in; the database does not answer.
#[server(name = LoadBell, prefix = "/fn", endpoint = "bell", output = Postcard)]
pub async fn bell() -> Result<BellView, AppError> {
    let caller = crate::ctx::caller().await?;
    let deps = crate::ctx::deps()?;
    Ok(engine::notify::bell(&deps.ask(&caller), caller.role, caller.user).await?)
}

/// A page of notifications: `?show=unread` and `?before=` in the query.
///
/// # Errors
/// Nobody is signed in; the database does not answer.
#[server(name = LoadNotices, prefix = "/fn", endpoint = "notifications", output = Postcard)]
pub async fn notices(
    #[server(default)] show: String,
    #[server(default)] before: String,
) -> Result<NoticesView, AppError> {
    let caller = crate::ctx::caller().await?;
    let deps = crate::ctx::deps()?;
    let before = before.parse().ok();
    Ok(engine::notify::list(&deps.ask(&caller), caller.role, caller.user, show == "unread", before).await?)
}

/// Marks one notification as read, or all where `id` is empty.
///
/// # Errors
/// Nobody is signed in; `Forbidden` while somebody else's portal is only looked at; `Invalid`.
#[server(name = MarkRead, prefix = "/fn", endpoint = "mark_read")]
pub async fn mark_read(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::error::ErrorCode;
    let caller = crate::ctx::caller().await?;
    let deps = crate::ctx::deps()?;
    let only = match id.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| {
            crate::ctx::fail(AppError::new(ErrorCode::Invalid, "There is no notification of that number."))
        })?),
    };
    let now = (deps.now)();
    Ok(engine::notify::mark_read(&deps.db, caller.realm, caller.role, caller.user, only, now).await?)
}

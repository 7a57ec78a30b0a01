//! What the server does for people's own accounts. It is always about the person who asks.

use crate::error::AppError;
use domain::{drafts::ProfileDraft, view::Profile};
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{Caller, Deps, deps, myself},
    parts::{go, salt},
};
#[cfg(feature = "ssr")]
use engine::people::{self, Guard, Link, NewPassword};

/// Where the account's pages are in the portal of whoever asks.
#[cfg(feature = "ssr")]
fn home(caller: &Caller) -> String {
    format!("{}/account", caller.role.portal().home())
}

#[cfg(feature = "ssr")]
fn guard(deps: &Deps) -> Guard<'_> {
    Guard { limiter: &deps.limiter, sealer: &deps.sealer }
}

/// One's own account.
///
/// # Errors
/// Those of [`crate::ctx::myself`].
#[server(name = ReadProfile, prefix = "/fn", endpoint = "profile", output = Postcard)]
pub async fn profile() -> Result<Profile, AppError> {
    let caller = myself().await?;
    let deps = deps()?;
    Ok(people::profile(&deps.ask(&caller), &caller.actor()).await?)
}

/// Changes name and time zone.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "save_profile")]
pub async fn save_profile(#[server(default)] draft: ProfileDraft) -> Result<(), AppError> {
    let caller = myself().await?;
    let deps = deps()?;
    people::update_profile(&deps.db, &caller.actor(), &draft, (deps.now)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go(&home(&caller), "saved");
    Ok(())
}

/// Remembers the period that was chosen in a picker, for pages that are opened without one.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `period`; those of [`crate::ctx::caller`].
#[server(prefix = "/fn", endpoint = "remember_period")]
pub async fn remember_period(#[server(default)] period: String) -> Result<(), AppError> {
    let caller = crate::ctx::caller().await?;
    // Whoever looks at another's portal chooses for the moment.
    if caller.viewing.is_none() {
        people::remember_period(&deps()?.db, &caller.actor(), &period).await?;
    }
    Ok(())
}

/// Changes the password; every other session ends.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `present` or `password`.
#[server(prefix = "/fn", endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] present: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    let caller = myself().await?;
    let deps = deps()?;
    people::change_password(
        &deps.db,
        guard(&deps),
        &caller.actor(),
        caller.session,
        NewPassword { present: &present, password: &password },
        &deps.console_url,
        (deps.now)(),
        salt(&deps),
    )
    .await?;
    go(&home(&caller), "password");
    Ok(())
}

/// Asks for another address.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `email` or `confirm`.
#[server(prefix = "/fn", endpoint = "ask_email")]
pub async fn ask_email(
    #[server(default)] email: String,
    #[server(default)] confirm: String,
) -> Result<(), AppError> {
    let caller = myself().await?;
    let deps = deps()?;
    let link = Link { secret: (deps.secret)(), console_url: &deps.console_url };
    people::ask_email(&deps.db, guard(&deps), &caller.actor(), (&email, &confirm), link, (deps.now)())
        .await
        .map_err(|e| {
            let mut error = AppError::from(e);
            error.values.insert("email".to_owned(), email.clone());
            error
        })?;
    go(&home(&caller), "email");
    Ok(())
}

//! What the server does for people who are not signed in and have a link from a letter, or want one. Open to everybody:
//! the secret of the link is the permission, and every link that does not work has the same answer.

use crate::error::AppError;
use domain::view::{EmailChangeView, InvitationView};
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{deps, fail, redirect},
    error::ErrorCode,
    parts::salt,
    session::{SLOW_DOWN, origin},
};
#[cfg(feature = "ssr")]
use engine::people::{self, Link, Visitor};
#[cfg(feature = "ssr")]
use std::time::Duration;

/// How long asking for a new password takes at least, so that the time says nothing about the account.
#[cfg(feature = "ssr")]
const EVEN: Duration = Duration::from_millis(400);

#[cfg(feature = "ssr")]
fn visitor() -> Visitor {
    let from = origin();
    Visitor { ip: from.ip, request_id: from.request_id }
}

/// Sends a link to a new password, if the address has an account. The answer is always the same.
///
/// # Errors
/// [`ErrorCode::TooMany`](crate::error::ErrorCode::TooMany) by the visitor's address,
/// [`ErrorCode::Unavailable`](crate::error::ErrorCode::Unavailable).
#[server(prefix = "/fn", endpoint = "forgot_password")]
pub async fn forgot_password(#[server(default)] email: String) -> Result<(), AppError> {
    let deps = deps()?;
    let (now, visitor) = ((deps.now)(), visitor());
    let key = format!("forgot {}", email.trim());
    // Counted, and never given back.
    let _attempt = deps
        .limiter
        .attempt(&key, visitor.ip, now)
        .map_err(|_| fail(AppError::new(ErrorCode::TooMany, SLOW_DOWN)))?;
    let link = Link { secret: (deps.secret)(), console_url: &deps.console_url };
    let (done, ()) =
        tokio::join!(people::forgot(&deps.db, &email, link, &visitor, now), tokio::time::sleep(EVEN));
    done?;
    redirect("/forgot?done=sent");
    Ok(())
}

/// Whose password the link is for.
///
/// # Errors
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) for every link that does not work.
#[server(prefix = "/fn", endpoint = "reset_for", output = Postcard)]
pub async fn reset_for(token: String) -> Result<String, AppError> {
    let deps = deps()?;
    Ok(people::reset_for(&deps.db, &token, (deps.now)()).await?)
}

/// Sets the new password and ends every session of the person.
///
/// # Errors
/// As [`reset_for`], and [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `password`.
#[server(prefix = "/fn", endpoint = "reset_password")]
pub async fn reset_password(token: String, #[server(default)] password: String) -> Result<(), AppError> {
    let deps = deps()?;
    let (visitor, now, salt) = (visitor(), (deps.now)(), salt(&deps));
    let email = people::reset(&deps.db, &token, &password, &deps.console_url, &visitor, now, salt).await?;
    deps.limiter.forget(&email);
    redirect("/login?done=reset");
    Ok(())
}

/// What an invitation is for.
///
/// # Errors
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) for every link that does not work.
#[server(prefix = "/fn", endpoint = "invitation", output = Postcard)]
pub async fn invitation(token: String) -> Result<InvitationView, AppError> {
    let deps = deps()?;
    Ok(people::invitation(&deps.db, &token, (deps.now)()).await?)
}

/// Accepts an invitation. Nobody is signed in by that.
///
/// # Errors
/// As [`invitation`], and [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `name` or `password`.
#[server(prefix = "/fn", endpoint = "accept_invitation")]
pub async fn accept_invitation(
    token: String,
    #[server(default)] name: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    let deps = deps()?;
    let (now, chance, salt) = ((deps.now)(), (deps.chance)(), salt(&deps));
    people::accept(&deps.db, &token, &name, &password, &visitor(), now, chance, salt).await.map_err(|e| {
        let mut error = AppError::from(e);
        error.values.insert("name".to_owned(), name.clone());
        error
    })?;
    redirect("/login?done=welcome");
    Ok(())
}

/// Which address an account is to use.
///
/// # Errors
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) for every link that does not work.
#[server(prefix = "/fn", endpoint = "email_change", output = Postcard)]
pub async fn email_change(token: String) -> Result<EmailChangeView, AppError> {
    let deps = deps()?;
    Ok(people::email_change(&deps.db, &token, (deps.now)()).await?)
}

/// Confirms the address; it is used from now on.
///
/// # Errors
/// As [`email_change`].
#[server(prefix = "/fn", endpoint = "confirm_email")]
pub async fn confirm_email(token: String) -> Result<(), AppError> {
    let deps = deps()?;
    people::confirm_email(&deps.db, &token, &visitor(), (deps.now)()).await?;
    redirect("/confirm-email?done=email");
    Ok(())
}

//! Who is signed in; signing in and out; the theme.

use crate::error::AppError;
use domain::{access::Role, view::TimeView};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

/// Cookie with the chosen theme.
pub const THEME_COOKIE: &str = "theme";

/// The signed-in person, as far as the frame of the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub name: String,
    pub email: String,
    pub role: Role,
    /// IANA time zone.
    pub tz: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// What the network calls itself.
    pub network: String,
    /// Counts beside entries of the navigation.
    pub badges: Vec<(String, i64)>,
    /// Notifications not read.
    pub unread: i64,
    /// Whose portal is only being looked at, and until when.
    pub viewing: Option<(String, TimeView)>,
}

/// A theme's word, or `system`.
#[must_use]
pub fn known_theme(word: &str) -> &'static str {
    match word {
        "light" => "light",
        "dark" => "dark",
        _ => "system",
    }
}

/// Where to go after signing in: a path within this site, or nothing.
#[must_use]
pub fn safe_next(next: &str) -> Option<&str> {
    let fine = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= 512
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    fine.then_some(next)
}

/// The signed-in person.
///
/// # Errors
/// [`SignedOut`](crate::error::ErrorCode::SignedOut).
#[server(name = WhoAmI, prefix = "/fn", endpoint = "me", output = Postcard)]
pub async fn me() -> Result<Me, AppError> {
    let caller = crate::ctx::caller().await?;
    let deps = crate::ctx::deps()?;
    let frame = server::frame(&deps, &caller).await;
    Ok(Me {
        theme: theme_of_request().to_owned(),
        badges: frame.badges,
        unread: frame.unread,
        network: network_name(&deps),
        viewing: caller.viewing.as_ref().map(|v| (v.name.clone(), deps.time(v.until, &caller.tz))),
        name: caller.name,
        email: caller.email,
        role: caller.role,
        tz: caller.tz,
    })
}

/// Where the person starts; redirects there when the page is rendered.
///
/// # Errors
/// None: without a session it is the login page.
#[server(prefix = "/fn", endpoint = "start", output = Postcard)]
pub async fn start() -> Result<String, AppError> {
    let caller = leptos_axum::extract::<axum::Extension<crate::ctx::Caller>>().await.ok();
    let home = caller.map_or("/login", |c| c.role.portal().home());
    crate::ctx::redirect(home);
    Ok(home.to_owned())
}

/// Starts a session and goes to the person's portal, or to `next` within it. With two-step sign-in the code is asked for
/// first.
///
/// # Errors
/// `Invalid` with one sentence for every wrong pair, `TooMany`.
#[server(prefix = "/fn", endpoint = "sign_in")]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    match server::sign_in(&email, &password, &next).await? {
        Some(home) => crate::ctx::redirect(within(&next, home)),
        None => crate::ctx::redirect("/login/code"),
    }
    Ok(())
}

/// Whether a code is being waited for. Goes to the login page where none is.
///
/// # Errors
/// `Unavailable` when the session store does not answer.
#[server(prefix = "/fn", endpoint = "code_wanted", output = Postcard)]
pub async fn code_wanted() -> Result<bool, AppError> {
    let wanted = server::pending().await?.is_some();
    if !wanted {
        crate::ctx::redirect("/login");
    }
    Ok(wanted)
}

/// The second step: a code of the authenticator, or a recovery code.
///
/// # Errors
/// `Invalid` with one sentence for every wrong code, `TooMany`, `SignedOut` when it took too long.
#[server(prefix = "/fn", endpoint = "sign_in_code")]
pub async fn sign_in_code(#[server(default)] code: String) -> Result<(), AppError> {
    let (home, next) = server::second_step(&code).await?;
    crate::ctx::redirect(within(&next, home));
    Ok(())
}

/// Ends the session.
///
/// # Errors
/// `Unavailable` when the session store does not answer.
#[server(prefix = "/fn", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    server::sign_out().await?;
    crate::ctx::redirect("/login");
    Ok(())
}

/// `next`, if it lies in the portal that begins at `home`.
#[cfg(feature = "ssr")]
fn within<'a>(next: &'a str, home: &'a str) -> &'a str {
    safe_next(next).filter(|n| n.split(['?', '/', '#']).nth(1) == home.split('/').nth(1)).unwrap_or(home)
}

/// Keeps the theme for a year. Needs nobody to be signed in and changes nothing else.
///
/// # Errors
/// None.
#[server(prefix = "/fn", endpoint = "set_theme")]
pub async fn set_theme(theme: String) -> Result<(), AppError> {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        let cookie =
            format!("{THEME_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", known_theme(&theme));
        if let Ok(value) = http::HeaderValue::from_str(&cookie) {
            response.append_header(http::header::SET_COOKIE, value);
        }
    }
    Ok(())
}

#[cfg(feature = "ssr")]
mod server;
#[cfg(feature = "ssr")]
pub use server::{begin_session, current, network_name, origin, session_failed, theme_of_request};

/// What the login page says; the same whether or not the account exists.
pub const WRONG_PAIR: &str = "This email and password do not go together.";
pub const SLOW_DOWN: &str = "Too many attempts. Wait a while, then try again.";
pub const WRONG_CODE: &str = "This code is not right, or it was used before.";
pub const TOO_LATE: &str = "That took too long. Sign in again.";
pub const NO_DATABASE: &str = "Signing in is not possible at the moment. Try again in a minute.";

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn next_stays_on_this_site() {
        assert_eq!(safe_next("/admin/links?page=2"), Some("/admin/links?page=2"));
        for bad in
            ["", "admin", "//evil.test", "/\\evil.test", "https://evil.test", "/a\r\nSet-Cookie: x", "/ä"]
        {
            assert_eq!(safe_next(bad), None, "{bad:?}");
        }
    }
}

//! Who is signed in; signing in and out; the theme.

use crate::error::AppError;
use domain::access::Role;
use leptos::prelude::*;
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
#[server(name = WhoAmI, prefix = "/fn", endpoint = "me")]
pub async fn me() -> Result<Me, AppError> {
    let caller = crate::ctx::caller().await?;
    let deps = crate::ctx::deps()?;
    Ok(Me {
        theme: theme_of_request().to_owned(),
        badges: server::badges(&deps, &caller).await,
        network: server::network_name(&deps).await,
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
#[server(prefix = "/fn", endpoint = "start")]
pub async fn start() -> Result<String, AppError> {
    let caller = leptos_axum::extract::<axum::Extension<crate::ctx::Caller>>().await.ok();
    let home = caller.map_or("/login", |c| c.role.portal().home());
    crate::ctx::redirect(home);
    Ok(home.to_owned())
}

/// Starts a session and goes to the person's portal, or to `next` within it.
///
/// # Errors
/// `Invalid` with one sentence for every wrong pair, `TooMany`.
#[server(prefix = "/fn", endpoint = "sign_in")]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    let home = server::sign_in(&email, &password).await?;
    let next = safe_next(&next).filter(|n| n.split(['?', '/', '#']).nth(1) == home.split('/').nth(1));
    crate::ctx::redirect(next.unwrap_or(home));
    Ok(())
}

/// Ends the session.
///
/// # Errors
/// `Unavailable` when the session store does not answer.
#[server(prefix = "/fn", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    server::session().await?.flush().await.map_err(server::session_failed)?;
    crate::ctx::redirect("/login");
    Ok(())
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
pub use server::theme_of_request;

#[cfg(feature = "ssr")]
mod server {
    use super::{AppError, THEME_COOKIE, known_theme};
    use crate::ctx::{Caller, ClientIp, Deps, SessionUser, deps, fail};
    use crate::error::ErrorCode;
    use domain::access::Realm;
    use engine::signin::{self, SignInError};
    use http::{header, request::Parts};
    use leptos::prelude::use_context;
    use store::{Db, StoreError, reports::needs};
    use tower_sessions::Session;

    /// The theme of the request's cookie.
    #[must_use]
    pub fn theme_of_request() -> &'static str {
        let parts = use_context::<Parts>();
        let word = parts.as_ref().and_then(|p| {
            p.headers
                .get_all(header::COOKIE)
                .iter()
                .filter_map(|v| v.to_str().ok())
                .flat_map(|v| v.split(';'))
                .find_map(|pair| pair.trim().strip_prefix(THEME_COOKIE)?.strip_prefix('='))
        });
        known_theme(word.unwrap_or_default())
    }

    /// What the network calls itself; empty while the database is away.
    pub async fn network_name(deps: &Deps) -> String {
        engine::accounts::settings_draft(&deps.db).await.map(|s| s.network_name).unwrap_or_default()
    }

    /// Counts for the navigation. A failure costs the badge, not the page.
    pub async fn badges(deps: &Deps, caller: &Caller) -> Vec<(String, i64)> {
        if caller.realm != Realm::Network {
            return Vec::new();
        }
        match pending_conversions(&deps.db).await {
            Ok(n) => vec![("pending_conversions".to_owned(), n)],
            Err(e) => {
                tracing::warn!(error = %e, "no counts for the navigation");
                Vec::new()
            }
        }
    }

    async fn pending_conversions(db: &Db) -> Result<i64, StoreError> {
        let mut tx = db.begin(Realm::Network).await?;
        let waiting = needs::pending(&mut tx).await?;
        tx.commit().await?;
        Ok(waiting.iter().map(|p| p.count).sum())
    }

    pub async fn session() -> Result<Session, AppError> {
        leptos_axum::extract::<Session>().await.map_err(|_| crate::ctx::internal("no session layer"))
    }

    pub fn session_failed(e: tower_sessions::session::Error) -> AppError {
        tracing::warn!(error = %e, "session store failed");
        fail(AppError::new(
            ErrorCode::Unavailable,
            "Sessions are not available at the moment. Tracking goes on; try again in a minute.",
        ))
    }

    /// Checks the pair and binds a fresh session to the person; answers where the portal begins.
    pub async fn sign_in(email: &str, password: &str) -> Result<&'static str, AppError> {
        let deps = deps()?;
        let ip =
            use_context::<Parts>().and_then(|p| p.extensions.get::<ClientIp>().copied()).and_then(|ip| ip.0);
        let now = (deps.now)();
        let done = signin::sign_in(&deps.db, &deps.limiter, email, password, ip, now).await;
        let who = done.map_err(|e| {
            let mut error = refusal(&e);
            error.values.insert("email".to_owned(), email.to_owned());
            fail(error)
        })?;
        let session = session().await?;
        let user = SessionUser { user: who.user, epoch: who.epoch, signed_in_ms: now.timestamp_millis() };
        session.cycle_id().await.map_err(session_failed)?;
        session.insert(SessionUser::KEY, user).await.map_err(session_failed)?;
        Ok(who.role.portal().home())
    }

    fn refusal(e: &SignInError) -> AppError {
        match e {
            SignInError::TooMany { .. } => AppError::new(ErrorCode::TooMany, super::SLOW_DOWN),
            SignInError::Unavailable => AppError::new(ErrorCode::Unavailable, super::NO_DATABASE),
            SignInError::Wrong => AppError::new(ErrorCode::Invalid, super::WRONG_PAIR),
        }
    }
}

/// What the login page says; the same whether or not the account exists.
pub const WRONG_PAIR: &str = "This email and password do not go together.";
pub const SLOW_DOWN: &str = "Too many attempts. Wait a minute, then try again.";
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

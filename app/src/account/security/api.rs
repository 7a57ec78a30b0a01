//! What the server does for the pages about one's own security, and for others' by those who look after people.

use crate::error::AppError;
use domain::view::SecurityView;
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{Caller, deps, fail, myself, myself_recent, require_recent},
    parts::{come_back, go, id_of},
    session,
};
#[cfg(feature = "ssr")]
use domain::{
    access::{Permission, Realm},
    view::TwoStepView,
};
#[cfg(feature = "ssr")]
use engine::signin::{self, sessions, two_step};

/// Where the page is in the portal of whoever asks.
#[cfg(feature = "ssr")]
fn page(caller: &Caller) -> String {
    format!("{}/account/security", caller.role.portal().home())
}

/// Key of recovery codes on their way to the page that shows them once.
#[cfg(feature = "ssr")]
const SHOWN_ONCE: &str = "recovery_codes";

/// Keeps fresh recovery codes, sealed, until the next page has shown them.
#[cfg(feature = "ssr")]
async fn show_once(codes: &[String]) -> Result<(), AppError> {
    let deps = deps()?;
    let sealed = deps.sealer.seal(SHOWN_ONCE, codes.join(" ").as_bytes(), &(deps.secret)());
    session::current().await?.insert(SHOWN_ONCE, sealed).await.map_err(session::session_failed)
}

/// What [`show_once`] kept; it is gone afterwards.
#[cfg(feature = "ssr")]
async fn shown_once() -> Result<Vec<String>, AppError> {
    let sealed =
        session::current().await?.remove::<Vec<u8>>(SHOWN_ONCE).await.map_err(session::session_failed)?;
    let plain = sealed.and_then(|sealed| deps().ok()?.sealer.open(SHOWN_ONCE, &sealed));
    let text = plain.and_then(|plain| String::from_utf8(plain).ok()).unwrap_or_default();
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

/// Two-step sign-in and sessions of whoever asks.
///
/// # Errors
/// Those of [`crate::ctx::myself`].
#[server(prefix = "/fn", endpoint = "security", output = Postcard)]
pub async fn security() -> Result<SecurityView, AppError> {
    let caller = myself().await?;
    let deps = deps()?;
    let (db, now) = (&deps.db, (deps.now)());
    let status = two_step::status(db, caller.user).await?;
    let setup = if status.begun {
        let issuer = session::network_name(&deps);
        two_step::setup(db, &deps.sealer, caller.user, &caller.email, &issuer).await?
    } else {
        None
    };
    let required = two_step::required(db).await?;
    let may_set = caller.role.may(Permission::ManageSettings) && !caller.must_set_up;
    Ok(SecurityView {
        two_step: TwoStepView {
            since: status.since.map(|at| deps.time(at, &caller.tz)),
            setup,
            codes_left: status.codes_left,
            new_codes: shown_once().await?,
            required: required && caller.realm == Realm::Network,
        },
        sessions: sessions::list(db, caller.user, caller.session, &caller.tz, now).await?,
        policy: may_set.then_some(required),
    })
}

/// Begins to set up two-step sign-in.
///
/// # Errors
/// Those of [`crate::ctx::myself_recent`]; [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict): it is on.
#[server(prefix = "/fn", endpoint = "begin_two_step")]
pub async fn begin_two_step() -> Result<(), AppError> {
    let caller = myself_recent().await?;
    let deps = deps()?;
    two_step::begin(&deps.db, &deps.sealer, caller.user, &*deps.secret, (deps.now)()).await?;
    go(&page(&caller), "begun");
    Ok(())
}

/// Breaks setting up off.
///
/// # Errors
/// Those of [`crate::ctx::myself`].
#[server(prefix = "/fn", endpoint = "cancel_two_step")]
pub async fn cancel_two_step() -> Result<(), AppError> {
    let caller = myself().await?;
    two_step::cancel(&deps()?.db, caller.user).await?;
    go(&page(&caller), "cancelled");
    Ok(())
}

/// Puts two-step sign-in in use with a first code; the next page shows the recovery codes.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `code`.
#[server(prefix = "/fn", endpoint = "confirm_two_step")]
pub async fn confirm_two_step(#[server(default)] code: String) -> Result<(), AppError> {
    let caller = myself().await?;
    let deps = deps()?;
    let (actor, now) = (caller.actor(), (deps.now)());
    let codes =
        two_step::confirm(&deps.db, &deps.sealer, &actor, caller.user, &code, &*deps.secret, now).await?;
    show_once(&codes).await?;
    go(&page(&caller), "on");
    Ok(())
}

/// Makes other recovery codes; the next page shows them.
///
/// # Errors
/// Those of [`crate::ctx::myself_recent`]; [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict): it is off.
#[server(prefix = "/fn", endpoint = "new_recovery_codes")]
pub async fn new_recovery_codes() -> Result<(), AppError> {
    let caller = myself_recent().await?;
    let deps = deps()?;
    let codes =
        two_step::new_codes(&deps.db, &caller.actor(), caller.user, &*deps.secret, (deps.now)()).await?;
    show_once(&codes).await?;
    go(&page(&caller), "codes");
    Ok(())
}

/// Turns two-step sign-in off.
///
/// # Errors
/// Those of [`crate::ctx::myself_recent`]; [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict): it is off, or
/// the network asks for it.
#[server(prefix = "/fn", endpoint = "disable_two_step")]
pub async fn disable_two_step() -> Result<(), AppError> {
    let caller = myself_recent().await?;
    let deps = deps()?;
    two_step::disable(&deps.db, &caller.actor(), caller.user, (deps.now)()).await?;
    go(&page(&caller), "off");
    Ok(())
}

/// Ends one of one's own sessions.
///
/// # Errors
/// [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound): it is none of them, or it has ended.
#[server(prefix = "/fn", endpoint = "end_session")]
pub async fn end_session(id: String) -> Result<(), AppError> {
    let caller = myself().await?;
    let deps = deps()?;
    sessions::end(&deps.db, &caller.actor(), caller.user, id_of(&id)?, (deps.now)()).await?;
    go(&page(&caller), "ended");
    Ok(())
}

/// Ends all of one's own sessions but this one.
///
/// # Errors
/// Those of [`crate::ctx::myself`].
#[server(prefix = "/fn", endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<(), AppError> {
    let caller = myself().await?;
    let deps = deps()?;
    sessions::end_others(&deps.db, &caller.actor(), caller.user, caller.session, (deps.now)()).await?;
    go(&page(&caller), "others");
    Ok(())
}

/// Has the network's people use two-step sign-in, or leaves it to them.
///
/// # Errors
/// Those of [`crate::ctx::require_recent`]; [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict): one's own is
/// off.
#[server(prefix = "/fn", endpoint = "require_two_step")]
pub async fn require_two_step(#[server(default)] required: bool) -> Result<(), AppError> {
    let caller = require_recent(Permission::ManageSettings).await?;
    let deps = deps()?;
    two_step::set_required(&deps.db, &caller.actor(), required, (deps.now)()).await?;
    go(&page(&caller), "policy");
    Ok(())
}

/// Turns somebody else's two-step sign-in off.
///
/// # Errors
/// Those of [`crate::ctx::require_recent`]; [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict): it is off.
#[server(prefix = "/fn", endpoint = "reset_two_step")]
pub async fn reset_two_step(user: String, #[server(default)] back: String) -> Result<(), AppError> {
    let caller = require_recent(Permission::ManageUsers).await?;
    let deps = deps()?;
    let user = id_of(&user)?;
    if user == caller.user {
        let why = "Turn your own off under Security.";
        return Err(fail(AppError::new(crate::error::ErrorCode::Conflict, why)));
    }
    two_step::reset(&deps.db, &caller.actor(), user, (deps.now)()).await?;
    come_back(&back, "/admin/team", "two_step_reset");
    Ok(())
}

/// Lets somebody try to sign in again at once.
///
/// # Errors
/// Those of [`crate::ctx::require`]; [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "unlock_person")]
pub async fn unlock_person(user: String, #[server(default)] back: String) -> Result<(), AppError> {
    let caller = crate::ctx::require(Permission::ManageUsers).await?;
    let deps = deps()?;
    signin::unlock(&deps.db, &deps.limiter, &caller.actor(), id_of(&user)?, (deps.now)()).await?;
    come_back(&back, "/admin/team", "unlocked");
    Ok(())
}

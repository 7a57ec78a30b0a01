//! Looking at an affiliate's portal as the affiliate sees it. The database refuses every change meanwhile.

use crate::{
    error::AppError,
    session::Me,
    ui::{Moment, SubmitButton},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{caller, deps, redirect, require, writing_deps},
    parts::id_of,
};
#[cfg(feature = "ssr")]
use domain::access::Permission;
#[cfg(feature = "ssr")]
use engine::signin::sessions;

/// Begins to look at an affiliate's portal, for half an hour at most.
///
/// # Errors
/// Those of [`crate::ctx::require`]; [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "view_as")]
pub async fn view_as(affiliate: String) -> Result<(), AppError> {
    let caller = require(Permission::ViewAs).await?;
    let deps = deps()?;
    sessions::view_as(&deps.db, &caller.actor(), caller.session, id_of(&affiliate)?, (deps.now)()).await?;
    redirect("/affiliate");
    Ok(())
}

/// Ends looking and goes back to where it began.
///
/// # Errors
/// Those of [`crate::ctx::caller`].
#[server(prefix = "/fn", endpoint = "end_view_as")]
pub async fn end_view_as() -> Result<(), AppError> {
    let caller = caller().await?;
    let deps = writing_deps()?;
    sessions::end_view(&deps.db, &caller.person_actor(), caller.session, (deps.now)()).await?;
    redirect(caller.viewing.as_ref().map_or("/", |viewing| viewing.back.as_str()));
    Ok(())
}

/// The button on an affiliate's page. A full page load, because another portal begins.
#[component]
pub fn ViewAsButton(
    /// `aff_…`
    id: String,
) -> impl IntoView {
    view! {
        <form method="post" action=ViewAs::url()>
            <input type="hidden" name="affiliate" value=id />
            <button type="submit" class="btn">"View as"</button>
        </form>
    }
}

/// Says on every page whose portal is looked at, and ends it. Stays in sight while one scrolls.
#[component]
pub fn ViewingBanner(
    /// Who looks.
    me: Me,
) -> impl IntoView {
    me.viewing.map(|(name, until)| {
        view! {
            <aside class="viewing" aria-label="Viewing as another account">
                <p>
                    <strong>{format!("Viewing as {name}")}</strong>
                    <span>" · read only · until "<Moment at=until /></span>
                </p>
                <form method="post" action=EndViewAs::url()>
                    <SubmitButton label="End viewing" />
                </form>
            </aside>
        }
    })
}

//! What the server does for the pages of people.

use crate::{error::AppError, parts::For};
use domain::{
    drafts::InviteDraft,
    view::{InviteForm, TeamList},
};
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{Deps, deps, require, require_recent},
    parts::{come_back, go, id_of, shown},
};
#[cfg(feature = "ssr")]
use domain::{
    access::{Permission, Role},
    ids::{AffiliateId, TokenId, UserId},
    view::ListQuery,
};
#[cfg(feature = "ssr")]
use engine::{
    accounts,
    people::{self, Link},
    signin,
};

#[cfg(feature = "ssr")]
fn link(deps: &Deps) -> Link<'_> {
    Link { secret: (deps.secret)(), console_url: &deps.console_url }
}

/// The list that `query` (see [`ListQuery`](domain::view::ListQuery)) asks for.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "team", output = Postcard)]
pub async fn team(#[server(default)] query: String) -> Result<For<TeamList>, AppError> {
    let caller = require(Permission::ManageUsers).await?;
    let deps = deps()?;
    let view = people::team(&deps.ask(&caller), caller.user, &ListQuery::parse(&query)).await?;
    Ok(shown(view, &deps, &caller))
}

/// What the form of an invitation offers.
///
/// # Errors
/// Those of [`crate::ctx::require`].
#[server(name = ReadInviteForm, prefix = "/fn", endpoint = "invite_form", output = Postcard)]
pub async fn invite_form() -> Result<InviteForm, AppError> {
    let caller = require(Permission::ManageUsers).await?;
    Ok(people::invite_form(&deps()?.ask(&caller)).await?)
}

/// Invites somebody in whatever role.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft; those of
/// [`crate::ctx::require_recent`].
#[server(prefix = "/fn", endpoint = "invite_person")]
pub async fn invite_person(#[server(default)] draft: InviteDraft) -> Result<(), AppError> {
    let caller = require_recent(Permission::ManageUsers).await?;
    let deps = deps()?;
    people::invite(&deps.db, &caller.actor(), &draft, link(&deps), (deps.now)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go("/admin/team", "invited");
    Ok(())
}

/// The name of the affiliate that somebody is invited for.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "affiliate_invite_form", output = Postcard)]
pub async fn affiliate_invite_form(id: String) -> Result<String, AppError> {
    let caller = require(Permission::EditAffiliates).await?;
    Ok(accounts::affiliate_draft(&deps()?.db, caller.realm, id_of(&id)?).await?.name)
}

/// Invites somebody for one affiliate; no other role can come of it.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "invite_affiliate_person")]
pub async fn invite_affiliate_person(
    id: String,
    #[server(default)] email: String,
    #[server(default)] name: String,
) -> Result<(), AppError> {
    let caller = require(Permission::EditAffiliates).await?;
    let deps = deps()?;
    let id: AffiliateId = id_of(&id)?;
    let draft = InviteDraft { email, name, role: Role::Affiliate.word().to_owned(), owner: id.to_string() };
    people::invite(&deps.db, &caller.actor(), &draft, link(&deps), (deps.now)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go(&format!("/admin/affiliates/{id}"), "invited");
    Ok(())
}

/// Sends an invitation again, with a new link.
///
/// # Errors
/// Those of [`crate::ctx::require_recent`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "resend_invitation")]
pub async fn resend_invitation(id: String) -> Result<(), AppError> {
    let caller = require_recent(Permission::ManageUsers).await?;
    let deps = deps()?;
    let id: TokenId = id_of(&id)?;
    people::resend_invitation(&deps.db, &caller.actor(), id, link(&deps), (deps.now)()).await?;
    go("/admin/team", "resent");
    Ok(())
}

/// Takes an invitation back.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "revoke_invitation")]
pub async fn revoke_invitation(id: String) -> Result<(), AppError> {
    let caller = require(Permission::ManageUsers).await?;
    let deps = deps()?;
    people::revoke_invitation(&deps.db, &caller.actor(), id_of(&id)?, (deps.now)()).await?;
    go("/admin/team", "revoked");
    Ok(())
}

/// Lets somebody sign in again, or no longer.
///
/// # Errors
/// Those of [`crate::ctx::require_recent`]; [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) for oneself.
#[server(prefix = "/fn", endpoint = "set_person_active")]
pub async fn set_person_active(
    id: String,
    active: bool,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let caller = require_recent(Permission::ManageUsers).await?;
    let deps = deps()?;
    let id: UserId = id_of(&id)?;
    accounts::set_user_active(&deps.db, &caller.actor(), id, active, (deps.now)()).await?;
    come_back(&back, "/admin/team", if active { "enabled" } else { "disabled" });
    Ok(())
}

/// Gives one of the network's people another role of the network.
///
/// # Errors
/// Those of [`crate::ctx::require_recent`]; [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `role`;
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) for oneself and for the last administrator.
#[server(prefix = "/fn", endpoint = "set_person_role")]
pub async fn set_person_role(
    id: String,
    #[server(default)] role: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let caller = require_recent(Permission::ManageUsers).await?;
    let deps = deps()?;
    let id: UserId = id_of(&id)?;
    people::set_role(&deps.db, &caller.actor(), id, &role, (deps.now)()).await?;
    come_back(&back, "/admin/team", "role");
    Ok(())
}

/// Ends every session of somebody.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "end_person_sessions")]
pub async fn end_person_sessions(id: String, #[server(default)] back: String) -> Result<(), AppError> {
    let caller = require(Permission::ManageUsers).await?;
    let deps = deps()?;
    let id: UserId = id_of(&id)?;
    signin::end_sessions(&deps.db, &caller.actor(), id, (deps.now)()).await?;
    come_back(&back, "/admin/team", "ended");
    Ok(())
}

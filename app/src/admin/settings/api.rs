//! What the server does for the pages of the settings. All of it is for those who may manage them.

use crate::error::AppError;
use domain::{
    drafts::{BrandDraft, DomainDraft, QuestionDraft, SettingsDraft},
    view::{
        BrandSettings, DomainSettings, FeatureSettings, FeatureSwitches, GeneralView, SignUpSettings,
        TermsSettings,
    },
};
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{Deps, deps, require},
    parts::{go, id_of},
};
#[cfg(feature = "ssr")]
use domain::{
    access::Permission::ManageSettings,
    ids::{DomainId, QuestionId},
};
#[cfg(feature = "ssr")]
use engine::{
    accounts,
    network::{brand, domains, domains::Edge},
    signup,
};

/// What changed is on this node's pages at once; the others follow within a second.
#[cfg(feature = "ssr")]
async fn show_at_once(deps: &Deps) {
    if let Err(error) = deps.network.refresh(&deps.db).await {
        tracing::warn!(%error, "the change shows a little later");
    }
}

/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "general_settings", output = Postcard)]
pub async fn general_settings() -> Result<GeneralView, AppError> {
    require(ManageSettings).await?;
    Ok(accounts::general_settings(&deps()?.db).await?)
}

/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "update_settings")]
pub async fn update_settings(#[server(default)] draft: SettingsDraft) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    accounts::update_settings(&deps.db, &caller.actor(), &draft, (deps.now)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    show_at_once(&deps).await;
    go("/admin/settings", "saved");
    Ok(())
}

/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "brand_settings", output = Postcard)]
pub async fn brand_page() -> Result<BrandSettings, AppError> {
    require(ManageSettings).await?;
    Ok(brand::brand_settings(&deps()?.db).await?)
}

/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "update_brand")]
pub async fn update_brand(#[server(default)] draft: BrandDraft) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    brand::update_brand(&deps.db, &caller.actor(), &draft, (deps.now)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    show_at_once(&deps).await;
    go("/admin/settings/brand", "saved");
    Ok(())
}

/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "remove_logo")]
pub async fn remove_logo() -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    brand::remove_logo(&deps.db, &caller.actor(), (deps.now)()).await?;
    show_at_once(&deps).await;
    go("/admin/settings/brand", "logo_removed");
    Ok(())
}

/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "terms_settings", output = Postcard)]
pub async fn terms_page() -> Result<TermsSettings, AppError> {
    let caller = require(ManageSettings).await?;
    Ok(signup::terms_settings(&deps()?.db, &caller.tz).await?)
}

/// Puts a new version in force.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `body`.
#[server(prefix = "/fn", endpoint = "publish_terms")]
pub async fn publish_terms(#[server(default)] body: String) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    signup::publish_terms(&deps.db, &caller.actor(), &body, (deps.now)()).await?;
    go("/admin/settings/terms", "published");
    Ok(())
}

/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "sign_up_settings", output = Postcard)]
pub async fn sign_up_page() -> Result<SignUpSettings, AppError> {
    require(ManageSettings).await?;
    let deps = deps()?;
    Ok(signup::sign_up_settings(&deps.db, &deps.console_url).await?)
}

/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `mode`.
#[server(prefix = "/fn", endpoint = "set_sign_up_mode")]
pub async fn set_sign_up_mode(#[server(default)] mode: String) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    signup::set_mode(&deps.db, &caller.actor(), &mode, (deps.now)()).await?;
    show_at_once(&deps).await;
    go("/admin/settings/sign-up", "saved");
    Ok(())
}

/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "add_question")]
pub async fn add_question(#[server(default)] draft: QuestionDraft) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    signup::add_question(&deps.db, &caller.actor(), &draft, (deps.now)(), (deps.chance)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go("/admin/settings/sign-up", "added");
    Ok(())
}

/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "update_question")]
pub async fn update_question(id: String, #[server(default)] draft: QuestionDraft) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    let id: QuestionId = id_of(&id)?;
    signup::update_question(&deps.db, &caller.actor(), id, &draft, (deps.now)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    go("/admin/settings/sign-up", "saved");
    Ok(())
}

/// One place `up` or `down`.
///
/// # Errors
/// [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "move_question")]
pub async fn move_question(id: String, #[server(default)] way: String) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    let id: QuestionId = id_of(&id)?;
    signup::move_question(&deps.db, &caller.actor(), id, way == "up", (deps.now)()).await?;
    go("/admin/settings/sign-up", "moved");
    Ok(())
}

/// # Errors
/// [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "remove_question")]
pub async fn remove_question(id: String) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    let id: QuestionId = id_of(&id)?;
    signup::remove_question(&deps.db, &caller.actor(), id, (deps.now)()).await?;
    go("/admin/settings/sign-up", "removed");
    Ok(())
}

/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "feature_settings", output = Postcard)]
pub async fn features_page() -> Result<FeatureSettings, AppError> {
    require(ManageSettings).await?;
    Ok(accounts::feature_settings(&deps()?.db).await?)
}

/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "update_features")]
pub async fn update_features(#[server(default)] switches: FeatureSwitches) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    accounts::update_features(&deps.db, &caller.actor(), &switches, (deps.now)()).await?;
    go("/admin/settings/features", "saved");
    Ok(())
}

/// # Errors
/// Those of [`crate::ctx::require`].
#[server(prefix = "/fn", endpoint = "domain_settings", output = Postcard)]
pub async fn domains_page() -> Result<DomainSettings, AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    Ok(domains::settings(&deps.db, &Edge::new(deps.network.edge_url()), &caller.tz).await?)
}

/// Adds a host and checks it.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) at `host`.
#[server(prefix = "/fn", endpoint = "add_domain")]
pub async fn add_domain(#[server(default)] draft: DomainDraft) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    let (actor, edge) = (caller.actor(), Edge::new(deps.network.edge_url()));
    let prober = &*deps.prober;
    let id = domains::add(&deps.db, &actor, &draft, prober, &edge, (deps.now)(), (deps.chance)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    domains::check(&deps.db, &actor, id, prober, &edge, (deps.now)()).await?;
    show_at_once(&deps).await;
    go("/admin/settings/domains", "added");
    Ok(())
}

/// Looks where a host leads now.
///
/// # Errors
/// [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "check_domain")]
pub async fn check_domain(id: String) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    let id: DomainId = id_of(&id)?;
    let edge = Edge::new(deps.network.edge_url());
    domains::check(&deps.db, &caller.actor(), id, &*deps.prober, &edge, (deps.now)()).await?;
    show_at_once(&deps).await;
    go("/admin/settings/domains", "checked");
    Ok(())
}

/// Lets links begin with a domain; an empty id: with the edge's own address again.
///
/// # Errors
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) for one that did not pass its check.
#[server(prefix = "/fn", endpoint = "set_default_domain")]
pub async fn set_default_domain(#[server(default)] id: String) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    let id: Option<DomainId> = if id.is_empty() { None } else { Some(id_of(&id)?) };
    domains::set_default(&deps.db, &caller.actor(), id, (deps.now)()).await?;
    show_at_once(&deps).await;
    go("/admin/settings/domains", "default");
    Ok(())
}

/// # Errors
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) for the default.
#[server(prefix = "/fn", endpoint = "remove_domain")]
pub async fn remove_domain(id: String) -> Result<(), AppError> {
    let caller = require(ManageSettings).await?;
    let deps = deps()?;
    let id: DomainId = id_of(&id)?;
    domains::remove(&deps.db, &caller.actor(), id, (deps.now)()).await?;
    show_at_once(&deps).await;
    go("/admin/settings/domains", "removed");
    Ok(())
}

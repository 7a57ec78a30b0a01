//! What the server does for the campaigns an affiliate may run.

use crate::{error::AppError, parts::For};
use domain::view::OfferDetail;
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{deps, require},
    parts::{go, id_of, shown},
};
#[cfg(feature = "ssr")]
use domain::{access::Permission, drafts::LinkDraft, ids::CampaignId, view::ListQuery};
#[cfg(feature = "ssr")]
use engine::reports::own;

/// One campaign.
///
/// # Errors
/// [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound) also for campaigns the affiliate must not know of.
#[server(prefix = "/fn", endpoint = "offer", output = Postcard)]
pub async fn offer(id: String) -> Result<For<OfferDetail>, AppError> {
    let caller = require(Permission::RunCampaigns).await?;
    let deps = deps()?;
    let id: CampaignId = id_of(&id)?;
    let view = own::offer(&deps.ask(&caller), id, &ListQuery::default()).await?;
    Ok(shown(view, &deps, &caller))
}

/// Takes the affiliate's link to a campaign, or finds the one there is.
///
/// # Errors
/// [`ErrorCode::Forbidden`](crate::error::ErrorCode::Forbidden) where the campaign is not open to the affiliate.
#[server(prefix = "/fn", endpoint = "take_link")]
pub async fn take_link(campaign: String) -> Result<(), AppError> {
    let caller = require(Permission::RunCampaigns).await?;
    let deps = deps()?;
    let id: CampaignId = id_of(&campaign)?;
    let draft = LinkDraft { campaign: id.to_string(), ..LinkDraft::default() };
    let chance = u64::from((deps.chance)()) << 32 | u64::from((deps.chance)());
    engine::links::create_link(&deps.db, &caller.actor(), &draft, (deps.now)(), chance).await?;
    go(&format!("/affiliate/campaigns/{id}"), "link");
    Ok(())
}

/// Asks to run a campaign.
///
/// # Errors
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) where there is nothing to ask for.
#[server(prefix = "/fn", endpoint = "apply_to_campaign")]
pub async fn apply_to_campaign(campaign: String, #[server(default)] note: String) -> Result<(), AppError> {
    let caller = require(Permission::RunCampaigns).await?;
    let deps = deps()?;
    let id: CampaignId = id_of(&campaign)?;
    engine::campaigns::apply_to_campaign(&deps.db, &caller.actor(), id, &note, (deps.now)()).await?;
    go(&format!("/affiliate/campaigns/{id}"), "applied");
    Ok(())
}

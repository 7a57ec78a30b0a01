//! Activating, pausing and closing accounts, without touching what else their forms hold.

use super::network_only;
use crate::error::EngineError;
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    ids::{AdvertiserId, AffiliateId},
    status::AccountStatus,
};
use serde_json::json;
use store::{
    Db,
    audit::audit,
    config::{Advertiser, Affiliate, advertisers, affiliates, bump_config_version},
};

/// Activates, pauses or closes an affiliate. While it is not active its clicks do not count; once closed its people
/// cannot sign in.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Conflict`] for going back to waiting.
pub async fn set_affiliate_status(
    db: &Db,
    actor: &Actor,
    id: AffiliateId,
    status: AccountStatus,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = affiliates::get_for_update(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    if before.status == status {
        return Ok(());
    }
    allowed(status)?;
    let after = Affiliate { status, updated_at: now, ..before.clone() };
    affiliates::update(&mut tx, &after).await?;
    let (was, is) = (json!({ "status": before.status }), json!({ "status": status }));
    audit(&mut tx, actor, "affiliate.status", id, Some(was), Some(is), now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Activates, pauses or closes an advertiser. While it is not active none of its campaigns runs.
///
/// # Errors
/// As [`set_affiliate_status`].
pub async fn set_advertiser_status(
    db: &Db,
    actor: &Actor,
    id: AdvertiserId,
    status: AccountStatus,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = advertisers::get_for_update(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    if before.status == status {
        return Ok(());
    }
    allowed(status)?;
    let after = Advertiser { status, updated_at: now, ..before.clone() };
    advertisers::update(&mut tx, &after).await?;
    let (was, is) = (json!({ "status": before.status }), json!({ "status": status }));
    audit(&mut tx, actor, "advertiser.status", id, Some(was), Some(is), now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Pending is where accounts begin; none goes back to it.
fn allowed(status: AccountStatus) -> Result<(), EngineError> {
    match status {
        AccountStatus::Pending => {
            Err(EngineError::Conflict("An account that was decided on does not wait again; pause it.".into()))
        }
        _ => Ok(()),
    }
}

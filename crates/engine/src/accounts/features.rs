//! Switches of what the network offers. Each is read by the use case it is about.

use super::network_only;
use crate::error::EngineError;
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    view::{FeatureSettings, FeatureSwitches},
};
use serde_json::json;
use store::{Db, Tx, audit::audit, config};

/// Keys of the settings, with what holds where nobody ever chose.
const AFFILIATE_API_KEYS: (&str, bool) = ("affiliate_api_keys", true);
const VIEW_AS: (&str, bool) = ("view_as", true);
const REQUIRE_TWO_STEP: (&str, bool) = ("require_two_step", false);

async fn switch(tx: &mut Tx, (key, default): (&str, bool)) -> Result<bool, EngineError> {
    let stored = config::setting_get(tx, key).await?;
    Ok(stored.and_then(|v| v.as_bool()).unwrap_or(default))
}

/// Whether affiliates may use the API, in a transaction of the network.
pub(crate) async fn affiliates_may_use_api(tx: &mut Tx) -> Result<bool, EngineError> {
    switch(tx, AFFILIATE_API_KEYS).await
}

/// Whether the network's people may look at portals, in a transaction of the network.
pub(crate) async fn may_view_portals(tx: &mut Tx) -> Result<bool, EngineError> {
    switch(tx, VIEW_AS).await
}

/// The switches, in a transaction of the network.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn features_in(tx: &mut Tx) -> Result<FeatureSwitches, EngineError> {
    Ok(FeatureSwitches {
        affiliate_api_keys: switch(tx, AFFILIATE_API_KEYS).await?,
        view_as: switch(tx, VIEW_AS).await?,
        require_two_step: switch(tx, REQUIRE_TWO_STEP).await?,
    })
}

/// The switches.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn features(db: &Db) -> Result<FeatureSwitches, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let all = features_in(&mut tx).await?;
    tx.commit().await?;
    Ok(all)
}

/// The page of the switches.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn feature_settings(db: &Db) -> Result<FeatureSettings, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let switches = features_in(&mut tx).await?;
    let sign_up = crate::signup::mode(&mut tx).await?.word().to_owned();
    tx.commit().await?;
    Ok(FeatureSettings { switches, sign_up })
}

/// Sets all switches.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people.
pub async fn update_features(
    db: &Db,
    actor: &Actor,
    wanted: &FeatureSwitches,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = features_in(&mut tx).await?;
    for ((key, _), on) in [
        (AFFILIATE_API_KEYS, wanted.affiliate_api_keys),
        (VIEW_AS, wanted.view_as),
        (REQUIRE_TWO_STEP, wanted.require_two_step),
    ] {
        config::setting_put(&mut tx, key, &json!(on)).await?;
    }
    let (before, after) = (Some(json!(before)), Some(json!(wanted)));
    audit(&mut tx, actor, "settings.features", "settings", before, after, now).await?;
    Ok(tx.commit().await?)
}

//! The network's settings.

use super::{network_only, or_empty};
use crate::error::{EngineError, FieldErrors};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    drafts::SettingsDraft,
    money::Currency,
    validate,
};
use serde_json::json;
use store::{
    Db,
    audit::audit,
    config::{self, bump_config_version},
};

const SETTINGS: [&str; 4] = ["network_name", "time_zone", "currency", "fallback_url"];

/// The network's settings as they are; empty where never set.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn settings_draft(db: &Db) -> Result<SettingsDraft, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let mut found: [String; 4] = Default::default();
    for (key, value) in SETTINGS.into_iter().zip(&mut found) {
        let stored = config::setting_get(&mut tx, key).await?;
        *value = stored.and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    }
    tx.commit().await?;
    let [network_name, time_zone, currency, fallback_url] = found;
    Ok(SettingsDraft { network_name, time_zone, currency, fallback_url })
}

/// Changes the network's settings.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`SettingsDraft`].
pub async fn update_settings(
    db: &Db,
    actor: &Actor,
    draft: &SettingsDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let before = settings_draft(db).await?;
    let mut wrong = FieldErrors::default();
    let name = wrong.take("network_name", validate::name(&draft.network_name));
    let zone = draft.time_zone.trim();
    if jiff::tz::TimeZone::get(zone).is_err() {
        wrong.add("time_zone", "Use a time zone name such as Europe/Berlin or UTC.");
    }
    let currency = wrong.take("currency", draft.currency.parse::<Currency>());
    let fallback = wrong.take("fallback_url", or_empty(&draft.fallback_url, validate::url));
    let (Some(name), Some(currency), Some(fallback)) = (name, currency, fallback) else {
        return Err(EngineError::Invalid(wrong));
    };
    wrong.check()?;
    let after = SettingsDraft {
        network_name: name,
        time_zone: zone.to_owned(),
        currency: currency.code().to_owned(),
        fallback_url: fallback.unwrap_or_default(),
    };
    let mut tx = db.begin(actor.realm).await?;
    let values = [&after.network_name, &after.time_zone, &after.currency, &after.fallback_url];
    for (key, value) in SETTINGS.into_iter().zip(values) {
        config::setting_put(&mut tx, key, &json!(value)).await?;
    }
    audit(&mut tx, actor, "settings.update", "settings", Some(json!(before)), Some(json!(after)), now)
        .await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

//! The network's settings.

use super::{network_only, or_empty};
use crate::error::{EngineError, FieldErrors};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    drafts::SettingsDraft,
    money::Currency,
    validate,
    view::GeneralView,
};
use serde_json::json;
use store::{
    Db, Tx,
    audit::audit,
    config::{self, bump_config_version},
};

const SETTINGS: [&str; 4] = ["network_name", "time_zone", "currency", "fallback_url"];
/// Codes of the currencies campaigns may have.
const CURRENCIES: &str = "currencies";

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
    let currencies = listed(&mut tx).await?.iter().map(|c| c.code()).collect::<Vec<_>>().join(", ");
    tx.commit().await?;
    let [network_name, time_zone, currency, fallback_url] = found;
    Ok(SettingsDraft { network_name, time_zone, currency, currencies, fallback_url })
}

/// The currencies that were chosen; none where all are allowed.
async fn listed(tx: &mut Tx) -> Result<Vec<Currency>, EngineError> {
    let stored = config::setting_get(tx, CURRENCIES).await?;
    let codes = stored.as_ref().and_then(|v| v.as_array()).map(Vec::as_slice).unwrap_or_default();
    Ok(codes.iter().filter_map(|v| v.as_str()?.parse().ok()).collect())
}

/// The currencies campaigns may have, the default first.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn currencies(tx: &mut Tx) -> Result<Vec<Currency>, EngineError> {
    let mut all = listed(tx).await?;
    if all.is_empty() {
        all = Currency::all().collect();
    }
    let default = config::setting_get(tx, "currency").await?;
    let default = default.as_ref().and_then(|v| v.as_str()).and_then(|code| code.parse::<Currency>().ok());
    if let Some(at) = default.and_then(|d| all.iter().position(|c| *c == d)) {
        all[..=at].rotate_right(1);
    }
    Ok(all)
}

/// The page of the general settings.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn general_settings(db: &Db) -> Result<GeneralView, EngineError> {
    let draft = settings_draft(db).await?;
    let mut tx = db.begin(Realm::Network).await?;
    let currencies = currencies(&mut tx).await?.into_iter().map(|c| c.code().to_owned()).collect();
    tx.commit().await?;
    let mut zones: Vec<String> = jiff::tz::db().available().map(|z| z.to_string()).collect();
    zones.sort_unstable();
    Ok(GeneralView {
        draft,
        currencies,
        known: Currency::all().map(|c| c.code().to_owned()).collect(),
        zones,
    })
}

/// Reads codes separated by spaces, commas or lines; each once.
fn codes(text: &str) -> Result<Vec<Currency>, String> {
    let mut all = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|w| !w.is_empty()) {
        let currency: Currency = word.parse().map_err(|_| {
            let word: String = word.chars().take(20).collect();
            format!("“{word}” is not a currency this platform knows; use codes such as USD or EUR.")
        })?;
        if !all.contains(&currency) {
            all.push(currency);
        }
    }
    Ok(all)
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
    let currencies = wrong.take("currencies", codes(&draft.currencies));
    if let (Some(currency), Some(all)) = (currency, &currencies)
        && !all.is_empty()
        && !all.contains(&currency)
    {
        wrong.add("currency", "The default has to be among the currencies below.");
    }
    let fallback = wrong.take("fallback_url", or_empty(&draft.fallback_url, validate::url));
    let (Some(name), Some(currency), Some(currencies), Some(fallback)) =
        (name, currency, currencies, fallback)
    else {
        return Err(EngineError::Invalid(wrong));
    };
    wrong.check()?;
    let after = SettingsDraft {
        network_name: name,
        time_zone: zone.to_owned(),
        currency: currency.code().to_owned(),
        currencies: currencies.iter().map(|c| c.code()).collect::<Vec<_>>().join(", "),
        fallback_url: fallback.unwrap_or_default(),
    };
    let mut tx = db.begin(actor.realm).await?;
    let values = [&after.network_name, &after.time_zone, &after.currency, &after.fallback_url];
    for (key, value) in SETTINGS.into_iter().zip(values) {
        config::setting_put(&mut tx, key, &json!(value)).await?;
    }
    let codes: Vec<_> = currencies.iter().map(|c| c.code()).collect();
    config::setting_put(&mut tx, CURRENCIES, &json!(codes)).await?;
    audit(&mut tx, actor, "settings.update", "settings", Some(json!(before)), Some(json!(after)), now)
        .await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

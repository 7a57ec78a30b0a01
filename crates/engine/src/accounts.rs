//! Advertisers, affiliates, the people who sign in for them, and the network's settings.

use crate::{
    error::{EngineError, FieldErrors},
    signin::hash_password,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm, Role},
    drafts::{AdvertiserDraft, AffiliateDraft, SettingsDraft, UserDraft},
    ids::{AdvertiserId, AffiliateId, BuyerId, UserId},
    money::Currency,
    status::AccountStatus,
    validate,
};
use serde_json::json;
use store::{
    Db, StoreError, Tx,
    audit::audit,
    config::{self, Advertiser, Affiliate, advertisers, affiliates, bump_config_version, buyers},
    people::{self, User},
};

/// Longest note, in characters.
const NOTES_MAX: usize = 10_000;

/// Refuses everybody but the network's people and the system. What exactly a person may do, their role says; that
/// is checked at the door.
pub(crate) fn network_only(actor: &Actor) -> Result<(), EngineError> {
    match actor.realm {
        Realm::Network => Ok(()),
        _ => Err(EngineError::Forbidden("Only the network's people can do this.".into())),
    }
}

/// Empty text is no text.
pub(crate) fn optional(text: String) -> Option<String> {
    if text.is_empty() { None } else { Some(text) }
}

fn or_empty(text: &str, check: impl Fn(&str) -> Result<String, String>) -> Result<Option<String>, String> {
    if text.trim().is_empty() { Ok(None) } else { check(text).map(Some) }
}

fn account_status(text: &str) -> Result<AccountStatus, String> {
    match text.trim() {
        "" => Ok(AccountStatus::Active),
        word => word.parse().map_err(|_| "Choose a status from the list.".into()),
    }
}

fn country(text: &str) -> Result<Option<String>, String> {
    let code = text.trim().to_ascii_uppercase();
    match code.as_bytes() {
        [] => Ok(None),
        [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Some(code)),
        _ => Err("Use the two letters of the country, such as DE.".into()),
    }
}

/// Turns the refusal of a unique name into a message at the field.
fn taken(e: StoreError, constraint: &str, field: &'static str, message: &str) -> EngineError {
    if e.is_conflict(constraint) { EngineError::invalid(field, message) } else { e.into() }
}

const NAME_TAKEN: &str = "There is already one of this name.";
const EMAIL_TAKEN: &str = "There is already a user with this email address.";

fn check_advertiser(
    id: AdvertiserId,
    draft: &AdvertiserDraft,
    now: DateTime<Utc>,
) -> Result<Advertiser, EngineError> {
    let mut wrong = FieldErrors::default();
    let name = wrong.take("name", validate::name(&draft.name));
    let status = wrong.take("status", account_status(&draft.status));
    let contact_email = wrong.take("contact_email", or_empty(&draft.contact_email, validate::email));
    let website = wrong.take("website", or_empty(&draft.website, validate::url));
    let notes = wrong.take("notes", validate::long(&draft.notes, NOTES_MAX));
    match (name, status, contact_email, website, notes) {
        (Some(name), Some(status), Some(contact_email), Some(website), Some(notes)) => {
            Ok(Advertiser { id, name, status, contact_email, website, notes, created_at: now, updated_at: now })
        }
        _ => Err(EngineError::Invalid(wrong)),
    }
}

/// # Errors
/// [`EngineError::Invalid`] with the fields of [`AdvertiserDraft`].
pub async fn create_advertiser(
    db: &Db,
    actor: &Actor,
    draft: &AdvertiserDraft,
    now: DateTime<Utc>,
    chance: u32,
) -> Result<AdvertiserId, EngineError> {
    network_only(actor)?;
    let id = AdvertiserId::new(now.timestamp_millis(), chance);
    let row = check_advertiser(id, draft, now)?;
    let mut tx = db.begin(actor.realm).await?;
    advertisers::insert(&mut tx, &row)
        .await
        .map_err(|e| taken(e, "advertisers_name_key", "name", NAME_TAKEN))?;
    audit(&mut tx, actor, "advertiser.create", id, None, Some(json!(row)), now).await?;
    bump_config_version(&mut tx).await?;
    tx.commit().await?;
    Ok(id)
}

/// # Errors
/// As [`create_advertiser`], and [`EngineError::NotFound`].
pub async fn update_advertiser(
    db: &Db,
    actor: &Actor,
    id: AdvertiserId,
    draft: &AdvertiserDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut row = check_advertiser(id, draft, now)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = advertisers::get_for_update(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    row.created_at = before.created_at;
    advertisers::update(&mut tx, &row)
        .await
        .map_err(|e| taken(e, "advertisers_name_key", "name", NAME_TAKEN))?;
    audit(&mut tx, actor, "advertiser.update", id, Some(json!(before)), Some(json!(row)), now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// The form of an advertiser as it is.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn advertiser_draft(db: &Db, realm: Realm, id: AdvertiserId) -> Result<AdvertiserDraft, EngineError> {
    let mut tx = db.begin(realm).await?;
    let a = advertisers::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    Ok(AdvertiserDraft {
        name: a.name,
        status: a.status.word().into(),
        contact_email: a.contact_email.unwrap_or_default(),
        website: a.website.unwrap_or_default(),
        notes: a.notes,
    })
}

fn check_affiliate(id: AffiliateId, draft: &AffiliateDraft, now: DateTime<Utc>) -> (Option<Affiliate>, FieldErrors) {
    let mut wrong = FieldErrors::default();
    let name = wrong.take("name", validate::name(&draft.name));
    let status = wrong.take("status", account_status(&draft.status));
    let contact_email = wrong.take("contact_email", or_empty(&draft.contact_email, validate::email));
    let country = wrong.take("country", country(&draft.country));
    let notes = wrong.take("notes", validate::long(&draft.notes, NOTES_MAX));
    let row = match (name, status, contact_email, country, notes) {
        (Some(name), Some(status), Some(contact_email), Some(country), Some(notes)) => {
            Some(Affiliate { id, name, status, contact_email, country, notes, created_at: now, updated_at: now })
        }
        _ => None,
    };
    (row, wrong)
}

/// Creates an affiliate and, if the draft names an email address, its first user. `salt` is fresh chance for the
/// password.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`AffiliateDraft`]: nothing is created then.
pub async fn create_affiliate(
    db: &Db,
    actor: &Actor,
    draft: &AffiliateDraft,
    now: DateTime<Utc>,
    chance: u32,
    salt: [u8; 16],
) -> Result<AffiliateId, EngineError> {
    network_only(actor)?;
    let id = AffiliateId::new(now.timestamp_millis(), chance);
    let (row, mut wrong) = check_affiliate(id, draft, now);
    let with_user = !draft.user_email.trim().is_empty();
    let email = with_user.then(|| wrong.take("user_email", validate::email(&draft.user_email))).flatten();
    if with_user {
        wrong.take("user_password", validate::password(&draft.user_password));
    } else if !draft.user_password.is_empty() {
        wrong.add("user_email", "Enter the email address that goes with the password.");
    }
    let Some(row) = row else { return Err(EngineError::Invalid(wrong)) };
    wrong.check()?;
    let user = match email {
        Some(email) => {
            let hash = hash_password(draft.user_password.clone(), salt).await?;
            let id = UserId::new(now.timestamp_millis(), chance);
            Some((new_user(id, email, String::new(), Role::Affiliate, Realm::Affiliate(row.id), now), hash))
        }
        None => None,
    };
    let mut tx = db.begin(actor.realm).await?;
    affiliates::insert(&mut tx, &row).await.map_err(|e| taken(e, "affiliates_name_key", "name", NAME_TAKEN))?;
    audit(&mut tx, actor, "affiliate.create", id, None, Some(json!(row)), now).await?;
    if let Some((user, hash)) = user {
        people::insert(&mut tx, &user, &hash)
            .await
            .map_err(|e| taken(e, "users_email_key", "user_email", EMAIL_TAKEN))?;
        audit(&mut tx, actor, "user.create", user.id, None, Some(json!(user)), now).await?;
    }
    bump_config_version(&mut tx).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes an affiliate; the draft's user fields are not read.
///
/// # Errors
/// As [`create_affiliate`], and [`EngineError::NotFound`].
pub async fn update_affiliate(
    db: &Db,
    actor: &Actor,
    id: AffiliateId,
    draft: &AffiliateDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let (row, wrong) = check_affiliate(id, draft, now);
    let Some(mut row) = row else { return Err(EngineError::Invalid(wrong)) };
    let mut tx = db.begin(actor.realm).await?;
    let before = affiliates::get_for_update(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    row.created_at = before.created_at;
    affiliates::update(&mut tx, &row).await.map_err(|e| taken(e, "affiliates_name_key", "name", NAME_TAKEN))?;
    audit(&mut tx, actor, "affiliate.update", id, Some(json!(before)), Some(json!(row)), now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// The form of an affiliate as it is.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn affiliate_draft(db: &Db, realm: Realm, id: AffiliateId) -> Result<AffiliateDraft, EngineError> {
    let mut tx = db.begin(realm).await?;
    let a = affiliates::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    Ok(AffiliateDraft {
        name: a.name,
        status: a.status.word().into(),
        contact_email: a.contact_email.unwrap_or_default(),
        country: a.country.unwrap_or_default(),
        // Written about the affiliate, not for it.
        notes: if realm == Realm::Network { a.notes } else { String::new() },
        ..AffiliateDraft::default()
    })
}

fn new_user(id: UserId, email: String, name: String, role: Role, realm: Realm, now: DateTime<Utc>) -> User {
    User {
        id,
        email,
        name,
        role,
        realm,
        active: true,
        time_zone: "UTC".into(),
        session_epoch: 0,
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    }
}

fn realm_of(role: Role, owner: &str) -> Result<Realm, String> {
    let owner = owner.trim();
    match role {
        Role::Admin | Role::AffiliateManager | Role::Finance if owner.is_empty() => Ok(Realm::Network),
        Role::Admin | Role::AffiliateManager | Role::Finance => {
            Err("People of the network belong to no other account; leave this empty.".into())
        }
        Role::Affiliate => {
            owner.parse::<AffiliateId>().map(Realm::Affiliate).map_err(|_| "Choose an affiliate.".into())
        }
        Role::Advertiser => {
            owner.parse::<AdvertiserId>().map(Realm::Advertiser).map_err(|_| "Choose an advertiser.".into())
        }
        Role::Buyer => owner.parse::<BuyerId>().map(Realm::Buyer).map_err(|_| "Choose a lead buyer.".into()),
    }
}

async fn owner_exists(tx: &mut Tx, realm: Realm) -> Result<bool, StoreError> {
    Ok(match realm {
        Realm::Network => true,
        Realm::Affiliate(id) => affiliates::get(tx, id).await?.is_some(),
        Realm::Advertiser(id) => advertisers::get(tx, id).await?.is_some(),
        Realm::Buyer(id) => buyers::exists(tx, id).await?,
    })
}

/// Creates somebody who can sign in. `salt` is fresh chance for the password.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`UserDraft`].
pub async fn create_user(
    db: &Db,
    actor: &Actor,
    draft: &UserDraft,
    now: DateTime<Utc>,
    chance: u32,
    salt: [u8; 16],
) -> Result<UserId, EngineError> {
    network_only(actor)?;
    let mut wrong = FieldErrors::default();
    let email = wrong.take("email", validate::email(&draft.email));
    let name = wrong.take("name", validate::short(&draft.name, 200));
    wrong.take("password", validate::password(&draft.password));
    let role: Option<Role> =
        wrong.take("role", draft.role.trim().parse().map_err(|_| "Choose a role from the list.".to_owned()));
    let realm = role.and_then(|role| wrong.take("owner", realm_of(role, &draft.owner)));
    let (Some(email), Some(name), Some(role), Some(realm)) = (email, name, role, realm) else {
        return Err(EngineError::Invalid(wrong));
    };
    wrong.check()?;
    let hash = hash_password(draft.password.clone(), salt).await?;
    let user = new_user(UserId::new(now.timestamp_millis(), chance), email, name, role, realm, now);
    let mut tx = db.begin(actor.realm).await?;
    if !owner_exists(&mut tx, realm).await? {
        return Err(EngineError::invalid("owner", "There is no such account."));
    }
    people::insert(&mut tx, &user, &hash)
        .await
        .map_err(|e| taken(e, "users_email_key", "email", EMAIL_TAKEN))?;
    audit(&mut tx, actor, "user.create", user.id, None, Some(json!(user)), now).await?;
    tx.commit().await?;
    Ok(user.id)
}

/// Lets somebody sign in again, or no longer; being disabled ends every session at once.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Conflict`] for disabling oneself.
pub async fn set_user_active(
    db: &Db,
    actor: &Actor,
    id: UserId,
    active: bool,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    if actor.user == Some(id) && !active {
        return Err(EngineError::Conflict("You cannot disable your own account.".into()));
    }
    let mut tx = db.begin(actor.realm).await?;
    let before = people::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    if before.active == active {
        return Ok(());
    }
    let after = User { active, updated_at: now, ..before.clone() };
    people::update(&mut tx, &after).await?;
    audit(&mut tx, actor, "user.update", id, Some(json!(before)), Some(json!(after)), now).await?;
    Ok(tx.commit().await?)
}

/// Gives somebody another password and ends every session of theirs. `salt` is fresh chance.
///
/// # Errors
/// [`EngineError::Invalid`] field `password`, [`EngineError::NotFound`].
pub async fn set_password(
    db: &Db,
    actor: &Actor,
    id: UserId,
    password: &str,
    now: DateTime<Utc>,
    salt: [u8; 16],
) -> Result<(), EngineError> {
    network_only(actor)?;
    validate::password(password).map_err(|e| EngineError::invalid("password", e))?;
    let hash = hash_password(password.to_owned(), salt).await?;
    let mut tx = db.begin(actor.realm).await?;
    if !people::set_password(&mut tx, id, &hash, now).await? {
        return Err(EngineError::NotFound);
    }
    audit(&mut tx, actor, "user.set_password", id, None, None, now).await?;
    Ok(tx.commit().await?)
}

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
    audit(&mut tx, actor, "settings.update", "settings", Some(json!(before)), Some(json!(after)), now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

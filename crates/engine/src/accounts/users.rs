//! People who sign in.

use super::{EMAIL_TAKEN, network_only, taken};
use crate::{
    error::{EngineError, FieldErrors},
    signin::hash_password,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm, Role},
    drafts::UserDraft,
    ids::{AdvertiserId, AffiliateId, BuyerId, UserId},
    validate,
};
use serde_json::json;
use store::{
    Db, StoreError, Tx,
    audit::audit,
    config::{advertisers, affiliates, buyers, setting_get},
    people::{self, User},
};

pub(crate) fn new_user(
    id: UserId,
    email: String,
    name: String,
    role: Role,
    realm: Realm,
    now: DateTime<Utc>,
) -> User {
    User {
        id,
        email,
        name,
        role,
        realm,
        active: true,
        time_zone: "UTC".into(),
        period: None,
        session_epoch: 0,
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    }
}

/// Whose rows somebody of that role and owner sees.
pub(crate) fn realm_of(role: Role, owner: &str) -> Result<Realm, String> {
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

pub(crate) async fn owner_exists(tx: &mut Tx, realm: Realm) -> Result<bool, StoreError> {
    Ok(match realm {
        Realm::Network => true,
        Realm::Affiliate(id) => affiliates::get(tx, id).await?.is_some(),
        Realm::Advertiser(id) => advertisers::get(tx, id).await?.is_some(),
        Realm::Buyer(id) => buyers::exists(tx, id).await?,
    })
}

/// A time zone's name, if one was given.
fn zone(text: &str) -> Result<Option<String>, &'static str> {
    let name = text.trim();
    match name.is_empty() || jiff::tz::TimeZone::get(name).is_ok() {
        true => Ok((!name.is_empty()).then(|| name.to_owned())),
        false => Err("Use a time zone name such as Europe/Berlin or UTC."),
    }
}

/// The zone people read times in until they choose another: the network's own.
pub(crate) async fn network_zone(tx: &mut Tx) -> Result<String, EngineError> {
    let stored = setting_get(tx, "time_zone").await?;
    let name = stored.as_ref().and_then(|v| v.as_str()).unwrap_or_default();
    Ok(if name.is_empty() { "UTC".to_owned() } else { name.to_owned() })
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
    let zone = wrong.take("time_zone", zone(&draft.time_zone)).flatten();
    let (Some(email), Some(name), Some(role), Some(realm)) = (email, name, role, realm) else {
        return Err(EngineError::Invalid(wrong));
    };
    wrong.check()?;
    let hash = hash_password(draft.password.clone(), salt).await?;
    let mut user = new_user(UserId::new(now.timestamp_millis(), chance), email, name, role, realm, now);
    let mut tx = db.begin(actor.realm).await?;
    user.time_zone = zone.unwrap_or(network_zone(&mut tx).await?);
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
/// [`EngineError::NotFound`]; [`EngineError::Conflict`] for disabling oneself or the last administrator.
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
    let admins = people::lock_admins(&mut tx).await?;
    let before = people::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    if before.active == active {
        return Ok(());
    }
    if before.role == Role::Admin && !active {
        last_admin_stays(&admins, id)?;
    }
    let after = User { active, updated_at: now, ..before.clone() };
    people::update(&mut tx, &after).await?;
    audit(&mut tx, actor, "user.update", id, Some(json!(before)), Some(json!(after)), now).await?;
    Ok(tx.commit().await?)
}

/// Refuses to take away the last one of `admins`, those who may sign in.
pub(crate) fn last_admin_stays(admins: &[UserId], id: UserId) -> Result<(), EngineError> {
    if admins.iter().any(|admin| *admin != id) {
        return Ok(());
    }
    Err(EngineError::Conflict(
        "This is the last administrator who can sign in. Make somebody else an administrator first.".into(),
    ))
}

//! Affiliates: who brings traffic and is paid for results.

use super::{
    EMAIL_TAKEN, NAME_TAKEN, NOTES_MAX, account_status, network_only, network_zone, or_empty, taken,
    users::new_user,
};
use crate::{
    error::{EngineError, FieldErrors},
    signin::hash_password,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm, Role},
    drafts::AffiliateDraft,
    ids::{AffiliateId, UserId},
    validate,
};
use serde_json::json;
use store::{
    Db, Tx,
    audit::audit,
    config::{Affiliate, affiliates, bump_config_version},
    people,
};

pub(crate) fn country(text: &str) -> Result<Option<String>, String> {
    let code = text.trim().to_ascii_uppercase();
    match code.as_bytes() {
        [] => Ok(None),
        [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Some(code)),
        _ => Err("Use the two letters of the country, such as DE.".into()),
    }
}

fn check_affiliate(
    id: AffiliateId,
    draft: &AffiliateDraft,
    now: DateTime<Utc>,
) -> (Option<Affiliate>, FieldErrors) {
    let mut wrong = FieldErrors::default();
    let name = wrong.take("name", validate::name(&draft.name));
    let status = wrong.take("status", account_status(&draft.status));
    let contact_email = wrong.take("contact_email", or_empty(&draft.contact_email, validate::email));
    let country = wrong.take("country", country(&draft.country));
    let notes = wrong.take("notes", validate::long(&draft.notes, NOTES_MAX));
    let row = match (name, status, contact_email, country, notes) {
        (Some(name), Some(status), Some(contact_email), Some(country), Some(notes)) => Some(Affiliate {
            id,
            name,
            status,
            contact_email,
            country,
            notes,
            created_at: now,
            updated_at: now,
        }),
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
    affiliates::insert(&mut tx, &row)
        .await
        .map_err(|e| taken(e, "affiliates_name_key", "name", NAME_TAKEN))?;
    audit(&mut tx, actor, "affiliate.create", id, None, Some(json!(row)), now).await?;
    if let Some((mut user, hash)) = user {
        user.time_zone = network_zone(&mut tx).await?;
        people::insert(&mut tx, &user, &hash)
            .await
            .map_err(|e| taken(e, "users_email_key", "user_email", EMAIL_TAKEN))?;
        audit(&mut tx, actor, "user.create", user.id, None, Some(json!(user)), now).await?;
    }
    bump_config_version(&mut tx).await?;
    tx.commit().await?;
    Ok(id)
}

/// Creates an affiliate that nobody signs in for yet, in a transaction of the actor's realm; the draft's user fields
/// are not read.
///
/// # Errors
/// As [`create_affiliate`].
pub async fn create_affiliate_in(
    tx: &mut Tx,
    actor: &Actor,
    draft: &AffiliateDraft,
    now: DateTime<Utc>,
    chance: u32,
) -> Result<AffiliateId, EngineError> {
    network_only(actor)?;
    let id = AffiliateId::new(now.timestamp_millis(), chance);
    let (row, wrong) = check_affiliate(id, draft, now);
    let Some(row) = row else { return Err(EngineError::Invalid(wrong)) };
    affiliates::insert(tx, &row).await.map_err(|e| taken(e, "affiliates_name_key", "name", NAME_TAKEN))?;
    audit(tx, actor, "affiliate.create", id, None, Some(json!(row)), now).await?;
    bump_config_version(tx).await?;
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
    let mut tx = db.begin(actor.realm).await?;
    update_affiliate_in(&mut tx, actor, id, draft, now).await?;
    Ok(tx.commit().await?)
}

/// [`update_affiliate`] in a transaction of the actor's realm.
///
/// # Errors
/// As [`update_affiliate`].
pub async fn update_affiliate_in(
    tx: &mut Tx,
    actor: &Actor,
    id: AffiliateId,
    draft: &AffiliateDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let (row, wrong) = check_affiliate(id, draft, now);
    let Some(mut row) = row else { return Err(EngineError::Invalid(wrong)) };
    let before = affiliates::get_for_update(tx, id).await?.ok_or(EngineError::NotFound)?;
    row.created_at = before.created_at;
    affiliates::update(tx, &row).await.map_err(|e| taken(e, "affiliates_name_key", "name", NAME_TAKEN))?;
    audit(tx, actor, "affiliate.update", id, Some(json!(before)), Some(json!(row)), now).await?;
    bump_config_version(tx).await?;
    Ok(())
}

/// The form of an affiliate as it is.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn affiliate_draft(db: &Db, realm: Realm, id: AffiliateId) -> Result<AffiliateDraft, EngineError> {
    let mut tx = db.begin(realm).await?;
    let a = affiliates::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    Ok(affiliate_as_draft(a, realm))
}

/// An affiliate as its form has it.
pub(crate) fn affiliate_as_draft(a: Affiliate, realm: Realm) -> AffiliateDraft {
    AffiliateDraft {
        name: a.name,
        status: a.status.word().into(),
        contact_email: a.contact_email.unwrap_or_default(),
        country: a.country.unwrap_or_default(),
        // Written about the affiliate, not for it.
        notes: if realm == Realm::Network { a.notes } else { String::new() },
        ..AffiliateDraft::default()
    }
}

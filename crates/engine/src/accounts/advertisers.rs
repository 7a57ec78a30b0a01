//! Advertisers: who pays for results.

use super::{NAME_TAKEN, NOTES_MAX, account_status, network_only, or_empty, taken};
use crate::error::{EngineError, FieldErrors};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    drafts::AdvertiserDraft,
    ids::AdvertiserId,
    validate,
};
use serde_json::json;
use store::{
    Db, Tx,
    audit::audit,
    config::{Advertiser, advertisers, bump_config_version},
};

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
        (Some(name), Some(status), Some(contact_email), Some(website), Some(notes)) => Ok(Advertiser {
            id,
            name,
            status,
            contact_email,
            website,
            notes,
            created_at: now,
            updated_at: now,
        }),
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
    let mut tx = db.begin(actor.realm).await?;
    update_advertiser_in(&mut tx, actor, id, draft, now).await?;
    Ok(tx.commit().await?)
}

/// [`update_advertiser`] in a transaction of the actor's realm.
///
/// # Errors
/// As [`update_advertiser`].
pub async fn update_advertiser_in(
    tx: &mut Tx,
    actor: &Actor,
    id: AdvertiserId,
    draft: &AdvertiserDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut row = check_advertiser(id, draft, now)?;
    let before = advertisers::get_for_update(tx, id).await?.ok_or(EngineError::NotFound)?;
    row.created_at = before.created_at;
    advertisers::update(tx, &row).await.map_err(|e| taken(e, "advertisers_name_key", "name", NAME_TAKEN))?;
    audit(tx, actor, "advertiser.update", id, Some(json!(before)), Some(json!(row)), now).await?;
    bump_config_version(tx).await?;
    Ok(())
}

/// The form of an advertiser as it is.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn advertiser_draft(
    db: &Db,
    realm: Realm,
    id: AdvertiserId,
) -> Result<AdvertiserDraft, EngineError> {
    let mut tx = db.begin(realm).await?;
    let a = advertisers::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    Ok(advertiser_as_draft(a))
}

/// An advertiser as its form has it.
pub(crate) fn advertiser_as_draft(a: Advertiser) -> AdvertiserDraft {
    AdvertiserDraft {
        name: a.name,
        status: a.status.word().into(),
        contact_email: a.contact_email.unwrap_or_default(),
        website: a.website.unwrap_or_default(),
        notes: a.notes,
    }
}

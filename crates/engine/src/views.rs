//! Lists as people saved them: filters, order and columns under a name, perhaps shared with everybody of the same
//! realm, perhaps opened with the list.

use crate::error::{EngineError, FieldErrors};
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    drafts::ViewDraft,
    ids::{UserId, ViewId},
    lists::List,
    validate,
    view::{ListQuery, SavedView},
};
use serde_json::json;
use store::{
    Db, StoreError, Tx,
    audit::audit,
    views::{self as rows, StoredView},
};

/// Most views a person has, of all lists.
const MOST: i64 = 200;
/// Longest name, in characters.
const NAME_MAX: usize = 80;
const QUERY_MAX: usize = 4000;

/// Says that a list is meant as its address has it, even if that is nothing, whatever view opens with it.
const PLAIN: &str = "all";

/// The views that a user may apply to a list.
pub(crate) async fn visible(tx: &mut Tx, user: UserId, list: &List) -> Result<Vec<StoredView>, EngineError> {
    Ok(rows::visible(tx, user, list.key).await?)
}

/// What an address means that names a view, or nothing at all and there is a view that opens with the list. `None`
/// where it means what it says.
pub(crate) fn expand(query: &ListQuery, views: &[StoredView], user: UserId) -> Option<ListQuery> {
    let view = if *query == ListQuery::default() {
        // Shared ones open with the list for who saved them only.
        views.iter().find(|v| v.is_default && v.user == user)?
    } else {
        let id: ViewId = query.view.parse().ok()?;
        views.iter().find(|v| v.id == id)?
    };
    let mut out = ListQuery::parse(&view.query).to_save();
    if out == ListQuery::default() {
        out.view = PLAIN.to_owned();
    }
    Some(out)
}

/// A view as its reader sees it.
pub(crate) fn shown(view: StoredView, reader: UserId) -> SavedView {
    let own = view.user == reader;
    SavedView {
        id: view.id.to_string(),
        name: view.name,
        query: view.query,
        shared: view.shared,
        is_default: own && view.is_default,
        own,
        owner: view.saved_by,
    }
}

fn person(actor: &Actor) -> Result<UserId, EngineError> {
    actor.user.ok_or_else(|| EngineError::Forbidden("Only people save views.".into()))
}

/// Name and query of a draft.
fn check(draft: &ViewDraft) -> Result<(String, String), EngineError> {
    let mut wrong = FieldErrors::default();
    let name = wrong.take("name", validate::short(&draft.name, NAME_MAX)).unwrap_or_default();
    if name.is_empty() {
        wrong.add("name", "Enter a name.");
    }
    let query = ListQuery::parse(&draft.query).to_save().print();
    if query.len() > QUERY_MAX {
        wrong.add("query", "There are too many filters to save.");
    }
    wrong.check()?;
    Ok((name, query))
}

fn taken(e: StoreError) -> EngineError {
    if e.is_conflict("saved_views_name_key") {
        EngineError::invalid("name", "You have a view of this name. Choose another one.")
    } else {
        e.into()
    }
}

/// Saves a list under a name.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`ViewDraft`]; [`EngineError::NotFound`] for an unknown list;
/// [`EngineError::Conflict`] where somebody has too many.
pub async fn save(
    db: &Db,
    actor: &Actor,
    draft: &ViewDraft,
    now: DateTime<Utc>,
    chance: u32,
) -> Result<ViewId, EngineError> {
    let user = person(actor)?;
    let list = List::of(&draft.list).ok_or(EngineError::NotFound)?;
    let (name, query) = check(draft)?;
    let mut tx = db.begin(actor.realm).await?;
    if rows::count(&mut tx, user).await? >= MOST {
        return Err(EngineError::Conflict(format!("You have {MOST} views. Delete one you no longer need.")));
    }
    let view = StoredView {
        id: ViewId::new(now.timestamp_millis(), chance),
        user,
        saved_by: String::new(),
        list: list.key.to_owned(),
        name,
        query,
        shared: draft.shared,
        is_default: draft.is_default,
    };
    if view.is_default {
        rows::clear_default(&mut tx, user, list.key).await?;
    }
    rows::insert(&mut tx, &view, now).await.map_err(taken)?;
    audit(&mut tx, actor, "view.create", view.id, None, Some(json(&view)), now).await?;
    tx.commit().await?;
    Ok(view.id)
}

/// Changes name and flags of one of one's own views; with a query in the draft also what it shows.
///
/// # Errors
/// As [`save`]; [`EngineError::NotFound`] also for somebody else's.
pub async fn update(
    db: &Db,
    actor: &Actor,
    id: ViewId,
    draft: &ViewDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let user = person(actor)?;
    let (name, query) = check(draft)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = rows::own_for_update(&mut tx, user, id).await?.ok_or(EngineError::NotFound)?;
    let after = StoredView {
        name,
        query: if draft.query.is_empty() { before.query.clone() } else { query },
        shared: draft.shared,
        is_default: draft.is_default,
        ..before.clone()
    };
    if after == before {
        return Ok(());
    }
    if after.is_default && !before.is_default {
        rows::clear_default(&mut tx, user, &before.list).await?;
    }
    rows::update(&mut tx, &after, now).await.map_err(taken)?;
    audit(&mut tx, actor, "view.update", id, Some(json(&before)), Some(json(&after)), now).await?;
    Ok(tx.commit().await?)
}

/// Deletes one of one's own views.
///
/// # Errors
/// [`EngineError::NotFound`] also for somebody else's.
pub async fn delete(db: &Db, actor: &Actor, id: ViewId, now: DateTime<Utc>) -> Result<(), EngineError> {
    let user = person(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = rows::own_for_update(&mut tx, user, id).await?.ok_or(EngineError::NotFound)?;
    rows::delete(&mut tx, user, id).await?;
    audit(&mut tx, actor, "view.delete", id, Some(json(&before)), None, now).await?;
    Ok(tx.commit().await?)
}

fn json(v: &StoredView) -> serde_json::Value {
    json!({ "list": v.list, "name": v.name, "query": v.query, "shared": v.shared, "is_default": v.is_default })
}

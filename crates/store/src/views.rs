//! Lists as people saved them. The realm decides whose people see a row, the user which of them.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::ids::{UserId, ViewId};

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredView {
    pub id: ViewId,
    pub user: UserId,
    /// Name or email of who saved it.
    pub saved_by: String,
    /// Key of the list.
    pub list: String,
    pub name: String,
    /// As in an address, without question mark.
    pub query: String,
    pub shared: bool,
    pub is_default: bool,
}

struct Row {
    id: i64,
    user_id: i64,
    saved_by: Option<String>,
    list: String,
    name: String,
    query: String,
    shared: bool,
    is_default: bool,
}

impl From<Row> for StoredView {
    fn from(r: Row) -> Self {
        Self {
            id: ViewId(r.id),
            user: UserId(r.user_id),
            saved_by: r.saved_by.unwrap_or_default(),
            list: r.list,
            name: r.name,
            query: r.query,
            shared: r.shared,
            is_default: r.is_default,
        }
    }
}

/// The views of a list that a user may apply: the user's own and shared ones, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn visible(tx: &mut Tx, user: UserId, list: &str) -> Result<Vec<StoredView>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT v.id, v.user_id, coalesce(nullif(u.name, ''), u.email) AS saved_by, v.list, v.name, v.query, v.shared,
                v.is_default
         FROM saved_views v LEFT JOIN users u ON u.id = v.user_id
         WHERE v.list = $1 AND (v.user_id = $2 OR v.shared) ORDER BY v.user_id <> $2, lower(v.name), v.id LIMIT 200",
        list,
        user.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(StoredView::from).collect())
}

/// One of the user's own, locked.
///
/// # Errors
/// [`StoreError`].
pub async fn own_for_update(tx: &mut Tx, user: UserId, id: ViewId) -> Result<Option<StoredView>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, user_id, '' AS saved_by, list, name, query, shared, is_default
           FROM saved_views WHERE id = $1 AND user_id = $2 FOR UPDATE"#,
        id.0,
        user.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(StoredView::from))
}

/// How many a user has of all lists.
///
/// # Errors
/// [`StoreError`].
pub async fn count(tx: &mut Tx, user: UserId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM saved_views WHERE user_id = $1"#, user.0)
        .fetch_one(tx.conn())
        .await?)
}

/// Writes a new one, of the transaction's realm.
///
/// # Errors
/// A conflict of `saved_views_name_key` where the user has one of that name.
pub async fn insert(tx: &mut Tx, view: &StoredView, now: DateTime<Utc>) -> Result<(), StoreError> {
    let (realm, owner) = tx.realm().setting();
    sqlx::query!(
        "INSERT INTO saved_views (id, user_id, realm, owner, list, name, query, shared, is_default, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        view.id.0,
        view.user.0,
        realm,
        owner,
        view.list,
        view.name,
        view.query,
        view.shared,
        view.is_default,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes name, query and flags of one that [`own_for_update`] has locked.
///
/// # Errors
/// As [`insert`].
pub async fn update(tx: &mut Tx, view: &StoredView, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE saved_views SET name = $3, query = $4, shared = $5, is_default = $6, updated_at = $7
         WHERE id = $1 AND user_id = $2",
        view.id.0,
        view.user.0,
        view.name,
        view.query,
        view.shared,
        view.is_default,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// None of the user's views of the list opens with it any more.
///
/// # Errors
/// [`StoreError`].
pub async fn clear_default(tx: &mut Tx, user: UserId, list: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE saved_views SET is_default = false WHERE user_id = $1 AND list = $2 AND is_default",
        user.0,
        list
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes one of the user's own.
///
/// # Errors
/// [`StoreError`].
pub async fn delete(tx: &mut Tx, user: UserId, id: ViewId) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM saved_views WHERE id = $1 AND user_id = $2", id.0, user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

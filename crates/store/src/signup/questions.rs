//! Questions of the sign-up form.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::{ids::QuestionId, status::QuestionKind};
use serde::Serialize;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    pub id: QuestionId,
    pub label: String,
    pub hint: String,
    pub kind: QuestionKind,
    /// Choices of a select; empty for the other kinds.
    pub options: Vec<String>,
    pub required: bool,
    pub position: i32,
}

struct Row {
    id: i64,
    label: String,
    hint: String,
    kind: String,
    options: Vec<String>,
    required: bool,
    position: i32,
}

impl TryFrom<Row> for Question {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: QuestionId(r.id),
            label: r.label,
            hint: r.hint,
            kind: r.kind.parse().map_err(|e| StoreError::corrupt("signup_questions.kind", e))?,
            options: r.options,
            required: r.required,
            position: r.position,
        })
    }
}

/// All, in the order of the form.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx) -> Result<Vec<Question>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT id, label, hint, kind, options, required, position FROM signup_questions ORDER BY position, id"
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Question::try_from)
    .collect()
}

/// Adds one, or changes the one of that id.
///
/// # Errors
/// [`StoreError`].
pub async fn put(tx: &mut Tx, q: &Question, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO signup_questions (id, label, hint, kind, options, required, position, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
         ON CONFLICT (id) DO UPDATE SET label = $2, hint = $3, kind = $4, options = $5, required = $6, position = $7,
                                        updated_at = $8",
        q.id.0,
        q.label,
        q.hint,
        q.kind.word(),
        &q.options,
        q.required,
        q.position,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes one away; answers given to it stay with their applications. `false`: there is no such row.
///
/// # Errors
/// [`StoreError`].
pub async fn delete(tx: &mut Tx, id: QuestionId) -> Result<bool, StoreError> {
    let done = sqlx::query!("DELETE FROM signup_questions WHERE id = $1", id.0).execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}

//! Letters: queued in the transaction that causes them, claimed by a worker, with a row for each attempt.
//!
//! A letter is `queued`, `sending` (until `due_at`, when the attempt counts as lost), `sent`, `failed` (tried again at
//! `due_at`) or `dead`. Nothing else happens to one: accepted = queued + sending + sent + failed + dead.

mod work;

pub use work::{claim, failed, revive, sent};

use crate::{
    config::{ListFilter, Page},
    db::Tx,
    error::StoreError,
};
use chrono::{DateTime, Utc};
use domain::ids::MailId;

/// A letter to be queued.
#[derive(Debug, Clone)]
pub struct NewMail<'a> {
    /// What it is about, such as `invitation`.
    pub kind: &'a str,
    pub to: &'a str,
    pub subject: &'a str,
    pub text: &'a str,
    pub html: &'a str,
    /// Attempts after which it is given up.
    pub budget: i32,
}

/// A letter a worker has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub id: MailId,
    pub kind: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Number of this attempt, from 1.
    pub attempt: i32,
    /// Attempts after which it is given up.
    pub budget: i32,
    pub created_at: DateTime<Utc>,
}

/// A letter as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    pub id: MailId,
    pub kind: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub status: String,
    pub attempts: i32,
    pub due_at: DateTime<Utc>,
    pub last_error: Option<String>,
    /// `file` or `smtp`, once something took it.
    pub via: Option<String>,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
}

/// An attempt as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub number: i32,
    pub via: String,
    pub began_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub error: Option<String>,
}

struct Row {
    id: i64,
    kind: String,
    recipient: String,
    subject: String,
    body_text: String,
    status: String,
    attempts: i32,
    due_at: DateTime<Utc>,
    last_error: Option<String>,
    via: Option<String>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

impl From<Row> for MailRow {
    fn from(r: Row) -> Self {
        Self {
            id: MailId(r.id),
            kind: r.kind,
            to: r.recipient,
            subject: r.subject,
            text: r.body_text,
            status: r.status,
            attempts: r.attempts,
            due_at: r.due_at,
            last_error: r.last_error,
            via: r.via,
            created_at: r.created_at,
            sent_at: r.sent_at,
        }
    }
}

/// Queues a letter; any realm may.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(tx: &mut Tx, m: &NewMail<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO mails (kind, recipient, subject, body_text, body_html, budget, due_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7)",
        m.kind,
        m.to,
        m.subject,
        m.text,
        m.html,
        m.budget,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// # Errors
/// [`StoreError`].
pub async fn get(tx: &mut Tx, id: MailId) -> Result<Option<MailRow>, StoreError> {
    Ok(sqlx::query_as!(
        Row,
        "SELECT id, kind, recipient, subject, body_text, status, attempts, due_at, last_error, via, created_at, sent_at
         FROM mails WHERE id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .map(MailRow::from))
}

/// Newest first. Statuses are stored words, all of them without any; the text is looked for in recipient and subject.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    tx: &mut Tx,
    filter: &ListFilter,
    statuses: &[String],
) -> Result<Page<MailRow>, StoreError> {
    let total = sqlx::query_scalar!(
        "SELECT count(*) FROM mails
         WHERE (cardinality($1::text[]) = 0 OR status = ANY($1))
           AND ($2::text IS NULL OR recipient ILIKE $2 OR subject ILIKE $2 OR id = $3)",
        statuses,
        filter.text,
        filter.id,
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, kind, recipient, subject, '' AS \"body_text!\", status, attempts, due_at, last_error, via, created_at,
                sent_at
         FROM mails
         WHERE (cardinality($1::text[]) = 0 OR status = ANY($1))
           AND ($2::text IS NULL OR recipient ILIKE $2 OR subject ILIKE $2 OR id = $3)
         ORDER BY id DESC LIMIT $4 OFFSET $5",
        statuses,
        filter.text,
        filter.id,
        filter.limit(),
        filter.offset(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Page::new(rows.into_iter().map(MailRow::from).collect(), total))
}

/// Whether there is any letter at all.
///
/// # Errors
/// [`StoreError`].
pub async fn any(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM mails) AS "any!""#).fetch_one(tx.conn()).await?)
}

/// The attempts of a letter, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn attempts(tx: &mut Tx, id: MailId) -> Result<Vec<Attempt>, StoreError> {
    Ok(sqlx::query_as!(
        Attempt,
        "SELECT number, via, began_at, ended_at, outcome, error FROM mail_attempts WHERE mail_id = $1 ORDER BY number",
        id.0
    )
    .fetch_all(tx.conn())
    .await?)
}

/// How many letters were given up and wait for a person.
///
/// # Errors
/// [`StoreError`].
pub async fn dead(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM mails WHERE status = 'dead'"#)
        .fetch_one(tx.conn())
        .await?)
}

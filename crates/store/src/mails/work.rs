//! The worker's half: taking letters, and writing down what became of them.

use super::Claimed;
use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::ids::MailId;

/// Takes up to `limit` letters that are due and writes their attempts down; until `lease_until` they are this worker's.
/// An earlier attempt that never ended counts as lost; where it was the last one, the letter is given up.
///
/// # Errors
/// [`StoreError`].
pub async fn claim(
    tx: &mut Tx,
    via: &str,
    limit: i64,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> Result<Vec<Claimed>, StoreError> {
    sqlx::query!(
        "WITH gone AS (
             UPDATE mails SET status = 'dead', updated_at = $1, last_error = 'the last attempt never ended'
             WHERE status = 'sending' AND due_at <= $1 AND attempts >= budget RETURNING id)
         UPDATE mail_attempts a SET outcome = 'lost', ended_at = $1
         FROM gone WHERE a.mail_id = gone.id AND a.outcome IS NULL",
        now
    )
    .execute(tx.conn())
    .await?;
    let rows = sqlx::query!(
        "UPDATE mails m SET status = 'sending', attempts = attempts + 1, due_at = $3, updated_at = $2
         FROM (SELECT id FROM mails WHERE status IN ('queued', 'sending', 'failed') AND due_at <= $2
               ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED) due
         WHERE m.id = due.id
         RETURNING m.id, m.kind, m.recipient, m.subject, m.body_text, m.body_html, m.attempts, m.budget, m.created_at",
        limit,
        now,
        lease_until
    )
    .fetch_all(tx.conn())
    .await?;
    let claimed: Vec<Claimed> = rows
        .into_iter()
        .map(|r| Claimed {
            id: MailId(r.id),
            kind: r.kind,
            to: r.recipient,
            subject: r.subject,
            text: r.body_text,
            html: r.body_html,
            attempt: r.attempts,
            budget: r.budget,
            created_at: r.created_at,
        })
        .collect();
    if claimed.is_empty() {
        return Ok(claimed);
    }
    let (ids, numbers): (Vec<i64>, Vec<i32>) = claimed.iter().map(|c| (c.id.0, c.attempt)).unzip();
    sqlx::query!(
        "UPDATE mail_attempts SET outcome = 'lost', ended_at = $2 WHERE mail_id = ANY($1) AND outcome IS NULL",
        &ids,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO mail_attempts (mail_id, number, via, began_at)
         SELECT id, number, $3, $4 FROM unnest($1::bigint[], $2::int[]) AS t (id, number)",
        &ids,
        &numbers,
        via,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(claimed)
}

/// The transport took the letter; `text` and `html` are what is kept of it. `false`: somebody else has it by now.
///
/// # Errors
/// [`StoreError`].
pub async fn sent(
    tx: &mut Tx,
    c: &Claimed,
    via: &str,
    (text, html): (&str, &str),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    end_attempt(tx, c, "sent", None, now).await?;
    let done = sqlx::query!(
        "UPDATE mails SET status = 'sent', sent_at = $3, updated_at = $3, via = $4, body_text = $5, body_html = $6,
                          last_error = NULL
         WHERE id = $1 AND attempts = $2 AND status = 'sending'",
        c.id.0,
        c.attempt,
        now,
        via,
        text,
        html
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The attempt came to nothing; tried again at `next`, or given up without one.
///
/// # Errors
/// [`StoreError`].
pub async fn failed(
    tx: &mut Tx,
    c: &Claimed,
    outcome: &'static str,
    error: &str,
    next: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    end_attempt(tx, c, outcome, Some(error), now).await?;
    let status = if next.is_some() { "failed" } else { "dead" };
    let done = sqlx::query!(
        "UPDATE mails SET status = $3, due_at = $4, updated_at = $5, last_error = $6
         WHERE id = $1 AND attempts = $2 AND status = 'sending'",
        c.id.0,
        c.attempt,
        status,
        next.unwrap_or(now),
        now,
        error
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn end_attempt(
    tx: &mut Tx,
    c: &Claimed,
    outcome: &str,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE mail_attempts SET outcome = $3, error = $4, ended_at = $5
         WHERE mail_id = $1 AND number = $2 AND outcome IS NULL",
        c.id.0,
        c.attempt,
        outcome,
        error,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts a dead letter into the queue again, with `budget` further attempts. `false`: it is not dead.
///
/// # Errors
/// [`StoreError`].
pub async fn revive(tx: &mut Tx, id: MailId, budget: i32, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE mails SET status = 'queued', budget = attempts + $2, due_at = $3, updated_at = $3
         WHERE id = $1 AND status = 'dead'",
        id.0,
        budget,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

//! Sessions as they can be listed and ended. What the browser's cookie says is another matter: `store::sessions`.

use crate::{db::Tx, error::StoreError, people::Credentials};
use chrono::{DateTime, Utc};
use domain::ids::{AffiliateId, SessionId, UserId};

/// One stay of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user: UserId,
    pub epoch: i32,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// When the person last proved to be there.
    pub confirmed_at: DateTime<Utc>,
    /// As text, without a mask.
    pub ip: Option<String>,
    pub user_agent: String,
    /// Opened with a second step.
    pub two_step: bool,
    pub viewing: Option<Viewing>,
}

/// Another's portal, looked at from a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewing {
    pub affiliate: AffiliateId,
    pub name: String,
    pub until: DateTime<Utc>,
}

/// Everything the door has to know of a request's session.
#[derive(Debug, Clone)]
pub struct Live {
    pub session: Session,
    pub who: Credentials,
    /// The person has an authenticator in use.
    pub has_two_step: bool,
    /// The network asks its people for one.
    pub two_step_required: bool,
}

struct Row {
    id: i64,
    user_id: i64,
    epoch: i32,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    confirmed_at: DateTime<Utc>,
    ip: Option<String>,
    user_agent: String,
    two_step: bool,
    viewing: Option<i64>,
    viewing_until: Option<DateTime<Utc>>,
    viewing_name: Option<String>,
}

impl From<Row> for Session {
    fn from(r: Row) -> Self {
        let viewing = r.viewing.zip(r.viewing_until).map(|(affiliate, until)| Viewing {
            affiliate: AffiliateId(affiliate),
            name: r.viewing_name.unwrap_or_default(),
            until,
        });
        Self {
            id: SessionId(r.id),
            user: UserId(r.user_id),
            epoch: r.epoch,
            created_at: r.created_at,
            last_seen_at: r.last_seen_at,
            expires_at: r.expires_at,
            confirmed_at: r.confirmed_at,
            ip: r.ip,
            user_agent: r.user_agent,
            two_step: r.two_step,
            viewing,
        }
    }
}

/// Writes a new session; it looks at nobody else's portal.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(tx: &mut Tx, s: &Session) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO user_sessions (id, user_id, epoch, created_at, last_seen_at, expires_at, confirmed_at, ip,
                                    user_agent, two_step)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::inet, $9, $10)",
        s.id.0,
        s.user.0,
        s.epoch,
        s.created_at,
        s.last_seen_at,
        s.expires_at,
        s.confirmed_at,
        s.ip,
        s.user_agent,
        s.two_step
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The session and its person, if it has not ended: by hand, by time, with all sessions of the person, because the
/// person was disabled or the account closed.
///
/// # Errors
/// [`StoreError`].
pub async fn live(
    tx: &mut Tx,
    id: SessionId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Live>, StoreError> {
    let Some(who) = crate::people::credentials(tx, user).await? else { return Ok(None) };
    let row = sqlx::query!(
        r#"SELECT s.id, s.user_id, s.epoch, s.created_at, s.last_seen_at, s.expires_at, s.confirmed_at, host(s.ip) AS ip,
                  s.user_agent, s.two_step, s.viewing, s.viewing_until, a.name AS "viewing_name?",
                  EXISTS (SELECT FROM user_totp t WHERE t.user_id = s.user_id AND t.confirmed_at IS NOT NULL)
                      AS "has_two_step!",
                  EXISTS (SELECT FROM settings WHERE key = 'require_two_step' AND value = 'true'::jsonb)
                      AS "two_step_required!"
           FROM user_sessions s LEFT JOIN affiliates a ON a.id = s.viewing
           WHERE s.id = $1 AND s.user_id = $2 AND s.ended_at IS NULL AND s.expires_at > $3 AND s.epoch = $4"#,
        id.0,
        user.0,
        now,
        who.user.session_epoch
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.filter(|_| who.user.active && !who.owner_closed).map(|r| Live {
        has_two_step: r.has_two_step,
        two_step_required: r.two_step_required,
        session: Row {
            id: r.id,
            user_id: r.user_id,
            epoch: r.epoch,
            created_at: r.created_at,
            last_seen_at: r.last_seen_at,
            expires_at: r.expires_at,
            confirmed_at: r.confirmed_at,
            ip: r.ip,
            user_agent: r.user_agent,
            two_step: r.two_step,
            viewing: r.viewing,
            viewing_until: r.viewing_until,
            viewing_name: r.viewing_name,
        }
        .into(),
        who,
    }))
}

/// Sessions of somebody that have not ended, the one used last first.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT s.id, s.user_id, s.epoch, s.created_at, s.last_seen_at, s.expires_at, s.confirmed_at, host(s.ip) AS ip,
                  s.user_agent, s.two_step, s.viewing, s.viewing_until, a.name AS "viewing_name?"
           FROM user_sessions s JOIN users u ON u.id = s.user_id LEFT JOIN affiliates a ON a.id = s.viewing
           WHERE s.user_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND s.epoch = u.session_epoch
           ORDER BY s.last_seen_at DESC, s.id DESC LIMIT 200"#,
        user.0,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Notes that it is in use, and from where.
///
/// # Errors
/// [`StoreError`].
pub async fn touch(
    tx: &mut Tx,
    id: SessionId,
    ip: Option<String>,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE user_sessions SET last_seen_at = $2, expires_at = $3, ip = coalesce($4::text::inet, ip) WHERE id = $1",
        id.0,
        now,
        expires_at,
        ip
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that the person proved to be there.
///
/// # Errors
/// [`StoreError`].
pub async fn confirm(tx: &mut Tx, id: SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("UPDATE user_sessions SET confirmed_at = $2 WHERE id = $1", id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Ends one of somebody's sessions. `false`: it is not that person's, or had ended.
///
/// # Errors
/// [`StoreError`].
pub async fn end(tx: &mut Tx, user: UserId, id: SessionId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE user_sessions SET ended_at = $3 WHERE id = $2 AND user_id = $1 AND ended_at IS NULL",
        user.0,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all of somebody's sessions but one. Answers how many had not ended before.
///
/// # Errors
/// [`StoreError`].
pub async fn end_others(
    tx: &mut Tx,
    user: UserId,
    keep: SessionId,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "UPDATE user_sessions SET ended_at = $3 WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL AND expires_at > $3",
        user.0,
        keep.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Lets one session go on where all of the person's were just ended by a higher epoch, in the same transaction.
///
/// # Errors
/// [`StoreError`].
pub async fn carry_on(tx: &mut Tx, user: UserId, keep: SessionId) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE user_sessions s SET epoch = u.session_epoch FROM users u
         WHERE u.id = s.user_id AND s.user_id = $1 AND s.id = $2 AND s.ended_at IS NULL",
        user.0,
        keep.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Begins to look at an affiliate's portal.
///
/// # Errors
/// [`StoreError::Conflict`]: no such affiliate.
pub async fn view_as(
    tx: &mut Tx,
    id: SessionId,
    affiliate: AffiliateId,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE user_sessions SET viewing = $2, viewing_until = $3 WHERE id = $1",
        id.0,
        affiliate.0,
        until
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends looking. Of several at the same moment one gets the answer whose portal it was.
///
/// # Errors
/// [`StoreError`].
pub async fn end_view(tx: &mut Tx, id: SessionId) -> Result<Option<AffiliateId>, StoreError> {
    let was = sqlx::query_scalar!(
        r#"UPDATE user_sessions s SET viewing = NULL, viewing_until = NULL
           FROM (SELECT id, viewing FROM user_sessions WHERE id = $1 AND viewing IS NOT NULL FOR UPDATE) AS old
           WHERE s.id = old.id RETURNING old.viewing AS "viewing!""#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(was.map(AffiliateId))
}

/// Clears away sessions that ended before then.
///
/// # Errors
/// [`StoreError`].
pub async fn tidy(tx: &mut Tx, before: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM user_sessions WHERE expires_at < $1", before).execute(tx.conn()).await?;
    Ok(())
}

//! Sending what is queued.

use crate::{error::EngineError, secret::masked};
use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use domain::{access::Realm, ids::MailId};
use futures::future::join_all;
use store::{
    Db,
    mails::{self, Claimed},
};

/// Letters in one round; they are sent side by side.
const AT_ONCE: i64 = 8;

/// The longest a transport may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// After that long an attempt counts as lost; well over [`PATIENCE`].
const LEASE: Duration = Duration::minutes(2);

/// First pause between two attempts; doubled each time, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::seconds(30);
const LONGEST_PAUSE: Duration = Duration::hours(2);

/// Longest error text that is kept, in characters.
const ERROR_MAX: usize = 500;

/// A letter as it goes out.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The same at every attempt.
    pub id: MailId,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub created_at: DateTime<Utc>,
}

/// Why a letter did not go out. The text is shown to operators.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It never will, such as to an address that the server does not know.
    #[error("{0}")]
    Refused(String),
    /// It may later.
    #[error("{0}")]
    Failed(String),
}

/// Takes letters away.
#[async_trait]
pub trait Sender: Send + Sync {
    /// `file` or `smtp`, as stored.
    fn via(&self) -> &'static str;

    /// Whether the letters stay on this machine, where operators may read the secrets of links. Elsewhere those are
    /// masked as soon as the letter is gone.
    fn stays_here(&self) -> bool;

    /// Hands one letter over.
    async fn send(&self, letter: &Letter) -> Result<(), SendError>;
}

/// The pause after an attempt that failed, counted from 1.
#[must_use]
pub fn pause_after(attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt - 1).unwrap_or_default().min(16);
    (FIRST_PAUSE * 2_i32.pow(doublings)).min(LONGEST_PAUSE)
}

/// Sends what is due, one round of it. Returns how many letters were taken: with a full round there may be more.
///
/// # Errors
/// [`EngineError::Unavailable`]; letters already handed over are sent again once their lease is over.
pub async fn send_due(
    db: &Db,
    sender: &dyn Sender,
    now: impl Fn() -> DateTime<Utc>,
) -> Result<usize, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let claimed = mails::claim(&mut tx, sender.via(), AT_ONCE, now(), now() + LEASE).await?;
    // The attempts are written down before the first call.
    tx.commit().await?;
    let count = claimed.len();
    let done = join_all(claimed.iter().map(async |c| {
        let outcome = attempt(sender, c).await;
        settle(db, sender, c, outcome, now()).await
    }))
    .await;
    done.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(count)
}

async fn attempt(sender: &dyn Sender, c: &Claimed) -> Result<(), SendError> {
    let letter = Letter {
        id: c.id,
        to: c.to.clone(),
        subject: c.subject.clone(),
        text: c.text.clone(),
        html: c.html.clone(),
        created_at: c.created_at,
    };
    match tokio::time::timeout(PATIENCE, sender.send(&letter)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(SendError::Failed(format!("no answer within {} seconds", PATIENCE.as_secs()))),
    }
}

async fn settle(
    db: &Db,
    sender: &dyn Sender,
    c: &Claimed,
    outcome: Result<(), SendError>,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let label = match outcome {
        Ok(()) => {
            let kept = if sender.stays_here() {
                (c.text.clone(), c.html.clone())
            } else {
                (masked(&c.text), masked(&c.html))
            };
            mails::sent(&mut tx, c, sender.via(), (&kept.0, &kept.1), now).await?;
            "sent"
        }
        Err(error) => {
            let (outcome, next) = match &error {
                SendError::Refused(_) => ("refused", None),
                SendError::Failed(_) if c.attempt >= c.budget => ("failed", None),
                SendError::Failed(_) => ("failed", Some(now + pause_after(c.attempt))),
            };
            let why: String = error.to_string().chars().filter(|c| !c.is_control()).take(ERROR_MAX).collect();
            mails::failed(&mut tx, c, outcome, &why, next, now).await?;
            if next.is_none() {
                tracing::error!(mail = %c.id, kind = c.kind, error = why, "a letter is given up");
            } else {
                tracing::warn!(mail = %c.id, kind = c.kind, error = why, "a letter was not sent; trying again");
            }
            if next.is_none() { "dead" } else { "failed" }
        }
    };
    tx.commit().await?;
    metrics::counter!("millrace_mails_total", "outcome" => label).increment(1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_have_a_bound() {
        assert_eq!(pause_after(1), Duration::seconds(30));
        assert_eq!(pause_after(3), Duration::minutes(2));
        assert_eq!(pause_after(40), LONGEST_PAUSE);
        let all: Duration = (1..super::super::BUDGET).map(pause_after).sum();
        assert!((Duration::hours(7)..Duration::hours(9)).contains(&all), "{all}");
    }
}

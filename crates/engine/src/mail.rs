//! Letters of the platform: queued in the transaction that causes them, sent by a worker.
//!
//! A letter goes out at least once: where a process dies between handing it over and writing that down, it is sent
//! again under the same message id.

pub mod templates;
mod work;

pub use work::{Letter, SendError, Sender, pause_after, send_due};

use crate::error::EngineError;
use chrono::{DateTime, Utc};
use store::{Tx, mails};

/// Attempts before a letter is given up; with the pauses between them about eight hours.
pub const BUDGET: i32 = 12;

/// Longest subject, in characters.
const SUBJECT_MAX: usize = 200;

/// A letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// One address.
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// What it is about, such as `invitation`: lower-case letters and `_`.
    pub kind: &'static str,
}

// Bodies may hold the secrets of links.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Queues a letter in the transaction that causes it: without the change there is no letter.
///
/// # Errors
/// [`EngineError`] of the database.
pub async fn queue(tx: &mut Tx, mail: &Mail, now: DateTime<Utc>) -> Result<(), EngineError> {
    // Subjects are headers, and may carry names that people chose.
    let subject: String =
        mail.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SUBJECT_MAX).collect();
    let new = mails::NewMail {
        kind: mail.kind,
        to: &mail.to,
        subject: &subject,
        text: &mail.text,
        html: &mail.html,
        budget: BUDGET,
    };
    Ok(mails::insert(tx, &new, now).await?)
}

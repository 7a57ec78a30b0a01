//! People, invitations, letters, one's own account.

use super::{Choice, Rows, TimeView};
use serde::{Deserialize, Serialize};

/// Everybody who signs in, and who was invited to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamList {
    pub list: Rows<TeamRow>,
    /// Neither accepted nor taken back; the newest first.
    pub invitations: Vec<InvitationRow>,
}

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRow {
    pub id: String,
    pub name: String,
    pub email: String,
    /// Stored word of the role.
    pub role: String,
    /// Name and id of the affiliate, advertiser or buyer; empty for the network's people.
    pub owner: String,
    pub owner_id: String,
    /// `active` or `disabled`.
    pub status: String,
    pub last_sign_in: Option<TimeView>,
    /// Has two-step sign-in.
    pub two_step: bool,
    /// Cannot sign in for a while, because of wrong attempts.
    pub locked: bool,
    /// The reader.
    pub is_you: bool,
}

/// An invitation that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    pub id: String,
    pub email: String,
    pub role: String,
    pub owner: String,
    pub by: String,
    pub sent: TimeView,
    pub expires: TimeView,
    /// No longer works and has to be sent again.
    pub expired: bool,
}

/// What the form of an invitation offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteForm {
    pub affiliates: Vec<Choice>,
}

/// What the person who opens an invitation sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationView {
    pub network: String,
    pub email: String,
    /// Suggested by whoever invited.
    pub name: String,
    pub role: String,
    pub owner: String,
}

/// What the person who opens the link to another address sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailChangeView {
    pub network: String,
    pub old: String,
    pub new: String,
}

/// One's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub email: String,
    pub name: String,
    pub role: String,
    pub time_zone: String,
    /// IANA names to choose from.
    pub zones: Vec<String>,
    /// An address that waits to be confirmed; empty for none.
    pub waiting_email: String,
    pub last_sign_in: Option<TimeView>,
    pub created: TimeView,
}

/// Letters of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailList {
    pub list: Rows<MailView>,
    /// Letters given up, whatever the filter.
    pub dead: i64,
}

/// A letter in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailView {
    pub id: String,
    pub to: String,
    pub subject: String,
    /// What it is about, for people.
    pub kind: String,
    pub status: String,
    pub attempts: i32,
    pub created: TimeView,
    pub sent: Option<TimeView>,
    /// Why the last attempt came to nothing; often empty.
    pub error: String,
}

/// A letter on its own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailDetail {
    pub mail: MailView,
    pub text: String,
    /// The secrets of links are left out of the text.
    pub masked: bool,
    /// `file` or `smtp`; empty while nothing took it.
    pub via: String,
    /// When it is tried again, if it is.
    pub next: Option<TimeView>,
    pub tries: Vec<MailTry>,
}

/// An attempt to send a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTry {
    pub number: i32,
    pub via: String,
    pub began: TimeView,
    /// `sent`, `refused`, `failed`, `lost`; empty while it runs.
    pub outcome: String,
    pub error: String,
}

//! People and their accounts: invitations, forgotten passwords, profiles, other addresses, the team.
//!
//! Whoever opens a link from a letter is nobody yet: these use cases work as the network, and the secret of the link
//! is all that counts. Every link that does not work has the same answer, whatever the reason.

mod email;
mod invite;
mod letters;
mod profile;
mod reset;
mod role;
mod views;

pub use email::{ask_email, confirm_email, email_change};
pub(crate) use invite::invite_affiliate_in;
pub use invite::{accept, invitation, invite, invited_role, resend_invitation, revoke_invitation};
pub use letters::{mail, mails, resend_mail};
pub use profile::{Guard, NewPassword, change_password, profile_draft, remember_period, update_profile};
pub use reset::{find, forgot, reset, reset_for, set_password};
pub use role::set_role;
pub use views::{invite_form, profile, team};

use crate::{EngineError, secret::token_text};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    ids::UserId,
};
use std::net::IpAddr;

/// Kinds of links.
pub(crate) const INVITE: &str = "invite";
pub(crate) const RESET: &str = "reset";
pub(crate) const EMAIL: &str = "email";

/// What makes links: fresh chance, and where people reach the portals.
#[derive(Clone, Copy)]
pub struct Link<'a> {
    /// Used for one link only.
    pub secret: [u8; 32],
    /// Such as `https://network.example.com`, without a slash at the end.
    pub console_url: &'a str,
}

impl Link<'_> {
    /// The secret's text and the whole address.
    fn to(&self, page: &str) -> (String, String) {
        let text = token_text(&self.secret);
        let link = format!("{}/{page}/{text}", self.console_url);
        (text, link)
    }
}

/// Where an open door was knocked at, for the audit log.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    pub ip: Option<IpAddr>,
    pub request_id: Option<String>,
}

impl Visitor {
    /// The person the secret belongs to, who is not signed in.
    fn as_person(&self, user: UserId, email: &str) -> Actor {
        Actor {
            user: Some(user),
            name: email.to_owned(),
            realm: Realm::Network,
            ip: self.ip,
            request_id: self.request_id.clone(),
        }
    }
}

/// The answer to every link that does not work.
pub(crate) fn bad_link() -> EngineError {
    EngineError::Conflict(
        "This link does not work any more. It may be used up, too old, or replaced by a newer one.".into(),
    )
}

/// A moment for letters, which know no reader's zone.
fn in_words(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y at %H:%M UTC").to_string()
}

/// Whose account it is; parts of the system have none.
fn own_user(actor: &Actor) -> Result<UserId, EngineError> {
    actor.user.ok_or_else(|| EngineError::Forbidden("Only a person has an account.".into()))
}

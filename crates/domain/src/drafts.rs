//! Forms as people fill them in: plain texts, nothing checked yet. A field that is wrong keeps what was typed.
//!
//! The names of the fields are the names of the form's inputs and of the messages about them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An advertiser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdvertiserDraft {
    pub name: String,
    /// Word of an [`AccountStatus`](crate::status::AccountStatus); empty for active.
    pub status: String,
    pub contact_email: String,
    pub website: String,
    pub notes: String,
}

/// An affiliate and, if an email is given, the first person who signs in for it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AffiliateDraft {
    pub name: String,
    /// Word of an [`AccountStatus`](crate::status::AccountStatus); empty for active.
    pub status: String,
    pub contact_email: String,
    /// Two letters (ISO 3166), or empty.
    pub country: String,
    pub notes: String,
    /// Empty: nobody can sign in yet. Only read when the affiliate is created.
    pub user_email: String,
    pub user_password: String,
}

/// A campaign with its default goal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CampaignDraft {
    /// Id of the advertiser, `adv_…`.
    pub advertiser: String,
    pub name: String,
    pub description: String,
    pub status: String,
    pub visibility: String,
    pub currency: String,
    /// With macros.
    pub destination_url: String,
    /// One a line; a leading dot allows subdomains.
    pub deep_link_hosts: String,
    pub pass_through: bool,
    /// Whole days, 1 to 400.
    pub attribution_window_days: String,
    /// Empty: reports need none.
    pub postback_token: String,
    pub goal_code: String,
    pub goal_name: String,
    /// `fixed` or `share`.
    pub revenue_kind: String,
    /// Fixed: an amount in the campaign's currency, `12.50`. Share: percent of the reported amount, `12.5`.
    pub revenue_value: String,
    pub payout_kind: String,
    pub payout_value: String,
}

impl Default for CampaignDraft {
    /// A new form: nothing filled in, sensible choices made.
    fn default() -> Self {
        Self {
            advertiser: String::new(),
            name: String::new(),
            description: String::new(),
            status: "draft".into(),
            visibility: "public".into(),
            currency: "USD".into(),
            destination_url: String::new(),
            deep_link_hosts: String::new(),
            pass_through: false,
            attribution_window_days: "30".into(),
            postback_token: String::new(),
            goal_code: "sale".into(),
            goal_name: "Sale".into(),
            revenue_kind: "fixed".into(),
            revenue_value: String::new(),
            payout_kind: "fixed".into(),
            payout_value: String::new(),
        }
    }
}

/// A further goal of a campaign, or a change of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GoalDraft {
    pub code: String,
    pub name: String,
    /// `fixed` or `share`.
    pub revenue_kind: String,
    /// As in [`CampaignDraft::revenue_value`].
    pub revenue_value: String,
    pub payout_kind: String,
    pub payout_value: String,
}

/// A link of an affiliate to a campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkDraft {
    /// `camp_…`
    pub campaign: String,
    /// `aff_…`; an affiliate asking for itself may leave it empty.
    pub affiliate: String,
    /// Replaces the campaign's destination; empty for none. Only the network's people may set it.
    pub destination_url: String,
}

/// Somebody who signs in.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserDraft {
    pub email: String,
    pub name: String,
    /// Word of a [`Role`](crate::access::Role).
    pub role: String,
    /// `aff_…`, `adv_…` or `buy_…` as the role needs it; empty for the network's people.
    pub owner: String,
    pub password: String,
}

/// The network's own settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettingsDraft {
    pub network_name: String,
    /// IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    pub currency: String,
    /// Where visitors of unknown or stopped links go; empty for a plain page.
    pub fallback_url: String,
}

// Passwords are never printed.
impl fmt::Debug for AffiliateDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AffiliateDraft")
            .field("name", &self.name)
            .field("user_email", &self.user_email)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for UserDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserDraft")
            .field("email", &self.email)
            .field("role", &self.role)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}

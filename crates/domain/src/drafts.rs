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
    /// IANA name; empty for the network's own.
    pub time_zone: String,
}

/// Somebody who is invited to sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteDraft {
    pub email: String,
    /// What the person may change on accepting; may be empty.
    pub name: String,
    /// Word of a [`Role`](crate::access::Role).
    pub role: String,
    /// As in [`UserDraft::owner`].
    pub owner: String,
}

/// What people say about themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileDraft {
    pub name: String,
    /// IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
}

/// The network's own settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettingsDraft {
    pub network_name: String,
    /// IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    /// The default of new campaigns, one of `currencies`.
    pub currency: String,
    /// Codes of the currencies campaigns may have, separated by spaces, commas or lines; empty for all that are known.
    pub currencies: String,
    /// Where visitors of unknown or stopped links go; empty for a plain page.
    pub fallback_url: String,
}

/// How the network looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BrandDraft {
    /// `#0b6b5d`; empty for the platform's own colour.
    pub accent: String,
    /// The colour on dark pages; empty to have it worked out from the other.
    pub accent_dark: String,
}

/// A question of the sign-up form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuestionDraft {
    pub label: String,
    pub hint: String,
    /// Word of a [`QuestionKind`](crate::status::QuestionKind).
    pub kind: String,
    /// Choices of a select, one a line.
    pub options: String,
    pub required: bool,
}

/// Somebody who wants to become an affiliate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignUpDraft {
    /// Company or person.
    pub name: String,
    pub email: String,
    /// Two letters (ISO 3166), or empty.
    pub country: String,
    pub website: String,
    /// How traffic is brought.
    pub description: String,
    /// Version of the terms that were shown; empty where there are none.
    pub terms: String,
    /// They were read and accepted.
    pub accepted: bool,
    /// Nobody sees this field; programs fill it in.
    pub fax: String,
    /// When the form was made, signed.
    pub stamp: String,
}

/// A host that tracked links begin with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DomainDraft {
    pub host: String,
}

/// A list to be saved under a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewDraft {
    /// Key of the list; not read when a view is changed.
    pub list: String,
    pub name: String,
    /// As in an address. Empty when a view is changed and what it shows stays.
    pub query: String,
    /// For everybody of the same realm.
    pub shared: bool,
    /// Opens with the list.
    pub is_default: bool,
}

/// An action on many rows of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BulkDraft {
    /// Key of the list.
    pub list: String,
    /// Word of the action.
    pub action: String,
    /// Every row that `query` finds, if they are `count`; else those named beside.
    pub all: bool,
    pub query: String,
    pub count: String,
    /// Code of a reason, where the action wants one.
    pub reason: String,
    pub note: String,
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

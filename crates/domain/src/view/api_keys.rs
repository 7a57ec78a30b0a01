//! Keys of the API.

use super::{Choice, TimeView};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A key in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyRow {
    pub id: String,
    pub name: String,
    /// `mr_live_…x7Qa`.
    pub shown: String,
    /// The account it belongs to; empty for the network itself.
    pub owner: String,
    /// `aff_…`; empty for the network.
    pub owner_id: String,
    /// `links:read` and so on.
    pub scopes: Vec<String>,
    /// Addresses it may come from; empty for any.
    pub networks: Vec<String>,
    pub created: TimeView,
    /// Email of whoever made it, as far as the reader may know.
    pub created_by: String,
    pub expires: Option<TimeView>,
    pub last_used: Option<TimeView>,
    pub last_used_ip: String,
    /// `active`, `replaced`, `expired`, `revoked` or `suspended`.
    pub state: String,
    pub state_label: String,
    /// A sentence where the state needs one.
    pub state_note: String,
    pub may_rotate: bool,
    pub may_revoke: bool,
}

/// The list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyList {
    pub keys: Vec<ApiKeyRow>,
    /// There are older ones that are not in it.
    pub more: bool,
    /// Keys of several accounts are in it.
    pub owners: bool,
}

/// Something a key can be allowed to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeChoice {
    pub word: String,
    pub label: String,
    /// `campaigns` of `campaigns:read`.
    pub group: String,
    /// A key of an affiliate can have it too.
    pub for_affiliates: bool,
}

/// What the form of a new key offers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyForm {
    pub scopes: Vec<ScopeChoice>,
    /// Accounts whose keys the reader may make, beside their own.
    pub affiliates: Vec<Choice>,
}

/// A key that was just made, to be shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownKey {
    pub id: String,
    pub name: String,
    /// The whole key.
    pub text: String,
    /// For a rotated one: until when the old key works; in the reader's zone.
    pub old_until: Option<TimeView>,
    /// An example of its use.
    pub curl: String,
}

impl fmt::Debug for ShownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShownKey").field("id", &self.id).finish_non_exhaustive()
    }
}

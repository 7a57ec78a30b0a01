//! Advertisers, affiliates, the people who sign in for them, and the network's settings.

mod advertisers;
mod affiliates;
mod features;
mod settings;
mod status;
mod users;

pub(crate) use advertisers::advertiser_as_draft;
pub use advertisers::{advertiser_draft, create_advertiser, update_advertiser, update_advertiser_in};
pub(crate) use affiliates::{affiliate_as_draft, country};
pub use affiliates::{
    affiliate_draft, create_affiliate, create_affiliate_in, update_affiliate, update_affiliate_in,
};
pub(crate) use features::{affiliates_may_use_api, may_view_portals};
pub use features::{feature_settings, features, features_in, update_features};
pub use settings::{currencies, general_settings, settings_draft, update_settings};
pub use status::{set_advertiser_status, set_affiliate_status};
pub use users::{create_user, set_user_active};
pub(crate) use users::{last_admin_stays, network_zone, new_user, owner_exists, realm_of};

use crate::error::EngineError;
use domain::{
    access::{Actor, Realm},
    status::AccountStatus,
};
use store::StoreError;

/// Longest note, in characters.
const NOTES_MAX: usize = 10_000;

/// Refuses everybody but the network's people and the system. What exactly a person may do, their role says; that
/// is checked at the door.
pub(crate) fn network_only(actor: &Actor) -> Result<(), EngineError> {
    match actor.realm {
        Realm::Network => Ok(()),
        _ => Err(EngineError::Forbidden("Only the network's people can do this.".into())),
    }
}

fn or_empty(text: &str, check: impl Fn(&str) -> Result<String, String>) -> Result<Option<String>, String> {
    if text.trim().is_empty() { Ok(None) } else { check(text).map(Some) }
}

fn account_status(text: &str) -> Result<AccountStatus, String> {
    match text.trim() {
        "" => Ok(AccountStatus::Active),
        word => word.parse().map_err(|_| "Choose a status from the list.".into()),
    }
}

/// Turns the refusal of a unique name into a message at the field.
pub(crate) fn taken(e: StoreError, constraint: &str, field: &'static str, message: &str) -> EngineError {
    if e.is_conflict(constraint) { EngineError::invalid(field, message) } else { e.into() }
}

const NAME_TAKEN: &str = "There is already one of this name.";
pub(crate) const EMAIL_TAKEN: &str = "There is already a user with this email address.";

//! One's own account, the same in every portal: who one is, how one signs in.

mod api;
mod email;
mod password;
mod profile;
pub mod security;

pub use password::PasswordCard;
pub use profile::AccountPage;

pub use api::{AskEmail, ChangePassword, RememberPeriod, SaveProfile};

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Where the portal one is in begins, such as `/admin`.
#[must_use]
pub fn portal_home() -> String {
    let path = use_location().pathname.get_untracked();
    format!("/{}", path.split('/').nth(1).unwrap_or_default())
}

/// Where the account's pages are in the portal one is in, such as `/admin/account`.
#[must_use]
pub fn account_home() -> String {
    format!("{}/account", portal_home())
}

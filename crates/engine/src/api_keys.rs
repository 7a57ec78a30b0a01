//! Keys of the REST API: making, replacing and ending them, and opening the door to whoever brings one.
//!
//! A key belongs to an account and acts in its realm: an affiliate's key sees what the affiliate sees. What it may do
//! is bounded three times: by the realm, by the role of whoever creates it, and at every use by that person's role as
//! it is then. So a key ends with the access of the person who made it; somebody else can rotate it and keeps the
//! integration going. A closed account's keys are refused as its people are; a paused account's work as its portal
//! does, and what paused accounts cannot do, keys cannot do either.

mod door;
mod manage;

pub use door::{Known, Refusal, authenticate};
pub use manage::{NewKey, OVERLAPS, Rotated, create_key, revoke_key, rotate_key};

use chrono::{DateTime, Utc};
use store::api_keys::KeyWithOwner;

/// Keys of one account that work at the same time.
pub const MOST_KEYS: i64 = 50;

/// How a key is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    Active,
    /// Replaced, and works until it expires.
    Replaced,
    Expired,
    Revoked,
    /// Its account is closed, or its creator can no longer sign in.
    Suspended,
}

impl KeyState {
    #[must_use]
    pub fn of(k: &KeyWithOwner, now: DateTime<Utc>) -> Self {
        if k.key.revoked_at.is_some() {
            Self::Revoked
        } else if k.key.expires_at.is_some_and(|at| at <= now) {
            Self::Expired
        } else if k.owner_closed || k.creator_disabled {
            Self::Suspended
        } else if k.key.successor.is_some() {
            Self::Replaced
        } else {
            Self::Active
        }
    }

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Replaced => "replaced",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
        }
    }
}

//! What guards a sign-in: second factors, sessions, attempts that failed.
//!
//! All of it belongs to the network's realm: it is looked at before anybody's realm is known.

pub mod failures;
pub mod sessions;
pub mod totp;

//! All SQL and all Redis commands of Millrace.
//!
//! Every query runs in a [`db::Tx`], which carries the application role and the realm of whoever asks; row-level
//! security in the database does the rest. Domain types come out, row structs stay inside.

pub mod api;
pub mod api_keys;
pub mod audit;
pub mod brand;
pub mod config;
pub mod conversions;
pub mod cursors;
pub mod db;
pub mod error;
pub mod events;
pub mod idempotency;
pub mod jobs;
pub mod ledger;
pub mod limits;
pub mod live;
pub mod mails;
pub mod maintenance;
pub mod notifications;
pub mod people;
pub mod reports;
pub mod search;
pub mod security;
pub mod sessions;
pub mod shared;
pub mod signup;
pub mod streams;
pub mod tokens;
pub mod views;

pub use db::{Db, DbOptions, Tx};
pub use error::StoreError;

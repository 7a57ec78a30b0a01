//! All SQL and all Redis commands of Millrace.
//!
//! Every query runs in a [`db::Tx`], which carries the application role and the realm of whoever asks; row-level
//! security in the database does the rest. Domain types come out, row structs stay inside.

pub mod audit;
pub mod config;
pub mod conversions;
pub mod cursors;
pub mod db;
pub mod error;
pub mod events;
pub mod jobs;
pub mod ledger;
pub mod maintenance;
pub mod people;
pub mod reports;
pub mod sessions;
pub mod streams;

pub use db::{Db, DbOptions, Tx};
pub use error::StoreError;

//! What Millrace does: use cases for people, and the work in the background. No SQL, no HTTP.
//!
//! Time and chance come from the caller, so that everything can be repeated in a test.

pub mod accounts;
pub mod api;
pub mod api_keys;
pub mod attribution;
pub mod bulk;
pub mod campaigns;
pub mod consume;
pub mod decide;
pub mod error;
pub mod links;
pub mod mail;
pub mod maintenance;
pub mod network;
pub mod nodes;
pub mod notify;
pub mod people;
pub mod rate;
pub mod reports;
pub mod rollup;
pub mod search;
pub mod secret;
pub mod shipper;
pub mod signin;
pub mod signup;
pub mod together;
pub mod views;

pub use error::{EngineError, FieldErrors};

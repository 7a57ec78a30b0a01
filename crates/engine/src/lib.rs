//! What Millrace does: use cases for people, and the work in the background. No SQL, no HTTP.
//!
//! Time and chance come from the caller, so that everything can be repeated in a test.

pub mod accounts;
pub mod attribution;
pub mod campaigns;
pub mod consume;
pub mod decide;
pub mod error;
pub mod links;
pub mod maintenance;
pub mod reports;
pub mod rollup;
pub mod shipper;
pub mod signin;

pub use error::{EngineError, FieldErrors};

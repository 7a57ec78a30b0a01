//! Types and rules of Millrace, without I/O, clock or chance.
//!
//! Everything here is a pure function of its arguments and also builds for the browser. Whoever needs
//! the time or a random number gets it as an argument.

pub mod access;
pub mod api_key;
pub mod api_request;
pub mod base32;
pub mod chart;
pub mod click_id;
pub mod clicks;
pub mod colour;
pub mod drafts;
pub mod event;
pub mod format;
pub mod ids;
pub mod ledger;
pub mod lists;
pub mod macros;
pub mod money;
pub mod network;
pub mod notice;
pub mod period;
pub mod rate;
pub mod reason;
pub mod snapshot;
pub mod status;
pub mod user_agent;
pub mod validate;
pub mod view;

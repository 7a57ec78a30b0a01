//! The affiliates' portal.

pub mod campaigns;
pub mod conversions;
pub mod links;
pub mod overview;
pub mod subs;

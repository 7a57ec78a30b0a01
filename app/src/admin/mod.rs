//! The network's portal. One folder a feature: page, list, form and `api.rs` together.

pub mod advertisers;
pub mod affiliates;
pub mod campaigns;
pub mod clicks;
pub mod conversions;
pub mod health;
pub mod links;
pub mod overview;
pub(crate) mod parts;

//! The network's portal. One folder a feature: page, list, form and `api.rs` together.

pub mod advertisers;
pub mod affiliates;
pub mod applications;
pub mod audit;
pub mod campaigns;
pub mod clicks;
pub mod conversions;
pub mod health;
pub mod links;
pub mod mail;
pub mod overview;
pub mod settings;
pub mod styleguide;
pub mod team;

pub(crate) use crate::parts;

//! The affiliates' portal: earnings first, then what changed, then links. It never carries what advertisers pay.

pub mod campaigns;
pub mod conversions;
pub mod links;
pub mod overview;
mod parts;
pub mod subs;

//! Advertisers: list, detail and form.

pub mod api;
mod detail;
mod form;
mod list;

pub use detail::AdvertiserPage;
pub use form::{AdvertiserEditPage, AdvertiserNewPage};
pub use list::AdvertisersPage;

//! Affiliates: list, detail and form.

pub mod api;
mod detail;
mod domain;
mod form;
mod list;

pub use detail::AffiliatePage;
pub use form::{AffiliateEditPage, AffiliateNewPage};
pub use list::AffiliatesPage;

//! Conversions: list with decisions, and detail.

pub mod api;
mod decide;
mod detail;
mod list;

pub use detail::ConversionPage;
pub use list::ConversionsPage;

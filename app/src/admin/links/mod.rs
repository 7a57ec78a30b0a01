//! Links: list and form.

pub mod api;
mod form;
mod list;
mod table;

pub use form::LinkNewPage;
pub use list::LinksPage;
pub use table::LinkTable;

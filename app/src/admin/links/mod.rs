//! Links: list and forms.

pub mod api;
mod edit;
mod form;
mod list;
mod table;

pub use edit::LinkEditPage;
pub use form::LinkNewPage;
pub use list::LinksPage;
pub use table::LinkTable;

//! Keys of the API, for both portals: the network's people see everybody's, an affiliate its own.

pub mod api;
mod form;
mod list;
#[cfg(feature = "ssr")]
mod one_time;
mod shown;

pub use form::ApiKeyNewPage;
pub use list::ApiKeysPage;
#[cfg(feature = "ssr")]
pub use one_time::OneTime;

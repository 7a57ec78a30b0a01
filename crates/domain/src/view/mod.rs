//! What pages show. Plain data that crosses to the browser: text is formatted by the server, in the reader's time
//! zone, so that first HTML and hydrated page agree. What a reader must not see is not in the type at all.

mod admin;
mod affiliate;
mod api_keys;
mod conversions;
mod parts;
mod people;
mod query;
mod security;
mod shell;
mod signup;
mod table;

pub use admin::*;
pub use affiliate::*;
pub use api_keys::*;
pub use conversions::*;
pub use parts::*;
pub use people::*;
pub use query::ListQuery;
pub use security::*;
pub use shell::*;
pub use signup::*;
pub use table::*;

//! What pages show. Plain data that crosses to the browser: text is formatted by the server, in the reader's time
//! zone, so that first HTML and hydrated page agree. What a reader must not see is not in the type at all.

mod admin;
mod affiliate;
mod conversions;
mod parts;
mod query;

pub use admin::*;
pub use affiliate::*;
pub use conversions::*;
pub use parts::*;
pub use query::ListQuery;

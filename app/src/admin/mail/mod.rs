//! Letters of the platform: what went out, what waits, what was given up.

mod api;
mod detail;
mod list;

pub use api::ResendMail;
pub use detail::MailPage;
pub use list::MailsPage;

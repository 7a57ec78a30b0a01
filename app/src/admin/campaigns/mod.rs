//! Campaigns: list, detail with goals and applications, and form.

mod access;
pub mod api;
mod detail;
mod form;
mod goal;
mod goals;
mod list;

pub use detail::CampaignPage;
pub use form::{CampaignEditPage, CampaignNewPage};
pub use goal::GoalEditPage;
pub use list::CampaignsPage;

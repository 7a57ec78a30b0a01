//! Those who want to become affiliates, and affiliates who want to run campaigns.

mod access;
pub mod api;
mod detail;
mod list;

pub use detail::ApplicationPage;
pub use list::ApplicationsPage;

use crate::ui::Tabs;
use leptos::prelude::*;

/// The two queues, as tabs with how many wait in each.
fn tabs(applications: i64, campaigns: i64) -> AnyView {
    let label = |name: &str, n: i64| if n > 0 { format!("{name} ({n})") } else { name.to_owned() };
    let items = vec![
        (label("Become an affiliate", applications), "/admin/applications".to_owned()),
        (label("Run a campaign", campaigns), "/admin/applications?kind=campaign".to_owned()),
    ];
    view! { <Tabs label="Kinds of applications" items /> }.into_any()
}

//! The network's settings: one page a subject, as tabs that are addresses.

pub mod api;
mod brand;
mod domains;
mod features;
mod general;
mod questions;
mod sign_up;
mod terms;

pub use brand::BrandPage;
pub use domains::DomainsPage;
pub use features::FeaturesPage;
pub use general::GeneralPage;
pub use questions::QuestionPage;
pub use sign_up::SignUpSettingsPage;
pub use terms::TermsPage;

use crate::ui::{Page, Tabs};
use leptos::prelude::*;

const TABS: &[(&str, &str)] = &[
    ("General", "/admin/settings"),
    ("Brand", "/admin/settings/brand"),
    ("Terms", "/admin/settings/terms"),
    ("Sign-up", "/admin/settings/sign-up"),
    ("Features", "/admin/settings/features"),
    ("Domains", "/admin/settings/domains"),
];

/// The frame of every page here.
#[component]
fn SettingsPage(
    /// Heading, such as `Brand`.
    #[prop(into)]
    title: String,
    children: Children,
) -> impl IntoView {
    let items = TABS.iter().map(|(label, href)| ((*label).to_owned(), (*href).to_owned())).collect();
    view! {
        <Page title crumb=("Settings".to_owned(), "/admin/settings".to_owned())>
            <Tabs label="Settings" items />
            {children()}
        </Page>
    }
}

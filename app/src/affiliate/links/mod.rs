//! The affiliate's own links.

use crate::parts::{About, ListPage};
use domain::{access::Permission, lists::OWN_LINKS};
use leptos::prelude::*;

const ABOUT: &About = &About {
    create: Some((Permission::RunCampaigns, "See campaigns", "/affiliate/campaigns")),
    ..About::new(&OWN_LINKS, ("No links yet", "Choose a campaign and take your link."))
};

/// `/affiliate/links`.
#[component]
pub fn LinksPage() -> impl IntoView {
    view! { <ListPage about=ABOUT /> }
}

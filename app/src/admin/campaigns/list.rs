//! All campaigns with their figures.

use super::api::SetCampaignStatus;
use crate::ui::ServerAction;
use crate::{
    parts::{About, ListPage, RowButtons, status_button},
    ui::form_error,
};
use domain::{access::Permission, lists::CAMPAIGNS};
use leptos::prelude::*;

status_button!(CampaignStatusButton, SetCampaignStatus);

const ABOUT: &About = &About {
    create: Some((Permission::EditCampaigns, "New campaign", "/admin/campaigns/new")),
    done: &[
        ("paused", "The campaign is paused: its visitors go to the fallback address."),
        ("active", "The campaign is active."),
        ("archived", "The campaign is archived."),
    ],
    ..About::new(
        &CAMPAIGNS,
        (
            "No campaigns yet",
            "A campaign is an advertiser's offer: where clicks lead, what counts and what it pays.",
        ),
    )
};

/// The list.
#[component]
pub fn CampaignsPage() -> impl IntoView {
    let set = ServerAction::<SetCampaignStatus>::new();
    let buttons =
        RowButtons::new(Permission::EditCampaigns, set.version().into(), form_error(set), move |r| {
            view! { <CampaignStatusButton action=set id=r.id.clone() status=r.status.clone() /> }.into_any()
        });
    view! { <ListPage about=ABOUT buttons /> }
}

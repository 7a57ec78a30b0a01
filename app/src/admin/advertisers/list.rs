//! All advertisers with their figures.

use super::api::SetAdvertiserStatus;
use crate::ui::ServerAction;
use crate::{
    parts::{About, ListPage, RowButtons, status_button},
    ui::form_error,
};
use domain::{access::Permission, lists::ADVERTISERS};
use leptos::prelude::*;

status_button!(AdvertiserStatusButton, SetAdvertiserStatus);

const ABOUT: &About = &About {
    create: Some((Permission::EditAdvertisers, "New advertiser", "/admin/advertisers/new")),
    done: &[("paused", "The advertiser is paused."), ("active", "The advertiser is active.")],
    ..About::new(
        &ADVERTISERS,
        ("No advertisers yet", "An advertiser pays for results. Its campaigns come next."),
    )
};

/// The list.
#[component]
pub fn AdvertisersPage() -> impl IntoView {
    let set = ServerAction::<SetAdvertiserStatus>::new();
    let buttons =
        RowButtons::new(Permission::EditAdvertisers, set.version().into(), form_error(set), move |r| {
            view! { <AdvertiserStatusButton action=set id=r.id.clone() status=r.status.clone() /> }.into_any()
        });
    view! { <ListPage about=ABOUT buttons /> }
}

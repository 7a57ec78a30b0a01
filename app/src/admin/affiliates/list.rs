//! All affiliates with their figures.

use super::api::SetAffiliateStatus;
use crate::ui::ServerAction;
use crate::{
    parts::{About, ListPage, RowButtons, status_button},
    ui::form_error,
};
use domain::{access::Permission, lists::AFFILIATES};
use leptos::prelude::*;

status_button!(AffiliateStatusButton, SetAffiliateStatus);

const ABOUT: &About = &About {
    create: Some((Permission::EditAffiliates, "New affiliate", "/admin/affiliates/new")),
    done: &[("paused", "The affiliate is paused."), ("active", "The affiliate is active.")],
    ..About::new(
        &AFFILIATES,
        ("No affiliates yet", "An affiliate brings traffic and is paid for results. Then give it a link."),
    )
};

/// The list.
#[component]
pub fn AffiliatesPage() -> impl IntoView {
    let set = ServerAction::<SetAffiliateStatus>::new();
    let buttons =
        RowButtons::new(Permission::EditAffiliates, set.version().into(), form_error(set), move |r| {
            view! { <AffiliateStatusButton action=set id=r.id.clone() status=r.status.clone() /> }.into_any()
        });
    view! { <ListPage about=ABOUT buttons /> }
}

//! All links with their figures.

use super::api::SetLinkStatus;
use crate::ui::ServerAction;
use crate::{
    parts::{About, ListPage, RowButtons, status_button},
    ui::form_error,
};
use domain::{access::Permission, lists::LINKS};
use leptos::prelude::*;

status_button!(LinkStatusButton, SetLinkStatus);

const ABOUT: &About = &About {
    create: Some((Permission::EditLinks, "New link", "/admin/links/new")),
    done: &[
        ("created", "The link is ready. Copy its address below; there is one link for each pair."),
        ("paused", "The link is paused: its visitors go to the fallback address."),
        ("active", "The link is active."),
        ("saved", "The destination is saved. It is in force within seconds."),
    ],
    ..About::new(&LINKS, ("No links yet", "A link is one affiliate's tracked way into one campaign."))
};

/// The list.
#[component]
pub fn LinksPage() -> impl IntoView {
    let set = ServerAction::<SetLinkStatus>::new();
    let buttons = RowButtons::new(Permission::EditLinks, set.version().into(), form_error(set), move |r| {
        let (edit, label) = (format!("/admin/links/{}/edit", r.id), format!("Edit link {}", r.id));
        view! {
            <LinkStatusButton action=set id=r.id.clone() status=r.status.clone() />
            <a class="btn s" href=edit aria-label=label>"Edit"</a>
        }
        .into_any()
    });
    view! { <ListPage about=ABOUT buttons /> }
}

//! All links with their figures.

use super::api::SetLinkStatus;
use crate::{
    parts::{About, Back, ListPage, RowButtons},
    ui::{ServerAction, Toggle, form_error},
};
use domain::{access::Permission, lists::LINKS};
use leptos::prelude::*;

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
    let buttons = RowButtons::switching(Permission::EditLinks, form_error(set), move |r, on| {
        let (edit, label) = (format!("/admin/links/{}/edit", r.id), format!("Edit link {}", r.id));
        let (id, what) = (r.id.clone(), format!("Link {}", r.name));
        view! {
            <Toggle action=set id label="Active" what words=("status", "active", "paused") on>
                <Back />
            </Toggle>
            <a class="btn s" href=edit aria-label=label>"Edit"</a>
        }
        .into_any()
    });
    view! { <ListPage about=ABOUT buttons /> }
}

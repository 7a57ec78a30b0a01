//! The affiliate's own links.

mod api;

use super::parts::{ends, link_heads, link_row};
use crate::{
    admin::parts::{For, list_query, picker},
    ui::{EmptyState, Filter, FilterBar, Load, Page, TableCard},
};
use api::own_links;
use domain::{status::LinkStatus, view::OwnLinkList};
use leptos::prelude::*;

/// `/affiliate/links`.
#[component]
pub fn LinksPage() -> impl IntoView {
    let query = list_query();
    let res = Resource::new(move || query.get(), own_links);
    view! { <Load res title="My links" render=page /> }
}

fn page(data: For<OwnLinkList>) -> AnyView {
    let For { view: OwnLinkList { as_of, period, list }, tracking_url, .. } = data;
    let filters = view! {
        <FilterBar
            search="Campaign"
            filters=vec![Filter::of("status", "Status", LinkStatus::ALL, |s| (s.word(), s.label()))]
        />
    }
    .into_any();
    let (empty, footer) = ends(&list, |filtered| {
        view! {
            <EmptyState
                title="No links yet"
                text="Choose a campaign and take your link."
                action=("See campaigns".to_owned(), "/affiliate/campaigns".to_owned())
                filtered
            />
        }
        .into_any()
    });
    let most = list.rows.iter().map(|l| l.clicks_raw).max().unwrap_or(0);
    let rows = list.rows.into_iter().map(|l| link_row(l, &tracking_url, most)).collect_view();
    view! {
        <Page title="My links" as_of filters=picker(period, vec!["status"])>
            <TableCard title="My links" filters default_sort="-clicks" nostrip:footer=footer nostrip:empty=empty>
                <thead>{link_heads(true)}</thead>
                <tbody>{rows}</tbody>
            </TableCard>
        </Page>
    }
    .into_any()
}

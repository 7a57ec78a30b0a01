//! All links with their figures.

use super::{
    api::{SetLinkStatus, links},
    table::{ends, share},
};
use crate::{
    admin::parts::{
        Failure, For, figure_cells, figure_heads, is_filtered, label_of, list_query, options, picker,
        status_button, totals_foot, two_lines,
    },
    ui::{
        CopyButton, DoneNotice, EmptyState, Filter, FilterBar, Load, Page, Pager, TableCard, Th, form_error,
        table::StatusCell,
    },
};
use domain::{
    access::Permission,
    status::LinkStatus,
    view::{LinkList, LinkRow},
};
use leptos::prelude::*;

status_button!(LinkStatusButton, SetLinkStatus);

const DONE: &[(&str, &str)] = &[
    ("created", "The link is ready. Copy its address below; there is one link for each pair."),
    ("paused", "The link is paused: its visitors go to the fallback address."),
    ("active", "The link is active."),
];

/// The list.
#[component]
pub fn LinksPage() -> impl IntoView {
    let query = list_query();
    let set = ServerAction::<SetLinkStatus>::new();
    let res = Resource::new(move || (query.get(), set.version().get()), |(query, _)| links(query));
    view! { <Load res title="Links" render=move |data| page(data, set) /> }
}

fn page(data: For<LinkList>, set: ServerAction<SetLinkStatus>) -> AnyView {
    let For { view: LinkList { as_of, period, list, totals, campaigns, affiliates }, role, tracking_url } =
        data;
    let may_edit = role.may(Permission::EditLinks);
    let new =
        may_edit.then(|| view! { <a class="btn primary" href="/admin/links/new">"New link"</a> }.into_any());
    let filters = view! {
        <FilterBar
            search="Code, name or id"
            filters=vec![
                Filter::of("status", "Status", LinkStatus::ALL, |s| (s.word(), s.label())),
                Filter { name: "campaign", label: "Campaign", options: options(campaigns) },
                Filter { name: "affiliate", label: "Affiliate", options: options(affiliates) },
            ]
        />
    }
    .into_any();
    let empty = list.rows.is_empty().then(|| {
        let filtered = is_filtered() && !list.none_ever;
        view! {
            <EmptyState
                title="No links yet"
                text="A link is one affiliate's tracked way into one campaign."
                nostrip:action=may_edit.then(|| ("Create link".to_owned(), "/admin/links/new".to_owned()))
                filtered
            />
        }
        .into_any()
    });
    let footer = view! { <Pager page=list.page per_page=list.per_page total=list.total /> }.into_any();
    let most = list.rows.iter().map(|r| r.figures.clicks_raw).max().unwrap_or(0);
    let rows = list.rows.into_iter().map(|r| row(r, most, &tracking_url, may_edit, set)).collect_view();
    view! {
        <Page
            title="Links"
            as_of
            filters=picker(period, vec!["status", "campaign", "affiliate"])
            nostrip:actions=new
        >
            <DoneNotice says=DONE />
            <Failure error=form_error(set) />
            <TableCard title="Links" filters default_sort="-clicks" footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Link" />
                        <Th label="Campaign, affiliate" key="name" />
                        <Th label="Status" />
                        {figure_heads(true)}
                        {may_edit.then(|| view! { <Th label="Actions" /> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                {totals_foot(totals, 2, usize::from(may_edit))}
            </TableCard>
        </Page>
    }
    .into_any()
}

fn row(
    r: LinkRow,
    most: i64,
    tracking_url: &str,
    may_edit: bool,
    set: ServerAction<SetLinkStatus>,
) -> AnyView {
    let actions = may_edit.then(|| {
        view! {
            <td class="row-actions"><LinkStatusButton action=set id=r.id.clone() status=r.status.clone() /></td>
        }
    });
    let (campaign, affiliate) = ends(&r);
    let label = label_of(&r.status, LinkStatus::label);
    let share = share(r.figures.clicks_raw, most);
    let address = format!("{tracking_url}/c/{}", r.code);
    view! {
        <tr>
            {name_cell(r.code, address, r.id)}
            {two_lines(campaign, affiliate)}
            <StatusCell word=r.status label />
            {figure_cells(r.figures, Some(share))}
            {actions}
        </tr>
    }
    .into_any()
}

/// Code, address to copy, id.
fn name_cell(code: String, address: String, id: String) -> AnyView {
    view! {
        <th scope="row" class="name">
            <span class="what">{format!("/c/{code}")}</span>
            <CopyButton text=address what="link address" />
            <span class="id"><code>{id.clone()}</code><CopyButton text=id what="id" /></span>
        </th>
    }
    .into_any()
}

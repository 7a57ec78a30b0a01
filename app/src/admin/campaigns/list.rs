//! All campaigns with their figures.

use super::api::{SetCampaignStatus, campaigns};
use crate::{
    admin::parts::{
        Failure, For, figure_cells, figure_heads, is_filtered, label_of, list_query, options, picker,
        status_button, totals_foot, two_lines, way,
    },
    ui::{
        DoneNotice, EmptyState, Filter, FilterBar, Load, NameCell, Page, Pager, StatusBadge, TableCard, Th,
        form_error,
    },
};
use domain::{
    access::Permission,
    status::{CampaignStatus, Visibility},
    view::{CampaignList, CampaignRow},
};
use leptos::prelude::*;

status_button!(CampaignStatusButton, SetCampaignStatus);

const DONE: &[(&str, &str)] = &[
    ("paused", "The campaign is paused: its visitors go to the fallback address."),
    ("active", "The campaign is active."),
    ("archived", "The campaign is archived."),
];

/// The list.
#[component]
pub fn CampaignsPage() -> impl IntoView {
    let query = list_query();
    let set = ServerAction::<SetCampaignStatus>::new();
    let res = Resource::new(move || (query.get(), set.version().get()), |(query, _)| campaigns(query));
    view! { <Load res title="Campaigns" render=move |data| page(data, set) /> }
}

fn page(data: For<CampaignList>, set: ServerAction<SetCampaignStatus>) -> AnyView {
    let For { view: CampaignList { as_of, period, list, totals, advertisers }, role, .. } = data;
    let may_edit = role.may(Permission::EditCampaigns);
    let new = may_edit
        .then(|| view! { <a class="btn primary" href="/admin/campaigns/new">"New campaign"</a> }.into_any());
    let filters = view! {
        <FilterBar
            search="Name or id"
            filters=vec![
                Filter::of("status", "Status", CampaignStatus::ALL, |s| (s.word(), s.label())),
                Filter::of("visibility", "Visibility", Visibility::ALL, |v| (v.word(), v.label())),
                Filter { name: "advertiser", label: "Advertiser", options: options(advertisers) },
            ]
        />
    }
    .into_any();
    let empty = list.rows.is_empty().then(|| {
        let filtered = is_filtered() && !list.none_ever;
        view! {
            <EmptyState
                title="No campaigns yet"
                text="A campaign is an advertiser's offer: where clicks lead, what counts and what it pays."
                nostrip:action=may_edit.then(|| ("Create campaign".to_owned(), "/admin/campaigns/new".to_owned()))
                filtered
            />
        }
        .into_any()
    });
    let footer = view! { <Pager page=list.page per_page=list.per_page total=list.total /> }.into_any();
    let rows = list.rows.into_iter().map(|r| row(r, may_edit, set)).collect_view();
    view! {
        <Page
            title="Campaigns"
            as_of
            filters=picker(period, vec!["status", "visibility", "advertiser"])
            nostrip:actions=new
        >
            <DoneNotice says=DONE />
            <Failure error=form_error(set) />
            <TableCard title="Campaigns" filters default_sort="-clicks" footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Campaign" key="name" />
                        <Th label="Advertiser" />
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

fn row(r: CampaignRow, may_edit: bool, set: ServerAction<SetCampaignStatus>) -> AnyView {
    let actions = may_edit.then(|| {
        view! {
            <td class="row-actions">
                <CampaignStatusButton action=set id=r.id.clone() status=r.status.clone() />
            </td>
        }
    });
    let label = label_of(&r.status, CampaignStatus::label);
    let visibility = label_of(&r.visibility, Visibility::label);
    view! {
        <tr>
            <NameCell name=r.name href=format!("/admin/campaigns/{}", r.id) id=r.id />
            <td class="wrap">{way("advertisers", &r.advertiser_id, r.advertiser)}</td>
            {two_lines(view! { <StatusBadge word=r.status label /> }.into_any(), visibility.into_any())}
            {figure_cells(r.figures, Some(r.share))}
            {actions}
        </tr>
    }
    .into_any()
}

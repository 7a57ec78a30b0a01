//! All advertisers with their figures.

use super::api::{SetAdvertiserStatus, advertisers};
use crate::{
    admin::parts::{
        Failure, For, figure_cells, figure_heads, is_filtered, label_of, list_query, picker, status_button,
        totals_foot,
    },
    ui::{
        DoneNotice, EmptyState, Filter, FilterBar, Load, NameCell, Num, Page, Pager, TableCard, Th,
        form_error, table::StatusCell,
    },
};
use domain::{
    access::Permission,
    status::AccountStatus,
    view::{AccountList, AccountRow},
};
use leptos::prelude::*;

status_button!(AdvertiserStatusButton, SetAdvertiserStatus);

const DONE: &[(&str, &str)] =
    &[("paused", "The advertiser is paused."), ("active", "The advertiser is active.")];

/// The list.
#[component]
pub fn AdvertisersPage() -> impl IntoView {
    let query = list_query();
    let set = ServerAction::<SetAdvertiserStatus>::new();
    let res = Resource::new(move || (query.get(), set.version().get()), |(query, _)| advertisers(query));
    view! { <Load res title="Advertisers" render=move |data| page(data, set) /> }
}

fn page(data: For<AccountList>, set: ServerAction<SetAdvertiserStatus>) -> AnyView {
    let For { view: AccountList { as_of, period, list, totals, .. }, role, .. } = data;
    let may_edit = role.may(Permission::EditAdvertisers);
    let new = may_edit.then(|| {
        view! { <a class="btn primary" href="/admin/advertisers/new">"New advertiser"</a> }.into_any()
    });
    let filters = view! {
        <FilterBar
            search="Name, email or id"
            filters=vec![Filter::of("status", "Status", AccountStatus::ALL, |s| (s.word(), s.label()))]
        />
    }
    .into_any();
    let empty = list.rows.is_empty().then(|| {
        let filtered = is_filtered() && !list.none_ever;
        view! {
            <EmptyState
                title="No advertisers yet"
                text="An advertiser pays for results. Its campaigns come next."
                nostrip:action=may_edit.then(|| ("Create advertiser".to_owned(), "/admin/advertisers/new".to_owned()))
                filtered
            />
        }
        .into_any()
    });
    let footer = view! { <Pager page=list.page per_page=list.per_page total=list.total /> }.into_any();
    let rows = list.rows.into_iter().map(|r| row(r, may_edit, set)).collect_view();
    view! {
        <Page title="Advertisers" as_of filters=picker(period, vec!["status"]) nostrip:actions=new>
            <DoneNotice says=DONE />
            <Failure error=form_error(set) />
            <TableCard title="Advertisers" filters default_sort="-clicks" footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Advertiser" key="name" />
                        <Th label="Status" />
                        <Th label="Campaigns" num=true />
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

fn row(r: AccountRow, may_edit: bool, set: ServerAction<SetAdvertiserStatus>) -> AnyView {
    let actions = may_edit.then(|| {
        view! {
            <td class="row-actions">
                <AdvertiserStatusButton action=set id=r.id.clone() status=r.status.clone() />
            </td>
        }
    });
    let label = label_of(&r.status, AccountStatus::label);
    view! {
        <tr>
            <NameCell name=r.name href=format!("/admin/advertisers/{}", r.id) id=r.id />
            <StatusCell word=r.status label />
            <Num text=domain::format::count(r.things) />
            {figure_cells(r.figures, None)}
            {actions}
        </tr>
    }
    .into_any()
}

//! All affiliates with their figures.

use super::api::{SetAffiliateStatus, affiliates};
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

status_button!(AffiliateStatusButton, SetAffiliateStatus);

const DONE: &[(&str, &str)] =
    &[("paused", "The affiliate is paused."), ("active", "The affiliate is active.")];

/// The list.
#[component]
pub fn AffiliatesPage() -> impl IntoView {
    let query = list_query();
    let set = ServerAction::<SetAffiliateStatus>::new();
    let res = Resource::new(move || (query.get(), set.version().get()), |(query, _)| affiliates(query));
    view! { <Load res title="Affiliates" render=move |data| page(data, set) /> }
}

fn page(data: For<AccountList>, set: ServerAction<SetAffiliateStatus>) -> AnyView {
    let For { view: AccountList { as_of, period, list, totals, .. }, role, .. } = data;
    let may_edit = role.may(Permission::EditAffiliates);
    let new = may_edit.then(|| {
        view! { <a class="btn primary" href="/admin/affiliates/new">"New affiliate"</a> }.into_any()
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
                title="No affiliates yet"
                text="An affiliate brings traffic and is paid for results. Then give it a link."
                nostrip:action=may_edit.then(|| ("Create affiliate".to_owned(), "/admin/affiliates/new".to_owned()))
                filtered
            />
        }
        .into_any()
    });
    let footer = view! { <Pager page=list.page per_page=list.per_page total=list.total /> }.into_any();
    let rows = list.rows.into_iter().map(|r| row(r, may_edit, set)).collect_view();
    view! {
        <Page title="Affiliates" as_of filters=picker(period, vec!["status"]) nostrip:actions=new>
            <DoneNotice says=DONE />
            <Failure error=form_error(set) />
            <TableCard title="Affiliates" filters default_sort="-clicks" footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Affiliate" key="name" />
                        <Th label="Status" />
                        <Th label="Links" num=true />
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

fn row(r: AccountRow, may_edit: bool, set: ServerAction<SetAffiliateStatus>) -> AnyView {
    let actions = may_edit.then(|| {
        view! {
            <td class="row-actions">
                <AffiliateStatusButton action=set id=r.id.clone() status=r.status.clone() />
            </td>
        }
    });
    let label = label_of(&r.status, AccountStatus::label);
    view! {
        <tr>
            <NameCell name=r.name href=format!("/admin/affiliates/{}", r.id) id=r.id />
            <StatusCell word=r.status label />
            <Num text=domain::format::count(r.things) />
            {figure_cells(r.figures, None)}
            {actions}
        </tr>
    }
    .into_any()
}

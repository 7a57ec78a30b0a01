//! The queue of those who want to become affiliates.

use super::{
    access::access_page,
    api::{DecideAccess, Queue, applications},
    tabs,
};
use crate::{
    parts::{For, is_filtered, label_of, list_query},
    ui::{
        DoneNotice, EmptyState, Filter, FilterBar, Load, NameCell, Page, PageData, Pager, ServerAction,
        TableCard, Text, Th, TimeCell, table::StatusCell,
    },
};
use domain::{
    status::ApplicationStatus,
    view::{ApplicationList, ApplicationRow},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const DONE: &[(&str, &str)] =
    &[("answered", "The applications are answered, and the affiliates get a letter.")];

/// `/admin/applications`; with `?kind=campaign` the other queue.
#[component]
pub fn ApplicationsPage() -> impl IntoView {
    let (query, params) = (list_query(), use_query_map());
    let kind = Memo::new(move |_| params.read().get("kind").unwrap_or_default());
    let decide = ServerAction::<DecideAccess>::new();
    let res = PageData::new(
        move || (kind.get(), query.get(), decide.version().get()),
        |(kind, query, _)| applications(kind, query),
    );
    let render = move |data: For<Queue>| match data.view {
        Queue::Affiliates(list) => page(list),
        Queue::Campaigns(list) => access_page(list, decide),
    };
    view! { <Load res title="Applications" render /> }
}

/// The heading, the tabs, what was done.
#[component]
pub(super) fn Queues(
    /// Of this queue.
    title: &'static str,
    waiting: i64,
    waiting_campaigns: i64,
    children: Children,
) -> impl IntoView {
    view! {
        <Page title>
            {tabs(waiting, waiting_campaigns)}
            <DoneNotice says=DONE />
            {children()}
        </Page>
    }
}

fn page(data: ApplicationList) -> AnyView {
    let ApplicationList { list, waiting, waiting_campaigns } = data;
    let filters = view! {
        <FilterBar
            search="Name, email, website or id"
            filters=vec![Filter::of("status", "Status", ApplicationStatus::ALL, |s| (s.word(), s.label()))]
        />
    }
    .into_any();
    let empty = list.rows.is_empty().then(|| {
        let filtered = is_filtered() && !list.none_ever;
        view! {
            <EmptyState
                title="No applications yet"
                text="Whoever fills in the sign-up form and confirms the address stands here. Put the form's address on your site."
                filtered
            />
        }
        .into_any()
    });
    let footer = view! { <Pager page=list.page per_page=list.per_page total=list.total /> }.into_any();
    let rows = list.rows.into_iter().map(row).collect_view();
    view! {
        <Queues title="Applications" waiting waiting_campaigns>
            <TableCard title="Become an affiliate" filters footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Applicant" />
                        <Th label="Email" />
                        <Th label="Status" />
                        <Th label="Country" />
                        <Th label="Website" />
                        <Th label="Sent" />
                        <Th label="Related" num=true meaning="Others with the same email, domain, network address or name" />
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </TableCard>
        </Queues>
    }
    .into_any()
}

/// The badge's word: a tone for each.
pub(super) fn badge_word(status: &str) -> &'static str {
    match status {
        "waiting" | "applied" => "pending",
        "approved" => "approved",
        "rejected" | "refused" => "rejected",
        _ => "",
    }
}

fn row(r: ApplicationRow) -> AnyView {
    let label = label_of(&r.status, ApplicationStatus::label);
    let related = if r.related > 0 { r.related.to_string() } else { "–".to_owned() };
    view! {
        <tr>
            <NameCell name=r.name href=format!("/admin/applications/{}", r.id) id=r.id />
            <Text text=r.email />
            <StatusCell word=badge_word(&r.status) label />
            <Text text=r.country />
            <td class="wrap">{if r.website.is_empty() { "–".to_owned() } else { r.website }}</td>
            <TimeCell text=r.created.local utc=r.created.utc />
            <td class="n">{related}</td>
        </tr>
    }
    .into_any()
}

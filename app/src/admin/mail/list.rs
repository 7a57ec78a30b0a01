//! All letters, the newest first.

use super::api::mails;
use crate::{
    parts::{is_filtered, label_of, list_query},
    ui::{
        EmptyState, Filter, FilterBar, Load, Moment, NameCell, Notice, Page, PageData, Pager, StatusCell,
        TableCard, Text, Th, Tone,
    },
};
use domain::{
    format::count,
    status::MailStatus,
    view::{MailList, MailView},
};
use leptos::prelude::*;

/// The list.
#[component]
pub fn MailsPage() -> impl IntoView {
    let query = list_query();
    let res = PageData::new(move || query.get(), mails);
    view! { <Load res title="Mail" render=page /> }
}

fn page(MailList { list, dead }: MailList) -> AnyView {
    let filters = view! {
        <FilterBar
            search="Recipient, subject or id"
            filters=vec![Filter::of("status", "Status", MailStatus::ALL, |s| (s.word(), s.label()))]
        />
    }
    .into_any();
    let empty = list.rows.is_empty().then(|| {
        view! {
            <EmptyState
                title="No letters yet"
                text="Invitations, new passwords and confirmations appear here once there are any."
                filtered=is_filtered() && !list.none_ever
            />
        }
        .into_any()
    });
    let given_up = (dead > 0).then(|| {
        let text = if dead == 1 { "1 letter was given up.".to_owned() } else { format!("{} letters were given up.", count(dead)) };
        view! { <Notice tone=Tone::Warn>{text}" "<a href="/admin/mails?status=dead">"Look at them"</a></Notice> }
    });
    let footer = view! { <Pager page=list.page per_page=list.per_page total=list.total /> }.into_any();
    let rows = list.rows.into_iter().map(row).collect_view();
    view! {
        <Page title="Mail">
            {given_up}
            <TableCard title="Letters" filters footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Subject" />
                        <Th label="To" />
                        <Th label="About" />
                        <Th label="Status" />
                        <Th label="Queued" />
                        <Th label="Sent" />
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </TableCard>
        </Page>
    }
    .into_any()
}

fn row(m: MailView) -> AnyView {
    let label = label_of(&m.status, MailStatus::label);
    let sent = match m.sent {
        Some(at) => view! { <Moment at /> }.into_any(),
        None => "–".into_any(),
    };
    view! {
        <tr>
            <NameCell name=m.subject href=format!("/admin/mails/{}", m.id) />
            <Text text=m.to />
            <Text text=m.kind />
            <StatusCell word=m.status label />
            <td class="time"><Moment at=m.created /></td>
            <td class="time">{sent}</td>
        </tr>
    }
    .into_any()
}

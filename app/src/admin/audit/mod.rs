//! The audit log: who changed what, when, from where. Nothing here can be changed.

pub mod api;

use crate::{
    parts::{is_filtered, list_picker, list_query},
    ui::{EmptyState, Filter, FilterBar, Load, Page, PageData, Pager, TableCard, Th, TimeCell},
};
use api::audit;
use domain::{
    access::{Permission, Role},
    view::{AuditChange, AuditList, AuditRow},
};
use leptos::prelude::*;

/// What the log can be narrowed to: beginnings of actions, and what they are about.
const KINDS: &[(&str, &str)] = &[
    ("advertiser.", "Advertisers"),
    ("affiliate.", "Affiliates"),
    ("api_key.", "API keys"),
    ("application.", "Applications"),
    ("campaign.", "Campaigns"),
    ("access.", "Campaign access"),
    ("conversion.", "Conversions"),
    ("export.", "Exports"),
    ("goal.", "Goals"),
    ("link.", "Links"),
    ("settings.", "Settings"),
    ("user.", "People and sign-ins"),
    ("view_as.", "View as"),
];

/// The page.
#[component]
pub fn AuditPage() -> impl IntoView {
    let query = list_query();
    let res = PageData::new(move || query.get(), audit);
    view! { <Load res title="Audit log" render=page /> }
}

fn page(data: AuditList) -> AnyView {
    let AuditList { period, list, .. } = data;
    let kinds = KINDS.iter().map(|(word, label)| ((*word).to_owned(), (*label).to_owned())).collect();
    let filters = view! {
        <FilterBar
            search="Object id, request id, person or action"
            filters=vec![Filter { name: "status", label: "About", options: kinds }]
        />
    }
    .into_any();
    let empty = list.rows.is_empty().then(|| {
        let (title, text) = if list.none_ever {
            (
                "Nothing was changed yet",
                "Every change that a person or the platform makes is written down here.",
            )
        } else {
            ("No changes in this period", "Choose another period above.")
        };
        view! { <EmptyState title text filtered=is_filtered() && !list.none_ever /> }.into_any()
    });
    let footer = view! { <Pager page=list.page per_page=list.per_page total=list.total /> }.into_any();
    let rows = list.rows.into_iter().map(row).collect_view();
    view! {
        <Page title="Audit log" filters=list_picker(period, vec!["status"])>
            <TableCard title="Changes" filters footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Action" />
                        <Th label="When" />
                        <Th label="Who" />
                        <Th label="Object" />
                        <Th label="Before and after" />
                        <Th label="From" />
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </TableCard>
        </Page>
    }
    .into_any()
}

fn row(r: AuditRow) -> AnyView {
    let object = match place_of(&r.object) {
        Some(href) => view! { <a href=href><code>{r.object}</code></a> }.into_any(),
        None => view! { <code>{r.object}</code> }.into_any(),
    };
    let request = (!r.request_id.is_empty()).then(|| {
        let short: String = r.request_id.chars().take(8).collect();
        let href = format!("/admin/audit?q={}&period=all", r.request_id);
        view! {
            <a class="sub" href=href title=r.request_id.clone()>
                <span class="vh">"All changes of request "</span>
                <code>{short}</code>
            </a>
        }
    });
    let ip = if r.ip.is_empty() { "–".to_owned() } else { r.ip };
    view! {
        <tr>
            <th scope="row" class="name"><code>{r.action}</code></th>
            <TimeCell text=r.at.local utc=r.at.utc />
            <td class="wrap">{r.actor}</td>
            <td>{object}</td>
            <td class="wrap">{changes(r.changes)}</td>
            <td class="lines"><span>{ip}</span>{request}</td>
        </tr>
    }
    .into_any()
}

/// The fields that differ; many are folded away.
fn changes(all: Vec<AuditChange>) -> AnyView {
    if all.is_empty() {
        return view! { <span class="muted">"–"</span> }.into_any();
    }
    let many = all.len() > 3;
    let names = all.iter().map(|c| c.field.clone()).collect::<Vec<_>>().join(", ");
    let count = all.len();
    let list = view! { <dl class="diff">{all.into_iter().map(change).collect_view()}</dl> };
    if many {
        view! {
            <details class="more-inline">
                <summary>{format!("{count} fields: ")}<span class="muted">{names}</span></summary>
                {list}
            </details>
        }
        .into_any()
    } else {
        list.into_any()
    }
}

fn change(c: AuditChange) -> AnyView {
    let before = (!c.before.is_empty())
        .then(|| view! { <del><span class="vh">"before "</span>{c.before.clone()}</del> });
    let after =
        (!c.after.is_empty()).then(|| view! { <ins><span class="vh">"after "</span>{c.after.clone()}</ins> });
    view! { <div><dt>{c.field}</dt><dd>{before}{after}</dd></div> }.into_any()
}

/// Where an object can be looked at.
fn place_of(object: &str) -> Option<String> {
    let place = match object.split_once('_')?.0 {
        "camp" => format!("/admin/campaigns/{object}"),
        "aff" => format!("/admin/affiliates/{object}"),
        "adv" => format!("/admin/advertisers/{object}"),
        "conv" => format!("/admin/conversions/{object}"),
        "link" => format!("/admin/links?q={object}"),
        "user" => format!("/admin/team?q={object}"),
        _ => return None,
    };
    Some(place)
}

/// The way from an object's page to everything that was ever done to it, for those who may read that.
#[must_use]
pub fn history(role: Role, id: &str) -> Option<AnyView> {
    let href = format!("/admin/audit?q={id}&period=all");
    role.may(Permission::ViewAudit)
        .then(|| view! { <p><a class="btn s" href=href>"History of changes"</a></p> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn objects_lead_to_their_pages() {
        assert_eq!(place_of("camp_1").as_deref(), Some("/admin/campaigns/camp_1"));
        assert_eq!(place_of("settings"), None);
        assert_eq!(place_of("odd_1"), None);
    }
}

//! Clicks and earnings by what the affiliate passed as a sub-id.

mod api;

use crate::{
    admin::parts::{is_filtered, list_query, options, picker},
    ui::{EmptyState, Filter, FilterBar, Load, MoneyCell, NameCell, Num, Page, Pager, TableCard, Th},
};
use api::own_subs;
use domain::view::{SubReport, SubRow};
use leptos::prelude::*;

/// `/affiliate/subs`.
#[component]
pub fn SubsPage() -> impl IntoView {
    let query = list_query();
    let res = Resource::new(move || query.get(), own_subs);
    view! { <Load res title="Sub-ids" render=page /> }
}

fn page(view: SubReport) -> AnyView {
    let SubReport { as_of, period, sub_no, list, campaigns } = view;
    let numbers = (1..=10).map(|n| (n.to_string(), format!("sub{n}"))).collect();
    let filters = view! {
        <FilterBar
            search="Beginning of the value"
            filters=vec![
                Filter { name: "sub", label: "Sub-id", options: numbers },
                Filter { name: "campaign", label: "Campaign", options: options(campaigns) },
            ]
        />
    }
    .into_any();
    let empty = list.rows.is_empty().then(|| {
        let (title, text) = if list.none_ever {
            ("No sub-ids yet", "Add sub1 to sub10 to your tracking URL, such as ?sub1=newsletter, and see here what each brought.")
        } else {
            ("Nothing for this sub-id", "Choose another sub-id or period.")
        };
        view! { <EmptyState title text filtered=is_filtered() && !list.none_ever /> }.into_any()
    });
    let footer = view! { <Pager page=list.page per_page=list.per_page total=list.total /> }.into_any();
    let rows = list.rows.into_iter().map(row).collect_view();
    view! {
        <Page title="Sub-ids" as_of filters=picker(period, vec!["sub", "campaign"])>
            <TableCard title=format!("By sub{sub_no} · days in UTC") filters default_sort="-clicks" footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label=format!("sub{sub_no}") key="value" />
                        <Th label="Campaign" />
                        <Th label="Clicks" key="clicks" num=true />
                        <Th label="Conv." key="conversions" num=true />
                        <Th label="CR" num=true meaning="Conversions per click" />
                        <Th label="Earned" key="earned" num=true />
                        <Th label="EPC" num=true meaning="Earnings per click" />
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </TableCard>
        </Page>
    }
    .into_any()
}

fn row(r: SubRow) -> AnyView {
    view! {
        <tr>
            <NameCell name=r.value />
            <td><a href=format!("/affiliate/campaigns/{}", r.campaign_id)>{r.campaign}</a></td>
            <Num text=r.clicks />
            <Num text=r.conversions />
            <Num text=r.cr />
            <MoneyCell text=r.earned />
            <Num text=r.epc />
        </tr>
    }
    .into_any()
}

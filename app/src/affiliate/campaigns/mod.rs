//! Campaigns to run: the list, and the page on which the link is taken.

mod api;
mod builder;
mod detail;

pub use detail::CampaignPage;

use super::parts::ends;
use crate::{
    admin::parts::{list_query, picker},
    ui::{
        Badge, EmptyState, Filter, FilterBar, Load, MoneyCell, NameCell, Num, Page, TableCard, Text, Th, Tone,
    },
};
use api::offers;
use domain::view::{OfferList, OfferRow};
use leptos::prelude::*;

/// Words of the access a campaign gives, and what people read.
const ACCESS: &[(&str, &str)] = &[
    ("open", "Open to you"),
    ("apply", "By application"),
    ("applied", "Application sent"),
    ("approved", "Approved"),
    ("refused", "Application refused"),
];

fn access_badge(word: &str) -> AnyView {
    let label = ACCESS.iter().find(|a| a.0 == word).map_or(word, |a| a.1).to_owned();
    let tone = match word {
        "open" | "approved" => Tone::Ok,
        "refused" => Tone::Bad,
        _ => Tone::Info,
    };
    view! { <Badge tone>{label}</Badge> }.into_any()
}

/// `/affiliate/campaigns`.
#[component]
pub fn CampaignsPage() -> impl IntoView {
    let query = list_query();
    let res = Resource::new(move || query.get(), offers);
    view! { <Load res title="Campaigns" render=page /> }
}

fn page(view: OfferList) -> AnyView {
    let OfferList { as_of, period, list } = view;
    let access = ACCESS.iter().map(|(word, label)| ((*word).to_owned(), (*label).to_owned())).collect();
    let filters = view! {
        <FilterBar search="Campaign" filters=vec![Filter { name: "status", label: "Access", options: access }] />
    }
    .into_any();
    let (empty, footer) = ends(&list, |filtered| {
        view! { <EmptyState title="No campaigns yet" text="The network has none for you at the moment." filtered /> }.into_any()
    });
    let rows = list.rows.into_iter().map(row).collect_view();
    view! {
        <Page title="Campaigns" as_of filters=picker(period, vec!["status"])>
            <TableCard title="Campaigns to run" filters default_sort="name" nostrip:footer=footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Campaign" key="name" />
                        <Th label="Access" />
                        <Th label="Pays" />
                        <Th label="Your clicks" key="clicks" num=true />
                        <Th label="Conv." key="conversions" num=true />
                        <Th label="Earned" key="earned" num=true />
                        <Th label="EPC" num=true meaning="Earnings per click" />
                        <Th label="Link" />
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </TableCard>
        </Page>
    }
    .into_any()
}

fn row(o: OfferRow) -> AnyView {
    let href = format!("/affiliate/campaigns/{}", o.id);
    let action = match (&o.link_code, o.access.as_str()) {
        (Some(_), _) => "Open link",
        (None, "open" | "approved") => "Get link",
        (None, "apply") => "Apply",
        _ => "View",
    };
    let label = format!("{action}: {}", o.name);
    view! {
        <tr>
            <NameCell name=o.name href=href.clone() id=o.id />
            <td>{access_badge(&o.access)}</td>
            <Text text=o.payout />
            <Num text=o.clicks />
            <Num text=o.conversions />
            <MoneyCell text=o.earned />
            <Num text=o.epc />
            <td class="row-actions"><a class="btn s" href=href aria-label=label>{action}</a></td>
        </tr>
    }
    .into_any()
}

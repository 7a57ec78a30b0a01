//! The affiliate's conversions: what counted, what did not, and why.

mod api;

use super::parts::{conversion_heads, conversion_row, ends};
use crate::{
    admin::parts::{list_query, options, picker},
    ui::{EmptyState, Filter, FilterBar, Load, Page, TableCard, TotalsRow},
};
use api::own_conversions;
use domain::{format, reason::Reason, status::ConversionStatus, view::OwnConversionList};
use leptos::prelude::*;

/// `/affiliate/conversions`.
#[component]
pub fn ConversionsPage() -> impl IntoView {
    let query = list_query();
    let res = Resource::new(move || query.get(), own_conversions);
    view! { <Load res title="Conversions" render=page /> }
}

fn page(view: OwnConversionList) -> AnyView {
    let OwnConversionList { as_of, period, list, totals, campaigns } = view;
    let reasons = Reason::ALL.iter().map(|r| (r.code().to_owned(), r.code().replace('_', " "))).collect();
    let filters = view! {
        <FilterBar
            search="Transaction, click or conversion id"
            filters=vec![
                Filter::of("status", "Status", ConversionStatus::ALL, |s| (s.word(), s.label())),
                Filter { name: "campaign", label: "Campaign", options: options(campaigns) },
                Filter { name: "reason", label: "Reason", options: reasons },
            ]
        />
    }
    .into_any();
    let (empty, footer) = ends(&list, |filtered| {
        let (title, text) = if list.none_ever {
            (
                "No conversions yet",
                "Each result an advertiser reports appears here within seconds, with its status.",
            )
        } else {
            ("No conversions in this period", "Choose another period above.")
        };
        view! { <EmptyState title text filtered /> }.into_any()
    });
    let rows = list.rows.into_iter().map(conversion_row).collect_view();
    let several = totals.len() > 1;
    let sums = totals
        .into_iter()
        .map(|(currency, count, payout)| {
            let label = if several { format!("All in {currency}") } else { "All in this list".to_owned() };
            view! { <TotalsRow label=format!("{label} ({})", format::count(count)) skip=2 cells=vec![payout, String::new(), String::new()] /> }
        })
        .collect_view();
    view! {
        <Page title="Conversions" as_of filters=picker(period, vec!["status", "campaign", "reason"])>
            <TableCard title="Conversions" filters default_sort="-received" nostrip:footer=footer nostrip:empty=empty>
                <thead>{conversion_heads(true)}</thead>
                <tbody>{rows}</tbody>
                <tfoot>{sums}</tfoot>
            </TableCard>
        </Page>
    }
    .into_any()
}

//! Clicks and earnings by what the affiliate passed as a sub-id.

mod api;

use super::parts::ends;
use crate::{
    admin::parts::{list_query, options, picker},
    ui::{EmptyState, GetForm, Load, MoneyCell, NameCell, Num, Options, Page, TableCard, Th, browser},
};
use api::own_subs;
use domain::view::{SubReport, SubRow};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/affiliate/subs`.
#[component]
pub fn SubsPage() -> impl IntoView {
    let query = list_query();
    let res = Resource::new(move || query.get(), own_subs);
    view! { <Load res title="Sub-ids" render=page /> }
}

fn page(view: SubReport) -> AnyView {
    let SubReport { as_of, period, sub_no, list, campaigns } = view;
    let filters = choice(sub_no, options(campaigns));
    let (empty, footer) = ends(&list, |filtered| {
        let (title, text) = if list.none_ever {
            (
                "No sub-ids yet",
                "Add sub1 to sub10 to your tracking URL, such as ?sub1=newsletter, and see here what each brought.",
            )
        } else {
            ("Nothing for this sub-id", "Choose another sub-id or period.")
        };
        view! { <EmptyState title text filtered /> }.into_any()
    });
    let rows = list.rows.into_iter().map(row).collect_view();
    view! {
        <Page title="Sub-ids" as_of filters=picker(period, vec!["sub", "campaign"])>
            <TableCard title=format!("By sub{sub_no} · days in UTC") filters default_sort="-clicks" nostrip:footer=footer nostrip:empty=empty>
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

/// Which sub-id, and what it is narrowed to. One of the sub-ids is always chosen.
fn choice(sub_no: u8, campaigns: Options) -> AnyView {
    let params = use_query_map();
    let value = move |name: &'static str| params.read().get(name).unwrap_or_default();
    let numbers = (1..=10_u8)
        .map(|n| view! { <option value=n.to_string() selected=n == sub_no>{format!("sub{n}")}</option> })
        .collect_view();
    let campaigns = campaigns
        .into_iter()
        .map(|(id, name)| {
            let word = id.clone();
            view! { <option value=id selected=move || value("campaign") == word>{name}</option> }
        })
        .collect_view();
    view! {
        <GetForm class="filters" role="search" keep=vec!["sort", "period", "from", "to"]>
            <label class="pick">
                "Sub-id"
                <select name="sub" prop:value=sub_no.to_string() on:change=|e| browser::submit_form_of(&e)>
                    {numbers}
                </select>
            </label>
            <label class="pick">
                "Campaign"
                <select name="campaign" prop:value=move || value("campaign") on:change=|e| browser::submit_form_of(&e)>
                    <option value="">"Any"</option>
                    {campaigns}
                </select>
            </label>
            <label class="pick grow">
                <span class="vh">"Search"</span>
                <input
                    type="search"
                    name="q"
                    placeholder="Beginning of the value"
                    value=move || value("q")
                    prop:value=move || value("q")
                    autocomplete="off"
                />
            </label>
            <button type="submit" class="btn s">"Filter"</button>
        </GetForm>
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

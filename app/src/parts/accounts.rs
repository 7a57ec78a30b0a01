//! Side cards of an affiliate's or advertiser's page.

use super::label_of;
use crate::ui::{Card, Fact, Facts, Moment};
use domain::{
    access::Role,
    view::{Balance, PersonView},
};
use leptos::prelude::*;

/// What the account's money stands at.
#[must_use]
pub fn balances(all: Vec<Balance>) -> AnyView {
    if all.is_empty() {
        return view! { <Card title="Balances"><p class="sub">"No money has moved yet."</p></Card> }
            .into_any();
    }
    let several = all.iter().any(|b| b.currency != all[0].currency);
    let lines = all
        .into_iter()
        .map(|b| {
            let label = if several { format!("{} ({})", b.label, b.currency) } else { b.label };
            view! { <Fact label><b class="figure">{b.amount}</b></Fact> }
        })
        .collect_view();
    view! { <Card title="Balances"><Facts>{lines}</Facts></Card> }.into_any()
}

/// Who signs in for the account.
#[must_use]
pub fn people(all: Vec<PersonView>) -> AnyView {
    if all.is_empty() {
        return view! { <Card title="People"><p class="sub">"Nobody signs in for this account."</p></Card> }
            .into_any();
    }
    let lines = all
        .into_iter()
        .map(|p| {
            let role = label_of(&p.role, Role::label);
            let disabled = (p.status == "disabled").then_some(" · disabled");
            let seen = match p.last_sign_in {
                Some(at) => view! { "last signed in " <Moment at /> }.into_any(),
                None => "has not signed in yet".into_any(),
            };
            view! { <li><b>{p.email}</b><span class="sub">{role}{disabled}" · "{seen}</span></li> }
        })
        .collect_view();
    view! { <Card title="People"><ul class="people">{lines}</ul></Card> }.into_any()
}

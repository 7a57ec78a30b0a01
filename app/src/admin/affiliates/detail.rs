//! One affiliate: figures, links, balances, people.

use super::{
    api::{SetAffiliateStatus, affiliate},
    list::AffiliateStatusButton,
};
use crate::{
    admin::links::LinkTable,
    admin::parts::{Failure, For, balances, id_param, label_of, list_query, people, picker},
    ui::{Card, DoneNotice, Fact, Facts, KpiStrip, Load, Moment, Page, StatusBadge, TimeChart, form_error},
};
use domain::{access::Permission, status::AccountStatus, view::AccountDetail};
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[
    ("created", "The affiliate is created. Its first link comes next."),
    ("saved", "The changes are saved."),
    ("paused", "The affiliate is paused."),
    ("active", "The affiliate is active."),
];

/// The page.
#[component]
pub fn AffiliatePage() -> impl IntoView {
    let (id, query) = (id_param(), list_query());
    let set = ServerAction::<SetAffiliateStatus>::new();
    let res = Resource::new(
        move || (id.get(), query.get(), set.version().get()),
        |(id, query, _)| affiliate(id, query),
    );
    view! { <Load res title="Affiliate" render=move |data| page(data, set) /> }
}

fn page(data: For<AccountDetail>, set: ServerAction<SetAffiliateStatus>) -> AnyView {
    let For { view: d, role, tracking_url } = data;
    let may_edit = role.may(Permission::EditAffiliates);
    let badge = {
        let label = label_of(&d.status, AccountStatus::label);
        view! { <StatusBadge word=d.status.clone() label /> }.into_any()
    };
    let actions = may_edit.then(|| {
        view! {
            <AffiliateStatusButton action=set id=d.id.clone() status=d.status.clone() large=true />
            <a class="btn" href=format!("/admin/affiliates/{}/edit", d.id)>"Edit"</a>
            <a class="btn primary" href=format!("/admin/links/new?affiliate={}", d.id)>"New link"</a>
        }
        .into_any()
    });
    let facts = facts(&d);
    view! {
        <Page
            title=d.name
            crumb=("Affiliates".to_owned(), "/admin/affiliates".to_owned())
            id=d.id
            badge
            as_of=d.as_of
            filters=picker(d.period, vec![])
            nostrip:actions=actions
        >
            <DoneNotice says=DONE />
            <Failure error=form_error(set) />
            <KpiStrip kpis=d.kpis />
            <div class="two">
                <div class="column">
                    <Card><TimeChart data=d.chart id="course" /></Card>
                    <LinkTable rows=d.links tracking_url others="campaign" />
                </div>
                <aside class="column" aria-label="About the affiliate">
                    {facts}
                    {balances(d.balances)}
                    {people(d.people)}
                </aside>
            </div>
        </Page>
    }
    .into_any()
}

fn facts(d: &AccountDetail) -> AnyView {
    let (email, country, notes, created) =
        (d.contact_email.clone(), d.country.clone(), d.notes.clone(), d.created.clone());
    let mail = (!email.is_empty()).then(|| {
        let to = format!("mailto:{email}");
        view! { <Fact label="Contact"><a href=to>{email}</a></Fact> }
    });
    let country = (!country.is_empty()).then(|| view! { <Fact label="Country">{country}</Fact> });
    let notes = (!notes.is_empty()).then(|| view! { <Fact label="Notes"><p class="pre">{notes}</p></Fact> });
    view! {
        <Card title="Facts">
            <Facts>{mail} {country} <Fact label="Created"><Moment at=created /></Fact> {notes}</Facts>
        </Card>
    }
    .into_any()
}

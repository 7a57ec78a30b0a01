//! One affiliate: figures, links, balances, people.

use super::{
    api::{SetAffiliateStatus, affiliate},
    domain::DomainCard,
    list::AffiliateStatusButton,
};
use crate::viewing::ViewAsButton;
use crate::{
    admin::audit::history,
    admin::links::LinkTable,
    parts::{Failure, For, balances, close_button, id_param, label_of, left_out, list_query, people, picker},
    ui::{
        Card, DoneNotice, Fact, Facts, KpiStrip, Like, Load, Moment, Page, PageData, ServerAction,
        StatusBadge, TimeChart, chart_csv, form_error,
    },
};
use domain::{access::Permission, status::AccountStatus, view::AccountDetail};
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[
    ("created", "The affiliate is created. Its first link comes next."),
    ("saved", "The changes are saved."),
    ("invited", "The invitation is on its way. It works for 7 days."),
    ("paused", "The affiliate is paused."),
    ("active", "The affiliate is active."),
    ("closed", "The affiliate is closed: its clicks do not count, and its people cannot sign in."),
    ("domain", "The tracking domain is saved. Links shown from now on begin with it."),
];

close_button!(
    CloseAffiliate,
    SetAffiliateStatus,
    "Close affiliate",
    "Its clicks no longer count and its people cannot sign in. Figures and money stay; the account can be activated again."
);

/// The page.
#[component]
pub fn AffiliatePage() -> impl IntoView {
    let (id, query) = (id_param(), list_query());
    let set = ServerAction::<SetAffiliateStatus>::new();
    let res = PageData::new(
        move || (id.get(), query.get(), set.version().get()),
        |(id, query, _)| affiliate(id, query),
    );
    view! { <Load res title="Affiliate" like=Like::Detail render=move |data| page(data, set) /> }
}

fn page(data: For<AccountDetail>, set: ServerAction<SetAffiliateStatus>) -> AnyView {
    let For { view: d, role, tracking_url } = data;
    let may_edit = role.may(Permission::EditAffiliates);
    let badge = {
        let label = label_of(&d.status, AccountStatus::label);
        view! { <StatusBadge word=d.status.clone() label /> }.into_any()
    };
    let view_as = role.may(Permission::ViewAs).then(|| view! { <ViewAsButton id=d.id.clone() /> });
    let close = (may_edit && d.status != AccountStatus::Closed.word())
        .then(|| view! { <CloseAffiliate action=set id=d.id.clone() name=d.name.clone() /> });
    let domain = may_edit.then(|| view! { <DomainCard id=d.id.clone() /> });
    let actions = may_edit.then(|| {
        view! {
            {view_as}
            <AffiliateStatusButton action=set id=d.id.clone() status=d.status.clone() large=true />
            {close}
            <a class="btn" href=format!("/admin/affiliates/{}/edit", d.id)>"Edit"</a>
            <a class="btn" href=format!("/admin/affiliates/{}/invite", d.id)>"Invite person"</a>
            <a class="btn primary" href=format!("/admin/links/new?affiliate={}", d.id)>"New link"</a>
        }
        .into_any()
    });
    let csv = chart_csv(&format!("/admin/chart.csv?affiliate={}", d.id), &d.period, &d.chart.metric);
    let facts = facts(&d);
    let changes = history(role, &d.id);
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
            <KpiStrip kpis=d.kpis metric=d.chart.metric.clone() />
            {left_out(&d.currency, &d.other_currencies)}
            <div class="two">
                <div class="column">
                    <Card><TimeChart data=d.chart id="course" csv /></Card>
                    <LinkTable rows=d.links tracking_url others="campaign" />
                </div>
                <aside class="column" aria-label="About the affiliate">
                    {facts}
                    {balances(d.balances)}
                    {people(d.people)}
                    {changes}
                    {domain}
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

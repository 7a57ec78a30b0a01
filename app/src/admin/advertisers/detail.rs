//! One advertiser: figures, campaigns, balances, people.

use super::{
    api::{SetAdvertiserStatus, advertiser},
    list::AdvertiserStatusButton,
};
use crate::{
    admin::audit::history,
    parts::{
        Failure, For, balances, close_button, figure_cells, figure_heads, id_param, label_of, left_out,
        list_query, people, picker,
    },
    ui::{
        Card, DoneNotice, EmptyState, Fact, Facts, KpiStrip, Like, Load, Moment, NameCell, Page, PageData,
        ServerAction, StatusBadge, TableCard, Th, TimeChart, chart_csv, form_error, table::StatusCell,
    },
};
use domain::{
    access::Permission,
    status::{AccountStatus, CampaignStatus},
    view::{AccountDetail, CampaignRow},
};
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[
    ("created", "The advertiser is created. Its first campaign comes next."),
    ("saved", "The changes are saved."),
    ("paused", "The advertiser is paused."),
    ("active", "The advertiser is active."),
    ("closed", "The advertiser is closed: none of its campaigns runs."),
];

close_button!(
    CloseAdvertiser,
    SetAdvertiserStatus,
    "Close advertiser",
    "None of its campaigns runs any more, and its people cannot sign in. Figures and money stay; the account can be activated again."
);

/// The page.
#[component]
pub fn AdvertiserPage() -> impl IntoView {
    let (id, query) = (id_param(), list_query());
    let set = ServerAction::<SetAdvertiserStatus>::new();
    let res = PageData::new(
        move || (id.get(), query.get(), set.version().get()),
        |(id, query, _)| advertiser(id, query),
    );
    view! { <Load res title="Advertiser" like=Like::Detail render=move |data| page(data, set) /> }
}

fn page(data: For<AccountDetail>, set: ServerAction<SetAdvertiserStatus>) -> AnyView {
    let For { view: d, role, .. } = data;
    let may_edit = role.may(Permission::EditAdvertisers);
    let badge = {
        let label = label_of(&d.status, AccountStatus::label);
        view! { <StatusBadge word=d.status.clone() label /> }.into_any()
    };
    let close = (may_edit && d.status != AccountStatus::Closed.word())
        .then(|| view! { <CloseAdvertiser action=set id=d.id.clone() name=d.name.clone() /> });
    let actions = may_edit.then(|| {
        view! {
            <AdvertiserStatusButton action=set id=d.id.clone() status=d.status.clone() large=true />
            {close}
            <a class="btn" href=format!("/admin/advertisers/{}/edit", d.id)>"Edit"</a>
            <a class="btn primary" href="/admin/campaigns/new">"New campaign"</a>
        }
        .into_any()
    });
    let csv = chart_csv(&format!("/admin/chart.csv?advertiser={}", d.id), &d.period, &d.chart.metric);
    let facts = facts(&d);
    let changes = history(role, &d.id);
    let campaigns = campaigns(d.campaigns);
    view! {
        <Page
            title=d.name
            crumb=("Advertisers".to_owned(), "/admin/advertisers".to_owned())
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
                    {campaigns}
                </div>
                <aside class="column" aria-label="About the advertiser">
                    {facts}
                    {balances(d.balances)}
                    {people(d.people)}
                    {changes}
                </aside>
            </div>
        </Page>
    }
    .into_any()
}

fn facts(d: &AccountDetail) -> AnyView {
    let (email, website, notes, created) =
        (d.contact_email.clone(), d.website.clone(), d.notes.clone(), d.created.clone());
    let mail = (!email.is_empty()).then(|| {
        let to = format!("mailto:{email}");
        view! { <Fact label="Contact"><a href=to>{email}</a></Fact> }
    });
    let site = (!website.is_empty()).then(|| {
        let to = website.clone();
        view! { <Fact label="Website"><a href=to rel="external noopener noreferrer">{website}</a></Fact> }
    });
    let notes = (!notes.is_empty()).then(|| view! { <Fact label="Notes"><p class="pre">{notes}</p></Fact> });
    view! {
        <Card title="Facts">
            <Facts>{mail} {site} <Fact label="Created"><Moment at=created /></Fact> {notes}</Facts>
        </Card>
    }
    .into_any()
}

fn campaigns(rows: Vec<CampaignRow>) -> AnyView {
    let empty = rows.is_empty().then(|| {
        view! { <EmptyState title="No campaigns yet" text="Campaigns of this advertiser are listed here." /> }.into_any()
    });
    let rows = rows
        .into_iter()
        .map(|c| {
            let label = label_of(&c.status, CampaignStatus::label);
            view! {
                <tr>
                    <NameCell name=c.name href=format!("/admin/campaigns/{}", c.id) id=c.id />
                    <StatusCell word=c.status label />
                    {figure_cells(c.figures, Some(c.share))}
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableCard title="Campaigns" nostrip:empty=empty>
            <thead><tr><Th label="Campaign" /><Th label="Status" />{figure_heads()}</tr></thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

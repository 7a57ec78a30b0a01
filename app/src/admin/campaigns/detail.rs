//! One campaign: figures, goals, links, who may run it.

use super::{
    access::Applications,
    api::{AddGoal, DecideApplication, RemoveGoal, SetCampaignStatus, campaign},
    goals::GoalTable,
    list::CampaignStatusButton,
};
use crate::{
    admin::audit::history,
    admin::{
        links::LinkTable,
        parts::{Back, Copyable, Failure, For, id_param, label_of, list_query, picker, way},
    },
    ui::{
        ActionForm, Card, Confirm, DoneNotice, Fact, Facts, Hidden, KpiStrip, Like, Load, Moment, Page,
        PageData, ServerAction, StatusBadge, SubmitButton, TimeChart, chart_csv, form_error,
    },
};
use domain::{
    access::Permission,
    status::{CampaignStatus, Visibility},
    view::CampaignDetail,
};
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[
    (
        "created",
        "The campaign is created. Activate it when it may take traffic, then give affiliates a link.",
    ),
    ("saved", "The changes are saved. They are in force within seconds."),
    ("paused", "The campaign is paused: its visitors go to the fallback address."),
    ("active", "The campaign is active."),
    ("archived", "The campaign is archived."),
    ("goal_added", "The goal is added."),
    ("goal_saved", "The goal is saved. It is in force within seconds."),
    ("goal_removed", "The goal is removed."),
    ("answered", "The application is answered."),
];

/// What the page can do.
#[derive(Clone, Copy)]
struct Actions {
    status: ServerAction<SetCampaignStatus>,
    add_goal: ServerAction<AddGoal>,
    remove_goal: ServerAction<RemoveGoal>,
    answer: ServerAction<DecideApplication>,
}

impl Actions {
    fn versions(self) -> [usize; 4] {
        [
            self.status.version().get(),
            self.add_goal.version().get(),
            self.remove_goal.version().get(),
            self.answer.version().get(),
        ]
    }
}

/// The page.
#[component]
pub fn CampaignPage() -> impl IntoView {
    let (id, query) = (id_param(), list_query());
    let actions = Actions {
        status: ServerAction::new(),
        add_goal: ServerAction::new(),
        remove_goal: ServerAction::new(),
        answer: ServerAction::new(),
    };
    let res = PageData::new(
        move || (id.get(), query.get(), actions.versions()),
        |(id, query, _)| campaign(id, query),
    );
    view! { <Load res title="Campaign" like=Like::Detail render=move |data| page(data, actions) /> }
}

fn page(data: For<CampaignDetail>, actions: Actions) -> AnyView {
    let For { view: d, role, tracking_url } = data;
    let may_edit = role.may(Permission::EditCampaigns);
    let badge = {
        let label = label_of(&d.status, CampaignStatus::label);
        view! { <StatusBadge word=d.status.clone() label /> }.into_any()
    };
    let archive = (may_edit && d.status != CampaignStatus::Archived.word()).then(|| {
        view! { <Archive id=d.id.clone() name=d.name.clone() action=actions.status /> }
    });
    let edit = may_edit.then(|| {
        view! {
            <CampaignStatusButton action=actions.status id=d.id.clone() status=d.status.clone() large=true />
            {archive}
            <a class="btn" href=format!("/admin/campaigns/{}/edit", d.id)>"Edit"</a>
        }
    });
    let link = role.may(Permission::EditLinks).then(|| {
        view! { <a class="btn primary" href=format!("/admin/links/new?campaign={}", d.id)>"New link"</a> }
    });
    let buttons = view! { {edit} {link} }.into_any();
    let csv = chart_csv(&format!("/admin/chart.csv?campaign={}", d.id), &d.period, &d.chart.metric);
    let facts = facts(&d);
    let changes = history(role, &d.id);
    let reports = reports(&d, &tracking_url);
    let id = d.id.clone();
    view! {
        <Page
            title=d.name
            crumb=("Campaigns".to_owned(), "/admin/campaigns".to_owned())
            id=d.id
            badge
            as_of=d.as_of
            filters=picker(d.period, vec![])
            actions=buttons
        >
            <DoneNotice says=DONE />
            <Failure error=form_error(actions.status) />
            <Failure error=form_error(actions.remove_goal) />
            <KpiStrip kpis=d.kpis metric=d.chart.metric.clone() />
            <div class="two">
                <div class="column">
                    <Card><TimeChart data=d.chart id="course" csv /></Card>
                    <GoalTable
                        campaign=id.clone()
                        goals=d.goals
                        may_edit
                        add=actions.add_goal
                        remove=actions.remove_goal
                    />
                    <LinkTable rows=d.links tracking_url others="affiliate" />
                    <Applications
                        campaign=id
                        all=d.access
                        may_answer=role.may(Permission::EditAffiliates)
                        action=actions.answer
                    />
                </div>
                <aside class="column" aria-label="About the campaign">{facts} {reports} {changes}</aside>
            </div>
        </Page>
    }
    .into_any()
}

/// Ends a campaign, after asking.
#[component]
fn Archive(id: String, name: String, action: ServerAction<SetCampaignStatus>) -> impl IntoView {
    view! {
        <Confirm label="Archive…" title=format!("Archive {name}?") id="archive" danger=true closes=true>
            <p>
                "Its links send their visitors to the fallback address, and affiliates read that it has ended. Figures and money stay; it can be activated again."
            </p>
            <ActionForm action attr:class="form-actions">
                <Hidden name="id" value=id />
                <Hidden name="status" value="archived" />
                <Back />
                <SubmitButton label="Archive campaign" pending=action.pending() danger=true />
            </ActionForm>
        </Confirm>
    }
}

fn facts(d: &CampaignDetail) -> AnyView {
    let advertiser = way("advertisers", &d.advertiser_id, d.advertiser.clone());
    let visibility = label_of(&d.visibility, Visibility::label);
    let (currency, url, created) = (d.currency.clone(), d.destination_url.clone(), d.created.clone());
    let hosts = if d.deep_link_hosts.is_empty() { "None".to_owned() } else { d.deep_link_hosts.join(", ") };
    let through = if d.pass_through { "Handed on to the destination" } else { "Dropped" };
    let description = (!d.description.is_empty()).then(|| {
        let text = d.description.clone();
        view! { <p class="pre">{text}</p> }
    });
    view! {
        <Card title="Facts">
            {description}
            <Facts>
                <Fact label="Advertiser">{advertiser}</Fact>
                <Fact label="Visibility">{visibility}</Fact>
                <Fact label="Currency">{currency}</Fact>
                <Fact label="Destination"><Copyable text=url what="destination" /></Fact>
                <Fact label="Deep links to">{hosts}</Fact>
                <Fact label="Unknown parameters">{through}</Fact>
                <Fact label="Created"><Moment at=created /></Fact>
            </Facts>
        </Card>
    }
    .into_any()
}

/// How the advertiser reports conversions.
fn reports(d: &CampaignDetail, tracking_url: &str) -> AnyView {
    let days = if d.window_days == 1 { "1 day".to_owned() } else { format!("{} days", d.window_days) };
    let token = if d.has_token { "Required" } else { "Not required" };
    let secret = if d.has_token { "&token=TOKEN" } else { "" };
    let postback = format!("{tracking_url}/postback?click_id=CLICK_ID&txid=ORDER_ID&amount=AMOUNT{secret}");
    view! {
        <Card title="Conversion reports">
            <Facts>
                <Fact label="Attribution window">{days}</Fact>
                <Fact label="Token">{token}</Fact>
                <Fact label="Postback"><Copyable text=postback what="postback address" /></Fact>
            </Facts>
        </Card>
    }
    .into_any()
}

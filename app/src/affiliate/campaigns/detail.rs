//! One campaign: what it pays, and the link to it.

use super::{
    access_badge,
    api::{ApplyToCampaign, TakeLink, offer},
    builder::Builder,
};
use crate::{
    parts::{Failure, For, id_param},
    ui::{
        ActionForm, Card, DoneNotice, EmptyState, Fact, Facts, FormErrors, FormScope, Hidden, Load, Notice,
        Page, PageData, ServerAction, StatusBadge, SubmitButton, TextArea, Tone, form_error,
    },
};
use domain::{
    status::{CampaignStatus, LinkStatus},
    view::{OfferDetail, OfferRow},
};
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[
    ("link", "Your link is ready. Copy it, or add sub-ids below first."),
    ("applied", "Your application is sent. You see the answer here."),
];

/// `/affiliate/campaigns/:id`.
#[component]
pub fn CampaignPage() -> impl IntoView {
    let id = id_param();
    let take = ServerAction::<TakeLink>::new();
    let apply = ServerAction::<ApplyToCampaign>::new();
    let res =
        PageData::new(move || (id.get(), take.version().get(), apply.version().get()), |(id, ..)| offer(id));
    view! { <Load res title="Campaign" render=move |data| page(data, take, apply) /> }
}

fn page(
    data: For<OfferDetail>,
    take: ServerAction<TakeLink>,
    apply: ServerAction<ApplyToCampaign>,
) -> AnyView {
    let For {
        view:
            OfferDetail {
                as_of,
                row,
                link_status,
                asked,
                answer,
                description,
                goals,
                window_days,
                deep_link_hosts,
                may_link,
                may_apply,
            },
        tracking_url,
        ..
    } = data;
    let badge = access_badge(&row.access);
    let link = match &row.link_code {
        Some(code) => {
            let stopped = stopped(&row.status, &link_status)
                .map(|why| view! { <Notice tone=Tone::Warn>{why}</Notice> });
            view! { {stopped} <Builder base=format!("{tracking_url}/c/{code}") hosts=deep_link_hosts /> }
                .into_any()
        }
        None if may_link => view! { <Take id=row.id.clone() action=take /> }.into_any(),
        None if may_apply => view! { <Apply id=row.id.clone() action=apply /> }.into_any(),
        None => closed(&row),
    };
    let request = request(&row.access, asked, answer);
    let status = (!link_status.is_empty()).then(|| {
        let label = link_label(&link_status);
        view! { <Fact label="Your link"><StatusBadge word=link_status label /></Fact> }
    });
    let lines = goals
        .into_iter()
        .map(|g| view! { <Fact label=g.name><strong>{g.payout}</strong>" "<code title="Goal code">{g.code}</code></Fact> })
        .collect_view();
    let about = (!description.is_empty())
        .then(|| view! { <Card title="About"><p class="prose">{description}</p></Card> });
    view! {
        <Page title=row.name.clone() crumb=("Campaigns".to_owned(), "/affiliate/campaigns".to_owned()) id=row.id.clone() badge as_of>
            <DoneNotice says=DONE />
            <Failure error=form_error(take) />
            <div class="two">
                <div class="column">{request}{link}{about}</div>
                <aside class="column" aria-label="Terms">
                    <Card title="What it pays" sub="For each result."><Facts>{lines}</Facts></Card>
                    <Card title="Terms">
                        <Facts>
                            {status}
                            <Fact label="A result counts for">{format!("{window_days} days after the click")}</Fact>
                            <Fact label="Currency">{row.currency}</Fact>
                            <Fact label="Your clicks, last 7 days">{row.clicks}</Fact>
                            <Fact label="Your earnings, last 7 days">{row.earned}</Fact>
                        </Facts>
                    </Card>
                </aside>
            </div>
        </Page>
    }
    .into_any()
}

/// The button that takes the link.
#[component]
fn Take(id: String, action: ServerAction<TakeLink>) -> impl IntoView {
    view! {
        <Card title="Your link" sub="One link for this campaign; tell placements apart with sub-ids.">
            <ActionForm action>
                <input type="hidden" name="campaign" value=id />
                <button type="submit" class="btn primary">"Get link"</button>
            </ActionForm>
        </Card>
    }
}

/// The form that asks for permission.
#[component]
fn Apply(id: String, action: ServerAction<ApplyToCampaign>) -> impl IntoView {
    view! {
        <Card title="Apply to run this campaign" sub="The network looks at each application.">
            <FormScope error=form_error(action)>
                <ActionForm action attr:class="stack">
                    <FormErrors />
                    <Hidden name="campaign" value=id />
                    <TextArea name="note" label="How will you promote it?" optional=true />
                    <SubmitButton label="Apply" />
                </ActionForm>
            </FormScope>
        </Card>
    }
}

/// The word of a link's status, the campaign's included.
fn link_label(status: &str) -> String {
    let own = status.parse::<LinkStatus>().map(LinkStatus::label).ok();
    own.or_else(|| status.parse::<CampaignStatus>().map(CampaignStatus::label).ok())
        .unwrap_or(status)
        .to_owned()
}

/// What was asked and answered, where the campaign is by application.
fn request(access: &str, asked: String, answer: String) -> AnyView {
    if asked.is_empty() && answer.is_empty() {
        return ().into_any();
    }
    let word = match access {
        "approved" => "approved",
        "refused" => "rejected",
        _ => "pending",
    };
    let label = match access {
        "approved" => "Approved",
        "refused" => "Refused",
        _ => "Being looked at",
    };
    let asked =
        (!asked.is_empty()).then(|| view! { <Fact label="You wrote"><p class="pre">{asked}</p></Fact> });
    let answer = (!answer.is_empty())
        .then(|| view! { <Fact label="The network's answer"><p class="pre">{answer}</p></Fact> });
    view! {
        <Card title="Your application">
            <Facts><Fact label="Status"><StatusBadge word label /></Fact>{asked}{answer}</Facts>
        </Card>
    }
    .into_any()
}

/// Why clicks on a link do not count at the moment, if so.
fn stopped(campaign: &str, link: &str) -> Option<&'static str> {
    match (campaign.parse(), link.parse()) {
        (Ok(CampaignStatus::Active), Ok(LinkStatus::Paused)) => {
            Some("Your link is paused by the network. Clicks on it do not count until it is active again.")
        }
        (Ok(CampaignStatus::Active), _) => None,
        (Ok(CampaignStatus::Archived), _) => {
            Some("This campaign has ended. Clicks on your link do not count; take it down.")
        }
        _ => Some("This campaign is paused. Clicks on your link do not count until it runs again."),
    }
}

/// Why there is no link to take.
fn closed(row: &OfferRow) -> AnyView {
    let (title, text) = match row.access.as_str() {
        _ if row.status == CampaignStatus::Archived.word() => {
            ("This campaign has ended", "It takes no traffic any more.")
        }
        "applied" => {
            ("Your application is being looked at", "As soon as it is approved, you take your link here.")
        }
        "refused" => ("Your application was refused", "Write to the network if you think this is a mistake."),
        _ => ("This campaign takes no traffic now", "It is paused. You can take a link once it runs again."),
    };
    view! { <Card><EmptyState title text /></Card> }.into_any()
}

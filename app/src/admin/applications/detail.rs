//! One application: what was said, what looks related, the decision.

use super::{
    api::{ApproveApplication, RejectApplication, application},
    list::badge_word,
};
use crate::{
    parts::{For, id_param, label_of, way},
    ui::{
        ActionForm, Card, Confirm, DoneNotice, EmptyState, Fact, Facts, Field, FormErrors, FormScope, Hidden,
        Load, Moment, Notice, Page, PageData, ServerAction, StatusBadge, SubmitButton, TableCard, Text,
        TextArea, Th, Tone, form_error,
    },
};
use domain::{
    status::ApplicationStatus,
    view::{ApplicationDetail, Related},
};
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[
    ("approved", "The affiliate is created, and the applicant is invited to sign in."),
    ("rejected", "The application is rejected, and the applicant gets a letter with the reason."),
];

/// `/admin/applications/:id`.
#[component]
pub fn ApplicationPage() -> impl IntoView {
    let id = id_param();
    let approve = ServerAction::<ApproveApplication>::new();
    let reject = ServerAction::<RejectApplication>::new();
    let res = PageData::new(
        move || (id.get(), approve.version().get(), reject.version().get()),
        |(id, ..)| application(id),
    );
    view! { <Load res title="Application" render=move |data| page(data, approve, reject) /> }
}

fn page(
    data: For<ApplicationDetail>,
    approve: ServerAction<ApproveApplication>,
    reject: ServerAction<RejectApplication>,
) -> AnyView {
    let d = data.view;
    let badge = {
        let label = label_of(&d.row.status, ApplicationStatus::label);
        view! { <StatusBadge word=badge_word(&d.row.status) label /> }.into_any()
    };
    let waits = d.row.status == ApplicationStatus::Waiting.word();
    let (id, name, email) = (d.row.id.clone(), d.row.name.clone(), d.row.email.clone());
    let decide = waits.then(|| view! { <Decide id name email approve reject /> });
    let unproved = (d.row.status == ApplicationStatus::Unconfirmed.word()).then(|| {
        view! {
            <Notice tone=Tone::Info>
                "The applicant has not opened the link in our letter yet. Without that the application is forgotten after a week."
            </Notice>
        }
    });
    let website = if d.row.website.is_empty() {
        "–".into_any()
    } else {
        // A stranger's address: it learns nothing of where the click came from.
        view! { <a href=d.row.website.clone() rel="external noopener noreferrer nofollow" target="_blank">{d.row.website.clone()}</a> }
            .into_any()
    };
    let answers = d
        .answers
        .iter()
        .cloned()
        .map(|(label, answer)| {
            let answer = if answer.is_empty() { "–".to_owned() } else { answer };
            view! { <Fact label><p class="pre">{answer}</p></Fact> }
        })
        .collect_view();
    let facts = facts(&d);
    view! {
        <Page
            title=d.row.name
            crumb=("Applications".to_owned(), "/admin/applications".to_owned())
            id=d.row.id
            badge
        >
            <DoneNotice says=DONE />
            {unproved}
            <div class="two">
                <div class="column">
                    <Card title="What they say">
                        <Facts>
                            <Fact label="How they bring traffic"><p class="pre">{d.description}</p></Fact>
                            <Fact label="Website">{website}</Fact>
                            {answers}
                        </Facts>
                    </Card>
                    {related_table(d.related)}
                </div>
                <aside class="column" aria-label="About the application">{decide} {facts}</aside>
            </div>
        </Page>
    }
    .into_any()
}

/// Approving, and rejecting with a reason.
#[component]
fn Decide(
    id: String,
    name: String,
    email: String,
    approve: ServerAction<ApproveApplication>,
    reject: ServerAction<RejectApplication>,
) -> impl IntoView {
    let (rejected, title) = (id.clone(), format!("Reject {name}?"));
    let failed = move || reject.failed();
    let again =
        move || failed().then(|| view! { <FormScope error=form_error(reject)><FormErrors /></FormScope> });
    view! {
        <Card title="Decide" sub=format!("The answer goes to {email}.")>
            <FormScope error=form_error(approve)>
                <ActionForm action=approve attr:class="form" attr:novalidate=true>
                    <FormErrors />
                    <Hidden name="id" value=id />
                    <Field name="name" label="Name of the affiliate" value=name autocomplete="off" />
                    <div class="form-actions">
                        <SubmitButton label="Approve and invite" pending=approve.pending() />
                    </div>
                </ActionForm>
            </FormScope>
            {again}
            <Confirm label="Reject…" title id="reject" danger=true closes=true>
                <p>"The applicant gets a letter with your reason. This cannot be taken back, but they may apply again."</p>
                <ActionForm action=reject attr:class="form">
                    <Hidden name="id" value=rejected />
                    <TextArea name="reason" label="Reason" hint="The applicant reads it." rows=4 />
                    <SubmitButton label="Reject application" pending=reject.pending() danger=true />
                </ActionForm>
            </Confirm>
        </Card>
    }
}

fn facts(d: &ApplicationDetail) -> AnyView {
    let row = d.row.clone();
    let country = if row.country.is_empty() { "–".to_owned() } else { row.country };
    let terms = d.terms_version.map_or_else(|| "None were in force".to_owned(), |v| format!("Version {v}"));
    let ip = d.ip.clone();
    let confirmed =
        d.confirmed.clone().map(|at| view! { <Fact label="Address confirmed"><Moment at /></Fact> });
    let decided = d.decided.clone().map(|at| {
        let by = d.decided_by.clone();
        view! { <Fact label="Decided"><Moment at />" by "{by}</Fact> }
    });
    let reason = (!d.reason.is_empty()).then(|| {
        let text = d.reason.clone();
        view! { <Fact label="Reason"><p class="pre">{text}</p></Fact> }
    });
    let affiliate = (!d.affiliate_id.is_empty()).then(|| {
        let link = way("affiliates", &d.affiliate_id, d.affiliate_id.clone());
        view! { <Fact label="Affiliate">{link}</Fact> }
    });
    let mail = format!("mailto:{}", row.email);
    view! {
        <Card title="Facts">
            <Facts>
                {affiliate}
                <Fact label="Email"><a href=mail>{row.email}</a></Fact>
                <Fact label="Country">{country}</Fact>
                <Fact label="Terms accepted">{terms}</Fact>
                <Fact label="Sent"><Moment at=row.created /></Fact>
                <Fact label="From"><code>{ip}</code></Fact>
                {confirmed}
                {decided}
                {reason}
            </Facts>
        </Card>
    }
    .into_any()
}

fn related_table(related: Vec<Related>) -> AnyView {
    let empty = related.is_empty().then(|| {
        view! {
            <EmptyState
                title="Nothing looks related"
                text="No other application or affiliate shares the email, its domain, the network address or the name."
            />
        }
        .into_any()
    });
    let rows = related
        .into_iter()
        .map(|r| {
            let (list, what) = if r.id.starts_with("aff_") {
                ("affiliates", "Affiliate")
            } else {
                ("applications", "Application")
            };
            view! {
                <tr>
                    <th scope="row" class="name">{way(list, &r.id, r.name)}</th>
                    <td>{what}</td>
                    <Text text=r.status />
                    <Text text=r.why />
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableCard title="Looks related" nostrip:empty=empty>
            <thead>
                <tr><Th label="Name" /><Th label="What" /><Th label="Status" /><Th label="Shares" /></tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

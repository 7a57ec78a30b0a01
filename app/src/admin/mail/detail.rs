//! One letter: its text, and every attempt to send it.

use super::api::{ResendMail, mail};
use crate::{
    parts::{Failure, id_param, label_of},
    ui::{
        ActionForm, Card, DoneNotice, Fact, Facts, Load, Moment, Notice, Page, PageData, ServerAction,
        StatusBadge, TableCard, Text, Th, Tone, form_error,
    },
};
use domain::{
    status::MailStatus,
    view::{MailDetail, MailTry},
};
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[("queued", "The letter is in the queue again.")];

/// The page.
#[component]
pub fn MailPage() -> impl IntoView {
    let id = id_param();
    let resend = ServerAction::<ResendMail>::new();
    let res = PageData::new(move || (id.get(), resend.version().get()), |(id, _)| mail(id));
    view! { <Load res title="Letter" render=move |data| page(data, resend) /> }
}

fn page(d: MailDetail, resend: ServerAction<ResendMail>) -> AnyView {
    let m = d.mail;
    let badge = {
        let label = label_of(&m.status, MailStatus::label);
        view! { <StatusBadge word=m.status.clone() label /> }.into_any()
    };
    let id = m.id.clone();
    let actions = (m.status == MailStatus::Dead.word()).then(|| {
        view! {
            <ActionForm action=resend>
                <input type="hidden" name="id" value=id />
                <button type="submit" class="btn primary">"Send again"</button>
            </ActionForm>
        }
        .into_any()
    });
    let masked = d.masked.then(|| {
        view! { <Notice tone=Tone::Info>"The secret parts of links are left out: whoever has them can use them."</Notice> }
    });
    let next = d.next.map(|at| view! { <Fact label="Next attempt"><Moment at /></Fact> });
    let sent = m.sent.map(|at| view! { <Fact label="Sent"><Moment at /></Fact> });
    let via = match d.via.as_str() {
        "" => None,
        "file" => Some("a file on the server"),
        _ => Some("the mail server"),
    }
    .map(|via| view! { <Fact label="Through">{via}</Fact> });
    let error = (!m.error.is_empty()).then(|| view! { <Fact label="Last error">{m.error}</Fact> });
    view! {
        <Page
            title=m.subject
            crumb=("Mail".to_owned(), "/admin/mails".to_owned())
            id=m.id
            badge
            nostrip:actions=actions
        >
            <DoneNotice says=DONE />
            <Failure error=form_error(resend) />
            <div class="two">
                <div class="column">
                    <Card title="Text">{masked}<p class="pre mail-text">{d.text}</p></Card>
                    {tries(d.tries)}
                </div>
                <aside class="column" aria-label="About the letter">
                    <Card title="Facts">
                        <Facts>
                            <Fact label="To">{m.to}</Fact>
                            <Fact label="About">{m.kind}</Fact>
                            <Fact label="Queued"><Moment at=m.created /></Fact>
                            {sent} {via} {next} {error}
                        </Facts>
                    </Card>
                </aside>
            </div>
        </Page>
    }
    .into_any()
}

fn tries(all: Vec<MailTry>) -> AnyView {
    if all.is_empty() {
        return view! { <Card title="Attempts"><p class="sub">"None yet; the queue is looked at every second."</p></Card> }
            .into_any();
    }
    let rows = all
        .into_iter()
        .map(|t| {
            let outcome = match t.outcome.as_str() {
                "sent" => "Sent",
                "refused" => "Refused for good",
                "failed" => "Failed",
                "lost" => "Lost: the server ended meanwhile",
                _ => "Running",
            };
            view! {
                <tr>
                    <th scope="row">{t.number}</th>
                    <td class="time"><Moment at=t.began /></td>
                    <td>{outcome}</td>
                    <Text text=t.error />
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableCard title="Attempts">
            <thead>
                <tr><Th label="No." /> <Th label="Begun" /> <Th label="Outcome" /> <Th label="Error" /></tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

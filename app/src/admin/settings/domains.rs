//! The hosts that tracked links begin with.

use super::{
    SettingsPage,
    api::{AddDomain, CheckDomain, RemoveDomain, SetDefaultDomain, domains_page},
};
use crate::{
    parts::{Failure, label_of},
    ui::{
        ActionForm, Badge, Card, Confirm, DoneNotice, EmptyState, Field, FormErrors, FormScope, Hidden, Load,
        Moment, PageData, ServerAction, SubmitButton, TableCard, Th, Tone, form_error,
    },
};
use domain::{
    status::DomainState,
    view::{DomainRow, DomainSettings},
};
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[
    ("added", "The domain is added and checked. What was found stands below."),
    ("checked", "The domain is checked. What was found stands below."),
    (
        "default",
        "Links shown from now on begin with the chosen domain. Links that are out already stay good.",
    ),
    ("removed", "The domain is removed."),
];

#[derive(Clone, Copy)]
struct Actions {
    add: ServerAction<AddDomain>,
    check: ServerAction<CheckDomain>,
    default: ServerAction<SetDefaultDomain>,
    remove: ServerAction<RemoveDomain>,
}

/// `/admin/settings/domains`.
#[component]
pub fn DomainsPage() -> impl IntoView {
    let all = Actions {
        add: ServerAction::new(),
        check: ServerAction::new(),
        default: ServerAction::new(),
        remove: ServerAction::new(),
    };
    let versions = move || {
        [
            all.add.version().get(),
            all.check.version().get(),
            all.default.version().get(),
            all.remove.version().get(),
        ]
    };
    let res = PageData::new(versions, |_| domains_page());
    view! { <Load res title="Domains" render=move |data| page(data, all) /> }
}

fn page(data: DomainSettings, all: Actions) -> AnyView {
    let DomainSettings { rows, expected, record, fallback, current } = data;
    let first = format!("First create {record} record at your DNS provider that points to {expected}.");
    let any_default = rows.iter().any(|r| r.is_default);
    let back = any_default.then(|| {
        let label = format!("Begin links with {fallback} again");
        view! {
            <ActionForm action=all.default>
                <input type="hidden" name="id" value="" />
                <button type="submit" class="btn s">{label}</button>
            </ActionForm>
        }
    });
    let empty = rows.is_empty().then(|| {
        view! {
            <EmptyState
                title="No domains yet"
                text="A domain of your own makes links yours, and keeps working wherever the platform runs."
            />
        }
        .into_any()
    });
    let rows = rows.into_iter().map(|r| row(r, all)).collect_view();
    view! {
        <SettingsPage title="Domains">
            <DoneNotice says=DONE />
            <Failure error=form_error(all.check) />
            <Failure error=form_error(all.default) />
            <Failure error=form_error(all.remove) />
            <Card title="Add a domain" sub=first class="narrow">
                <FormScope error=form_error(all.add)>
                    <ActionForm action=all.add attr:class="form" attr:novalidate=true>
                        <FormErrors />
                        <Field name="draft[host]" label="Host" hint="Such as go.example.com." autocomplete="off" inputmode="url" />
                        <div class="form-actions"><SubmitButton label="Add and check" pending=all.add.pending() /></div>
                    </ActionForm>
                </FormScope>
            </Card>
            <p class="now">"Links begin with "<code>{current}</code>" now. " {back}</p>
            <TableCard title="Domains" nostrip:empty=empty>
                <thead>
                    <tr><Th label="Host" /><Th label="Status" /><Th label="Last check" /><Th label="Actions" /></tr>
                </thead>
                <tbody>{rows}</tbody>
            </TableCard>
        </SettingsPage>
    }
    .into_any()
}

fn tone(state: &str) -> Tone {
    match state.parse() {
        Ok(DomainState::Verified) => Tone::Ok,
        Ok(DomainState::Plain) => Tone::Warn,
        Ok(DomainState::Unchecked) | Err(_) => Tone::Neutral,
        Ok(DomainState::WrongDns | DomainState::BadTls | DomainState::Unreachable) => Tone::Bad,
    }
}

fn row(r: DomainRow, all: Actions) -> AnyView {
    let label = label_of(&r.state, DomainState::label);
    let found = r.found.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let fix = (!r.fix.is_empty()).then(|| view! { <p class="fix">{r.fix}</p> });
    let checked = match r.checked {
        Some(at) => view! { <p class="sub"><Moment at /></p> }.into_any(),
        None => view! { <p class="sub">"Not yet"</p> }.into_any(),
    };
    let default = r.is_default.then(|| view! { <Badge tone=Tone::Info>"Default"</Badge> });
    let id = r.id.clone();
    let choose = (r.usable && !r.is_default).then(|| {
        let label = format!("Make {} the default", r.host);
        view! {
            <ActionForm action=all.default>
                <input type="hidden" name="id" value=id />
                <button type="submit" class="btn s" aria-label=label>"Make default"</button>
            </ActionForm>
        }
    });
    let users = match r.chosen_by {
        0 => String::new(),
        1 => "1 affiliate chose it. ".to_owned(),
        n => format!("{n} affiliates chose it. "),
    };
    let chosen = (r.chosen_by > 0).then(|| view! { <span class="sub">{users.clone()}</span> });
    let id = r.id.clone();
    let (title, dialog) = (format!("Remove {}?", r.host), format!("remove-{id}"));
    let remove = (!r.is_default).then(|| {
        view! {
            <Confirm
                label="Remove…"
                title
                id=dialog
                danger=true
                closes=true
            >
                <p>{users}"Links that begin with it go on working for as long as its DNS record points here."</p>
                <ActionForm action=all.remove attr:class="form-actions">
                    <Hidden name="id" value=id />
                    <SubmitButton label="Remove domain" pending=all.remove.pending() danger=true />
                </ActionForm>
            </Confirm>
        }
    });
    let check = format!("Check {}", r.host);
    view! {
        <tr>
            <th scope="row" class="name"><span class="what">{r.host}</span> {default}<span class="id"><code>{r.url}</code></span>{chosen}</th>
            <td><Badge tone=tone(&r.state)>{label}</Badge></td>
            <td class="checked">{checked}<ul>{found}</ul>{fix}</td>
            <td class="row-actions">
                <ActionForm action=all.check>
                    <input type="hidden" name="id" value=r.id />
                    <button type="submit" class="btn s" aria-label=check>"Check"</button>
                </ActionForm>
                {choose}
                {remove}
            </td>
        </tr>
    }
    .into_any()
}

//! The terms affiliates accept, their versions, and who accepted which.

use super::{
    SettingsPage,
    api::{PublishTerms, terms_page},
};
use crate::{
    parts::way,
    ui::{
        ActionForm, Card, Confirm, DoneNotice, EmptyState, FormErrors, FormScope, Load, PageData,
        ServerAction, SubmitButton, TableCard, Text, TextArea, Th, TimeCell, form_error,
    },
};
use domain::{
    format::count,
    view::{Acceptance, TermsSettings, TermsVersion},
};
use leptos::prelude::*;

const DONE: &[(&str, &str)] =
    &[("published", "The terms are in force: whoever applies from now on accepts this version.")];

/// `/admin/settings/terms`.
#[component]
pub fn TermsPage() -> impl IntoView {
    let action = ServerAction::<PublishTerms>::new();
    let res = PageData::new(move || action.version().get(), |_| terms_page());
    view! { <Load res title="Terms" render=move |data| page(data, action) /> }
}

fn page(data: TermsSettings, action: ServerAction<PublishTerms>) -> AnyView {
    let TermsSettings { versions, acceptances } = data;
    let body = versions.first().map(|v| v.body.clone()).unwrap_or_default();
    let title = match versions.first() {
        Some(v) => format!("Version {} is in force", v.version),
        None => "There are no terms yet".to_owned(),
    };
    view! {
        <SettingsPage title="Terms">
            <DoneNotice says=DONE />
            <Card title sub="A change is a new version. Versions that were accepted stay as they were." class="narrow">
                <FormScope error=form_error(action)>
                    <ActionForm action attr:class="form" attr:novalidate=true>
                        <FormErrors />
                        <TextArea name="body" label="Text" value=body hint="Plain text; lines and empty lines stay." rows=14 />
                        <div class="form-actions"><SubmitButton label="Publish as a new version" pending=action.pending() /></div>
                    </ActionForm>
                </FormScope>
            </Card>
            {version_table(versions)}
            {acceptance_table(acceptances)}
        </SettingsPage>
    }
    .into_any()
}

fn version_table(versions: Vec<TermsVersion>) -> AnyView {
    let empty = versions.is_empty().then(|| {
        view! { <EmptyState title="No versions yet" text="Without terms the sign-up form asks for none." /> }.into_any()
    });
    let rows = versions
        .into_iter()
        .map(|v| {
            let id = format!("terms-{}", v.version);
            view! {
                <tr>
                    <th scope="row" class="name">{format!("Version {}", v.version)}</th>
                    <TimeCell text=v.published.local utc=v.published.utc />
                    <Text text=v.published_by />
                    <td class="n">{count(v.accepted_by)}</td>
                    <td class="row-actions">
                        <Confirm label="Read" title=format!("Terms, version {}", v.version) id>
                            <p class="pre">{v.body}</p>
                        </Confirm>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableCard title="Versions" nostrip:empty=empty>
            <thead>
                <tr>
                    <Th label="Version" />
                    <Th label="Published" />
                    <Th label="By" />
                    <Th label="Accepted by" num=true />
                    <Th label="Actions" />
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

fn acceptance_table(acceptances: Vec<Acceptance>) -> AnyView {
    let empty = acceptances.is_empty().then(|| {
        view! { <EmptyState title="Nobody has accepted terms yet" text="Applicants accept them with the sign-up form." /> }
            .into_any()
    });
    let rows = acceptances
        .into_iter()
        .map(|a| {
            view! {
                <tr>
                    <th scope="row" class="name">{a.email}</th>
                    <td>{format!("Version {}", a.version)}</td>
                    <TimeCell text=a.at.local utc=a.at.utc />
                    <Text text=a.ip code=true />
                    <td>{if a.affiliate_id.is_empty() { "–".into_any() } else { way("affiliates", &a.affiliate_id, a.affiliate) }}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableCard title="Latest acceptances" nostrip:empty=empty>
            <thead>
                <tr>
                    <Th label="Who" />
                    <Th label="Version" />
                    <Th label="When" />
                    <Th label="From" />
                    <Th label="Affiliate" />
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

//! The form of a new key.

use super::{
    api::{CreateApiKey, api_key_form},
    shown::NewKeyCard,
};
use crate::{
    account::portal_home,
    parts::options,
    ui::{
        ActionForm, Card, Check, CheckGroup, Checks, Field, FormErrors, FormScope, Load, Page, PageData,
        SelectField, ServerAction, SubmitButton, TextArea, form_error,
    },
};
use domain::view::{ApiKeyForm, ScopeChoice};
use leptos::prelude::*;

/// A new key.
#[component]
pub fn ApiKeyNewPage() -> impl IntoView {
    let action = ServerAction::<CreateApiKey>::new();
    // An error leaves the form as it is.
    let made = Memo::new(move |_| action.output());
    let res = PageData::new(|| (), |()| api_key_form());
    let list = format!("{}/api-keys", portal_home());
    view! {
        <Load
            res
            title="New API key"
            render=move |form| {
                let list = list.clone();
                let crumb = ("API keys".to_owned(), list.clone());
                let form = StoredValue::new(form);
                view! {
                    <Page title="New API key" crumb=crumb>
                        {move || match made.get() {
                            Some(key) => view! { <NewKeyCard key list=list.clone() /> }.into_any(),
                            None => entry(action, form.get_value(), list.clone()),
                        }}
                    </Page>
                }
                .into_any()
            }
        />
    }
}

fn entry(action: ServerAction<CreateApiKey>, form: ApiKeyForm, list: String) -> AnyView {
    view! {
        <Card class="narrow">
            <FormScope error=form_error(action)>
                <ActionForm action attr:class="form" attr:novalidate=true>
                    <Fields form />
                    <div class="form-actions">
                        <SubmitButton label="Create key" pending=action.pending() />
                        <a class="btn ghost" href=list>"Cancel"</a>
                    </div>
                </ActionForm>
            </FormScope>
        </Card>
    }
    .into_any()
}

#[component]
fn Fields(form: ApiKeyForm) -> impl IntoView {
    let ApiKeyForm { scopes, affiliates } = form;
    let mark = !affiliates.is_empty();
    let account = (!affiliates.is_empty()).then(|| {
        view! {
            <SelectField
                name="draft[affiliate]"
                label="Account"
                options=options(affiliates)
                prompt="The network itself"
                hint="A key of an affiliate sees what that affiliate sees, and nothing else."
                optional=true
            />
        }
    });
    view! {
        <FormErrors />
        <Field
            name="draft[name]"
            label="Name"
            hint="Where the key will be used, such as Reporting script."
            autocomplete="off"
        />
        {account}
        <CheckGroup
            name="draft[scopes]"
            label="What the key may do"
            hint="Give it no more than it needs; scopes cannot be added later."
            groups=groups(scopes, mark)
        />
        <Field
            name="draft[expires_days]"
            label="Expires after so many days"
            value="365"
            inputmode="numeric"
            hint="Empty for a key that does not expire."
            autocomplete="off"
            optional=true
        />
        <TextArea
            name="draft[networks]"
            label="Allowed addresses"
            hint="One address or network a line, such as 192.0.2.7 or 192.0.2.0/24. Empty: from anywhere."
            rows=3
            optional=true
        />
    }
}

fn groups(scopes: Vec<ScopeChoice>, mark: bool) -> Vec<Checks> {
    let mut all: Vec<Checks> = Vec::new();
    for scope in scopes {
        let heading = capital(&scope.group);
        let hint = if mark && !scope.for_affiliates {
            format!("{} · for keys of the network", scope.word)
        } else {
            scope.word.clone()
        };
        let check = Check { value: scope.word, label: scope.label, hint };
        match all.last_mut().filter(|last| last.heading == heading) {
            Some(last) => last.boxes.push(check),
            None => all.push(Checks { heading, boxes: vec![check] }),
        }
    }
    all
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

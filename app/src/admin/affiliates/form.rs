//! The form of an affiliate.

use super::api::{CreateAffiliate, UpdateAffiliate, affiliate_form};
use crate::{
    parts::id_param,
    ui::{
        ActionForm, Card, Field, FormErrors, FormScope, Hidden, Load, Page, PageData, SelectField,
        ServerAction, SubmitButton, TextArea, form_error,
    },
};
use domain::{drafts::AffiliateDraft, status::AccountStatus};
use leptos::prelude::*;

/// A new affiliate, with the first person who signs in for it.
#[component]
pub fn AffiliateNewPage() -> impl IntoView {
    let action = ServerAction::<CreateAffiliate>::new();
    let res = PageData::new(|| (), |()| affiliate_form(String::new()));
    view! {
        <Load
            res
            title="New affiliate"
            render=move |draft| {
                view! {
                    <Page title="New affiliate" crumb=("Affiliates".to_owned(), "/admin/affiliates".to_owned())>
                        <Card class="narrow">
                            <FormScope error=form_error(action)>
                                <ActionForm action attr:class="form" attr:novalidate=true>
                                    <Fields draft />
                                    <SignIn />
                                    <div class="form-actions">
                                        <SubmitButton label="Create affiliate" pending=action.pending() />
                                        <a class="btn ghost" href="/admin/affiliates">"Cancel"</a>
                                    </div>
                                </ActionForm>
                            </FormScope>
                        </Card>
                    </Page>
                }
                .into_any()
            }
        />
    }
}

/// An affiliate as it is, to be changed.
#[component]
pub fn AffiliateEditPage() -> impl IntoView {
    let id = id_param();
    let action = ServerAction::<UpdateAffiliate>::new();
    let res = PageData::new(move || id.get(), affiliate_form);
    view! {
        <Load
            res
            title="Edit affiliate"
            render=move |draft| {
                let id = id.get_untracked();
                let detail = format!("/admin/affiliates/{id}");
                let crumb = (draft.name.clone(), detail.clone());
                view! {
                    <Page title="Edit affiliate" crumb=crumb id=id.clone()>
                        <Card class="narrow">
                            <FormScope error=form_error(action)>
                                <ActionForm action attr:class="form" attr:novalidate=true>
                                    <Hidden name="id" value=id />
                                    <Fields draft />
                                    <div class="form-actions">
                                        <SubmitButton label="Save changes" pending=action.pending() />
                                        <a class="btn ghost" href=detail>"Cancel"</a>
                                    </div>
                                </ActionForm>
                            </FormScope>
                        </Card>
                    </Page>
                }
                .into_any()
            }
        />
    }
}

#[component]
fn Fields(draft: AffiliateDraft) -> impl IntoView {
    let states = AccountStatus::ALL.iter().map(|s| (s.word().to_owned(), s.label().to_owned())).collect();
    view! {
        <FormErrors />
        <Field name="draft[name]" label="Name" value=draft.name autocomplete="off" />
        <Field
            name="draft[contact_email]"
            label="Contact email"
            kind="email"
            value=draft.contact_email
            autocomplete="off"
            optional=true
        />
        <Field
            name="draft[country]"
            label="Country"
            value=draft.country
            hint="Two letters, such as DE."
            autocomplete="off"
            optional=true
        />
        <SelectField
            name="draft[status]"
            label="Status"
            options=states
            value=draft.status
            hint="Only active affiliates can take links; clicks of others do not count."
        />
        <TextArea
            name="draft[notes]"
            label="Notes"
            value=draft.notes
            hint="Only the network's people see these."
            rows=4
            optional=true
        />
    }
}

/// The first person's email and password.
#[component]
fn SignIn() -> impl IntoView {
    view! {
        <fieldset class="group">
            <legend>"First person to sign in"</legend>
            <p class="hint">"Leave both empty if nobody should sign in yet."</p>
            <Field name="draft[user_email]" label="Sign-in email" kind="email" autocomplete="off" optional=true />
            <Field
                name="draft[user_password]"
                label="Sign-in password"
                kind="password"
                hint="At least 12 characters."
                autocomplete="new-password"
                optional=true
            />
        </fieldset>
    }
}

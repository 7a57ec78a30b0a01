//! The form of an advertiser.

use super::api::{CreateAdvertiser, UpdateAdvertiser, advertiser_form};
use crate::{
    parts::id_param,
    ui::{
        ActionForm, Card, Field, FormErrors, FormScope, Hidden, Load, Page, PageData, SelectField,
        ServerAction, SubmitButton, TextArea, form_error,
    },
};
use domain::{drafts::AdvertiserDraft, status::AccountStatus};
use leptos::prelude::*;

/// A new advertiser.
#[component]
pub fn AdvertiserNewPage() -> impl IntoView {
    let action = ServerAction::<CreateAdvertiser>::new();
    let res = PageData::new(|| (), |()| advertiser_form(String::new()));
    view! {
        <Load
            res
            title="New advertiser"
            render=move |draft| {
                view! {
                    <Page title="New advertiser" crumb=("Advertisers".to_owned(), "/admin/advertisers".to_owned())>
                        <Card class="narrow">
                            <FormScope error=form_error(action)>
                                <ActionForm action attr:class="form" attr:novalidate=true>
                                    <Fields draft />
                                    <div class="form-actions">
                                        <SubmitButton label="Create advertiser" pending=action.pending() />
                                        <a class="btn ghost" href="/admin/advertisers">"Cancel"</a>
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

/// An advertiser as it is, to be changed.
#[component]
pub fn AdvertiserEditPage() -> impl IntoView {
    let id = id_param();
    let action = ServerAction::<UpdateAdvertiser>::new();
    let res = PageData::new(move || id.get(), advertiser_form);
    view! {
        <Load
            res
            title="Edit advertiser"
            render=move |draft| {
                let id = id.get_untracked();
                let detail = format!("/admin/advertisers/{id}");
                let crumb = (draft.name.clone(), detail.clone());
                view! {
                    <Page title="Edit advertiser" crumb=crumb id=id.clone()>
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
fn Fields(draft: AdvertiserDraft) -> impl IntoView {
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
        <Field name="draft[website]" label="Website" kind="url" value=draft.website optional=true />
        <SelectField name="draft[status]" label="Status" options=states value=draft.status />
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

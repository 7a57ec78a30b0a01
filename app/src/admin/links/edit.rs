//! The form of a link's destination.

use super::api::{LinkDestination, SetLinkDestination, edit_link};
use crate::{
    parts::{id_param, way},
    ui::{
        ActionForm, Card, Fact, Facts, Field, FormErrors, FormScope, Hidden, Load, Page, PageData,
        ServerAction, SubmitButton, form_error,
    },
};
use leptos::prelude::*;

/// `/admin/links/:id/edit`: where this link leads instead of the campaign's destination.
#[component]
pub fn LinkEditPage() -> impl IntoView {
    let id = id_param();
    let action = ServerAction::<SetLinkDestination>::new();
    let res = PageData::new(move || id.get(), edit_link);
    view! { <Load res title="Edit link" render=move |form| page(form, id.get_untracked(), action) /> }
}

fn page(form: LinkDestination, id: String, action: ServerAction<SetLinkDestination>) -> AnyView {
    let campaign = way("campaigns", &form.campaign.0, form.campaign.1);
    let affiliate = way("affiliates", &form.affiliate.0, form.affiliate.1);
    let address = form.address;
    view! {
        <Page title="Edit link" crumb=("Links".to_owned(), "/admin/links".to_owned()) id=id.clone()>
            <Card class="narrow">
                <Facts>
                    <Fact label="Address"><code>{address}</code></Fact>
                    <Fact label="Campaign">{campaign}</Fact>
                    <Fact label="Affiliate">{affiliate}</Fact>
                    <Fact label="The campaign leads to"><code class="long">{form.campaign_destination}</code></Fact>
                </Facts>
                <FormScope error=form_error(action)>
                    <ActionForm action attr:class="form" attr:novalidate=true>
                        <FormErrors />
                        <Hidden name="id" value=id />
                        <Field
                            name="destination_url"
                            label="Destination URL"
                            value=form.destination_url
                            hint="Where this link leads, with macros such as {click_id}. Empty: where the campaign leads."
                            inputmode="url"
                            autocomplete="off"
                            optional=true
                        />
                        <div class="form-actions">
                            <SubmitButton label="Save destination" pending=action.pending() />
                            <a class="btn ghost" href="/admin/links">"Cancel"</a>
                        </div>
                    </ActionForm>
                </FormScope>
            </Card>
        </Page>
    }
    .into_any()
}

//! The form of a link.

use super::api::{CreateLink, LinkChoices, link_form};
use crate::ui::{
    ActionForm, Card, Field, FormErrors, FormScope, Load, Notice, Page, PageData, SelectField, ServerAction,
    SubmitButton, Tone, form_error,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// A new link. `?campaign=` and `?affiliate=` choose beforehand.
#[component]
pub fn LinkNewPage() -> impl IntoView {
    let query = use_query_map();
    let action = ServerAction::<CreateLink>::new();
    let res = PageData::new(|| (), |()| link_form());
    view! {
        <Load
            res
            title="New link"
            render=move |LinkChoices { campaigns, affiliates }| {
                let given = |key: &str| query.read_untracked().get(key).unwrap_or_default();
                let (campaign, affiliate) = (given("campaign"), given("affiliate"));
                let missing = (campaigns.is_empty() || affiliates.is_empty()).then(|| {
                    view! {
                        <Notice tone=Tone::Info>
                            "A link needs a campaign and an affiliate. Create them first: "
                            <a href="/admin/campaigns/new">"new campaign"</a> ", "
                            <a href="/admin/affiliates/new">"new affiliate"</a>
                        </Notice>
                    }
                });
                view! {
                    <Page title="New link" crumb=("Links".to_owned(), "/admin/links".to_owned())>
                        {missing}
                        <Card class="narrow">
                            <FormScope error=form_error(action)>
                                <ActionForm action attr:class="form" attr:novalidate=true>
                                    <FormErrors />
                                    <SelectField
                                        name="draft[campaign]"
                                        label="Campaign"
                                        options=campaigns
                                        value=campaign
                                        prompt="Choose a campaign"
                                    />
                                    <SelectField
                                        name="draft[affiliate]"
                                        label="Affiliate"
                                        options=affiliates
                                        value=affiliate
                                        hint="There is one link for each pair; asking again finds it."
                                        prompt="Choose an affiliate"
                                    />
                                    <Field
                                        name="draft[destination_url]"
                                        label="Destination URL"
                                        hint="Only if this link should lead elsewhere than the campaign."
                                        inputmode="url"
                                        autocomplete="off"
                                        optional=true
                                    />
                                    <div class="form-actions">
                                        <SubmitButton label="Create link" pending=action.pending() />
                                        <a class="btn ghost" href="/admin/links">"Cancel"</a>
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

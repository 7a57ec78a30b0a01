//! The form of a campaign with its default goal.

use super::api::{CampaignFields, CreateCampaign, UpdateCampaign, campaign_form};
use crate::{
    parts::id_param,
    ui::{
        ActionForm, Card, Checkbox, Field, FormErrors, FormScope, Hidden, Load, Notice, Options, Page,
        PageData, SelectField, ServerAction, SubmitButton, TextArea, Tone, form_error,
    },
};
use domain::{
    drafts::CampaignDraft,
    status::{CampaignStatus, Visibility},
};
use leptos::prelude::*;

/// A new campaign.
#[component]
pub fn CampaignNewPage() -> impl IntoView {
    let action = ServerAction::<CreateCampaign>::new();
    let res = PageData::new(|| (), |()| campaign_form(String::new()));
    view! {
        <Load
            res
            title="New campaign"
            render=move |form: CampaignFields| {
                let nobody = form.advertisers.is_empty().then(|| {
                    view! {
                        <Notice tone=Tone::Info>
                            "A campaign belongs to an advertiser. "
                            <a href="/admin/advertisers/new">"Create an advertiser first"</a>
                        </Notice>
                    }
                });
                view! {
                    <Page title="New campaign" crumb=("Campaigns".to_owned(), "/admin/campaigns".to_owned())>
                        {nobody}
                        <FormScope error=form_error(action)>
                            <ActionForm action attr:class="form" attr:novalidate=true>
                                <Fields form />
                                <div class="form-actions">
                                    <SubmitButton label="Create campaign" pending=action.pending() />
                                    <a class="btn ghost" href="/admin/campaigns">"Cancel"</a>
                                </div>
                            </ActionForm>
                        </FormScope>
                    </Page>
                }
                .into_any()
            }
        />
    }
}

/// A campaign as it is, to be changed.
#[component]
pub fn CampaignEditPage() -> impl IntoView {
    let id = id_param();
    let action = ServerAction::<UpdateCampaign>::new();
    let res = PageData::new(move || id.get(), campaign_form);
    view! {
        <Load
            res
            title="Edit campaign"
            render=move |form: CampaignFields| {
                let id = id.get_untracked();
                let detail = format!("/admin/campaigns/{id}");
                let crumb = (form.draft.name.clone(), detail.clone());
                view! {
                    <Page title="Edit campaign" crumb=crumb id=id.clone()>
                        <FormScope error=form_error(action)>
                            <ActionForm action attr:class="form" attr:novalidate=true>
                                <Hidden name="id" value=id />
                                <Fields form />
                                <div class="form-actions">
                                    <SubmitButton label="Save changes" pending=action.pending() />
                                    <a class="btn ghost" href=detail>"Cancel"</a>
                                </div>
                            </ActionForm>
                        </FormScope>
                    </Page>
                }
                .into_any()
            }
        />
    }
}

#[component]
fn Fields(form: CampaignFields) -> impl IntoView {
    let CampaignFields { draft, advertisers, currencies } = form;
    view! {
        <FormErrors />
        {offer(draft.clone(), advertisers)}
        {destination(draft.clone())}
        {reward(draft.clone(), currencies)}
        {reports(draft)}
    }
}

fn offer(draft: CampaignDraft, advertisers: Options) -> AnyView {
    let states = CampaignStatus::ALL.iter().map(|s| (s.word().to_owned(), s.label().to_owned())).collect();
    let seen_by = Visibility::ALL.iter().map(|v| (v.word().to_owned(), v.label().to_owned())).collect();
    view! {
        <Card title="Offer">
            <div class="stack">
                <SelectField
                    name="draft[advertiser]"
                    label="Advertiser"
                    options=advertisers
                    value=draft.advertiser.clone()
                    prompt="Choose an advertiser"
                />
                <Field name="draft[name]" label="Name" value=draft.name.clone() autocomplete="off" />
                <TextArea
                    name="draft[description]"
                    label="Description"
                    value=draft.description.clone()
                    hint="What affiliates read: what is sold, to whom, and what is not allowed."
                    rows=4
                    optional=true
                />
                <div class="form-row">
                    <SelectField name="draft[status]" label="Status" options=states value=draft.status.clone() />
                    <SelectField
                        name="draft[visibility]"
                        label="Visibility"
                        options=seen_by
                        value=draft.visibility.clone()
                    />
                </div>
            </div>
        </Card>
    }
    .into_any()
}

fn destination(draft: CampaignDraft) -> AnyView {
    view! {
        <Card title="Destination">
            <div class="stack">
                <Field
                    name="draft[destination_url]"
                    label="Destination URL"
                    value=draft.destination_url.clone()
                    hint="Where clicks go. Write {click_id} where the shop should get the click's id, such as https://shop.example/?ref={click_id}."
                    inputmode="url"
                    autocomplete="off"
                />
                <TextArea
                    name="draft[deep_link_hosts]"
                    label="Hosts for deep links"
                    value=draft.deep_link_hosts.clone()
                    hint="One a line, such as shop.example; .shop.example also allows what is below it. Empty: no deep links."
                    optional=true
                />
                <Checkbox
                    name="draft[pass_through]"
                    label="Hand unknown parameters of the click on to the destination"
                    checked=draft.pass_through
                />
            </div>
        </Card>
    }
    .into_any()
}

fn reward(draft: CampaignDraft, currencies: Vec<String>) -> AnyView {
    let currencies = currencies.into_iter().map(|c| (c.clone(), c)).collect();
    view! {
        <Card title="Goal and rates" sub="The goal of reports that name none. More goals can be added later.">
            <div class="stack">
                <SelectField name="draft[currency]" label="Currency" options=currencies value=draft.currency.clone() />
                <div class="form-row">
                    <Field
                        name="draft[goal_code]"
                        label="Goal code"
                        value=draft.goal_code.clone()
                        hint="What reports name, such as sale."
                        autocomplete="off"
                    />
                    <Field name="draft[goal_name]" label="Goal name" value=draft.goal_name.clone() autocomplete="off" />
                </div>
                <Rates
                    revenue=(draft.revenue_kind.clone(), draft.revenue_value.clone())
                    payout=(draft.payout_kind.clone(), draft.payout_value.clone())
                />
            </div>
        </Card>
    }
    .into_any()
}

fn reports(draft: CampaignDraft) -> AnyView {
    view! {
        <Card title="Conversion reports">
            <div class="stack">
                <Field
                    name="draft[attribution_window_days]"
                    label="Attribution window (days)"
                    value=draft.attribution_window_days.clone()
                    hint="How long after the click a conversion still counts, 1 to 400."
                    inputmode="numeric"
                    autocomplete="off"
                />
                <Field
                    name="draft[postback_token]"
                    label="Postback token"
                    value=draft.postback_token.clone()
                    hint="A secret that reports must carry: 8 to 128 letters, digits, - and _."
                    autocomplete="off"
                    optional=true
                />
            </div>
        </Card>
    }
    .into_any()
}

/// What the advertiser owes and what the affiliate earns for a conversion: kind and value of each.
#[component]
pub(super) fn Rates(revenue: (String, String), payout: (String, String)) -> impl IntoView {
    let kinds = || -> Options {
        vec![
            ("fixed".to_owned(), "Fixed amount".to_owned()),
            ("share".to_owned(), "Percent of the amount".to_owned()),
        ]
    };
    view! {
        <div class="form-row">
            <SelectField name="draft[revenue_kind]" label="Charged as" options=kinds() value=revenue.0 />
            <Field
                name="draft[revenue_value]"
                label="Revenue"
                value=revenue.1
                hint="What the advertiser owes: 12.50, or 10 for 10 %."
                inputmode="decimal"
                autocomplete="off"
            />
        </div>
        <div class="form-row">
            <SelectField name="draft[payout_kind]" label="Paid as" options=kinds() value=payout.0 />
            <Field
                name="draft[payout_value]"
                label="Payout"
                value=payout.1
                hint="What the affiliate earns: 8.00, or 6.5 for 6.5 %."
                inputmode="decimal"
                autocomplete="off"
            />
        </div>
    }
}

//! The form of a goal that is there already.

use super::{
    api::{UpdateGoal, goal_form},
    form::Rates,
};
use crate::{
    parts::id_param,
    ui::{
        ActionForm, Card, Field, FormErrors, FormScope, Hidden, Load, Page, PageData, ServerAction,
        SubmitButton, form_error,
    },
};
use domain::drafts::GoalDraft;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// `/admin/campaigns/:id/goals/:goal`.
#[component]
pub fn GoalEditPage() -> impl IntoView {
    let (campaign, params) = (id_param(), use_params_map());
    let goal = Memo::new(move |_| params.read().get("goal").unwrap_or_default());
    let action = ServerAction::<UpdateGoal>::new();
    let res =
        PageData::new(move || (campaign.get(), goal.get()), |(campaign, goal)| goal_form(campaign, goal));
    let render = move |draft| page(draft, campaign.get_untracked(), goal.get_untracked(), action);
    view! { <Load res title="Edit goal" render /> }
}

fn page(draft: GoalDraft, campaign: String, goal: String, action: ServerAction<UpdateGoal>) -> AnyView {
    let back = format!("/admin/campaigns/{campaign}");
    view! {
        <Page title="Edit goal" crumb=("Campaign".to_owned(), back.clone()) id=goal.clone()>
            <Card class="narrow" title="Goal" sub="Conversions that were counted keep what they were worth.">
                <FormScope error=form_error(action)>
                    <ActionForm action attr:class="form" attr:novalidate=true>
                        <FormErrors />
                        <Hidden name="campaign" value=campaign />
                        <Hidden name="goal" value=goal />
                        <div class="form-row">
                            <Field
                                name="draft[code]"
                                label="Goal code"
                                value=draft.code
                                hint="What reports name, such as signup. Reports with the old code are refused once it changes."
                                autocomplete="off"
                            />
                            <Field name="draft[name]" label="Goal name" value=draft.name autocomplete="off" />
                        </div>
                        <Rates
                            revenue=(draft.revenue_kind, draft.revenue_value)
                            payout=(draft.payout_kind, draft.payout_value)
                        />
                        <div class="form-actions">
                            <SubmitButton label="Save goal" pending=action.pending() />
                            <a class="btn ghost" href=back>"Cancel"</a>
                        </div>
                    </ActionForm>
                </FormScope>
            </Card>
        </Page>
    }
    .into_any()
}

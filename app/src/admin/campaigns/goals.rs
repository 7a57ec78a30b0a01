//! Adding and removing goals of a campaign.

use super::{
    api::{AddGoal, RemoveGoal},
    form::Rates,
};
use crate::ui::{Confirm, Field, FormErrors, FormScope, Hidden, SubmitButton, form_error};
use leptos::prelude::*;

/// Adds a goal that reports must name.
#[component]
pub(super) fn GoalForm(
    /// Of the campaign.
    campaign: String,
    action: ServerAction<AddGoal>,
) -> impl IntoView {
    let fixed = || ("fixed".to_owned(), String::new());
    view! {
        <details class="more" open=move || action.value().read().as_ref().is_some_and(Result::is_err)>
            <summary class="btn s">"Add a goal"</summary>
            <FormScope error=form_error(action)>
                <ActionForm action attr:class="stack">
                    <FormErrors />
                    <Hidden name="campaign" value=campaign />
                    <div class="cols">
                        <Field
                            name="draft[code]"
                            label="Goal code"
                            hint="What reports name, such as signup."
                            autocomplete="off"
                        />
                        <Field name="draft[name]" label="Goal name" autocomplete="off" />
                    </div>
                    <Rates revenue=fixed() payout=fixed() />
                    <div class="form-actions"><SubmitButton label="Add goal" pending=action.pending() /></div>
                </ActionForm>
            </FormScope>
        </details>
    }
}

/// Takes a goal away, after asking.
#[component]
pub(super) fn RemoveGoalButton(campaign: String, goal: String, code: String, action: ServerAction<RemoveGoal>) -> impl IntoView {
    view! {
        <Confirm
            label="Remove…"
            title=format!("Remove the goal {code}?")
            id=format!("remove-{goal}")
            danger=true
        >
            <p>"Reports that name it are refused from then on. Conversions that were counted stay."</p>
            <ActionForm action attr:class="form-actions">
                <Hidden name="campaign" value=campaign />
                <Hidden name="goal" value=goal />
                <SubmitButton label="Remove goal" pending=action.pending() danger=true />
            </ActionForm>
        </Confirm>
    }
}

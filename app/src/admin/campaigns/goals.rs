//! The goals of a campaign: table, adding, removing.

use super::{
    api::{AddGoal, RemoveGoal},
    form::Rates,
};
use crate::ui::{
    ActionForm, Badge, Confirm, EmptyState, Field, FormErrors, FormScope, Hidden, MoneyCell, ServerAction,
    SubmitButton, TableCard, Text, Th, Tone, form_error,
};
use domain::view::GoalView;
use leptos::prelude::*;

/// All goals, and the form for another one.
#[component]
pub(super) fn GoalTable(
    /// Of the campaign.
    campaign: String,
    goals: Vec<GoalView>,
    may_edit: bool,
    add: ServerAction<AddGoal>,
    remove: ServerAction<RemoveGoal>,
) -> impl IntoView {
    let rows = goals.iter().map(|g| row(&campaign, g.clone(), may_edit, remove)).collect_view();
    let empty = goals.is_empty().then(|| {
        view! { <EmptyState title="No goals" text="Reports cannot be counted without one." /> }.into_any()
    });
    let footer = may_edit.then(|| view! { <GoalForm campaign action=add /> }.into_any());
    view! {
        <TableCard title="Goals" nostrip:footer=footer nostrip:empty=empty>
            <thead>
                <tr>
                    <Th label="Goal" />
                    <Th label="Code" />
                    <Th label="Revenue" num=true meaning="What the advertiser owes for it" />
                    <Th label="Payout" num=true meaning="What the affiliate earns by it" />
                    {may_edit.then(|| view! { <Th label="Actions" /> })}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
}

fn row(campaign: &str, g: GoalView, may_edit: bool, remove: ServerAction<RemoveGoal>) -> AnyView {
    let badge = g.is_default.then(|| view! { <Badge tone=Tone::Info>"Default"</Badge> });
    let actions = may_edit.then(|| {
        let campaign_id = campaign.to_owned();
        let (campaign, goal, code) = (campaign.to_owned(), g.id.clone(), g.code.clone());
        let button = (!g.is_default).then(|| view! { <RemoveGoalButton campaign goal code action=remove /> });
        let (edit, label) =
            (format!("/admin/campaigns/{campaign_id}/goals/{}", g.id), format!("Edit goal {}", g.code));
        view! { <td class="row-actions"><a class="btn s" href=edit aria-label=label>"Edit"</a>{button}</td> }
    });
    view! {
        <tr>
            <th scope="row" class="name"><span class="what">{g.name}</span> {badge}</th>
            <Text text=g.code code=true />
            <MoneyCell text=g.revenue />
            <MoneyCell text=g.payout />
            {actions}
        </tr>
    }
    .into_any()
}

/// Adds a goal that reports must name.
#[component]
fn GoalForm(campaign: String, action: ServerAction<AddGoal>) -> impl IntoView {
    let fixed = || ("fixed".to_owned(), String::new());
    let failed = move || action.failed();
    view! {
        <details class="more" open=failed>
            <summary class="btn s">"Add a goal"</summary>
            <FormScope error=form_error(action)>
                <ActionForm action attr:class="form" attr:novalidate=true>
                    <FormErrors />
                    <Hidden name="campaign" value=campaign />
                    <div class="form-row">
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
fn RemoveGoalButton(
    campaign: String,
    goal: String,
    code: String,
    action: ServerAction<RemoveGoal>,
) -> impl IntoView {
    view! {
        <Confirm
            label="Remove…"
            title=format!("Remove the goal {code}?")
            id=format!("remove-{goal}")
            danger=true
            closes=true
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

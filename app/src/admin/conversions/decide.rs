//! The forms that decide on conversions.

use super::api::DecideConversions;
use crate::{
    parts::Back,
    ui::{
        ActionForm, Confirm, FormErrors, FormScope, SelectField, ServerAction, SubmitButton, TextArea,
        form_error,
    },
};
use domain::{
    reason::Reason,
    view::{ConversionRow, ListRow},
};
use leptos::prelude::*;

fn reasons() -> Vec<(String, String)> {
    Reason::BY_HAND.iter().map(|r| (r.code().to_owned(), r.sentence().to_owned())).collect()
}

fn reason_options() -> AnyView {
    let options = Reason::BY_HAND
        .iter()
        .map(|r| view! { <option value=r.code()>{r.sentence()}</option> })
        .collect_view();
    view! { <option value="">"Choose a reason"</option> {options} }.into_any()
}

/// Approves with one press; rejects after asking for the reason.
#[component]
pub(super) fn RowDecision(row: ListRow, action: ServerAction<DecideConversions>) -> impl IntoView {
    let ListRow { id, name, can, .. } = row;
    let may = |word: &str| can.iter().any(|w| w == word);
    let (may_approve, may_reject) = (may("approve"), may("reject"));
    let approve = may_approve.then(|| {
        let id = id.clone();
        view! {
            <ActionForm action>
                <input type="hidden" name="ids[]" value=id />
                <input type="hidden" name="decision" value="approve" />
                <Back />
                <button type="submit" class="btn s">"Approve"</button>
            </ActionForm>
        }
    });
    let (reason_id, note_id) = (format!("reason-{id}"), format!("note-{id}"));
    let reject = may_reject.then(|| {
        view! {
            <Confirm label="Reject…" title="Reject this conversion?" id=format!("reject-{id}") danger=true closes=true>
                <p>{format!("{name} is paid to nobody. What was posted for it is undone.")}</p>
                <ActionForm action attr:class="form">
                    <input type="hidden" name="ids[]" value=id.clone() />
                    <input type="hidden" name="decision" value="reject" />
                    <Back />
                    <div class="field">
                        <label for=reason_id.clone()>"Reason"</label>
                        <select id=reason_id name="reason" required=true>{reason_options()}</select>
                    </div>
                    <div class="field">
                        <label for=note_id.clone()>"Note"</label>
                        <input id=note_id type="text" name="note" autocomplete="off" />
                    </div>
                    <SubmitButton label="Reject" pending=action.pending() danger=true />
                </ActionForm>
            </Confirm>
        }
    });
    view! { {approve} {reject} }
}

/// The card of a conversion's own page.
#[component]
pub(super) fn DecideCard(row: ConversionRow, action: ServerAction<DecideConversions>) -> impl IntoView {
    let ConversionRow { id, payout, may_approve, may_reject, .. } = row;
    let approve = may_approve.then(|| {
        let id = id.clone();
        view! {
            <ActionForm action attr:class="form-actions">
                <input type="hidden" name="ids[]" value=id />
                <input type="hidden" name="decision" value="approve" />
                <Back />
                <SubmitButton label="Approve" pending=action.pending() />
            </ActionForm>
        }
    });
    let reject = may_reject.then(|| {
        view! {
            <Confirm label="Reject…" title="Reject this conversion?" id="reject" danger=true>
                <p>{format!("The affiliate loses {payout}. What was posted is undone by exact contras.")}</p>
                <FormScope error=form_error(action)>
                    <ActionForm action attr:class="form">
                        <FormErrors />
                        <input type="hidden" name="ids[]" value=id.clone() />
                        <input type="hidden" name="decision" value="reject" />
                        <Back />
                        <SelectField name="reason" label="Reason" options=reasons() prompt="Choose a reason" />
                        <TextArea name="note" label="Note" hint="For the network's own people. With “another reason” it is needed, and the affiliate reads it." optional=true />
                        <SubmitButton label="Reject" pending=action.pending() danger=true />
                    </ActionForm>
                </FormScope>
            </Confirm>
        }
    });
    view! { <div class="decide">{approve} {reject}</div> }
}

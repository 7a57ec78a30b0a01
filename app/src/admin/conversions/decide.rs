//! The forms that decide on conversions.

use super::api::DecideConversions;
use crate::{
    admin::parts::Back,
    ui::{Confirm, FormErrors, FormScope, SelectField, SubmitButton, TextArea, form_error},
};
use domain::{reason::Reason, view::ConversionRow};
use leptos::prelude::*;

/// Id of the form that the check boxes of the list belong to.
pub(super) const BULK_FORM: &str = "bulk";

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
pub(super) fn RowDecision(row: ConversionRow, action: ServerAction<DecideConversions>) -> impl IntoView {
    let ConversionRow { id, txid, payout, may_approve, may_reject, .. } = row;
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
                <p>{format!("{txid} loses its payout of {payout}. What was posted for it is undone.")}</p>
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

/// Decides on everything selected in the list.
#[component]
pub(super) fn BulkForm(action: ServerAction<DecideConversions>) -> impl IntoView {
    view! {
        <ActionForm action attr:id=BULK_FORM attr:class="card bulk" attr:aria-label="Decide on the selected conversions">
            <Back />
            <b>"Selected conversions"</b>
            <button type="submit" class="btn s" name="decision" value="approve">"Approve selected"</button>
            <span class="pick">
                <label for="bulk-reason">"Reason"</label>
                <select id="bulk-reason" name="reason">{reason_options()}</select>
            </span>
            <span class="pick grow">
                <label for="bulk-note">"Note"</label>
                <input id="bulk-note" type="text" name="note" autocomplete="off" />
            </span>
            <button type="submit" class="btn s danger" name="decision" value="reject">"Reject selected"</button>
        </ActionForm>
    }
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
                        <TextArea name="note" label="Note" hint="For the network's own people; the affiliate reads the reason." optional=true />
                        <SubmitButton label="Reject" pending=action.pending() danger=true />
                    </ActionForm>
                </FormScope>
            </Confirm>
        }
    });
    view! { <div class="decide">{approve} {reject}</div> }
}

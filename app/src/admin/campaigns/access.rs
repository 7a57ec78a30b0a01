//! Who asked to run a campaign and who may.

use super::api::DecideApplication;
use crate::{
    parts::{Failure, way},
    ui::{
        ActionForm, EmptyState, ServerAction, TableCard, Text, Th, TimeCell, form_error, table::StatusCell,
    },
};
use domain::view::AccessView;
use leptos::prelude::*;

/// Applications and permissions, with the buttons that answer them.
#[component]
pub(super) fn Applications(
    /// Id.
    campaign: String,
    all: Vec<AccessView>,
    may_answer: bool,
    action: ServerAction<DecideApplication>,
) -> impl IntoView {
    let empty = all.is_empty().then(|| {
        view! {
            <EmptyState
                title="No applications"
                text="Affiliates ask here to run campaigns whose visibility is “By application”."
            />
        }
        .into_any()
    });
    let rows = all.into_iter().map(|a| row(&campaign, a, may_answer, action)).collect_view();
    view! {
        <Failure error=form_error(action) />
        <TableCard title="Access applications" nostrip:empty=empty>
            <thead>
                <tr>
                    <Th label="Affiliate" />
                    <Th label="Status" />
                    <Th label="Since" />
                    <Th label="What they wrote" />
                    <Th label="Our answer" />
                    {may_answer.then(|| view! { <Th label="Actions" /> })}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
}

fn row(campaign: &str, a: AccessView, may_answer: bool, action: ServerAction<DecideApplication>) -> AnyView {
    let (word, label) = match a.status.as_str() {
        "applied" => ("pending", "Applied"),
        "approved" => ("approved", "Approved"),
        "refused" => ("rejected", "Refused"),
        _ => ("", "Unknown"),
    };
    let note_name = format!("Note to {}", a.affiliate);
    let (may_approve, may_refuse) = (a.status != "approved", a.status != "refused");
    let (campaign, affiliate_id) = (campaign.to_owned(), a.affiliate_id.clone());
    let answer = may_answer.then(|| {
        view! {
            <td class="row-actions">
                <ActionForm action>
                    <input type="hidden" name="campaign" value=campaign />
                    <input type="hidden" name="affiliate" value=affiliate_id />
                    <input type="text" name="note" aria-label=note_name placeholder="Note" autocomplete="off" />
                    {may_approve
                        .then(|| view! { <button type="submit" class="btn s" name="state" value="approved">"Approve"</button> })}
                    {may_refuse
                        .then(|| view! { <button type="submit" class="btn s danger" name="state" value="refused">"Refuse"</button> })}
                </ActionForm>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row" class="name">{way("affiliates", &a.affiliate_id, a.affiliate)}</th>
            <StatusCell word label />
            <TimeCell text=a.at.local utc=a.at.utc />
            <Text text=a.note />
            <Text text=a.answer />
            {answer}
        </tr>
    }
    .into_any()
}

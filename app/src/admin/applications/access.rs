//! The queue of affiliates who want to run campaigns.

use super::{
    api::DecideAccess,
    list::{Queues, badge_word},
};
use crate::{
    parts::{Back, Failure, is_filtered, way},
    ui::{
        ActionForm, EmptyState, Filter, FilterBar, Pager, ServerAction, TableCard, Th, TimeCell, form_error,
        table::StatusCell,
    },
};
use domain::view::{AccessList, AccessRow};
use leptos::prelude::*;

/// Id of the form that the check boxes belong to.
const FORM: &str = "access";

const STATES: &[(&str, &str)] = &[("applied", "Waiting"), ("approved", "Approved"), ("refused", "Refused")];

pub(super) fn access_page(data: AccessList, decide: ServerAction<DecideAccess>) -> AnyView {
    let AccessList { list, waiting, waiting_applications } = data;
    let states = STATES.iter().map(|(w, l)| ((*w).to_owned(), (*l).to_owned())).collect();
    let filters = view! {
        <FilterBar
            search="Campaign or affiliate"
            filters=vec![Filter { name: "status", label: "Status", options: states }]
            keep=vec!["kind"]
        />
    }
    .into_any();
    let any = !list.rows.is_empty();
    let empty = (!any).then(|| {
        let filtered = is_filtered() && !list.none_ever;
        view! {
            <EmptyState
                title="No applications"
                text="Affiliates ask here to run campaigns whose visibility is “By application”."
                filtered
            />
        }
        .into_any()
    });
    let footer = view! { <Pager page=list.page per_page=list.per_page total=list.total /> }.into_any();
    let rows = list.rows.into_iter().map(row).collect_view();
    let form = any.then(|| view! { <Answer action=decide /> });
    view! {
        <Queues title="Campaign applications" waiting=waiting_applications waiting_campaigns=waiting>
            <Failure error=form_error(decide) />
            {form}
            <TableCard title="Run a campaign" filters footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Select" />
                        <Th label="Affiliate" />
                        <Th label="Campaign" />
                        <Th label="Status" />
                        <Th label="Asked" />
                        <Th label="What they wrote" />
                        <Th label="Our answer" />
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </TableCard>
        </Queues>
    }
    .into_any()
}

/// Answers everything selected, with a note to each affiliate.
#[component]
fn Answer(action: ServerAction<DecideAccess>) -> impl IntoView {
    view! {
        <ActionForm action attr:id=FORM attr:class="card bulk" attr:aria-label="Answer the selected applications">
            <Back />
            <b>"Selected applications"</b>
            <label class="pick grow">
                "Note"
                <input type="text" name="note" placeholder="The affiliates read it" autocomplete="off" />
            </label>
            <button type="submit" class="btn s primary" name="state" value="approved">"Approve selected"</button>
            <button type="submit" class="btn s danger" name="state" value="refused">"Refuse selected"</button>
        </ActionForm>
    }
}

fn row(r: AccessRow) -> AnyView {
    let label = STATES.iter().find(|s| s.0 == r.status).map_or("Unknown", |s| s.1);
    let pair = format!("{}:{}", r.campaign_id, r.affiliate_id);
    let select = format!("Select {} for {}", r.affiliate, r.campaign);
    let answer = if r.answer.is_empty() { "–".to_owned() } else { r.answer };
    let note = if r.note.is_empty() { "–".to_owned() } else { r.note };
    view! {
        <tr>
            <td class="pick-row"><input type="checkbox" name="pairs[]" value=pair form=FORM aria-label=select /></td>
            <th scope="row" class="name">{way("affiliates", &r.affiliate_id, r.affiliate)}</th>
            <td class="wrap">{way("campaigns", &r.campaign_id, r.campaign)}</td>
            <StatusCell word=badge_word(&r.status) label />
            <TimeCell text=r.asked.local utc=r.asked.utc />
            <td class="wrap">{note}</td>
            <td class="wrap">{answer}</td>
        </tr>
    }
    .into_any()
}

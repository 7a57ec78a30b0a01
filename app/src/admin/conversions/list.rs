//! All conversions of a period, with the decisions on them.

use super::{
    api::{DecideConversions, conversions},
    decide::{BULK_FORM, BulkForm, RowDecision},
};
use crate::{
    admin::parts::{Failure, For, is_filtered, label_of, list_query, options, picker, two_lines, way},
    ui::{
        DoneNotice, EmptyState, Filter, FilterBar, Load, Moment, MoneyCell, Page, Pager, TableCard, Th,
        TotalsRow, form_error,
    },
};
use domain::{
    access::Permission,
    reason::Reason,
    status::ConversionStatus,
    view::{ConversionList, ConversionRow},
};
use leptos::prelude::*;

pub(super) const DONE: &[(&str, &str)] = &[
    ("approved", "Approved. The affiliate's pending amount is now approved."),
    ("rejected", "Rejected. What was posted for it is undone."),
];

/// The list.
#[component]
pub fn ConversionsPage() -> impl IntoView {
    let query = list_query();
    let decide = ServerAction::<DecideConversions>::new();
    let res = Resource::new(move || (query.get(), decide.version().get()), |(query, _)| conversions(query));
    // Counts the answers: with each the rows are made anew, so that no tick stays on another conversion.
    let answers = StoredValue::new(0_u32);
    let render = move |data| {
        answers.update_value(|n| *n += 1);
        page(data, decide, answers.get_value())
    };
    view! { <Load res title="Conversions" render /> }
}

fn page(data: For<ConversionList>, decide: ServerAction<DecideConversions>, answer: u32) -> AnyView {
    let For { view: ConversionList { as_of, period, list, totals, campaigns, affiliates }, role, .. } = data;
    let may_decide = role.may(Permission::DecideConversions);
    let reasons = Reason::ALL.iter().map(|r| (r.code().to_owned(), r.code().replace('_', " "))).collect();
    let filters = view! {
        <FilterBar
            search="Transaction, click or conversion id"
            filters=vec![
                Filter::of("status", "Status", ConversionStatus::ALL, |s| (s.word(), s.label())),
                Filter { name: "campaign", label: "Campaign", options: options(campaigns) },
                Filter { name: "affiliate", label: "Affiliate", options: options(affiliates) },
                Filter { name: "reason", label: "Reason", options: reasons },
            ]
        />
    }
    .into_any();
    let empty = list.rows.is_empty().then(|| {
        let (title, text) = if list.none_ever {
            ("No conversions yet", "They appear here within seconds of an advertiser's report.")
        } else {
            ("No conversions in this period", "Choose another period above.")
        };
        view! { <EmptyState title text filtered=is_filtered() && !list.none_ever /> }.into_any()
    });
    let footer = view! { <Pager page=list.page per_page=list.per_page total=list.total /> }.into_any();
    let may_select = may_decide && list.rows.iter().any(|r| r.may_reject);
    let bulk = may_select.then(|| view! { <BulkForm action=decide /> });
    let all = RwSignal::new(false);
    let rows = move |_| list.rows.iter().cloned().map(|r| row(r, may_select, all, decide)).collect_view();
    let sums = totals
        .into_iter()
        .map(|t| {
            let label = format!("{} ({})", t.label, domain::format::count(t.count));
            let mut cells = vec![t.revenue, t.payout];
            cells.extend(may_select.then(String::new));
            view! { <TotalsRow label skip=if may_select { 4 } else { 3 } cells /> }
        })
        .collect_view();
    view! {
        <Page
            title="Conversions"
            as_of
            filters=picker(period, vec!["status", "campaign", "affiliate", "reason"])
        >
            <DoneNotice says=DONE />
            <Failure error=form_error(decide) />
            <TableCard title="Conversions" filters default_sort="-received" footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Conversion" />
                        {may_select.then(|| select_all(all))}
                        <Th label="Received" key="received" />
                        <Th label="Status" />
                        <Th label="Campaign, affiliate" />
                        <Th label="Revenue" key="revenue" num=true />
                        <Th label="Payout" key="payout" num=true />
                        {may_select.then(|| view! { <Th label="Actions" /> })}
                    </tr>
                </thead>
                <tbody>
                    <For each=move || [answer] key=|n| *n children=rows />
                </tbody>
                <tfoot>{sums}</tfoot>
            </TableCard>
            {bulk}
        </Page>
    }
    .into_any()
}

fn select_all(all: RwSignal<bool>) -> AnyView {
    view! {
        <th scope="col" class="select">
            <span class="vh">"Select"</span>
            <input
                type="checkbox"
                class="only-js"
                aria-label="Select all on this page"
                prop:checked=move || all.get()
                on:change=move |e| all.set(event_target_checked(&e))
            />
        </th>
    }
    .into_any()
}

fn row(
    r: ConversionRow,
    may_select: bool,
    all: RwSignal<bool>,
    decide: ServerAction<DecideConversions>,
) -> AnyView {
    let select = may_select.then(|| {
        let id = r.id.clone();
        let name = format!("Select {id}");
        let box_ = r.may_reject.then(|| {
            view! {
                <input
                    type="checkbox"
                    name="ids[]"
                    value=id
                    form=BULK_FORM
                    aria-label=name
                    prop:checked=move || all.get()
                />
            }
        });
        view! { <td class="select">{box_}</td> }
    });
    let actions = may_select
        .then(|| view! { <td class="row-actions"><RowDecision row=r.clone() action=decide /></td> });
    view! {
        <tr>
            {name_cell(&r)}
            {select}
            <td class="time wrap"><Moment at=r.received /></td>
            {status_cell(&r.status, r.reason)}
            {two_lines(
                way("campaigns", &r.campaign_id, r.campaign),
                way("affiliates", &r.affiliate_id, r.affiliate),
            )}
            <MoneyCell text=r.revenue />
            <MoneyCell text=r.payout />
            {actions}
        </tr>
    }
    .into_any()
}

/// The advertiser's transaction id, which is what people talk about, then our id.
fn name_cell(r: &ConversionRow) -> AnyView {
    use crate::ui::NameCell;
    let name = match (r.txid.is_empty(), r.goal.is_empty()) {
        (true, _) => "Without transaction id".to_owned(),
        (false, true) => r.txid.clone(),
        (false, false) => format!("{} · {}", r.txid, r.goal),
    };
    view! { <NameCell name href=format!("/admin/conversions/{}", r.id) id=r.id.clone() /> }.into_any()
}

/// Status, and why it was rejected.
fn status_cell(word: &str, reason: Option<(String, String)>) -> AnyView {
    use crate::ui::StatusBadge;
    let label = label_of(word, ConversionStatus::label);
    let why =
        reason.map(|(code, sentence)| view! { <span class="sub" title=sentence><code>{code}</code></span> });
    view! { <td class="lines"><StatusBadge word=word.to_owned() label />{why}</td> }.into_any()
}

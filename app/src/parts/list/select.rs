//! Selecting rows, and what is done with them. Without JavaScript the boxes and buttons are a plain form.

use super::api::BulkChange;
use crate::{
    parts::Back,
    ui::{ActionForm, Confirm, ServerAction, browser},
};
use domain::{
    format,
    lists::{BULK_MOST, Bulk, List},
    reason::Reason,
    view::{ListRow, ListView},
};
use leptos::{ev, prelude::*};

/// Id of the form that the boxes belong to.
const FORM: &str = "bulk";

/// Names shown in a question.
const NAMED: usize = 5;

/// What is selected.
#[derive(Clone, Copy)]
pub(super) struct Selection {
    /// Id and name of each row that can be selected.
    rows: StoredValue<Vec<(String, String)>>,
    ids: RwSignal<Vec<String>>,
    /// All of the filtered set, on whatever page.
    all: RwSignal<bool>,
    /// The box last used, for ranges.
    last: StoredValue<Option<usize>>,
}

impl Selection {
    pub(super) fn new(rows: &[ListRow], actions: &[&'static Bulk]) -> Self {
        let able = rows.iter().filter(|r| selectable(r, actions));
        Self {
            rows: StoredValue::new(able.map(|r| (r.id.clone(), r.name.clone())).collect()),
            ids: RwSignal::new(Vec::new()),
            all: RwSignal::new(false),
            last: StoredValue::new(None),
        }
    }

    pub(super) fn clear(self) {
        self.ids.set(Vec::new());
        self.all.set(false);
    }

    fn toggle(self, id: &str, on: bool, range: bool) {
        let at = self.rows.with_value(|rows| rows.iter().position(|r| r.0 == id));
        let Some(at) = at else { return };
        let from = self.last.get_value().filter(|_| range).unwrap_or(at);
        self.last.set_value(Some(at));
        self.all.set(false);
        let touched: Vec<String> = self
            .rows
            .with_value(|rows| rows[from.min(at)..=from.max(at)].iter().map(|r| r.0.clone()).collect());
        self.ids.update(|ids| {
            ids.retain(|id| !touched.contains(id));
            if on {
                ids.extend(touched);
            }
        });
    }

    fn whole_page(self, on: bool) {
        let all =
            if on { self.rows.with_value(|r| r.iter().map(|r| r.0.clone()).collect()) } else { Vec::new() };
        self.ids.set(all);
        self.all.set(false);
    }

    fn is_whole_page(self) -> bool {
        self.rows.try_with_value(Vec::len) == Some(self.ids.read().len())
    }

    /// `Shoes, Hats and 3 more`.
    fn names(self) -> String {
        let ids = self.ids.read();
        let names: Vec<String> = self
            .rows
            .with_value(|rows| rows.iter().filter(|r| ids.contains(&r.0)).map(|r| r.1.clone()).collect());
        let more = names.len().saturating_sub(NAMED);
        let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        if more > 0 { format!("{shown} and {more} more") } else { shown }
    }
}

/// Whether any of the actions can be done with the row.
pub(super) fn selectable(row: &ListRow, actions: &[&'static Bulk]) -> bool {
    actions.iter().any(|a| row.can.iter().any(|w| w == a.word))
}

/// The header of the boxes.
pub(super) fn head(selected: Selection) -> AnyView {
    view! {
        <th scope="col" class="select">
            <span class="vh">"Select"</span>
            <input
                type="checkbox"
                class="only-js"
                aria-label="Select all on this page"
                prop:checked=move || !selected.ids.read().is_empty() && selected.is_whole_page()
                prop:indeterminate=move || !selected.ids.read().is_empty() && !selected.is_whole_page()
                on:change=move |e| selected.whole_page(event_target_checked(&e))
            />
        </th>
    }
    .into_any()
}

/// The box of a row; empty where nothing can be done with it.
pub(super) fn tick(row: &ListRow, actions: &[&'static Bulk], selected: Selection) -> AnyView {
    if !selectable(row, actions) {
        return view! { <td class="select"></td> }.into_any();
    }
    let (id, name) = (row.id.clone(), format!("Select {}", row.name));
    let (own, clicked) = (id.clone(), id.clone());
    view! {
        <td class="select">
            <input
                type="checkbox"
                name="ids[]"
                value=id
                form=FORM
                aria-label=name
                prop:checked=move || selected.ids.read().contains(&own)
                on:click=move |e: ev::MouseEvent| {
                    selected.toggle(&clicked, event_target_checked(&e), e.shift_key());
                }
            />
        </td>
    }
    .into_any()
}

/// The bar with what can be done; at the bottom of the window as soon as something is selected.
pub(super) fn bar(
    list: &'static List,
    view: &ListView,
    actions: Vec<&'static Bulk>,
    selected: Selection,
    change: ServerAction<BulkChange>,
) -> AnyView {
    let total = view.list.total;
    let (one, many) = list.nouns;
    let count = move || if selected.all.get() { total } else { selected.ids.read().len() as i64 };
    let said = move || match count() {
        0 => format!("Selected {many}"),
        1 => "1 selected".to_owned(),
        n => format!("{} selected", format::count(n)),
    };
    // Offered where all of a page are selected and there are more that one action can take.
    let more = total > view.list.rows.len() as i64 && total <= BULK_MOST;
    let offer = move || {
        (more && selected.is_whole_page() && !selected.all.get()).then(|| {
        let text = format!("Select all {} matching", format::count(total));
        view! { <button type="button" class="btn s" on:click=move |_| selected.all.set(true)>{text}</button> }
    })
    };
    let query = view.query.clone();
    let everything = move || {
        let query = query.clone();
        selected.all.get().then(|| {
            view! {
                <input type="hidden" name="draft[all]" value="true" />
                <input type="hidden" name="draft[query]" value=query />
                <input type="hidden" name="draft[count]" value=total.to_string() />
            }
        })
    };
    let buttons = actions
        .into_iter()
        .map(|a| {
            let what = move || match (count(), selected.all.get()) {
                (0, _) => format!("{} the {many} that are ticked in the list.", a.label),
                (n, true) => format!("{} all {} {many} of this list.", a.label, format::count(n)),
                (1, _) => format!("{} 1 {one}: {}.", a.label, selected.names()),
                (n, _) => format!("{} {} {many}: {}.", a.label, format::count(n), selected.names()),
            };
            let title = format!("{} the selected {many}?", a.label);
            let class = if a.danger { "btn danger" } else { "btn primary" };
            let reason = a.reason.then(reason);
            view! {
                <Confirm label=format!("{}…", a.label) title id=format!("bulk-{}", a.word) danger=a.danger>
                    <p>{what}</p>
                    <p class="sub">{a.effect}</p>
                    {reason}
                    <button type="submit" class=class name="draft[action]" value=a.word>{a.label}</button>
                </Confirm>
            }
        })
        .collect_view();
    view! {
        <div class="bulk-bar" class:any=move || count() != 0 on:submit=move |_| browser::close_dialogs()>
            <ActionForm action=change attr:id=FORM attr:class="card bulk" attr:aria-label=format!("Selected {many}")>
                <Back />
                <input type="hidden" name="draft[list]" value=list.key />
                {everything}
                <b role="status">{said}</b>
                {offer}
                {buttons}
                <button type="button" class="btn ghost s only-js" on:click=move |_| selected.clear()>"Clear"</button>
            </ActionForm>
        </div>
    }
    .into_any()
}

fn reason() -> AnyView {
    let options = Reason::BY_HAND
        .iter()
        .map(|r| view! { <option value=r.code()>{r.sentence()}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for="bulk-reason">"Reason"</label>
            <select id="bulk-reason" name="draft[reason]"><option value="">"Choose a reason"</option>{options}</select>
        </div>
        <div class="field">
            <label for="bulk-note">"Note"<span class="optional">" (optional)"</span></label>
            <input id="bulk-note" type="text" name="draft[note]" autocomplete="off" />
        </div>
    }
    .into_any()
}

//! The page of a list. What a list has, `domain::lists` says; what is special about a page, its [`About`].

mod api;
mod cells;
mod menus;
mod select;

use crate::{
    error::AppError,
    parts::{Failure, For, is_filtered, list_picker, list_query, options},
    ui::{
        DoneNotice, EmptyState, Filter, FilterBar, KeepPlain, Load, Notice, Page, PageData, Pager,
        ServerAction, TableCard, Th, Tone, form_error, window,
    },
};
use api::{BulkChange, load_list};
use cells::{Around, figure};
use domain::{
    access::Permission,
    lists::{Bulk, Choices, List},
    view::{BulkOutcome, Cell, ListQuery, ListRow, ListView},
};
use leptos::{context::Provider, ev, prelude::*};
use leptos_router::hooks::use_query_map;
use menus::{ViewActions, menus};
use select::Selection;
use std::sync::Arc;

/// What is special about the page of a list.
#[derive(Debug, Clone, Copy)]
pub struct About {
    pub list: &'static List,
    /// Heading of the page.
    pub heading: &'static str,
    /// Above the table, where that is not the list's title.
    pub caption: fn(&ListQuery) -> String,
    /// What stands there as long as there is nothing at all: a title and a sentence.
    pub none_ever: (&'static str, &'static str),
    /// The same where there is nothing in this period, for lists of what happens in time.
    pub none_now: (&'static str, &'static str),
    /// Who may make new ones, the label of the button, and where it leads.
    pub create: Option<(Permission, &'static str, &'static str)>,
    /// What follows the actions on a row: word and sentence.
    pub done: &'static [(&'static str, &'static str)],
}

impl About {
    /// A list without anything special.
    #[must_use]
    pub const fn new(list: &'static List, none_ever: (&'static str, &'static str)) -> Self {
        Self {
            list,
            heading: list.title,
            caption: |_| String::new(),
            none_ever,
            none_now: none_ever,
            create: None,
            done: &[],
        }
    }
}

/// Draws the buttons of a row; the signal is whether it is active.
type Draw = Arc<dyn Fn(&ListRow, RwSignal<bool>) -> AnyView + Send + Sync>;

/// The buttons of a row, for those who may press them.
#[derive(Clone)]
pub struct RowButtons {
    needs: Permission,
    of: Draw,
    /// Counts what was done with rows: the list is read anew.
    done: Signal<usize>,
    error: Signal<Option<AppError>>,
}

impl RowButtons {
    /// `done` is the version of their action, `error` what it last ended with.
    pub fn new(
        needs: Permission,
        done: Signal<usize>,
        error: Signal<Option<AppError>>,
        of: impl Fn(&ListRow) -> AnyView + Send + Sync + 'static,
    ) -> Self {
        Self { needs, of: Arc::new(move |row, _| of(row)), done, error }
    }

    /// With a switch, which is handed whether the row is active: what it turns, the row's status follows without being
    /// read anew. `error` is what the switch ended with as a form.
    pub fn switching(
        needs: Permission,
        error: Signal<Option<AppError>>,
        of: impl Fn(&ListRow, RwSignal<bool>) -> AnyView + Send + Sync + 'static,
    ) -> Self {
        Self { needs, of: Arc::new(of), done: Signal::stored(0), error }
    }
}

const VIEWS_DONE: &[(&str, &str)] = &[
    ("view_saved", "The view is saved."),
    ("view_changed", "The view is changed."),
    ("view_deleted", "The view is deleted."),
];

/// What the parts of a page share.
#[derive(Clone)]
struct Parts {
    about: &'static About,
    buttons: Option<RowButtons>,
    bulk: ServerAction<BulkChange>,
    views: ViewActions,
}

/// The page of a list: filters, table with totals, pager, menus, selection.
#[component]
pub fn ListPage(
    /// Which list, and what is special about it.
    about: &'static About,
    /// Buttons in each row.
    #[prop(optional)]
    buttons: Option<RowButtons>,
) -> impl IntoView {
    let query = list_query();
    let bulk = ServerAction::<BulkChange>::new();
    let views =
        ViewActions { save: ServerAction::new(), change: ServerAction::new(), delete: ServerAction::new() };
    let acted = buttons.as_ref().map(|b| b.done);
    let changes = move || {
        let views = (views.save.version().get(), views.change.version().get(), views.delete.version().get());
        (acted.map(|a| a.get()), bulk.version().get(), views)
    };
    let key = about.list.key;
    let res =
        PageData::new(move || (query.get(), changes()), move |(query, _)| load_list(key.to_owned(), query));
    // Counts the answers: with each the rows are made anew, so that no tick stays on another row.
    let answers = StoredValue::new(0_u32);
    let parts = Parts { about, buttons, bulk, views };
    let render = move |data| {
        answers.update_value(|n| *n += 1);
        page(data, parts.clone(), answers.get_value())
    };
    view! { <Load res title=about.heading render /> }
}

fn page(data: For<ListView>, parts: Parts, answer: u32) -> AnyView {
    let For { view, role, tracking_url } = data;
    let Parts { about, buttons, bulk, views } = parts;
    let list = about.list;
    if view.applied {
        go_on(list.path, &view.query);
    }
    let query = ListQuery::parse(&view.query);
    let around = Around { portal: role.portal(), tracking_url };
    let buttons = buttons.filter(|b| role.may(b.needs));
    let actions: Vec<&'static Bulk> = list.bulk.iter().filter(|b| role.may(b.permission)).collect();
    let selectable = view.list.rows.iter().any(|r| select::selectable(r, &actions));
    let selected = Selection::new(&view.list.rows, &actions);
    let bar = selectable.then(|| select::bar(list, &view, actions.clone(), selected, bulk));
    let create = about.create.filter(|c| role.may(c.0));
    let new =
        create.map(|(_, label, href)| view! { <a class="btn primary" href=href>{label}</a> }.into_any());
    let empty = view.list.rows.is_empty().then(|| empty(about, &view, create));
    let failure = buttons.as_ref().map(|b| view! { <Failure error=b.error /> });
    let columns = heads(list, &view, selectable, selected, buttons.is_some());
    let foot = foot(&view, selectable, buttons.is_some());
    let rows = {
        let rows = view.list.rows.clone();
        move |_| {
            let one =
                |r: &ListRow| row(r, &around, selectable.then_some(selected), &actions, buttons.as_ref());
            rows.iter().map(one).collect_view()
        }
    };
    let mut keep: Vec<&'static str> = list.filters.iter().map(|f| f.key).collect();
    keep.push("view");
    let default_view = view.views.iter().any(|v| v.is_default);
    let filters = filters(list, &view);
    let footer =
        view! { <Pager page=view.list.page per_page=view.list.per_page total=view.list.total /> }.into_any();
    let menu = menus(list, &view, views);
    let caption = (about.caption)(&query);
    let title = if caption.is_empty() { list.title.to_owned() } else { caption };
    let escape = move |e: ev::KeyboardEvent| {
        // In a question it closes the question.
        if e.key() == "Escape" && !e.default_prevented() && !window::exists("dialog[open]") {
            selected.clear();
        }
    };
    view! {
        <Provider value=KeepPlain(default_view)>
            <Page
                title=about.heading
                as_of=view.as_of
                filters=list_picker(view.period, keep)
                nostrip:actions=new
            >
                <DoneNotice says=about.done />
                <DoneNotice says=VIEWS_DONE />
                <BulkNotice list />
                {failure}
                <Failure error=form_error(bulk) />
                <Failure error=form_error(views.change) />
                <Failure error=form_error(views.delete) />
                <div class="list" on:keydown=escape>
                    <TableCard title filters actions=menu default_sort=list.sort footer nostrip:empty=empty>
                        <thead><tr>{columns}</tr></thead>
                        <tbody>
                            <For each=move || [answer] key=|n| *n children=rows />
                        </tbody>
                        {foot}
                    </TableCard>
                    {bar}
                </div>
            </Page>
        </Provider>
    }
    .into_any()
}

fn heads(list: &List, view: &ListView, select: bool, selected: Selection, buttons: bool) -> AnyView {
    let head = |key: &String| {
        list.columns.iter().find(|c| c.key == key).map(|c| {
            let sort = if c.sortable { c.key } else { "" };
            view! { <Th label=c.label key=sort num=c.figure meaning=c.meaning /> }
        })
    };
    let mut keys = view.columns.iter();
    let first = keys.next().and_then(head);
    let rest = keys.filter_map(head).collect_view();
    let boxes = select.then(|| select::head(selected));
    let last = buttons.then(|| view! { <Th label="Actions" /> });
    view! { {boxes} {first} {rest} {last} }.into_any()
}

fn row(
    r: &ListRow,
    around: &Around,
    selected: Option<Selection>,
    actions: &[&'static Bulk],
    buttons: Option<&RowButtons>,
) -> AnyView {
    let active = RwSignal::new(r.status == "active");
    let turned = buttons.is_some().then_some(active);
    let mut cells = r.cells.iter().cloned().map(|c| around.cell(c, turned));
    let first = cells.next();
    let rest = cells.collect_view();
    let tick = selected.map(|s| select::tick(r, actions, s));
    let last = buttons.map(|b| view! { <td class="row-actions">{(b.of)(r, active)}</td> });
    view! { <tr>{tick} {first} {rest} {last}</tr> }.into_any()
}

/// The totals of the whole filtered set, one line a currency.
fn foot(view: &ListView, select: bool, buttons: bool) -> AnyView {
    let lines = view
        .totals
        .iter()
        .map(|t| {
            let cells = t.cells.iter().map(|c| match c {
                Cell::Figure { text, struck, .. } => figure(text.clone(), None, *struck),
                _ => view! { <td></td> }.into_any(),
            });
            let cells = cells.collect_view();
            let boxes = select.then(|| view! { <td class="select"></td> });
            let last = buttons.then(|| view! { <td></td> });
            view! { <tr>{boxes}<th scope="row" class="name">{t.label.clone()}</th>{cells}{last}</tr> }
        })
        .collect_view();
    view! { <tfoot>{lines}</tfoot> }.into_any()
}

fn filters(list: &'static List, view: &ListView) -> AnyView {
    let (mut many, mut always) = (Vec::new(), Vec::new());
    let own = |all: Vec<(&'static str, &'static str)>| {
        all.into_iter().map(|(w, l)| (w.to_owned(), l.replace('_', " "))).collect()
    };
    let mut all = Vec::new();
    for f in list.filters {
        let options = match f.choices {
            Choices::Words(words) => {
                many.push(f.key);
                own(words())
            }
            Choices::Word(words) => own(words()),
            Choices::One(words) => {
                always.push(f.key);
                own(words())
            }
            Choices::Objects => options(view.choices.get(f.key).cloned().unwrap_or_default()),
        };
        all.push(Filter { name: f.key, label: f.label, options });
    }
    let keep = vec!["sort", "period", "from", "to", "cmp", "tz", "cols", "view"];
    view! { <FilterBar search=list.search filters=all many always keep /> }.into_any()
}

fn empty(about: &About, view: &ListView, create: Option<(Permission, &str, &str)>) -> AnyView {
    let (title, text) = if view.list.none_ever { about.none_ever } else { about.none_now };
    let filtered = is_filtered() && !view.list.none_ever;
    let action = create.map(|(_, label, href)| (label.to_owned(), href.to_owned()));
    view! { <EmptyState title text nostrip:action=action filtered /> }.into_any()
}

/// Says how many rows were done, and why others were not.
#[component]
fn BulkNotice(list: &'static List) -> impl IntoView {
    let query = use_query_map();
    move || {
        let outcome = BulkOutcome::read(&query.read().get("done").unwrap_or_default())?;
        let action = list.bulk.iter().find(|b| b.word == outcome.action)?;
        let tone = if outcome.done > 0 { Tone::Ok } else { Tone::Warn };
        Some(view! { <Notice tone>{outcome.sentence(action.done)}</Notice> })
    }
}

/// Puts what a saved view shows into the address, in the place of what stands there.
fn go_on(path: &str, query: &str) {
    let done = use_query_map().read_untracked().get("done");
    let done = done.map(|word| format!("&done={}", crate::ui::query::escape(&word))).unwrap_or_default();
    let to = format!("{path}?{query}{done}");
    #[cfg(feature = "ssr")]
    crate::ctx::redirect(&to);
    #[cfg(not(feature = "ssr"))]
    {
        let navigate = leptos_router::hooks::use_navigate();
        let how = leptos_router::NavigateOptions { replace: true, scroll: false, ..Default::default() };
        Effect::new(move |_| navigate(&to, how.clone()));
    }
}

//! What stands above a list at the right: columns, saved views, export, the same through the API.

use super::api::{ChangeView, DeleteView, SaveView};
use crate::{
    parts::Back,
    ui::{
        ActionForm, Confirm, CopyButton, FormErrors, FormScope, GetForm, Menu, ServerAction, SubmitButton,
        form_error, query::escape,
    },
};
use domain::{
    lists::List,
    view::{ListQuery, ListView, SavedView},
};
use leptos::prelude::*;

/// The server's part of saved views.
#[derive(Clone, Copy)]
pub(super) struct ViewActions {
    pub save: ServerAction<SaveView>,
    pub change: ServerAction<ChangeView>,
    pub delete: ServerAction<DeleteView>,
}

/// All of them.
pub(super) fn menus(list: &'static List, view: &ListView, actions: ViewActions) -> AnyView {
    let export = format!("{}.csv", list.path);
    let export = if view.query.is_empty() { export } else { format!("{export}?{}", view.query) };
    let api = view.api_request.clone().map(api_request);
    view! {
        {views(list, view, actions)}
        {columns(list, view)}
        <a class="btn s" href=export rel="external" download="" title="All rows of this list, with these columns">
            "Export CSV"
        </a>
        {api}
    }
    .into_any()
}

/// Which columns: boxes in a form that becomes the address.
fn columns(list: &'static List, view: &ListView) -> AnyView {
    let boxes = list
        .columns
        .iter()
        .enumerate()
        .map(|(n, c)| {
            let checked = view.columns.iter().any(|k| k == c.key);
            let why = (n == 0).then_some("Names the row; always shown");
            let hint = (!c.meaning.is_empty()).then_some(c.meaning);
            view! {
                <label class="tick" title=why.or(hint)>
                    <input type="checkbox" name="cols" value=c.key checked=checked disabled=n == 0 />
                    {c.label}
                </label>
            }
        })
        .collect_view();
    // Sent even if no box is ticked: then only the first column is shown.
    let first = list.columns[0].key;
    let plain = ListQuery::parse(&view.query).with("cols", "").print();
    let reset = if plain.is_empty() { list.path.to_owned() } else { format!("{}?{plain}", list.path) };
    let mut keep = vec!["period", "from", "to", "cmp", "tz", "q", "sort", "view"];
    keep.extend(list.filters.iter().map(|f| f.key));
    view! {
        <Menu label="Columns">
            <GetForm class="stack" keep>
                <input type="hidden" name="cols" value=first />
                <fieldset class="ticks"><legend class="vh">"Columns shown"</legend>{boxes}</fieldset>
                <div class="form-actions">
                    <button type="submit" class="btn primary s">"Show these"</button>
                    <a class="btn ghost s" href=reset>"Usual columns"</a>
                </div>
            </GetForm>
        </Menu>
    }
    .into_any()
}

fn api_request(text: String) -> AnyView {
    view! {
        <Confirm label="API" title="The same through the API" id="api-request">
            <p>"Put one of your API keys in the place of the variable."</p>
            <pre class="curl" tabindex="0"><code>{text.clone()}</code></pre>
            <CopyButton text what="command" wide=true />
        </Confirm>
    }
    .into_any()
}

/// Saved views: apply, save, and for one's own rename, share, open with the list, delete.
fn views(list: &'static List, view: &ListView, actions: ViewActions) -> AnyView {
    let current = ListQuery::parse(&view.query).to_save().print();
    let is_current = |query: &str| (ListQuery::parse(query).to_save().print() == current).then_some("true");
    let any_default = view.views.iter().any(|v| v.is_default);
    let plain = if any_default { format!("{}?view=all", list.path) } else { list.path.to_owned() };
    let all = format!("All {}", list.nouns.1);
    let plain_current = is_current("");
    let lines = view
        .views
        .iter()
        .map(|v| {
            let href = if v.query.is_empty() {
                format!("{}?view={}", list.path, escape(&v.id))
            } else {
                format!("{}?{}", list.path, v.query)
            };
            let mark = match (v.is_default, v.own, v.shared) {
                (true, _, true) => "opens with the list, shared".to_owned(),
                (true, ..) => "opens with the list".to_owned(),
                (_, true, true) => "shared".to_owned(),
                (_, true, false) => String::new(),
                (_, false, _) => format!("by {}", v.owner),
            };
            let edit = v.own.then(|| edit(list, v.clone(), current.clone(), actions));
            let this = is_current(&v.query);
            view! {
                <li>
                    <a class="view" href=href aria-current=this>{v.name.clone()}</a>
                    <span class="sub">{mark}</span>
                    {edit}
                </li>
            }
        })
        .collect_view();
    let shown = current.clone();
    view! {
        <Menu label="Views">
            <ul class="views">
                <li><a class="view" href=plain aria-current=plain_current>{all}</a></li>
                {lines}
            </ul>
            <FormScope error=form_error(actions.save)>
                <ActionForm action=actions.save attr:class="stack" attr:aria-label="Save this view">
                    <FormErrors />
                    <Back />
                    <input type="hidden" name="draft[list]" value=list.key />
                    <input type="hidden" name="draft[query]" value=shown />
                    <label class="field">
                        <span>"Save what is shown as"</span>
                        <input type="text" name="draft[name]" maxlength="80" required=true autocomplete="off" placeholder="Name" />
                    </label>
                    {flags(false, false)}
                    <SubmitButton label="Save view" pending=actions.save.pending() />
                </ActionForm>
            </FormScope>
        </Menu>
    }
    .into_any()
}

fn flags(shared: bool, is_default: bool) -> AnyView {
    view! {
        <label class="tick">
            <input type="checkbox" name="draft[shared]" value="true" checked=shared />
            "Share with my colleagues"
        </label>
        <label class="tick">
            <input type="checkbox" name="draft[is_default]" value="true" checked=is_default />
            "Open the list with it"
        </label>
    }
    .into_any()
}

fn edit(list: &'static List, v: SavedView, current: String, actions: ViewActions) -> AnyView {
    // Ticked, the box sends what is shown now.
    let replace = (!current.is_empty() && current != v.query).then(|| {
        view! {
            <label class="tick">
                <input type="checkbox" name="draft[query]" value=current />
                "Replace by what is shown now"
            </label>
        }
    });
    let link = format!("{}?view={}", list.path, v.id);
    let (id, name) = (v.id.clone(), v.name.clone());
    view! {
        <details class="edit">
            <summary class="btn ghost s">"Edit"<span class="vh">{format!(" {name}")}</span></summary>
            <ActionForm action=actions.change attr:class="stack">
                <Back />
                <input type="hidden" name="id" value=v.id />
                <input type="hidden" name="draft[list]" value=list.key />
                <label class="field">
                    <span>"Name"</span>
                    <input type="text" name="draft[name]" maxlength="80" required=true autocomplete="off" value=v.name />
                </label>
                {flags(v.shared, v.is_default)}
                {replace}
                <button type="submit" class="btn s">"Save changes"</button>
            </ActionForm>
            <p class="sub">"Link: "<a class="view-link" href=link>{id.clone()}</a></p>
            <ActionForm action=actions.delete>
                <Back />
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="list" value=list.key />
                <button type="submit" class="btn s danger">"Delete"<span class="vh">{format!(" {name}")}</span></button>
            </ActionForm>
        </details>
    }
    .into_any()
}

//! The command menu: any page, any action, any object, from the keyboard. Its page without JavaScript is `/…/search`.

mod entries;

use super::{StatusBadge, icons::Drawing, window};
use crate::search::api::search;
use domain::{
    access::{Portal, Role},
    view::SearchView,
};
use entries::{Entry, entries};
use leptos::{ev, prelude::*, task::spawn_local};
use std::time::Duration;

const ID: &str = "command";
const INPUT: &str = "command-input";
/// How long a pause in typing is before the server is asked.
const PAUSE: Duration = Duration::from_millis(160);
/// Fewer characters would find everything.
const SHORTEST: usize = 2;

/// Opens and closes the menu from anywhere in the frame. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Command {
    text: RwSignal<String>,
    found: RwSignal<Option<SearchView>>,
    /// The server is asked.
    busy: RwSignal<bool>,
    failed: RwSignal<bool>,
    active: RwSignal<usize>,
    /// The list is only there while the menu is open.
    open: RwSignal<bool>,
    /// Counts what was typed, so that late answers to earlier text are dropped.
    typed: StoredValue<u32>,
}

impl Default for Command {
    fn default() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            found: RwSignal::new(None),
            busy: RwSignal::new(false),
            failed: RwSignal::new(false),
            active: RwSignal::new(0),
            open: RwSignal::new(false),
            typed: StoredValue::new(0),
        }
    }
}

impl Command {
    /// Opens it, empty.
    pub fn show(self) {
        self.text.set(String::new());
        self.found.set(None);
        self.failed.set(false);
        self.active.set(0);
        self.open.set(true);
        window::open_id(ID);
        window::focus_id(INPUT);
    }

    /// Opens it, or closes it again.
    pub fn toggle(self) {
        if window::is_open(ID) {
            window::close_id(ID);
        } else {
            self.show();
        }
    }

    fn type_in(self, text: String) {
        self.typed.update_value(|n| *n = n.wrapping_add(1));
        let this = self.typed.get_value();
        self.active.set(0);
        let long = text.trim().chars().count() >= SHORTEST;
        self.text.set(text.clone());
        if !long {
            self.found.set(None);
            self.busy.set(false);
            return;
        }
        self.busy.set(true);
        let is_last = move || self.typed.try_get_value() == Some(this);
        let ask = move || {
            if !is_last() {
                return;
            }
            spawn_local(async move {
                let answer = search(text).await;
                if is_last() {
                    self.busy.set(false);
                    self.failed.set(answer.is_err());
                    self.found.set(answer.ok());
                }
            });
        };
        set_timeout(ask, PAUSE);
    }
}

/// The frame's command menu.
#[must_use]
pub fn use_command() -> Command {
    use_context::<Command>().unwrap_or_default()
}

fn option_id(i: usize) -> String {
    format!("command-option-{i}")
}

/// The dialog. Once, in the frame.
#[component]
pub fn CommandMenu(
    /// Whose pages.
    portal: Portal,
    /// What the person may do.
    role: Role,
) -> impl IntoView {
    let menu = use_command();
    let all = Memo::new(move |_| {
        if !menu.open.get() {
            return Vec::new();
        }
        entries(portal, role, &menu.text.read(), menu.found.read().as_ref())
    });
    let count = move || all.read().len();
    let choose = move |i: usize| {
        menu.active.set(i);
        window::reveal_id(&option_id(i));
    };
    let key = move |e: ev::KeyboardEvent| {
        let (n, at) = (all.read_untracked().len(), menu.active.get_untracked());
        match e.key().as_str() {
            "ArrowDown" if n > 0 => choose((at + 1) % n),
            "ArrowUp" if n > 0 => choose((at + n - 1) % n),
            "Home" if n > 0 && e.ctrl_key() => choose(0),
            "End" if n > 0 && e.ctrl_key() => choose(n - 1),
            "Enter" if n > 0 => window::click_id(&option_id(at.min(n - 1))),
            "Enter" => {}
            _ => return,
        }
        e.prevent_default();
    };
    let says = move || {
        if menu.busy.get() {
            return "Searching".to_owned();
        }
        if menu.failed.get() {
            return "The search did not answer. Try again in a moment.".to_owned();
        }
        match count() {
            0 => "Nothing found. Names and codes are found by a part, order numbers and ids as a whole."
                .to_owned(),
            1 => "1 result".to_owned(),
            n => format!("{n} results"),
        }
    };
    let active = move || (count() > 0).then(|| option_id(menu.active.get().min(count() - 1)));
    let home = portal.home();
    let all_results = move || format!("{home}/search?q={}", super::query::escape(menu.text.read().trim()));
    let quiet = move || count() > 0 && !menu.failed.get();
    view! {
        <dialog
            class="command"
            id=ID
            aria-label="Find anything"
            // Said a moment later; it may be open again by then.
            on:close=move |_| menu.open.set(window::is_open(ID))
            on:click=move |e| {
                if window::is_beside(&e) {
                    window::close_id(ID);
                }
            }
        >
            <div class="command-field">
                <SearchIcon />
                <input
                    id=INPUT
                    type="text"
                    role="combobox"
                    aria-label="Find anything"
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls="command-list"
                    aria-activedescendant=active
                    placeholder="Page, name, code, order number or id"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=move || menu.text.get()
                    on:input=move |e| menu.type_in(window::value_of(&e))
                    on:keydown=key
                />
                <button type="button" class="btn ghost s" on:click=move |_| window::close_id(ID)>"Close"</button>
            </div>
            <div class="command-list" id="command-list" role="listbox" aria-label="Results">
                {move || groups(&all.read(), menu)}
            </div>
            <footer class="command-foot">
                <p role="status" class:vh=quiet>{says}</p>
                <p class="command-keys" aria-hidden="true">
                    <kbd>"↑"</kbd><kbd>"↓"</kbd>" choose "<kbd>"Enter"</kbd>" open "<kbd>"Esc"</kbd>" close"
                </p>
                {move || (menu.text.read().trim().chars().count() >= SHORTEST).then(|| view! {
                    <a href=all_results on:click=move |_| window::close_id(ID)>"As a page"</a>
                })}
            </footer>
        </dialog>
    }
}

/// The lines under their headings.
fn groups(all: &[Entry], menu: Command) -> impl IntoView + use<> {
    let mut out = Vec::new();
    let mut start = 0;
    while let Some(first) = all.get(start) {
        let end = all[start..].iter().position(|e| e.group != first.group).map_or(all.len(), |n| start + n);
        let lines =
            all[start..end].iter().cloned().enumerate().map(|(i, e)| line(start + i, e, menu)).collect_view();
        let (label, heading) = (first.group.clone(), first.group.clone());
        out.push(view! {
            <div role="group" aria-label=label>
                <p class="command-head" aria-hidden="true">{heading}</p>
                {lines}
            </div>
        });
        start = end;
    }
    out
}

fn line(i: usize, entry: Entry, menu: Command) -> impl IntoView {
    let Entry { title, detail, id, href, state: (word, label), .. } = entry;
    let chosen = move || if menu.active.get() == i { "true" } else { "false" };
    let badge = (!label.is_empty()).then(|| view! { <StatusBadge word label /> });
    let code = (!id.is_empty() && id != title).then(|| view! { <code>{id}</code> });
    let detail = (!detail.is_empty()).then(|| view! { <span class="sub">{detail}</span> });
    view! {
        <a
            class="command-line"
            id=option_id(i)
            role="option"
            tabindex="-1"
            href=href
            aria-selected=chosen
            on:pointermove=move |_| menu.active.set(i)
            on:click=move |_| window::close_id(ID)
        >
            <span class="command-title">{title}</span>
            {badge}
            {detail}
            {code}
        </a>
    }
}

/// A magnifying glass.
#[component]
pub fn SearchIcon() -> impl IntoView {
    view! { <Drawing d="M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM20 20l-4-4" /> }
}

/// What opens the menu in the sidebar; without JavaScript a search form.
#[component]
pub fn SearchBox(
    /// Whose objects.
    portal: Portal,
) -> impl IntoView {
    let menu = use_command();
    let to = format!("{}/search", portal.home());
    view! {
        <button type="button" class="find only-js" aria-haspopup="dialog" aria-keyshortcuts="Control+K Meta+K" on:click=move |_| menu.show()>
            <span>"Find anything"</span>
            <kbd>"Ctrl K"</kbd>
        </button>
        <form class="find no-js" method="get" action=to role="search">
            <input type="search" name="q" placeholder="Find anything" aria-label="Find anything" autocomplete="off" />
        </form>
    }
}

//! Working by keyboard: single keys, what they do, and turning them off (WCAG 2.1.4).

use super::{command::use_command, nav, window};
use domain::access::{Portal, Role};
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;

const ID: &str = "keys";
const OFF_KEY: &str = "keys-off";
/// How long `g` waits for the key that follows, in milliseconds.
const PREFIX_MS: f64 = 1500.0;

/// Opens the list of keys.
pub fn show_keys() {
    window::open_id(ID);
}

/// Whether a dialog or a panel is open: then keys are its own.
fn something_is_open() -> bool {
    window::exists("dialog[open]") || window::exists(":popover-open")
}

/// Listens to keys, and shows which there are. Once, in the frame.
#[component]
pub fn Keyboard(
    /// Whose pages.
    portal: Portal,
    /// What the person may do.
    role: Role,
) -> impl IntoView {
    let menu = use_command();
    let path = use_location().pathname;
    let off = RwSignal::new(false);
    let prefix_at = StoredValue::new(0.0_f64);
    let places = StoredValue::new(nav::keys(portal, role));

    let press = move |e: ev::KeyboardEvent| {
        let key = e.key();
        if (e.ctrl_key() || e.meta_key()) && !e.alt_key() && !e.shift_key() && key.eq_ignore_ascii_case("k") {
            if window::is_open("command") || !window::exists("dialog[open]") {
                e.prevent_default();
                menu.toggle();
            }
            return;
        }
        if e.ctrl_key() || e.meta_key() || e.alt_key() || off.get_untracked() || e.default_prevented() {
            return;
        }
        if window::is_editing(&e) || something_is_open() {
            return;
        }
        let after_g = window::now_ms() - prefix_at.get_value() < PREFIX_MS;
        prefix_at.set_value(0.0);
        let mut letters = key.chars();
        let (Some(letter), None) = (letters.next(), letters.next()) else { return };
        if after_g {
            let to = places.with_value(|all| all.iter().find(|p| p.0 == letter).map(|p| p.1.href));
            if let Some(to) = to {
                e.prevent_default();
                window::go(to);
            }
            return;
        }
        match letter {
            '?' => show_keys(),
            '/' => menu.show(),
            'g' => prefix_at.set_value(window::now_ms()),
            'c' => match nav::actions(portal, role)
                .find(|a| a.list == path.get_untracked().trim_end_matches('/'))
            {
                Some(action) => window::go(action.href),
                None => return,
            },
            'j' => window::step_row(1),
            'k' => window::step_row(-1),
            'x' => window::tick_row(),
            _ => return,
        }
        e.prevent_default();
    };
    Effect::new(move |_| {
        off.set(window::stored(OFF_KEY).is_some());
        let handle = window_event_listener(ev::keydown, press);
        on_cleanup(move || handle.remove());
    });

    let switch = move |_| {
        let now = !off.get_untracked();
        off.set(now);
        window::store(OFF_KEY, now.then_some("1"));
    };
    let go = places.with_value(|all| {
        all.iter()
            .map(|(key, item)| view! { <Row keys=vec!["g".to_owned(), key.to_string()] what=item.label /> })
            .collect_view()
    });
    let creates = nav::actions(portal, role).next().is_some();
    let create = creates.then(|| view! { <Row keys=vec!["c".to_owned()] what="Create, on a list" /> });
    let key = |k: &str| vec![k.to_owned()];
    view! {
        <dialog
            class="dialog keys"
            id=ID
            aria-labelledby="keys-title"
            on:click=move |e| {
                if window::is_beside(&e) {
                    window::close_id(ID);
                }
            }
        >
            <div class="dialog-head">
                <h2 id="keys-title">"Keyboard"</h2>
                <button type="button" class="btn ghost s" on:click=move |_| window::close_id(ID)>"Close"</button>
            </div>
            <div class="keys-columns">
                <section>
                    <h3>"Everywhere"</h3>
                    <dl>
                        <Row keys=vec!["Ctrl".to_owned(), "K".to_owned()] what="Find anything" />
                        <Row keys=key("/") what="Find anything" />
                        <Row keys=key("?") what="This list" />
                        <Row keys=key("Esc") what="Close what is open" />
                        {create}
                    </dl>
                    <h3>"In a table"</h3>
                    <dl>
                        <Row keys=key("j") what="Next row" />
                        <Row keys=key("k") what="Row before" />
                        <Row keys=key("Enter") what="Open the row" />
                        <Row keys=key("x") what="Select the row" />
                    </dl>
                </section>
                <section>
                    <h3>"Go to"</h3>
                    <dl>{go}</dl>
                </section>
            </div>
            <label class="switch">
                <input type="checkbox" prop:checked=move || !off.get() on:change=switch />
                <span>"Single-key shortcuts"</span>
            </label>
            <p class="sub">"Turn them off if you type by voice or press keys by accident. Ctrl K always works."</p>
        </dialog>
    }
}

#[component]
fn Row(keys: Vec<String>, what: &'static str) -> impl IntoView {
    let keys = keys.into_iter().map(|k| view! { <kbd>{k}</kbd> }).collect_view();
    view! { <div><dt>{keys}</dt><dd>{what}</dd></div> }
}

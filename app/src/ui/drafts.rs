//! What has been typed and not been sent: asks before it is lost, and carries it over a sign-in.
//!
//! Forms that change something (`method="post"`) and that stand in the page, not in a dialog, are watched by
//! [`Unsaved`]. On the server everything here is a no-op.

use super::window;
use leptos::{html, prelude::*};

#[cfg(feature = "hydrate")]
mod here {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast as _, closure::Closure};
    use web_sys::{
        BeforeUnloadEvent, Element, Event, HtmlAnchorElement, HtmlInputElement, HtmlSelectElement,
        HtmlTextAreaElement, MouseEvent, Storage,
    };

    const UNSENT: &str = "main form[data-unsent]";

    /// Whether something typed would be lost.
    pub fn any_unsent() -> bool {
        document().query_selector(UNSENT).ok().flatten().is_some()
    }

    fn each(selector: &str, mut f: impl FnMut(Element)) {
        let Ok(all) = document().query_selector_all(selector) else { return };
        for i in 0..all.length() {
            if let Some(el) = all.item(i).and_then(|n| n.dyn_into().ok()) {
                f(el);
            }
        }
    }

    /// Gives up what was typed.
    pub fn forget() {
        each(UNSENT, |form| {
            let _ = form.remove_attribute("data-unsent");
        });
    }

    fn target(e: &Event) -> Option<Element> {
        e.target()?.dyn_into().ok()
    }

    fn typed(e: &Event) {
        let Some(field) = target(e).filter(|t| t.closest(".field").ok().flatten().is_some()) else { return };
        let form = field.closest("main form[method=post]").ok().flatten();
        if let Some(form) = form.filter(|f| f.closest("dialog").ok().flatten().is_none()) {
            let _ = form.set_attribute("data-unsent", "");
        }
    }

    fn sent(e: &Event) {
        if let Some(form) = target(e) {
            let _ = form.remove_attribute("data-unsent");
        }
    }

    /// Where a click leads that would leave the page, if it would.
    fn leads_to(e: &MouseEvent) -> Option<String> {
        if e.default_prevented()
            || e.button() != 0
            || e.meta_key()
            || e.ctrl_key()
            || e.shift_key()
            || e.alt_key()
        {
            return None;
        }
        let link: HtmlAnchorElement =
            e.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??.dyn_into().ok()?;
        let within = link.get_attribute("href")?.starts_with('#');
        let elsewhere = !link.target().is_empty() || link.has_attribute("download");
        (!within && !elsewhere).then(|| link.href())
    }

    /// Watches the page's forms until the owner ends; `ask` gets the address of a click that was held back.
    pub fn watch_forms(ask: impl Fn(String) + 'static) {
        let handles = [
            window_event_listener_untyped("input", |e| typed(&e)),
            window_event_listener_untyped("change", |e| typed(&e)),
            window_event_listener_untyped("submit", |e| sent(&e)),
            window_event_listener_untyped("beforeunload", |e| {
                if any_unsent() {
                    e.prevent_default();
                    e.unchecked_ref::<BeforeUnloadEvent>().set_return_value("unsent");
                }
            }),
        ];
        // Before the router sees the click.
        let held = Closure::<dyn Fn(MouseEvent)>::new(move |e: MouseEvent| {
            if let Some(to) = leads_to(&e).filter(|_| any_unsent()) {
                e.prevent_default();
                e.stop_propagation();
                ask(to);
            }
        });
        let _ = document().add_event_listener_with_callback_and_bool(
            "click",
            held.as_ref().unchecked_ref(),
            true,
        );
        let held = StoredValue::new_local(Some(held));
        on_cleanup(move || {
            for handle in handles {
                handle.remove();
            }
            if let Some(held) = held.try_update_value(Option::take).flatten() {
                let _ = document().remove_event_listener_with_callback_and_bool(
                    "click",
                    held.as_ref().unchecked_ref(),
                    true,
                );
            }
        });
    }

    fn storage() -> Option<Storage> {
        window().session_storage().ok().flatten()
    }

    fn key() -> String {
        format!("kept:{}", super::window::here())
    }

    /// What a field is kept under; each choice of a group has its own.
    fn name_of(el: &Element) -> String {
        let name = el.get_attribute("name").unwrap_or_default();
        match el.dyn_ref::<HtmlInputElement>().filter(|i| i.type_() == "radio") {
            Some(input) => format!("{name}:{}", input.value()),
            None => name,
        }
    }

    const FIELDS: &str = "main form[method=post] .field :is(input, textarea, select)[name]";

    /// Keeps what the fields of the page hold, for the person of that name, until the page is opened again in this tab.
    /// Never passwords.
    pub fn keep(owner: &str) {
        let mut lines = vec![owner.to_owned()];
        each(FIELDS, |el| {
            let name = name_of(&el);
            let value = match el.dyn_into::<HtmlInputElement>() {
                Ok(input) => match input.type_().as_str() {
                    "password" | "file" | "hidden" => return,
                    "checkbox" | "radio" => format!("{}", input.checked()),
                    _ => input.value(),
                },
                Err(el) => match el.dyn_into::<HtmlTextAreaElement>() {
                    Ok(area) => area.value(),
                    Err(el) => match el.dyn_into::<HtmlSelectElement>() {
                        Ok(select) => select.value(),
                        Err(_) => return,
                    },
                },
            };
            lines.push(format!("{name}={}", value.replace('\\', "\\\\").replace('\n', "\\n")));
        });
        if lines.len() > 1
            && let Some(storage) = storage()
        {
            let _ = storage.set_item(&key(), &lines.join("\n"));
        }
    }

    fn unescape(text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut letters = text.chars();
        while let Some(c) = letters.next() {
            match (c, if c == '\\' { letters.next() } else { None }) {
                ('\\', Some('n')) => out.push('\n'),
                ('\\', Some(other)) => out.push(other),
                _ => out.push(c),
            }
        }
        out
    }

    /// Puts back what was kept of this page for that person. `true`: there was something.
    pub fn put_back(owner: &str) -> bool {
        let Some(storage) = storage() else { return false };
        let Some(text) = storage.get_item(&key()).ok().flatten() else { return false };
        let _ = storage.remove_item(&key());
        let mut lines = text.split('\n');
        if lines.next() != Some(owner) {
            return false;
        }
        let kept: Vec<(&str, String)> =
            lines.filter_map(|l| l.split_once('=')).map(|(n, v)| (n, unescape(v))).collect();
        let mut any = false;
        each(FIELDS, |el| {
            let name = name_of(&el);
            let Some((_, value)) = kept.iter().find(|k| k.0 == name) else { return };
            if let Some(input) = el.dyn_ref::<HtmlInputElement>() {
                match input.type_().as_str() {
                    "password" | "file" | "hidden" => return,
                    "checkbox" | "radio" => input.set_checked(value == "true"),
                    _ => input.set_value(value),
                }
            } else if let Some(area) = el.dyn_ref::<HtmlTextAreaElement>() {
                area.set_value(value);
            } else if let Some(select) = el.dyn_ref::<HtmlSelectElement>() {
                select.set_value(value);
            }
            any = true;
            for what in ["input", "change"] {
                let init = web_sys::EventInit::new();
                init.set_bubbles(true);
                if let Ok(event) = Event::new_with_event_init_dict(what, &init) {
                    let _ = el.dispatch_event(&event);
                }
            }
        });
        any
    }

    /// A form came back with an error: what is in it has not been taken.
    pub fn not_taken(node: NodeRef<leptos::html::Div>) {
        let form = node.get_untracked().and_then(|el| el.closest("main form[method=post]").ok().flatten());
        if let Some(form) = form.filter(|f| f.closest("dialog").ok().flatten().is_none()) {
            let _ = form.set_attribute("data-unsent", "");
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod here {
    use leptos::prelude::*;

    pub fn forget() {}
    pub fn watch_forms(_: impl Fn(String) + 'static) {}
    pub fn keep(_: &str) {}
    pub fn put_back(_: &str) -> bool {
        false
    }
    pub fn not_taken(_: NodeRef<leptos::html::Div>) {}
}

pub use here::*;

/// Asks before a page is left with something typed in it. Once, in the frame.
#[component]
pub fn Unsaved() -> impl IntoView {
    const ID: &str = "unsaved";
    let to = RwSignal::new(String::new());
    let stay = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        watch_forms(move |href| {
            to.set(href);
            window::close_id("command");
            window::open_id(ID);
        });
    });
    let leave = move |_| {
        forget();
        window::close_id(ID);
        window::go(&to.get_untracked());
    };
    view! {
        <dialog class="dialog" id=ID aria-labelledby="unsaved-title">
            <h2 id="unsaved-title">"Leave without saving?"</h2>
            <p>"What you have entered on this page has not been saved and would be lost."</p>
            <div class="dialog-foot">
                <button type="button" class="btn primary" node_ref=stay on:click=move |_| window::close_id(ID)>
                    "Stay on this page"
                </button>
                <button type="button" class="btn danger" on:click=leave>"Leave"</button>
            </div>
        </dialog>
    }
}

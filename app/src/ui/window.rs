//! What the frame of the pages needs of the browser: focus, dialogs by id, storage, the address, and what is being typed.
//! On the server each is a no-op, so that components need no `cfg`.

#[cfg(feature = "hydrate")]
mod here {
    use leptos::{ev, html, prelude::*};
    use wasm_bindgen::JsCast as _;
    use web_sys::{
        Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, ScrollIntoViewOptions,
        ScrollLogicalPosition, Storage, js_sys,
    };

    fn find(selector: &str) -> Option<Element> {
        document().query_selector(selector).ok().flatten()
    }

    fn dialog(id: &str) -> Option<HtmlDialogElement> {
        document().get_element_by_id(id)?.dyn_into().ok()
    }

    /// Milliseconds since 1970, by the browser's clock.
    pub fn now_ms() -> f64 {
        js_sys::Date::now()
    }

    /// Whether the page can be seen.
    pub fn visible() -> bool {
        !document().hidden()
    }

    /// Something in the page matches.
    pub fn exists(selector: &str) -> bool {
        find(selector).is_some()
    }

    /// Gives the focus to an element.
    pub fn focus_id(id: &str) {
        if let Some(el) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
            let _ = el.focus();
        }
    }

    /// Clicks an element, as a person would.
    pub fn click_id(id: &str) {
        if let Some(el) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
            el.click();
        }
    }

    /// Brings an element into view, moving as little as possible.
    pub fn reveal_id(id: &str) {
        if let Some(el) = document().get_element_by_id(id) {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            el.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    /// Opens a dialog as a modal one.
    pub fn open_id(id: &str) {
        if let Some(dialog) = dialog(id).filter(|d| !d.open()) {
            let _ = dialog.show_modal();
        }
    }

    /// Closes a dialog; the browser gives the focus back.
    pub fn close_id(id: &str) {
        if let Some(dialog) = dialog(id).filter(HtmlDialogElement::open) {
            dialog.close();
        }
    }

    /// Whether a dialog is open.
    pub fn is_open(id: &str) -> bool {
        dialog(id).is_some_and(|d| d.open())
    }

    /// Whether a popover is open.
    pub fn is_popped(id: &str) -> bool {
        document().get_element_by_id(id).is_some_and(|e| e.matches(":popover-open").unwrap_or(false))
    }

    /// Turns a dialog that is open beside the page into a modal one.
    pub fn make_modal(node: NodeRef<html::Dialog>) {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
            let _ = dialog.show_modal();
        }
    }

    /// Whether a click on a modal dialog was on the page behind it.
    pub fn is_beside(e: &ev::MouseEvent) -> bool {
        let (Some(at), Some(on)) = (e.target(), e.current_target()) else { return false };
        let Ok(el) = on.clone().dyn_into::<Element>() else { return false };
        let r = el.get_bounding_client_rect();
        let (x, y) = (f64::from(e.client_x()), f64::from(e.client_y()));
        let outside = x < r.left() || x > r.right() || y < r.top() || y > r.bottom();
        js_sys::Object::is(&at, &on) && outside
    }

    /// The element that had the focus.
    #[derive(Clone)]
    pub struct Opener(StoredValue<Option<HtmlElement>, LocalStorage>);

    impl Opener {
        /// Remembers what has the focus now.
        pub fn remember() -> Self {
            let active = document().active_element().and_then(|e| e.dyn_into::<HtmlElement>().ok());
            Self(StoredValue::new_local(active))
        }

        /// Gives it the focus again, if it is still there.
        pub fn give_back(&self) {
            let element = self.0.try_get_value().flatten().filter(|e| e.is_connected());
            if let Some(element) = element {
                set_timeout(
                    move || {
                        let _ = element.focus();
                    },
                    std::time::Duration::ZERO,
                );
            }
        }
    }

    /// Makes the part of the page that matches unreachable, or reachable again.
    pub fn set_inert(selector: &str, on: bool) {
        if let Some(el) = find(selector) {
            let _ = if on { el.set_attribute("inert", "") } else { el.remove_attribute("inert") };
        }
    }

    /// After a drawer has opened, its first button gets the focus; after it has closed, what opened it, unless the focus
    /// has gone elsewhere.
    pub fn drawer_focus(id: &str, opener: &str) {
        let target = if is_popped(id) {
            find(&format!("#{id} button"))
        } else {
            let lost = document().active_element().is_none_or(|a| a.tag_name() == "BODY");
            find(opener).filter(|_| lost)
        };
        if let Some(el) = target.and_then(|t| t.dyn_into::<HtmlElement>().ok()) {
            let _ = el.focus();
        }
    }

    fn storage() -> Option<Storage> {
        window().local_storage().ok().flatten()
    }

    /// What this browser remembers under a key.
    pub fn stored(key: &str) -> Option<String> {
        storage()?.get_item(key).ok().flatten()
    }

    /// Remembers a text, or forgets it.
    pub fn store(key: &str, value: Option<&str>) {
        if let Some(storage) = storage() {
            let _ = match value {
                Some(value) => storage.set_item(key, value),
                None => storage.remove_item(key),
            };
        }
    }

    /// Path and query of the page.
    pub fn here() -> String {
        let at = window().location();
        format!("{}{}", at.pathname().unwrap_or_default(), at.search().unwrap_or_default())
    }

    /// Goes somewhere with a page load.
    pub fn leave_for(href: &str) {
        let _ = window().location().assign(href);
    }

    /// Follows an address as if a link had been clicked: through the router, and past the guard of unsaved changes.
    pub fn go(href: &str) {
        let Ok(link) = document().create_element("a") else { return };
        let _ = link.set_attribute("href", href);
        let Ok(link) = link.dyn_into::<HtmlElement>() else { return };
        if let Some(body) = document().body() {
            link.set_hidden(true);
            let _ = body.append_child(&link);
            link.click();
            link.remove();
        }
    }

    /// Whether a key goes to a field.
    pub fn is_editing(e: &ev::KeyboardEvent) -> bool {
        let Some(el) = e.target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) else { return false };
        let free = ["checkbox", "radio", "button", "submit"];
        match el.tag_name().as_str() {
            "INPUT" => !el.dyn_into::<HtmlInputElement>().is_ok_and(|i| free.contains(&i.type_().as_str())),
            "TEXTAREA" | "SELECT" => true,
            _ => el.is_content_editable(),
        }
    }

    /// The text of the field that an event is about.
    pub fn value_of(e: &Event) -> String {
        e.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()).map(|i| i.value()).unwrap_or_default()
    }

    const ROWS: &str = "main section.tbl table tbody tr";

    /// Moves the focus to the first link of the next row of the page's table, or of the one before.
    pub fn step_row(by: i32) {
        let Ok(rows) = document().query_selector_all(ROWS) else { return };
        let active = document().active_element();
        let count = rows.length();
        let row = |i: u32| rows.item(i).and_then(|n| n.dyn_into::<Element>().ok());
        let current = (0..count)
            .find(|i| row(*i).is_some_and(|r| active.as_ref().is_some_and(|a| r.contains(Some(a)))));
        let mut i = match (current, by > 0) {
            (Some(i), _) => i64::from(i) + i64::from(by),
            (None, true) => 0,
            (None, false) => i64::from(count) - 1,
        };
        while let Some(row) = u32::try_from(i).ok().and_then(row) {
            let link = row.query_selector("th a[href], td a[href], button, input").ok().flatten();
            if let Some(link) = link.and_then(|l| l.dyn_into::<HtmlElement>().ok()) {
                let _ = link.focus();
                return;
            }
            i += i64::from(by.signum());
        }
    }

    /// Ticks the box of the row that has the focus.
    pub fn tick_row() {
        let row = document().active_element().and_then(|a| a.closest(ROWS).ok().flatten());
        let tick = row.and_then(|r| r.query_selector("input[type=checkbox]").ok().flatten());
        if let Some(tick) = tick.and_then(|b| b.dyn_into::<HtmlElement>().ok()) {
            tick.click();
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod here {
    use leptos::{ev, html, prelude::*};

    pub fn now_ms() -> f64 {
        0.0
    }
    pub fn visible() -> bool {
        true
    }
    pub fn exists(_: &str) -> bool {
        false
    }
    pub fn focus_id(_: &str) {}
    pub fn click_id(_: &str) {}
    pub fn reveal_id(_: &str) {}
    pub fn open_id(_: &str) {}
    pub fn close_id(_: &str) {}
    pub fn is_open(_: &str) -> bool {
        false
    }
    pub fn is_popped(_: &str) -> bool {
        false
    }
    pub fn make_modal(_: NodeRef<html::Dialog>) {}
    pub fn is_beside(_: &ev::MouseEvent) -> bool {
        false
    }
    #[derive(Clone)]
    pub struct Opener;
    impl Opener {
        pub fn remember() -> Self {
            Self
        }
        pub fn give_back(&self) {}
    }
    pub fn set_inert(_: &str, _: bool) {}
    pub fn drawer_focus(_: &str, _: &str) {}
    pub fn stored(_: &str) -> Option<String> {
        None
    }
    pub fn store(_: &str, _: Option<&str>) {}
    pub fn here() -> String {
        String::new()
    }
    pub fn leave_for(_: &str) {}
    pub fn go(_: &str) {}
    pub fn is_editing(_: &ev::KeyboardEvent) -> bool {
        false
    }
    pub fn value_of(_: &ev::Event) -> String {
        String::new()
    }
    pub fn step_row(_: i32) {}
    pub fn tick_row() {}
}

pub use here::*;

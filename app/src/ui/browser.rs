//! The few things that only a browser can do. On the server each is a no-op, so that components need no `cfg`.

#[cfg(feature = "hydrate")]
mod here {
    use crate::error::AppError;
    use gloo_net::http::Request;
    use leptos::{
        ev, html,
        prelude::*,
        server_fn::{
            error::ServerFnErrorErr,
            redirect::{REDIRECT_HEADER, call_redirect_hook},
        },
    };
    use std::cell::RefCell;
    use wasm_bindgen::{JsCast as _, closure::Closure};
    use web_sys::{
        Element, Event, FormData, HtmlDetailsElement, HtmlDialogElement, HtmlElement, HtmlFormElement,
        UrlSearchParams,
    };

    /// Where the pointer is over the element that listens, from 0 at its left edge to 1 at its right.
    pub fn pointer_share(e: &ev::PointerEvent) -> Option<f64> {
        let target: Element = e.current_target()?.dyn_into().ok()?;
        let r = target.get_bounding_client_rect();
        (r.width() > 0.0).then(|| ((f64::from(e.client_x()) - r.left()) / r.width()).clamp(0.0, 1.0))
    }

    /// Puts a text on the clipboard.
    pub fn copy(text: &str) {
        let _ = window().navigator().clipboard().write_text(text);
    }

    /// Sets an attribute of the `html` element.
    pub fn set_root(name: &str, value: &str) {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute(name, value);
        }
    }

    /// The query of a form that is being submitted, without its empty fields.
    pub fn form_query(e: &ev::SubmitEvent) -> Option<String> {
        let form: HtmlFormElement = e.target()?.dyn_into().ok()?;
        let data = FormData::new_with_form(&form).ok()?;
        let params = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
        let text = String::from(params.to_string());
        Some(text.split('&').filter(|pair| !pair.ends_with('=')).collect::<Vec<_>>().join("&"))
    }

    /// What a form sends that is being submitted, the button pressed included.
    pub fn form_body(e: &ev::SubmitEvent) -> Option<String> {
        let form: HtmlFormElement = e.target()?.dyn_into().ok()?;
        let data = FormData::new_with_form(&form).ok()?;
        if let Some(button) = e.submitter()
            && let Some(name) = button.get_attribute("name").filter(|n| !n.is_empty())
        {
            data.append_with_str(&name, &button.get_attribute("value").unwrap_or_default()).ok()?;
        }
        let params = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
        Some(String::from(params.to_string()))
    }

    /// Posts a form to a server function, follows where it leads if asked to, and tells how it ended.
    pub fn post(
        url: &'static str,
        body: String,
        follow: bool,
        done: impl FnOnce(Result<String, AppError>) + 'static,
    ) {
        leptos::task::spawn_local(async move {
            let ended = send(url, body, follow).await;
            done(ended);
        });
    }

    async fn send(url: &str, body: String, follow: bool) -> Result<String, AppError> {
        let unreachable =
            |e: gloo_net::Error| AppError::from_server_fn_error(ServerFnErrorErr::Request(e.to_string()));
        let request = Request::post(url)
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .map_err(unreachable)?;
        let answer = request.send().await.map_err(unreachable)?;
        if answer.status() >= 400 {
            let bytes = answer.binary().await.map_err(unreachable)?;
            return Err(AppError::de(bytes.into()));
        }
        if follow && (answer.redirected() || answer.headers().get(REDIRECT_HEADER).is_some()) {
            let place = answer.headers().get("location").unwrap_or_else(|| answer.url());
            call_redirect_hook(&place);
        }
        answer.text().await.map_err(unreachable)
    }

    /// Submits the form around the element of an event.
    pub fn submit_form_of(e: &Event) {
        let element = e.target().and_then(|t| t.dyn_into::<Element>().ok());
        let form = element.and_then(|el| el.closest("form").ok().flatten());
        if let Some(form) = form.and_then(|f| f.dyn_into::<HtmlFormElement>().ok()) {
            let _ = form.request_submit();
        }
    }

    /// Closes a popover by id, if it is there and open.
    pub fn hide_popover(id: &str) {
        if let Some(el) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok())
            && el.matches(":popover-open").unwrap_or(false)
        {
            let _ = el.hide_popover();
        }
    }

    /// Opens a dialog that sits inside `details`, as a modal one.
    pub fn open_dialog(details: NodeRef<html::Details>, dialog: NodeRef<html::Dialog>) {
        if let (Some(outer), Some(inner)) = (details.get_untracked(), dialog.get_untracked()) {
            let (outer, inner): (HtmlDetailsElement, HtmlDialogElement) = (outer, inner);
            outer.set_open(true);
            // What was folded away can take the focus once it has been laid out.
            let _ = inner.get_bounding_client_rect();
            let _ = inner.show_modal();
        }
    }

    /// Closes it.
    pub fn close_dialog(dialog: NodeRef<html::Dialog>) {
        if let Some(inner) = dialog.get_untracked() {
            inner.close();
        }
    }

    /// After a dialog has closed: folds its `details` and gives the focus back to what opened it.
    pub fn fold(details: NodeRef<html::Details>) {
        if let Some(outer) = details.get_untracked() {
            outer.set_open(false);
            let summary = outer.query_selector("summary").ok().flatten();
            if let Some(summary) = summary.and_then(|s| s.dyn_into::<HtmlElement>().ok()) {
                let _ = summary.focus();
            }
        }
    }

    /// Folds `details` when something outside of it is clicked.
    pub fn fold_outside(details: NodeRef<html::Details>) {
        let handle = window_event_listener(ev::click, move |e| {
            let Some(outer) = details.get_untracked().filter(|d| d.open()) else { return };
            let target = e.target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
            if !outer.contains(target.as_ref()) {
                outer.set_open(false);
            }
        });
        on_cleanup(move || handle.remove());
    }

    /// Closes every open dialog, as when its form has been sent.
    pub fn close_dialogs() {
        let Ok(open) = document().query_selector_all("dialog[open]") else { return };
        for n in 0..open.length() {
            if let Some(dialog) = open.item(n).and_then(|d| d.dyn_into::<HtmlDialogElement>().ok()) {
                dialog.close();
            }
        }
    }

    /// Changes where the link leads that is being clicked, before anybody follows it.
    pub fn lead_to(e: &ev::MouseEvent, href: &str) {
        let target = e.target().and_then(|t| t.dyn_into::<Element>().ok());
        if let Some(link) = target.and_then(|t| t.closest("a").ok().flatten()) {
            let _ = link.set_attribute("href", href);
        }
    }

    /// Opens `details` and gives the focus to the first element in it that matches.
    pub fn unfold(details: NodeRef<html::Details>, selector: &str) {
        if let Some(outer) = details.get_untracked() {
            outer.set_open(true);
            // The first one of a date field may be a hidden input.
            let visible = format!("{selector}:not([type=hidden])");
            let inner = outer.query_selector(&visible).ok().flatten();
            if let Some(inner) = inner.and_then(|s| s.dyn_into::<HtmlElement>().ok()) {
                let _ = inner.focus();
            }
        }
    }

    thread_local! {
        /// The form that was sent last, and the button it was sent with.
        static SENT: RefCell<Option<(HtmlFormElement, Option<HtmlElement>)>> = const { RefCell::new(None) };
    }

    /// From now on remembers which form was sent last.
    pub fn remember_forms() {
        let note = Closure::<dyn Fn(ev::SubmitEvent)>::new(|e: ev::SubmitEvent| {
            let form = e.target().and_then(|t| t.dyn_into::<HtmlFormElement>().ok());
            SENT.set(form.map(|form| (form, e.submitter())));
        });
        let _ = document().add_event_listener_with_callback_and_bool(
            "submit",
            note.as_ref().unchecked_ref(),
            true,
        );
        note.forget();
    }

    /// Sends the last form once more, as a browser without scripts does, if it was for that server function.
    pub fn send_again(action: &str) {
        let Some((form, button)) = SENT.take() else { return };
        if form.get_attribute("action").as_deref() != Some(action) {
            return;
        }
        let name = button.as_ref().and_then(|b| b.get_attribute("name"));
        if let (Some(name), Some(button)) = (name, button) {
            let value = button.get_attribute("value").unwrap_or_default();
            if let Ok(extra) = document().create_element("input") {
                let _ = extra.set_attribute("type", "hidden");
                let _ = extra.set_attribute("name", &name);
                let _ = extra.set_attribute("value", &value);
                let _ = form.append_child(&extra);
            }
        }
        let _ = form.submit();
    }

    /// Gives the focus to an element.
    pub fn focus(node: NodeRef<html::Div>) {
        if let Some(el) = node.get_untracked() {
            let _ = el.focus();
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod here {
    use crate::error::AppError;
    use leptos::{ev, html, prelude::*};

    pub fn pointer_share(_: &ev::PointerEvent) -> Option<f64> {
        None
    }
    pub fn copy(_: &str) {}
    pub fn set_root(_: &str, _: &str) {}
    pub fn form_query(_: &ev::SubmitEvent) -> Option<String> {
        None
    }
    pub fn form_body(_: &ev::SubmitEvent) -> Option<String> {
        None
    }
    pub fn post(_: &str, _: String, _: bool, _: impl FnOnce(Result<String, AppError>)) {}
    pub fn submit_form_of(_: &ev::Event) {}
    pub fn hide_popover(_: &str) {}
    pub fn open_dialog(_: NodeRef<html::Details>, _: NodeRef<html::Dialog>) {}
    pub fn close_dialog(_: NodeRef<html::Dialog>) {}
    pub fn fold(_: NodeRef<html::Details>) {}
    pub fn fold_outside(_: NodeRef<html::Details>) {}
    pub fn close_dialogs() {}
    pub fn lead_to(_: &ev::MouseEvent, _: &str) {}
    pub fn unfold(_: NodeRef<html::Details>, _: &str) {}
    pub fn remember_forms() {}
    pub fn send_again(_: &str) {}
    pub fn focus(_: NodeRef<html::Div>) {}
}

pub use here::*;

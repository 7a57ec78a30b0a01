//! The few things that only a browser can do. On the server each is a no-op, so that components need no `cfg`.

#[cfg(feature = "hydrate")]
mod here {
    use leptos::{ev, html, prelude::*};
    use wasm_bindgen::JsCast as _;
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

    /// Gives the focus to an element.
    pub fn focus(node: NodeRef<html::Div>) {
        if let Some(el) = node.get_untracked() {
            let _ = el.focus();
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod here {
    use leptos::{ev, html, prelude::*};

    pub fn pointer_share(_: &ev::PointerEvent) -> Option<f64> {
        None
    }
    pub fn copy(_: &str) {}
    pub fn set_root(_: &str, _: &str) {}
    pub fn form_query(_: &ev::SubmitEvent) -> Option<String> {
        None
    }
    pub fn submit_form_of(_: &ev::Event) {}
    pub fn hide_popover(_: &str) {}
    pub fn open_dialog(_: NodeRef<html::Details>, _: NodeRef<html::Dialog>) {}
    pub fn close_dialog(_: NodeRef<html::Dialog>) {}
    pub fn fold(_: NodeRef<html::Details>) {}
    pub fn focus(_: NodeRef<html::Div>) {}
}

pub use here::*;

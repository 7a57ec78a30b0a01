//! Asking before doing, and copying.

use super::{browser, icons::CopyIcon};
use leptos::{ev, html, prelude::*};

/// A button that asks first: a native modal dialog; without JavaScript the same content unfolds in place.
///
/// Children: the sentence that names object and effect, and the form that does it.
#[component]
pub fn Confirm(
    /// The button that opens, such as `Reject…`.
    #[prop(into)]
    label: String,
    /// The dialog's heading, such as `Reject this conversion?`.
    #[prop(into)]
    title: String,
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// Marks the opening button as destructive.
    #[prop(optional)]
    danger: bool,
    /// Closes when its form is sent, because the answer appears in the page.
    #[prop(optional)]
    closes: bool,
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    let dialog = NodeRef::<html::Dialog>::new();
    let heading = format!("{id}-title");
    let open = move |e: ev::MouseEvent| {
        e.prevent_default();
        browser::open_dialog(details, dialog);
    };
    let summary_class = if danger { "btn s danger" } else { "btn s" };
    view! {
        <details class="confirm" node_ref=details>
            <summary class=summary_class on:click=open>{label}</summary>
            <dialog
                class="dialog"
                id=id
                aria-labelledby=heading.clone()
                node_ref=dialog
                on:close=move |_| browser::fold(details)
                on:submit=move |_| {
                    if closes {
                        browser::close_dialog(dialog);
                    }
                }
            >
                <div class="dialog-head">
                    <h2 id=heading.clone()>{title}</h2>
                    <button
                        type="button"
                        class="btn ghost s only-js"
                        on:click=move |_| browser::close_dialog(dialog)
                    >
                        "Cancel"
                    </button>
                </div>
                {children()}
            </dialog>
        </details>
    }
}

/// Copies a text; shows for two seconds that it did.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// Says what that is, for screen readers, such as `campaign id`.
    #[prop(into)]
    what: String,
    /// Shows the word `Copy` beside the drawing.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        browser::copy(&text);
        copied.set(true);
        set_timeout(move || copied.set(false), std::time::Duration::from_secs(2));
    };
    let label = move || if copied.get() { "Copied".to_owned() } else { format!("Copy {what}") };
    let word = move || match (copied.get(), wide) {
        (true, _) => "Copied",
        (false, true) => "Copy",
        (false, false) => "",
    };
    let class = if wide { "btn s copy only-js" } else { "icon-btn copy only-js" };
    view! {
        <button type="button" class=class aria-label=label class:done=move || copied.get() on:click=copy>
            <CopyIcon />
            <span>{word}</span>
        </button>
    }
}

//! A sheet at the right of the page: the details of one row, as an address such as `?open=camp_…`.

use super::window;
use leptos::{ev, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// A sheet that is open because the address says so. A page renders it while its query names something, and opens it with
/// a plain link. With JavaScript it is a modal dialog that Esc and a click beside it close; without, it stands over
/// the right of the page and its cross is a link.
#[component]
pub fn Sheet(
    /// The heading.
    #[prop(into)]
    title: String,
    /// The address without the sheet.
    #[prop(into)]
    close: String,
    /// Under the heading, such as an id.
    #[prop(optional, into)]
    sub: String,
    /// Buttons at the foot.
    #[prop(optional)]
    actions: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let opener = window::Opener::remember();
    Effect::new(move |_| {
        if dialog.get().is_some() {
            window::make_modal(dialog);
        }
    });
    on_cleanup(move || opener.give_back());
    let navigate = use_navigate();
    let away = close.clone();
    let leave = move || {
        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate(&away, options);
    };
    let beside = {
        let leave = leave.clone();
        move |e: ev::MouseEvent| {
            if window::is_beside(&e) {
                leave();
            }
        }
    };
    let cancel = move |e: ev::Event| {
        e.prevent_default();
        leave();
    };
    let sub = (!sub.is_empty()).then(|| view! { <p class="sub">{sub}</p> });
    let foot = actions.map(|a| view! { <footer class="sheet-foot">{a}</footer> });
    view! {
        <dialog
            class="sheet"
            open=true
            aria-labelledby="sheet-title"
            node_ref=dialog
            on:click=beside
            on:cancel=cancel
        >
            <header class="sheet-head">
                <div><h2 id="sheet-title">{title}</h2>{sub}</div>
                <a class="icon-btn close" href=close aria-label="Close" data-noscroll="true">"×"</a>
            </header>
            <div class="sheet-body">{children()}</div>
            {foot}
        </dialog>
    }
}

//! What people see of it: the button that pauses, and the dialog when the session has ended.

use super::{Listening, SIGNED_OUT, use_live};
use crate::{
    error::AppError,
    session::Me,
    ui::{Tone, drafts, query, use_toaster, window},
};
use leptos::prelude::*;
use std::time::Duration;

/// Quiet or not: in the pill of a page with figures, and in the account menu.
#[component]
pub fn PauseButton(
    /// Shows the words, not only the drawing.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let live = use_live();
    let paused = move || live.listening() == Listening::Paused;
    let word = move || if paused() { "Resume live updates" } else { "Pause live updates" };
    let drawing = move || if paused() { "M8 5v14l11-7z" } else { "M8 5v14M16 5v14" };
    let class = if wide { "menu-item only-js" } else { "icon-btn only-js" };
    view! {
        <button type="button" class=class title=word aria-label=word on:click=move |_| live.pause(!paused())>
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path class="icon-line" d=drawing></path></svg>
            {wide.then_some(move || view! { <span>{word}</span> })}
        </button>
    }
}

/// Says that the session has ended, and offers to come back. Once, in the frame.
#[component]
pub fn SignedOut(
    /// Who was signed in.
    who: Resource<Result<Me, AppError>>,
) -> impl IntoView {
    let toaster = use_toaster();
    // What was kept before a sign-in is put back when the page is open again.
    Effect::new(move |_| {
        let Some(Ok(me)) = who.get() else { return };
        let put_back = move || {
            if drafts::put_back(&me.email) {
                toaster.show(
                    Tone::Ok,
                    "You are signed in again. What you had entered is back; it is not saved yet.",
                );
            }
        };
        // After the fields have been taken over from the server's page.
        set_timeout(put_back, Duration::from_millis(200));
    });
    let sign_in = move |_| {
        if let Some(Ok(me)) = who.get_untracked() {
            drafts::keep(&me.email);
        }
        drafts::forget();
        window::leave_for(&format!("/login?next={}", query::escape(&window::here())));
    };
    view! {
        <dialog class="dialog" id=SIGNED_OUT aria-labelledby="signed-out-title">
            <h2 id="signed-out-title">"You are signed out"</h2>
            <p>
                "The session has ended, or was ended from elsewhere. Sign in to come back to this page; what you have entered in its forms is kept."
            </p>
            <div class="dialog-foot">
                <button type="button" class="btn primary" on:click=sign_in>"Sign in"</button>
                <button type="button" class="btn ghost" on:click=move |_| window::close_id(SIGNED_OUT)>
                    "Not now"
                </button>
            </div>
        </dialog>
    }
}

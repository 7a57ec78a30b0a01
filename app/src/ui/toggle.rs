//! A switch for what is cheap and easily taken back, such as pausing a link. Never for money.
//!
//! It turns at once; when the server refuses or cannot be reached, it turns back and a toast says why. Pressed again
//! while an answer is awaited, the last word is sent after it. Without JavaScript it is a form.

use super::{FormAction, Tone, browser, query::escape, use_live, use_toaster};
use crate::error::{AppError, ErrorCode};
use leptos::{ev, prelude::*};

/// The field that a switch writes, and what it holds for on and for off.
pub type Words = (&'static str, &'static str, &'static str);

/// The switch. Children: fields that only the form without JavaScript sends.
#[component]
pub fn Toggle(
    /// The server function; it takes `id` and the field of `words`.
    #[prop(into)]
    action: FormAction,
    /// Id of what is switched.
    #[prop(into)]
    id: String,
    /// What on means, such as `Active`.
    label: &'static str,
    /// What is switched, as people call it: names the switch among others, and begins the toast.
    #[prop(into)]
    what: String,
    /// What is sent.
    words: Words,
    /// On or off, as it is shown; whoever else shows it follows along.
    on: RwSignal<bool>,
    children: Children,
) -> impl IntoView {
    let (field, yes, no) = words;
    let next = move || if on.get() { no } else { yes };
    let switching = Switching {
        url: action.url(),
        body: StoredValue::new(format!("id={}&{field}=", escape(&id))),
        words: (yes, no),
        what: StoredValue::new(what.clone()),
        on,
        known: StoredValue::new(on.get_untracked()),
        waiting: RwSignal::new(false),
        toaster: use_toaster(),
        live: use_live(),
    };
    let press = move |e: ev::SubmitEvent| {
        e.prevent_default();
        on.update(|on| *on = !*on);
        switching.send();
    };
    let checked = move || if on.get() { "true" } else { "false" };
    let busy = move || switching.waiting.get().then_some("true");
    view! {
        <form action=action.url() method="post" on:submit=press>
            <input type="hidden" name="id" value=id />
            {children()}
            <button
                type="submit"
                class="toggle"
                role="switch"
                name=field
                value=next
                aria-checked=checked
                aria-busy=busy
                aria-label=format!("{label}: {what}")
            >
                <i></i>
            </button>
        </form>
    }
}

/// A switch between what is shown and what the server knows.
#[derive(Clone, Copy)]
struct Switching {
    url: &'static str,
    /// The form, as far as the word.
    body: StoredValue<String>,
    /// For on and off.
    words: (&'static str, &'static str),
    what: StoredValue<String>,
    on: RwSignal<bool>,
    /// What the server has last agreed to.
    known: StoredValue<bool>,
    waiting: RwSignal<bool>,
    toaster: super::Toaster,
    live: super::Live,
}

impl Switching {
    /// Tells the server what is wanted, unless it knows or is being told.
    fn send(self) {
        let wanted = self.on.get_untracked();
        if self.waiting.get_untracked() || wanted == self.known.get_value() {
            return;
        }
        self.waiting.set(true);
        let word = if wanted { self.words.0 } else { self.words.1 };
        let body = self.body.with_value(|body| format!("{body}{word}"));
        let what = self.what.get_value();
        browser::post(self.url, body, false, move |answer| {
            // What is on show may have been fetched anew meanwhile, from before this; a failure is said all the same.
            let gone = self.waiting.try_set(false).is_some();
            match answer {
                Ok(_) if gone => self.live.refresh(),
                Ok(_) => {
                    self.known.set_value(wanted);
                    self.send();
                }
                Err(error) => {
                    if !gone {
                        self.on.set(self.known.get_value());
                    }
                    self.say(&what, &error);
                }
            }
        });
    }

    fn say(self, what: &str, error: &AppError) {
        if error.code == ErrorCode::SignedOut {
            self.live.signed_out();
            return;
        }
        let id = error.request_id.as_ref().map(|id| format!(" Request id {id}")).unwrap_or_default();
        self.toaster.show(Tone::Bad, format!("{what} is as it was. {}{id}", error.message));
    }
}

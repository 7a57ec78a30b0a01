//! Forms that call server functions.
//!
//! The same names and use as Leptos' own, made once for all server functions instead of once for each: a form is sent
//! as it stands, whatever its function takes, and what comes back is either nothing or an [`AppError`]. That keeps a
//! tenth of the browser's code away. Without JavaScript the form is a plain post, as ever.

use super::browser;
use crate::error::AppError;
use leptos::{
    ev,
    prelude::*,
    serde_json,
    server::ServerActionError,
    server_fn::{ServerFn, error::ServerFnUrlError},
};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// What becomes of a form that was sent to a server function.
#[derive(Debug, Clone, Copy)]
pub struct FormAction {
    url: &'static str,
    version: RwSignal<usize>,
    pending: RwSignal<bool>,
    /// The body of the last answer.
    answer: RwSignal<Option<Result<String, AppError>>>,
}

impl FormAction {
    fn new(url: &'static str) -> Self {
        // A form that was sent without JavaScript comes back with its error in the address.
        let error = use_context::<ServerActionError>()
            .filter(|e| e.path() == url)
            .map(|e| ServerFnUrlError::<AppError>::decode_err(e.err()));
        Self {
            url,
            version: RwSignal::new(0),
            pending: RwSignal::new(false),
            answer: RwSignal::new(error.map(Err)),
        }
    }

    /// Where the form goes.
    #[must_use]
    pub fn url(self) -> &'static str {
        self.url
    }

    /// How often it was answered, other than with fields to correct: nothing changed then, and the page that is being
    /// corrected is not to be made anew.
    #[must_use]
    pub fn version(self) -> ReadSignal<usize> {
        self.version.read_only()
    }

    /// Whether an answer is awaited.
    #[must_use]
    pub fn pending(self) -> Signal<bool> {
        self.pending.into()
    }

    /// What the last answer said was wrong.
    #[must_use]
    pub fn error(self) -> Signal<Option<AppError>> {
        Signal::derive(move || self.answer.with(|a| a.as_ref().and_then(|a| a.as_ref().err().cloned())))
    }

    fn submit(self, e: &ev::SubmitEvent) {
        if e.default_prevented() {
            return;
        }
        let Some(body) = browser::form_body(e) else { return };
        e.prevent_default();
        self.pending.set(true);
        browser::post(self.url, body, true, move |answer| {
            self.pending.set(false);
            let to_correct = answer.as_ref().is_err_and(|e| !e.fields.is_empty());
            self.answer.set(Some(answer));
            if !to_correct {
                self.version.update(|n| *n += 1);
            }
        });
    }
}

/// The action of one server function: an answer without a value, or an [`AppError`].
pub struct ServerAction<S> {
    inner: FormAction,
    of: PhantomData<fn() -> S>,
}

impl<S: ServerFn<Error = AppError>> ServerAction<S> {
    /// Nothing sent yet.
    #[must_use]
    pub fn new() -> Self {
        Self { inner: FormAction::new(S::url()), of: PhantomData }
    }
}

impl<S: ServerFn<Error = AppError>> Default for ServerAction<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> ServerAction<S> {
    /// As [`FormAction::version`].
    #[must_use]
    pub fn version(self) -> ReadSignal<usize> {
        self.inner.version()
    }

    /// Whether an answer is awaited.
    #[must_use]
    pub fn pending(self) -> Signal<bool> {
        self.inner.pending()
    }

    /// Whether the last answer was an error.
    #[must_use]
    pub fn failed(self) -> bool {
        self.inner.answer.with(|a| a.as_ref().is_some_and(Result::is_err))
    }
}

impl<S: ServerFn<Error = AppError, Output: DeserializeOwned>> ServerAction<S> {
    /// What the last answer brought, if it was no error.
    #[must_use]
    pub fn output(self) -> Option<S::Output> {
        self.inner.answer.with(|a| serde_json::from_str(a.as_ref()?.as_ref().ok()?).ok())
    }
}

impl<S> Clone for ServerAction<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for ServerAction<S> {}

impl<S> From<ServerAction<S>> for FormAction {
    fn from(action: ServerAction<S>) -> Self {
        action.inner
    }
}

/// A form that is sent without leaving the page, and as a plain post where there is no JavaScript.
#[component]
pub fn ActionForm(
    /// What it calls.
    #[prop(into)]
    action: FormAction,
    children: Children,
) -> impl IntoView {
    view! {
        <form action=action.url() method="post" on:submit=move |e| action.submit(&e)>
            {children()}
        </form>
    }
}

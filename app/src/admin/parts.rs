//! What the pages of the network's portal share.

use crate::{
    error::AppError,
    ui::{Notice, Tone, query::href_with},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};
use serde::{Deserialize, Serialize};

/// A page's data with what the reader may do about it. The server functions check again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct For<T> {
    pub view: T,
    /// Whether the buttons that change something are shown.
    pub may_edit: bool,
}

/// The query of the address as it stands there, without the question mark: what lists are driven by.
#[must_use]
pub fn query_text() -> Memo<String> {
    let search = use_location().search;
    Memo::new(move |_| search.read().trim_start_matches('?').to_owned())
}

/// The `:id` of the address.
#[must_use]
pub fn id_param() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("id").unwrap_or_default())
}

/// Where the reader is: path and query without messages. Forms send it along to come back.
#[must_use]
pub fn here() -> Memo<String> {
    let location = use_location();
    Memo::new(move |_| {
        let query = location.query.read();
        let page = query.get("page").unwrap_or_default();
        href_with(&location.pathname.read(), &query, &[("page", &page)])
    })
}

/// The hidden field that brings a form back to where it was sent from.
#[component]
pub fn Back() -> impl IntoView {
    let here = here();
    view! { <input type="hidden" name="back" value=move || here.get() /> }
}

/// Says above a list why the last button pressed did nothing.
#[component]
pub fn Failure(
    /// From [`form_error`](crate::ui::form_error).
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    move || {
        error.get().map(|e| {
            let fields = e.fields.values().cloned().collect::<Vec<_>>().join(" ");
            let text = if fields.is_empty() { e.message } else { fields };
            let id = e.request_id.map(|id| view! { " Request id " <code>{id}</code> });
            view! { <Notice tone=Tone::Bad>{text}{id}</Notice> }
        })
    }
}

#[cfg(feature = "ssr")]
pub use server::{come_back, go, id_of, salt};

#[cfg(feature = "ssr")]
mod server {
    use crate::{
        ctx::{Deps, fail, redirect},
        error::AppError,
        session::safe_next,
    };
    use std::str::FromStr;

    /// Reads an id of the address; another text is an address without anything behind it.
    pub fn id_of<T: FromStr>(text: &str) -> Result<T, AppError> {
        text.parse().map_err(|_| fail(AppError::not_found()))
    }

    /// Goes to a page of ours and says there what was done.
    pub fn go(path: &str, done: &str) {
        let sign = if path.contains('?') { '&' } else { '?' };
        redirect(&format!("{path}{sign}done={done}"));
    }

    /// Goes back to where the form was, or to `otherwise`, and says there what was done.
    pub fn come_back(back: &str, otherwise: &str, done: &str) {
        let back = safe_next(back).filter(|b| b.starts_with("/admin")).unwrap_or(otherwise);
        go(back, done);
    }

    /// Fresh chance for a password.
    pub fn salt(deps: &Deps) -> [u8; 16] {
        let mut salt = [0; 16];
        for part in salt.chunks_exact_mut(4) {
            part.copy_from_slice(&(deps.chance)().to_le_bytes());
        }
        salt
    }
}

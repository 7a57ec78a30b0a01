//! What the pages of the portals share.

mod accounts;
mod close;
mod figures;
mod list;
#[cfg(feature = "ssr")]
mod server;

pub use accounts::{balances, people};
pub(crate) use close::close_button;
pub use figures::{figure_cells, figure_heads, left_out};
pub use list::{About, ListPage, RowButtons};
#[cfg(feature = "ssr")]
pub use server::{come_back, go, id_of, salt, shown};

use crate::{
    error::AppError,
    ui::{CopyButton, Fact, Notice, Options, PeriodPicker, Tone, query::href_with},
};
use domain::{
    access::Role,
    view::{Choice, ListQuery, PeriodView},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};
use serde::{Deserialize, Serialize};

/// A page's data, and for whom: the role decides which buttons are shown. The server functions check again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct For<T> {
    pub view: T,
    pub role: Role,
    /// Where tracked links begin, without a slash at the end.
    pub tracking_url: String,
}

/// What the address asks a list for, in its normal form: messages and unknown keys are left out.
#[must_use]
pub fn list_query() -> Memo<String> {
    let search = use_location().search;
    Memo::new(move |_| ListQuery::parse(&search.read()).print())
}

/// Whether the address filters the list.
#[must_use]
pub fn is_filtered() -> bool {
    ListQuery::parse(&use_location().search.read_untracked()).is_filtered()
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

/// The button of a row or page that pauses what is active and activates what is not.
macro_rules! status_button {
    ($name:ident, $server_fn:ty) => {
        #[component]
        pub(crate) fn $name(
            action: crate::ui::ServerAction<$server_fn>,
            id: String,
            /// The stored word of the present status.
            status: String,
            /// In the top bar rather than in a row.
            #[prop(optional)]
            large: bool,
        ) -> impl IntoView {
            let (next, label) = if status == "active" { ("paused", "Pause") } else { ("active", "Activate") };
            let class = if large { "btn" } else { "btn s" };
            view! {
                <crate::ui::ActionForm action>
                    <input type="hidden" name="id" value=id />
                    <input type="hidden" name="status" value=next />
                    <crate::parts::Back />
                    <button type="submit" class=class>{label}</button>
                </crate::ui::ActionForm>
            }
        }
    };
}
pub(crate) use status_button;

/// The period picker of a page with figures; `keep` are the keys of its filters.
#[must_use]
pub fn picker(period: PeriodView, keep: Vec<&'static str>) -> AnyView {
    view! { <PeriodPicker period keep /> }.into_any()
}

/// The period picker of a list, which compares nothing.
#[must_use]
pub fn list_picker(period: PeriodView, keep: Vec<&'static str>) -> AnyView {
    view! { <PeriodPicker period keep alone=true /> }.into_any()
}

/// For filters and selects.
#[must_use]
pub fn options(choices: Vec<Choice>) -> Options {
    choices.into_iter().map(|c| (c.id, c.name)).collect()
}

/// A code with its copy button.
#[component]
pub fn Copyable(
    #[prop(into)] text: String,
    /// Says what it is, such as `click id`.
    #[prop(into)]
    what: String,
) -> impl IntoView {
    view! { <span class="id"><code>{text.clone()}</code><CopyButton text what /></span> }
}

/// A way to another page of the portal; plain text without an id.
#[must_use]
pub fn way(list: &str, id: &str, name: String) -> AnyView {
    if id.is_empty() {
        return view! { <span>{name}</span> }.into_any();
    }
    view! { <a href=format!("/admin/{list}/{id}")>{name}</a> }.into_any()
}

/// A cell with a smaller second line.
#[must_use]
pub fn two_lines(first: AnyView, second: AnyView) -> AnyView {
    view! { <td class="lines">{first}<span class="sub">{second}</span></td> }.into_any()
}

/// Named values as facts.
#[must_use]
pub fn pairs(all: &[(String, String)]) -> AnyView {
    all.iter()
        .cloned()
        .map(|(name, value)| view! { <Fact label=name><code>{value}</code></Fact> })
        .collect_view()
        .into_any()
}

/// The label of a stored word.
#[must_use]
pub fn label_of<T>(word: &str, label: fn(T) -> &'static str) -> String
where
    T: std::str::FromStr,
{
    word.parse().map_or_else(|_| word.to_owned(), |state| label(state).to_owned())
}

//! What a page shows when there is nothing to show.

use super::filter::keep_plain;
use crate::error::{AppError, ErrorCode};
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_query_map};

/// An empty list: either nothing was ever there, or the filters exclude everything.
#[component]
pub fn EmptyState(
    /// What this place will show, such as `No campaigns yet`.
    #[prop(into)]
    title: String,
    /// Why it is empty and what to do.
    #[prop(optional, into)]
    text: String,
    /// The first thing to do: label and address. Not shown while filtered.
    #[prop(optional, into)]
    action: Option<(String, String)>,
    /// Filters are set: then it says so and offers to clear them.
    #[prop(optional)]
    filtered: bool,
) -> impl IntoView {
    let path = use_location().pathname;
    if filtered {
        let clear = if keep_plain() { "?view=all" } else { "" };
        return view! {
            <div class="empty">
                <h3>"Nothing matches"</h3>
                <p>"There are entries, but the filters exclude all of them."</p>
                <a class="btn" href=move || format!("{}{clear}", path.get())>"Clear filters"</a>
            </div>
        }
        .into_any();
    }
    let action = action.map(|(label, href)| view! { <a class="btn primary" href=href>{label}</a> });
    view! { <div class="empty"><h3>{title}</h3><p>{text}</p>{action}</div> }.into_any()
}

/// Something failed: what happened, a way to retry, and the request id for whoever helps.
#[component]
pub fn ErrorState(
    /// What failed.
    error: AppError,
    /// Asks again in place; without it, and without JavaScript, the page is loaded again.
    #[prop(optional)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let path = use_location().pathname;
    let query = use_query_map();
    let here = move || super::query::href_with(&path.get(), &query.read(), &[]);
    match error.code {
        ErrorCode::NotFound => view! { <NotFound /> }.into_any(),
        ErrorCode::Forbidden => view! { <Forbidden why=error.message /> }.into_any(),
        ErrorCode::SignedOut => {
            let login = move || format!("/login?next={}", super::query::escape(&here()));
            view! {
                <div class="empty" role="alert">
                    <h2>"You are signed out"</h2>
                    <p>"The session has ended. Sign in to go on where you were."</p>
                    <a class="btn primary" rel="external" href=login>"Sign in"</a>
                </div>
            }
            .into_any()
        }
        _ => {
            let id = error.request_id.map(|id| view! { <p class="sub">"Request id " <code>{id}</code></p> });
            let again = move |e: ev::MouseEvent| {
                if let Some(retry) = retry {
                    e.prevent_default();
                    retry.run(());
                }
            };
            view! {
                <div class="empty" role="alert">
                    <h2>"This could not be loaded"</h2>
                    <p>{error.message}</p>
                    <a class="btn" rel="external" href=here on:click=again>"Try again"</a>
                    {id}
                </div>
            }
            .into_any()
        }
    }
}

/// The role does not allow it.
#[component]
pub fn Forbidden(
    /// Why.
    #[prop(optional, into)]
    why: String,
) -> impl IntoView {
    let why = if why.is_empty() { "Your role does not allow this.".to_owned() } else { why };
    view! {
        <div class="empty">
            <h2>"Not allowed"</h2>
            <p>{why}</p>
            <a class="btn" rel="external" href="/">"Go to your start page"</a>
        </div>
    }
}

/// Nothing is at this address, or it is not the asker's to see.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found" />
        <div class="empty">
            <h2>"Nothing here"</h2>
            <p>"The address is wrong, or what was here is not yours to see."</p>
            <a class="btn" rel="external" href="/">"Go to your start page"</a>
        </div>
    }
}

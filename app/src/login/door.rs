//! The frame of pages in front of the portals: a card with the brand and one heading.

use crate::{
    error::{AppError, ErrorCode},
    ui::Logo,
    ui::PageData,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::{Serialize, de::DeserializeOwned};

/// A card in the middle of the page.
#[component]
pub fn Door(
    /// Heading and document title.
    #[prop(into)]
    title: String,
    /// Small, beside the brand.
    #[prop(optional, into)]
    network: String,
    children: Children,
) -> impl IntoView {
    let network = (!network.is_empty() && network != "Millrace").then(|| view! { <em>{network}</em> });
    view! {
        <Title text=title.clone() />
        <main id="main" class="login">
            <div class="card">
                <div class="brand"><Logo /><span>"Millrace"</span>{network}</div>
                <h1>{title}</h1>
                {children()}
            </div>
        </main>
    }
}

/// The secret in the address.
#[must_use]
pub fn token_param() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("token").unwrap_or_default())
}

/// Waits for what a link is about, then renders its page; or says that the link does not work.
#[component]
pub fn Behind<T, F>(
    /// What the link is about.
    res: PageData<T>,
    /// The heading where the link does not work.
    title: &'static str,
    /// What to do then: a sentence.
    instead: &'static str,
    /// And a way there: label and address.
    way: (&'static str, &'static str),
    /// Data → the whole page.
    render: F,
) -> impl IntoView
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    F: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    let content = move || {
        let render = render.clone();
        Suspend::new(async move {
            match res.ready().await {
                Ok(data) => render(data),
                Err(error) => closed(error, title, instead, way),
            }
        })
    };
    view! {
        <Suspense fallback=move || view! { <Door title><p role="status">"One moment…"</p></Door> }>{content}</Suspense>
    }
}

fn closed(
    error: AppError,
    title: &'static str,
    instead: &'static str,
    (label, href): (&'static str, &'static str),
) -> AnyView {
    let dead = error.code == ErrorCode::Conflict;
    let next = dead.then(|| view! { <p>{instead}</p><a class="btn primary" href=href>{label}</a> });
    view! {
        <Door title>
            <p role="alert">{error.message}</p>
            {next}
        </Door>
    }
    .into_any()
}

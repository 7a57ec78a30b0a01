//! The frame of a page's content: top bar, main area, loading and failing.

use super::{
    CopyButton, ErrorState, Like, Listening, PageData, PauseButton, Skeleton, icons::MenuIcon, use_live,
};
use domain::view::DataAsOf;
use leptos::{prelude::*, tachys::reactive_graph::OwnedView};
use leptos_meta::Title;
use serde::{Serialize, de::DeserializeOwned};

/// The pill `Data as of 14:32:10 · 2 s behind`, which turns amber and red, follows what the server says while the page is
/// open, and offers to show what is newer.
#[component]
pub fn Freshness(
    /// Up to when everything is counted.
    as_of: DataAsOf,
) -> impl IntoView {
    let live = use_live();
    let (place, shown) = (live.new_place(), as_of.clone());
    Effect::new(move |_| live.showing(place, &shown));
    on_cleanup(move || live.showing_nothing(place));
    let now = Memo::new(move |_| live.as_of(&as_of));
    let class = move || match now.get() {
        DataAsOf { as_of_ms: 0, .. } => "fresh late",
        DataAsOf { behind_secs: ..30, .. } => "fresh",
        DataAsOf { behind_secs: 30..300, .. } => "fresh late",
        _ => "fresh stale",
    };
    let text = move || match now.get() {
        DataAsOf { as_of_ms: 0, .. } => "No data yet".to_owned(),
        at => format!("Data as of {} · {} behind", at.text, span(at.behind_secs)),
    };
    let title = move || match live.listening() {
        Listening::Lost => "The connection is interrupted; it is being made again".to_owned(),
        Listening::Paused => "Live updates are paused".to_owned(),
        _ => format!("Everything up to {} is counted", now.read().utc),
    };
    let word = move || match live.listening() {
        Listening::Lost => Some("Reconnecting"),
        Listening::Paused => Some("Paused"),
        _ => None,
    };
    let state = move || word().map(|word| view! { <span class="fresh-state">{word}</span> });
    let more = move || {
        live.is_stale().then(|| view! {
            <button type="button" class="btn s fresh-new" on:click=move |_| live.refresh()>"New data · Refresh"</button>
        })
    };
    view! {
        <div class=class title=title>
            <p><i></i>{text}</p>
            {state}
            {more}
            <PauseButton />
        </div>
    }
}

/// `2 s`, `5 min`, `3 h`, `2 d`.
fn span(secs: i64) -> String {
    match secs.max(0) {
        s @ ..120 => format!("{s} s"),
        s @ ..7200 => format!("{} min", s / 60),
        s @ ..172_800 => format!("{} h", s / 3600),
        s => format!("{} d", s / 86_400),
    }
}

/// A page: sets the document's title, prints the top bar with the only h1, and `main`.
#[component]
pub fn Page(
    /// Heading and document title.
    #[prop(into)]
    title: String,
    /// How current the figures are; leave out on pages without figures.
    #[prop(optional, into)]
    as_of: Option<DataAsOf>,
    /// The page above: label and address.
    #[prop(optional, into)]
    crumb: Option<(String, String)>,
    /// The object's prefixed id, shown with a copy button.
    #[prop(optional, into)]
    id: String,
    /// The object's status badge.
    #[prop(optional)]
    badge: Option<AnyView>,
    /// Period picker or the like, in the top bar.
    #[prop(optional)]
    filters: Option<AnyView>,
    /// The primary action, at the right of the top bar.
    #[prop(optional)]
    actions: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let crumb = crumb.map(|(label, href)| {
        view! {
            <nav class="crumb" aria-label="Breadcrumb">
                <a href=href>{label}</a>
                <span aria-hidden="true">"/"</span>
            </nav>
        }
    });
    let id = (!id.is_empty()).then(|| {
        view! { <span class="page-id"><code>{id.clone()}</code><CopyButton text=id what="id" /></span> }
    });
    let pill = as_of.map(|as_of| view! { <Freshness as_of /> });
    let actions = actions.map(|a| view! { <div class="page-actions">{a}</div> });
    view! {
        <Title text=super::raw_text(&title) />
        <header class="top">
            <button type="button" class="menu" popovertarget="side" aria-label="Menu"><MenuIcon /></button>
            <div class="top-title">{crumb}<h1>{title}</h1>{badge}{id}</div>
            {filters}
            {pill}
            {actions}
        </header>
        <main id="main" tabindex="-1">{children()}</main>
    }
}

/// Waits for a page's data, then renders it; shows a skeleton the first time, the old rows dimmed later, and what
/// happened when it failed.
#[component]
pub fn Load<T, F>(
    /// The data, keyed on the URL.
    res: PageData<T>,
    /// The heading while there is no data yet.
    #[prop(into)]
    title: String,
    /// What the page looks like while there is no data yet.
    #[prop(optional)]
    like: Like,
    /// Data → the whole [`Page`].
    render: F,
) -> impl IntoView
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    F: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    let (pending, set_pending) = signal(false);
    let heading = StoredValue::new(title);
    let skeleton = move || {
        view! {
            <Page title=heading.get_value()>
                <Skeleton like />
            </Page>
        }
    };
    let retry = Callback::new(move |()| res.refetch());
    let home = Owner::current().unwrap_or_default();
    let content = move || {
        let (render, home) = (render.clone(), home.clone());
        Suspend::new(async move {
            let answer = res.ready().await;
            // Before the page is rendered it is only looked at what it waits for; a second time it is asked in earnest.
            #[cfg(feature = "ssr")]
            tokio::task::yield_now().await;
            // What is on show stays in use while it is fetched again: what belongs to it lives until the new takes its
            // place, and not only until the question is asked.
            let owner = home.with(Owner::new);
            let view = owner.with(|| match answer {
                Ok(data) => render(data),
                Err(error) => {
                    view! { <Page title=heading.get_value()><ErrorState error retry /></Page> }.into_any()
                }
            });
            OwnedView::new_with_owner(view, owner)
        })
    };
    // What is on show is fetched again when the server says that it changed.
    let live = use_live();
    Effect::new(move |before: Option<u32>| {
        let turn = live.turn();
        if before.is_some_and(|b| b != turn) {
            res.refetch();
        }
        turn
    });
    // On the server nothing is pending for longer than the request, which may end before an effect runs.
    #[cfg(feature = "ssr")]
    let (inner, _) = (view! { <Transition fallback=skeleton>{content}</Transition> }, set_pending);
    #[cfg(not(feature = "ssr"))]
    let inner = view! { <Transition fallback=skeleton set_pending=set_pending>{content}</Transition> };
    let busy = move || pending.get().then_some("true");
    view! { <div class="load" class:pending=pending aria-busy=busy>{inner}</div> }
}

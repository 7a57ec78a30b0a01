//! How a page comes with a piece: waiting for it, announcing it, doing without.

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use leptos_router::{
    ChooseView, MatchInterface, MatchNestedRoutes, RouteDefs, any_nested_match::IntoAnyNestedMatch,
};
use std::{future::Future, pin::Pin};

#[cfg(feature = "ssr")]
pub use files::Files;

pub(super) type Later<T> = Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

/// What the main piece knows of another.
pub(super) struct Piece {
    pub name: &'static str,
    pub load: fn() -> Later<()>,
    /// Makes one of its pages.
    pub view: fn(usize) -> Later<AnyView>,
}

/// A page that comes with a piece.
#[derive(Clone, Copy)]
pub struct Late {
    pub(super) piece: &'static Piece,
    pub(super) page: usize,
}

impl ChooseView for Late {
    async fn choose(self) -> AnyView {
        announce(self.piece.name);
        // The router shows nothing before `preload` has ended, so that the piece is there.
        (self.piece.view)(self.page).await.unwrap_or_else(|_| ().into_any())
    }

    /// Gets the piece; the page before stays as long. One that cannot be had (gone with a new version, or no network)
    /// is left to the browser: it loads the whole page, or says why it cannot.
    async fn preload(&self) {
        let _shown = here::Waiting::begin();
        if (self.piece.load)().await.is_err() {
            here::load_whole_page();
            std::future::pending::<()>().await;
        }
    }
}

/// Gets the piece of the page at `path`. Never ends when it cannot be had.
pub async fn ready(routes: impl MatchNestedRoutes, path: &str) {
    let Some(found) = RouteDefs::new(routes).match_route(path) else { return };
    let (view, child) = found.into_view_and_child();
    view.preload().await;
    let mut next = child.map(IntoAnyNestedMatch::into_any_nested_match);
    while let Some(found) = next {
        let (view, child) = found.into_view_and_child();
        view.preload().await;
        next = child;
    }
}

#[cfg(feature = "hydrate")]
mod here {
    use crate::ui::browser::set_root;
    use leptos::prelude::*;
    use leptos_router::location::Url;

    /// Where the router is about to go; `None` before the first page has been taken over.
    fn destination() -> Option<Url> {
        use_context::<ArcRwSignal<Url>>().map(|url| url.get_untracked())
    }

    /// While it lives, the stylesheet shows that the next page is on its way, if that takes long enough to be seen.
    pub struct Waiting;

    impl Waiting {
        pub fn begin() -> Option<Self> {
            destination()?;
            set_root("data-waiting", "true");
            Some(Self)
        }
    }

    impl Drop for Waiting {
        fn drop(&mut self) {
            set_root("data-waiting", "false");
        }
    }

    /// Has the browser go where the router was about to go. The first page stays as the server has sent it, and works
    /// without scripts.
    pub fn load_whole_page() {
        let Some(url) = destination() else { return };
        let location = window().location();
        let to = format!("{}{}", url.path(), url.search());
        let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
        // The same address with another fragment would only scroll.
        let _ = if to == here { location.reload() } else { location.assign(&(to + url.hash())) };
    }
}

/// On the server a page is always there.
#[cfg(not(feature = "hydrate"))]
mod here {
    pub struct Waiting;

    impl Waiting {
        pub fn begin() -> Option<Self> {
            None
        }
    }

    pub fn load_whole_page() {}
}

/// Tells the browser in the head of the answer which files the page is going to ask for.
#[cfg(feature = "ssr")]
fn announce(piece: &'static str) {
    let (Some(files), Some(answer)) = (use_context::<Files>(), use_context::<leptos_axum::ResponseOptions>())
    else {
        return;
    };
    for file in files.of(piece) {
        let link = format!("</pkg/{file}>; rel=preload; as=fetch; crossorigin");
        if let Ok(link) = link.parse() {
            answer.append_header(http::header::LINK, link);
        }
    }
}
#[cfg(not(feature = "ssr"))]
fn announce(_: &'static str) {}

#[cfg(feature = "ssr")]
mod files {
    use std::{collections::HashMap, sync::Arc};

    /// The files of each piece, below `/pkg`. Their names change with every build.
    #[derive(Debug, Clone, Default)]
    pub struct Files(Arc<HashMap<String, Vec<String>>>);

    impl Files {
        /// From what the build wrote down: a line a piece, its name and its files. Empty where nothing is split.
        #[must_use]
        pub fn parse(text: &str) -> Self {
            let line = |line: &str| {
                let mut words = line.split_whitespace().map(str::to_owned);
                Some((words.next()?, words.collect()))
            };
            Self(Arc::new(text.lines().filter_map(line).collect()))
        }

        /// What has to be loaded for a piece; for the piece `main`, what every page loads besides its two own files.
        #[must_use]
        pub fn of(&self, piece: &str) -> &[String] {
            self.0.get(piece).map_or(&[], Vec::as_slice)
        }
    }
}

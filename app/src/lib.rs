//! The portals: pages, and the server functions behind them.
//!
//! Built twice: with `ssr` into the server, with `hydrate` for the browser. Reading order: this file (document and
//! routes), `session`, `ui` (the kit), then one folder a feature under `admin` and `affiliate`.

#![recursion_limit = "256"]

pub mod admin;
pub mod affiliate;
#[cfg(feature = "ssr")]
pub mod ctx;
pub mod error;
pub mod login;
pub mod session;
pub mod ui;

use crate::ui::{NotFound, Page, Shell, Toaster, Toasts};
use domain::access::Portal;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    any_nested_route::IntoAnyNestedRoute as _,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

#[cfg(feature = "ssr")]
pub use document::shell;

/// The server's half: the HTML document around the app.
#[cfg(feature = "ssr")]
mod document {
    use super::App;
    use crate::session::theme_of_request;
    use leptos::{nonce::use_nonce, prelude::*};
    use leptos_meta::MetaTags;

    /// A wave on the accent colour.
    const FAVICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Crect width='24' height='24' rx='6' fill='%230b6b5d'/%3E%3Cpath d='M4 8.500c2.700 0 2.700 2 5.300 2s2.700-2 5.400-2 2.600 2 5.300 2M4 14c2.700 0 2.700 2 5.300 2s2.700-2 5.400-2 2.600 2 5.300 2' fill='none' stroke='%23fff' stroke-width='2' stroke-linecap='round'/%3E%3C/svg%3E";

    /// Scripts and connections only from here; inline styles place the points of charts.
    fn policy() -> Option<String> {
        let nonce = use_nonce()?;
        Some(format!(
            "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
             style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'"
        ))
    }

    /// The document. `data-theme` is right in the first byte, so that a dark page never flashes.
    pub fn shell(options: LeptosOptions) -> impl IntoView {
        view! {
            <!DOCTYPE html>
            <html lang="en" data-theme=theme_of_request()>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    {policy().map(|p| view! { <meta http-equiv="Content-Security-Policy" content=p /> })}
                    <meta name="color-scheme" content="light dark" />
                    <link rel="preload" href="/fonts/inter.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                    <link rel="stylesheet" href="/pkg/millrace.css" />
                    <link rel="icon" href=FAVICON />
                    <HydrationScripts options />
                    <MetaTags />
                </head>
                <body>
                    <App />
                </body>
            </html>
        }
    }
}

/// Every page. All are rendered completely before they are sent, so that they are right without JavaScript.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let toaster = Toaster::new();
    provide_context(toaster);
    Effect::new(|_| ui::browser::set_root("data-hydrated", "true"));
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Millrace".to_owned() } else { format!("{text} · Millrace") } />
        <Router>
            <Routes fallback=|| view! { <main id="main"><NotFound /></main> }>
                <Route path=path!("/") view=Start ssr=SsrMode::Async />
                <Route path=path!("/login") view=login::LoginPage ssr=SsrMode::Async />
                <AdminRoutes />
                <AffiliateRoutes />
            </Routes>
        </Router>
        <Toasts from=toaster />
    }
}

/// The network's portal.
#[component(transparent)]
fn AdminRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/admin") view=|| view! { <Shell portal=Portal::Admin /> } ssr=SsrMode::Async>
            <Route path=path!("/") view=admin::overview::OverviewPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns") view=admin::campaigns::CampaignsPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns/new") view=admin::campaigns::CampaignNewPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns/:id") view=admin::campaigns::CampaignPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns/:id/edit") view=admin::campaigns::CampaignEditPage ssr=SsrMode::Async />
            <Route path=path!("/links") view=admin::links::LinksPage ssr=SsrMode::Async />
            <Route path=path!("/links/new") view=admin::links::LinkNewPage ssr=SsrMode::Async />
            <Route path=path!("/affiliates") view=admin::affiliates::AffiliatesPage ssr=SsrMode::Async />
            <Route path=path!("/affiliates/new") view=admin::affiliates::AffiliateNewPage ssr=SsrMode::Async />
            <Route path=path!("/affiliates/:id") view=admin::affiliates::AffiliatePage ssr=SsrMode::Async />
            <Route path=path!("/affiliates/:id/edit") view=admin::affiliates::AffiliateEditPage ssr=SsrMode::Async />
            <Route path=path!("/advertisers") view=admin::advertisers::AdvertisersPage ssr=SsrMode::Async />
            <Route path=path!("/advertisers/new") view=admin::advertisers::AdvertiserNewPage ssr=SsrMode::Async />
            <Route path=path!("/advertisers/:id") view=admin::advertisers::AdvertiserPage ssr=SsrMode::Async />
            <Route path=path!("/advertisers/:id/edit") view=admin::advertisers::AdvertiserEditPage ssr=SsrMode::Async />
            <Route path=path!("/conversions") view=admin::conversions::ConversionsPage ssr=SsrMode::Async />
            <Route path=path!("/conversions/:id") view=admin::conversions::ConversionPage ssr=SsrMode::Async />
            <Route path=path!("/clicks") view=admin::clicks::ClickLookupPage ssr=SsrMode::Async />
            <Route path=path!("/health") view=admin::health::HealthPage ssr=SsrMode::Async />
            <Route path=path!("/*any") view=Missing ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// The affiliates' portal.
#[component(transparent)]
fn AffiliateRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/affiliate") view=|| view! { <Shell portal=Portal::Affiliate /> } ssr=SsrMode::Async>
            <Route path=path!("/") view=affiliate::overview::OverviewPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns") view=affiliate::campaigns::CampaignsPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns/:id") view=affiliate::campaigns::CampaignPage ssr=SsrMode::Async />
            <Route path=path!("/links") view=affiliate::links::LinksPage ssr=SsrMode::Async />
            <Route path=path!("/conversions") view=affiliate::conversions::ConversionsPage ssr=SsrMode::Async />
            <Route path=path!("/subs") view=affiliate::subs::SubsPage ssr=SsrMode::Async />
            <Route path=path!("/*any") view=Missing ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Inside a portal, but no such page.
#[component]
fn Missing() -> impl IntoView {
    view! { <Page title="Not found"><NotFound /></Page> }
}

/// Sends everybody to where they start.
#[component]
fn Start() -> impl IntoView {
    let to = Resource::new_blocking(|| (), |()| session::start());
    view! {
        <main id="main" class="login">
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    let home = to.await.unwrap_or_else(|_| "/login".to_owned());
                    view! { <a class="btn" rel="external" href=home>"Go to your start page"</a> }
                })}
            </Suspense>
        </main>
    }
}

//! The portals: pages, and the server functions behind them.
//!
//! Built twice: with `ssr` into the server, with `hydrate` for the browser. Reading order: this file (document and
//! routes), `session`, `ui` (the kit), then one folder a feature under `admin` and `affiliate`.

#![recursion_limit = "256"]

pub mod account;
pub mod admin;
pub mod affiliate;
pub mod api_keys;
#[cfg(feature = "ssr")]
pub mod ctx;
pub mod error;
pub mod login;
pub mod notifications;
pub mod partner;
pub mod parts;
pub mod pieces;
pub mod search;
pub mod session;
pub mod signup;
pub mod ui;
pub mod viewing;

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
    use crate::{ctx::Deps, pieces::Files, session::theme_of_request};
    use leptos::{nonce::use_nonce, prelude::*};
    use leptos_meta::MetaTags;

    /// A wave on the accent colour.
    const FAVICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Crect width='24' height='24' rx='6' fill='%230b6b5d'/%3E%3Cpath d='M4 8.500c2.700 0 2.700 2 5.300 2s2.700-2 5.400-2 2.600 2 5.300 2M4 14c2.700 0 2.700 2 5.300 2s2.700-2 5.400-2 2.600 2 5.300 2' fill='none' stroke='%23fff' stroke-width='2' stroke-linecap='round'/%3E%3C/svg%3E";

    /// Starts the browser's half. Written out rather than left to the framework, which would put the nonce into other
    /// attributes as well, where a style sheet can read it, and leave it out where the policy asks for it.
    const START: &str = "import('/pkg/millrace.js').then(m => m.default({module_or_path: '/pkg/millrace.wasm'}).then(() => m.hydrate()))";

    /// The stylesheet with the network's own accent, where it has one; the address changes with the colours.
    fn own_colours() -> Option<String> {
        let palette = use_context::<Deps>()?.network.face().palette?;
        let digits = |c: domain::colour::Colour| c.to_string().trim_start_matches('#').to_owned();
        Some(format!("/brand/theme.css?v={}{}", digits(palette.light.accent), digits(palette.dark.accent)))
    }

    /// The document. `data-theme` is right in the first byte, so that a dark page never flashes. Only scripts with the
    /// nonce run: the server sends the policy as a header.
    pub fn shell() -> impl IntoView {
        let nonce = use_nonce();
        view! {
            <!DOCTYPE html>
            <html lang="en" data-theme=theme_of_request()>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <meta name="color-scheme" content="light dark" />
                    <link rel="preload" href="/fonts/inter.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                    <link rel="stylesheet" href="/pkg/millrace.css" />
                    {own_colours().map(|href| view! { <link rel="stylesheet" href=href /> })}
                    <link rel="icon" href=FAVICON />
                    <link rel="modulepreload" href="/pkg/millrace.js" nonce=nonce.clone() />
                    {use_context::<Files>().map(|files| {
                        let link = |file| view! { <link rel="modulepreload" href=format!("/pkg/{file}") nonce=nonce.clone() /> };
                        files.of("main").iter().map(link).collect_view()
                    })}
                    <link rel="preload" href="/pkg/millrace.wasm" r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
                    <script type="module" nonce=nonce>{START}</script>
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
    Effect::new(|_| {
        ui::browser::remember_forms();
        ui::browser::set_root("data-hydrated", "true");
    });
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Millrace".to_owned() } else { format!("{text} · Millrace") } />
        <Router>
            <Routes fallback=|| view! { <main id="main"><NotFound /></main> }>
                <Everything />
            </Routes>
        </Router>
        <Toasts from=toaster />
    }
}

/// Gets what the browser needs to take over the page at `path`, before it does.
pub async fn ready(path: &str) {
    pieces::ready(Everything(), path).await;
}

/// All pages.
#[component(transparent)]
fn Everything() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/") view=Start ssr=SsrMode::Async />
        <Route path=path!("/login") view=login::LoginPage ssr=SsrMode::Async />
        <Route path=path!("/login/code") view=login::CodePage ssr=SsrMode::Async />
        <Route path=path!("/forgot") view=login::ForgotPage ssr=SsrMode::Async />
        <Route path=path!("/reset/:token") view=login::ResetPage ssr=SsrMode::Async />
        <Route path=path!("/invite/:token") view=login::InvitePage ssr=SsrMode::Async />
        <Route path=path!("/signup") view=signup::SignUpPage ssr=SsrMode::Async />
        <Route path=path!("/signup/confirm") view=signup::ConfirmedPage ssr=SsrMode::Async />
        <Route path=path!("/signup/confirm/:token") view=signup::ConfirmPage ssr=SsrMode::Async />
        <Route path=path!("/confirm-email") view=login::EmailConfirmedPage ssr=SsrMode::Async />
        <Route path=path!("/confirm-email/:token") view=login::ConfirmEmailPage ssr=SsrMode::Async />
        <AdminRoutes />
        <AffiliateRoutes />
        <partner::AdvertiserRoutes />
        <partner::BuyerRoutes />
    }
    .into_inner()
    .into_any_nested_route()
}

/// The network's portal.
#[component(transparent)]
fn AdminRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/admin") view=|| view! { <Shell portal=Portal::Admin /> } ssr=SsrMode::Async>
            <Route path=path!("/") view=pieces::admin::OverviewPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns") view=pieces::admin::CampaignsPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns/new") view=pieces::admin::CampaignNewPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns/:id") view=pieces::admin::CampaignPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns/:id/edit") view=pieces::admin::CampaignEditPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns/:id/goals/:goal") view=pieces::admin::GoalEditPage ssr=SsrMode::Async />
            <Route path=path!("/links") view=pieces::admin::LinksPage ssr=SsrMode::Async />
            <Route path=path!("/links/new") view=pieces::admin::LinkNewPage ssr=SsrMode::Async />
            <Route path=path!("/links/:id/edit") view=pieces::admin::LinkEditPage ssr=SsrMode::Async />
            <Route path=path!("/affiliates") view=pieces::admin::AffiliatesPage ssr=SsrMode::Async />
            <Route path=path!("/affiliates/new") view=pieces::admin::AffiliateNewPage ssr=SsrMode::Async />
            <Route path=path!("/affiliates/:id") view=pieces::admin::AffiliatePage ssr=SsrMode::Async />
            <Route path=path!("/affiliates/:id/edit") view=pieces::admin::AffiliateEditPage ssr=SsrMode::Async />
            <Route path=path!("/advertisers") view=pieces::admin::AdvertisersPage ssr=SsrMode::Async />
            <Route path=path!("/advertisers/new") view=pieces::admin::AdvertiserNewPage ssr=SsrMode::Async />
            <Route path=path!("/advertisers/:id") view=pieces::admin::AdvertiserPage ssr=SsrMode::Async />
            <Route path=path!("/advertisers/:id/edit") view=pieces::admin::AdvertiserEditPage ssr=SsrMode::Async />
            <Route path=path!("/conversions") view=pieces::admin::ConversionsPage ssr=SsrMode::Async />
            <Route path=path!("/conversions/:id") view=pieces::admin::ConversionPage ssr=SsrMode::Async />
            <Route path=path!("/clicks") view=pieces::admin::ClickLookupPage ssr=SsrMode::Async />
            <Route path=path!("/search") view=pieces::own::SearchPage ssr=SsrMode::Async />
            <Route path=path!("/notifications") view=pieces::own::NotificationsPage ssr=SsrMode::Async />
            <Route path=path!("/health") view=pieces::network::HealthPage ssr=SsrMode::Async />
            <Route path=path!("/audit") view=pieces::network::AuditPage ssr=SsrMode::Async />
            <Route path=path!("/applications") view=pieces::network::ApplicationsPage ssr=SsrMode::Async />
            <Route path=path!("/applications/:id") view=pieces::network::ApplicationPage ssr=SsrMode::Async />
            <SettingsRoutes />
            <Route path=path!("/affiliates/:id/invite") view=pieces::network::AffiliateInvitePage ssr=SsrMode::Async />
            <Route path=path!("/team") view=pieces::network::TeamPage ssr=SsrMode::Async />
            <Route path=path!("/team/invite") view=pieces::network::InvitePage ssr=SsrMode::Async />
            <Route path=path!("/mails") view=pieces::network::MailsPage ssr=SsrMode::Async />
            <Route path=path!("/mails/:id") view=pieces::network::MailPage ssr=SsrMode::Async />
            <Route path=path!("/account") view=pieces::own::AccountPage ssr=SsrMode::Async />
            <Route path=path!("/account/security") view=pieces::own::SecurityPage ssr=SsrMode::Async />
            <Route path=path!("/api-keys") view=pieces::own::ApiKeysPage ssr=SsrMode::Async />
            <Route path=path!("/api-keys/new") view=pieces::own::ApiKeyNewPage ssr=SsrMode::Async />
            <Route path=path!("/styleguide") view=pieces::network::StyleguidePage ssr=SsrMode::Async />
            <Route path=path!("/*any") view=Missing ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// The network's settings.
#[component(transparent)]
fn SettingsRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/settings") view=leptos_router::components::Outlet ssr=SsrMode::Async>
            <Route path=path!("/") view=pieces::network::GeneralPage ssr=SsrMode::Async />
            <Route path=path!("/brand") view=pieces::network::BrandPage ssr=SsrMode::Async />
            <Route path=path!("/terms") view=pieces::network::TermsPage ssr=SsrMode::Async />
            <Route path=path!("/sign-up") view=pieces::network::SignUpSettingsPage ssr=SsrMode::Async />
            <Route path=path!("/sign-up/:id") view=pieces::network::QuestionPage ssr=SsrMode::Async />
            <Route path=path!("/features") view=pieces::network::FeaturesPage ssr=SsrMode::Async />
            <Route path=path!("/domains") view=pieces::network::DomainsPage ssr=SsrMode::Async />
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
            <Route path=path!("/") view=pieces::affiliate::OverviewPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns") view=pieces::affiliate::CampaignsPage ssr=SsrMode::Async />
            <Route path=path!("/campaigns/:id") view=pieces::affiliate::CampaignPage ssr=SsrMode::Async />
            <Route path=path!("/links") view=pieces::affiliate::LinksPage ssr=SsrMode::Async />
            <Route path=path!("/conversions") view=pieces::affiliate::ConversionsPage ssr=SsrMode::Async />
            <Route path=path!("/search") view=pieces::own::SearchPage ssr=SsrMode::Async />
            <Route path=path!("/notifications") view=pieces::own::NotificationsPage ssr=SsrMode::Async />
            <Route path=path!("/subs") view=pieces::affiliate::SubsPage ssr=SsrMode::Async />
            <Route path=path!("/account") view=pieces::own::AccountPage ssr=SsrMode::Async />
            <Route path=path!("/account/security") view=pieces::own::SecurityPage ssr=SsrMode::Async />
            <Route path=path!("/api-keys") view=pieces::own::ApiKeysPage ssr=SsrMode::Async />
            <Route path=path!("/api-keys/new") view=pieces::own::ApiKeyNewPage ssr=SsrMode::Async />
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

//! The portals of advertisers and lead buyers: so far somebody's own account, and a first page that says so.

use crate::{
    Missing, pieces,
    session::{Me, me},
    ui::{Card, Fact, Facts, Load, Page, PageData, Shell},
};
use domain::access::Portal;
use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    any_nested_route::IntoAnyNestedRoute as _,
    components::{ParentRoute, Route},
    path,
};

/// The advertisers' portal.
#[component(transparent)]
pub fn AdvertiserRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/advertiser") view=|| view! { <Shell portal=Portal::Advertiser /> } ssr=SsrMode::Async>
            <Route path=path!("/") view=pieces::own::HomePage ssr=SsrMode::Async />
            <Route path=path!("/notifications") view=pieces::own::NotificationsPage ssr=SsrMode::Async />
            <Route path=path!("/account") view=pieces::own::AccountPage ssr=SsrMode::Async />
            <Route path=path!("/account/security") view=pieces::own::SecurityPage ssr=SsrMode::Async />
            <Route path=path!("/*any") view=Missing ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// The lead buyers' portal.
#[component(transparent)]
pub fn BuyerRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/buyer") view=|| view! { <Shell portal=Portal::Buyer /> } ssr=SsrMode::Async>
            <Route path=path!("/") view=pieces::own::HomePage ssr=SsrMode::Async />
            <Route path=path!("/notifications") view=pieces::own::NotificationsPage ssr=SsrMode::Async />
            <Route path=path!("/account") view=pieces::own::AccountPage ssr=SsrMode::Async />
            <Route path=path!("/account/security") view=pieces::own::SecurityPage ssr=SsrMode::Async />
            <Route path=path!("/*any") view=Missing ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// What the account is for, and what can be done here.
#[component]
pub fn HomePage() -> impl IntoView {
    let res = PageData::new(|| (), |()| me());
    view! { <Load res title="Welcome" render=page /> }
}

fn page(me: Me) -> AnyView {
    let portal = me.role.portal();
    let network = if me.network.is_empty() { "the network".to_owned() } else { me.network };
    let (whose, handled) = match portal {
        Portal::Buyer => (
            "a lead buyer",
            format!(
                "Which leads you get, at what price and how many a day is agreed with the people of {network}. Leads and \
                 invoices are not shown here yet; they reach you the way you have agreed on."
            ),
        ),
        _ => (
            "an advertiser",
            format!(
                "Campaigns, and whether conversions count, are looked after by the people of {network}. Results and \
                 invoices are not shown here yet; ask your contact there for them."
            ),
        ),
    };
    let way = move |end: &str, label: &'static str, what: &'static str| {
        let href = format!("{}{end}", portal.home());
        view! { <li><a class="link" href=href>{label}</a><p class="sub">{what}</p></li> }
    };
    view! {
        <Page title="Welcome">
            <div class="two">
                <Card title="What you can do here">
                    <ul class="stack">
                        {way("/account", "Your account", "Name, time zone, address and password.")}
                        {way("/account/security", "Security", "Two-step sign-in, and where you are signed in.")}
                        {way("/notifications", "Notifications", "What concerns your account.")}
                    </ul>
                </Card>
                <Card title="This account" sub=format!("It belongs to {whose} of {network}.")>
                    <Facts>
                        <Fact label="Name">{me.name}</Fact>
                        <Fact label="Address">{me.email}</Fact>
                        <Fact label="Role">{me.role.label()}</Fact>
                    </Facts>
                    <p>{handled}</p>
                </Card>
            </div>
        </Page>
    }
    .into_any()
}

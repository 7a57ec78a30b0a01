//! The frame of a portal: sidebar (a drawer on narrow screens), theme switch, sign-out, skip link.

use super::{browser, icons::Wave, nav};
use crate::session::{Me, SetTheme, SignOut, me};
use domain::access::Portal;
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

/// The frame; the page goes where the router's outlet is. Each page prints its own top bar
/// ([`Page`](super::Page)).
///
/// The sidebar is a native popover: on narrow screens the menu button opens it without JavaScript, on wide ones
/// the stylesheet shows it always.
#[component]
pub fn Shell(
    /// Which portal.
    portal: Portal,
) -> impl IntoView {
    let who = Resource::new_blocking(|| (), |()| me());
    let path = use_location().pathname;
    Effect::new(move |_| {
        path.track();
        browser::hide_popover("side");
    });
    let name = match portal {
        Portal::Admin => "Network",
        Portal::Affiliate => "Affiliates",
        Portal::Advertiser => "Advertisers",
        Portal::Buyer => "Lead buyers",
    };
    view! {
        <a class="skip" href="#main" rel="external">"Skip to content"</a>
        <div class="shell">
            <div class="side" id="side" popover="auto">
                <div class="side-top">
                    <a class="brand" href=portal.home()>
                        <Wave />
                        <span>"Millrace"</span>
                        <em>
                            <Suspense fallback=move || name>
                                {move || Suspend::new(async move {
                                    who.await.ok().map(|me| me.network).filter(|n| !n.is_empty()).unwrap_or_else(|| name.to_owned())
                                })}
                            </Suspense>
                        </em>
                    </a>
                    <button
                        type="button"
                        class="menu"
                        popovertarget="side"
                        popovertargetaction="hide"
                        aria-label="Close menu"
                    >
                        "×"
                    </button>
                </div>
                <Suspense fallback=|| ()>
                    {move || Suspend::new(async move {
                        match who.await {
                            Ok(me) => view! { <Sidebar portal me /> }.into_any(),
                            Err(_) => ().into_any(),
                        }
                    })}
                </Suspense>
            </div>
            <div class="col"><Outlet /></div>
        </div>
    }
}

/// Navigation by role, then the person.
#[component]
fn Sidebar(portal: Portal, me: Me) -> impl IntoView {
    let path = use_location().pathname;
    let role = me.role;
    let badges = me.badges.clone();
    let line = move |item: nav::Item| {
        let current = move || nav::is_current(item.href, portal, &path.read()).then_some("page");
        let count = badges.iter().find(|b| b.0 == item.badge && b.1 > 0).map(|b| {
            let text = if b.1 > 99 { "99+".to_owned() } else { b.1.to_string() };
            view! { <b class="count">{text}<span class="vh">" waiting"</span></b> }
        });
        view! { <li><a href=item.href aria-current=current>{item.label}{count}</a></li> }
    };
    let sections = nav::sections(portal)
        .iter()
        .filter_map(|s| {
            let items = nav::visible(s, role);
            if items.is_empty() {
                return None;
            }
            let heading = (!s.heading.is_empty()).then(|| view! { <h2>{s.heading}</h2> });
            let items = items.into_iter().map(&line).collect_view();
            Some(view! { <div class="nav-part">{heading}<ul>{items}</ul></div> })
        })
        .collect_view();
    view! {
        <nav aria-label="Main">{sections}</nav>
        <div class="side-foot">
            <ThemeSwitch theme=me.theme />
            <div class="who">
                <p><b>{me.name}</b><span>{me.email}</span><span>{me.role.label()}" · "{me.tz}</span></p>
                <SignOutForm />
            </div>
        </div>
    }
}

/// System, light or dark, kept in a cookie. A plain form without JavaScript.
#[component]
fn ThemeSwitch(theme: String) -> impl IntoView {
    let set = ServerAction::<SetTheme>::new();
    let chosen = RwSignal::new(theme);
    let button = move |word: &'static str, label: &'static str| {
        let pressed = move || if *chosen.read() == word { "true" } else { "false" };
        let click = move |_| {
            chosen.set(word.to_owned());
            browser::set_root("data-theme", word);
        };
        view! {
            <button type="submit" name="theme" value=word aria-pressed=pressed on:click=click>{label}</button>
        }
    };
    view! {
        <ActionForm action=set>
            <fieldset class="theme">
                <legend class="vh">"Theme"</legend>
                {button("system", "System")}
                {button("light", "Light")}
                {button("dark", "Dark")}
            </fieldset>
        </ActionForm>
    }
}

/// Ends the session. Always a full page load, so that nothing of the old session stays in memory.
#[component]
fn SignOutForm() -> impl IntoView {
    use leptos::server_fn::ServerFn as _;
    view! {
        <form method="post" action=SignOut::url()>
            <button type="submit" class="btn s">"Sign out"</button>
        </form>
    }
}

//! The frame of a portal: sidebar (a drawer on narrow screens), search, bell, account menu, keyboard, live updates.

use super::action::{ActionForm, ServerAction};
use super::{
    BellButton, BellPanel, CommandMenu, Keyboard, Live, Logo, PauseButton, SearchBox, SignedOut, Unsaved,
    bell::Bell,
    browser,
    command::{Command, SearchIcon},
    icons::Drawing,
    keys, nav, use_live, use_toaster, window,
};
use crate::{
    error::AppError,
    session::{Me, SetTheme, SignOut, me},
    viewing::ViewingBanner,
};
use domain::access::Portal;
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

/// Who is signed in, or why nobody is.
type Who = Resource<Result<Me, AppError>>;

/// The frame; the page goes where the router's outlet is. Each page prints its own top bar
/// ([`Page`](super::Page)), over whose right end the frame lays search, bell and account.
///
/// The sidebar is a native popover: on narrow screens the menu button opens it without JavaScript, on wide ones
/// the stylesheet shows it always.
#[component]
pub fn Shell(
    /// Which portal.
    portal: Portal,
) -> impl IntoView {
    let who: Who = Resource::new_blocking(|| (), |()| me());
    let live = Live::new(use_toaster());
    provide_context(live);
    provide_context(Bell::default());
    provide_context(Command::default());
    let large = nav::is_large(portal);
    Effect::new(move |_| {
        if large {
            live.start();
        }
    });
    let path = use_location().pathname;
    Effect::new(move |_| {
        path.track();
        for panel in ["side", "bell", "account"] {
            browser::hide_popover(panel);
        }
    });
    let name = match portal {
        Portal::Admin => "Network",
        Portal::Affiliate => "Affiliates",
        Portal::Advertiser => "Advertisers",
        Portal::Buyer => "Lead buyers",
    };
    // While the drawer is open, nothing behind it can be reached. This is said before it opens or closes.
    let turn = move |_: leptos::ev::Event| {
        for behind in [".col", ".skip"] {
            window::set_inert(behind, !window::is_popped("side"));
        }
    };
    let turned = move |_: leptos::ev::Event| window::drawer_focus("side", "header.top .menu");
    view! {
        <a class="skip" href="#main" rel="external">"Skip to content"</a>
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move { who.await.ok().map(|me| view! { <ViewingBanner me /> }) })}
        </Suspense>
        <div class="shell">
            <div class="side" id="side" popover="auto" on:beforetoggle=turn on:toggle=turned>
                <div class="side-top">
                    <a class="brand" href=portal.home()>
                        <Logo />
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
                {large.then(|| view! { <SearchBox portal /> })}
                <Suspense fallback=|| ()>
                    {move || Suspend::new(async move {
                        match who.await {
                            Ok(me) => view! { <Sidebar portal me /> }.into_any(),
                            Err(_) => ().into_any(),
                        }
                    })}
                </Suspense>
            </div>
            <div class="col">
                <Tools portal who />
                <Outlet />
            </div>
        </div>
        <Overlays portal who />
    }
}

/// What lies over the page until it is asked for.
#[component]
fn Overlays(portal: Portal, who: Who) -> impl IntoView {
    view! {
        <BellPanel portal />
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match who.await {
                    Ok(me) => {
                        let role = me.role;
                        let keys = nav::is_large(portal)
                            .then(|| view! { <CommandMenu portal role /> <Keyboard portal role /> });
                        view! {
                            <AccountMenu portal me />
                            {keys}
                        }
                        .into_any()
                    }
                    Err(_) => ().into_any(),
                }
            })}
        </Suspense>
        <SignedOut who />
        <Unsaved />
    }
}

/// Search (on narrow screens), bell and account, over the right end of the page's top bar.
#[component]
fn Tools(portal: Portal, who: Who) -> impl IntoView {
    let menu = super::use_command();
    let find = move |e: leptos::ev::MouseEvent| {
        e.prevent_default();
        menu.show();
    };
    let search = nav::is_large(portal).then(|| {
        view! {
            <a class="tool narrow" href=format!("{}/search", portal.home()) aria-label="Find anything" on:click=find>
                <SearchIcon />
            </a>
        }
    });
    view! {
        <div class="tools">
            <div class="tools-row">
                {search}
                <BellButton portal who />
                <button type="button" class="tool" popovertarget="account" aria-label="Account">
                    <Drawing d="M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.500 20a7.500 6 0 0 1 15 0" />
                </button>
            </div>
        </div>
    }
}

/// Navigation by role.
#[component]
fn Sidebar(portal: Portal, me: Me) -> impl IntoView {
    let live = use_live();
    let path = use_location().pathname;
    let role = me.role;
    let badges = StoredValue::new(me.badges);
    let count = move |key: &'static str| {
        let first = badges.with_value(|all| all.iter().find(|b| b.0 == key).map(|b| b.1));
        live.badge(key).or(first).unwrap_or(0)
    };
    let line = move |item: nav::Item| {
        let current = move || nav::is_current(item.href, portal, &path.read()).then_some("page");
        let badge = move || {
            let n = count(item.badge);
            let text = if n > 999 { "999+".to_owned() } else { n.to_string() };
            (n > 0).then(|| view! { <b class="count">{text}<span class="vh">" waiting"</span></b> })
        };
        let badge = (!item.badge.is_empty()).then_some(badge);
        view! { <li><a href=item.href aria-current=current>{item.label}{badge}</a></li> }
    };
    let sections = nav::sections(portal)
        .iter()
        .filter_map(|s| {
            let items = nav::visible(s, role);
            if items.is_empty() {
                return None;
            }
            let heading = (!s.heading.is_empty()).then(|| view! { <h2>{s.heading}</h2> });
            let items = items.into_iter().map(line).collect_view();
            Some(view! { <div class="nav-part">{heading}<ul>{items}</ul></div> })
        })
        .collect_view();
    view! { <nav aria-label="Main">{sections}</nav> }
}

/// The person: account, theme, keyboard, signing out. A popover, which opens without JavaScript too.
#[component]
fn AccountMenu(portal: Portal, me: Me) -> impl IntoView {
    let home = portal.home();
    let link = |end: &str, label: &'static str| {
        view! { <li><a class="menu-item" href=format!("{home}{end}")>{label}</a></li> }
    };
    let keys = move |_| {
        browser::hide_popover("account");
        keys::show_keys();
    };
    let large = nav::is_large(portal).then(|| {
        view! {
            <li>
                <button type="button" class="menu-item only-js" on:click=keys>
                    <span>"Keyboard"</span>
                    <kbd>"?"</kbd>
                </button>
            </li>
            <li><PauseButton wide=true /></li>
        }
    });
    view! {
        <div class="account" id="account" popover="auto" role="dialog" aria-label="Account">
            <p class="who"><b>{me.name}</b><span>{me.email}</span><span>{me.role.label()}" · "{me.tz}</span></p>
            <ul>
                {link("/account", "Your account")}
                {link("/account/security", "Security")}
                {link("/notifications", "Notifications")}
                {large}
            </ul>
            <ThemeSwitch theme=me.theme />
            <SignOutForm />
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
            <button type="submit" class="btn s wide">"Sign out"</button>
        </form>
    }
}

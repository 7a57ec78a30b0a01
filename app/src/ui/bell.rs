//! The bell: what has come up, and how much of it is not read.

use super::{Moment, icons::Drawing, use_live, window};
use crate::{
    error::AppError,
    notifications::api::{bell, mark_read},
    session::Me,
};
use domain::{
    access::Portal,
    view::{BellView, NoticeView},
};
use leptos::{ev, prelude::*, task::spawn_local};

const PANEL: &str = "bell";

/// What is behind the bell, as far as it was fetched. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Bell {
    view: RwSignal<Option<Result<BellView, AppError>>>,
}

/// The frame's bell.
#[must_use]
pub fn use_bell() -> Bell {
    use_context::<Bell>().unwrap_or_default()
}

impl Default for Bell {
    fn default() -> Self {
        Self { view: RwSignal::new(None) }
    }
}

impl Bell {
    /// Fetches it anew.
    pub fn reload(self) {
        spawn_local(async move {
            let answer = bell().await;
            self.view.try_set(Some(answer));
        });
    }

    /// How many are not read, once they were fetched.
    fn unread(self) -> Option<i64> {
        self.view.read().as_ref()?.as_ref().ok().map(|v| v.unread)
    }

    /// Marks one or all as read, here at once and then on the server.
    fn read(self, id: Option<i64>) {
        self.view.update(|view| {
            if let Some(Ok(view)) = view {
                for notice in view.newest.iter_mut().filter(|n| id.is_none_or(|id| n.id == id)) {
                    if !notice.read && !notice.over {
                        view.unread = (view.unread - 1).max(0);
                    }
                    notice.read = true;
                }
                if id.is_none() {
                    view.unread = 0;
                }
            }
        });
        spawn_local(async move {
            // What was not written is unread again.
            if mark_read(id.map(|id| id.to_string()).unwrap_or_default()).await.is_err() {
                self.reload();
            }
        });
    }
}

/// Where all notifications of a portal stand.
fn all_of(portal: Portal) -> String {
    format!("{}/notifications", portal.home())
}

/// The button with the count; without JavaScript a link to the page.
#[component]
pub fn BellButton(
    /// Whose notifications.
    portal: Portal,
    /// Who is signed in.
    who: Resource<Result<Me, AppError>>,
) -> impl IntoView {
    let bell = use_bell();
    let live = use_live();
    // Something new is there: count again.
    Effect::new(move |before: Option<Option<String>>| {
        let now = live.notices();
        if before.is_some_and(|b| b.is_some() && b != now) {
            bell.reload();
        }
        now
    });
    let content = move || {
        Suspend::new(async move {
            let first = who.await.map(|me| me.unread).unwrap_or_default();
            let unread = move || bell.unread().unwrap_or(first);
            let label = move || match unread() {
                0 => "Notifications".to_owned(),
                n => format!("Notifications, {n} unread"),
            };
            let count = move || {
                let n = unread();
                let text = if n > 9 { "9+".to_owned() } else { n.to_string() };
                (n > 0).then(|| view! { <b class="tool-count" aria-hidden="true">{text}</b> })
            };
            view! {
                <button type="button" class="tool only-js" popovertarget=PANEL aria-label=label>
                    <BellIcon />
                    {count}
                </button>
                <a class="tool no-js" href=all_of(portal) aria-label=label>
                    <BellIcon />
                    {count}
                </a>
            }
        })
    };
    view! { <Suspense fallback=|| ()>{content}</Suspense> }
}

#[component]
fn BellIcon() -> impl IntoView {
    view! { <Drawing d="M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500a2 2 0 0 0 4 0" /> }
}

/// What opens under the bell. Once, in the frame.
#[component]
pub fn BellPanel(
    /// Whose notifications.
    portal: Portal,
) -> impl IntoView {
    let bell = use_bell();
    let opened = move |_: ev::Event| {
        if window::is_popped(PANEL) {
            bell.reload();
        }
    };
    let body = move || match bell.view.get() {
        None => view! { <p class="bell-empty" role="status">"Loading"</p> }.into_any(),
        Some(Err(e)) => view! { <p class="bell-empty" role="alert">{e.message}</p> }.into_any(),
        Some(Ok(view)) if view.newest.is_empty() => {
            view! { <p class="bell-empty">"Nothing has come up yet."</p> }.into_any()
        }
        Some(Ok(view)) => {
            let lines = view.newest.into_iter().map(|n| view! { <Line notice=n /> }).collect_view();
            view! { <ul>{lines}</ul> }.into_any()
        }
    };
    let all_read = move || {
        (bell.unread().unwrap_or(0) > 0).then(|| {
            view! {
                <button type="button" class="btn ghost s" on:click=move |_| bell.read(None)>
                    "Mark all as read"
                </button>
            }
        })
    };
    view! {
        <div class="bell-panel" id=PANEL popover="auto" role="dialog" aria-label="Notifications" on:toggle=opened>
            <header><h2>"Notifications"</h2>{all_read}</header>
            {body}
            <footer><a href=all_of(portal) on:click=move |_| super::browser::hide_popover(PANEL)>"All notifications"</a></footer>
        </div>
    }
}

#[component]
fn Line(notice: NoticeView) -> impl IntoView {
    let bell = use_bell();
    let NoticeView { id, tone, title, text, href, at, read, over } = notice;
    let chosen = move |_| {
        if !read {
            bell.read(Some(id));
        }
        super::browser::hide_popover(PANEL);
    };
    let class = format!("bell-line {tone}{}", if read || over { " read" } else { "" });
    let state = if over {
        ", over"
    } else if read {
        ""
    } else {
        ", unread"
    };
    let inner = view! {
        <b>{title}<span class="vh">{state}</span></b>
        <span>{text}</span>
        <small><Moment at /></small>
    };
    if href.is_empty() {
        view! { <li class=class><div>{inner}</div></li> }.into_any()
    } else {
        view! { <li class=class><a href=href on:click=chosen>{inner}</a></li> }.into_any()
    }
}

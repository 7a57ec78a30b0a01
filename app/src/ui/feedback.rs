//! Badges, notices and toasts: what the page says about states and about what was done.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What a colour stands for; there is always a word beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Neutral,
    Ok,
    Warn,
    Bad,
    Info,
}

impl Tone {
    /// The CSS class.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
        }
    }
}

/// The tone of a status word, as stored in the database.
#[must_use]
pub fn tone_of(word: &str) -> Tone {
    match word {
        "active" | "approved" | "ok" | "passed" | "live" | "sent" => Tone::Ok,
        "pending" | "apply" | "held" | "behind" | "suspended" | "warn" => Tone::Warn,
        "rejected" | "failed" | "closed" | "bad" | "stopped" | "dead" => Tone::Bad,
        "draft" | "info" | "queued" | "sending" => Tone::Info,
        _ => Tone::Neutral,
    }
}

/// A word on a coloured ground.
#[component]
pub fn Badge(
    /// The colour.
    #[prop(optional)]
    tone: Tone,
    children: Children,
) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.class())>{children()}</span> }
}

/// The badge of a status; its tone follows from the word.
#[component]
pub fn StatusBadge(
    /// The stored word, such as `approved`.
    #[prop(into)]
    word: String,
    /// The word for people.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! { <span class=format!("badge {}", tone_of(&word).class())>{label}</span> }
}

/// A message inside the page.
#[component]
pub fn Notice(
    /// The colour; `Bad` is announced at once.
    #[prop(optional)]
    tone: Tone,
    children: Children,
) -> impl IntoView {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    view! { <div class=format!("notice {}", tone.class()) role=role>{children()}</div> }
}

/// Says what was done, after a redirect with `?done=word`.
#[component]
pub fn DoneNotice(
    /// Word in the URL and sentence for people. Other words show nothing.
    says: &'static [(&'static str, &'static str)],
) -> impl IntoView {
    let query = use_query_map();
    move || {
        let word = query.read().get("done").unwrap_or_default();
        says.iter().find(|s| s.0 == word).map(|s| view! { <Notice tone=Tone::Ok>{s.1}</Notice> })
    }
}

/// How long a toast stays that is no error.
const STAYS: std::time::Duration = std::time::Duration::from_secs(6);
/// Toasts on show.
const MOST: usize = 3;

/// A message that comes and goes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
    /// Where it leads; may be empty.
    href: String,
    /// What it is about: a later one takes its place. May be empty.
    key: String,
}

/// The toasts on show; at most three.
#[derive(Debug, Clone, Copy)]
pub struct Toaster {
    all: RwSignal<Vec<Toast>>,
    /// Somebody is reading: nothing goes.
    held: RwSignal<bool>,
}

impl Toaster {
    /// Without toasts.
    #[must_use]
    pub fn new() -> Self {
        Self { all: RwSignal::new(Vec::new()), held: RwSignal::new(false) }
    }

    /// Shows one. Errors stay until closed, the others go by themselves.
    pub fn show(self, tone: Tone, text: impl Into<String>) {
        self.say(tone, text.into(), String::new(), "");
    }

    /// Shows one that leads somewhere and takes the place of an earlier one about the same.
    pub fn say(self, tone: Tone, text: String, href: String, key: &str) {
        let mut id = 0;
        self.all.update(|all| {
            id = all.iter().map(|t| t.id).max().unwrap_or(0) + 1;
            all.retain(|t| key.is_empty() || t.key != key);
            all.push(Toast { id, tone, text, href, key: key.to_owned() });
            if all.len() > MOST {
                // Errors go last.
                let first = all.iter().position(|t| t.tone != Tone::Bad).unwrap_or(0);
                all.remove(first);
            }
        });
        if tone != Tone::Bad {
            self.close_later(id);
        }
    }

    fn close_later(self, id: u32) {
        let go = move || {
            if self.held.try_get_untracked().unwrap_or(false) {
                self.close_later(id);
            } else {
                self.close(id);
            }
        };
        set_timeout(go, STAYS);
    }

    fn close(self, id: u32) {
        self.all.try_update(|all| all.retain(|t| t.id != id));
        if self.all.try_with_untracked(Vec::is_empty).unwrap_or(true) {
            self.held.try_set(false);
        }
    }
}

impl Default for Toaster {
    fn default() -> Self {
        Self::new()
    }
}

/// The app's toaster. Only for event handlers and effects, never while rendering.
#[must_use]
pub fn use_toaster() -> Toaster {
    use_context::<Toaster>().unwrap_or_default()
}

/// Where toasts appear; once, in the app. They stay while the pointer or the focus is on them.
#[component]
pub fn Toasts(
    /// Whose.
    from: Toaster,
) -> impl IntoView {
    let toast = move |toast: Toast| {
        let Toast { id, tone, text, href, .. } = toast;
        let role = if tone == Tone::Bad { "alert" } else { "status" };
        let text = if href.is_empty() {
            view! { <p>{text}</p> }.into_any()
        } else {
            view! { <p><a href=href on:click=move |_| from.close(id)>{text}</a></p> }.into_any()
        };
        view! {
            <div class=format!("toast {}", tone.class()) role=role>
                {text}
                <button type="button" class="btn ghost s" aria-label="Close" on:click=move |_| from.close(id)>
                    "×"
                </button>
            </div>
        }
    };
    view! {
        <div
            class="toasts"
            role="region"
            aria-label="Messages"
            on:mouseenter=move |_| from.held.set(true)
            on:mouseleave=move |_| from.held.set(false)
            on:focusin=move |_| from.held.set(true)
            on:focusout=move |_| from.held.set(false)
        >
            <For each=move || from.all.get() key=|t| t.id children=toast />
        </div>
    }
}

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
        "active" | "approved" | "ok" | "passed" | "live" => Tone::Ok,
        "pending" | "apply" | "held" | "behind" => Tone::Warn,
        "rejected" | "failed" | "closed" | "bad" | "stopped" => Tone::Bad,
        "draft" | "info" => Tone::Info,
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

/// The toasts on show; at most three.
#[derive(Debug, Clone, Copy)]
pub struct Toaster(RwSignal<Vec<(u32, Tone, String)>>);

impl Toaster {
    /// Without toasts.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Shows one. Errors stay until closed, the others go by themselves.
    pub fn show(self, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        let mut id = 0;
        self.0.update(|all| {
            id = all.iter().map(|t| t.0).max().unwrap_or(0) + 1;
            all.push((id, tone, text));
            if all.len() > 3 {
                all.remove(0);
            }
        });
        if tone != Tone::Bad {
            set_timeout(move || self.close(id), std::time::Duration::from_secs(6));
        }
    }

    fn close(self, id: u32) {
        self.0.update(|all| all.retain(|t| t.0 != id));
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

/// Where toasts appear; once, in the app.
#[component]
pub fn Toasts(
    /// Whose.
    from: Toaster,
) -> impl IntoView {
    let toast = move |(id, tone, text): (u32, Tone, String)| {
        let role = if tone == Tone::Bad { "alert" } else { "status" };
        view! {
            <div class=format!("toast {}", tone.class()) role=role>
                <p>{text}</p>
                <button type="button" class="btn ghost s" aria-label="Close" on:click=move |_| from.close(id)>
                    "×"
                </button>
            </div>
        }
    };
    view! {
        <div class="toasts" role="region" aria-label="Messages">
            <For each=move || from.0.get() key=|t| t.0 children=toast />
        </div>
    }
}

//! An open page stays right: counts, freshness and messages as they change, figures fetched again when they have.
//!
//! The page listens while it can be seen and nobody has paused it. What is on show is fetched again when the server says
//! that it changed, unless somebody is in the middle of something; then a button offers to. Without JavaScript a
//! page is as of when it was loaded, which it says.

mod parts;
mod source;

pub use parts::{PauseButton, SignedOut};

use super::{Toaster, window};
use crate::{error::ErrorCode, session::me};
use domain::view::{DataAsOf, LiveUpdate};
use leptos::{prelude::*, task::spawn_local};
use source::{Keep, Source};
use std::time::Duration;

/// Figures are fetched again no more often than this, in milliseconds.
const REFETCH_MS: i64 = 12_000;
/// When figures were fetched is known to the second.
const ROUNDED_MS: i64 = 1000;
/// A page that cannot be seen stops listening after this long.
const HIDDEN: Duration = Duration::from_secs(60);
/// The server says something every ten seconds; after this long without, the connection is dead. In milliseconds.
const SILENT_MS: f64 = 35_000.0;
/// Between two looks whether it is.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Pauses before another try where the browser has given up, in seconds.
const RETRY: (u64, u64) = (5, 120);
const PAUSED_KEY: &str = "live-paused";
/// Id of the dialog that says so.
const SIGNED_OUT: &str = "signed-out";

/// What somebody is in the middle of: then nothing moves by itself.
const BUSY: &str = "dialog[open], :popover-open, main details[open], main form[data-unsent], \
                    main tbody input[type=checkbox]:checked, main :is(input, select, textarea):focus, \
                    main tbody :focus-visible, main .toggle[aria-busy], main .plot:focus, main [role=tooltip]";

/// How the page listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listening {
    /// Not yet, or not while the page cannot be seen.
    Not,
    Yes,
    /// The connection is lost; it is being made again.
    Lost,
    /// Somebody wants it quiet.
    Paused,
}

/// The figures on show.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    /// Which part of the page shows them.
    place: u64,
    /// When they were fetched, by the server's clock.
    taken_ms: i64,
    /// What the server would say of [`LiveUpdate::data`] as of then.
    mark: String,
}

impl Shown {
    /// Whether something has changed; figures without a mark are never out of date.
    fn is_before(&self, data: &str) -> bool {
        !self.mark.is_empty() && self.mark != data
    }
}

/// What the frame knows from the server while the page is open. Cheap to copy; from [`use_live`].
#[derive(Clone, Copy)]
pub struct Live {
    update: RwSignal<Option<LiveUpdate>>,
    how: RwSignal<Listening>,
    /// What is on show is older than what the server has.
    stale: RwSignal<bool>,
    /// Grows when what is on show is to be fetched again.
    turn: RwSignal<u32>,
    /// The figures on show; `None` where the page has none.
    shown: RwSignal<Option<Shown>>,
    /// Counts the places that show figures.
    places: StoredValue<u64>,
    /// When they were last fetched because something had changed, by the server's clock.
    fetched_ms: RwSignal<i64>,
    /// A look is due whether to fetch them again.
    waiting: StoredValue<bool>,
    /// When the server last said something, by the browser's clock.
    heard_ms: StoredValue<f64>,
    /// Counts the tries to connect, so that a late answer to an old one does nothing.
    tries: StoredValue<u64>,
    source: StoredValue<Option<Source>, Keep>,
    toaster: Toaster,
}

/// The frame's live updates. Outside a portal nothing ever comes.
#[must_use]
pub fn use_live() -> Live {
    use_context::<Live>().unwrap_or_else(|| Live::new(super::use_toaster()))
}

impl Live {
    /// Hears nothing until [`Live::start`].
    #[must_use]
    pub fn new(toaster: Toaster) -> Self {
        Self {
            update: RwSignal::new(None),
            how: RwSignal::new(Listening::Not),
            stale: RwSignal::new(false),
            turn: RwSignal::new(0),
            shown: RwSignal::new(None),
            places: StoredValue::new(0),
            fetched_ms: RwSignal::new(0),
            waiting: StoredValue::new(false),
            heard_ms: StoredValue::new(0.0),
            tries: StoredValue::new(0),
            source: StoredValue::new_with_storage(None),
            toaster,
        }
    }

    /// How the page listens.
    #[must_use]
    pub fn listening(self) -> Listening {
        self.how.get()
    }

    /// The count beside an entry of the navigation, once the server has said one.
    #[must_use]
    pub fn badge(self, key: &str) -> Option<i64> {
        self.update.read().as_ref()?.badges.iter().find(|b| b.0 == key).map(|b| b.1)
    }

    /// Changes when there is something new behind the bell.
    #[must_use]
    pub fn notices(self) -> Option<String> {
        self.update.read().as_ref().map(|u| u.notices.clone())
    }

    /// Grows when what is on show is to be fetched again.
    #[must_use]
    pub fn turn(self) -> u32 {
        self.turn.get()
    }

    /// Something newer is there and waits for somebody to ask for it.
    #[must_use]
    pub fn is_stale(self) -> bool {
        self.stale.get()
    }

    /// Up to when everything is counted that a page shows which was fetched as of `shown`: as long as nothing has
    /// changed since, that is what the server says now.
    #[must_use]
    pub fn as_of(self, shown: &DataAsOf) -> DataAsOf {
        let update = self.update.read();
        let Some(update) = update.as_ref().filter(|u| u.now_ms >= shown.as_of_ms) else {
            return shown.clone();
        };
        if !self.stale.get() && update.as_of.as_of_ms >= shown.as_of_ms {
            return update.as_of.clone();
        }
        let behind_secs = (update.now_ms - shown.as_of_ms) / 1000;
        DataAsOf { behind_secs, ..shown.clone() }
    }

    /// A number for a part of the page that is going to show figures.
    #[must_use]
    pub fn new_place(self) -> u64 {
        self.places
            .try_update_value(|n| {
                *n += 1;
                *n
            })
            .unwrap_or_default()
    }

    /// That part shows these figures from now on.
    pub fn showing(self, place: u64, as_of: &DataAsOf) {
        let shown =
            Shown { place, taken_ms: as_of.as_of_ms + as_of.behind_secs * 1000, mark: as_of.mark.clone() };
        // The server may have told of something newer while they were on their way.
        let newer = |u: &LiveUpdate| u.now_ms > shown.taken_ms + ROUNDED_MS && shown.is_before(&u.data);
        self.stale.set(self.update.read_untracked().as_ref().is_some_and(newer));
        self.shown.set(Some(shown));
    }

    /// That part is gone. What took its place may have come before this is said.
    pub fn showing_nothing(self, place: u64) {
        if self.shown.try_with_untracked(|s| s.as_ref().is_some_and(|s| s.place == place)) == Some(true) {
            self.shown.try_set(None);
        }
    }

    /// Fetches what is on show again.
    pub fn refresh(self) {
        self.stale.set(false);
        self.fetched_ms.set(self.update.read_untracked().as_ref().map_or(0, |u| u.now_ms));
        self.turn.update(|n| *n = n.wrapping_add(1));
    }

    /// Starts to listen, unless somebody paused it in this browser. In an effect of the frame, once.
    pub fn start(self) {
        if window::stored(PAUSED_KEY).is_some() {
            self.how.set(Listening::Paused);
        } else {
            self.connect();
        }
        let seen = window_event_listener_untyped("visibilitychange", move |_| self.seen_or_not());
        let online = window_event_listener_untyped("online", move |_| self.look());
        let left = window_event_listener_untyped("pagehide", move |_| self.disconnect(Listening::Not));
        let back = window_event_listener_untyped("pageshow", move |_| self.look());
        let looks = set_interval_with_handle(move || self.look(), LOOK_EVERY);
        on_cleanup(move || {
            for handle in [seen, online, left, back] {
                handle.remove();
            }
            if let Ok(looks) = looks {
                looks.clear();
            }
            self.close();
        });
    }

    /// Stops listening, or starts again; the browser remembers it.
    pub fn pause(self, on: bool) {
        window::store(PAUSED_KEY, on.then_some("1"));
        if on {
            self.disconnect(Listening::Paused);
        } else {
            self.how.set(Listening::Not);
            self.connect();
        }
    }

    /// The session has ended: offers to sign in and come back.
    pub fn signed_out(self) {
        self.disconnect(Listening::Not);
        window::open_id(SIGNED_OUT);
    }

    fn close(self) {
        self.tries.try_update_value(|n| *n += 1);
        let _ = self.source.try_update_value(Option::take);
    }

    fn disconnect(self, how: Listening) {
        self.close();
        if how == Listening::Paused || self.how.get_untracked() != Listening::Paused {
            self.how.set(how);
        }
    }

    fn connect(self) {
        if self.how.get_untracked() == Listening::Paused || window::is_open(SIGNED_OUT) {
            return;
        }
        self.close();
        self.heard_ms.set_value(window::now_ms());
        // What closes a stream must not run within one of its own callbacks.
        let ended = move || set_timeout(move || self.signed_out(), Duration::ZERO);
        let failed = move |given_up: bool| {
            if self.how.get_untracked() != Listening::Paused {
                self.how.set(Listening::Lost);
            }
            if given_up {
                set_timeout(move || self.find_out_why(RETRY.0), Duration::ZERO);
            }
        };
        self.source.set_value(Source::open(move |text| self.hear(&text), ended, failed));
    }

    /// The browser has given up: because nobody is signed in any more, or because the server is not there.
    fn find_out_why(self, secs: u64) {
        self.close();
        let this_try = self.tries.get_value();
        spawn_local(async move {
            let gone = matches!(me().await, Err(e) if e.code == ErrorCode::SignedOut);
            if self.tries.try_get_value() != Some(this_try) {
                return;
            }
            if gone {
                self.signed_out();
                return;
            }
            let again = move || {
                if self.tries.try_get_value() == Some(this_try) {
                    self.connect();
                }
            };
            set_timeout(again, Duration::from_secs(secs.min(RETRY.1)));
        });
    }

    fn seen_or_not(self) {
        if window::visible() {
            self.look();
            return;
        }
        let stop = move || {
            if !window::visible() && self.how.try_get_untracked() == Some(Listening::Yes) {
                self.disconnect(Listening::Not);
            }
        };
        set_timeout(stop, HIDDEN);
    }

    /// Connects where it should be connected and is not, also after the machine slept.
    fn look(self) {
        let Some(how) = self.how.try_get_untracked() else { return };
        let silent = window::now_ms() - self.heard_ms.get_value() > SILENT_MS;
        match how {
            Listening::Paused => {}
            Listening::Not if window::visible() => self.connect(),
            Listening::Yes | Listening::Lost if silent && window::visible() => self.connect(),
            _ => {}
        }
    }

    fn hear(self, text: &str) {
        let Ok(update) = leptos::serde_json::from_str::<LiveUpdate>(text) else { return };
        self.heard_ms.set_value(window::now_ms());
        self.how.set(Listening::Yes);
        for toast in &update.toasts {
            self.toaster.say(super::tone_of(&toast.tone), toast.text.clone(), toast.href.clone(), &toast.key);
        }
        let (first, other_day) = match self.update.read_untracked().as_ref() {
            Some(before) => (false, before.day != update.day),
            None => (true, false),
        };
        let shown = self.shown.get_untracked();
        let changed = shown.as_ref().is_some_and(|s| s.is_before(&update.data) || other_day);
        if let Some(shown) = shown.filter(|_| first) {
            // Where much happens something always does between a page and the first word; no page is fetched twice at once.
            self.fetched_ms.set(shown.taken_ms);
        }
        let now_ms = update.now_ms;
        self.update.set(Some(update));
        if changed {
            self.stale.set(true);
        }
        self.catch_up(now_ms);
    }

    /// Fetches again what is on show, if something newer waits and the last time is long enough ago.
    fn catch_up(self, now_ms: i64) {
        if self.stale.try_get_untracked() != Some(true) {
            return;
        }
        let wait = self.fetched_ms.get_untracked() + REFETCH_MS - now_ms;
        if wait > 0 {
            let again = move || {
                self.waiting.try_set_value(false);
                self.catch_up(now_ms + wait);
            };
            if !self.waiting.get_value() {
                self.waiting.set_value(true);
                set_timeout(again, Duration::from_millis(u64::try_from(wait).unwrap_or_default()));
            }
            return;
        }
        let listens = self.how.get_untracked() == Listening::Yes;
        if listens && window::visible() && !window::exists(BUSY) {
            self.refresh();
        }
    }
}

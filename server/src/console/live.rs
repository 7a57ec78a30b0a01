//! `GET /live`: tells open pages, as server-sent events, what has changed.
//!
//! One task reads the state of each realm that somebody watches, every two seconds, and everybody of that realm gets the
//! same. A stream ends when its session does, when the person turns to another portal, or when the server stops.

mod hub;

pub use hub::Live;

use app::ctx::Caller;
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use domain::access::{Realm, Role};
use futures::stream;
use hub::{Good, Seat};
use std::{collections::HashSet, convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::watch;

use crate::clock;
use engine::reports::live::Beat;

/// A reader is told the time at least that often, so that it knows how old everything is.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// Between two lines that only keep the connection open.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a browser waits before it connects again.
const RETRY: Duration = Duration::from_secs(3);

/// The stream of the asking person.
pub async fn live(
    State(live): State<Live>,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
) -> Response {
    if !from_here(&headers) {
        return (StatusCode::FORBIDDEN, "This stream is for pages of this site.").into_response();
    }
    let Some(Extension(caller)) = caller else {
        return (StatusCode::UNAUTHORIZED, "Sign in first.").into_response();
    };
    if !matches!(caller.realm, Realm::Network | Realm::Affiliate(_)) || caller.must_set_up {
        return StatusCode::NO_CONTENT.into_response();
    }
    let Some(seat) = live.seat(caller.user, caller.session) else {
        let wait = [(header::RETRY_AFTER, HeaderValue::from_static("60"))];
        return (StatusCode::TOO_MANY_REQUESTS, wait, "Too many open pages.").into_response();
    };
    let reader = Reader {
        beats: live.watch(caller.realm),
        good: live.good(),
        live,
        known: HashSet::new(),
        told: false,
        over: false,
        caller,
        _seat: seat,
    };
    let events = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok::<_, Infallible>(event), reader))
    });
    // Proxies must hand each event on at once.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"))];
    (unbuffered, Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT))).into_response()
}

/// Whether one of our own pages asks. Browsers say so; what is no browser has no cookie that somebody else could use.
fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, o)| o.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// One open page.
struct Reader {
    live: Live,
    beats: watch::Receiver<Option<Arc<Beat>>>,
    good: watch::Receiver<Arc<Good>>,
    /// Numbers of notifications that the reader knows of.
    known: HashSet<i64>,
    /// Something was said before.
    told: bool,
    /// The last word was said.
    over: bool,
    caller: Caller,
    /// Counts this stream as long as it lives.
    _seat: Seat,
}

impl Reader {
    /// The next thing to say; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        if self.over {
            return None;
        }
        if !self.told {
            self.beats.wait_for(Option::is_some).await.ok()?;
            self.told = true;
            return self.say(false);
        }
        loop {
            tokio::select! {
                () = self.live.stopped() => return None,
                changed = self.beats.changed() => {
                    changed.ok()?;
                    return self.say(true);
                }
                changed = self.good.changed() => {
                    changed.ok()?;
                    let found = self.good.borrow_and_update().of(self.caller.session);
                    match found {
                        None => {}
                        Some(Some((viewing, role))) if viewing == self.viewing() && self.is_still(role) => {}
                        // Another portal, or another role: the page connects anew and hears what is for it.
                        Some(Some(_)) => return None,
                        Some(None) => {
                            self.over = true;
                            return Some(Event::default().event("signed-out").data("{}"));
                        }
                    }
                }
                () = tokio::time::sleep(TELL_EVERY) => return self.say(false),
            }
        }
    }

    /// Whether the person's role is what it was; one that looks at another's portal hears what that portal hears.
    fn is_still(&self, role: Role) -> bool {
        self.caller.viewing.is_some() || self.caller.role == role
    }

    fn viewing(&self) -> Option<domain::ids::AffiliateId> {
        match self.caller.realm {
            Realm::Affiliate(id) if self.caller.viewing.is_some() => Some(id),
            _ => None,
        }
    }

    /// The state as an event; toasts only for what came up while the page was open.
    fn say(&mut self, is_news: bool) -> Option<Event> {
        let beat = self.beats.borrow_and_update().clone()?;
        let mut update = beat.update(self.caller.role, &self.caller.tz, Some(&mut self.known), clock::now());
        if !is_news {
            update.toasts.clear();
        }
        let text = serde_json::to_string(&update).ok()?;
        Some(Event::default().retry(RETRY).data(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_site_listen() {
        let said = |all: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in all {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            from_here(&headers)
        };
        assert!(said(&[("host", "a.example")]));
        assert!(said(&[("host", "a.example:3000"), ("sec-fetch-site", "same-origin")]));
        assert!(said(&[("host", "a.example:3000"), ("origin", "http://a.example:3000")]));
        assert!(!said(&[("host", "a.example"), ("sec-fetch-site", "cross-site")]));
        assert!(!said(&[("host", "a.example"), ("sec-fetch-site", "same-site")]));
        assert!(!said(&[("host", "a.example"), ("origin", "https://evil.test")]));
        assert!(!said(&[("host", "a.example"), ("origin", "null")]));
    }
}

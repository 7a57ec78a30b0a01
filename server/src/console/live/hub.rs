//! Who watches what, and the task that reads it for all of them.

use crate::clock;
use domain::{
    access::{Realm, Role},
    ids::{AffiliateId, SessionId, UserId},
};
use engine::{
    EngineError,
    reports::live::{self, Beat},
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::Db;
use tokio::{
    sync::{Notify, watch},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;

/// How often the state of a realm is read while somebody watches.
const EVERY: Duration = Duration::from_secs(2);
/// Sessions are looked at once in so many rounds.
const SESSIONS_EVERY: u32 = 4;
/// Streams of one person at the same time; a browser opens one for each visible page.
const PER_PERSON: usize = 16;

/// The streams of this process. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    db: Db,
    rooms: Mutex<HashMap<(&'static str, i64), Room>>,
    seats: Mutex<HashMap<(UserId, SessionId), usize>>,
    good: watch::Sender<Arc<Good>>,
    /// Somebody wants to know now.
    wanted: Notify,
    stop: CancellationToken,
}

struct Room {
    realm: Realm,
    now: watch::Sender<Option<Arc<Beat>>>,
}

/// Sessions that were looked at, and what was found.
#[derive(Default)]
pub struct Good {
    asked: HashSet<SessionId>,
    found: HashMap<SessionId, (Option<AffiliateId>, Role)>,
}

impl Good {
    /// `None` where it was not looked at, `Some(None)` where it has ended; else whose portal it is looking at, and the
    /// person's role.
    pub fn of(&self, session: SessionId) -> Option<Option<(Option<AffiliateId>, Role)>> {
        self.asked.contains(&session).then(|| self.found.get(&session).copied())
    }
}

/// A place of one stream; gives it back when dropped.
pub struct Seat {
    live: Live,
    key: (UserId, SessionId),
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = lock(&self.live.0.seats);
        if let Some(count) = seats.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                seats.remove(&self.key);
            }
        }
        metrics::gauge!("millrace_live_streams").decrement(1.0);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Live {
    /// Starts the task that reads; it sleeps while nobody watches. To be called within the runtime.
    pub fn start(db: Db, stop: CancellationToken) -> Self {
        let inner = Inner {
            db,
            rooms: Mutex::default(),
            seats: Mutex::default(),
            good: watch::Sender::default(),
            wanted: Notify::new(),
            stop,
        };
        let live = Self(Arc::new(inner));
        tokio::spawn(live.clone().run());
        live
    }

    /// A place for one more stream of a person, unless there are too many.
    pub fn seat(&self, user: UserId, session: SessionId) -> Option<Seat> {
        let mut seats = lock(&self.0.seats);
        let taken: usize = seats.iter().filter(|((u, _), _)| *u == user).map(|(_, n)| n).sum();
        if taken >= PER_PERSON {
            return None;
        }
        *seats.entry((user, session)).or_default() += 1;
        metrics::gauge!("millrace_live_streams").increment(1.0);
        Some(Seat { live: self.clone(), key: (user, session) })
    }

    /// The state of a realm from now on; read at once where nobody has watched it.
    pub fn watch(&self, realm: Realm) -> watch::Receiver<Option<Arc<Beat>>> {
        let mut rooms = lock(&self.0.rooms);
        let room =
            rooms.entry(realm.setting()).or_insert_with(|| Room { realm, now: watch::Sender::new(None) });
        let receiver = room.now.subscribe();
        drop(rooms);
        self.0.wanted.notify_one();
        receiver
    }

    /// Which sessions have been found good.
    pub fn good(&self) -> watch::Receiver<Arc<Good>> {
        self.0.good.subscribe()
    }

    /// Resolves when the server stops.
    pub async fn stopped(&self) {
        self.0.stop.cancelled().await;
    }

    async fn run(self) {
        tokio::select! {
            () = self.0.stop.cancelled() => {}
            () = self.rounds() => {}
        }
    }

    async fn rounds(&self) {
        let mut clock = tokio::time::interval(EVERY);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut round = 0_u32;
        let mut told = false;
        loop {
            if lock(&self.0.rooms).is_empty() {
                self.0.wanted.notified().await;
            }
            let done = tokio::select! {
                _ = clock.tick() => {
                    round = round.wrapping_add(1);
                    self.read_all(false, round.is_multiple_of(SESSIONS_EVERY)).await
                }
                // Whoever is the first of a realm gets an answer without waiting.
                () = self.0.wanted.notified() => self.read_all(true, false).await,
            };
            match done {
                Ok(()) => told = false,
                Err(error) if !told => {
                    tracing::warn!(%error, "open pages are not told what changes");
                    told = true;
                }
                Err(_) => {}
            }
        }
    }

    /// Reads every realm that is watched, or only those that have never been read.
    async fn read_all(&self, only_new: bool, look_at_sessions: bool) -> Result<(), EngineError> {
        let watched: Vec<(Realm, Option<Arc<Beat>>)> = {
            let mut rooms = lock(&self.0.rooms);
            rooms.retain(|_, room| room.now.receiver_count() > 0);
            rooms.values().map(|room| (room.realm, room.now.borrow().clone())).collect()
        };
        let mut failed = None;
        for (realm, before) in watched {
            if only_new && before.is_some() {
                continue;
            }
            match live::beat(&self.0.db, realm, before.as_deref(), clock::now()).await {
                Ok(beat) if before.is_none_or(|b| beat.differs(&b)) => {
                    if let Some(room) = lock(&self.0.rooms).get(&realm.setting()) {
                        room.now.send_replace(Some(Arc::new(beat)));
                    }
                }
                Ok(_) => {}
                Err(error) => failed = Some(error),
            }
        }
        if look_at_sessions {
            self.look_at_sessions().await?;
        }
        failed.map_or(Ok(()), Err)
    }

    async fn look_at_sessions(&self) -> Result<(), EngineError> {
        let asked: HashSet<SessionId> = lock(&self.0.seats).keys().map(|(_, session)| *session).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let list: Vec<_> = asked.iter().copied().collect();
        let found = live::good_sessions(&self.0.db, &list, clock::now()).await?.into_iter().collect();
        self.0.good.send_replace(Arc::new(Good { asked, found }));
        Ok(())
    }
}

//! What open pages are told while they are open: counts, how fresh the figures are, what has just come up.
//!
//! [`beat`] reads it once for everybody of a realm; [`Beat::update`] turns it into what one reader is told.

use super::parts;
use crate::{EngineError, together::Together};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Permission, Realm, Role},
    format,
    ids::{AffiliateId, SessionId, UserId},
    money::Money,
    notice::NoticeKind,
    period::{self, Asked},
    view::{LiveToast, LiveUpdate},
};
use std::collections::HashSet;
use store::{
    Db, Tx,
    live::{self as rows, OwnPulse, Pulse},
    notifications::{self, Head},
    reports::as_of,
};

/// Notifications that can be new at one moment.
const HEADS: i64 = 10;

/// Key of the count of pending conversions.
pub const PENDING: &str = "pending_conversions";
/// Key of the count of people and affiliates who ask for something.
pub const APPLICATIONS: &str = "applications";

/// The state of a realm at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beat {
    /// Milliseconds since 1970; `None` where there is no stream.
    as_of_ms: Option<i64>,
    /// Changes whenever what pages show may have changed.
    data: String,
    pulse: Pulse,
    heads: Vec<Head>,
    /// When an affiliate's newest conversion was received.
    received: Option<DateTime<Utc>>,
    /// What came in since the beat before: currency, conversions, payout in minor units.
    gained: Vec<(String, i64, i64)>,
}

impl Beat {
    /// Whether a reader has to be told, who was told `before`.
    #[must_use]
    pub fn differs(&self, before: &Self) -> bool {
        Self { gained: Vec::new(), ..self.clone() } != Self { gained: Vec::new(), ..before.clone() }
    }
}

/// Reads the state of a realm. `before` is what was read last, to tell what is new.
///
/// # Errors
/// [`EngineError::Forbidden`] for realms without pages; [`EngineError::Unavailable`].
pub async fn beat(
    db: &Db,
    realm: Realm,
    before: Option<&Beat>,
    now: DateTime<Utc>,
) -> Result<Beat, EngineError> {
    let mut tx = db.begin_read(realm).await?;
    let mut beat = Beat { as_of_ms: as_of::as_of_ms(&mut tx).await?, ..Beat::default() };
    match realm {
        Realm::Network => {
            beat.pulse = rows::network(&mut tx).await?;
            beat.data = network_mark(beat.pulse.counted, beat.pulse.changes);
        }
        Realm::Affiliate(id) => {
            let own = own(&mut tx, id, now).await?;
            let last = before.and_then(|b| b.received);
            if let (Some(last), Some(newest)) = (last, own.received)
                && newest > last
            {
                beat.gained = rows::own_since(&mut tx, id, last).await?;
            }
            beat.data = own_mark(&own);
            // Where nothing was ever received, everything that comes is new.
            beat.received = own.received.or(last).or(Some(now));
        }
        Realm::Advertiser(_) | Realm::Buyer(_) => {
            return Err(EngineError::Forbidden("This portal has no live updates.".into()));
        }
    }
    beat.heads = notifications::heads(&mut tx, HEADS).await?;
    tx.commit().await?;
    Ok(beat)
}

/// What [`Beat`] says of its realm's data as of now: a page that carries another one is out of date.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub(super) async fn mark(tx: &mut Tx, now: DateTime<Utc>) -> Result<String, EngineError> {
    Ok(match tx.realm() {
        Realm::Network => {
            let (counted, changes) = rows::network_marks(tx).await?;
            network_mark(counted, changes)
        }
        Realm::Affiliate(id) => own_mark(&own(tx, id, now).await?),
        Realm::Advertiser(_) | Realm::Buyer(_) => String::new(),
    })
}

async fn own(tx: &mut Tx, id: AffiliateId, now: DateTime<Utc>) -> Result<OwnPulse, EngineError> {
    Ok(rows::own(tx, id, now - TimeDelta::hours(2)).await?)
}

fn network_mark(counted: i64, changes: i64) -> String {
    format!("{counted}-{changes}")
}

fn own_mark(own: &OwnPulse) -> String {
    let ms = |at: Option<DateTime<Utc>>| at.map_or(0, |t| t.timestamp_millis());
    format!("{}-{}-{}", own.clicks, ms(own.received), ms(own.told))
}

fn badges_of(pulse: &Pulse, role: Role) -> Vec<(String, i64)> {
    if !role.may(Permission::ViewNetwork) {
        return Vec::new();
    }
    vec![(PENDING.to_owned(), pulse.pending), (APPLICATIONS.to_owned(), pulse.applications + pulse.access)]
}

fn is_for(head: &Head, role: Role) -> bool {
    NoticeKind::ALL.iter().any(|k| k.word() == head.kind && k.is_for(role))
}

impl Beat {
    /// What one reader is told; `known` are the numbers of the notifications that were told before.
    #[must_use]
    pub fn update(
        &self,
        role: Role,
        tz: &str,
        known: Option<&mut HashSet<i64>>,
        now: DateTime<Utc>,
    ) -> LiveUpdate {
        let now_ms = now.timestamp_millis();
        let mine: Vec<&Head> = self.heads.iter().filter(|h| is_for(h, role)).collect();
        let mut toasts = Vec::new();
        if let Some(known) = known {
            for head in mine.iter().rev().filter(|h| known.insert(h.seq)) {
                toasts.push(LiveToast {
                    key: format!("notice-{}", head.id),
                    tone: head.tone.clone(),
                    text: head.title.clone(),
                    href: head.href.clone(),
                });
            }
        }
        toasts.extend(gained(&self.gained));
        let numbers: Vec<String> = mine.iter().map(|h| h.seq.to_string()).collect();
        let today =
            period::parse(&Asked { word: "today", from: "", to: "", cmp: "off" }, tz, now_ms, "today");
        LiveUpdate {
            now_ms,
            as_of: parts::as_of_view(self.as_of_ms, now_ms, tz),
            data: self.data.clone(),
            day: today.from,
            badges: badges_of(&self.pulse, role),
            notices: numbers.join("-"),
            toasts,
        }
    }
}

/// `2 new conversions, $12.00`.
fn gained(all: &[(String, i64, i64)]) -> Option<LiveToast> {
    let n: i64 = all.iter().map(|g| g.1).sum();
    if n == 0 {
        return None;
    }
    let amounts =
        all.iter().filter_map(|(code, _, payout)| Some(Money::new(*payout, code.parse().ok()?).to_string()));
    let amounts = amounts.collect::<Vec<_>>().join(", ");
    let what =
        if n == 1 { "1 new conversion".to_owned() } else { format!("{} new conversions", format::count(n)) };
    Some(LiveToast {
        key: "gained".to_owned(),
        tone: "ok".to_owned(),
        text: if amounts.is_empty() { what } else { format!("{what}, {amounts}") },
        href: "/affiliate/conversions".to_owned(),
    })
}

/// What the frame of every page shows, in as few queries as can be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    pub badges: Vec<(String, i64)>,
    /// Notifications not read.
    pub unread: i64,
}

/// Counts of the whole network, read once for all who ask at the same time.
pub type Pulses = Together<Result<Pulse, EngineError>>;

/// Counts for the frame of a page.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn frame(
    db: &Db,
    pulses: &Pulses,
    realm: Realm,
    role: Role,
    user: UserId,
) -> Result<Frame, EngineError> {
    let badges = match realm {
        Realm::Network => badges_of(&pulses.ask("network", || network_pulse(db)).await?, role),
        _ => Vec::new(),
    };
    let mut tx: Tx = db.begin_read(realm).await?;
    let unread = notifications::unread(&mut tx, user, &NoticeKind::words_for(role)).await?;
    tx.commit().await?;
    Ok(Frame { badges, unread })
}

async fn network_pulse(db: &Db) -> Result<Pulse, EngineError> {
    let mut tx = db.begin_read(Realm::Network).await?;
    let pulse = rows::network(&mut tx).await?;
    tx.commit().await?;
    Ok(pulse)
}

/// Which of these sessions are still good, with the affiliate whose portal each is looking at and the person's role.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn good_sessions(
    db: &Db,
    of: &[SessionId],
    now: DateTime<Utc>,
) -> Result<Vec<(SessionId, (Option<AffiliateId>, Role))>, EngineError> {
    let mut tx = db.begin_read(Realm::Network).await?;
    let good = rows::sessions(&mut tx, of, now).await?;
    tx.commit().await?;
    Ok(good)
}

//! Sessions: opened at sign-in, listed, ended one by one, and lent to look at an affiliate's portal.
//!
//! The database has the last word: what has ended here is refused at the next request, whatever cookie comes along.

use super::{SignInError, SignedIn, lockout};
use crate::{
    accounts::{may_view_portals, network_only},
    error::EngineError,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Permission, Realm},
    ids::{AffiliateId, SessionId, UserId},
    period::{local_time, utc_time},
    user_agent::device,
    view::{SessionRow, TimeView},
};
use serde_json::json;
use std::net::IpAddr;
use store::{
    Db,
    audit::audit,
    config::affiliates,
    people,
    security::sessions::{self, Session},
};

/// A session ends after that long, however busy it is.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);
/// How long a password or a code counts as given just now.
pub const RECENT: TimeDelta = TimeDelta::minutes(10);
/// How long one can look at another's portal at once.
pub const VIEW: TimeDelta = TimeDelta::minutes(30);
/// Letters kept of what a browser calls itself.
const USER_AGENT: usize = 300;

/// Where a request comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub ip: Option<IpAddr>,
    /// As the browser calls itself.
    pub user_agent: String,
    pub request_id: Option<String>,
}

/// A session that has not ended.
#[derive(Debug, Clone)]
pub struct Live {
    pub person: SignedIn,
    pub session: SessionId,
    pub last_seen_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    /// When the person last gave a password or a code.
    pub confirmed_at: DateTime<Utc>,
    pub viewing: Option<sessions::Viewing>,
    /// The network asks for two-step sign-in and the person has none.
    pub must_set_up: bool,
}

impl Live {
    /// Whether the person proved to be there a short while ago.
    #[must_use]
    pub fn is_recent(&self, now: DateTime<Utc>) -> bool {
        now - self.confirmed_at < RECENT
    }
}

/// Opens a session for somebody whose password, and code where there is one, were right. It ends `idle` after its last
/// use.
///
/// # Errors
/// [`SignInError::Unavailable`].
pub async fn open(
    db: &Db,
    who: &SignedIn,
    from: &Origin,
    two_step: bool,
    idle: TimeDelta,
    now: DateTime<Utc>,
    chance: u32,
) -> Result<SessionId, SignInError> {
    let id = SessionId::new(now.timestamp_millis(), chance);
    let session = Session {
        id,
        user: who.user,
        epoch: who.epoch,
        created_at: now,
        last_seen_at: now,
        expires_at: now + idle.min(LONGEST),
        confirmed_at: now,
        ip: from.ip.map(|ip| ip.to_string()),
        user_agent: from.user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT).collect(),
        two_step,
        viewing: None,
    };
    let mut tx = db.begin(Realm::Network).await?;
    people::signed_in(&mut tx, who.user, now).await?;
    lockout::succeeded(&mut tx, &who.email).await?;
    sessions::insert(&mut tx, &session).await?;
    let actor = who.actor(from.ip, from.request_id.clone());
    let after = json!({ "session": id, "two_step": two_step, "device": device(&from.user_agent) });
    audit(&mut tx, &actor, "user.sign_in", who.user, None, Some(after), now).await?;
    tx.commit().await?;
    Ok(id)
}

/// The session of a request, if it has not ended. A look at another's portal that is over ends here.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn live(
    db: &Db,
    session: SessionId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Live>, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let found = sessions::live(&mut tx, session, user, now).await?;
    tx.commit().await?;
    let Some(found) = found else { return Ok(None) };
    let person = SignedIn::from(found.who.user);
    let mut viewing = found.session.viewing;
    if let Some(view) = &viewing
        && (view.until <= now || !person.role.may(Permission::ViewAs))
    {
        end_view(db, &person.actor(None, None), session, now).await?;
        viewing = None;
    }
    Ok(Some(Live {
        must_set_up: found.two_step_required && !found.has_two_step && person.realm == Realm::Network,
        session,
        last_seen_at: found.session.last_seen_at,
        created_at: found.session.created_at,
        confirmed_at: found.session.confirmed_at,
        viewing,
        person,
    }))
}

/// Notes that a session is in use.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn touch(
    db: &Db,
    live: &Live,
    ip: Option<IpAddr>,
    idle: TimeDelta,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let expires = (now + idle).min(live.created_at + LONGEST);
    let mut tx = db.begin(Realm::Network).await?;
    sessions::touch(&mut tx, live.session, ip.map(|ip| ip.to_string()), expires, now).await?;
    Ok(tx.commit().await?)
}

/// The person's sessions as a page shows them; `current` is the one that asks.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn list(
    db: &Db,
    user: UserId,
    current: SessionId,
    tz: &str,
    now: DateTime<Utc>,
) -> Result<Vec<SessionRow>, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let all = sessions::list(&mut tx, user, now).await?;
    tx.commit().await?;
    let time = |at: DateTime<Utc>| {
        let ms = at.timestamp_millis();
        TimeView { utc: utc_time(ms), local: local_time(ms, tz) }
    };
    let row = |s: Session| SessionRow {
        id: s.id.to_string(),
        device: device(&s.user_agent),
        ip: s.ip.unwrap_or_default(),
        signed_in: time(s.created_at),
        last_seen: time(s.last_seen_at),
        two_step: s.two_step,
        current: s.id == current,
    };
    let mut rows: Vec<_> = all.into_iter().map(row).collect();
    rows.sort_by_key(|r| !r.current);
    Ok(rows)
}

/// Ends one of one's own sessions.
///
/// # Errors
/// [`EngineError::NotFound`]: it is none of them, or it has ended.
pub async fn end(
    db: &Db,
    actor: &Actor,
    user: UserId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    if !sessions::end(&mut tx, user, session, now).await? {
        return Err(EngineError::NotFound);
    }
    audit(&mut tx, actor, "user.end_session", user, Some(json!({ "session": session })), None, now).await?;
    Ok(tx.commit().await?)
}

/// Ends all of one's own sessions but the one that asks. Answers how many.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn end_others(
    db: &Db,
    actor: &Actor,
    user: UserId,
    keep: SessionId,
    now: DateTime<Utc>,
) -> Result<u64, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let ended = sessions::end_others(&mut tx, user, keep, now).await?;
    if ended > 0 {
        let after = json!({ "ended": ended, "kept": keep });
        audit(&mut tx, actor, "user.end_other_sessions", user, None, Some(after), now).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// Signs out: ends the session and what is looked at from it. One that has ended already is fine.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn sign_out(
    db: &Db,
    actor: &Actor,
    user: UserId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    end_view(db, actor, session, now).await?;
    match end(db, actor, user, session, now).await {
        Err(EngineError::NotFound) => Ok(()),
        done => done,
    }
}

/// Begins to look at an affiliate's portal from this session, for [`VIEW`] at most.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Forbidden`] unless the network asks.
pub async fn view_as(
    db: &Db,
    actor: &Actor,
    session: SessionId,
    affiliate: AffiliateId,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let until = now + VIEW;
    let mut tx = db.begin(actor.realm).await?;
    affiliates::get(&mut tx, affiliate).await?.ok_or(EngineError::NotFound)?;
    if !may_view_portals(&mut tx).await? {
        return Err(EngineError::Forbidden(
            "Viewing portals is switched off in the network's settings.".into(),
        ));
    }
    sessions::view_as(&mut tx, session, affiliate, until).await?;
    let after = json!({ "session": session, "until": until });
    audit(&mut tx, actor, "affiliate.view_as", affiliate, None, Some(after), now).await?;
    Ok(tx.commit().await?)
}

/// Ends looking. Answers whose portal it was, if any.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn end_view(
    db: &Db,
    actor: &Actor,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<AffiliateId>, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let was = sessions::end_view(&mut tx, session).await?;
    if let Some(affiliate) = was {
        let before = json!({ "session": session });
        audit(&mut tx, actor, "affiliate.view_as_end", affiliate, Some(before), None, now).await?;
    }
    tx.commit().await?;
    Ok(was)
}

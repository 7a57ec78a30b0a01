//! Reading notifications: the bell, the page, what has been read.

use crate::{EngineError, reports::Ask};
use chrono::{DateTime, Utc};
use domain::{
    access::{Realm, Role},
    ids::UserId,
    notice::NoticeKind,
    period,
    view::{BellView, NoticeView, NoticesView, TimeView},
};
use store::{
    Db,
    notifications::{self as rows, Row, Wanted},
};

/// Shown behind the bell.
const IN_BELL: i64 = 8;
/// On a page.
const PER_PAGE: i64 = 50;

fn view(row: Row, tz: &str) -> NoticeView {
    let ms = row.changed_at.timestamp_millis();
    NoticeView {
        id: row.id,
        tone: row.tone,
        title: row.title,
        text: row.body,
        href: row.href,
        at: TimeView { utc: period::utc_time(ms), local: period::local_time(ms, tz) },
        read: row.read,
        over: row.over,
    }
}

/// The newest notifications of a person, and how many are not read.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn bell(ask: &Ask<'_>, role: Role, user: UserId) -> Result<BellView, EngineError> {
    let kinds = NoticeKind::words_for(role);
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let wanted = Wanted { user, kinds: &kinds, only_unread: false, before: None, limit: IN_BELL };
    let newest = rows::list(&mut tx, &wanted).await?;
    let unread = rows::unread(&mut tx, user, &kinds).await?;
    tx.commit().await?;
    Ok(BellView { unread, newest: newest.into_iter().map(|r| view(r, ask.tz)).collect() })
}

/// A page of notifications, the newest first; `before` is the number the page before ended with.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn list(
    ask: &Ask<'_>,
    role: Role,
    user: UserId,
    only_unread: bool,
    before: Option<i64>,
) -> Result<NoticesView, EngineError> {
    let kinds = NoticeKind::words_for(role);
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let wanted = Wanted { user, kinds: &kinds, only_unread, before, limit: PER_PAGE + 1 };
    let mut found = rows::list(&mut tx, &wanted).await?;
    let unread = rows::unread(&mut tx, user, &kinds).await?;
    tx.commit().await?;
    let more = found.len() > PER_PAGE as usize;
    found.truncate(PER_PAGE as usize);
    let older = found.last().map(|r| r.seq).filter(|_| more);
    let rows = found.into_iter().map(|r| view(r, ask.tz)).collect();
    Ok(NoticesView { unread, rows, only_unread, older })
}

/// Notes that a person has read one notification, or all.
///
/// # Errors
/// [`EngineError::Forbidden`] while somebody else's portal is only looked at; [`EngineError::Unavailable`].
pub async fn mark_read(
    db: &Db,
    realm: Realm,
    role: Role,
    user: UserId,
    only: Option<i64>,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let kinds = NoticeKind::words_for(role);
    let mut tx = db.begin(realm).await?;
    rows::mark_read(&mut tx, user, &kinds, only, now).await?;
    Ok(tx.commit().await?)
}

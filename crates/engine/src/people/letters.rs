//! What the pages about letters show, and sending one again.

use super::views::{PER_PAGE, network, time, words};
use crate::{accounts::network_only, error::EngineError, mail::BUDGET, reports::Ask, secret::masked};
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    ids::MailId,
    status::MailStatus,
    view::{ListQuery, MailDetail, MailList, MailTry, MailView, Rows},
};
use serde_json::json;
use store::{
    Db,
    audit::audit,
    config::ListFilter,
    mails::{self, MailRow},
};

fn mail_view(m: &MailRow, tz: &str) -> MailView {
    MailView {
        id: m.id.to_string(),
        to: m.to.clone(),
        subject: m.subject.clone(),
        kind: kind_label(&m.kind),
        status: m.status.clone(),
        attempts: m.attempts,
        created: time(m.created_at, tz),
        sent: m.sent_at.map(|at| time(at, tz)),
        error: m.last_error.clone().unwrap_or_default(),
    }
}

/// `password_reset` → `Password reset`.
fn kind_label(kind: &str) -> String {
    let words = kind.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Letters, newest first.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people; [`EngineError::Unavailable`].
pub async fn mails(ask: &Ask<'_>, query: &ListQuery) -> Result<MailList, EngineError> {
    network(ask)?;
    let filter = ListFilter::new("", &query.q, query.page_number(), PER_PAGE);
    let statuses: Vec<MailStatus> = words(&query.status);
    let statuses: Vec<String> = statuses.into_iter().map(|s| s.word().to_owned()).collect();
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let page = mails::list(&mut tx, &filter, &statuses).await?;
    let none_ever = page.rows.is_empty() && !mails::any(&mut tx).await?;
    let dead = mails::dead(&mut tx).await?;
    tx.commit().await?;
    let rows = page.rows.iter().map(|m| mail_view(m, ask.tz)).collect();
    let list = Rows { rows, total: page.total, page: query.page_number(), per_page: PER_PAGE, none_ever };
    Ok(MailList { list, dead })
}

/// One letter. The secrets of links are shown only where the letter stayed on this machine.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Forbidden`] for everybody but the network's people.
pub async fn mail(ask: &Ask<'_>, id: MailId) -> Result<MailDetail, EngineError> {
    network(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let m = mails::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let tries = mails::attempts(&mut tx, id).await?;
    tx.commit().await?;
    let view = mail_view(&m, ask.tz);
    let waits = matches!(m.status.parse(), Ok(MailStatus::Queued | MailStatus::Failed));
    let text = if m.via.as_deref() == Some("file") { m.text } else { masked(&m.text) };
    Ok(MailDetail {
        masked: text.contains("•••"),
        text,
        via: m.via.unwrap_or_default(),
        next: waits.then(|| time(m.due_at, ask.tz)),
        tries: tries
            .into_iter()
            .map(|t| MailTry {
                number: t.number,
                via: t.via,
                began: time(t.began_at, ask.tz),
                outcome: t.outcome.unwrap_or_default(),
                error: t.error.unwrap_or_default(),
            })
            .collect(),
        mail: view,
    })
}

/// Puts a letter that was given up into the queue again.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Conflict`] for a letter in another state.
pub async fn resend_mail(db: &Db, actor: &Actor, id: MailId, now: DateTime<Utc>) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = mails::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    if !mails::revive(&mut tx, id, BUDGET, now).await? {
        return Err(EngineError::Conflict("Only a letter that was given up can be sent again.".into()));
    }
    let change = |status: &str| Some(json!({ "status": status, "to": before.to, "kind": before.kind }));
    audit(&mut tx, actor, "mail.resend", id, change(&before.status), change("queued"), now).await?;
    Ok(tx.commit().await?)
}

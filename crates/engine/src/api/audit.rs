//! The audit log.

use super::{Ask, Paged, Paging, number};
use crate::EngineError;
use chrono::{DateTime, Utc};
use domain::access::Realm;
use store::{api::audit as rows, reports::audit::Entry};

/// What the list is asked for; empty text and `None` do not narrow.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// At this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
    /// An object's or a request's id, the beginning of an action, or a part of a name.
    pub q: String,
    /// Prefixed id.
    pub object: String,
    /// The beginning of an action.
    pub action: String,
}

/// Newest first.
///
/// # Errors
/// [`EngineError::Forbidden`] for anybody but the network; [`EngineError::Invalid`] field `cursor`;
/// [`EngineError::Unavailable`].
pub async fn list(ask: Ask<'_>, w: &Wanted, paging: &Paging) -> Result<Paged<Entry>, EngineError> {
    if ask.realm != Realm::Network {
        return Err(EngineError::Forbidden("Only the network reads the audit log.".into()));
    }
    let list = ("audit", w);
    let after = match paging.open::<1>(&list)? {
        Some([id]) => Some(number(&id)?),
        None => None,
    };
    let narrow = rows::Narrow {
        from: w.from,
        to: w.to,
        q: w.q.trim().to_owned(),
        object: w.object.trim().to_owned(),
        action: w.action.trim().to_lowercase(),
    };
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::list(&mut tx, &narrow, after, paging.fetch()).await?;
    let mut page = paging.close(found, &list, |e| [e.id.to_string()]);
    if paging.total {
        page.total = Some(rows::total(&mut tx, &narrow).await?);
    }
    Ok(page)
}

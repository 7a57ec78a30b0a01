//! Who changed what.

use super::{Ask, parts};
use crate::EngineError;
use chrono::DateTime;
use domain::view::{AuditChange, AuditList, AuditRow, ListQuery};
use serde_json::{Map, Value};
use store::reports::audit::{self as rows, Entry, Filter};

/// Changes, newest first; `status` is the beginning of the actions shown, such as `campaign.`; `q` is an object's or a request's id, the beginning of an action, or a part of a name.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people; [`EngineError::Unavailable`].
pub async fn list(ask: &Ask<'_>, query: &ListQuery) -> Result<AuditList, EngineError> {
    let ask = &ask.read_in(query);
    parts::network_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    let (range, period) = parts::period(query, ask, "7d");
    let at = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let filter = Filter {
        from: at(range.start_ms),
        to: at(range.end_ms),
        q: query.q.clone(),
        kind: query.status.clone(),
    };
    let offset = (query.page_number() - 1) * parts::PER_PAGE;
    let found = rows::page(&mut tx, &filter, parts::PER_PAGE, offset).await?;
    let total = rows::total(&mut tx, &filter).await?;
    let none_ever = found.is_empty() && !rows::any(&mut tx).await?;
    let found = found.into_iter().map(|e| row(e, ask.tz)).collect();
    Ok(AuditList { as_of, period, list: parts::rows(found, total, query, none_ever) })
}

fn row(e: Entry, tz: &str) -> AuditRow {
    AuditRow {
        id: e.id,
        at: parts::time(e.at.timestamp_millis(), tz),
        actor: e.actor,
        action: e.action,
        object: e.object,
        ip: e.ip.unwrap_or_default(),
        request_id: e.request_id.unwrap_or_default(),
        changes: changes(e.before, e.after),
    }
}

/// The fields that differ, by name. Values that are no objects are one field without a name.
fn changes(before: Option<Value>, after: Option<Value>) -> Vec<AuditChange> {
    let fields = |side: Option<Value>| match side {
        Some(Value::Object(fields)) => fields,
        Some(other) => Map::from_iter([(String::new(), other)]),
        None => Map::new(),
    };
    let (before, after) = (fields(before), fields(after));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let given = |side: &Map<String, Value>, name: &str| side.get(name).filter(|v| !v.is_null()).cloned();
    let differ = names.into_iter().filter(|name| given(&before, name) != given(&after, name));
    differ
        .map(|name| AuditChange {
            field: name.clone(),
            before: text(before.get(name)),
            after: text(after.get(name)),
        })
        .collect()
}

/// A stored value as a person reads it.
fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_shown() {
        let all =
            changes(Some(json!({"a": 1, "b": "x", "c": null})), Some(json!({"a": 1, "b": "y", "d": [2]})));
        let read: Vec<_> =
            all.iter().map(|c| (c.field.as_str(), c.before.as_str(), c.after.as_str())).collect();
        assert_eq!(read, [("b", "x", "y"), ("d", "", "[2]")]);
        assert_eq!(changes(None, Some(json!(3)))[0].after, "3");
        assert!(changes(None, None).is_empty());
    }
}

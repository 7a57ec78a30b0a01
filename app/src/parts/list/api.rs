//! What the server does for lists: one page of any, saved views, and actions on many rows.

use crate::{error::AppError, parts::For};
use domain::{
    drafts::{BulkDraft, ViewDraft},
    view::ListView,
};
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{Caller, caller, deps, fail, require},
    parts::{come_back, id_of, shown},
};
#[cfg(feature = "ssr")]
use domain::{
    ids::ViewId,
    lists::List,
    period::{self, Asked},
    view::ListQuery,
};
#[cfg(feature = "ssr")]
use engine::{EngineError, bulk, reports, views};

/// Who asks, if that person may read the list.
#[cfg(feature = "ssr")]
async fn reader(key: &str) -> Result<(Caller, &'static List), AppError> {
    caller().await?;
    let list = List::of(key).ok_or_else(|| fail(AppError::not_found()))?;
    Ok((require(list.permission).await?, list))
}

/// The page of a list that `query` (see [`ListQuery`](domain::view::ListQuery)) asks for.
///
/// # Errors
/// Those of [`crate::ctx::require`] for the list's permission; [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound)
/// for an unknown list.
#[server(prefix = "/fn", endpoint = "list", output = Postcard)]
pub async fn load_list(
    #[server(default)] list: String,
    #[server(default)] query: String,
) -> Result<For<ListView>, AppError> {
    let (caller, list) = reader(&list).await?;
    let deps = deps()?;
    let query = ListQuery::parse(&query);
    let mut view = reports::lists::view(&deps.ask_for_page(&caller), list, &query, caller.user).await?;
    let shown_query = ListQuery::parse(&view.query);
    let days = Asked { word: "custom", from: &view.period.from, to: &view.period.to, cmp: "off" };
    let range = period::parse(&days, &view.period.tz, (deps.now)().timestamp_millis(), "custom");
    let (from, to) = (period::utc_time(range.start_ms), period::utc_time(range.end_ms));
    view.api_request =
        domain::api_request::for_list(list.path, &shown_query, &deps.console_url, (&from, &to));
    Ok(shown(view, &deps, &caller))
}

/// Saves what a list shows under a name.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft.
#[server(prefix = "/fn", endpoint = "save_view")]
pub async fn save_view(
    #[server(default)] draft: ViewDraft,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let (caller, list) = reader(&draft.list).await?;
    let deps = deps()?;
    views::save(&deps.db, &caller.actor(), &draft, (deps.now)(), (deps.chance)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    come_back(&back, list.path, "view_saved");
    Ok(())
}

/// Renames a view, shares it, lets it open with the list; with a query also changes what it shows.
///
/// # Errors
/// As [`save_view`]; [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound) for somebody else's.
#[server(prefix = "/fn", endpoint = "change_view")]
pub async fn change_view(
    id: String,
    #[server(default)] draft: ViewDraft,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let (caller, list) = reader(&draft.list).await?;
    let deps = deps()?;
    let id: ViewId = id_of(&id)?;
    views::update(&deps.db, &caller.actor(), id, &draft, (deps.now)())
        .await
        .map_err(|e| AppError::from(e).with_values(&draft))?;
    come_back(&back, list.path, "view_changed");
    Ok(())
}

/// Deletes a view.
///
/// # Errors
/// As [`change_view`].
#[server(prefix = "/fn", endpoint = "delete_view")]
pub async fn delete_view(
    id: String,
    #[server(default)] list: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let (caller, list) = reader(&list).await?;
    let deps = deps()?;
    let id: ViewId = id_of(&id)?;
    views::delete(&deps.db, &caller.actor(), id, (deps.now)()).await?;
    come_back(&back, list.path, "view_deleted");
    Ok(())
}

/// Does something with many rows. How many were done and why others were not is in the address that follows.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields `ids`, `action`, `reason` or `note`, and
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) where the list has changed: nothing was done then.
#[server(prefix = "/fn", endpoint = "bulk_change")]
pub async fn bulk_change(
    #[server(default)] ids: Vec<String>,
    #[server(default)] draft: BulkDraft,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let (_, list) = reader(&draft.list).await?;
    let Some(action) = list.bulk.iter().find(|b| b.word == draft.action) else {
        return Err(EngineError::invalid("action", "Choose what to do with the selected rows.").into());
    };
    let caller = require(action.permission).await?;
    let deps = deps()?;
    let query = ListQuery::parse(&draft.query);
    let rows = if draft.all {
        bulk::Rows::Matching { query: &query, count: draft.count.parse().unwrap_or(-1) }
    } else {
        bulk::Rows::Ids(&ids)
    };
    let order = bulk::Order { list, action, reason: &draft.reason, note: &draft.note };
    let outcome = bulk::run(&deps.ask(&caller), &caller.actor(), &order, rows).await?;
    come_back(&back, list.path, &outcome.word());
    Ok(())
}

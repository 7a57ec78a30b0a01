//! What the server does for the pages of conversions.

use crate::{error::AppError, parts::For};
use domain::view::ConversionDetail;
use leptos::{prelude::*, server_fn::codec::Postcard};

#[cfg(feature = "ssr")]
use crate::{
    ctx::{Deps, deps, fail, require},
    error::ErrorCode,
    parts::{come_back, id_of, shown},
};
#[cfg(feature = "ssr")]
use domain::{
    access::{Actor, Permission},
    ids::ConversionId,
    reason::Reason,
};
#[cfg(feature = "ssr")]
use engine::{EngineError, decide, reports};

/// One of them.
///
/// # Errors
/// Those of [`crate::ctx::require`] and [`ErrorCode::NotFound`](crate::error::ErrorCode::NotFound).
#[server(prefix = "/fn", endpoint = "conversion", output = Postcard)]
pub async fn conversion(id: String) -> Result<For<ConversionDetail>, AppError> {
    let caller = require(Permission::ViewNetwork).await?;
    let deps = deps()?;
    let view = reports::conversions::detail(&deps.ask(&caller), id_of(&id)?).await?;
    Ok(shown(view, &deps, &caller))
}

/// Most conversions decided on at once; a page has fewer.
#[cfg(feature = "ssr")]
const MOST: usize = 200;

/// Approves (`approve`) or rejects (`reject`, with the code of a reason and a note) the conversions named. Each is a
/// transaction of its own; what had been decided so before counts as done.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields `ids`, `decision`, `reason` or `note`:
/// nothing was decided then. [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) when some could not be
/// decided so; it says how many.
#[server(prefix = "/fn", endpoint = "decide_conversions")]
pub async fn decide_conversions(
    #[server(default)] ids: Vec<String>,
    #[server(default)] decision: String,
    #[server(default)] reason: String,
    #[server(default)] note: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let caller = require(Permission::DecideConversions).await?;
    let deps = deps()?;
    let ids = ids.iter().map(|id| id_of::<ConversionId>(id)).collect::<Result<Vec<_>, _>>()?;
    if ids.is_empty() || ids.len() > MOST {
        let why = format!("Select conversions first, at most {MOST}.");
        return Err(EngineError::invalid("ids", why).into());
    }
    let wish = Wish::read(&decision, &reason, &note)?;
    let actor = caller.actor();
    let mut refused = Vec::new();
    for id in &ids {
        match wish.carry_out(&deps, &actor, *id).await {
            Ok(_) => {}
            Err(EngineError::Conflict(why)) => refused.push(format!("{id}: {why}")),
            Err(EngineError::NotFound) if ids.len() > 1 => refused.push(format!("{id}: not found.")),
            Err(e) => return Err(AppError::from(e)),
        }
    }
    if refused.is_empty() {
        come_back(&back, "/admin/conversions", wish.done());
        return Ok(());
    }
    let (done, not) = (ids.len() - refused.len(), refused.len());
    refused.truncate(3);
    let text = format!("{done} {}, {not} not. {}", wish.done(), refused.join(" "));
    Err(fail(AppError::new(ErrorCode::Conflict, text)))
}

#[cfg(feature = "ssr")]
enum Wish<'a> {
    Approve,
    Reject(Reason, &'a str),
}

#[cfg(feature = "ssr")]
impl<'a> Wish<'a> {
    fn read(decision: &str, reason: &str, note: &'a str) -> Result<Self, EngineError> {
        match decision {
            "approve" => Ok(Self::Approve),
            "reject" => Reason::from_code(reason)
                .filter(|r| Reason::BY_HAND.contains(r))
                .map(|r| Self::Reject(r, note))
                .ok_or_else(|| EngineError::invalid("reason", "Choose a reason.")),
            _ => Err(EngineError::invalid("decision", "Approve or reject.")),
        }
    }

    fn done(&self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Reject(..) => "rejected",
        }
    }

    async fn carry_out(
        &self,
        deps: &Deps,
        actor: &Actor,
        id: ConversionId,
    ) -> Result<decide::Decided, EngineError> {
        let now = (deps.now)();
        match self {
            Self::Approve => decide::approve(&deps.db, actor, id, now).await,
            Self::Reject(reason, note) => decide::reject(&deps.db, actor, id, *reason, note, now).await,
        }
    }
}

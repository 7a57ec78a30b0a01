//! What select boxes offer: everything, by name.

use super::{Ask, parts};
use crate::EngineError;
use domain::view::Choice;
use store::{
    Tx,
    config::{self, ListFilter},
};

pub(super) async fn campaigns_in(tx: &mut Tx) -> Result<Vec<Choice>, EngineError> {
    let page = config::campaigns::list(tx, &ListFilter::all()).await?;
    Ok(page.rows.into_iter().map(|c| Choice { id: c.id.to_string(), name: c.name }).collect())
}

pub(super) async fn affiliates_in(tx: &mut Tx) -> Result<Vec<Choice>, EngineError> {
    let page = config::affiliates::list(tx, &ListFilter::all()).await?;
    Ok(page.rows.into_iter().map(|a| Choice { id: a.id.to_string(), name: a.name }).collect())
}

pub(super) async fn advertisers_in(tx: &mut Tx) -> Result<Vec<Choice>, EngineError> {
    let page = config::advertisers::list(tx, &ListFilter::all()).await?;
    Ok(page.rows.into_iter().map(|a| Choice { id: a.id.to_string(), name: a.name }).collect())
}

/// Campaigns that the asker sees.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn campaigns(ask: &Ask<'_>) -> Result<Vec<Choice>, EngineError> {
    let mut tx = ask.db.begin_read(ask.realm).await?;
    campaigns_in(&mut tx).await
}

/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people.
pub async fn affiliates(ask: &Ask<'_>) -> Result<Vec<Choice>, EngineError> {
    parts::network_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    affiliates_in(&mut tx).await
}

/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people.
pub async fn advertisers(ask: &Ask<'_>) -> Result<Vec<Choice>, EngineError> {
    parts::network_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    advertisers_in(&mut tx).await
}

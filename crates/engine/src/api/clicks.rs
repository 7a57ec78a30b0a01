//! One click by its id.

use super::Ask;
use crate::EngineError;
use chrono::DateTime;
use domain::click_id::ClickRef;
use store::reports::{
    clicks::{self as rows, Row},
    conversions,
};

/// A click and the conversions reported for it, newest first.
///
/// # Errors
/// [`EngineError::NotFound`] also for what is no click id; [`EngineError::Unavailable`].
pub async fn one(ask: Ask<'_>, id: &str) -> Result<(Row, Vec<conversions::Row>), EngineError> {
    let id = id.trim().to_lowercase();
    let read = ClickRef::read_unverified(&id).map_err(|_| EngineError::NotFound)?;
    let ts = DateTime::from_timestamp_millis(read.ts_ms).ok_or(EngineError::NotFound)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let click = rows::find(&mut tx, &id, ts).await?.ok_or(EngineError::NotFound)?;
    let reported = conversions::of_click(&mut tx, &id).await?;
    Ok((click, reported))
}

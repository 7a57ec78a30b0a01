//! All rows of a filtered set, for what is done with them at once.

use super::{
    Advertisers, Affiliates, Campaigns, Conversions, Links, OwnCampaigns, OwnConversions, OwnLinks, Subs,
};
use super::{Ask, EngineError, Head, List, ListQuery, Source, allowed, with_source, zone};

/// The rows that `query` asks for, on whatever page.
///
/// # Errors
/// [`EngineError::Conflict`] where they are more than `most`; [`EngineError::Forbidden`]; [`EngineError::Unavailable`].
pub(crate) async fn matching(
    ask: &Ask<'_>,
    list: &'static List,
    query: &ListQuery,
    most: usize,
) -> Result<Vec<Head>, EngineError> {
    with_source!(list, S => all::<S>(ask, list, query, most).await)
}

async fn all<S: Source>(
    ask: &Ask<'_>,
    list: &List,
    query: &ListQuery,
    most: usize,
) -> Result<Vec<Head>, EngineError> {
    allowed(ask, list)?;
    let ask = &zone::<S>(ask, query);
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let source = S::open(&mut tx, ask, query).await?;
    source.declare(&mut tx).await?;
    let mut out = Vec::new();
    loop {
        let lines = source.next(&mut tx).await?;
        if lines.is_empty() {
            return Ok(out);
        }
        out.extend(lines.iter().map(|line| source.head(line)));
        if out.len() > most {
            return Err(EngineError::Conflict(format!(
                "More than {most} {} match. Narrow the list down first.",
                list.nouns.1
            )));
        }
    }
}

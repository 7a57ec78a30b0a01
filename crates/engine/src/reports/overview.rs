//! The first page of the network's people.

mod needs;
mod ranking;

use super::{
    Ask, campaigns,
    parts::{self, Metric},
};
use crate::EngineError;
use domain::view::{AdminOverview, ListQuery};
use store::{
    config::ListFilter,
    reports::{
        config,
        listing::{SortBy, Wanted},
        stats::Scope,
    },
};

/// Campaigns in the table.
const CAMPAIGNS: i64 = 12;

/// Key figures, the course and the ranking of one of them, what waits for a person, and the campaigns with most clicks.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people; [`EngineError::Unavailable`].
pub async fn admin(ask: &Ask<'_>, query: &ListQuery) -> Result<AdminOverview, EngineError> {
    let ask = &ask.read_in(query);
    parts::network_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    tx.keep_plans().await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    let (range, period) = parts::period(query, ask, "today");
    let currency = parts::main_currency(&mut tx).await?;
    let series = parts::series(&mut tx, Scope::default(), &range, &as_of, ask, currency).await?;
    let metric = Metric::named(parts::NETWORK, &query.metric);
    let bars = ranking::both(&mut tx, metric, &range, currency).await?;
    let wanted = Wanted {
        list: ListFilter::new("", "", 1, CAMPAIGNS),
        sort: SortBy::Clicks,
        descending: true,
        ..parts::wanted(&ListQuery::default(), &range)
    };
    let found = config::campaigns(&mut tx, &wanted).await?;
    let totals = parts::totals(&found.groups, "campaign", "campaigns");
    Ok(AdminOverview {
        as_of,
        period,
        currency: currency.code().to_owned(),
        other_currencies: series.other_currencies.iter().map(|c| c.code().to_owned()).collect(),
        kpis: parts::kpis(parts::NETWORK, &series, currency),
        chart: parts::chart(metric, &series, currency),
        bars,
        needs_you: needs::list(&mut tx, ask).await?,
        campaigns: campaigns::rows(found),
        totals,
    })
}

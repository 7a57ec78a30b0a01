//! The course of one figure, as charts and their downloads show it.

use super::{
    Ask,
    parts::{self, Metric},
};
use crate::EngineError;
use domain::{
    access::{Actor, Realm},
    view::{ChartData, ListQuery},
};
use serde_json::json;
use store::{
    audit::audit,
    config::campaigns,
    reports::{own as own_rows, stats::Scope},
};

/// The figures of a chart to take away: [`network`] for the network's people, [`own`] for everybody else, and a line in
/// the audit log that `actor` takes them, as for lists. Without the line there are no figures.
///
/// # Errors
/// Those of [`network`] and [`own`].
pub async fn export(ask: &Ask<'_>, actor: &Actor, query: &ListQuery) -> Result<ChartData, EngineError> {
    let chart = match ask.realm {
        Realm::Network => network(ask, query).await?,
        _ => own(ask, query).await?,
    };
    let mut tx = ask.db.begin(ask.realm).await?;
    let what = json!({ "metric": chart.metric, "query": query.print() });
    audit(&mut tx, actor, "chart.export", "chart", None, Some(what), ask.now).await?;
    tx.commit().await?;
    Ok(chart)
}

/// A figure of the network, or of the campaign, affiliate and advertiser that the query names.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people; [`EngineError::NotFound`] for a campaign that is
/// none; [`EngineError::Unavailable`].
pub async fn network(ask: &Ask<'_>, query: &ListQuery) -> Result<ChartData, EngineError> {
    let ask = &ask.read_in(query);
    parts::network_only(ask)?;
    let scope = Scope {
        campaign: parts::named_id(&query.campaign)?,
        affiliate: parts::named_id(&query.affiliate)?,
        advertiser: parts::named_id(&query.advertiser)?,
        link: None,
    };
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let currency = match scope.campaign {
        Some(id) => campaigns::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?.currency,
        None => parts::main_currency(&mut tx).await?,
    };
    let as_of = parts::as_of(&mut tx, ask).await?;
    let (range, _) = parts::period(query, ask, "7d");
    let series = parts::series(&mut tx, scope, &range, &as_of, ask, currency).await?;
    Ok(parts::chart(Metric::named(parts::NETWORK, &query.metric), &series, currency))
}

/// A figure of the affiliate who asks.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but affiliates; [`EngineError::Unavailable`].
pub async fn own(ask: &Ask<'_>, query: &ListQuery) -> Result<ChartData, EngineError> {
    let ask = &ask.read_in(query);
    parts::affiliate_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let balances = own_rows::balances(&mut tx).await?;
    let currency = super::own::main_currency(&mut tx, &balances).await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    let (range, _) = parts::period(query, ask, "7d");
    let series = parts::series(&mut tx, Scope::default(), &range, &as_of, ask, currency).await?;
    Ok(parts::chart(Metric::named(parts::OWN, &query.metric), &series, currency))
}

//! The figures of a chart as CSV: the same series that the page draws, as plain numbers with UTC times.

use app::ctx::{Caller, Deps};
use axum::{
    Extension, Router,
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    access::Permission,
    chart::Unit,
    view::{ChartData, ListQuery},
};
use engine::{EngineError, reports::course};
use std::fmt::Write as _;

/// `/admin/chart.csv` and `/affiliate/chart.csv`, with the query of a page: period, comparison, zone, metric, and of
/// the network's also campaign, affiliate or advertiser.
pub fn router(deps: Deps) -> Router {
    Router::new()
        .route("/admin/chart.csv", get(network))
        .route("/affiliate/chart.csv", get(own))
        .with_state(deps)
}

async fn network(
    State(deps): State<Deps>,
    caller: Option<Extension<Caller>>,
    RawQuery(query): RawQuery,
) -> Response {
    take(deps, allowed(caller, Permission::ViewNetwork), query).await
}

async fn own(
    State(deps): State<Deps>,
    caller: Option<Extension<Caller>>,
    RawQuery(query): RawQuery,
) -> Response {
    take(deps, allowed(caller, Permission::RunCampaigns), query).await
}

async fn take(mut deps: Deps, caller: Option<Caller>, query: Option<String>) -> Response {
    let Some(caller) = caller else { return refused() };
    // Who takes it gets written down, also where a portal is only looked at.
    deps.db = caller.person_db(&deps.db);
    let query = ListQuery::parse(&query.unwrap_or_default());
    answer(course::export(&deps.ask(&caller), &caller.person_actor(), &query).await)
}

/// The gate has sent away who is not signed in or belongs to another portal; the role is checked here.
fn allowed(caller: Option<Extension<Caller>>, what: Permission) -> Option<Caller> {
    caller.map(|Extension(caller)| caller).filter(|caller| caller.role.may(what))
}

fn refused() -> Response {
    (StatusCode::FORBIDDEN, "Your role does not allow this.\n").into_response()
}

fn answer(found: Result<ChartData, EngineError>) -> Response {
    match found {
        Ok(chart) => {
            let name = format!("attachment; filename=\"{}.csv\"", chart.metric);
            let name =
                HeaderValue::from_str(&name).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
            let kind = HeaderValue::from_static("text/csv; charset=utf-8");
            ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], csv(&chart)).into_response()
        }
        Err(EngineError::Forbidden(why)) => (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
        Err(EngineError::Unavailable) => {
            let text = "The database does not answer. Nothing is lost; try again in a moment.\n";
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], text).into_response()
        }
        Err(EngineError::Internal) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side. It is in the log.\n")
                .into_response()
        }
        Err(_) => (StatusCode::NOT_FOUND, "There is nothing of that id.\n").into_response(),
    }
}

/// A line a bucket. A figure that is not known is empty, not zero. Nothing in it was typed by anybody, so that no cell
/// can be a formula.
fn csv(chart: &ChartData) -> String {
    let compared = !chart.prev_label.is_empty();
    let currency = match chart.unit {
        Unit::Money(c) | Unit::Each(c) => Some(c.code()),
        Unit::Count | Unit::Percent => None,
    };
    let figure = |values: &[Option<i64>], i: usize| {
        values.get(i).copied().flatten().map(|v| chart.unit.plain(v)).unwrap_or_default()
    };
    let mut out = format!("start_utc,period,{},complete", chart.metric);
    if currency.is_some() {
        out.push_str(",currency");
    }
    if compared {
        let _ = write!(out, ",previous_period,previous_{}", chart.metric);
    }
    out.push_str("\r\n");
    for (i, span) in chart.spans.iter().enumerate() {
        let complete = chart.incomplete_from.is_none_or(|from| i < from as usize);
        let start = chart.starts.get(i).map_or("", String::as_str);
        let _ = write!(out, "{start},{},{},{complete}", quoted(span), figure(&chart.now, i));
        if let Some(code) = currency {
            let _ = write!(out, ",{code}");
        }
        if compared {
            let before = chart.prev_spans.get(i).map_or("", String::as_str);
            let _ = write!(out, ",{},{}", quoted(before), figure(&chart.prev, i));
        }
        out.push_str("\r\n");
    }
    out
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::money::Currency;

    #[test]
    fn figures_are_plain_and_gaps_stay_empty() {
        let chart = ChartData {
            metric: "revenue".into(),
            prev_label: "Yesterday".into(),
            unit: Unit::Money(Currency::USD),
            now: vec![Some(150_000), Some(0), None],
            prev: vec![Some(-5), None],
            spans: vec!["00:00 – 01:00".into(), "1 Nov, 01:00 – 02:00".into(), "x".into()],
            prev_spans: vec!["00:00 – 01:00".into()],
            starts: vec!["2026-11-01T04:00:00Z".into(); 3],
            incomplete_from: Some(1),
            ..ChartData::default()
        };
        let text = csv(&chart);
        let lines: Vec<_> = text.split("\r\n").collect();
        assert_eq!(lines[0], "start_utc,period,revenue,complete,currency,previous_period,previous_revenue");
        assert_eq!(lines[1], "2026-11-01T04:00:00Z,00:00 – 01:00,1500.00,true,USD,00:00 – 01:00,-0.05");
        assert_eq!(lines[2], "2026-11-01T04:00:00Z,\"1 Nov, 01:00 – 02:00\",0.00,false,USD,,");
        assert_eq!(lines[3], "2026-11-01T04:00:00Z,x,,false,USD,,");
    }
}

//! What several reports share: how fresh the figures are, periods, figures as text, key figures, series.

mod kpi;
mod metric;
mod series;

pub(super) use kpi::{Value, kpis};
pub(super) use metric::{Metric, NETWORK, OWN};
pub(super) use series::{Series, chart, series};

use super::{Ask, live};
use crate::EngineError;
use domain::{
    access::Realm,
    format,
    ids::BadId,
    money::{Currency, Money},
    period::{self, Asked, PeriodRange},
    view::{DataAsOf, Figures, ListQuery, PeriodView, Rows, TimeView, Totals},
};
use std::str::FromStr;
use store::{
    Tx,
    config::ListFilter,
    reports::{
        as_of as store_as_of,
        listing::{Group, SortBy, Wanted},
        stats::Sums,
    },
};

/// Rows on a page.
pub(super) const PER_PAGE: i64 = 50;

/// The moment of the question, milliseconds since 1970.
pub(super) fn now_ms(ask: &Ask<'_>) -> i64 {
    ask.now.timestamp_millis()
}

/// Up to when everything is counted: now, where there is no stream at all.
pub(super) async fn as_of(tx: &mut Tx, ask: &Ask<'_>) -> Result<DataAsOf, EngineError> {
    let as_of = as_of_view(store_as_of::as_of_ms(tx).await?, now_ms(ask), ask.tz);
    Ok(DataAsOf { mark: live::mark(tx, ask.now).await?, ..as_of })
}

/// The same for a reader in `tz`, at `now`; `None` where there is no stream at all.
pub(super) fn as_of_view(as_of_ms: Option<i64>, now: i64, tz: &str) -> DataAsOf {
    let as_of_ms = as_of_ms.unwrap_or(now).min(now);
    let (local, today) = (period::local_time(as_of_ms, tz), period::local_time(now, tz));
    let text = match (local.split_once(", "), today.split_once(", ")) {
        (Some((day, clock)), Some((this_day, _))) if day == this_day => clock.to_owned(),
        _ => local,
    };
    let (behind_secs, utc) = ((now - as_of_ms) / 1000, period::utc_time(as_of_ms));
    DataAsOf { as_of_ms, behind_secs, text, utc, mark: String::new() }
}

/// Whether the period is the one that the reader last chose: there is one, and the address names none.
pub(super) fn remembered(query: &ListQuery, ask: &Ask<'_>) -> bool {
    [&query.period, &query.from, &query.to].into_iter().all(String::is_empty)
        && period::memorable(ask.period).is_some()
}

/// The period asked for; else the one that the reader last chose, else `default`. Its days are days of `ask.tz`: see
/// [`Ask::read_in`].
pub(super) fn period(query: &ListQuery, ask: &Ask<'_>, default: &str) -> (PeriodRange, PeriodView) {
    let remembered = remembered(query, ask);
    let word = if remembered { ask.period } else { &query.period };
    let asked = Asked { word, from: &query.from, to: &query.to, cmp: &query.cmp };
    let range = period::parse(&asked, ask.tz, now_ms(ask), default);
    let unknown_zone = (!query.tz.is_empty() && !period::zone_known(&query.tz)).then(|| {
        let name: String = query.tz.chars().take(40).collect();
        (
            "tz".to_owned(),
            format!("There is no time zone “{name}”. Choose one of the list, such as Europe/Berlin."),
        )
    });
    let problem = range.problem.as_ref().map(|(field, why)| ((*field).to_owned(), why.clone()));
    let view = PeriodView {
        key: range.key.clone(),
        label: range.label.clone(),
        prev_label: range.prev_label.clone(),
        from: range.from.clone(),
        to: range.to.clone(),
        days: range.days(),
        cmp: range.cmp,
        tz: range.tz.clone(),
        own_zone: query.tz.is_empty(),
        fixed_zone: false,
        remembered,
        asked: problem.as_ref().map(|_| (query.from.clone(), query.to.clone())),
        problem: problem.or(unknown_zone),
    };
    (range, view)
}

/// A moment in milliseconds since 1970 for a reader in `tz`.
pub(super) fn time(ms: i64, tz: &str) -> TimeView {
    TimeView { utc: period::utc_time(ms), local: period::local_time(ms, tz) }
}

/// The network's own currency. Other realms do not see the settings: for them it is the currency of most of the
/// campaigns they see.
pub(super) async fn main_currency(tx: &mut Tx) -> Result<Currency, EngineError> {
    let set = store::config::setting_get(tx, "currency").await?;
    if let Some(currency) = set.as_ref().and_then(|v| v.as_str()).and_then(|code| code.parse().ok()) {
        return Ok(currency);
    }
    Ok(store::reports::config::commonest_currency(tx).await?.unwrap_or(Currency::USD))
}

/// Refuses everybody but the network's own people, for reports that show what others must not see.
pub(super) fn network_only(ask: &Ask<'_>) -> Result<(), EngineError> {
    match ask.realm {
        Realm::Network => Ok(()),
        _ => Err(EngineError::Forbidden("Only the network's own people see this.".into())),
    }
}

/// Refuses everybody but affiliates: read as the network, an affiliate's own report would mix them all.
pub(super) fn affiliate_only(ask: &Ask<'_>) -> Result<(), EngineError> {
    match ask.realm {
        Realm::Affiliate(_) => Ok(()),
        _ => Err(EngineError::Forbidden("Only affiliates have this page.".into())),
    }
}

/// Figures as text.
pub(super) fn figures(sums: &Sums, currency: Currency) -> Figures {
    let money = |minor| Money::new(minor, currency);
    Figures {
        clicks: format::count(sums.clicks),
        invalid_clicks: format::count(sums.invalid_clicks),
        impressions: format::count(sums.impressions),
        conversions: format::count(sums.conversions),
        cr: format::percent(sums.conversions, sums.clicks),
        revenue: money(sums.revenue).to_string(),
        payout: money(sums.payout).to_string(),
        margin: Value::margin(sums).full(),
        epc: format::per_unit(money(sums.payout), sums.clicks),
        clicks_raw: sums.clicks,
        conversions_raw: sums.conversions,
        revenue_minor: sums.revenue,
        payout_minor: sums.payout,
    }
}

/// Totals of a filtered set: `All 15 campaigns`, with the currency where there are several.
pub(super) fn totals(groups: &[Group], one: &str, many: &str) -> Vec<Totals> {
    groups
        .iter()
        .map(|g| {
            let all = if g.count == 1 {
                format!("1 {one}")
            } else {
                format!("All {} {many}", format::count(g.count))
            };
            Totals {
                label: if groups.len() > 1 { format!("{all} in {}", g.currency) } else { all },
                currency: g.currency.code().to_owned(),
                figures: figures(&g.sums, g.currency),
            }
        })
        .collect()
}

/// `part` of `top` in percent for a bar; something is never nothing.
pub(super) fn share(part: i64, top: i64) -> u8 {
    if part <= 0 || top <= 0 {
        return 0;
    }
    let percent = i128::from(part) * 100 / i128::from(top);
    u8::try_from(percent.clamp(1, 100)).unwrap_or(100)
}

/// One page of a list.
pub(super) fn rows<T>(rows: Vec<T>, total: i64, query: &ListQuery, none_ever: bool) -> Rows<T> {
    Rows { rows, total, page: query.page_number(), per_page: PER_PAGE, none_ever }
}

/// Search, sorting, page and period of a list; most clicks first, unless something else is asked for.
pub(super) fn wanted(query: &ListQuery, range: &PeriodRange) -> Wanted {
    let (sort, descending) = query.sorting(SortBy::WORDS, ("clicks", true));
    Wanted {
        list: ListFilter::new("", &query.q, query.page_number(), PER_PAGE),
        statuses: None,
        visibilities: None,
        campaign: None,
        affiliate: None,
        advertiser: None,
        from_ms: range.start_ms,
        to_ms: range.end_ms,
        sort: SortBy::of(sort),
        descending,
    }
}

/// Words of a filter such as `pending,approved` that are words of `T`. `None` where nothing is asked for; what is
/// no word of `T` is left out.
pub(super) fn words<T: FromStr>(text: &str) -> Option<Vec<T>> {
    let known: Vec<T> = text.split(',').filter_map(|w| w.trim().parse().ok()).collect();
    if known.is_empty() { None } else { Some(known) }
}

/// An id that a report is narrowed to; unlike in a filter, a wrong one must not widen it again.
pub(super) fn named_id<T: FromStr<Err = BadId>>(text: &str) -> Result<Option<T>, EngineError> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| EngineError::NotFound) }
}

/// An id of a filter; what is no id is left out.
pub(super) fn id<T: FromStr<Err = BadId>>(text: &str) -> Option<T> {
    text.parse().ok()
}

//! What an affiliate sees first: earnings, then figures, then what changed.

use super::{
    conversions::own_row,
    currency,
    offers::{link_row, span},
};
use crate::{
    EngineError,
    reports::{
        Ask, conversions,
        parts::{self, About, Series, Value},
    },
};
use domain::{
    ledger::AccountKind,
    money::{Currency, Money},
    view::{AffiliateOverview, Earnings, Kpi, ListQuery, Wanted},
};
use std::collections::BTreeMap;
use store::reports::{
    conversions as converted,
    own::{self as rows, BalanceRow, Order},
    stats::{Scope, Sums},
};

const LATEST: i64 = 8;

/// Balances, key figures, chart, the latest conversions and the busiest links.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but affiliates; [`EngineError::Unavailable`].
pub async fn overview(ask: &Ask<'_>, q: &ListQuery) -> Result<AffiliateOverview, EngineError> {
    parts::affiliate_only(ask)?;
    let (range, period) = parts::period(q, ask, "today");
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    let balances = rows::balances(&mut tx).await?;
    let main = match balances.iter().max_by_key(|b| b.minor) {
        Some(largest) => currency(&largest.currency),
        None => parts::main_currency(&mut tx).await?,
    };
    let series = parts::series(&mut tx, Scope::default(), &range, &as_of, ask, main).await?;
    let newest = conversions::filter(&ListQuery::default(), 0, range.end_ms.max(parts::now_ms(ask)));
    let latest = converted::page(&mut tx, &newest, converted::Order::Received, true, LATEST, 0).await?;
    let linked = rows::OfferFilter { linked: true, ..span(range.start_ms, range.end_ms) };
    let links = rows::offers(&mut tx, &linked, Order::Clicks, true).await?;
    let affiliate = rows::name(&mut tx).await?.unwrap_or_default();
    Ok(AffiliateOverview {
        as_of,
        period,
        affiliate,
        earnings: earnings(&balances, main),
        currency: main.code().to_owned(),
        kpis: kpis(&series, main),
        chart: parts::chart("Clicks", "clicks", &range, &series, |s| s.clicks),
        latest: latest.iter().map(|r| own_row(r, ask.tz)).collect(),
        links: links.iter().filter_map(link_row).take(LATEST as usize).collect(),
    })
}

/// Balances by currency, the main one first, even where nothing was earned yet.
fn earnings(balances: &[BalanceRow], main: Currency) -> Vec<Earnings> {
    let mut sums: BTreeMap<(bool, &str), (i64, i64)> = BTreeMap::new();
    sums.insert((false, main.code()), (0, 0));
    for b in balances {
        let entry = sums.entry((b.currency != main.code(), b.currency.as_str())).or_default();
        if b.kind == AccountKind::AffiliatePending.word() {
            entry.0 += b.minor;
        } else if b.kind == AccountKind::AffiliateApproved.word() {
            entry.1 += b.minor;
        }
    }
    sums.into_iter()
        .map(|((_, code), (pending, approved))| Earnings {
            currency: code.to_owned(),
            pending: Money::new(pending, currency(code)).to_string(),
            approved: Money::new(approved, currency(code)).to_string(),
        })
        .collect()
}

fn kpis(series: &Series, currency: Currency) -> Vec<Kpi> {
    let make = |key, label, meaning, of: &dyn Fn(&Sums) -> Value| {
        let about = About { key, label, meaning, wanted: Wanted::More };
        parts::kpi(about, of(&series.now), of(&series.prev), series.so_far().iter().map(of))
    };
    let counted = |key, label, meaning, of: &dyn Fn(&Sums) -> Value| {
        let about = About { key, label, meaning, wanted: Wanted::More };
        let counts = &series.counts;
        parts::kpi(about, of(&counts.now), of(&counts.prev), series.counts_so_far().iter().map(of))
    };
    vec![
        counted("clicks", "Clicks", "Valid clicks on your links.", &|s| Value::Count(s.clicks)),
        counted(
            "conversions",
            "Conversions",
            "Pending and approved conversions, when they were received.",
            &|s| Value::Count(s.conversions),
        ),
        counted("cr", "CR", "Conversion rate: conversions divided by clicks.", &Value::cr),
        make("earned", "Earned", "What these conversions pay, pending included.", &|s| {
            Value::Money(Money::new(s.payout, currency))
        }),
        make("epc", "EPC", "Earnings per click.", &|s| Value::Each(Money::new(s.payout, currency), s.clicks)),
    ]
}

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
        parts::{self, Metric},
    },
};
use domain::{
    ledger::AccountKind,
    money::{Currency, Money},
    view::{AffiliateOverview, Earnings, ListQuery},
};
use std::collections::BTreeMap;
use store::{
    Tx,
    reports::{
        conversions as converted,
        own::{self as rows, BalanceRow, Order},
        stats::Scope,
    },
};

const LATEST: i64 = 8;

/// Balances, key figures, chart, the latest conversions and the busiest links.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but affiliates; [`EngineError::Unavailable`].
pub async fn overview(ask: &Ask<'_>, q: &ListQuery) -> Result<AffiliateOverview, EngineError> {
    let ask = &ask.read_in(q);
    parts::affiliate_only(ask)?;
    let (range, period) = parts::period(q, ask, "today");
    let mut tx = ask.db.begin_read(ask.realm).await?;
    tx.keep_plans().await?;
    let as_of = parts::as_of(&mut tx, ask).await?;
    let balances = rows::balances(&mut tx).await?;
    let main = main_currency(&mut tx, &balances).await?;
    let series = parts::series(&mut tx, Scope::default(), &range, &as_of, ask, main).await?;
    let newest = conversions::filter(&ListQuery::default(), 0, range.end_ms.max(parts::now_ms(ask)));
    let latest = converted::page(&mut tx, &newest, converted::Order::Received, true, LATEST, 0).await?;
    let linked = rows::OfferFilter { linked: true, ..span(range.start_ms, range.end_ms) };
    let links = rows::offers(&mut tx, &linked, Order::Clicks, true, (LATEST, 0)).await?;
    let affiliate = rows::name(&mut tx).await?.unwrap_or_default();
    Ok(AffiliateOverview {
        as_of,
        period,
        affiliate,
        earnings: earnings(&balances, main),
        currency: main.code().to_owned(),
        kpis: parts::kpis(parts::OWN, &series, main),
        chart: parts::chart(Metric::named(parts::OWN, &q.metric), &series, main),
        latest: latest.iter().map(|r| own_row(r, ask.tz)).collect(),
        links: links.iter().filter_map(link_row).collect(),
    })
}

/// The currency with the largest balance; before there is any, that of most campaigns.
pub(in crate::reports) async fn main_currency(
    tx: &mut Tx,
    balances: &[BalanceRow],
) -> Result<Currency, EngineError> {
    match balances.iter().max_by_key(|b| b.minor) {
        Some(largest) => Ok(currency(&largest.currency)),
        None => parts::main_currency(tx).await,
    }
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

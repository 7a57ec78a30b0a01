//! The ledger, for reading.

use super::{Ask, Paged, Paging, number};
use crate::EngineError;
use chrono::{DateTime, Utc};
use domain::{
    ids::{AdvertiserId, AffiliateId, ConversionId, TxnId},
    ledger::AccountKind,
};
use std::collections::HashMap;
use store::api::ledger::{self as rows, BalanceRow, EntryRow, TxnRow};

/// What a list is asked for; what is `None` does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Written at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Written before.
    pub to: Option<DateTime<Utc>>,
    pub conversion: Option<ConversionId>,
    pub affiliate: Option<AffiliateId>,
    pub advertiser: Option<AdvertiserId>,
    /// Of lines and balances.
    pub account: Option<AccountKind>,
}

/// A transaction with the lines that the asking party may see.
#[derive(Debug, Clone)]
pub struct Txn {
    pub row: TxnRow,
    pub lines: Vec<EntryRow>,
}

fn narrow(w: &Wanted) -> rows::Narrow {
    rows::Narrow {
        from: w.from,
        to: w.to,
        conversion: w.conversion,
        affiliate: w.affiliate,
        advertiser: w.advertiser,
    }
}

/// Newest first.
///
/// # Errors
/// [`EngineError::Invalid`] field `cursor`; [`EngineError::Unavailable`].
pub async fn txns(ask: Ask<'_>, w: &Wanted, paging: &Paging) -> Result<Paged<Txn>, EngineError> {
    let list = ("ledger/transactions", ask.realm, w);
    let after = match paging.open::<1>(&list)? {
        Some([id]) => Some(number(&id)?),
        None => None,
    };
    let narrow = narrow(w);
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::txns(&mut tx, &narrow, after, paging.fetch()).await?;
    let page = paging.close(found, &list, |t| [t.id.to_string()]);
    let ids: Vec<i64> = page.rows.iter().map(|t| t.id).collect();
    let mut lines: HashMap<i64, Vec<EntryRow>> = HashMap::new();
    for line in rows::lines(&mut tx, &ids).await? {
        lines.entry(line.txn_id).or_default().push(line);
    }
    let mut page = page.map(|row| Txn { lines: lines.remove(&row.id).unwrap_or_default(), row });
    if paging.total {
        page.total = Some(rows::txns_total(&mut tx, &narrow).await?);
    }
    Ok(page)
}

/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Unavailable`].
pub async fn txn(ask: Ask<'_>, id: TxnId) -> Result<Txn, EngineError> {
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let row = rows::txn(&mut tx, id.0).await?.ok_or(EngineError::NotFound)?;
    let lines = rows::lines(&mut tx, &[id.0]).await?;
    Ok(Txn { row, lines })
}

/// Lines, newest transaction first.
///
/// # Errors
/// [`EngineError::Invalid`] field `cursor`; [`EngineError::Unavailable`].
pub async fn entries(ask: Ask<'_>, w: &Wanted, paging: &Paging) -> Result<Paged<EntryRow>, EngineError> {
    let list = ("ledger/entries", ask.realm, w);
    let after = match paging.open::<2>(&list)? {
        Some([txn, line]) => Some((number(&txn)?, number(&line)?)),
        None => None,
    };
    let (narrow, account) = (narrow(w), w.account.map(AccountKind::word));
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::entries(&mut tx, &narrow, account, after, paging.fetch()).await?;
    let mut page = paging.close(found, &list, |e| [e.txn_id.to_string(), e.line.to_string()]);
    if paging.total {
        page.total = Some(rows::entries_total(&mut tx, &narrow, account).await?);
    }
    Ok(page)
}

/// Balances of affiliates' and advertisers' accounts.
///
/// # Errors
/// [`EngineError::Invalid`] field `cursor`; [`EngineError::Unavailable`].
pub async fn balances(ask: Ask<'_>, w: &Wanted, paging: &Paging) -> Result<Paged<BalanceRow>, EngineError> {
    let list = ("ledger/balances", ask.realm, w);
    let after = match paging.open::<1>(&list)? {
        Some([id]) => Some(number(&id)?),
        None => None,
    };
    let (narrow, account) = (narrow(w), w.account.map(AccountKind::word));
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::balances(&mut tx, &narrow, account, after, paging.fetch()).await?;
    let mut page = paging.close(found, &list, |b| [b.account_id.to_string()]);
    if paging.total {
        page.total = Some(rows::balances_total(&mut tx, &narrow, account).await?);
    }
    Ok(page)
}

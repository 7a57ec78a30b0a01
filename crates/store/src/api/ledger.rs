//! The ledger: transactions with their lines, lines by themselves, balances. Debits are positive, as they are stored.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::ids::{AdvertiserId, AffiliateId, ConversionId};
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

/// What lists of the ledger are narrowed to; `None` does not narrow.
#[derive(Debug, Clone)]
pub struct Narrow {
    /// Written at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Written before.
    pub to: Option<DateTime<Utc>>,
    pub conversion: Option<ConversionId>,
    pub affiliate: Option<AffiliateId>,
    pub advertiser: Option<AdvertiserId>,
}

/// A transaction.
#[derive(Debug, Clone, FromRow)]
pub struct TxnRow {
    pub id: i64,
    pub kind: String,
    pub effective_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub actor: String,
    pub conversion_id: Option<Uuid>,
    pub reverses: Option<i64>,
}

/// A line of a transaction.
#[derive(Debug, Clone, FromRow)]
pub struct EntryRow {
    pub txn_id: i64,
    pub line: i16,
    pub account: String,
    pub affiliate_id: Option<i64>,
    pub advertiser_id: Option<i64>,
    pub amount_minor: i64,
    pub currency: String,
    pub kind: String,
    pub created_at: DateTime<Utc>,
    pub conversion_id: Option<Uuid>,
}

/// The balance of an account.
#[derive(Debug, Clone, FromRow)]
pub struct BalanceRow {
    pub account_id: i64,
    pub account: String,
    pub affiliate_id: Option<i64>,
    pub advertiser_id: Option<i64>,
    pub currency: String,
    pub balance_minor: i64,
}

fn narrow_txns(q: &mut QueryBuilder<Postgres>, n: &Narrow) {
    if let Some(from) = n.from {
        q.push(" AND t.created_at >= ").push_bind(from);
    }
    if let Some(to) = n.to {
        q.push(" AND t.created_at < ").push_bind(to);
    }
    if let Some(id) = n.conversion {
        q.push(" AND t.conversion_id = ").push_bind(id.0);
    }
}

fn narrow_owners(q: &mut QueryBuilder<Postgres>, n: &Narrow, table: &'static str) {
    if let Some(id) = n.affiliate {
        q.push(format_args!(" AND {table}.affiliate_id = ")).push_bind(id.0);
    }
    if let Some(id) = n.advertiser {
        q.push(format_args!(" AND {table}.advertiser_id = ")).push_bind(id.0);
    }
}

fn of_txns(q: &mut QueryBuilder<Postgres>, n: &Narrow) {
    q.push(" FROM ledger_txns t WHERE true");
    narrow_txns(q, n);
    if n.affiliate.is_some() || n.advertiser.is_some() {
        q.push(" AND EXISTS (SELECT FROM ledger_entries e WHERE e.txn_id = t.id");
        narrow_owners(q, n, "e");
        q.push(")");
    }
}

/// Newest first, behind the transaction of the number `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn txns(
    tx: &mut Tx,
    n: &Narrow,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<TxnRow>, StoreError> {
    let mut q = QueryBuilder::new(
        "SELECT t.id, t.kind, t.effective_at, t.created_at, t.actor, t.conversion_id, t.reverses",
    );
    of_txns(&mut q, n);
    if let Some(after) = after {
        q.push(" AND t.id < ").push_bind(after);
    }
    q.push(" ORDER BY t.id DESC LIMIT ").push_bind(limit);
    Ok(q.build_query_as::<TxnRow>().fetch_all(tx.conn()).await?)
}

/// How many [`txns`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn txns_total(tx: &mut Tx, n: &Narrow) -> Result<i64, StoreError> {
    let mut q = QueryBuilder::new("SELECT count(*)");
    of_txns(&mut q, n);
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

/// One transaction.
///
/// # Errors
/// [`StoreError`].
pub async fn txn(tx: &mut Tx, id: i64) -> Result<Option<TxnRow>, StoreError> {
    Ok(sqlx::query_as!(
        TxnRow,
        "SELECT id, kind, effective_at, created_at, actor, conversion_id, reverses FROM ledger_txns WHERE id = $1",
        id
    )
    .fetch_optional(tx.conn())
    .await?)
}

const ENTRY: &str = "SELECT e.txn_id, e.line, a.kind AS account, e.affiliate_id, e.advertiser_id, e.amount_minor, e.currency,
        t.kind, t.created_at, t.conversion_id
    FROM ledger_entries e JOIN ledger_txns t ON t.id = e.txn_id JOIN ledger_accounts a ON a.id = e.account_id";

/// Lines of several transactions, in order.
///
/// # Errors
/// [`StoreError`].
pub async fn lines(tx: &mut Tx, txns: &[i64]) -> Result<Vec<EntryRow>, StoreError> {
    let mut q = QueryBuilder::new(ENTRY);
    q.push(" WHERE e.txn_id = ANY(").push_bind(txns.to_vec()).push(") ORDER BY e.txn_id DESC, e.line");
    Ok(q.build_query_as::<EntryRow>().fetch_all(tx.conn()).await?)
}

/// Lines, newest transaction first, behind `after` (transaction and line).
///
/// # Errors
/// [`StoreError`].
pub async fn entries(
    tx: &mut Tx,
    n: &Narrow,
    account: Option<&'static str>,
    after: Option<(i64, i16)>,
    limit: i64,
) -> Result<Vec<EntryRow>, StoreError> {
    let mut q = QueryBuilder::new(ENTRY);
    q.push(" WHERE true");
    narrow_txns(&mut q, n);
    narrow_owners(&mut q, n, "e");
    if let Some(account) = account {
        q.push(" AND a.kind = ").push_bind(account);
    }
    if let Some((txn, line)) = after {
        // Newest transaction first, lines in order: two directions, so no comparison of rows.
        q.push(" AND (e.txn_id < ").push_bind(txn).push(" OR (e.txn_id = ").push_bind(txn);
        q.push(" AND e.line > ").push_bind(line).push("))");
    }
    q.push(" ORDER BY e.txn_id DESC, e.line LIMIT ").push_bind(limit);
    Ok(q.build_query_as::<EntryRow>().fetch_all(tx.conn()).await?)
}

/// How many [`entries`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn entries_total(
    tx: &mut Tx,
    n: &Narrow,
    account: Option<&'static str>,
) -> Result<i64, StoreError> {
    let mut q = QueryBuilder::new(
        "SELECT count(*) FROM ledger_entries e JOIN ledger_txns t ON t.id = e.txn_id
            JOIN ledger_accounts a ON a.id = e.account_id WHERE true",
    );
    narrow_txns(&mut q, n);
    narrow_owners(&mut q, n, "e");
    if let Some(account) = account {
        q.push(" AND a.kind = ").push_bind(account);
    }
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

const BALANCES: &str = " FROM ledger_balances b JOIN ledger_accounts a ON a.id = b.account_id WHERE true";

fn narrow_balances(q: &mut QueryBuilder<Postgres>, n: &Narrow, account: Option<&'static str>) {
    narrow_owners(q, n, "a");
    if let Some(account) = account {
        q.push(" AND a.kind = ").push_bind(account);
    }
}

/// Balances of accounts with an owner, in the order of the accounts, behind the account `after`.
///
/// # Errors
/// [`StoreError`].
pub async fn balances(
    tx: &mut Tx,
    n: &Narrow,
    account: Option<&'static str>,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<BalanceRow>, StoreError> {
    let mut q = QueryBuilder::new(
        "SELECT b.account_id, a.kind AS account, a.affiliate_id, a.advertiser_id, a.currency, b.balance_minor",
    );
    q.push(BALANCES);
    narrow_balances(&mut q, n, account);
    if let Some(after) = after {
        q.push(" AND b.account_id > ").push_bind(after);
    }
    q.push(" ORDER BY b.account_id LIMIT ").push_bind(limit);
    Ok(q.build_query_as::<BalanceRow>().fetch_all(tx.conn()).await?)
}

/// How many [`balances`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn balances_total(
    tx: &mut Tx,
    n: &Narrow,
    account: Option<&'static str>,
) -> Result<i64, StoreError> {
    let mut q = QueryBuilder::new("SELECT count(*)");
    q.push(BALANCES);
    narrow_balances(&mut q, n, account);
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

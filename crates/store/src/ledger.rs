//! The double-entry ledger: balanced transactions that happen once, whatever is repeated.

use crate::{db::Tx, error::StoreError, events::refused};
use chrono::{DateTime, Utc};
use domain::{
    ids::{AdvertiserId, AffiliateId, ConversionId},
    ledger::{Account, AccountKind, Line, balances},
    money::Currency,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Kinds of transactions.
pub mod kind {
    /// A conversion came in and waits.
    pub const RECEIVED: &str = "received";
    /// A conversion was approved.
    pub const APPROVED: &str = "approved";
    /// The exact contra of another transaction.
    pub const REVERSED: &str = "reversed";
}

/// A transaction to post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// What makes it happen once: a second posting with the key is not made.
    pub idem_key: String,
    /// One of [`kind`].
    pub kind: &'static str,
    pub effective_at: DateTime<Utc>,
    /// Who caused it.
    pub actor: String,
    pub conversion: Option<ConversionId>,
    /// The transaction that this one undoes.
    pub reverses: Option<i64>,
    /// Balanced lines; none for a transaction of nothing, such as a conversion that is worth nothing.
    pub lines: Vec<Line>,
}

/// What became of a posting, with the number of its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    New(i64),
    /// It had been posted before; nothing was changed.
    Already(i64),
}

/// A transaction of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerTxn {
    pub id: i64,
    pub idem_key: String,
    pub kind: String,
    /// A contra of it exists.
    pub reversed: bool,
    pub lines: Vec<Line>,
}

/// The key of the transaction that receives a conversion.
#[must_use]
pub fn received_key(id: ConversionId) -> String {
    format!("conv:{id}")
}

/// The key of the transaction that approves a conversion.
#[must_use]
pub fn approved_key(id: ConversionId) -> String {
    format!("appr:{id}")
}

/// The key of the transaction that undoes another one; a transaction is undone at most once.
#[must_use]
pub fn reversed_key(txn: i64) -> String {
    format!("rev:{txn}")
}

/// Posts one transaction; see [`post_all`].
///
/// # Errors
/// As [`post_all`].
pub async fn post(tx: &mut Tx, posting: &Posting, now: DateTime<Utc>) -> Result<Posted, StoreError> {
    let posted = post_all(tx, std::slice::from_ref(posting), now).await?;
    posted.first().copied().ok_or_else(|| StoreError::other("a posting got no answer"))
}

/// Posts transactions, each once by its key. Accounts are made when first used. Balances of accounts with an owner
/// move along; their rows are locked in the order of the accounts, whoever posts.
///
/// # Errors
/// [`StoreError::Conflict`] where lines do not balance, a sum leaves 64 bits, or an owner does not exist.
pub async fn post_all(
    tx: &mut Tx,
    postings: &[Posting],
    now: DateTime<Utc>,
) -> Result<Vec<Posted>, StoreError> {
    if postings.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(bad) = postings.iter().find(|p| !balances(&p.lines)) {
        return Err(StoreError::Conflict { constraint: format!("ledger_txn_balances: {}", bad.idem_key) });
    }
    let new = insert_txns(tx, postings, now).await?;
    let already =
        txns_by_key(tx, postings.iter().map(|p| &p.idem_key).filter(|k| !new.contains_key(*k))).await?;

    let mut seen = HashSet::new();
    let mut answers = Vec::with_capacity(postings.len());
    let mut fresh: Vec<(i64, &Posting)> = Vec::new();
    for posting in postings {
        let key = posting.idem_key.as_str();
        match (new.get(key), already.get(key)) {
            (Some(id), _) if seen.insert(key) => {
                fresh.push((*id, posting));
                answers.push(Posted::New(*id));
            }
            (Some(id), _) | (None, Some(id)) => answers.push(Posted::Already(*id)),
            // Committed by somebody else between two of our statements and not visible: run again.
            (None, None) => return Err(StoreError::Serialization),
        }
    }
    insert_lines(tx, &fresh).await?;
    Ok(answers)
}

async fn insert_txns(
    tx: &mut Tx,
    postings: &[Posting],
    now: DateTime<Utc>,
) -> Result<HashMap<String, i64>, StoreError> {
    let keys: Vec<_> = postings.iter().map(|p| p.idem_key.as_str()).collect();
    let kinds: Vec<_> = postings.iter().map(|p| p.kind).collect();
    let effective: Vec<_> = postings.iter().map(|p| p.effective_at).collect();
    let actors: Vec<_> = postings.iter().map(|p| p.actor.as_str()).collect();
    let conversions: Vec<_> = postings.iter().map(|p| p.conversion.map(|c| c.0)).collect();
    let reverses: Vec<_> = postings.iter().map(|p| p.reverses).collect();
    let rows = sqlx::query!(
        "INSERT INTO ledger_txns (idem_key, kind, effective_at, created_at, actor, conversion_id, reverses)
         SELECT t.key, t.kind, t.effective_at, $7, t.actor, t.conversion_id, t.reverses
         FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::uuid[], $6::bigint[])
             AS t (key, kind, effective_at, actor, conversion_id, reverses)
         ORDER BY t.key
         ON CONFLICT (idem_key) DO NOTHING
         RETURNING id, idem_key",
        &keys as _,
        &kinds as _,
        &effective,
        &actors as _,
        &conversions as _,
        &reverses as _,
        now
    )
    .fetch_all(tx.conn())
    .await
    .map_err(refused)?;
    Ok(rows.into_iter().map(|r| (r.idem_key, r.id)).collect())
}

async fn txns_by_key<'a>(
    tx: &mut Tx,
    keys: impl Iterator<Item = &'a String>,
) -> Result<HashMap<String, i64>, StoreError> {
    let keys: Vec<String> = keys.cloned().collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!("SELECT id, idem_key FROM ledger_txns WHERE idem_key = ANY($1)", &keys)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|r| (r.idem_key, r.id)).collect())
}

async fn insert_lines(tx: &mut Tx, fresh: &[(i64, &Posting)]) -> Result<(), StoreError> {
    let accounts =
        accounts(tx, fresh.iter().flat_map(|(_, p)| &p.lines).map(|l| l.account).collect()).await?;
    let mut sums: BTreeMap<i64, (i64, Account)> = BTreeMap::new();
    let (mut txns, mut numbers, mut ids, mut amounts) = (vec![], vec![], vec![], vec![]);
    let (mut currencies, mut affiliates, mut advertisers) = (vec![], vec![], vec![]);
    for (txn, posting) in fresh {
        for (line, number) in posting.lines.iter().zip(1i16..) {
            let id = *accounts.get(&line.account).ok_or(StoreError::Serialization)?;
            txns.push(*txn);
            numbers.push(number);
            ids.push(id);
            amounts.push(line.minor);
            currencies.push(line.account.currency.code());
            affiliates.push(line.account.affiliate.map(|a| a.0));
            advertisers.push(line.account.advertiser.map(|a| a.0));
            if line.account.affiliate.is_some() || line.account.advertiser.is_some() {
                let sum = sums.entry(id).or_insert((0, line.account));
                sum.0 = sum.0.checked_add(line.minor).ok_or_else(|| StoreError::Conflict {
                    constraint: format!("ledger sum out of range: {}", posting.idem_key),
                })?;
            }
        }
    }
    if txns.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO ledger_entries (txn_id, line, account_id, amount_minor, currency, affiliate_id, advertiser_id)
         SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[],
             $7::bigint[])",
        &txns,
        &numbers,
        &ids,
        &amounts,
        &currencies as _,
        &affiliates as _,
        &advertisers as _,
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;

    let owned: Vec<_> = sums.keys().copied().collect();
    let moved: Vec<_> = sums.values().map(|s| s.0).collect();
    let affiliates: Vec<_> = sums.values().map(|s| s.1.affiliate.map(|a| a.0)).collect();
    let advertisers: Vec<_> = sums.values().map(|s| s.1.advertiser.map(|a| a.0)).collect();
    sqlx::query!(
        "INSERT INTO ledger_balances AS b (account_id, balance_minor, affiliate_id, advertiser_id)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
             AS t (account_id, moved, affiliate_id, advertiser_id)
         ORDER BY t.account_id
         ON CONFLICT (account_id) DO UPDATE SET balance_minor = b.balance_minor + excluded.balance_minor",
        &owned,
        &moved,
        &affiliates as _,
        &advertisers as _,
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    Ok(())
}

/// Numbers of the accounts; those that are missing are made.
async fn accounts(tx: &mut Tx, wanted: BTreeSet<Account>) -> Result<HashMap<Account, i64>, StoreError> {
    let wanted: Vec<_> = wanted.into_iter().collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let found = find_accounts(tx, &wanted).await?;
    let missing: Vec<_> = wanted.iter().copied().filter(|a| !found.contains_key(a)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let (kinds, currencies, affiliates, advertisers) = columns(&missing);
    sqlx::query!(
        "INSERT INTO ledger_accounts (kind, currency, affiliate_id, advertiser_id)
         SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
             AS t (kind, currency, affiliate_id, advertiser_id)
         ORDER BY 1, 3, 4, 2
         ON CONFLICT DO NOTHING",
        &kinds as _,
        &currencies as _,
        &affiliates as _,
        &advertisers as _,
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    find_accounts(tx, &wanted).await
}

type AccountColumns = (Vec<&'static str>, Vec<&'static str>, Vec<Option<i64>>, Vec<Option<i64>>);

fn columns(accounts: &[Account]) -> AccountColumns {
    (
        accounts.iter().map(|a| a.kind.word()).collect(),
        accounts.iter().map(|a| a.currency.code()).collect(),
        accounts.iter().map(|a| a.affiliate.map(|x| x.0)).collect(),
        accounts.iter().map(|a| a.advertiser.map(|x| x.0)).collect(),
    )
}

async fn find_accounts(tx: &mut Tx, wanted: &[Account]) -> Result<HashMap<Account, i64>, StoreError> {
    let (kinds, currencies, affiliates, advertisers) = columns(wanted);
    // One branch for each kind of owner, so that each can use the index.
    let rows = sqlx::query!(
        r#"WITH t AS (
               SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) WITH ORDINALITY
                   AS t (kind, currency, affiliate_id, advertiser_id, at))
           SELECT t.at AS "at!", a.id AS "id!" FROM t JOIN ledger_accounts a
               ON a.kind = t.kind AND a.affiliate_id = t.affiliate_id AND a.advertiser_id IS NULL
               AND a.currency = t.currency
           UNION ALL
           SELECT t.at, a.id FROM t JOIN ledger_accounts a
               ON a.kind = t.kind AND a.affiliate_id IS NULL AND a.advertiser_id = t.advertiser_id
               AND a.currency = t.currency
           UNION ALL
           SELECT t.at, a.id FROM t JOIN ledger_accounts a
               ON a.kind = t.kind AND a.affiliate_id IS NULL AND a.advertiser_id IS NULL
               AND a.currency = t.currency
           WHERE t.affiliate_id IS NULL AND t.advertiser_id IS NULL"#,
        &kinds as _,
        &currencies as _,
        &affiliates as _,
        &advertisers as _,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|r| Some((*wanted.get(usize::try_from(r.at).ok()?.checked_sub(1)?)?, r.id)))
        .collect())
}

/// Everything posted for a conversion, oldest first, contras included.
///
/// # Errors
/// [`StoreError::Other`] for a stored word that is not known.
pub async fn of_conversion(tx: &mut Tx, id: ConversionId) -> Result<Vec<LedgerTxn>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT t.id, t.idem_key, t.kind,
                  EXISTS (SELECT FROM ledger_txns r WHERE r.conversion_id = $1 AND r.reverses = t.id) AS "reversed!",
                  a.kind AS "account?", a.affiliate_id, a.advertiser_id, a.currency AS "currency?",
                  e.amount_minor AS "minor?"
           FROM ledger_txns t
           LEFT JOIN ledger_entries e ON e.txn_id = t.id
           LEFT JOIN ledger_accounts a ON a.id = e.account_id
           WHERE t.conversion_id = $1 ORDER BY t.id, e.line"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let mut txns: Vec<LedgerTxn> = Vec::new();
    for r in rows {
        if txns.last().is_none_or(|t| t.id != r.id) {
            txns.push(LedgerTxn {
                id: r.id,
                idem_key: r.idem_key,
                kind: r.kind,
                reversed: r.reversed,
                lines: Vec::new(),
            });
        }
        if let (Some(txn), Some(kind), Some(currency), Some(minor)) =
            (txns.last_mut(), r.account, r.currency, r.minor)
        {
            let kind = AccountKind::ALL
                .iter()
                .copied()
                .find(|k| k.word() == kind)
                .ok_or_else(|| StoreError::corrupt("account kind", kind))?;
            let currency: Currency = currency.parse().map_err(|e| StoreError::corrupt("currency", e))?;
            let account = Account {
                kind,
                affiliate: r.affiliate_id.map(AffiliateId),
                advertiser: r.advertiser_id.map(AdvertiserId),
                currency,
            };
            txn.lines.push(Line { account, minor });
        }
    }
    Ok(txns)
}

/// The running balance of an account with an owner, in minor units; 0 where nothing was ever posted.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn balance(tx: &mut Tx, account: &Account) -> Result<i64, StoreError> {
    let found = find_accounts(tx, std::slice::from_ref(account)).await?;
    let Some(id) = found.get(account) else { return Ok(0) };
    let sum = sqlx::query_scalar!("SELECT balance_minor FROM ledger_balances WHERE account_id = $1", id)
        .fetch_optional(tx.conn())
        .await?;
    Ok(sum.unwrap_or(0))
}

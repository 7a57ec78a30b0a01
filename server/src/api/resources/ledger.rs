//! The ledger: transactions, their entries, balances.

use super::{
    input::{Query, Wrong, in_query, list_params, network_filter},
    schema::{self, Cash, List, ListErrors, ReadErrors, Time},
};
use crate::api::{
    ApiDeps,
    auth::{Key, Scope},
    extract::InPath,
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::{
    access::Realm,
    ids::{AdvertiserId, AffiliateId, ConversionId, TxnId},
    ledger::AccountKind,
    money::{Currency, Money},
};
use engine::api::{
    Ask, Paging,
    ledger::{self, Txn, Wanted},
};
use serde::Serialize;
use store::api::ledger::{BalanceRow, EntryRow};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new()
        .routes(routes!(balances))
        .routes(routes!(entries))
        .routes(routes!(transactions))
        .routes(routes!(transaction))
}

/// What an account holds at the moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct Balance {
    #[schema(value_type = schema::AccountWord)]
    pub account: String,
    #[schema(value_type = Option<schema::AffiliateId>)]
    pub affiliate_id: Option<String>,
    #[schema(value_type = Option<schema::AdvertiserId>)]
    pub advertiser_id: Option<String>,
    /// Of an affiliate's account: what the network owes it. Of an advertiser's: what it owes the network.
    pub balance: Cash,
}

/// A line of a transaction.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    #[schema(value_type = schema::TxnId)]
    pub transaction_id: String,
    /// Place within the transaction.
    #[schema(minimum = 0)]
    pub line: i16,
    #[schema(value_type = schema::AccountWord)]
    pub account: String,
    #[schema(value_type = Option<schema::AffiliateId>)]
    pub affiliate_id: Option<String>,
    #[schema(value_type = Option<schema::AdvertiserId>)]
    pub advertiser_id: Option<String>,
    #[schema(value_type = schema::Side)]
    pub side: &'static str,
    /// Never negative; the side says which way.
    pub amount: Cash,
    /// Kind of the transaction.
    #[schema(example = "approved")]
    pub kind: String,
    #[schema(value_type = Option<schema::ConversionId>)]
    pub conversion_id: Option<String>,
    pub created_at: Time,
}

/// A balanced set of entries. An affiliate's key sees the entries of its own accounts only, which do not balance by
/// themselves.
#[derive(Debug, Serialize, ToSchema)]
pub struct Transaction {
    #[schema(value_type = schema::TxnId)]
    pub id: String,
    /// `received`, `approved`, `reversed`, and others as the platform grows.
    #[schema(example = "received")]
    pub kind: String,
    /// When it takes effect.
    pub effective_at: Time,
    /// When it was written.
    pub created_at: Time,
    #[schema(value_type = Option<schema::ConversionId>)]
    pub conversion_id: Option<String>,
    /// The transaction that this one undoes.
    #[schema(value_type = Option<schema::TxnId>)]
    pub reverses: Option<String>,
    pub entries: Vec<Entry>,
    /// Who caused it; only for the network's keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub actor: Option<String>,
}

fn money(minor: i64, currency: &str) -> Cash {
    let currency: Currency = currency.parse().unwrap_or(Currency::USD);
    Money::new(minor, currency).into()
}

impl From<BalanceRow> for Balance {
    fn from(b: BalanceRow) -> Self {
        // The ledger's credits are what affiliates are owed.
        let natural = if b.affiliate_id.is_some() { -b.balance_minor } else { b.balance_minor };
        Self {
            account: b.account,
            affiliate_id: b.affiliate_id.map(|id| AffiliateId(id).to_string()),
            advertiser_id: b.advertiser_id.map(|id| AdvertiserId(id).to_string()),
            balance: money(natural, &b.currency),
        }
    }
}

impl From<EntryRow> for Entry {
    fn from(e: EntryRow) -> Self {
        Self {
            transaction_id: TxnId(e.txn_id).to_string(),
            line: e.line,
            account: e.account,
            affiliate_id: e.affiliate_id.map(|id| AffiliateId(id).to_string()),
            advertiser_id: e.advertiser_id.map(|id| AdvertiserId(id).to_string()),
            side: if e.amount_minor < 0 { "credit" } else { "debit" },
            amount: money(e.amount_minor.saturating_abs(), &e.currency),
            kind: e.kind,
            conversion_id: e.conversion_id.map(|id| ConversionId(id).to_string()),
            created_at: Time(e.created_at),
        }
    }
}

impl Transaction {
    fn of(txn: Txn, realm: Realm) -> Self {
        let Txn { row, lines } = txn;
        Self {
            id: TxnId(row.id).to_string(),
            kind: row.kind,
            effective_at: Time(row.effective_at),
            created_at: Time(row.created_at),
            conversion_id: row.conversion_id.map(|id| ConversionId(id).to_string()),
            reverses: row.reverses.map(|id| TxnId(id).to_string()),
            entries: lines.into_iter().map(Entry::from).collect(),
            actor: (realm == Realm::Network).then_some(row.actor),
        }
    }
}

list_params! {
    /// Filters of balances.
    BalanceParams {
        /// Kind of account.
        #[param(value_type = Option<schema::AccountWord>)]
        account,
        /// Id of an affiliate.
        #[param(value_type = Option<schema::AffiliateId>)]
        affiliate,
        /// Id of an advertiser; only for the network's keys.
        #[param(value_type = Option<schema::AdvertiserId>)]
        advertiser,
    }
}

list_params! {
    /// Filters of entries.
    EntryParams {
        /// Written at this moment or later.
        #[param(value_type = Option<Time>)]
        from,
        /// Written before this moment.
        #[param(value_type = Option<Time>)]
        to,
        /// Kind of account.
        #[param(value_type = Option<schema::AccountWord>)]
        account,
        /// Id of an affiliate.
        #[param(value_type = Option<schema::AffiliateId>)]
        affiliate,
        /// Id of an advertiser; only for the network's keys.
        #[param(value_type = Option<schema::AdvertiserId>)]
        advertiser,
        /// Id of a conversion.
        #[param(value_type = Option<schema::ConversionId>)]
        conversion,
    }
}

list_params! {
    /// Filters of transactions.
    TxnParams {
        /// Written at this moment or later.
        #[param(value_type = Option<Time>)]
        from,
        /// Written before this moment.
        #[param(value_type = Option<Time>)]
        to,
        /// Id of an affiliate that has an entry in it.
        #[param(value_type = Option<schema::AffiliateId>)]
        affiliate,
        /// Id of an advertiser that has an entry in it; only for the network's keys.
        #[param(value_type = Option<schema::AdvertiserId>)]
        advertiser,
        /// Id of a conversion.
        #[param(value_type = Option<schema::ConversionId>)]
        conversion,
    }
}

const AFF: &str = "the id of an affiliate, aff_…";
const ADV: &str = "the id of an advertiser, adv_…";
const CONV: &str = "the id of a conversion, conv_…";

fn account(wrong: &mut Wrong, text: Option<&String>) -> Option<AccountKind> {
    let kinds = wrong.words("account", text, AccountKind::ALL, AccountKind::word);
    if kinds.len() > 1 {
        wrong.add("account", "Give one kind of account.");
    }
    kinds.first().copied()
}

impl BalanceParams {
    fn read(&self) -> Result<(Wanted, Paging), Problem> {
        let mut wrong = Wrong::default();
        let wanted = Wanted {
            account: account(&mut wrong, self.account.as_ref()),
            affiliate: wrong.one("affiliate", self.affiliate.as_ref(), AFF),
            advertiser: wrong.one("advertiser", self.advertiser.as_ref(), ADV),
            ..Wanted::default()
        };
        let paging = wrong.paging(&self.page());
        wrong.check().map(|()| (wanted, paging))
    }
}

impl EntryParams {
    fn read(&self) -> Result<(Wanted, Paging), Problem> {
        let mut wrong = Wrong::default();
        let wanted = Wanted {
            from: wrong.moment("from", self.from.as_ref()),
            to: wrong.moment("to", self.to.as_ref()),
            account: account(&mut wrong, self.account.as_ref()),
            affiliate: wrong.one("affiliate", self.affiliate.as_ref(), AFF),
            advertiser: wrong.one("advertiser", self.advertiser.as_ref(), ADV),
            conversion: wrong.one("conversion", self.conversion.as_ref(), CONV),
        };
        let paging = wrong.paging(&self.page());
        wrong.check().map(|()| (wanted, paging))
    }
}

impl TxnParams {
    fn read(&self) -> Result<(Wanted, Paging), Problem> {
        let mut wrong = Wrong::default();
        let wanted = Wanted {
            from: wrong.moment("from", self.from.as_ref()),
            to: wrong.moment("to", self.to.as_ref()),
            affiliate: wrong.one("affiliate", self.affiliate.as_ref(), AFF),
            advertiser: wrong.one("advertiser", self.advertiser.as_ref(), ADV),
            conversion: wrong.one("conversion", self.conversion.as_ref(), CONV),
            account: None,
        };
        let paging = wrong.paging(&self.page());
        wrong.check().map(|()| (wanted, paging))
    }
}

/// List balances
///
/// Of affiliates' and advertisers' accounts, one for each kind and currency that was ever posted to.
#[utoipa::path(
    get, path = "/ledger/balances", operation_id = "list_balances", tag = "Ledger",
    params(BalanceParams), security(("key" = ["ledger:read"])),
    responses((status = 200, description = "A page of balances.", body = List<Balance>), ListErrors)
)]
async fn balances(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    Query(params): Query<BalanceParams>,
) -> Result<Json<List<Balance>>, Problem> {
    caller.need(Scope::LedgerRead)?;
    network_filter(caller.realm, "advertiser", params.advertiser.is_some())?;
    let (wanted, paging) = params.read()?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    let page = ledger::balances(ask, &wanted, &paging).await.map_err(in_query)?;
    Ok(Json(List::of(page, Balance::from)))
}

/// List entries
///
/// Newest transaction first.
#[utoipa::path(
    get, path = "/ledger/entries", operation_id = "list_entries", tag = "Ledger",
    params(EntryParams), security(("key" = ["ledger:read"])),
    responses((status = 200, description = "A page of entries.", body = List<Entry>), ListErrors)
)]
async fn entries(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    Query(params): Query<EntryParams>,
) -> Result<Json<List<Entry>>, Problem> {
    caller.need(Scope::LedgerRead)?;
    network_filter(caller.realm, "advertiser", params.advertiser.is_some())?;
    let (wanted, paging) = params.read()?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    let page = ledger::entries(ask, &wanted, &paging).await.map_err(in_query)?;
    Ok(Json(List::of(page, Entry::from)))
}

/// List transactions
///
/// Newest first, each with its entries.
#[utoipa::path(
    get, path = "/ledger/transactions", operation_id = "list_transactions", tag = "Ledger",
    params(TxnParams), security(("key" = ["ledger:read"])),
    responses((status = 200, description = "A page of transactions.", body = List<Transaction>), ListErrors)
)]
async fn transactions(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    Query(params): Query<TxnParams>,
) -> Result<Json<List<Transaction>>, Problem> {
    caller.need(Scope::LedgerRead)?;
    network_filter(caller.realm, "advertiser", params.advertiser.is_some())?;
    let (wanted, paging) = params.read()?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    let page = ledger::txns(ask, &wanted, &paging).await.map_err(in_query)?;
    Ok(Json(List::of(page, |txn| Transaction::of(txn, caller.realm))))
}

/// Get a transaction
#[utoipa::path(
    get, path = "/ledger/transactions/{id}", operation_id = "get_transaction", tag = "Ledger",
    params(("id" = schema::TxnId, Path)), security(("key" = ["ledger:read"])),
    responses((status = 200, description = "The transaction.", body = Transaction), ReadErrors)
)]
async fn transaction(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<TxnId>,
) -> Result<Json<Transaction>, Problem> {
    caller.need(Scope::LedgerRead)?;
    let txn = ledger::txn(Ask { db: &deps.db, realm: caller.realm }, id).await?;
    Ok(Json(Transaction::of(txn, caller.realm)))
}

//! Affiliates and advertisers with their figures.

use super::{
    Ask, campaigns, links,
    parts::{self, Metric},
};
use crate::EngineError;
use chrono::{DateTime, Utc};
use domain::{
    access::Realm,
    ids::{AdvertiserId, AffiliateId},
    ledger::AccountKind,
    money::{Currency, Money},
    status::AccountStatus,
    view::{AccountDetail, Balance, ListQuery, PersonView},
};
use store::{
    Tx,
    config::{self as objects, ListFilter},
    people,
    reports::{accounts, config, listing::Wanted, stats::Scope},
};

/// What is stored of an account, of either kind.
struct Stored {
    id: String,
    realm: Realm,
    scope: Scope,
    name: String,
    status: AccountStatus,
    contact_email: Option<String>,
    website: Option<String>,
    country: Option<String>,
    notes: String,
    created_at: DateTime<Utc>,
}

/// One affiliate with its balances, people, figures and most clicked links.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Forbidden`] for everybody but the network's people;
/// [`EngineError::Unavailable`].
pub async fn affiliate(
    ask: &Ask<'_>,
    id: AffiliateId,
    query: &ListQuery,
) -> Result<AccountDetail, EngineError> {
    let ask = &ask.read_in(query);
    parts::network_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let a = objects::affiliates::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let stored = Stored {
        id: id.to_string(),
        realm: Realm::Affiliate(id),
        scope: Scope { affiliate: Some(id), ..Scope::default() },
        name: a.name,
        status: a.status,
        contact_email: a.contact_email,
        website: None,
        country: a.country,
        notes: a.notes,
        created_at: a.created_at,
    };
    detail(&mut tx, ask, stored, query).await
}

/// One advertiser with its balances, people, figures and campaigns.
///
/// # Errors
/// As [`affiliate`].
pub async fn advertiser(
    ask: &Ask<'_>,
    id: AdvertiserId,
    query: &ListQuery,
) -> Result<AccountDetail, EngineError> {
    let ask = &ask.read_in(query);
    parts::network_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let a = objects::advertisers::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let stored = Stored {
        id: id.to_string(),
        realm: Realm::Advertiser(id),
        scope: Scope { advertiser: Some(id), ..Scope::default() },
        name: a.name,
        status: a.status,
        contact_email: a.contact_email,
        website: a.website,
        country: None,
        notes: a.notes,
        created_at: a.created_at,
    };
    detail(&mut tx, ask, stored, query).await
}

async fn detail(
    tx: &mut Tx,
    ask: &Ask<'_>,
    a: Stored,
    query: &ListQuery,
) -> Result<AccountDetail, EngineError> {
    let as_of = parts::as_of(tx, ask).await?;
    let (range, period) = parts::period(query, ask, "7d");
    let currency = parts::main_currency(tx).await?;
    let series = parts::series(tx, a.scope, &range, &as_of, ask, currency).await?;
    let wanted = Wanted {
        affiliate: a.scope.affiliate,
        advertiser: a.scope.advertiser,
        ..parts::wanted(&ListQuery::default(), &range)
    };
    let (links, campaigns) = match a.realm {
        Realm::Affiliate(_) => (links::first(tx, ask, &wanted).await?, Vec::new()),
        _ => (Vec::new(), campaigns::rows(config::campaigns(tx, &wanted).await?)),
    };
    let balances = accounts::balances(tx, a.scope.affiliate, a.scope.advertiser).await?;
    Ok(AccountDetail {
        as_of,
        period,
        people: persons(tx, ask, a.realm, &a.id).await?,
        id: a.id,
        name: a.name,
        status: a.status.word().to_owned(),
        contact_email: a.contact_email.unwrap_or_default(),
        website: a.website.unwrap_or_default(),
        country: a.country.unwrap_or_default(),
        notes: a.notes,
        created: parts::time(a.created_at.timestamp_millis(), ask.tz),
        balances: balances.into_iter().filter_map(|(kind, c, minor)| balance(&kind, c, minor)).collect(),
        currency: currency.code().to_owned(),
        other_currencies: series.other_currencies.iter().map(|c| c.code().to_owned()).collect(),
        kpis: parts::kpis(parts::NETWORK, &series, currency),
        chart: parts::chart(Metric::named(parts::NETWORK, &query.metric), &series, currency),
        links,
        campaigns,
    })
}

async fn persons(tx: &mut Tx, ask: &Ask<'_>, realm: Realm, id: &str) -> Result<Vec<PersonView>, EngineError> {
    let found = people::list(tx, &ListFilter::new("", id, 1, 200)).await?;
    let own = found.rows.into_iter().filter(|u| u.realm == realm);
    Ok(own
        .map(|u| PersonView {
            id: u.id.to_string(),
            email: u.email,
            name: u.name,
            role: u.role.word().to_owned(),
            status: if u.active { "active" } else { "disabled" }.to_owned(),
            last_sign_in: u.last_sign_in_at.map(|at| parts::time(at.timestamp_millis(), ask.tz)),
        })
        .collect())
}

/// A balance as its owner reads it: what we owe an affiliate is a credit, what an advertiser owes us a debit.
fn balance(kind: &str, currency: Currency, debit: i64) -> Option<Balance> {
    let (label, minor) = match AccountKind::ALL.iter().find(|k| k.word() == kind)? {
        AccountKind::AffiliatePending => ("Pending", debit.saturating_neg()),
        AccountKind::AffiliateApproved => ("Approved", debit.saturating_neg()),
        AccountKind::AdvertiserAccrued => ("Accrued", debit),
        AccountKind::AdvertiserReceivable => ("Receivable", debit),
        AccountKind::MarginPending | AccountKind::Margin => return None,
    };
    Some(Balance {
        label: label.to_owned(),
        amount: Money::new(minor, currency).to_string(),
        currency: currency.code().to_owned(),
    })
}

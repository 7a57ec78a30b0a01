//! Advertisers and affiliates.

use super::{Cut, cut};
use crate::{
    config::{Advertiser, Affiliate, ListFilter, advertisers, affiliates},
    db::Tx,
    error::StoreError,
    reports::listing::{one_of, search},
};
use sqlx::{Postgres, QueryBuilder};

/// What a list is narrowed to; `None` does not narrow.
#[derive(Debug, Clone)]
pub struct Narrow {
    /// Looked for in name and contact.
    pub q: ListFilter,
    /// Stored words.
    pub statuses: Option<Vec<&'static str>>,
}

const ADVERTISERS: &str = "SELECT id, name, status, contact_email, website, notes, created_at, updated_at
    FROM advertisers WHERE true";
const AFFILIATES: &str = "SELECT id, name, status, contact_email, country, notes, created_at, updated_at
    FROM affiliates WHERE true";

fn narrow(q: &mut QueryBuilder<Postgres>, n: &Narrow) {
    one_of(q, "status", n.statuses.as_ref());
    search(q, &n.q, &["name", "contact_email"], &["id"]);
}

/// # Errors
/// [`StoreError`].
pub async fn advertisers(tx: &mut Tx, n: &Narrow, c: &Cut) -> Result<Vec<Advertiser>, StoreError> {
    let mut q = QueryBuilder::new(ADVERTISERS);
    narrow(&mut q, n);
    cut(&mut q, c, "name", "id");
    let rows = q.build_query_as::<advertisers::Row>().fetch_all(tx.conn()).await?;
    rows.into_iter().map(Advertiser::try_from).collect()
}

/// How many [`advertisers`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn advertisers_total(tx: &mut Tx, n: &Narrow) -> Result<i64, StoreError> {
    let mut q = QueryBuilder::new("SELECT count(*) FROM advertisers WHERE true");
    narrow(&mut q, n);
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

/// # Errors
/// [`StoreError`].
pub async fn affiliates(tx: &mut Tx, n: &Narrow, c: &Cut) -> Result<Vec<Affiliate>, StoreError> {
    let mut q = QueryBuilder::new(AFFILIATES);
    narrow(&mut q, n);
    cut(&mut q, c, "name", "id");
    let rows = q.build_query_as::<affiliates::Row>().fetch_all(tx.conn()).await?;
    rows.into_iter().map(Affiliate::try_from).collect()
}

/// How many [`affiliates`] has on all its pages.
///
/// # Errors
/// [`StoreError`].
pub async fn affiliates_total(tx: &mut Tx, n: &Narrow) -> Result<i64, StoreError> {
    let mut q = QueryBuilder::new("SELECT count(*) FROM affiliates WHERE true");
    narrow(&mut q, n);
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

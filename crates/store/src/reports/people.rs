//! People with the names of their accounts.

use crate::{
    config::{ListFilter, Page},
    db::Tx,
    error::StoreError,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Role,
    ids::{AdvertiserId, AffiliateId, BuyerId, UserId},
};
use sqlx::{FromRow, Postgres, QueryBuilder};

/// What the list is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Search text and page; its status is not used.
    pub list: ListFilter,
    /// Stored words; empty does not narrow.
    pub statuses: Vec<&'static str>,
    pub roles: Vec<Role>,
    pub affiliate: Option<AffiliateId>,
    /// `name`, `email`, `role` or `seen`.
    pub sort: &'static str,
    pub descending: bool,
}

impl Wanted {
    /// Columns the list can be sorted by.
    pub const SORTS: &'static [&'static str] = &["name", "email", "role", "seen"];
}

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub active: bool,
    /// Has an authenticator in use.
    pub two_step: bool,
    /// Too many wrong attempts: nobody gets in as this person for a while.
    pub locked: bool,
    /// Name and id of the affiliate, advertiser or buyer.
    pub owner: Option<(String, String)>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    name: String,
    email: String,
    role: String,
    status: String,
    two_step: bool,
    locked: bool,
    affiliate_id: Option<i64>,
    advertiser_id: Option<i64>,
    buyer_id: Option<i64>,
    owner: Option<String>,
    last_sign_in_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Person {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Self, StoreError> {
        let owner_id = r
            .affiliate_id
            .map(|id| AffiliateId(id).to_string())
            .or_else(|| r.advertiser_id.map(|id| AdvertiserId(id).to_string()))
            .or_else(|| r.buyer_id.map(|id| BuyerId(id).to_string()));
        Ok(Self {
            id: UserId(r.id),
            name: r.name,
            email: r.email,
            role: r.role.parse().map_err(|e| StoreError::corrupt("users.role", e))?,
            active: r.status == "active",
            two_step: r.two_step,
            locked: r.locked,
            owner: r.owner.zip(owner_id),
            last_sign_in_at: r.last_sign_in_at,
        })
    }
}

/// The filter, over `users u` and the names of their accounts.
fn from_where(q: &mut QueryBuilder<Postgres>, w: &Wanted) {
    q.push(
        " FROM users u LEFT JOIN affiliates f ON f.id = u.affiliate_id
          LEFT JOIN advertisers a ON a.id = u.advertiser_id LEFT JOIN buyers b ON b.id = u.buyer_id WHERE true",
    );
    if !w.statuses.is_empty() {
        let words: Vec<String> = w.statuses.iter().map(|s| (*s).to_owned()).collect();
        q.push(" AND u.status = ANY(").push_bind(words).push(")");
    }
    if !w.roles.is_empty() {
        let words: Vec<String> = w.roles.iter().map(|r| r.word().to_owned()).collect();
        q.push(" AND u.role = ANY(").push_bind(words).push(")");
    }
    if let Some(affiliate) = w.affiliate {
        q.push(" AND u.affiliate_id = ").push_bind(affiliate.0);
    }
    super::listing::search(
        q,
        &w.list,
        &["u.email", "u.name", "f.name", "a.name", "b.name"],
        &["u.id", "u.affiliate_id", "u.advertiser_id", "u.buyer_id"],
    );
}

/// One page of people at that moment.
///
/// # Errors
/// [`StoreError`].
pub async fn people(tx: &mut Tx, w: &Wanted, now: DateTime<Utc>) -> Result<Page<Person>, StoreError> {
    let mut q = QueryBuilder::new("SELECT count(*)");
    from_where(&mut q, w);
    let total: i64 = q.build_query_scalar().fetch_one(tx.conn()).await?;
    let mut q = QueryBuilder::new(
        "SELECT u.id, u.name, u.email, u.role, u.status, u.affiliate_id, u.advertiser_id, u.buyer_id,
                coalesce(f.name, a.name, b.name) AS owner, u.last_sign_in_at,
                EXISTS (SELECT FROM user_totp t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL) AS two_step,
                EXISTS (SELECT FROM sign_in_failures x WHERE x.kind = 'account'
                        AND x.key = sha256(convert_to(lower(u.email), 'UTF8')) AND x.locked_until > ",
    );
    q.push_bind(now).push(") AS locked");
    from_where(&mut q, w);
    let column = match w.sort {
        "email" => "lower(u.email)",
        "role" => "u.role",
        "seen" => "u.last_sign_in_at",
        _ => "lower(u.name)",
    };
    let direction = if w.descending { "DESC" } else { "ASC" };
    q.push(format_args!(" ORDER BY {column} {direction} NULLS LAST, lower(u.email), u.id LIMIT "));
    q.push_bind(w.list.limit()).push(" OFFSET ").push_bind(w.list.offset());
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    Ok(Page { rows: rows.into_iter().map(Person::try_from).collect::<Result<_, _>>()?, total })
}

//! Keys of the REST API: their hashes, what they may do and when they were used.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Realm, Role},
    api_key::Scopes,
    ids::{AdvertiserId, AffiliateId, BuyerId, KeyId, UserId},
};
use ipnet::IpNet;
use serde::{Serialize, Serializer};
use std::net::IpAddr;

/// How often the use of a key is noted, at most.
pub const NOTE_EVERY: TimeDelta = TimeDelta::seconds(60);

/// A key, without what opens the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiKey {
    pub id: KeyId,
    /// Whose rows it sees.
    pub realm: Realm,
    pub name: String,
    /// What the key begins with.
    pub prefix: String,
    /// What it ends with.
    pub last4: String,
    pub scopes: Scopes,
    /// Addresses it may come from; empty for any.
    #[serde(serialize_with = "as_texts")]
    pub networks: Vec<IpNet>,
    /// `None` for the command line.
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub last_used_ip: Option<IpAddr>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// Replaces this one.
    pub successor: Option<KeyId>,
}

fn as_texts<S: Serializer>(networks: &[IpNet], s: S) -> Result<S::Ok, S::Error> {
    s.collect_seq(networks.iter().map(ToString::to_string))
}

/// A key as the door and the list see it: with the people and the account behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyWithOwner {
    pub key: ApiKey,
    /// Role of whoever created it; `None` for the command line, or where the asker may not see that person.
    pub creator_role: Option<Role>,
    /// Empty where nobody is known.
    pub creator_email: String,
    /// Whoever created it may no longer sign in.
    pub creator_disabled: bool,
    /// Of the account; empty for the network.
    pub owner_name: String,
    pub owner_closed: bool,
}

struct Row {
    id: i64,
    realm: String,
    owner_id: i64,
    name: String,
    prefix: String,
    last4: String,
    scopes: Vec<String>,
    networks: Vec<String>,
    created_by: Option<i64>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    last_used_ip: Option<String>,
    revoked_at: Option<DateTime<Utc>>,
    successor_id: Option<i64>,
    creator_role: Option<String>,
    creator_email: Option<String>,
    creator_status: Option<String>,
    owner_name: Option<String>,
    owner_status: Option<String>,
}

impl TryFrom<Row> for KeyWithOwner {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Self, StoreError> {
        let realm = match r.realm.as_str() {
            "network" => Realm::Network,
            "affiliate" => Realm::Affiliate(AffiliateId(r.owner_id)),
            "advertiser" => Realm::Advertiser(AdvertiserId(r.owner_id)),
            "buyer" => Realm::Buyer(BuyerId(r.owner_id)),
            other => return Err(StoreError::corrupt("api_keys.realm", other)),
        };
        let networks = r.networks.iter().map(|n| n.parse::<IpNet>()).collect::<Result<_, _>>();
        let role = r.creator_role.map(|role| role.parse::<Role>()).transpose();
        Ok(Self {
            key: ApiKey {
                id: KeyId(r.id),
                realm,
                name: r.name,
                prefix: r.prefix,
                last4: r.last4,
                // What a later version knows and this one does not, opens nothing here.
                scopes: r.scopes.iter().filter_map(|s| s.parse().ok()).collect(),
                networks: networks.map_err(|e| StoreError::corrupt("api_keys.networks", e))?,
                created_by: r.created_by.map(UserId),
                created_at: r.created_at,
                expires_at: r.expires_at,
                last_used_at: r.last_used_at,
                last_used_ip: r.last_used_ip.and_then(|ip| ip.parse().ok()),
                revoked_at: r.revoked_at,
                successor: r.successor_id.map(KeyId),
            },
            creator_role: role.map_err(|e| StoreError::corrupt("users.role", e))?,
            creator_email: r.creator_email.unwrap_or_default(),
            creator_disabled: r.creator_status.is_some_and(|s| s != "active"),
            owner_name: r.owner_name.unwrap_or_default(),
            owner_closed: r.owner_status.is_some_and(|s| s == "closed"),
        })
    }
}

/// One query for the door, one key and the list, so that they cannot differ.
macro_rules! keys {
    ($rest:literal, $($arg:expr),* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT k.id, k.realm, k.owner_id, k.name, k.prefix, k.last4, k.scopes, k.networks::text[] AS "networks!",
                      k.created_by, k.created_at, k.expires_at, k.last_used_at, host(k.last_used_ip) AS last_used_ip,
                      k.revoked_at, k.successor_id, u.role AS "creator_role?", u.email AS "creator_email?",
                      u.status AS "creator_status?",
                      coalesce(f.name, a.name, b.name) AS owner_name,
                      coalesce(f.status, a.status, b.status) AS owner_status
               FROM api_keys k LEFT JOIN users u ON u.id = k.created_by
               LEFT JOIN affiliates f ON k.realm = 'affiliate' AND f.id = k.owner_id
               LEFT JOIN advertisers a ON k.realm = 'advertiser' AND a.id = k.owner_id
               LEFT JOIN buyers b ON k.realm = 'buyer' AND b.id = k.owner_id "#
                + $rest,
            $($arg),*
        )
    };
}

/// The key with this SHA-256. Looking up a hash tells nobody how much of a guess was right.
///
/// # Errors
/// [`StoreError`].
pub async fn by_hash(tx: &mut Tx, hash: &[u8; 32]) -> Result<Option<KeyWithOwner>, StoreError> {
    keys!("WHERE k.hash = $1", &hash[..])
        .fetch_optional(tx.conn())
        .await?
        .map(KeyWithOwner::try_from)
        .transpose()
}

/// # Errors
/// [`StoreError`].
pub async fn get(tx: &mut Tx, id: KeyId) -> Result<Option<KeyWithOwner>, StoreError> {
    keys!("WHERE k.id = $1", id.0).fetch_optional(tx.conn()).await?.map(KeyWithOwner::try_from).transpose()
}

/// [`get`], and nobody else changes the key until the transaction ends.
///
/// # Errors
/// [`StoreError`].
pub async fn get_for_update(tx: &mut Tx, id: KeyId) -> Result<Option<KeyWithOwner>, StoreError> {
    sqlx::query_scalar!("SELECT id FROM api_keys WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(tx.conn())
        .await?;
    get(tx, id).await
}

/// The newest keys the asker may see, the newest first; those that ended before `since` are left out.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, since: DateTime<Utc>, most: i64) -> Result<Vec<KeyWithOwner>, StoreError> {
    keys!("WHERE coalesce(k.revoked_at, k.expires_at, $1) >= $1 ORDER BY k.id DESC LIMIT $2", since, most)
        .fetch_all(tx.conn())
        .await?
        .into_iter()
        .map(KeyWithOwner::try_from)
        .collect()
}

/// Keys of a realm that open the door at that moment.
///
/// # Errors
/// [`StoreError`].
pub async fn count_live(tx: &mut Tx, realm: Realm, now: DateTime<Utc>) -> Result<i64, StoreError> {
    let (word, owner) = realm.setting();
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM api_keys
           WHERE realm = $1 AND owner_id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)"#,
        word,
        owner,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// # Errors
/// [`StoreError::Conflict`]: `api_keys_hash_key`, which does not happen.
pub async fn insert(tx: &mut Tx, k: &ApiKey, hash: &[u8; 32]) -> Result<(), StoreError> {
    let (realm, owner) = k.realm.setting();
    let networks: Vec<String> = k.networks.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "INSERT INTO api_keys (id, realm, owner_id, name, hash, prefix, last4, scopes, networks, created_by, created_at,
                               expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text[]::cidr[], $10, $11, $12)",
        k.id.0,
        realm,
        owner,
        k.name,
        &hash[..],
        k.prefix,
        k.last4,
        &k.scopes.words(),
        &networks,
        k.created_by.map(|u| u.0),
        k.created_at,
        k.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes when it ends and what replaces it; nothing else of a key ever changes.
///
/// # Errors
/// [`StoreError`].
pub async fn update(tx: &mut Tx, k: &ApiKey) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE api_keys SET expires_at = $2, revoked_at = $3, successor_id = $4 WHERE id = $1",
        k.id.0,
        k.expires_at,
        k.revoked_at,
        k.successor.map(|s| s.0),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that a key was used, at most once in [`NOTE_EVERY`]. Does not wait for somebody who changes the key.
///
/// # Errors
/// [`StoreError`].
pub async fn used(tx: &mut Tx, id: KeyId, ip: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE api_keys SET last_used_at = $2, last_used_ip = $3::text::inet
         WHERE id = (SELECT id FROM api_keys WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $4)
                     FOR UPDATE SKIP LOCKED)",
        id.0,
        now,
        ip.map(|ip| ip.to_string()),
        now - NOTE_EVERY,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

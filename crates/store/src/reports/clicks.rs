//! One click by its id.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};

/// A click with the names that go with it.
#[derive(Debug, Clone)]
pub struct Row {
    pub ts: DateTime<Utc>,
    pub click_id: String,
    pub link_id: i64,
    pub link_code: Option<String>,
    pub campaign_id: i64,
    pub campaign: Option<String>,
    pub affiliate_id: i64,
    pub affiliate: Option<String>,
    pub reason: Option<String>,
    pub ip: Option<String>,
    pub user_agent: String,
    pub referrer: String,
    pub source: String,
    pub ext_click_id: String,
    pub subs: Vec<String>,
    pub stream: String,
    pub seq: i64,
}

/// Finds a click; the time, which its id carries, leads to one partition.
///
/// # Errors
/// [`StoreError`].
pub async fn find(tx: &mut Tx, click_id: &str, ts: DateTime<Utc>) -> Result<Option<Row>, StoreError> {
    Ok(sqlx::query_as!(
        Row,
        r#"SELECT k.ts, k.click_id, k.link_id, l.code AS "link_code?", k.campaign_id, c.name AS "campaign?", k.affiliate_id,
                  a.name AS "affiliate?", k.reason, host(k.ip) AS ip, k.user_agent, k.referrer, k.source, k.ext_click_id,
                  k.subs, k.stream, k.seq
           FROM clicks k LEFT JOIN links l ON l.id = k.link_id LEFT JOIN campaigns c ON c.id = k.campaign_id
                LEFT JOIN affiliates a ON a.id = k.affiliate_id
           WHERE k.ts = $1 AND k.click_id = $2"#,
        ts,
        click_id
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The newest click of a link, for people who look for an example.
///
/// # Errors
/// [`StoreError`].
pub async fn newest(tx: &mut Tx, since: DateTime<Utc>) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar!("SELECT click_id FROM clicks WHERE ts >= $1 ORDER BY ts DESC LIMIT 1", since)
        .fetch_optional(tx.conn())
        .await?)
}

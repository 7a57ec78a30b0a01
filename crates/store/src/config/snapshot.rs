//! The snapshot of everything the hot path knows, read as of one moment.

use super::{goals::rate, word};
use crate::{
    db::{Db, Tx},
    error::StoreError,
};
use domain::{
    access::Realm,
    ids::{AdvertiserId, AffiliateId, CampaignId, GoalId, LinkId},
    snapshot::{CampaignEntry, GoalEntry, LinkEntry, Snapshot},
};
use std::collections::HashMap;

/// Reads the whole configuration. A campaign runs while it and its advertiser are active; stopped campaigns and
/// links stay in, so that late conversions are still understood.
///
/// # Errors
/// [`StoreError::Other`] if there is no click key yet: see [`super::setting_ensure`].
pub async fn load_snapshot(db: &Db) -> Result<Snapshot, StoreError> {
    let mut tx = db.begin_read(Realm::Network).await?;
    let version = sqlx::query_scalar!("SELECT version FROM config_version").fetch_one(tx.conn()).await?;
    let mut goals = goals_by_campaign(&mut tx).await?;
    let mut campaigns = Vec::new();
    let mut position = HashMap::new();
    let rows = sqlx::query!(
        r#"SELECT c.id, c.advertiser_id, c.status = 'active' AND a.status = 'active' AS "active!", c.currency,
                  c.destination_url, c.deep_link_hosts, c.pass_through, c.attribution_window_secs,
                  s.postback_token AS "postback_token?"
           FROM campaigns c JOIN advertisers a ON a.id = c.advertiser_id
           LEFT JOIN campaign_secrets s ON s.campaign_id = c.id ORDER BY c.id"#
    )
    .fetch_all(tx.conn())
    .await?;
    for r in rows {
        position.insert(r.id, campaigns.len() as u32);
        campaigns.push(CampaignEntry {
            id: CampaignId(r.id),
            advertiser: AdvertiserId(r.advertiser_id),
            active: r.active,
            currency: word("campaigns.currency", &r.currency)?,
            destination: r.destination_url,
            deep_link_hosts: r.deep_link_hosts,
            pass_through: r.pass_through,
            window_secs: r.attribution_window_secs,
            token: r.postback_token,
            goals: goals.remove(&r.id).unwrap_or_default(),
        });
    }
    let rows = sqlx::query!(
        r#"SELECT l.id, l.code, l.campaign_id, l.affiliate_id, l.status = 'active' AS "active!",
                  a.status = 'active' AS "affiliate_active!", l.destination_url
           FROM links l JOIN affiliates a ON a.id = l.affiliate_id ORDER BY l.id"#
    )
    .fetch_all(tx.conn())
    .await?;
    let links = rows
        .into_iter()
        .filter_map(|r| {
            Some(LinkEntry {
                id: LinkId(r.id),
                code: r.code,
                campaign: *position.get(&r.campaign_id)?,
                affiliate: AffiliateId(r.affiliate_id),
                active: r.active,
                affiliate_active: r.affiliate_active,
                destination: r.destination_url,
            })
        })
        .collect();
    let fallback_url = super::setting_get(&mut tx, "fallback_url").await?;
    let click_key = super::setting_get(&mut tx, "click_key").await?;
    tx.commit().await?;
    Ok(Snapshot {
        version,
        campaigns,
        links,
        fallback_url: fallback_url.and_then(|v| v.as_str().map(str::to_owned)).filter(|url| !url.is_empty()),
        click_key: click_key
            .as_ref()
            .and_then(|v| v.as_str())
            .and_then(key_from_hex)
            .ok_or_else(|| StoreError::other("settings.click_key is missing or not 32 hex digits"))?,
    })
}

/// The secret of click ids, where there is one and the asking realm may see it.
///
/// # Errors
/// [`StoreError`].
pub async fn click_key(tx: &mut Tx) -> Result<Option<[u8; 16]>, StoreError> {
    let stored = super::setting_get(tx, "click_key").await?;
    Ok(stored.as_ref().and_then(|v| v.as_str()).and_then(key_from_hex))
}

async fn goals_by_campaign(tx: &mut Tx) -> Result<HashMap<i64, Vec<GoalEntry>>, StoreError> {
    let rows = sqlx::query!(
        "SELECT g.id, g.campaign_id, g.code, g.is_default, r.kind, r.value, g.payout_kind, g.payout_value
         FROM goals g JOIN goal_revenue r ON r.goal_id = g.id
         ORDER BY g.campaign_id, g.is_default DESC, g.position, g.id"
    )
    .fetch_all(tx.conn())
    .await?;
    let mut goals: HashMap<i64, Vec<GoalEntry>> = HashMap::new();
    for r in rows {
        goals.entry(r.campaign_id).or_default().push(GoalEntry {
            id: GoalId(r.id),
            code: r.code,
            revenue: rate(&r.kind, r.value)?,
            payout: rate(&r.payout_kind, r.payout_value)?,
            is_default: r.is_default,
        });
    }
    Ok(goals)
}

fn key_from_hex(text: &str) -> Option<[u8; 16]> {
    if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::key_from_hex;

    #[test]
    fn keys_are_32_hex_digits() {
        assert_eq!(key_from_hex("000102030405060708090a0b0c0d0e0f").map(|k| k[15]), Some(15));
        assert_eq!(key_from_hex("+0102030405060708090a0b0c0d0e0f0"), None);
        assert_eq!(key_from_hex("00"), None);
    }
}

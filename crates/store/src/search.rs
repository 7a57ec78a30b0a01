//! Finding one object by a piece of what people know of it. Row-level security decides what is there to be found.

use crate::{config::like_pattern, db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::ids::{AdvertiserId, AffiliateId, BadId, CampaignId, ConversionId, LinkId, UserId};
use std::str::FromStr;
use uuid::Uuid;

/// Most letters of a search that are looked at.
pub const MAX_TEXT: usize = 100;

/// What is looked for: an id of some kind, or a piece of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needle {
    text: String,
    campaign: Option<i64>,
    affiliate: Option<i64>,
    advertiser: Option<i64>,
    link: Option<i64>,
    user: Option<i64>,
    conversion: Option<Uuid>,
}

fn number<T: FromStr<Err = BadId>>(text: &str, number: fn(T) -> i64) -> Option<i64> {
    text.parse().ok().map(number)
}

impl Needle {
    /// Cleans what somebody typed. Whatever it was, the result is harmless.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let text: String = typed.trim().chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect();
        let text = text.trim().to_owned();
        Self {
            campaign: number(&text, |id: CampaignId| id.0),
            affiliate: number(&text, |id: AffiliateId| id.0),
            advertiser: number(&text, |id: AdvertiserId| id.0),
            link: number(&text, |id: LinkId| id.0),
            user: number(&text, |id: UserId| id.0),
            conversion: text.parse::<ConversionId>().ok().map(|id| id.0),
            text,
        }
    }

    /// The text as it is looked for.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// There is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn is_id(&self) -> bool {
        let numbers = [self.campaign, self.affiliate, self.advertiser, self.link, self.user];
        self.conversion.is_some() || numbers.iter().any(Option::is_some)
    }

    /// Matches the text anywhere; nothing where the text is an id.
    fn anywhere(&self) -> Option<String> {
        (!self.is_id()).then(|| like_pattern(&self.text))
    }

    /// Matches what begins with the text.
    fn beginning(&self) -> Option<String> {
        self.anywhere().and_then(|p| p.strip_prefix('%').map(str::to_owned))
    }
}

/// Which kinds are looked through.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kinds {
    pub affiliates: bool,
    pub advertisers: bool,
    pub people: bool,
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// `campaign`, `affiliate`, `advertiser`, `link` or `user`.
    pub kind: String,
    pub id: i64,
    pub title: String,
    pub detail: String,
    /// Stored word of its status.
    pub state: String,
    /// What it belongs to: a link's campaign, the affiliate of somebody who signs in for one.
    pub parent: Option<i64>,
}

/// Campaigns and links, and what `kinds` asks for: at most `each` of a kind, those that begin with the text first.
///
/// # Errors
/// [`StoreError`].
pub async fn objects(
    tx: &mut Tx,
    needle: &Needle,
    kinds: Kinds,
    each: i64,
) -> Result<Vec<Found>, StoreError> {
    Ok(sqlx::query_as!(
        Found,
        r#"SELECT kind AS "kind!", id AS "id!", title AS "title!", detail AS "detail!", state AS "state!", parent
           FROM (
             (SELECT 1 AS place, 'campaign' AS kind, c.id, c.name AS title, coalesce(a.name, '') AS detail,
                     c.status AS state, NULL::bigint AS parent, row_number() OVER () AS rank
              FROM (SELECT * FROM campaigns WHERE id = $1 OR name ILIKE $6
                    ORDER BY name ILIKE $7 DESC, lower(name), id LIMIT $8) c
                   LEFT JOIN advertisers a ON a.id = c.advertiser_id)
             UNION ALL
             (SELECT 2, 'affiliate', f.id, f.name, coalesce(f.contact_email, ''), f.status, NULL,
                     row_number() OVER (ORDER BY f.name ILIKE $7 DESC, lower(f.name), f.id)
              FROM affiliates f WHERE $9 AND (f.id = $2 OR f.name ILIKE $6 OR f.contact_email ILIKE $7)
              ORDER BY f.name ILIKE $7 DESC, lower(f.name), f.id LIMIT $8)
             UNION ALL
             (SELECT 3, 'advertiser', v.id, v.name, coalesce(v.contact_email, ''), v.status, NULL,
                     row_number() OVER (ORDER BY v.name ILIKE $7 DESC, lower(v.name), v.id)
              FROM advertisers v WHERE $10 AND (v.id = $3 OR v.name ILIKE $6 OR v.contact_email ILIKE $7)
              ORDER BY v.name ILIKE $7 DESC, lower(v.name), v.id LIMIT $8)
             UNION ALL
             (SELECT 4, 'link', l.id, l.code, concat_ws(' · ', c.name, a.name), l.status, l.campaign_id,
                     row_number() OVER (ORDER BY l.code, l.id)
              FROM (SELECT * FROM links WHERE id = $4 OR lower(code) LIKE lower($7) ORDER BY code, id LIMIT $8) l
                   LEFT JOIN campaigns c ON c.id = l.campaign_id LEFT JOIN affiliates a ON a.id = l.affiliate_id)
             UNION ALL
             (SELECT 5, 'user', u.id, u.email, u.name, u.status, u.affiliate_id,
                     row_number() OVER (ORDER BY lower(u.email))
              FROM users u WHERE $11 AND (u.id = $5 OR u.email ILIKE $7 OR u.name ILIKE $6)
              ORDER BY lower(u.email) LIMIT $8)
           ) found ORDER BY place, rank"#,
        needle.campaign,
        needle.affiliate,
        needle.advertiser,
        needle.link,
        needle.user,
        needle.anywhere(),
        needle.beginning(),
        each,
        kinds.affiliates,
        kinds.advertisers,
        kinds.people,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// A conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundConversion {
    pub id: Uuid,
    pub txid: String,
    pub status: String,
    pub campaign: Option<String>,
    pub affiliate: Option<String>,
    pub received_at: DateTime<Utc>,
}

/// Conversions by id, transaction id or click id, the newest first. Each is looked up in an index.
///
/// # Errors
/// [`StoreError`].
pub async fn conversions(
    tx: &mut Tx,
    needle: &Needle,
    limit: i64,
) -> Result<Vec<FoundConversion>, StoreError> {
    Ok(sqlx::query_as!(
        FoundConversion,
        r#"SELECT v.id AS "id!", v.txid AS "txid!", v.status AS "status!", c.name AS "campaign?", a.name AS "affiliate?",
                  v.received_at AS "received_at!"
           FROM (SELECT * FROM conversions WHERE id = $1
                 UNION SELECT * FROM conversions WHERE txid = $2
                 UNION SELECT * FROM conversions WHERE click_id = $3) v
                LEFT JOIN campaigns c ON c.id = v.campaign_id LEFT JOIN affiliates a ON a.id = v.affiliate_id
           ORDER BY v.received_at DESC, v.id LIMIT $4"#,
        needle.conversion,
        needle.text,
        needle.text.to_lowercase(),
        limit,
    )
    .fetch_all(tx.conn())
    .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_becomes_harmless() {
        let needle = Needle::new("  50%_\\\u{0}\n  ");
        assert_eq!(needle.text(), "50%_\\");
        assert_eq!(needle.anywhere().as_deref(), Some("%50\\%\\_\\\\%"));
        assert_eq!(needle.beginning().as_deref(), Some("50\\%\\_\\\\%"));
        assert!(Needle::new(" \u{7} ").is_empty());
        assert_eq!(Needle::new(&"ä".repeat(5_000)).text().chars().count(), MAX_TEXT);
    }

    #[test]
    fn an_id_is_looked_up_and_not_searched_for() {
        let needle = Needle::new(&CampaignId(77).to_string());
        assert_eq!((needle.campaign, needle.link, needle.anywhere()), (Some(77), None, None));
        assert_eq!(Needle::new("camp_").campaign, None);
    }
}

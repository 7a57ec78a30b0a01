//! A small network to begin with.

use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Actor, Realm},
    drafts::{AdvertiserDraft, AffiliateDraft, CampaignDraft},
    ids::{AdvertiserId, AffiliateId, CampaignId},
};
use engine::{EngineError, accounts, campaigns};
use sqlx::PgPool;
use store::Db;

/// Texts that have broken programs before.
pub const HOSTILE: [&str; 8] = [
    "a\0b",
    "\u{1b}[31m",
    "line\nbreak",
    "'; DROP TABLE users; --",
    "<script>alert(1)</script>",
    "\u{202e}gnp.exe",
    "𒈙𒈙𒈙",
    "{click_id}%00%ff",
];

pub struct Network {
    pub db: Db,
    pub pool: PgPool,
    pub admin: Actor,
    pub advertiser: AdvertiserId,
    pub affiliate: AffiliateId,
    chance: std::sync::atomic::AtomicU32,
}

pub fn at(secs: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + Duration::seconds(secs)
}

impl Network {
    pub async fn new(pool: PgPool) -> Self {
        let db = Db::from_pool(pool.clone());
        let admin = Actor::system("test");
        let shop = AdvertiserDraft { name: "Shop".into(), ..AdvertiserDraft::default() };
        let advertiser = accounts::create_advertiser(&db, &admin, &shop, at(0), 1).await.unwrap();
        let ann = AffiliateDraft { name: "Ann".into(), ..AffiliateDraft::default() };
        let affiliate = accounts::create_affiliate(&db, &admin, &ann, at(0), 1, [1; 16]).await.unwrap();
        Self { db, pool, admin, advertiser, affiliate, chance: 100.into() }
    }

    /// Another number each time.
    pub fn chance(&self) -> u32 {
        self.chance.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }

    /// A form that passes.
    pub fn campaign_draft(&self, name: &str) -> CampaignDraft {
        CampaignDraft {
            advertiser: self.advertiser.to_string(),
            name: name.into(),
            status: "active".into(),
            destination_url: "https://shop.example/?c={click_id}".into(),
            revenue_value: "12.50".into(),
            payout_value: "10".into(),
            ..CampaignDraft::default()
        }
    }

    pub async fn campaign(&self, name: &str, visibility: &str) -> CampaignId {
        let draft = CampaignDraft { visibility: visibility.into(), ..self.campaign_draft(name) };
        campaigns::create_campaign(&self.db, &self.admin, &draft, at(0), self.chance()).await.unwrap()
    }

    /// The affiliate's own person.
    pub fn ann(&self) -> Actor {
        person(Realm::Affiliate(self.affiliate))
    }

    pub async fn version(&self) -> i64 {
        store::config::config_version(&self.db).await.unwrap()
    }

    /// Actions in the audit log, oldest first.
    pub async fn audited(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT action FROM audit_log ORDER BY id").fetch_all(&self.pool).await.unwrap()
    }
}

/// The database as the console has it for that person.
pub fn asked_by(db: &Db, actor: &Actor) -> Db {
    actor.user.map_or_else(|| db.clone(), |user| db.asked_by(user))
}

pub fn person(realm: Realm) -> Actor {
    Actor { user: None, name: "someone@example.com".into(), realm, ip: None, request_id: None }
}

/// The names of the fields that were refused.
#[track_caller]
pub fn wrong_fields<T>(result: Result<T, EngineError>) -> Vec<&'static str> {
    match result {
        Err(EngineError::Invalid(fields)) => fields.0.into_keys().collect(),
        Err(other) => panic!("expected wrong fields, got {other:?}"),
        Ok(_) => panic!("expected wrong fields, got success"),
    }
}

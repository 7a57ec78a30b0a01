//! Rows to begin with.

use chrono::{DateTime, Utc};
use domain::{
    access::Realm,
    ids::{AdvertiserId, AffiliateId, CampaignId, GoalId, LinkId},
    money::Currency,
    snapshot::Rate,
    status::{AccountStatus, CampaignStatus, LinkStatus, Visibility},
};
use serde_json::json;
use store::{
    Db,
    config::{self, Advertiser, Affiliate, Campaign, Goal, Link},
};

pub const ADVERTISER: AdvertiserId = AdvertiserId(1);
pub const CAMPAIGN: CampaignId = CampaignId(10);
pub const GOAL: GoalId = GoalId(20);
/// Two affiliates, each with a link to the campaign: `LinkId(31)` and `LinkId(32)`.
pub const A: AffiliateId = AffiliateId(2);
pub const B: AffiliateId = AffiliateId(3);

/// The time it is in every test.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

pub fn advertiser(id: AdvertiserId, name: &str) -> Advertiser {
    Advertiser {
        id,
        name: name.into(),
        status: AccountStatus::Active,
        contact_email: None,
        website: None,
        notes: String::new(),
        created_at: now(),
        updated_at: now(),
    }
}

pub fn affiliate(id: AffiliateId, name: &str) -> Affiliate {
    Affiliate {
        id,
        name: name.into(),
        status: AccountStatus::Active,
        contact_email: None,
        country: Some("DE".into()),
        notes: String::new(),
        created_at: now(),
        updated_at: now(),
    }
}

pub fn campaign(id: CampaignId, advertiser: AdvertiserId, name: &str) -> Campaign {
    Campaign {
        id,
        advertiser,
        name: name.into(),
        description: String::new(),
        status: CampaignStatus::Active,
        visibility: Visibility::Public,
        currency: Currency::EUR,
        destination_url: "https://shop.example/?c={click_id}".into(),
        deep_link_hosts: vec![".shop.example".into()],
        pass_through: true,
        window_secs: 86_400,
        postback_token: Some("secret-token".into()),
        created_at: now(),
        updated_at: now(),
    }
}

pub fn goal(id: GoalId, campaign: CampaignId) -> Goal {
    Goal {
        id,
        campaign,
        code: "sale".into(),
        name: "Sale".into(),
        is_default: true,
        revenue: Some(Rate::Fixed(1_000)),
        payout: Rate::Share(125_000),
        position: 0,
    }
}

pub fn link(id: LinkId, affiliate: AffiliateId, campaign: CampaignId) -> Link {
    Link {
        id,
        code: format!("code{}", id.0),
        campaign,
        affiliate,
        status: LinkStatus::Active,
        destination_url: None,
        created_at: now(),
        updated_at: now(),
    }
}

/// One advertiser with a campaign and its goal, two affiliates with a link each, and a click key.
pub async fn network(db: &Db) {
    let mut tx = db.begin(Realm::Network).await.unwrap();
    config::advertisers::insert(&mut tx, &advertiser(ADVERTISER, "Shop")).await.unwrap();
    config::affiliates::insert(&mut tx, &affiliate(A, "Ann")).await.unwrap();
    config::affiliates::insert(&mut tx, &affiliate(B, "Bob")).await.unwrap();
    config::campaigns::insert(&mut tx, &campaign(CAMPAIGN, ADVERTISER, "Shoes")).await.unwrap();
    config::goals::insert(&mut tx, &goal(GOAL, CAMPAIGN)).await.unwrap();
    assert!(config::links::insert(&mut tx, &link(LinkId(31), A, CAMPAIGN)).await.unwrap());
    assert!(config::links::insert(&mut tx, &link(LinkId(32), B, CAMPAIGN)).await.unwrap());
    config::setting_put(&mut tx, "click_key", &json!("000102030405060708090a0b0c0d0e0f")).await.unwrap();
    tx.commit().await.unwrap();
}

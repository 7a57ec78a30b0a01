//! What people set up, and the snapshot of it.

use crate::support::{A, ADVERTISER, B, CAMPAIGN, GOAL, advertiser, campaign, link, network, now};
use domain::{
    access::{Actor, Realm},
    ids::{AdvertiserId, CampaignId, LinkId},
    money::Currency,
    snapshot::{Index, Rate},
    status::{AccountStatus, CampaignStatus, LinkStatus},
};
use serde_json::json;
use sqlx::PgPool;
use store::{
    Db, StoreError,
    audit::audit,
    config::{self, Access, AccessState, ListFilter, access, bump_config_version},
};

#[sqlx::test(migrations = "../../migrations")]
async fn the_snapshot_has_everything(pool: PgPool) {
    let db = Db::from_pool(pool);
    network(&db).await;
    let mut tx = db.begin(Realm::Network).await.unwrap();
    config::setting_put(&mut tx, "fallback_url", &json!("https://network.example/")).await.unwrap();
    tx.commit().await.unwrap();

    let snapshot = config::load_snapshot(&db).await.unwrap();
    assert_eq!(snapshot.version, config::config_version(&db).await.unwrap());
    assert_eq!(snapshot.fallback_url.as_deref(), Some("https://network.example/"));
    assert_eq!(snapshot.click_key[15], 15);
    assert_eq!(snapshot.links.len(), 2);
    let index = Index::new(snapshot);
    let link = index.link("code31").unwrap();
    assert_eq!((link.id, link.affiliate, link.active, link.affiliate_active), (LinkId(31), A, true, true));
    let campaign = index.campaign(link);
    assert_eq!((campaign.id, campaign.advertiser, campaign.active), (CAMPAIGN, ADVERTISER, true));
    assert_eq!(campaign.currency, Currency::EUR);
    assert_eq!(campaign.deep_link_hosts, [".shop.example"]);
    assert_eq!((campaign.pass_through, campaign.window_secs), (true, 86_400));
    assert_eq!(campaign.token.as_deref(), Some("secret-token"));
    let [goal] = &campaign.goals[..] else { panic!("{:?}", campaign.goals) };
    assert_eq!((goal.id, goal.code.as_str(), goal.is_default), (GOAL, "sale", true));
    assert_eq!((goal.revenue, goal.payout), (Rate::Fixed(1_000), Rate::Share(125_000)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn stopped_things_stay_in_the_snapshot(pool: PgPool) {
    let db = Db::from_pool(pool);
    network(&db).await;
    let mut tx = db.begin(Realm::Network).await.unwrap();
    let mut bob = config::affiliates::get(&mut tx, B).await.unwrap().unwrap();
    bob.status = AccountStatus::Paused;
    assert!(config::affiliates::update(&mut tx, &bob).await.unwrap());
    let mut link = config::links::get(&mut tx, LinkId(31)).await.unwrap().unwrap();
    link.status = LinkStatus::Paused;
    link.destination_url = Some("https://other.example/".into());
    assert!(config::links::update(&mut tx, &link).await.unwrap());
    tx.commit().await.unwrap();
    let index = Index::new(config::load_snapshot(&db).await.unwrap());
    assert!(!index.link("code32").unwrap().affiliate_active);
    let link = index.link("code31").unwrap();
    assert!(!link.active && link.destination.as_deref() == Some("https://other.example/"));

    let mut tx = db.begin(Realm::Network).await.unwrap();
    let mut shop = config::advertisers::get(&mut tx, ADVERTISER).await.unwrap().unwrap();
    shop.status = AccountStatus::Closed;
    assert!(config::advertisers::update(&mut tx, &shop).await.unwrap());
    tx.commit().await.unwrap();
    let snapshot = config::load_snapshot(&db).await.unwrap();
    assert!(!snapshot.campaigns[0].active, "a closed advertiser's campaigns stop");
}

#[sqlx::test(migrations = "../../migrations")]
async fn without_a_click_key_there_is_no_snapshot(pool: PgPool) {
    let db = Db::from_pool(pool);
    assert!(
        matches!(config::load_snapshot(&db).await, Err(StoreError::Other(why)) if why.contains("click_key"))
    );
    let mut tx = db.begin(Realm::Network).await.unwrap();
    let first = json!("ffffffffffffffffffffffffffffffff");
    assert_eq!(config::setting_ensure(&mut tx, "click_key", &first).await.unwrap(), first);
    let second = config::setting_ensure(&mut tx, "click_key", &json!("00")).await.unwrap();
    assert_eq!(second, first, "the first one stays");
    tx.commit().await.unwrap();
    assert_eq!(config::load_snapshot(&db).await.unwrap().click_key, [0xff; 16]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_version_rises_with_the_transaction(pool: PgPool) {
    let db = Db::from_pool(pool);
    let start = config::config_version(&db).await.unwrap();
    let mut tx = db.begin(Realm::Network).await.unwrap();
    assert_eq!(bump_config_version(&mut tx).await.unwrap(), start + 1);
    assert_eq!(config::config_version(&db).await.unwrap(), start, "not before the commit");
    tx.rollback().await;
    assert_eq!(config::config_version(&db).await.unwrap(), start);
    let mut tx = db.begin(Realm::Affiliate(A)).await.unwrap();
    bump_config_version(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(config::config_version(&db).await.unwrap(), start + 1, "affiliates take links");
}

#[sqlx::test(migrations = "../../migrations")]
async fn lists_are_filtered_and_paged(pool: PgPool) {
    let db = Db::from_pool(pool);
    network(&db).await;
    let mut tx = db.begin(Realm::Network).await.unwrap();
    for n in 0..5 {
        let mut row = advertiser(AdvertiserId(100 + n), &format!("Brand 10{n}%"));
        row.status = if n == 4 { AccountStatus::Closed } else { AccountStatus::Active };
        config::advertisers::insert(&mut tx, &row).await.unwrap();
    }
    let page = config::advertisers::list(&mut tx, &ListFilter::new("active", "brand", 2, 3)).await.unwrap();
    assert_eq!((page.total, page.rows.len()), (4, 1));
    assert_eq!(page.rows[0].name, "Brand 103%");
    let by_id = ListFilter::new("", &AdvertiserId(101).to_string(), 1, 3);
    assert_eq!(config::advertisers::list(&mut tx, &by_id).await.unwrap().rows[0].id, AdvertiserId(101));
    for (q, found) in [("%", 5), ("_rand", 0), ("'; DROP TABLE users; --", 0), ("a\0b", 0), ("\\", 0)] {
        let page = config::advertisers::list(&mut tx, &ListFilter::new("", q, 1, 20)).await.unwrap();
        assert_eq!(page.total, found, "{q:?}");
    }
    let odd = ListFilter::new("no such status\0", "", i64::MAX, i64::MAX);
    assert_eq!(config::campaigns::list(&mut tx, &odd).await.unwrap().total, 0);
    assert_eq!(config::links::list(&mut tx, &ListFilter::new("", "ann", 1, 20)).await.unwrap().total, 1);
    assert_eq!(config::affiliates::list(&mut tx, &ListFilter::all()).await.unwrap().total, 2);
    assert_eq!(config::buyers::list(&mut tx).await.unwrap(), []);
    assert_eq!(store::people::list(&mut tx, &ListFilter::new("active", "x", 1, 20)).await.unwrap().total, 0);
}

#[sqlx::test(migrations = "../../migrations")]
async fn names_are_unique_whatever_their_case(pool: PgPool) {
    let db = Db::from_pool(pool);
    network(&db).await;
    let mut tx = db.begin(Realm::Network).await.unwrap();
    let again = config::advertisers::insert(&mut tx, &advertiser(AdvertiserId(7), "SHOP")).await;
    assert!(again.unwrap_err().is_conflict("advertisers_name_key"));
    tx.rollback().await;
    let mut tx = db.begin(Realm::Network).await.unwrap();
    let again = config::campaigns::insert(&mut tx, &campaign(CampaignId(11), ADVERTISER, "shoes")).await;
    assert!(again.unwrap_err().is_conflict("campaigns_name_key"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn one_link_for_each_pair_and_code(pool: PgPool) {
    let db = Db::from_pool(pool);
    network(&db).await;
    let mut tx = db.begin(Realm::Network).await.unwrap();
    config::campaigns::insert(&mut tx, &campaign(CampaignId(11), ADVERTISER, "Hats")).await.unwrap();
    assert!(!config::links::insert(&mut tx, &link(LinkId(40), A, CAMPAIGN)).await.unwrap(), "same pair");
    let mut same_code = link(LinkId(41), A, CampaignId(11));
    same_code.code = "code32".into();
    assert!(!config::links::insert(&mut tx, &same_code).await.unwrap(), "same code");
    assert!(config::links::insert(&mut tx, &link(LinkId(42), A, CampaignId(11))).await.unwrap());
    let found = config::links::find(&mut tx, CampaignId(11), A).await.unwrap().unwrap();
    assert_eq!((found.id, found.code.as_str()), (LinkId(42), "code42"));
    assert!(!config::campaigns::has_stats(&mut tx, CAMPAIGN).await.unwrap());
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_affiliate_asks_but_never_decides(pool: PgPool) {
    let db = Db::from_pool(pool);
    network(&db).await;
    let mut tx = db.begin(Realm::Affiliate(A)).await.unwrap();
    assert!(access::apply(&mut tx, CAMPAIGN, A, "please", now()).await.unwrap());
    assert!(!access::apply(&mut tx, CAMPAIGN, A, "again", now()).await.unwrap());
    tx.commit().await.unwrap();
    let decision = Access {
        campaign: CAMPAIGN,
        affiliate: A,
        state: AccessState::Approved,
        note: String::new(),
        answer: "welcome".into(),
        created_at: now(),
        decided_at: Some(now()),
    };
    let mut tx = db.begin(Realm::Affiliate(A)).await.unwrap();
    let by_itself = access::decide(&mut tx, &decision).await;
    assert!(matches!(by_itself, Err(StoreError::Denied(_))), "{by_itself:?}");
    tx.rollback().await;
    let mut tx = db.begin(Realm::Network).await.unwrap();
    assert_eq!(access::waiting(&mut tx).await.unwrap().len(), 1);
    access::decide(&mut tx, &decision).await.unwrap();
    let decided = Access { note: "please".into(), ..decision };
    assert_eq!(access::get(&mut tx, CAMPAIGN, A).await.unwrap(), Some(decided));
    assert_eq!(access::waiting(&mut tx).await.unwrap(), []);
    let mut own = config::campaigns::get(&mut tx, CAMPAIGN).await.unwrap().unwrap();
    own.status = CampaignStatus::Archived;
    assert!(config::campaigns::update(&mut tx, &own).await.unwrap());
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_realm_writes_the_audit_log(pool: PgPool) {
    let db = Db::from_pool(pool.clone());
    network(&db).await;
    let actor = Actor {
        user: None,
        name: "ann@example.com".into(),
        realm: Realm::Affiliate(A),
        ip: Some([192, 0, 2, 1].into()),
        request_id: Some("r-1".into()),
    };
    let mut tx = db.begin(actor.realm).await.unwrap();
    audit(&mut tx, &actor, "link.create", LinkId(31), None, Some(json!({ "a": 1 })), now()).await.unwrap();
    tx.commit().await.unwrap();
    let (object, ip): (String, String) =
        sqlx::query_as("SELECT object, host(ip) FROM audit_log").fetch_one(&pool).await.unwrap();
    assert_eq!((object, ip.as_str()), (LinkId(31).to_string(), "192.0.2.1"));
}

//! Links: who gets one, and that there is only one.

use crate::support::{HOSTILE, Network, at, person, wrong_fields};
use domain::{
    access::Realm,
    drafts::{AffiliateDraft, LinkDraft},
    ids::{AffiliateId, CampaignId},
    status::{CampaignStatus, LinkStatus},
};
use engine::{
    EngineError,
    accounts::{create_affiliate, update_affiliate},
    campaigns::{apply_to_campaign, decide_application, set_campaign_status},
    links::{create_link, set_link_destination, set_link_status},
};
use sqlx::PgPool;
use store::config::AccessState;

fn draft(campaign: CampaignId) -> LinkDraft {
    LinkDraft { campaign: campaign.to_string(), ..LinkDraft::default() }
}

#[sqlx::test(migrations = "../../migrations")]
async fn asking_twice_gives_the_same_link(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = n.campaign("Shoes", "public").await;
    let version = n.version().await;
    let link = create_link(&n.db, &n.ann(), &draft(id), at(0), 1).await.unwrap();
    assert_eq!((link.code.len(), link.campaign, link.affiliate), (8, id, n.affiliate));
    assert_eq!(n.version().await, version + 1);
    let again = create_link(&n.db, &n.ann(), &draft(id), at(5), 2).await.unwrap();
    assert_eq!(again, link);
    let by_admin = LinkDraft { affiliate: n.affiliate.to_string(), ..draft(id) };
    assert_eq!(create_link(&n.db, &n.admin, &by_admin, at(6), 3).await.unwrap(), link);
    assert_eq!(n.version().await, version + 1);
    // The same chance again, for another pair: the code is taken, another one is drawn.
    let other = n.campaign("Hats", "public").await;
    let second = create_link(&n.db, &n.ann(), &draft(other), at(0), 1).await.unwrap();
    assert_ne!(second.code, link.code);
}

#[sqlx::test(migrations = "../../migrations")]
async fn many_at_once_still_make_one(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = n.campaign("Shoes", "public").await;
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..8 {
        let (db, ann) = (n.db.clone(), n.ann());
        tasks.spawn(async move { create_link(&db, &ann, &draft(id), at(0), i).await.unwrap().code });
    }
    let mut codes = tasks.join_all().await;
    codes.dedup();
    assert_eq!(codes.len(), 1, "{codes:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn affiliates_run_what_is_open_or_granted(pool: PgPool) {
    let n = Network::new(pool).await;
    let (apply, private) = (n.campaign("Apply", "apply").await, n.campaign("Private", "private").await);
    let take = async |id, chance| create_link(&n.db, &n.ann(), &draft(id), at(0), chance).await;
    let grant = async |id, state| {
        decide_application(&n.db, &n.admin, id, n.affiliate, state, "", "https://n.example", at(0))
            .await
            .unwrap()
    };
    assert!(matches!(take(apply, 1).await, Err(EngineError::Forbidden(_))));
    apply_to_campaign(&n.db, &n.ann(), apply, "", at(0)).await.unwrap();
    assert!(matches!(take(apply, 1).await, Err(EngineError::Forbidden(_))));
    grant(apply, AccessState::Refused).await;
    assert!(matches!(take(apply, 1).await, Err(EngineError::Forbidden(_))));
    grant(apply, AccessState::Approved).await;
    take(apply, 1).await.unwrap();
    assert!(matches!(take(private, 2).await, Err(EngineError::NotFound)));
    grant(private, AccessState::Approved).await;
    set_campaign_status(&n.db, &n.admin, private, CampaignStatus::Paused, at(0)).await.unwrap();
    assert!(matches!(take(private, 2).await, Err(EngineError::Forbidden(_))));
    set_campaign_status(&n.db, &n.admin, private, CampaignStatus::Active, at(0)).await.unwrap();
    take(private, 2).await.unwrap();
    let draft_campaign = n.campaign("Draft", "public").await;
    set_campaign_status(&n.db, &n.admin, draft_campaign, CampaignStatus::Draft, at(0)).await.unwrap();
    assert!(matches!(take(draft_campaign, 3).await, Err(EngineError::NotFound)));
    assert!(matches!(take(CampaignId(77), 3).await, Err(EngineError::NotFound)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn affiliates_take_links_only_for_themselves(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = n.campaign("Shoes", "public").await;
    let bob = AffiliateDraft { name: "Bob".into(), ..AffiliateDraft::default() };
    let bob = create_affiliate(&n.db, &n.admin, &bob, at(0), 8, [0; 16]).await.unwrap();
    let for_bob = LinkDraft { affiliate: bob.to_string(), ..draft(id) };
    assert!(matches!(create_link(&n.db, &n.ann(), &for_bob, at(0), 1).await, Err(EngineError::Forbidden(_))));
    let advertiser = person(Realm::Advertiser(n.advertiser));
    assert!(matches!(
        create_link(&n.db, &advertiser, &for_bob, at(0), 1).await,
        Err(EngineError::Forbidden(_))
    ));
    let elsewhere = LinkDraft { destination_url: "https://evil.example/".into(), ..draft(id) };
    assert_eq!(wrong_fields(create_link(&n.db, &n.ann(), &elsewhere, at(0), 1).await), ["destination_url"]);
    let paused = AffiliateDraft { name: "Ann".into(), status: "paused".into(), ..AffiliateDraft::default() };
    update_affiliate(&n.db, &n.admin, n.affiliate, &paused, at(0)).await.unwrap();
    assert!(matches!(
        create_link(&n.db, &n.ann(), &draft(id), at(0), 1).await,
        Err(EngineError::Forbidden(_))
    ));
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_network_stops_and_redirects_links(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = n.campaign("Private", "private").await;
    let new = LinkDraft {
        affiliate: n.affiliate.to_string(),
        destination_url: "https://shop.example/landing?c={click_id}".into(),
        ..draft(id)
    };
    let link = create_link(&n.db, &n.admin, &new, at(0), 1).await.unwrap();
    assert!(link.destination_url.is_some());
    set_link_status(&n.db, &n.admin, link.id, LinkStatus::Paused, at(1)).await.unwrap();
    set_link_destination(&n.db, &n.admin, link.id, " ", at(1)).await.unwrap();
    let there = create_link(&n.db, &n.admin, &new, at(2), 2).await.unwrap();
    assert_eq!((there.status, there.destination_url), (LinkStatus::Paused, None));
    let by_ann = set_link_status(&n.db, &n.ann(), link.id, LinkStatus::Active, at(2)).await;
    assert!(matches!(by_ann, Err(EngineError::Forbidden(_))));
    for text in HOSTILE {
        assert_eq!(
            wrong_fields(set_link_destination(&n.db, &n.admin, link.id, text, at(3)).await),
            ["destination_url"],
            "{text:?}"
        );
        let odd = LinkDraft { campaign: text.into(), affiliate: text.into(), destination_url: text.into() };
        let wrong = wrong_fields(create_link(&n.db, &n.admin, &odd, at(3), 3).await);
        assert_eq!(wrong, ["affiliate", "campaign", "destination_url"], "{text:?}");
    }
    let nobody = LinkDraft { affiliate: AffiliateId(1).to_string(), ..draft(CampaignId(1)) };
    assert_eq!(
        wrong_fields(create_link(&n.db, &n.admin, &nobody, at(3), 3).await),
        ["affiliate", "campaign"]
    );
}

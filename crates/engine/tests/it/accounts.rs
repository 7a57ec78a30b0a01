//! Advertisers, affiliates, users, settings.

use crate::support::{HOSTILE, Network, at, person, wrong_fields};
use domain::{
    access::Realm,
    drafts::{AdvertiserDraft, AffiliateDraft, CampaignDraft, SettingsDraft, UserDraft},
    ids::{AdvertiserId, AffiliateId},
};
use engine::{
    EngineError,
    accounts::{
        advertiser_draft, affiliate_draft, create_advertiser, create_affiliate, create_user, set_user_active,
        settings_draft, update_advertiser, update_affiliate, update_settings,
    },
    campaigns::create_campaign,
    signin::session_user,
};
use sqlx::PgPool;

fn affiliate(name: &str, email: &str) -> AffiliateDraft {
    AffiliateDraft {
        name: name.into(),
        user_email: email.into(),
        user_password: "a long password".into(),
        ..AffiliateDraft::default()
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn advertisers_are_created_and_changed(pool: PgPool) {
    let n = Network::new(pool).await;
    let version = n.version().await;
    let draft = AdvertiserDraft {
        name: "  Brand ".into(),
        status: "paused".into(),
        contact_email: "Jo@Brand.example".into(),
        website: "https://brand.example".into(),
        notes: "first\r\nsecond".into(),
    };
    let id = create_advertiser(&n.db, &n.admin, &draft, at(0), 5).await.unwrap();
    assert_eq!(n.version().await, version + 1);
    let read = advertiser_draft(&n.db, Realm::Network, id).await.unwrap();
    let tidy = AdvertiserDraft {
        name: "Brand".into(),
        contact_email: "Jo@brand.example".into(),
        notes: "first\nsecond".into(),
        ..draft
    };
    assert_eq!(read, tidy);
    let changed = AdvertiserDraft { name: "Brand 2".into(), contact_email: String::new(), ..tidy };
    update_advertiser(&n.db, &n.admin, id, &changed, at(1)).await.unwrap();
    assert_eq!(advertiser_draft(&n.db, Realm::Network, id).await.unwrap(), changed);
    assert_eq!(n.audited().await[2..], ["advertiser.create", "advertiser.update"]);
    let missing = update_advertiser(&n.db, &n.admin, AdvertiserId(5), &changed, at(1)).await;
    assert!(matches!(missing, Err(EngineError::NotFound)));
    let twin = AdvertiserDraft { name: "SHOP".into(), ..changed };
    assert_eq!(wrong_fields(create_advertiser(&n.db, &n.admin, &twin, at(0), 9).await), ["name"]);
    assert_eq!(wrong_fields(update_advertiser(&n.db, &n.admin, id, &twin, at(0)).await), ["name"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn hostile_texts_are_refused_by_name_or_stored_as_they_are(pool: PgPool) {
    let n = Network::new(pool).await;
    for (i, text) in HOSTILE.into_iter().enumerate() {
        let draft = AdvertiserDraft {
            name: text.into(),
            status: text.into(),
            contact_email: text.into(),
            website: text.into(),
            notes: text.into(),
        };
        let wrong = wrong_fields(create_advertiser(&n.db, &n.admin, &draft, at(0), 50 + i as u32).await);
        assert!(
            ["status", "contact_email", "website"].iter().all(|f| wrong.contains(f)),
            "{text:?}: {wrong:?}"
        );
        let draft = AdvertiserDraft { name: text.into(), ..AdvertiserDraft::default() };
        match create_advertiser(&n.db, &n.admin, &draft, at(0), 50 + i as u32).await {
            Ok(id) => assert_eq!(advertiser_draft(&n.db, Realm::Network, id).await.unwrap().name, text),
            Err(EngineError::Invalid(e)) => assert!(text.chars().any(char::is_control), "{text:?}: {e}"),
            Err(other) => panic!("{text:?}: {other:?}"),
        }
        let draft = AffiliateDraft { country: text.into(), notes: text.into(), ..affiliate(text, text) };
        let wrong =
            wrong_fields(create_affiliate(&n.db, &n.admin, &draft, at(0), 50 + i as u32, [0; 16]).await);
        assert!(["country", "user_email"].iter().all(|f| wrong.contains(f)), "{text:?}: {wrong:?}");
        let draft = UserDraft {
            email: text.into(),
            name: text.into(),
            role: text.into(),
            owner: text.into(),
            password: text.into(),
            time_zone: text.into(),
        };
        wrong_fields(create_user(&n.db, &n.admin, &draft, at(0), 50, [0; 16]).await);
        let draft = SettingsDraft {
            network_name: text.into(),
            time_zone: text.into(),
            currency: text.into(),
            currencies: text.into(),
            fallback_url: text.into(),
        };
        wrong_fields(update_settings(&n.db, &n.admin, &draft, at(0)).await);
    }
    let long =
        AdvertiserDraft { name: "ä".repeat(201), notes: "x".repeat(10_001), ..AdvertiserDraft::default() };
    assert_eq!(wrong_fields(create_advertiser(&n.db, &n.admin, &long, at(0), 99).await), ["name", "notes"]);
    let longest =
        AdvertiserDraft { name: "ä".repeat(200), notes: "x".repeat(10_000), ..AdvertiserDraft::default() };
    create_advertiser(&n.db, &n.admin, &longest, at(0), 99).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_affiliate_comes_with_its_user_or_not_at_all(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = create_affiliate(&n.db, &n.admin, &affiliate("Bob", "bob@x.example"), at(0), 7, [2; 16])
        .await
        .unwrap();
    let draft = affiliate_draft(&n.db, Realm::Network, id).await.unwrap();
    assert_eq!((draft.name.as_str(), draft.user_email.as_str()), ("Bob", ""));
    assert_eq!(n.audited().await[2..], ["affiliate.create", "user.create"]);
    let taken =
        create_affiliate(&n.db, &n.admin, &affiliate("Cid", "BOB@x.example"), at(0), 8, [2; 16]).await;
    assert_eq!(wrong_fields(taken), ["user_email"]);
    let again =
        create_affiliate(&n.db, &n.admin, &affiliate("Cid", "cid@x.example"), at(0), 9, [2; 16]).await;
    again.expect("nothing was left behind by the refusal");
    let short = AffiliateDraft { user_password: "short".into(), ..affiliate("Dora", "dora@x.example") };
    assert_eq!(
        wrong_fields(create_affiliate(&n.db, &n.admin, &short, at(0), 10, [2; 16]).await),
        ["user_password"]
    );
    let lost = affiliate("Dora", " ");
    assert_eq!(
        wrong_fields(create_affiliate(&n.db, &n.admin, &lost, at(0), 10, [2; 16]).await),
        ["user_email"]
    );
    let de = AffiliateDraft { name: "Bob".into(), country: "de".into(), ..AffiliateDraft::default() };
    update_affiliate(&n.db, &n.admin, id, &de, at(1)).await.unwrap();
    assert_eq!(affiliate_draft(&n.db, Realm::Affiliate(id), id).await.unwrap().country, "DE");
    let strangers = affiliate_draft(&n.db, Realm::Affiliate(n.affiliate), id).await;
    assert!(matches!(strangers, Err(EngineError::NotFound)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn users_belong_where_their_role_says(pool: PgPool) {
    let n = Network::new(pool).await;
    let draft = |role: &str, owner: &str| UserDraft {
        email: format!("{role}@x.example"),
        name: "Someone".into(),
        role: role.into(),
        owner: owner.into(),
        password: "a long password".into(),
        ..UserDraft::default()
    };
    let (aff, adv) = (n.affiliate.to_string(), n.advertiser.to_string());
    let create = async |role: &str, owner: &str| {
        create_user(&n.db, &n.admin, &draft(role, owner), at(0), n.chance(), [3; 16]).await
    };
    for (role, owner) in
        [("admin", ""), ("finance", ""), ("affiliate", aff.as_str()), ("advertiser", adv.as_str())]
    {
        create(role, owner).await.unwrap();
    }
    let nobody = AffiliateId(12345).to_string();
    for (role, owner) in [
        ("affiliate_manager", aff.as_str()),
        ("affiliate", ""),
        ("affiliate", adv.as_str()),
        ("affiliate", nobody.as_str()),
        ("buyer", "buy_0000000000000"),
    ] {
        assert_eq!(wrong_fields(create(role, owner).await), ["owner"], "{role} {owner}");
    }
    assert_eq!(wrong_fields(create("king", "").await), ["role"]);
    assert_eq!(wrong_fields(create("admin", "").await), ["email"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn disabling_ends_sessions(pool: PgPool) {
    let n = Network::new(pool).await;
    let draft = UserDraft {
        email: "eve@x.example".into(),
        role: "admin".into(),
        password: "a long password".into(),
        ..UserDraft::default()
    };
    let id = create_user(&n.db, &n.admin, &draft, at(0), 3, [3; 16]).await.unwrap();
    // Somebody has to be left who administers.
    let ann = UserDraft { email: "ann@x.example".into(), ..draft };
    create_user(&n.db, &n.admin, &ann, at(0), 4, [4; 16]).await.unwrap();
    assert!(session_user(&n.db, id, 0).await.unwrap().is_some());
    let mut eve = person(Realm::Network);
    eve.user = Some(id);
    assert!(matches!(set_user_active(&n.db, &eve, id, false, at(1)).await, Err(EngineError::Conflict(_))));
    set_user_active(&n.db, &n.admin, id, false, at(1)).await.unwrap();
    assert_eq!(session_user(&n.db, id, 0).await.unwrap(), None);
    set_user_active(&n.db, &n.admin, id, true, at(2)).await.unwrap();
    assert_eq!(session_user(&n.db, id, 0).await.unwrap(), None, "the old session stays over");
}

#[sqlx::test(migrations = "../../migrations")]
async fn settings_are_checked_and_kept(pool: PgPool) {
    let n = Network::new(pool).await;
    assert_eq!(settings_draft(&n.db).await.unwrap(), SettingsDraft::default());
    let draft = SettingsDraft {
        network_name: "Rivers".into(),
        time_zone: "Europe/Berlin".into(),
        currency: "eur".into(),
        currencies: "usd eur\nUSD".into(),
        fallback_url: String::new(),
    };
    update_settings(&n.db, &n.admin, &draft, at(0)).await.unwrap();
    assert_eq!(
        settings_draft(&n.db).await.unwrap(),
        SettingsDraft { currency: "EUR".into(), currencies: "USD, EUR".into(), ..draft.clone() }
    );
    let strange = SettingsDraft { currency: "GBP".into(), ..draft.clone() };
    assert_eq!(wrong_fields(update_settings(&n.db, &n.admin, &strange, at(0)).await), ["currency"]);
    let bad = SettingsDraft {
        time_zone: "Mars/Base".into(),
        currency: "XXX".into(),
        currencies: "USD, dollars".into(),
        ..draft
    };
    assert_eq!(
        wrong_fields(update_settings(&n.db, &n.admin, &bad, at(0)).await),
        ["currencies", "currency", "time_zone"]
    );
    let pounds = CampaignDraft { currency: "GBP".into(), ..n.campaign_draft("Abroad") };
    assert_eq!(wrong_fields(create_campaign(&n.db, &n.admin, &pounds, at(0), 7).await), ["currency"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn only_the_network_changes_accounts(pool: PgPool) {
    let n = Network::new(pool).await;
    let (ann, before) = (n.ann(), n.audited().await);
    let advertiser = AdvertiserDraft { name: "Mine".into(), ..AdvertiserDraft::default() };
    let own = AffiliateDraft { name: "Ann".into(), ..AffiliateDraft::default() };
    let forbidden = [
        create_advertiser(&n.db, &ann, &advertiser, at(0), 3).await.err(),
        update_affiliate(&n.db, &ann, n.affiliate, &own, at(0)).await.err(),
        create_user(&n.db, &ann, &UserDraft::default(), at(0), 3, [0; 16]).await.err(),
        update_settings(&n.db, &ann, &SettingsDraft::default(), at(0)).await.err(),
    ];
    assert!(forbidden.iter().all(|e| matches!(e, Some(EngineError::Forbidden(_)))), "{forbidden:?}");
    assert_eq!(n.audited().await, before);
}

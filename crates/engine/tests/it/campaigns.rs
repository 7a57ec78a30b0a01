//! Campaigns, goals, applications.

use crate::support::{HOSTILE, Network, at, wrong_fields};
use domain::{
    access::Realm,
    drafts::{CampaignDraft, GoalDraft},
    ids::{AdvertiserId, CampaignId},
    snapshot::Rate,
    status::CampaignStatus,
};
use engine::{
    EngineError,
    campaigns::{
        add_goal, apply_to_campaign, campaign_draft, create_campaign, decide_application, remove_goal,
        set_campaign_status, update_campaign, update_goal,
    },
};
use serde_json::json;
use sqlx::PgPool;
use store::config::{self, AccessState, load_snapshot};

#[sqlx::test(migrations = "../../migrations")]
async fn a_campaign_reads_back_as_it_was_written(pool: PgPool) {
    let n = Network::new(pool).await;
    let draft = CampaignDraft {
        description: "two\nlines".into(),
        visibility: "apply".into(),
        currency: "EUR".into(),
        deep_link_hosts: "shop.example\n.brand.example".into(),
        pass_through: true,
        attribution_window_days: "7".into(),
        postback_token: "token-12345".into(),
        payout_kind: "share".into(),
        payout_value: "12.5".into(),
        ..n.campaign_draft("Shoes")
    };
    let id = create_campaign(&n.db, &n.admin, &draft, at(0), 9).await.unwrap();
    assert_eq!(campaign_draft(&n.db, Realm::Network, id).await.unwrap(), draft);
    let changed = CampaignDraft { name: "Boots".into(), payout_value: "10".into(), ..draft };
    update_campaign(&n.db, &n.admin, id, &changed, at(1)).await.unwrap();
    assert_eq!(campaign_draft(&n.db, Realm::Network, id).await.unwrap(), changed);
    assert!(matches!(campaign_draft(&n.db, n.ann().realm, id).await, Err(EngineError::Forbidden(_))));
    let log: Vec<String> =
        sqlx::query_scalar("SELECT coalesce(before::text, '') || coalesce(after::text, '') FROM audit_log")
            .fetch_all(&n.pool)
            .await
            .unwrap();
    assert!(!log.iter().any(|row| row.contains("token-12345")), "secrets do not go into the audit log");
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_wrong_field_is_named(pool: PgPool) {
    let n = Network::new(pool).await;
    let all = CampaignDraft {
        advertiser: "adv_x".into(),
        name: String::new(),
        description: "x".repeat(10_001),
        status: "on".into(),
        visibility: "secret".into(),
        currency: "XXX".into(),
        destination_url: "javascript:alert(1)".into(),
        deep_link_hosts: "https://a".into(),
        pass_through: false,
        attribution_window_days: "401".into(),
        postback_token: "short".into(),
        goal_code: "Not a code!".into(),
        goal_name: "x".repeat(101),
        revenue_kind: "gift".into(),
        revenue_value: "1".into(),
        payout_kind: "share".into(),
        payout_value: "101".into(),
    };
    let wrong = wrong_fields(create_campaign(&n.db, &n.admin, &all, at(0), 9).await);
    assert_eq!(
        wrong,
        [
            "advertiser",
            "attribution_window_days",
            "currency",
            "deep_link_hosts",
            "description",
            "destination_url",
            "goal_code",
            "goal_name",
            "name",
            "payout_value",
            "postback_token",
            "revenue_kind",
            "status",
            "visibility",
        ]
    );
    let one = |change: &dyn Fn(&mut CampaignDraft)| {
        let mut draft = n.campaign_draft("X");
        change(&mut draft);
        draft
    };
    let cases = [
        ("revenue_value", one(&|d| d.revenue_value = "12.505".into())),
        ("revenue_value", one(&|d| d.revenue_value = "-1".into())),
        ("payout_value", one(&|d| d.payout_value = "99999999999999999999999".into())),
        ("payout_value", one(&|d| d.payout_value = String::new())),
        ("attribution_window_days", one(&|d| d.attribution_window_days = "0".into())),
        ("attribution_window_days", one(&|d| d.attribution_window_days = "9".repeat(400))),
        ("destination_url", one(&|d| d.destination_url = format!("https://a.example/{}", "x".repeat(2000)))),
        ("destination_url", one(&|d| d.destination_url = "https://a.example/{no_such_macro}".into())),
        ("advertiser", one(&|d| d.advertiser = AdvertiserId(4).to_string())),
    ];
    for (field, draft) in cases {
        assert_eq!(
            wrong_fields(create_campaign(&n.db, &n.admin, &draft, at(0), 9).await),
            [field],
            "{draft:?}"
        );
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn hostile_texts_never_break_anything(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = n.campaign("Shoes", "apply").await;
    for text in HOSTILE {
        for field in 0..16 {
            let mut d = n.campaign_draft(&format!("Campaign {field}"));
            let fields = [
                &mut d.advertiser,
                &mut d.name,
                &mut d.description,
                &mut d.status,
                &mut d.visibility,
                &mut d.currency,
                &mut d.destination_url,
                &mut d.deep_link_hosts,
                &mut d.attribution_window_days,
                &mut d.postback_token,
                &mut d.goal_code,
                &mut d.goal_name,
                &mut d.revenue_kind,
                &mut d.revenue_value,
                &mut d.payout_kind,
                &mut d.payout_value,
            ];
            for (at, value) in fields.into_iter().enumerate() {
                if at == field {
                    *value = text.into();
                }
            }
            let made = create_campaign(&n.db, &n.admin, &d, at(field as i64), n.chance()).await;
            assert!(matches!(made, Ok(_) | Err(EngineError::Invalid(_))), "field {field} {text:?}: {made:?}");
        }
        let goal = GoalDraft {
            code: text.into(),
            name: text.into(),
            revenue_kind: text.into(),
            revenue_value: text.into(),
            payout_kind: text.into(),
            payout_value: text.into(),
        };
        wrong_fields(add_goal(&n.db, &n.admin, id, &goal, at(0), n.chance()).await);
        let applied = apply_to_campaign(&n.db, &n.ann(), id, text, at(0)).await;
        assert!(matches!(applied, Ok(_) | Err(EngineError::Invalid(_))), "{text:?}: {applied:?}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn names_are_unique_within_an_advertiser(pool: PgPool) {
    let n = Network::new(pool).await;
    let shoes = n.campaign("Shoes", "public").await;
    let hats = n.campaign("Hats", "public").await;
    let twin = n.campaign_draft("SHOES");
    assert_eq!(wrong_fields(create_campaign(&n.db, &n.admin, &twin, at(0), n.chance()).await), ["name"]);
    assert_eq!(wrong_fields(update_campaign(&n.db, &n.admin, hats, &twin, at(0)).await), ["name"]);
    update_campaign(&n.db, &n.admin, shoes, &twin, at(0)).await.unwrap();
    let nowhere = update_campaign(&n.db, &n.admin, CampaignId(1), &twin, at(0)).await;
    assert!(matches!(nowhere, Err(EngineError::NotFound)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_currency_stays_once_something_was_counted(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = n.campaign("Shoes", "public").await;
    let yen = CampaignDraft {
        currency: "JPY".into(),
        revenue_value: "1250".into(),
        payout_value: "1000".into(),
        ..n.campaign_draft("Shoes")
    };
    update_campaign(&n.db, &n.admin, id, &yen, at(0)).await.unwrap();
    let upsell = GoalDraft {
        code: "upsell".into(),
        name: "Upsell".into(),
        revenue_kind: "fixed".into(),
        revenue_value: "500".into(),
        payout_kind: "share".into(),
        payout_value: "10".into(),
    };
    let goal = add_goal(&n.db, &n.admin, id, &upsell, at(0), 3).await.unwrap();
    let back = n.campaign_draft("Shoes");
    assert_eq!(wrong_fields(update_campaign(&n.db, &n.admin, id, &back, at(0)).await), ["currency"]);
    remove_goal(&n.db, &n.admin, id, goal, at(0)).await.unwrap();
    sqlx::query("SELECT ensure_day_partitions('2027-01-15', 0)").execute(&n.pool).await.unwrap();
    sqlx::query(
        "INSERT INTO stats_hourly (hour, campaign_id, affiliate_id, link_id, source, advertiser_id, currency, clicks)
         VALUES ('2027-01-15 08:00Z', $1, 1, 1, '', 1, 'JPY', 1)",
    )
    .bind(id.0)
    .execute(&n.pool)
    .await
    .unwrap();
    assert_eq!(wrong_fields(update_campaign(&n.db, &n.admin, id, &back, at(0)).await), ["currency"]);
    update_campaign(&n.db, &n.admin, id, &yen, at(0)).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn goals_come_and_go_but_the_default_stays(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = n.campaign("Shoes", "public").await;
    let draft = GoalDraft {
        code: "Lead".into(),
        name: "Lead".into(),
        revenue_kind: "share".into(),
        revenue_value: "30".into(),
        payout_kind: "fixed".into(),
        payout_value: "2".into(),
    };
    let version = n.version().await;
    let goal = add_goal(&n.db, &n.admin, id, &draft, at(0), 3).await.unwrap();
    assert_eq!(wrong_fields(add_goal(&n.db, &n.admin, id, &draft, at(0), 4).await), ["code"]);
    let changed = GoalDraft { revenue_value: "12.5%".into(), ..draft.clone() };
    update_goal(&n.db, &n.admin, id, goal, &changed, at(1)).await.unwrap();
    let same_code = GoalDraft { code: "sale".into(), ..changed };
    assert_eq!(wrong_fields(update_goal(&n.db, &n.admin, id, goal, &same_code, at(1)).await), ["code"]);
    assert_eq!(n.version().await, version + 2);

    let mut tx = n.db.begin(Realm::Network).await.unwrap();
    let goals = config::goals::list(&mut tx, id).await.unwrap();
    drop(tx);
    assert_eq!(
        goals.iter().map(|g| (g.code.as_str(), g.is_default)).collect::<Vec<_>>(),
        [("sale", true), ("lead", false)]
    );
    assert_eq!((goals[1].revenue, goals[1].payout), (Some(Rate::Share(125_000)), Rate::Fixed(200)));
    let first = remove_goal(&n.db, &n.admin, id, goals[0].id, at(2)).await;
    assert!(matches!(first, Err(EngineError::Conflict(_))));
    let elsewhere = n.campaign("Hats", "public").await;
    let foreign = remove_goal(&n.db, &n.admin, elsewhere, goal, at(2)).await;
    assert!(matches!(foreign, Err(EngineError::NotFound)));
    remove_goal(&n.db, &n.admin, id, goal, at(2)).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn applications_are_asked_and_answered_once(pool: PgPool) {
    let n = Network::new(pool).await;
    let (open, closed, private) = (
        n.campaign("Open", "public").await,
        n.campaign("Apply", "apply").await,
        n.campaign("Private", "private").await,
    );
    let apply = async |id| apply_to_campaign(&n.db, &n.ann(), id, "please", at(0)).await;
    assert!(matches!(apply(open).await, Err(EngineError::Conflict(_))));
    assert!(matches!(apply(private).await, Err(EngineError::NotFound)), "not even visible");
    assert!(matches!(
        apply_to_campaign(&n.db, &n.admin, closed, "", at(0)).await,
        Err(EngineError::Forbidden(_))
    ));
    assert_eq!(apply(closed).await.unwrap(), AccessState::Applied);
    assert_eq!(apply(closed).await.unwrap(), AccessState::Applied);
    let decide = async |actor, state| {
        decide_application(&n.db, actor, closed, n.affiliate, state, "", "https://n.example", at(1)).await
    };
    let ann = n.ann();
    assert!(matches!(decide(&ann, AccessState::Approved).await, Err(EngineError::Forbidden(_))));
    decide(&n.admin, AccessState::Refused).await.unwrap();
    assert_eq!(apply(closed).await.unwrap(), AccessState::Refused, "the answer stays");
    decide(&n.admin, AccessState::Approved).await.unwrap();
    assert_eq!(apply(closed).await.unwrap(), AccessState::Approved);
    let applied = n.audited().await.iter().filter(|a| *a == "access.apply").count();
    assert_eq!(applied, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_status_reaches_the_snapshot(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = n.campaign("Shoes", "public").await;
    let mut tx = n.db.begin(Realm::Network).await.unwrap();
    config::setting_put(&mut tx, "click_key", &json!("000102030405060708090a0b0c0d0e0f")).await.unwrap();
    tx.commit().await.unwrap();
    assert!(load_snapshot(&n.db).await.unwrap().campaigns[0].active);
    set_campaign_status(&n.db, &n.admin, id, CampaignStatus::Paused, at(1)).await.unwrap();
    let snapshot = load_snapshot(&n.db).await.unwrap();
    assert!(!snapshot.campaigns[0].active);
    set_campaign_status(&n.db, &n.admin, id, CampaignStatus::Paused, at(2)).await.unwrap();
    assert_eq!(n.version().await, snapshot.version, "nothing changed, nothing to learn");
}

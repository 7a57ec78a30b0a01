//! The network's own face: colours, logo, switches, tracking domains; states of accounts.

use crate::support::{HOSTILE, Network, at, wrong_fields};
use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Realm, Role},
    api_key::ApiKeyDraft,
    drafts::{AdvertiserDraft, BrandDraft, DomainDraft, GoalDraft, LinkDraft},
    ids::{DomainId, GoalId, LinkId, SessionId},
    status::{AccountStatus, DomainState},
    view::FeatureSwitches,
};
use engine::{
    EngineError,
    accounts::{
        advertiser_draft, affiliate_draft, features, set_advertiser_status, set_affiliate_status,
        update_features,
    },
    api_keys::{Refusal, authenticate, create_key},
    campaigns::{add_goal, goal_draft, update_goal},
    links::{create_link, link_draft, set_link_destination},
    network::{
        Shared,
        brand::{LOGO_MAX, brand_settings, logo, remove_logo, set_logo, update_brand},
        domains::{self, Certificate, Edge, Prober},
    },
    signin::sessions::view_as,
};
use sqlx::PgPool;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Mutex,
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nsome picture";

fn colours(accent: &str, accent_dark: &str) -> BrandDraft {
    BrandDraft { accent: accent.into(), accent_dark: accent_dark.into() }
}

#[sqlx::test(migrations = "../../migrations")]
async fn colours_are_judged_and_reach_the_pages(pool: PgPool) {
    let n = Network::new(pool).await;
    let shared = Shared::new("https://edge.example");
    shared.refresh(&n.db).await.unwrap();
    assert_eq!(shared.face().palette, None);
    for (draft, fields) in [
        (colours("#ffd400", ""), vec!["accent"]),
        (colours("#5b2be0", "#202020"), vec!["accent_dark"]),
        (colours("purple", "#zzz"), vec!["accent", "accent_dark"]),
        (colours("", "#4cc3ae"), vec!["accent"]),
    ] {
        assert_eq!(wrong_fields(update_brand(&n.db, &n.admin, &draft, at(0)).await), fields, "{draft:?}");
    }
    for text in HOSTILE {
        wrong_fields(update_brand(&n.db, &n.admin, &colours(text, text), at(0)).await);
    }
    update_brand(&n.db, &n.admin, &colours("5B2BE0", ""), at(1)).await.unwrap();
    shared.refresh(&n.db).await.unwrap();
    let css = shared.face().palette.unwrap().css();
    assert!(css.contains("--accent:#5b2be0"), "{css}");
    let shown = brand_settings(&n.db).await.unwrap();
    assert_eq!((shown.light.as_str(), shown.draft.accent_dark.as_str()), ("#5b2be0", ""));
    update_brand(&n.db, &n.admin, &BrandDraft::default(), at(2)).await.unwrap();
    shared.refresh(&n.db).await.unwrap();
    assert_eq!(shared.face().palette, None);
    assert!(n.audited().await.contains(&"settings.brand".to_owned()));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_logo_is_a_small_picture(pool: PgPool) {
    let n = Network::new(pool).await;
    let mut large = PNG.to_vec();
    large.resize(LOGO_MAX + 1, 0);
    for bad in [Vec::new(), b"<svg onload=alert(1)>".to_vec(), b"GIF89a".to_vec(), large] {
        assert_eq!(wrong_fields(set_logo(&n.db, &n.admin, bad, at(0)).await), ["logo"]);
    }
    set_logo(&n.db, &n.admin, PNG.to_vec(), at(1)).await.unwrap();
    let picture = logo(&n.db).await.unwrap().unwrap();
    assert_eq!((picture.media_type.as_str(), picture.content.as_slice()), ("image/png", PNG));
    let shared = Shared::new("https://edge.example");
    shared.refresh(&n.db).await.unwrap();
    let first = shared.face().view().logo.unwrap();
    assert_eq!(first, format!("/brand/logo?v={}", picture.digest));
    set_logo(&n.db, &n.admin, b"\xff\xd8\xffother".to_vec(), at(2)).await.unwrap();
    shared.refresh(&n.db).await.unwrap();
    assert_ne!(shared.face().view().logo.unwrap(), first, "another picture has another address");
    remove_logo(&n.db, &n.admin, at(3)).await.unwrap();
    remove_logo(&n.db, &n.admin, at(4)).await.unwrap();
    assert_eq!(logo(&n.db).await.unwrap(), None);
    assert_eq!(n.audited().await.iter().filter(|a| *a == "settings.logo").count(), 3);
}

#[sqlx::test(migrations = "../../migrations")]
async fn switches_have_defaults_and_are_kept(pool: PgPool) {
    let n = Network::new(pool).await;
    let default = FeatureSwitches { affiliate_api_keys: true, view_as: true, require_two_step: false };
    assert_eq!(features(&n.db).await.unwrap(), default);
    let other = FeatureSwitches { affiliate_api_keys: false, view_as: false, require_two_step: true };
    update_features(&n.db, &n.admin, &other, at(0)).await.unwrap();
    assert_eq!(features(&n.db).await.unwrap(), other);
    let ann = n.ann();
    let key = ApiKeyDraft { name: "Own".into(), scopes: vec!["links:read".into()], ..ApiKeyDraft::default() };
    let made = create_key(&n.db, &ann, Role::Affiliate, &key, at(1), 1, &[1; 32]).await;
    assert!(matches!(made, Err(EngineError::Forbidden(_))), "{made:?}");
    update_features(&n.db, &n.admin, &default, at(2)).await.unwrap();
    let made = create_key(&n.db, &ann, Role::Affiliate, &key, at(3), 1, &[1; 32]).await.unwrap();
    let open = async || authenticate(&n.db, &made.text, None, at(4)).await.unwrap().map(|_| ());
    assert_eq!(open().await, Ok(()));
    update_features(&n.db, &n.admin, &other, at(5)).await.unwrap();
    assert_eq!(open().await, Err(Refusal::SwitchedOff), "keys that are there are refused as well");
    let viewed = view_as(&n.db, &n.admin, SessionId(1), n.affiliate, at(6)).await;
    assert!(
        matches!(&viewed, Err(EngineError::Forbidden(why)) if why.contains("switched off")),
        "{viewed:?}"
    );
    let mine = [
        update_features(&n.db, &ann, &default, at(0)).await.err(),
        update_brand(&n.db, &ann, &BrandDraft::default(), at(0)).await.err(),
        set_logo(&n.db, &ann, PNG.to_vec(), at(0)).await.err(),
        domains::set_default(&n.db, &ann, None, at(0)).await.err(),
        set_affiliate_status(&n.db, &ann, n.affiliate, AccountStatus::Active, at(0)).await.err(),
    ];
    assert!(mine.iter().all(|e| matches!(e, Some(EngineError::Forbidden(_)))), "{mine:?}");
}

/// A world of names, certificates and servers. Notes what was called.
#[derive(Default)]
struct World {
    names: Vec<(&'static str, Vec<IpAddr>)>,
    tls: Option<Certificate>,
    plain: bool,
    called: Mutex<Vec<SocketAddr>>,
}

#[async_trait]
impl Prober for World {
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, String> {
        Ok(self.names.iter().find(|n| n.0 == host).map(|n| n.1.clone()).unwrap_or_default())
    }

    async fn certificate(&self, _: &str, at: SocketAddr, _: DateTime<Utc>) -> Result<Certificate, String> {
        self.called.lock().unwrap().push(at);
        self.tls.clone().ok_or_else(|| "port 443 cannot be reached".to_owned())
    }

    async fn plain(&self, _: &str, at: SocketAddr) -> Result<u16, String> {
        self.called.lock().unwrap().push(at);
        if self.plain { Ok(404) } else { Err("port 80 cannot be reached".to_owned()) }
    }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn certificate(now: DateTime<Utc>) -> Certificate {
    Certificate { names: vec!["go.example.com".into()], expires_at: now + Duration::days(60), refused: None }
}

async fn added(n: &Network, host: &str, world: &World, edge: &Edge) -> DomainId {
    let draft = DomainDraft { host: host.into() };
    domains::add(&n.db, &n.admin, &draft, world, edge, at(0), n.chance()).await.unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn links_begin_with_a_domain_that_passed_its_check(pool: PgPool) {
    let n = Network::new(pool).await;
    let edge = Edge::new("https://edge.example.com");
    let mut world = World {
        names: vec![("edge.example.com", vec![ip("8.8.4.4")]), ("go.example.com", vec![ip("9.9.9.9")])],
        ..World::default()
    };
    let id = added(&n, "Go.Example.com", &world, &edge).await;
    let twin = DomainDraft { host: "go.example.com.".into() };
    let again = domains::add(&n.db, &n.admin, &twin, &world, &edge, at(0), n.chance()).await;
    assert_eq!(wrong_fields(again), ["host"]);
    for text in HOSTILE.into_iter().chain(["localhost", "https://x.example", "10.0.0.1", "x.example:81"]) {
        let draft = DomainDraft { host: text.into() };
        wrong_fields(domains::add(&n.db, &n.admin, &draft, &world, &edge, at(0), n.chance()).await);
    }
    let look = async |world: &World| domains::check(&n.db, &n.admin, id, world, &edge, at(10)).await.unwrap();
    let choose = async || domains::set_default(&n.db, &n.admin, Some(id), at(20)).await;
    assert!(matches!(choose().await, Err(EngineError::Conflict(_))), "not checked yet");
    assert_eq!(look(&world).await, DomainState::WrongDns);
    assert!(matches!(choose().await, Err(EngineError::Conflict(_))));

    world.names[1].1 = vec![ip("8.8.4.4")];
    world.tls = Some(certificate(at(10)));
    assert_eq!(look(&world).await, DomainState::Verified);
    choose().await.unwrap();
    let shared = Shared::new("https://edge.example.com");
    assert_eq!(shared.tracking_url(Realm::Network), "https://edge.example.com", "before anything is known");
    shared.refresh(&n.db).await.unwrap();
    assert_eq!(shared.tracking_url(Realm::Affiliate(n.affiliate)), "https://go.example.com");
    assert!(matches!(domains::remove(&n.db, &n.admin, id, at(30)).await, Err(EngineError::Conflict(_))));

    // It breaks: links begin with the edge's own address until it is mended.
    world.names[1].1.clear();
    let checked = domains::check_all(&n.db, &world, &edge, at(40)).await.unwrap();
    assert_eq!(checked, 1);
    shared.refresh(&n.db).await.unwrap();
    assert_eq!(shared.tracking_url(Realm::Network), "https://edge.example.com");
    let shown = domains::settings(&n.db, &edge, "UTC").await.unwrap();
    assert!(shown.rows[0].fix.contains("CNAME") && shown.rows[0].is_default && !shown.rows[0].usable);
    domains::set_default(&n.db, &n.admin, None, at(50)).await.unwrap();
    domains::remove(&n.db, &n.admin, id, at(51)).await.unwrap();
    let actions = n.audited().await;
    for action in ["domain.create", "domain.check", "domain.default", "domain.delete"] {
        assert!(actions.contains(&action.to_owned()), "{action}: {actions:?}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_check_never_calls_a_private_address(pool: PgPool) {
    let n = Network::new(pool).await;
    let edge = Edge::new("https://edge.example.com");
    for inside in ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::1", "fd00::1", "::ffff:192.168.0.1"] {
        let world = World {
            names: vec![("edge.example.com", vec![ip("8.8.4.4")]), ("in.example.com", vec![ip(inside)])],
            plain: true,
            ..World::default()
        };
        let id = added(&n, "in.example.com", &world, &edge).await;
        let state = domains::check(&n.db, &n.admin, id, &world, &edge, at(10)).await.unwrap();
        assert_eq!(state, DomainState::WrongDns, "{inside}");
        assert_eq!(*world.called.lock().unwrap(), [], "{inside} was called");
        domains::remove(&n.db, &n.admin, id, at(11)).await.unwrap();
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_trial_on_one_machine_may_use_its_own_address(pool: PgPool) {
    let n = Network::new(pool).await;
    let edge = Edge::new("http://127.0.0.1:8080");
    let world = World {
        names: vec![
            ("127.0.0.1", vec![ip("127.0.0.1")]),
            ("localhost", vec![ip("127.0.0.1")]),
            ("other.example", vec![ip("10.0.0.1")]),
        ],
        plain: true,
        ..World::default()
    };
    let id = added(&n, "localhost", &world, &edge).await;
    assert_eq!(domains::check(&n.db, &n.admin, id, &world, &edge, at(1)).await.unwrap(), DomainState::Plain);
    let called: Vec<_> = world.called.lock().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(called, ["127.0.0.1:443", "127.0.0.1:8080"]);
    let other = added(&n, "other.example", &world, &edge).await;
    domains::check(&n.db, &n.admin, other, &world, &edge, at(1)).await.unwrap();
    assert_eq!(world.called.lock().unwrap().len(), 2, "another private address is not ours");

    domains::choose(&n.db, &n.admin, n.affiliate, Some(id), at(2)).await.unwrap();
    let refused = domains::choose(&n.db, &n.admin, n.affiliate, Some(other), at(2)).await;
    assert_eq!(wrong_fields(refused), ["domain"]);
    let shared = Shared::new("http://127.0.0.1:8080");
    shared.refresh(&n.db).await.unwrap();
    assert_eq!(shared.tracking_url(Realm::Affiliate(n.affiliate)), "http://localhost:8080");
    assert_eq!(shared.tracking_url(Realm::Network), "http://127.0.0.1:8080", "others keep the default");
    assert_eq!(domains::choice_of(&n.db, n.affiliate).await.unwrap().0, id.to_string());
    domains::remove(&n.db, &n.admin, id, at(3)).await.unwrap();
    assert_eq!(domains::choice_of(&n.db, n.affiliate).await.unwrap().0, "", "back to the default");
}

#[sqlx::test(migrations = "../../migrations")]
async fn accounts_change_state_and_nothing_else(pool: PgPool) {
    let n = Network::new(pool).await;
    let before = affiliate_draft(&n.db, Realm::Network, n.affiliate).await.unwrap();
    for status in [AccountStatus::Paused, AccountStatus::Closed, AccountStatus::Active] {
        let version = n.version().await;
        set_affiliate_status(&n.db, &n.admin, n.affiliate, status, at(1)).await.unwrap();
        set_advertiser_status(&n.db, &n.admin, n.advertiser, status, at(1)).await.unwrap();
        assert_eq!(n.version().await, version + 2, "the hot path learns of it");
        set_affiliate_status(&n.db, &n.admin, n.affiliate, status, at(1)).await.unwrap();
        assert_eq!(n.version().await, version + 2, "no change, no news");
        let shop = advertiser_draft(&n.db, Realm::Network, n.advertiser).await.unwrap();
        assert_eq!(
            shop,
            AdvertiserDraft { name: "Shop".into(), status: status.word().into(), ..shop.clone() }
        );
    }
    assert_eq!(affiliate_draft(&n.db, Realm::Network, n.affiliate).await.unwrap(), before);
    let back = set_affiliate_status(&n.db, &n.admin, n.affiliate, AccountStatus::Pending, at(2)).await;
    assert!(matches!(back, Err(EngineError::Conflict(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn goals_and_links_read_back_for_their_forms(pool: PgPool) {
    let n = Network::new(pool).await;
    let campaign = n.campaign("Shoes", "public").await;
    let draft = GoalDraft {
        code: "signup".into(),
        name: "Sign-up".into(),
        revenue_kind: "fixed".into(),
        revenue_value: "2.50".into(),
        payout_kind: "share".into(),
        payout_value: "10".into(),
    };
    let goal = add_goal(&n.db, &n.admin, campaign, &draft, at(0), n.chance()).await.unwrap();
    assert_eq!(goal_draft(&n.db, Realm::Network, campaign, goal).await.unwrap(), draft);
    let changed = GoalDraft { payout_value: "12".into(), ..draft };
    update_goal(&n.db, &n.admin, campaign, goal, &changed, at(1)).await.unwrap();
    assert_eq!(goal_draft(&n.db, Realm::Network, campaign, goal).await.unwrap(), changed);
    assert!(matches!(
        goal_draft(&n.db, Realm::Network, campaign, GoalId(1)).await,
        Err(EngineError::NotFound)
    ));
    assert!(matches!(goal_draft(&n.db, n.ann().realm, campaign, goal).await, Err(EngineError::Forbidden(_))));

    let draft = LinkDraft {
        campaign: campaign.to_string(),
        affiliate: n.affiliate.to_string(),
        ..LinkDraft::default()
    };
    let link = create_link(&n.db, &n.admin, &draft, at(0), 7).await.unwrap();
    assert_eq!(link_draft(&n.db, Realm::Network, link.id).await.unwrap(), (draft, link.code.clone()));
    let elsewhere = "https://shop.example/sale?c={click_id}";
    set_link_destination(&n.db, &n.admin, link.id, elsewhere, at(1)).await.unwrap();
    assert_eq!(link_draft(&n.db, Realm::Network, link.id).await.unwrap().0.destination_url, elsewhere);
    assert!(matches!(link_draft(&n.db, Realm::Network, LinkId(1)).await, Err(EngineError::NotFound)));
    assert!(matches!(link_draft(&n.db, n.ann().realm, link.id).await, Err(EngineError::Forbidden(_))));
}

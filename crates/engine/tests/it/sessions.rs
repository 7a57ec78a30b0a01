//! Sessions: listed, ended, and lent to look at another's portal.

use crate::support::{Network, at};
use chrono::TimeDelta;
use domain::{
    access::Realm,
    drafts::{AffiliateDraft, UserDraft},
    ids::{AffiliateId, SessionId, UserId},
};
use engine::{
    EngineError,
    accounts::{create_user, set_user_active, update_affiliate},
    links,
    people::set_password,
    signin::{
        FirstStep, Limiter, SignedIn, end_sessions,
        sessions::{self, Origin},
        sign_in,
    },
};
use sqlx::PgPool;

const PASSWORD: &str = "correct horse battery";
const IDLE: TimeDelta = TimeDelta::hours(1);

async fn person(n: &Network, email: &str, role: &str) -> SignedIn {
    let owner = if role == "affiliate" { n.affiliate.to_string() } else { String::new() };
    let draft = UserDraft {
        email: email.into(),
        name: "Op".into(),
        role: role.into(),
        owner,
        password: PASSWORD.into(),
        ..UserDraft::default()
    };
    create_user(&n.db, &n.admin, &draft, at(0), n.chance(), [9; 16]).await.unwrap();
    again(n, email).await
}

async fn again(n: &Network, email: &str) -> SignedIn {
    match sign_in(&n.db, &Limiter::new(), email, PASSWORD, None, at(0)).await {
        Ok(FirstStep::Done(who)) => who,
        other => panic!("{other:?}"),
    }
}

async fn open(n: &Network, who: &SignedIn, secs: i64) -> SessionId {
    let from = Origin {
        ip: Some([192, 0, 2, 7].into()),
        user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\n\0".into(),
        request_id: None,
    };
    sessions::open(&n.db, who, &from, false, IDLE, at(secs), n.chance()).await.unwrap()
}

async fn is_live(n: &Network, id: SessionId, user: UserId, secs: i64) -> bool {
    sessions::live(&n.db, id, user, at(secs)).await.unwrap().is_some()
}

#[sqlx::test(migrations = "../../migrations")]
async fn one_session_is_ended_and_the_others_go_on(pool: PgPool) {
    let n = Network::new(pool).await;
    let who = person(&n, "op@x.example", "admin").await;
    let other = person(&n, "other@x.example", "admin").await;
    let (a, b, c) = (open(&n, &who, 0).await, open(&n, &who, 1).await, open(&n, &who, 2).await);
    let theirs = open(&n, &other, 3).await;
    let rows = sessions::list(&n.db, who.user, b, "UTC", at(4)).await.unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows[0].current && rows[0].id == b.to_string());
    assert_eq!((rows[0].device.as_str(), rows[0].ip.as_str()), ("Firefox on Linux", "192.0.2.7"));
    let actor = who.actor(None, None);
    sessions::end(&n.db, &actor, who.user, a, at(5)).await.unwrap();
    assert!(!is_live(&n, a, who.user, 5).await, "ended at once");
    assert!(is_live(&n, b, who.user, 5).await && is_live(&n, c, who.user, 5).await);
    // Neither twice, nor somebody else's.
    for id in [a, theirs] {
        let refused = sessions::end(&n.db, &actor, who.user, id, at(6)).await;
        assert!(matches!(refused, Err(EngineError::NotFound)), "{refused:?}");
    }
    assert_eq!(sessions::end_others(&n.db, &actor, who.user, b, at(7)).await.unwrap(), 1);
    assert!(!is_live(&n, c, who.user, 7).await);
    assert!(is_live(&n, b, who.user, 7).await && is_live(&n, theirs, other.user, 7).await);
    assert!(!is_live(&n, theirs, who.user, 7).await, "another's session is nobody's");
}

#[sqlx::test(migrations = "../../migrations")]
async fn everything_that_ends_sessions_ends_them(pool: PgPool) {
    let n = Network::new(pool).await;
    let who = person(&n, "aff@x.example", "affiliate").await;
    let actor = who.actor(None, None);
    let id = open(&n, &who, 0).await;
    assert!(is_live(&n, id, who.user, 3599).await && !is_live(&n, id, who.user, 3600).await, "idle");
    let live = sessions::live(&n.db, id, who.user, at(3000)).await.unwrap().unwrap();
    sessions::touch(&n.db, &live, None, IDLE, at(3000)).await.unwrap();
    assert!(is_live(&n, id, who.user, 6599).await, "in use");
    sessions::touch(&n.db, &live, None, TimeDelta::hours(100), at(3000)).await.unwrap();
    assert!(is_live(&n, id, who.user, 12 * 3600 - 1).await && !is_live(&n, id, who.user, 12 * 3600).await);

    end_sessions(&n.db, &actor, who.user, at(1)).await.unwrap();
    assert!(!is_live(&n, id, who.user, 2).await, "signed out everywhere");
    let who = again(&n, "aff@x.example").await;
    let id = open(&n, &who, 0).await;
    set_password(&n.db, &n.admin, who.user, "another long password", "https://net.example", at(3), [4; 16])
        .await
        .unwrap();
    assert!(!is_live(&n, id, who.user, 4).await, "another password");
    set_password(&n.db, &n.admin, who.user, PASSWORD, "https://net.example", at(5), [4; 16]).await.unwrap();
    let who = again(&n, "aff@x.example").await;
    let id = open(&n, &who, 0).await;
    set_user_active(&n.db, &n.admin, who.user, false, at(6)).await.unwrap();
    assert!(!is_live(&n, id, who.user, 7).await, "disabled");
    set_user_active(&n.db, &n.admin, who.user, true, at(8)).await.unwrap();
    let who = again(&n, "aff@x.example").await;
    let id = open(&n, &who, 0).await;
    let closed = AffiliateDraft { name: "Ann".into(), status: "closed".into(), ..AffiliateDraft::default() };
    update_affiliate(&n.db, &n.admin, n.affiliate, &closed, at(9)).await.unwrap();
    assert!(!is_live(&n, id, who.user, 10).await, "account closed");
}

#[sqlx::test(migrations = "../../migrations")]
async fn looking_at_a_portal_begins_and_ends_on_record(pool: PgPool) {
    let n = Network::new(pool).await;
    let who = person(&n, "op@x.example", "affiliate_manager").await;
    let actor = who.actor(None, None);
    let id = open(&n, &who, 0).await;
    let viewed = async |secs| {
        let live = sessions::live(&n.db, id, who.user, at(secs)).await.unwrap().unwrap();
        live.viewing.map(|v| (v.affiliate, v.name))
    };
    sessions::view_as(&n.db, &actor, id, n.affiliate, at(0)).await.unwrap();
    assert_eq!(viewed(1799).await, Some((n.affiliate, "Ann".to_owned())));
    // By itself, once, also when two requests notice.
    let (a, b) = tokio::join!(viewed(1800), viewed(1800));
    assert_eq!((a, b), (None, None));
    sessions::view_as(&n.db, &actor, id, n.affiliate, at(1900)).await.unwrap();
    assert_eq!(sessions::end_view(&n.db, &actor, id, at(1901)).await.unwrap(), Some(n.affiliate));
    assert_eq!(sessions::end_view(&n.db, &actor, id, at(1902)).await.unwrap(), None);
    sessions::view_as(&n.db, &actor, id, n.affiliate, at(1903)).await.unwrap();
    sessions::sign_out(&n.db, &actor, who.user, id, at(1904)).await.unwrap();
    assert!(!is_live(&n, id, who.user, 1905).await);
    let actions = n.audited().await;
    let count = |what: &str| actions.iter().filter(|a| *a == what).count();
    assert_eq!((count("affiliate.view_as"), count("affiliate.view_as_end")), (3, 3));
    let nobody = sessions::view_as(&n.db, &actor, id, AffiliateId(1), at(1906)).await;
    assert!(matches!(nobody, Err(EngineError::NotFound)), "{nobody:?}");
    let theirs = sessions::view_as(&n.db, &n.ann(), id, n.affiliate, at(1907)).await;
    assert!(matches!(theirs, Err(EngineError::Forbidden(_))), "{theirs:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_looked_at_cannot_be_changed(pool: PgPool) {
    let n = Network::new(pool).await;
    let campaign = n.campaign("Open", "public").await;
    let looked_at = n.db.read_only();
    let actor = n.ann();
    assert!(matches!(actor.realm, Realm::Affiliate(_)));
    let before: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_log").fetch_one(&n.pool).await.unwrap();
    let draft = domain::drafts::LinkDraft { campaign: campaign.to_string(), ..Default::default() };
    let refused = links::create_link(&looked_at, &actor, &draft, at(1), n.chance().into()).await;
    match refused {
        Err(EngineError::Forbidden(why)) => assert_eq!(why, engine::error::READ_ONLY),
        other => panic!("{other:?}"),
    }
    let after: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_log").fetch_one(&n.pool).await.unwrap();
    assert_eq!(before, after);
    links::create_link(&n.db, &actor, &draft, at(1), n.chance().into()).await.unwrap();
}

//! Keys of the API: who may make them, what they open, and how they end.

use crate::support::{HOSTILE, Network, asked_by, at, person, wrong_fields};
use domain::{
    access::{Actor, Realm, Role},
    api_key::{ApiKeyDraft, KeyText, Scope, Scopes},
    drafts::{AffiliateDraft, UserDraft},
    ids::AffiliateId,
};
use engine::{
    EngineError,
    accounts::{create_affiliate, create_user, set_user_active, update_affiliate},
    api_keys::{Known, NewKey, Refusal, authenticate, create_key, revoke_key, rotate_key},
    reports::{self, Ask},
};
use sqlx::PgPool;
use std::net::IpAddr;

const DAY: i64 = 86_400;

fn draft(scopes: &[&str]) -> ApiKeyDraft {
    ApiKeyDraft {
        name: "Script".into(),
        scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
        ..ApiKeyDraft::default()
    }
}

async fn make(n: &Network, actor: &Actor, role: Role, draft: &ApiKeyDraft) -> Result<NewKey, EngineError> {
    let chance = n.chance();
    let mut secret = [7; 32];
    secret[28..].copy_from_slice(&chance.to_be_bytes());
    create_key(&asked_by(&n.db, actor), actor, role, draft, at(0), chance, &secret).await
}

async fn network_key(n: &Network, scopes: &[&str]) -> NewKey {
    make(n, &n.admin, Role::Admin, &draft(scopes)).await.unwrap()
}

async fn open(n: &Network, key: &KeyText, secs: i64) -> Result<Known, Refusal> {
    authenticate(&n.db, key, Some([192, 0, 2, 7].into()), at(secs)).await.unwrap()
}

fn only(scope: Scope) -> Scopes {
    [scope].into_iter().collect()
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_key_opens_its_own_realm_and_is_stored_as_a_hash(pool: PgPool) {
    let n = Network::new(pool).await;
    let made = make(&n, &n.ann(), Role::Affiliate, &draft(&["links:read"])).await.unwrap();
    let known = open(&n, &made.text, 5).await.unwrap();
    assert_eq!(known.realm, Realm::Affiliate(n.affiliate));
    assert_eq!(known.scopes, only(Scope::LinksRead));
    let text = made.text.expose();
    let leaks: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM api_keys k WHERE k::text LIKE '%' || $1 || '%')
              + (SELECT count(*) FROM audit_log a WHERE a::text LIKE '%' || $1 || '%')",
    )
    .bind(&text[8..38])
    .fetch_one(&n.pool)
    .await
    .unwrap();
    assert_eq!(leaks, 0);
    assert!(n.audited().await.contains(&"api_key.create".to_owned()));
    // The hash is not in the audit row either: it could be looked up.
    let audited: String =
        sqlx::query_scalar("SELECT after::text FROM audit_log WHERE action = 'api_key.create'")
            .fetch_one(&n.pool)
            .await
            .unwrap();
    assert!(!audited.contains("hash"), "{audited}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn unknown_expired_and_revoked_keys_open_nothing(pool: PgPool) {
    let n = Network::new(pool).await;
    assert_eq!(open(&n, &KeyText::new(&[1; 32]), 0).await, Err(Refusal::Unknown));
    let short = ApiKeyDraft { expires_days: "1".into(), ..draft(&["links:read"]) };
    let short = make(&n, &n.admin, Role::Admin, &short).await.unwrap();
    assert!(open(&n, &short.text, DAY - 1).await.is_ok());
    assert_eq!(open(&n, &short.text, DAY).await, Err(Refusal::Expired));
    let key = network_key(&n, &["links:read"]).await;
    revoke_key(&n.db, &n.admin, key.key.id, at(10)).await.unwrap();
    assert_eq!(open(&n, &key.text, 10).await, Err(Refusal::Revoked));
    // A second time changes nothing, and says nothing in the audit log.
    revoke_key(&n.db, &n.admin, key.key.id, at(20)).await.unwrap();
    assert_eq!(n.audited().await.iter().filter(|a| *a == "api_key.revoke").count(), 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn nobody_gives_more_than_they_may(pool: PgPool) {
    let n = Network::new(pool).await;
    let refused = async |actor: &Actor, role, scopes: &[&str]| {
        wrong_fields(make(&n, actor, role, &draft(scopes)).await)
    };
    for scope in ["affiliates:read", "conversions:write", "campaigns:write", "audit:read"] {
        assert_eq!(refused(&n.ann(), Role::Affiliate, &["links:read", scope]).await, ["scopes"], "{scope}");
        // Nor does the network give an affiliate's key what affiliates must not do.
        let theirs = ApiKeyDraft { affiliate: n.affiliate.to_string(), ..draft(&[scope]) };
        assert_eq!(wrong_fields(make(&n, &n.admin, Role::Admin, &theirs).await), ["scopes"], "{scope}");
    }
    for role in [Role::Finance, Role::AffiliateManager, Role::Buyer] {
        assert_eq!(refused(&n.admin, role, &["campaigns:read"]).await, ["scopes"], "{role:?}");
    }
    let other = ApiKeyDraft { affiliate: AffiliateId(1).to_string(), ..draft(&["links:read"]) };
    let foreign = make(&n, &n.ann(), Role::Affiliate, &other).await;
    assert!(matches!(foreign, Err(EngineError::Forbidden(_))), "{foreign:?}");
    assert_eq!(wrong_fields(make(&n, &n.admin, Role::Admin, &other).await), ["affiliate"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_affiliate_does_not_even_see_other_keys(pool: PgPool) {
    let n = Network::new(pool).await;
    let network = network_key(&n, &["links:read"]).await;
    let bob = AffiliateDraft { name: "Bob".into(), ..AffiliateDraft::default() };
    let bob = create_affiliate(&n.db, &n.admin, &bob, at(0), 2, [2; 16]).await.unwrap();
    let bobs = make(&n, &person(Realm::Affiliate(bob)), Role::Affiliate, &draft(&["links:read"])).await;
    let bobs = bobs.unwrap();
    let own = make(&n, &n.ann(), Role::Affiliate, &draft(&["links:read"])).await.unwrap();
    let ask = |realm| Ask { db: &n.db, realm, tz: "UTC", period: "", now: at(1) };
    let seen = reports::api_keys::list(&ask(Realm::Affiliate(n.affiliate))).await.unwrap();
    assert_eq!(seen.keys.iter().map(|k| k.id.clone()).collect::<Vec<_>>(), [own.key.id.to_string()]);
    assert_eq!(reports::api_keys::list(&ask(Realm::Network)).await.unwrap().keys.len(), 3);
    for foreign in [&network, &bobs] {
        let id = foreign.key.id;
        let revoked = revoke_key(&n.db, &n.ann(), id, at(1)).await;
        assert!(matches!(revoked, Err(EngineError::NotFound)), "{revoked:?}");
        let rotated = rotate_key(&n.db, &n.ann(), Role::Affiliate, id, 1, at(1), 9, &[9; 32]).await;
        assert!(matches!(rotated, Err(EngineError::NotFound)), "{rotated:?}");
        assert!(open(&n, &foreign.text, 2).await.is_ok());
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn both_keys_work_while_one_replaces_the_other(pool: PgPool) {
    let n = Network::new(pool).await;
    let year = ApiKeyDraft {
        expires_days: "365".into(),
        networks: "192.0.2.0/24".into(),
        ..draft(&["links:read", "links:write"])
    };
    let old = make(&n, &n.admin, Role::Admin, &year).await.unwrap();
    let rotate = async |id, hours, secs, chance: u8| {
        rotate_key(&n.db, &n.admin, Role::Admin, id, hours, at(secs), chance.into(), &[chance; 32]).await
    };
    let new = rotate(old.key.id, 24, DAY, 1).await.unwrap();
    assert_eq!(new.old_until, Some(at(2 * DAY)));
    assert_eq!(new.key.key.expires_at, Some(at(366 * DAY)));
    for (secs, old_works) in [(DAY + 1, true), (2 * DAY - 1, true), (2 * DAY, false)] {
        assert_eq!(open(&n, &old.text, secs).await.is_ok(), old_works, "{secs}");
        let known = open(&n, &new.key.text, secs).await.unwrap();
        assert_eq!((known.name.as_str(), &known.scopes), ("Script", &old.key.scopes));
    }
    // Only the last of a line can be rotated, so that a line has no branches.
    let again = rotate(old.key.id, 24, DAY + 2, 2).await;
    assert!(matches!(again, Err(EngineError::Conflict(_))), "{again:?}");
    let at_once = rotate(new.key.key.id, 0, 3 * DAY, 3).await.unwrap();
    assert_eq!((at_once.old_until, open(&n, &new.key.text, 3 * DAY).await), (None, Err(Refusal::Expired)));
    assert_eq!(wrong_fields(rotate(at_once.key.key.id, 5, 3 * DAY, 4).await), ["overlap_hours"]);
    revoke_key(&n.db, &n.admin, at_once.key.key.id, at(3 * DAY)).await.unwrap();
    let ended = rotate(at_once.key.key.id, 1, 3 * DAY, 5).await;
    assert!(matches!(ended, Err(EngineError::Conflict(_))), "{ended:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_allow_list_is_kept_to(pool: PgPool) {
    let n = Network::new(pool).await;
    let from =
        ApiKeyDraft { networks: "192.0.2.7, 2001:db8::/32\n10.1.2.3/8".into(), ..draft(&["links:read"]) };
    let key = make(&n, &n.admin, Role::Admin, &from).await.unwrap();
    let shown: Vec<String> = key.key.networks.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["192.0.2.7/32", "2001:db8::/32", "10.0.0.0/8"]);
    for (ip, fine) in [
        ("192.0.2.7", true),
        ("::ffff:192.0.2.7", true),
        ("192.0.2.8", false),
        ("2001:db8::1", true),
        ("2001:db9::1", false),
        ("10.255.0.1", true),
    ] {
        let ip: IpAddr = ip.parse().unwrap();
        let got = authenticate(&n.db, &key.text, Some(ip), at(0)).await.unwrap();
        assert_eq!(got.is_ok(), fine, "{ip}");
        assert!(fine || got == Err(Refusal::WrongAddress), "{got:?}");
    }
    assert_eq!(authenticate(&n.db, &key.text, None, at(0)).await.unwrap(), Err(Refusal::WrongAddress));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_key_ends_with_the_access_of_account_and_creator(pool: PgPool) {
    let n = Network::new(pool).await;
    let user = UserDraft {
        email: "boss@x.example".into(),
        name: "Boss".into(),
        role: "admin".into(),
        owner: String::new(),
        password: "correct horse battery".into(),
        ..UserDraft::default()
    };
    let boss = create_user(&n.db, &n.admin, &user, at(0), 77, [3; 16]).await.unwrap();
    // Somebody has to stay who can sign in.
    let other = UserDraft { email: "other@x.example".into(), ..user.clone() };
    create_user(&n.db, &n.admin, &other, at(0), 78, [3; 16]).await.unwrap();
    let actor = Actor { user: Some(boss), ..person(Realm::Network) };
    let key = make(&n, &actor, Role::Admin, &draft(&["campaigns:read", "reports:read"])).await.unwrap();
    assert_eq!(open(&n, &key.text, 1).await.unwrap().creator, Some(boss));
    // Another role can give less, and so the key can do less.
    sqlx::query("UPDATE users SET role = 'finance' WHERE id = $1")
        .bind(boss.0)
        .execute(&n.pool)
        .await
        .unwrap();
    assert_eq!(open(&n, &key.text, 2).await.unwrap().scopes, Scopes::default());
    sqlx::query("UPDATE users SET role = 'admin' WHERE id = $1").bind(boss.0).execute(&n.pool).await.unwrap();
    set_user_active(&n.db, &n.admin, boss, false, at(3)).await.unwrap();
    assert_eq!(open(&n, &key.text, 4).await, Err(Refusal::CreatorDisabled));
    // Somebody else takes it over.
    let over = rotate_key(&n.db, &n.admin, Role::Admin, key.key.id, 1, at(5), 5, &[5; 32]).await.unwrap();
    assert!(open(&n, &over.key.text, 6).await.is_ok());

    let own = make(&n, &n.ann(), Role::Affiliate, &draft(&["links:read"])).await.unwrap();
    let set = async |status: &str| {
        let ann = AffiliateDraft { name: "Ann".into(), status: status.into(), ..AffiliateDraft::default() };
        update_affiliate(&n.db, &n.admin, n.affiliate, &ann, at(6)).await.unwrap();
    };
    set("paused").await;
    assert!(open(&n, &own.text, 7).await.is_ok(), "a paused account still reads its figures");
    set("closed").await;
    assert_eq!(open(&n, &own.text, 7).await, Err(Refusal::AccountClosed));
    let theirs = ApiKeyDraft { affiliate: n.affiliate.to_string(), ..draft(&["links:read"]) };
    assert_eq!(wrong_fields(make(&n, &n.admin, Role::Admin, &theirs).await), ["affiliate"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn use_is_noted_once_a_minute(pool: PgPool) {
    let n = Network::new(pool).await;
    let key = network_key(&n, &["links:read"]).await;
    let noted = async || {
        let row: (Option<chrono::DateTime<chrono::Utc>>, Option<String>) =
            sqlx::query_as("SELECT last_used_at, host(last_used_ip) FROM api_keys WHERE id = $1")
                .bind(key.key.id.0)
                .fetch_one(&n.pool)
                .await
                .unwrap();
        row
    };
    assert_eq!(noted().await, (None, None));
    for (secs, seen) in [(0, 0), (59, 0), (60, 60), (61, 60)] {
        open(&n, &key.text, secs).await.unwrap();
        assert_eq!(noted().await, (Some(at(seen)), Some("192.0.2.7".into())), "{secs}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn wrong_forms_name_the_field(pool: PgPool) {
    let n = Network::new(pool).await;
    let wrong = async |draft: ApiKeyDraft| wrong_fields(make(&n, &n.admin, Role::Admin, &draft).await);
    let fine = draft(&["links:read"]);
    assert_eq!(wrong(draft(&[])).await, ["scopes"]);
    assert_eq!(wrong(draft(&["everything"])).await, ["scopes"]);
    assert_eq!(wrong(ApiKeyDraft { name: " ".into(), ..fine.clone() }).await, ["name"]);
    for days in ["0", "-1", "1.5", "99999999999999999999", "soon"] {
        let draft = ApiKeyDraft { expires_days: days.into(), ..fine.clone() };
        assert_eq!(wrong(draft).await, ["expires_days"], "{days}");
    }
    for net in ["10.0.0.0/33", "example.com", "10.0.0"] {
        assert_eq!(wrong(ApiKeyDraft { networks: net.into(), ..fine.clone() }).await, ["networks"], "{net}");
    }
    for text in HOSTILE {
        let hostile = ApiKeyDraft {
            name: text.into(),
            scopes: vec![text.into()],
            expires_days: text.into(),
            networks: text.into(),
            affiliate: text.into(),
        };
        assert!(!wrong(hostile).await.is_empty(), "{text:?}");
    }
    let all = wrong(ApiKeyDraft { affiliate: "aff_?".into(), ..ApiKeyDraft::default() }).await;
    assert_eq!(all, ["affiliate", "name", "scopes"]);
}

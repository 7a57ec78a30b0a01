//! Signing in.

use crate::support::{HOSTILE, Network, at};
use chrono::TimeDelta;
use domain::{
    access::{Actor, Realm, Role},
    drafts::{AffiliateDraft, UserDraft},
    ids::UserId,
};
use engine::{
    accounts::{create_user, set_user_active, update_affiliate},
    people::set_password,
    signin::{
        FirstStep, Limiter, SignInError, SignedIn, end_sessions, locked_until, session_user,
        sessions::{self, Origin},
        sign_in, unlock, unlock_address,
    },
};
use sqlx::PgPool;

const PASSWORD: &str = "correct horse battery";

async fn ann(n: &Network) -> UserId {
    let draft = UserDraft {
        email: "Ann@x.example".into(),
        name: "Ann".into(),
        role: "affiliate".into(),
        owner: n.affiliate.to_string(),
        password: PASSWORD.into(),
        ..UserDraft::default()
    };
    create_user(&n.db, &n.admin, &draft, at(0), 4, [9; 16]).await.unwrap()
}

/// Somebody without two-step sign-in.
fn done(step: Result<FirstStep, SignInError>) -> SignedIn {
    match step {
        Ok(FirstStep::Done(who)) => who,
        other => panic!("expected to be signed in, got {other:?}"),
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_right_password_opens_the_right_realm(pool: PgPool) {
    let n = Network::new(pool).await;
    let (id, limiter) = (ann(&n).await, Limiter::new());
    let ip = Some([192, 0, 2, 7].into());
    let got = done(sign_in(&n.db, &limiter, " ANN@X.example ", PASSWORD, ip, at(60)).await);
    let from = Origin { ip, user_agent: "Firefox/128.0 (Linux)".into(), request_id: None };
    sessions::open(&n.db, &got, &from, false, TimeDelta::hours(1), at(60), n.chance()).await.unwrap();
    assert_eq!((got.user, got.role, got.realm), (id, Role::Affiliate, Realm::Affiliate(n.affiliate)));
    assert_eq!(session_user(&n.db, got.user, got.epoch).await.unwrap(), Some(got.clone()));
    let (at_last, ip): (chrono::DateTime<chrono::Utc>, String) = sqlx::query_as(
        "SELECT u.last_sign_in_at, host(a.ip) FROM users u JOIN audit_log a ON a.actor_id = u.id
         WHERE a.action = 'user.sign_in'",
    )
    .fetch_one(&n.pool)
    .await
    .unwrap();
    assert_eq!((at_last, ip.as_str()), (at(60), "192.0.2.7"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_refusal_looks_the_same(pool: PgPool) {
    let n = Network::new(pool).await;
    let (id, limiter) = (ann(&n).await, Limiter::new());
    for (email, password) in
        [("ann@x.example", "wrong"), ("nobody@x.example", PASSWORD), ("", ""), ("ann@x.example", "")]
    {
        assert_eq!(sign_in(&n.db, &limiter, email, password, None, at(0)).await, Err(SignInError::Wrong));
    }
    for text in HOSTILE {
        assert_eq!(
            sign_in(&n.db, &limiter, text, text, None, at(0)).await,
            Err(SignInError::Wrong),
            "{text:?}"
        );
    }
    let long = "x".repeat(100_000);
    assert_eq!(sign_in(&n.db, &limiter, &long, &long, None, at(0)).await, Err(SignInError::Wrong));
    set_user_active(&n.db, &n.admin, id, false, at(0)).await.unwrap();
    let disabled = sign_in(&n.db, &limiter, "ann@x.example", PASSWORD, None, at(0)).await;
    assert_eq!(disabled, Err(SignInError::Wrong));
    set_user_active(&n.db, &n.admin, id, true, at(0)).await.unwrap();
    let closed = AffiliateDraft { name: "Ann".into(), status: "closed".into(), ..AffiliateDraft::default() };
    update_affiliate(&n.db, &n.admin, n.affiliate, &closed, at(0)).await.unwrap();
    let closed = sign_in(&n.db, &limiter, "ann@x.example", PASSWORD, None, at(0)).await;
    assert_eq!(closed, Err(SignInError::Wrong));
}

#[sqlx::test(migrations = "../../migrations")]
async fn guessing_is_slowed_down(pool: PgPool) {
    let n = Network::new(pool).await;
    ann(&n).await;
    let limiter = Limiter::new();
    let guess = async |password: &str, secs| {
        sign_in(&n.db, &limiter, "ann@x.example", password, None, at(secs)).await
    };
    for _ in 0..10 {
        assert_eq!(guess("wrong", 0).await, Err(SignInError::Wrong));
    }
    assert_eq!(guess(PASSWORD, 0).await, Err(SignInError::TooMany { retry_secs: 30 }), "right or wrong");
    assert!(guess(PASSWORD, 30).await.is_ok());
    assert_eq!(guess("wrong", 30).await, Err(SignInError::Wrong), "mistakes are forgotten");
}

#[sqlx::test(migrations = "../../migrations")]
async fn another_password_or_signing_out_ends_sessions(pool: PgPool) {
    let n = Network::new(pool).await;
    let (id, limiter) = (ann(&n).await, Limiter::new());
    let first = done(sign_in(&n.db, &limiter, "ann@x.example", PASSWORD, None, at(0)).await);
    end_sessions(&n.db, &first.actor(None, None), id, at(1)).await.unwrap();
    assert_eq!(session_user(&n.db, id, first.epoch).await.unwrap(), None);
    let second = done(sign_in(&n.db, &limiter, "ann@x.example", PASSWORD, None, at(2)).await);
    assert!(session_user(&n.db, id, second.epoch).await.unwrap().is_some());
    set_password(&n.db, &n.admin, id, "another long password", "https://net.example", at(3), [4; 16])
        .await
        .unwrap();
    assert_eq!(session_user(&n.db, id, second.epoch).await.unwrap(), None);
    assert_eq!(
        sign_in(&n.db, &limiter, "ann@x.example", PASSWORD, None, at(4)).await,
        Err(SignInError::Wrong)
    );
    assert!(sign_in(&n.db, &limiter, "ann@x.example", "another long password", None, at(5)).await.is_ok());
    assert_eq!(session_user(&n.db, UserId(1), 0).await.unwrap(), None);
}

/// Every limiter is new, as after a restart or on another node.
#[sqlx::test(migrations = "../../migrations")]
async fn mistakes_are_counted_over_nodes_and_restarts(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = ann(&n).await;
    let guess = async |email: &str, password: &str, secs| {
        sign_in(&n.db, &Limiter::new(), email, password, None, at(secs)).await
    };
    for email in ["ann@x.example", "nobody@x.example"] {
        for _ in 0..11 {
            assert_eq!(guess(email, "wrong", 0).await, Err(SignInError::Wrong));
        }
        let locked = guess(email, PASSWORD, 1).await;
        assert_eq!(locked, Err(SignInError::TooMany { retry_secs: 59 }), "{email}");
    }
    assert_eq!(locked_until(&n.db, id, at(1)).await.unwrap(), Some(at(60)));
    // Twice as long after the next mistake.
    assert_eq!(guess("ann@x.example", "wrong", 60).await, Err(SignInError::Wrong));
    assert_eq!(locked_until(&n.db, id, at(61)).await.unwrap(), Some(at(60 + 120)));
    unlock(&n.db, &Limiter::new(), &n.admin, id, at(62)).await.unwrap();
    assert_eq!(locked_until(&n.db, id, at(62)).await.unwrap(), None);
    assert!(guess("ann@x.example", PASSWORD, 62).await.is_ok());
    let actions = n.audited().await;
    assert_eq!(actions.iter().filter(|a| *a == "user.lock").count(), 2);
    assert!(actions.contains(&"user.unlock".to_owned()));
    let theirs = unlock(&n.db, &Limiter::new(), &n.ann(), id, at(63)).await;
    assert!(matches!(theirs, Err(engine::EngineError::Forbidden(_))), "{theirs:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_address_is_locked_over_all_accounts(pool: PgPool) {
    let n = Network::new(pool).await;
    ann(&n).await;
    let ip = Some([192, 0, 2, 9].into());
    for i in 0..51 {
        let email = format!("u{i}@x.example");
        let wrong = sign_in(&n.db, &Limiter::new(), &email, "wrong", ip, at(0)).await;
        assert_eq!(wrong, Err(SignInError::Wrong), "{i}");
    }
    let locked = sign_in(&n.db, &Limiter::new(), "ann@x.example", PASSWORD, ip, at(0)).await;
    assert_eq!(locked, Err(SignInError::TooMany { retry_secs: 60 }));
    let elsewhere = Some([192, 0, 2, 10].into());
    done(sign_in(&n.db, &Limiter::new(), "ann@x.example", PASSWORD, elsewhere, at(0)).await);
    let unlock = async |actor: &Actor, ip: [u8; 4]| unlock_address(&n.db, actor, ip.into(), at(1)).await;
    assert!(matches!(unlock(&n.ann(), [192, 0, 2, 9]).await, Err(engine::EngineError::Forbidden(_))));
    assert!(!unlock(&n.admin, [192, 0, 2, 11]).await.unwrap(), "nobody guessed there");
    assert!(!n.audited().await.contains(&"address.unlock".to_owned()));
    assert!(unlock(&n.admin, [192, 0, 2, 9]).await.unwrap());
    assert!(n.audited().await.contains(&"address.unlock".to_owned()));
    done(sign_in(&n.db, &Limiter::new(), "ann@x.example", PASSWORD, ip, at(1)).await);
}

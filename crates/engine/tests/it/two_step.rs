//! The second step: codes that work once, recovery codes, and who may turn it off.

use crate::support::{Network, at, wrong_fields};
use chrono::{DateTime, Utc};
use domain::{drafts::UserDraft, ids::UserId};
use engine::{
    EngineError,
    accounts::create_user,
    signin::{
        FirstStep, Limiter, Proof, Sealer, SignInError, SignedIn, second_step, session_user,
        sessions::{self, Origin},
        sign_in, step_up, two_step,
    },
};
use sqlx::PgPool;
use std::sync::atomic::{AtomicU8, Ordering};
use totp_rs::{Builder, Secret};

const PASSWORD: &str = "correct horse battery";
const EMAIL: &str = "op@x.example";

/// Chance that is never twice the same.
fn chance() -> [u8; 32] {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    [NEXT.fetch_add(1, Ordering::Relaxed); 32]
}

fn sealer() -> Sealer {
    Sealer::new(&[9; 32])
}

async fn person(n: &Network, email: &str, role: &str) -> UserId {
    let owner = if role == "affiliate" { n.affiliate.to_string() } else { String::new() };
    let draft = UserDraft {
        email: email.into(),
        name: "Op".into(),
        role: role.into(),
        owner,
        password: PASSWORD.into(),
        ..UserDraft::default()
    };
    create_user(&n.db, &n.admin, &draft, at(0), n.chance(), [9; 16]).await.unwrap()
}

/// What the authenticator shows.
fn code(secret: &str, now: DateTime<Utc>) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let app = Builder::new().with_secret(secret).build().unwrap();
    app.generate(now.timestamp() as u64).to_string()
}

async fn signed_in(n: &Network, email: &str, secs: i64) -> SignedIn {
    match sign_in(&n.db, &Limiter::new(), email, PASSWORD, None, at(secs)).await.unwrap() {
        FirstStep::Done(who) | FirstStep::NeedsCode(who) => who,
    }
}

/// Sets it up; answers the secret and the recovery codes.
async fn set_up(n: &Network, who: &SignedIn, secs: i64) -> (String, Vec<String>) {
    let actor = who.actor(None, None);
    two_step::begin(&n.db, &sealer(), who.user, &chance, at(secs)).await.unwrap();
    let setup = two_step::setup(&n.db, &sealer(), who.user, &who.email, "Net: work").await.unwrap().unwrap();
    let now = code(&setup.secret, at(secs));
    let codes = two_step::confirm(&n.db, &sealer(), &actor, who.user, &now, &chance, at(secs)).await.unwrap();
    (setup.secret, codes)
}

async fn try_code(n: &Network, who: &SignedIn, code: &str, secs: i64) -> Result<UserId, SignInError> {
    let limiter = Limiter::new();
    second_step(&n.db, &limiter, &sealer(), who.user, who.epoch, code, None, at(secs)).await.map(|w| w.user)
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_code_opens_once(pool: PgPool) {
    let n = Network::new(pool).await;
    person(&n, EMAIL, "admin").await;
    let who = signed_in(&n, EMAIL, 0).await;
    let (secret, _) = set_up(&n, &who, 0).await;
    let first = sign_in(&n.db, &Limiter::new(), EMAIL, PASSWORD, None, at(60)).await;
    assert_eq!(first, Ok(FirstStep::NeedsCode(who.clone())));
    // The code that set it up is used up as well.
    assert_eq!(try_code(&n, &who, &code(&secret, at(0)), 10).await, Err(SignInError::Wrong));
    let now = code(&secret, at(60));
    assert_eq!(try_code(&n, &who, &now, 60).await, Ok(who.user));
    assert_eq!(try_code(&n, &who, &now, 61).await, Err(SignInError::Wrong), "replayed");
    assert_eq!(try_code(&n, &who, &code(&secret, at(30)), 62).await, Err(SignInError::Wrong), "an older one");
    assert_eq!(try_code(&n, &who, &code(&secret, at(90)), 90).await, Ok(who.user));
    assert_eq!(try_code(&n, &who, "000000", 90).await, Err(SignInError::Wrong));
}

#[sqlx::test(migrations = "../../migrations")]
async fn of_two_at_once_one_gets_the_code(pool: PgPool) {
    let n = Network::new(pool).await;
    person(&n, EMAIL, "admin").await;
    let who = signed_in(&n, EMAIL, 0).await;
    let (secret, codes) = set_up(&n, &who, 0).await;
    for text in [code(&secret, at(60)), codes[0].clone()] {
        let (a, b) = tokio::join!(try_code(&n, &who, &text, 60), try_code(&n, &who, &text, 60));
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn recovery_codes_work_once_and_without_the_key(pool: PgPool) {
    let n = Network::new(pool).await;
    person(&n, EMAIL, "admin").await;
    let who = signed_in(&n, EMAIL, 0).await;
    let (_, codes) = set_up(&n, &who, 0).await;
    assert_eq!(codes.len(), 10);
    let other = Sealer::new(&[1; 32]);
    let limiter = Limiter::new();
    let used = second_step(&n.db, &limiter, &other, who.user, who.epoch, &codes[3], None, at(60)).await;
    assert_eq!(used.map(|w| w.user), Ok(who.user));
    assert_eq!(try_code(&n, &who, &codes[3], 61).await, Err(SignInError::Wrong));
    assert_eq!(two_step::status(&n.db, who.user).await.unwrap().codes_left, 9);
    let actor = who.actor(None, None);
    let fresh = two_step::new_codes(&n.db, &actor, who.user, &chance, at(62)).await.unwrap();
    assert_eq!(try_code(&n, &who, &codes[4], 63).await, Err(SignInError::Wrong), "replaced");
    assert_eq!(try_code(&n, &who, &fresh[4], 64).await, Ok(who.user));
    let stored: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT hash FROM recovery_codes").fetch_all(&n.pool).await.unwrap();
    assert!(stored.iter().all(|hash| hash.len() == 32));
}

#[sqlx::test(migrations = "../../migrations")]
async fn nothing_is_on_before_a_code_was_given(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = person(&n, EMAIL, "affiliate").await;
    let who = signed_in(&n, EMAIL, 0).await;
    let actor = who.actor(None, None);
    two_step::begin(&n.db, &sealer(), id, &chance, at(0)).await.unwrap();
    let first = sign_in(&n.db, &Limiter::new(), EMAIL, PASSWORD, None, at(1)).await;
    assert!(matches!(first, Ok(FirstStep::Done(_))), "{first:?}");
    let wrong = two_step::confirm(&n.db, &sealer(), &actor, id, "000000", &chance, at(2)).await;
    assert_eq!(wrong_fields(wrong), ["code"]);
    let sealed: Vec<u8> =
        sqlx::query_scalar("SELECT secret FROM user_totp").fetch_one(&n.pool).await.unwrap();
    let setup = two_step::setup(&n.db, &sealer(), id, EMAIL, "Net").await.unwrap().unwrap();
    let secret = Secret::try_from_base32(setup.secret.replace(' ', "")).unwrap();
    assert!(!sealed.windows(20).any(|w| w == secret.as_bytes()), "stored in the clear");
    assert!(setup.url.starts_with("otpauth://totp/Net:op%40x.example?secret="), "{}", setup.url);
    assert!(setup.size >= 21 && setup.path.starts_with("M0 0h7"), "no finder pattern: {}", setup.path);
    two_step::cancel(&n.db, id).await.unwrap();
    assert_eq!(two_step::status(&n.db, id).await.unwrap(), two_step::Status::default());
}

#[sqlx::test(migrations = "../../migrations")]
async fn wrong_codes_lock_the_account(pool: PgPool) {
    let n = Network::new(pool).await;
    person(&n, EMAIL, "admin").await;
    let who = signed_in(&n, EMAIL, 0).await;
    let (secret, _) = set_up(&n, &who, 0).await;
    for _ in 0..11 {
        assert_eq!(try_code(&n, &who, "000000", 60).await, Err(SignInError::Wrong));
    }
    let right = try_code(&n, &who, &code(&secret, at(61)), 61).await;
    assert!(matches!(right, Err(SignInError::TooMany { .. })), "{right:?}");
    let password = sign_in(&n.db, &Limiter::new(), EMAIL, PASSWORD, None, at(61)).await;
    assert!(matches!(password, Err(SignInError::TooMany { .. })), "{password:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_network_may_require_it(pool: PgPool) {
    let n = Network::new(pool).await;
    person(&n, EMAIL, "admin").await;
    person(&n, "aff@x.example", "affiliate").await;
    let who = signed_in(&n, EMAIL, 0).await;
    let actor = who.actor(None, None);
    let too_early = two_step::set_required(&n.db, &actor, true, at(1)).await;
    assert!(matches!(too_early, Err(EngineError::Conflict(_))), "{too_early:?}");
    set_up(&n, &who, 2).await;
    two_step::set_required(&n.db, &actor, true, at(3)).await.unwrap();
    assert!(two_step::required(&n.db).await.unwrap());
    let stays = two_step::disable(&n.db, &actor, who.user, at(4)).await;
    assert!(matches!(stays, Err(EngineError::Conflict(_))), "{stays:?}");
    // Others of the network have to, affiliates need not.
    person(&n, "fin@x.example", "finance").await;
    for (email, must) in [("fin@x.example", true), ("aff@x.example", false)] {
        let who = signed_in(&n, email, 5).await;
        let live = open(&n, &who, 5).await;
        assert_eq!(live.must_set_up, must, "{email}");
    }
}

async fn open(n: &Network, who: &SignedIn, secs: i64) -> sessions::Live {
    let idle = chrono::TimeDelta::hours(1);
    let id = sessions::open(&n.db, who, &Origin::default(), false, idle, at(secs), n.chance()).await.unwrap();
    sessions::live(&n.db, id, who.user, at(secs)).await.unwrap().unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn somebody_elses_is_reset_by_the_network_alone(pool: PgPool) {
    let n = Network::new(pool).await;
    person(&n, EMAIL, "affiliate").await;
    let who = signed_in(&n, EMAIL, 0).await;
    set_up(&n, &who, 0).await;
    let theirs = two_step::reset(&n.db, &n.ann(), who.user, at(1)).await;
    assert!(matches!(theirs, Err(EngineError::Forbidden(_))), "{theirs:?}");
    two_step::reset(&n.db, &n.admin, who.user, at(2)).await.unwrap();
    assert_eq!(session_user(&n.db, who.user, who.epoch).await.unwrap(), None, "sessions go on");
    let first = sign_in(&n.db, &Limiter::new(), EMAIL, PASSWORD, None, at(3)).await;
    assert!(matches!(first, Ok(FirstStep::Done(_))), "{first:?}");
    let again = two_step::reset(&n.db, &n.admin, who.user, at(4)).await;
    assert!(matches!(again, Err(EngineError::Conflict(_))), "{again:?}");
    assert!(n.audited().await.contains(&"user.two_step_reset".to_owned()));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_session_is_confirmed_for_ten_minutes(pool: PgPool) {
    let n = Network::new(pool).await;
    person(&n, EMAIL, "admin").await;
    let who = signed_in(&n, EMAIL, 0).await;
    let (secret, _) = set_up(&n, &who, 0).await;
    let live = open(&n, &who, 0).await;
    assert!(live.is_recent(at(599)) && !live.is_recent(at(600)));
    let prove = async |proof: Proof<'_>, secs| {
        let limiter = Limiter::new();
        step_up(&n.db, &limiter, &sealer(), &who, live.session, proof, None, at(secs)).await?;
        let live = sessions::live(&n.db, live.session, who.user, at(secs)).await.unwrap().unwrap();
        Ok(live.is_recent(at(secs)))
    };
    assert_eq!(prove(Proof::Password("wrong"), 700).await, Err(SignInError::Wrong));
    assert_eq!(prove(Proof::Password(PASSWORD), 700).await, Ok(true));
    assert_eq!(prove(Proof::Code(&code(&secret, at(1400))), 1400).await, Ok(true));
    assert_eq!(prove(Proof::Code(&code(&secret, at(1400))), 1401).await, Err(SignInError::Wrong), "replayed");
}

//! Invitations, forgotten passwords, profiles, other addresses.

mod invitations;
mod passwords;
mod profile;
mod roles;

use crate::support::{HOSTILE, Network, at, person, wrong_fields};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm, Role},
    drafts::{AffiliateDraft, InviteDraft, ProfileDraft, UserDraft},
    ids::{AffiliateId, SessionId, UserId},
    view::ListQuery,
};
use engine::{
    EngineError,
    accounts::{create_user, set_user_active, update_affiliate},
    people::{self, Guard, Link, NewPassword, Visitor},
    reports::Ask,
    signin::{
        FirstStep, Limiter, Sealer, SignInError,
        sessions::{self, Origin},
        sign_in,
    },
};
use sqlx::PgPool;

const URL: &str = "https://net.example";
const PASSWORD: &str = "correct horse battery";
const OTHER: &str = "staple of other horses";
const DAY: i64 = 86_400;

struct World {
    n: Network,
    limiter: Limiter,
    sealer: Sealer,
    secrets: std::sync::atomic::AtomicU8,
}

impl World {
    async fn new(pool: PgPool) -> Self {
        Self {
            n: Network::new(pool).await,
            limiter: Limiter::new(),
            sealer: Sealer::new(&[1; 32]),
            secrets: 1.into(),
        }
    }

    /// Another link each time.
    fn link(&self) -> Link<'static> {
        let byte = self.secrets.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Link { secret: [byte; 32], console_url: URL }
    }

    fn guard(&self) -> Guard<'_> {
        Guard { limiter: &self.limiter, sealer: &self.sealer }
    }

    async fn ann(&self) -> UserId {
        let draft = UserDraft {
            email: "Ann@x.example".into(),
            name: "Ann".into(),
            role: "affiliate".into(),
            owner: self.n.affiliate.to_string(),
            password: PASSWORD.into(),
            ..UserDraft::default()
        };
        create_user(&self.n.db, &self.n.admin, &draft, at(0), self.n.chance(), [9; 16]).await.unwrap()
    }

    fn actor(&self, id: UserId) -> Actor {
        Actor { user: Some(id), ..person(Realm::Affiliate(self.n.affiliate)) }
    }

    async fn invite(&self, email: &str, role: &str, owner: &str) -> Result<(), EngineError> {
        let draft =
            InviteDraft { email: email.into(), name: "Bob".into(), role: role.into(), owner: owner.into() };
        people::invite(&self.n.db, &self.n.admin, &draft, self.link(), at(0)).await.map(|_| ())
    }

    async fn accept(&self, token: &str, secs: i64) -> Result<UserId, EngineError> {
        let (n, who) = (&self.n, Visitor::default());
        people::accept(&n.db, token, "Bob", PASSWORD, &who, at(secs), n.chance(), [3; 16]).await
    }

    async fn forgot(&self, email: &str, secs: i64) {
        people::forgot(&self.n.db, email, self.link(), &Visitor::default(), at(secs)).await.unwrap();
    }

    async fn reset(&self, token: &str, password: &str, secs: i64) -> Result<String, EngineError> {
        people::reset(&self.n.db, token, password, URL, &Visitor::default(), at(secs), [4; 16]).await
    }

    async fn ask_email(&self, id: UserId, email: &str, password: &str, secs: i64) -> Result<(), EngineError> {
        let actor = self.actor(id);
        people::ask_email(&self.n.db, self.guard(), &actor, (email, password), self.link(), at(secs)).await
    }

    async fn sign_in(&self, email: &str, password: &str, secs: i64) -> Result<FirstStep, SignInError> {
        sign_in(&self.n.db, &self.limiter, email, password, None, at(secs)).await
    }

    async fn session(&self, email: &str, password: &str, secs: i64) -> (UserId, SessionId) {
        let Ok(FirstStep::Done(who)) = self.sign_in(email, password, secs).await else {
            panic!("no sign-in")
        };
        let idle = chrono::TimeDelta::hours(8);
        let id = sessions::open(&self.n.db, &who, &Origin::default(), false, idle, at(secs), self.n.chance())
            .await
            .unwrap();
        (who.user, id)
    }

    async fn alive(&self, (user, session): (UserId, SessionId), secs: i64) -> bool {
        sessions::live(&self.n.db, session, user, at(secs)).await.unwrap().is_some()
    }

    /// Kind and recipient of every letter, oldest first.
    async fn letters(&self) -> Vec<(String, String)> {
        sqlx::query_as("SELECT kind, recipient FROM mails ORDER BY id").fetch_all(&self.n.pool).await.unwrap()
    }

    /// The secret in the newest letter to somebody.
    async fn secret_for(&self, to: &str) -> String {
        let text: String =
            sqlx::query_scalar("SELECT body_text FROM mails WHERE recipient = $1 ORDER BY id DESC LIMIT 1")
                .bind(to)
                .fetch_one(&self.n.pool)
                .await
                .unwrap();
        let line = text.lines().find(|l| l.starts_with(URL)).unwrap_or_else(|| panic!("no link in {text}"));
        line.rsplit('/').next().unwrap().to_owned()
    }

    fn ask(&self, now: DateTime<Utc>) -> Ask<'_> {
        Ask { db: &self.n.db, realm: Realm::Network, tz: "Europe/Berlin", period: "", now }
    }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, EngineError>) -> String {
    match result {
        Err(EngineError::Conflict(why)) => why,
        other => panic!("expected a link that does not work, got {other:?}"),
    }
}

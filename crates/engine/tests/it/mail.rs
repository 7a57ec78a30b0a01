//! Letters: queued with the change, sent, tried again, given up, sent again.

use crate::support::{Network, at, person};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Realm,
    ids::MailId,
    view::{ListQuery, MailDetail},
};
use engine::{
    EngineError,
    mail::{Letter, Mail, SendError, Sender, queue, send_due},
    people,
    reports::Ask,
    secret::token_text,
};
use sqlx::PgPool;
use std::sync::Mutex;

/// A transport that keeps what it takes and answers as it is told.
#[derive(Default)]
struct Desk {
    answer: Mutex<Option<SendError>>,
    taken: Mutex<Vec<Letter>>,
    far: bool,
}

#[async_trait]
impl Sender for Desk {
    fn via(&self) -> &'static str {
        if self.far { "smtp" } else { "file" }
    }
    fn stays_here(&self) -> bool {
        !self.far
    }
    async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        self.taken.lock().unwrap().push(letter.clone());
        match &*self.answer.lock().unwrap() {
            Some(e) => Err(e.clone()),
            None => Ok(()),
        }
    }
}

impl Desk {
    fn answering(e: SendError) -> Self {
        Self { answer: Mutex::new(Some(e)), ..Self::default() }
    }
    fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }
}

fn failing() -> SendError {
    SendError::Failed("451 try\nlater".into())
}

async fn queued(n: &Network, text: &str) {
    let mut tx = n.db.begin(Realm::Affiliate(n.affiliate)).await.unwrap();
    let mail = Mail {
        to: "ann@x.example".into(),
        subject: "Hello\r\nBcc: all@x.example".into(),
        text: text.into(),
        html: format!("<p>{text}</p>"),
        kind: "greeting",
    };
    queue(&mut tx, &mail, at(0)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn round(n: &Network, desk: &Desk, secs: i64) -> usize {
    send_due(&n.db, desk, || at(secs)).await.unwrap()
}

fn ask<'a>(n: &'a Network, now: DateTime<Utc>) -> Ask<'a> {
    Ask { db: &n.db, realm: Realm::Network, tz: "UTC", period: "", now }
}

async fn only(n: &Network, secs: i64) -> MailDetail {
    let list = people::mails(&ask(n, at(secs)), &ListQuery::default()).await.unwrap().list;
    assert_eq!(list.total, 1);
    people::mail(&ask(n, at(secs)), list.rows[0].id.parse().unwrap()).await.unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_letter_goes_out_once_and_its_subject_is_one_line(pool: PgPool) {
    let n = Network::new(pool).await;
    queued(&n, "hi").await;
    let desk = Desk::default();
    assert_eq!((round(&n, &desk, 1).await, round(&n, &desk, 2).await), (1, 0));
    let letter = desk.taken.lock().unwrap()[0].clone();
    assert_eq!(letter.subject, "Hello  Bcc: all@x.example");
    let d = only(&n, 3).await;
    assert_eq!((d.mail.status.as_str(), d.via.as_str(), d.mail.attempts), ("sent", "file", 1));
    assert_eq!(d.tries[0].outcome, "sent");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_change_that_is_taken_back_sends_nothing(pool: PgPool) {
    let n = Network::new(pool).await;
    let mut tx = n.db.begin(Realm::Network).await.unwrap();
    let mail = Mail {
        to: "a@x.example".into(),
        subject: "x".into(),
        text: String::new(),
        html: String::new(),
        kind: "greeting",
    };
    queue(&mut tx, &mail, at(0)).await.unwrap();
    tx.rollback().await;
    assert_eq!(round(&n, &Desk::default(), 1).await, 0);
}

#[sqlx::test(migrations = "../../migrations")]
async fn failures_are_tried_again_later_and_later_then_given_up(pool: PgPool) {
    let n = Network::new(pool).await;
    queued(&n, "hi").await;
    let desk = Desk::answering(failing());
    assert_eq!(round(&n, &desk, 0).await, 1);
    let d = only(&n, 1).await;
    assert_eq!((d.mail.status.as_str(), d.mail.error.as_str()), ("failed", "451 trylater"));
    assert!(d.next.is_some());
    assert_eq!(round(&n, &desk, 29).await, 0, "not before its time");
    assert_eq!(round(&n, &desk, 30).await, 1);
    for hour in 1..200 {
        round(&n, &desk, hour * 3600).await;
    }
    let d = only(&n, 0).await;
    assert_eq!((d.mail.status.as_str(), desk.count()), ("dead", 12));
    assert_eq!(d.tries.len(), 12);
    assert_eq!(people::mails(&ask(&n, at(0)), &ListQuery::default()).await.unwrap().dead, 1);

    let id: MailId = d.mail.id.parse().unwrap();
    people::resend_mail(&n.db, &n.admin, id, at(900_000)).await.unwrap();
    assert_eq!(n.audited().await.last().map(String::as_str), Some("mail.resend"));
    *desk.answer.lock().unwrap() = None;
    assert_eq!(round(&n, &desk, 900_000).await, 1);
    assert_eq!(only(&n, 0).await.mail.status, "sent");
    let again = people::resend_mail(&n.db, &n.admin, id, at(900_001)).await;
    assert!(matches!(again, Err(EngineError::Conflict(_))), "{again:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_refusal_is_final(pool: PgPool) {
    let n = Network::new(pool).await;
    queued(&n, "hi").await;
    let desk = Desk::answering(SendError::Refused("550 nobody".into()));
    round(&n, &desk, 0).await;
    assert_eq!(round(&n, &desk, 900_000).await, 0);
    assert_eq!(only(&n, 0).await.mail.status, "dead");
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_attempt_that_never_ended_is_lost_and_made_again(pool: PgPool) {
    let n = Network::new(pool).await;
    queued(&n, "hi").await;
    let (now, later) = (at(0), at(120));
    let mut tx = n.db.begin(Realm::Network).await.unwrap();
    let claimed = store::mails::claim(&mut tx, "file", 8, now, later).await.unwrap();
    tx.commit().await.unwrap();
    // The process dies here.
    let desk = Desk::default();
    assert_eq!(round(&n, &desk, 119).await, 0, "somebody else may still be sending it");
    assert_eq!(round(&n, &desk, 121).await, 1);
    let d = only(&n, 130).await;
    let outcomes: Vec<_> = d.tries.iter().map(|t| t.outcome.as_str()).collect();
    assert_eq!(outcomes, ["lost", "sent"]);
    // And wakes up again: what it says about its attempt no longer counts.
    let mut tx = n.db.begin(Realm::Network).await.unwrap();
    let counted = store::mails::failed(&mut tx, &claimed[0], "failed", "late", None, at(131)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!counted);
    assert_eq!(only(&n, 132).await.mail.status, "sent");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_last_attempt_that_never_ended_is_given_up(pool: PgPool) {
    let n = Network::new(pool).await;
    queued(&n, "hi").await;
    for i in 0..12_i64 {
        let mut tx = n.db.begin(Realm::Network).await.unwrap();
        let got = store::mails::claim(&mut tx, "file", 8, at(i * 10), at(i * 10 + 5)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(got.len(), 1, "{i}");
    }
    assert_eq!(round(&n, &Desk::default(), 1_000).await, 0);
    let d = only(&n, 1_001).await;
    assert_eq!(d.mail.status, "dead");
    assert!(d.tries.iter().all(|t| t.outcome == "lost"), "{:?}", d.tries);
}

#[sqlx::test(migrations = "../../migrations")]
async fn two_workers_never_take_the_same_letter(pool: PgPool) {
    let n = Network::new(pool).await;
    for _ in 0..20 {
        queued(&n, "hi").await;
    }
    let desk = Desk::default();
    let rounds = futures_all((0..6).map(|_| round(&n, &desk, 1)).collect()).await;
    assert_eq!((rounds.iter().sum::<usize>(), desk.count()), (20, 20));
    let mut ids: Vec<_> = desk.taken.lock().unwrap().iter().map(|l| l.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 20);
}

/// All of them at once.
async fn futures_all<F: Future<Output = usize>>(all: Vec<F>) -> Vec<usize> {
    futures::future::join_all(all).await
}

#[sqlx::test(migrations = "../../migrations")]
async fn secrets_of_links_are_masked_once_a_letter_has_left_and_readable_where_it_stays(pool: PgPool) {
    let n = Network::new(pool).await;
    let secret = token_text(&[7; 32]);
    queued(&n, &format!("https://x.example/reset/{secret}")).await;
    assert!(only(&n, 0).await.masked, "also while it waits");
    round(&n, &Desk { far: true, ..Desk::default() }, 1).await;
    let d = only(&n, 2).await;
    assert_eq!((d.text.as_str(), d.masked), ("https://x.example/reset/•••", true));
    let stored: (String, String) =
        sqlx::query_as("SELECT body_text, body_html FROM mails").fetch_one(&n.pool).await.unwrap();
    assert!(!stored.0.contains(&secret) && !stored.1.contains(&secret), "{stored:?}");

    sqlx::query("DELETE FROM mail_attempts").execute(&n.pool).await.unwrap();
    sqlx::query("DELETE FROM mails").execute(&n.pool).await.unwrap();
    queued(&n, &format!("https://x.example/reset/{secret}")).await;
    round(&n, &Desk::default(), 1).await;
    let d = only(&n, 2).await;
    assert!(d.text.contains(&secret) && !d.masked);
}

#[sqlx::test(migrations = "../../migrations")]
async fn letters_are_for_the_network_to_read(pool: PgPool) {
    let n = Network::new(pool).await;
    queued(&n, "hi").await;
    let id: MailId = only(&n, 0).await.mail.id.parse().unwrap();
    let realm = Realm::Affiliate(n.affiliate);
    let own = Ask { realm, ..ask(&n, at(0)) };
    assert!(matches!(people::mails(&own, &ListQuery::default()).await, Err(EngineError::Forbidden(_))));
    assert!(matches!(people::mail(&own, id).await, Err(EngineError::Forbidden(_))));
    let resend = people::resend_mail(&n.db, &person(realm), id, at(0)).await;
    assert!(matches!(resend, Err(EngineError::Forbidden(_))));
    // And if a query forgot to ask: the rows are not there.
    let mut tx = n.db.begin(realm).await.unwrap();
    assert_eq!(store::mails::get(&mut tx, id).await.unwrap(), None);
    let missing = people::mail(&ask(&n, at(0)), MailId(999)).await;
    assert!(matches!(missing, Err(EngineError::NotFound)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_list_is_filtered_and_nonsense_is_ignored(pool: PgPool) {
    let n = Network::new(pool).await;
    queued(&n, "hi").await;
    let total = async |query: &str| {
        people::mails(&ask(&n, at(0)), &ListQuery::parse(query)).await.unwrap().list.total
    };
    for (query, rows) in [
        ("status=queued", 1),
        ("status=sent", 0),
        ("status=sent,queued", 1),
        ("status=nonsense", 1),
        ("q=ann%40", 1),
        ("q=%25", 0),
        ("q=%00%27", 0),
        ("page=199", 1),
    ] {
        assert_eq!(total(query).await, rows, "{query}");
    }
}

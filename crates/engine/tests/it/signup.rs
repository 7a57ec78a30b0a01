//! Becoming an affiliate, and asking to run campaigns.

use crate::support::{HOSTILE, Network, at, wrong_fields};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::Realm,
    drafts::{AffiliateDraft, QuestionDraft, SettingsDraft, SignUpDraft},
    ids::ApplicationId,
    status::ApplicationStatus,
    view::ListQuery,
};
use engine::{
    EngineError,
    accounts::{create_affiliate, update_settings},
    campaigns::{apply_to_campaign, decide_application},
    people::{Link, Visitor, accept},
    reports::{Ask, own},
    signup::{
        Confirmed, Form, SignUpError, access_list, add_question, application, applications, approve, confirm,
        decide_many, forget_unconfirmed, form, move_question, pending, publish_terms, reject,
        remove_question, set_mode, sign_up, sign_up_settings, terms_settings, update_question, waiting,
    },
};
use sqlx::PgPool;
use std::{collections::BTreeMap, net::IpAddr};
use store::{config::AccessState, signup::applications as rows};

const CONSOLE: &str = "https://n.example";

fn link(seed: u8) -> Link<'static> {
    Link { secret: [seed; 32], console_url: CONSOLE }
}

fn from(ip: &str) -> Visitor {
    Visitor { ip: Some(ip.parse::<IpAddr>().unwrap()), request_id: Some("req-1".into()) }
}

/// A form that passes, opened ten seconds before `now`.
async fn filled(n: &Network, email: &str, now: DateTime<Utc>) -> SignUpDraft {
    let shown = form(&n.db, now - Duration::seconds(10), [7; 32]).await.unwrap();
    SignUpDraft {
        name: format!("{} Media", email.split('@').next().unwrap()),
        email: email.into(),
        country: "de".into(),
        website: "blog.example".into(),
        description: "A blog about gardens, 20,000 visitors a month.".into(),
        terms: shown.terms.map(|t| t.0.to_string()).unwrap_or_default(),
        accepted: true,
        fax: String::new(),
        stamp: shown.stamp,
    }
}

async fn send(
    n: &Network,
    draft: &SignUpDraft,
    answers: &[(&str, &str)],
    seed: u8,
    now: DateTime<Utc>,
) -> Result<(), SignUpError> {
    let answers: BTreeMap<_, _> = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let sent = Form { draft, answers: &answers };
    sign_up(&n.db, sent, &from("198.51.100.7"), link(seed), now, n.chance()).await
}

/// Kind, recipient, subject and text of every letter, oldest first.
async fn letters(n: &Network) -> Vec<(String, String, String, String)> {
    sqlx::query_as("SELECT kind, recipient, subject, body_text FROM mails ORDER BY id")
        .fetch_all(&n.pool)
        .await
        .unwrap()
}

/// The secret at the end of the latest letter's link to `page`.
async fn secret(n: &Network, page: &str) -> String {
    let all = letters(n).await;
    let text = &all.last().expect("a letter").3;
    let start = text.find(&format!("{CONSOLE}/{page}/")).expect("a link") + CONSOLE.len() + page.len() + 2;
    text[start..].split_whitespace().next().unwrap().to_owned()
}

/// Sends the form and opens the link. The application waits then.
async fn applied(n: &Network, email: &str, seed: u8) -> ApplicationId {
    let draft = filled(n, email, at(100)).await;
    send(n, &draft, &[], seed, at(100)).await.unwrap();
    let text = secret(n, "signup/confirm").await;
    let done = confirm(&n.db, &text, &from("198.51.100.7"), link(seed + 100), at(200), n.chance()).await;
    assert_eq!(done.unwrap(), Confirmed::Waiting);
    let id: i64 =
        sqlx::query_scalar("SELECT max(id) FROM affiliate_applications WHERE lower(email) = lower($1)")
            .bind(email)
            .fetch_one(&n.pool)
            .await
            .unwrap();
    ApplicationId(id)
}

fn ask(n: &Network, realm: Realm) -> Ask<'_> {
    Ask { db: &n.db, realm, tz: "UTC", period: "", now: at(1000) }
}

async fn affiliates(n: &Network) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM affiliates").fetch_one(&n.pool).await.unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn from_the_form_to_a_person_who_signs_in(pool: PgPool) {
    let n = Network::new(pool).await;
    let zone = SettingsDraft {
        network_name: "Rivers".into(),
        time_zone: "America/New_York".into(),
        currency: "USD".into(),
        ..SettingsDraft::default()
    };
    update_settings(&n.db, &n.admin, &zone, at(0)).await.unwrap();
    publish_terms(&n.db, &n.admin, "Be fair.", at(1)).await.unwrap();
    let question = QuestionDraft {
        label: "Which network do you run now?".into(),
        kind: "text".into(),
        required: true,
        ..QuestionDraft::default()
    };
    let asked = add_question(&n.db, &n.admin, &question, at(1), n.chance()).await.unwrap().to_string();
    let draft = filled(&n, "sam@garden.example", at(100)).await;
    send(&n, &draft, &[(&asked, "None yet")], 1, at(100)).await.unwrap();
    let all = letters(&n).await;
    assert_eq!((all[0].0.as_str(), all[0].1.as_str()), ("sign_up", "sam@garden.example"));
    assert_eq!(waiting(&n.db).await.unwrap(), (0, 0), "nothing waits before the address is proved");

    let text = secret(&n, "signup/confirm").await;
    let shown = pending(&n.db, &text, at(150)).await.unwrap();
    assert_eq!((shown.network.as_str(), shown.email.as_str()), ("Rivers", "sam@garden.example"));
    pending(&n.db, &text, at(151)).await.expect("looking uses nothing up");
    let visitor = from("203.0.113.9");
    assert_eq!(
        confirm(&n.db, &text, &visitor, link(2), at(200), n.chance()).await.unwrap(),
        Confirmed::Waiting
    );
    let again = confirm(&n.db, &text, &visitor, link(2), at(201), n.chance()).await;
    assert!(matches!(again, Err(EngineError::Conflict(_))), "a link works once");
    assert_eq!(waiting(&n.db).await.unwrap(), (1, 0));
    let terms = terms_settings(&n.db, "UTC").await.unwrap();
    assert_eq!((terms.acceptances[0].version, terms.acceptances[0].ip.as_str()), (1, "203.0.113.9"));

    let list = applications(&ask(&n, Realm::Network), &ListQuery::default()).await.unwrap();
    let id: ApplicationId = list.list.rows[0].id.parse().unwrap();
    let detail = application(&ask(&n, Realm::Network), id).await.unwrap();
    assert_eq!(detail.answers, [("Which network do you run now?".to_owned(), "None yet".to_owned())]);
    assert_eq!((detail.row.country.as_str(), detail.row.website.as_str()), ("DE", "https://blog.example"));
    let affiliate = approve(&n.db, &n.admin, id, "", link(3), at(300), n.chance()).await.unwrap();
    assert!(n.audited().await.ends_with(&[
        "application.confirm".to_owned(),
        "affiliate.create".to_owned(),
        "application.approve".to_owned()
    ]));

    let invite = secret(&n, "invite").await;
    let user = accept(&n.db, &invite, "Sam", "a long password", &visitor, at(400), n.chance(), [4; 16]).await;
    let (owner, zone): (i64, String) =
        sqlx::query_as("SELECT affiliate_id, time_zone FROM users WHERE id = $1")
            .bind(user.unwrap().0)
            .fetch_one(&n.pool)
            .await
            .unwrap();
    assert_eq!((owner, zone.as_str()), (affiliate.0, "America/New_York"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_wrong_field_and_answer_is_named(pool: PgPool) {
    let n = Network::new(pool).await;
    let ask = async |label: &str, kind: &str, options: &str| {
        let draft = QuestionDraft {
            label: label.into(),
            kind: kind.into(),
            options: options.into(),
            required: true,
            ..QuestionDraft::default()
        };
        add_question(&n.db, &n.admin, &draft, at(1), n.chance()).await.unwrap().to_string()
    };
    let (text, choice, tick) = (
        ask("Text", "text", "").await,
        ask("Choice", "select", "a\nb").await,
        ask("Box", "checkbox", "").await,
    );
    publish_terms(&n.db, &n.admin, "First", at(1)).await.unwrap();
    let bad = SignUpDraft {
        email: "no".into(),
        country: "Germany".into(),
        website: "javascript:x".into(),
        ..SignUpDraft::default()
    };
    let Err(SignUpError::Invalid { fields, answers }) = send(&n, &bad, &[(&choice, "c")], 1, at(100)).await
    else {
        panic!("expected wrong fields");
    };
    let names: Vec<_> = fields.0.into_keys().collect();
    assert_eq!(names, ["accepted", "country", "description", "email", "name", "website"]);
    let mut wrong: Vec<_> = answers.into_keys().collect();
    wrong.sort_unstable();
    let mut all = vec![text.clone(), choice.clone(), tick.clone()];
    all.sort_unstable();
    assert_eq!(wrong, all);

    let draft = filled(&n, "ann@x.example", at(100)).await;
    publish_terms(&n.db, &n.admin, "Second", at(101)).await.unwrap();
    let answers = [(text.as_str(), "yes"), (choice.as_str(), "b"), (tick.as_str(), "true")];
    match send(&n, &draft, &answers, 1, at(102)).await {
        Err(SignUpError::Invalid { fields, .. }) => {
            assert!(fields.0["accepted"].contains("changed meanwhile"))
        }
        other => panic!("{other:?}"),
    }
    let draft = filled(&n, "ann@x.example", at(102)).await;
    send(&n, &draft, &answers, 1, at(102)).await.unwrap();
    for (i, text) in HOSTILE.into_iter().enumerate() {
        let draft = SignUpDraft {
            name: text.into(),
            email: text.into(),
            country: text.into(),
            website: text.into(),
            description: text.into(),
            ..filled(&n, "x@x.example", at(200)).await
        };
        let done = send(&n, &draft, &answers, 20 + i as u8, at(200)).await;
        assert!(matches!(done, Err(SignUpError::Invalid { .. })), "{text:?}: {done:?}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn known_addresses_get_the_same_answer_and_another_letter(pool: PgPool) {
    let n = Network::new(pool).await;
    let member = AffiliateDraft {
        name: "Bea".into(),
        user_email: "bea@x.example".into(),
        user_password: "a long password".into(),
        ..AffiliateDraft::default()
    };
    create_affiliate(&n.db, &n.admin, &member, at(0), 9, [1; 16]).await.unwrap();
    applied(&n, "cy@y.example", 1).await;
    for (email, seed) in [("BEA@x.example", 2), ("cy@y.example", 3)] {
        let draft = filled(&n, email, at(300)).await;
        send(&n, &draft, &[], seed, at(300)).await.expect("no difference to the sender");
    }
    let all = letters(&n).await;
    let subjects: Vec<_> = all.iter().map(|m| m.2.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "Confirm your application to Millrace",
            "You have an account at Millrace already",
            "Your application to Millrace is being looked at",
        ]
    );
    assert!(all[1..].iter().all(|m| !m.3.contains("/signup/confirm/")), "these letters open nothing");
}

#[sqlx::test(migrations = "../../migrations")]
async fn programs_and_floods_are_kept_out(pool: PgPool) {
    let n = Network::new(pool).await;
    let draft = filled(&n, "bot@x.example", at(100)).await;
    let bot = SignUpDraft { fax: "555".into(), ..draft.clone() };
    send(&n, &bot, &[], 1, at(100)).await.expect("a program is told that all is well");
    assert_eq!(letters(&n).await.len(), 0);
    let quick = send(&n, &draft, &[], 1, at(91)).await;
    assert!(matches!(quick, Err(SignUpError::Other(EngineError::Conflict(_)))), "{quick:?}");
    let stale = send(&n, &draft, &[], 1, at(100_000)).await;
    assert!(matches!(stale, Err(SignUpError::Other(EngineError::Conflict(_)))), "{stale:?}");
    let forged = SignUpDraft { stamp: "1800000000000.0123".into(), ..draft.clone() };
    assert!(send(&n, &forged, &[], 1, at(100)).await.is_err());
    for seed in 1..=3 {
        send(&n, &draft, &[], seed, at(100)).await.unwrap();
    }
    assert!(
        matches!(send(&n, &draft, &[], 4, at(100)).await, Err(SignUpError::TooMany)),
        "one address of mail"
    );
    for seed in 5..=11 {
        let other = filled(&n, &format!("u{seed}@x.example"), at(100)).await;
        send(&n, &other, &[], seed, at(100)).await.unwrap();
    }
    let other = filled(&n, "late@x.example", at(100)).await;
    assert!(
        matches!(send(&n, &other, &[], 12, at(100)).await, Err(SignUpError::TooMany)),
        "one address of the net"
    );
    let later = filled(&n, "late@x.example", at(4_000)).await;
    send(&n, &later, &[], 12, at(4_000)).await.expect("an hour later it is forgotten");
}

#[sqlx::test(migrations = "../../migrations")]
async fn links_end_are_replaced_and_cannot_be_guessed(pool: PgPool) {
    let n = Network::new(pool).await;
    let draft = filled(&n, "sam@x.example", at(100)).await;
    send(&n, &draft, &[], 1, at(100)).await.unwrap();
    let first = secret(&n, "signup/confirm").await;
    send(&n, &draft, &[], 2, at(110)).await.unwrap();
    let second = secret(&n, "signup/confirm").await;
    let dead = async |text: &str, secs| {
        let done = confirm(&n.db, text, &Visitor::default(), link(9), at(secs), 5).await;
        matches!(done, Err(EngineError::Conflict(_)))
    };
    assert!(dead(&first, 120).await, "a newer link replaces the older one");
    assert!(dead("guessed", 120).await && dead(&"A".repeat(43), 120).await);
    assert!(dead(&second, 110 + 86_400).await, "after a day");
    assert!(!dead(&second, 109 + 86_400).await);
    let stored: Vec<String> = sqlx::query_scalar(
        "SELECT coalesce(before::text, '') || coalesce(after::text, '') || action || object FROM audit_log",
    )
    .fetch_all(&n.pool)
    .await
    .unwrap();
    assert!(!stored.iter().any(|row| row.contains(&second)), "secrets do not go into the audit log");
}

#[sqlx::test(migrations = "../../migrations")]
async fn two_approvals_at_once_make_one_affiliate(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = applied(&n, "sam@x.example", 1).await;
    let before = affiliates(&n).await;
    let one = approve(&n.db, &n.admin, id, "", link(2), at(300), n.chance());
    let two = approve(&n.db, &n.admin, id, "", link(3), at(300), n.chance());
    let (one, two) = tokio::join!(one, two);
    assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1, "{one:?} {two:?}");
    let lost = one.err().or(two.err()).unwrap();
    assert!(matches!(&lost, EngineError::Conflict(why) if why.contains("approved already")), "{lost:?}");
    assert_eq!(affiliates(&n).await, before + 1);
    let invitations = letters(&n).await.into_iter().filter(|m| m.0 == "invitation").count();
    assert_eq!(invitations, 1);
    assert!(matches!(reject(&n.db, &n.admin, id, "no", at(301)).await, Err(EngineError::Conflict(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_name_that_is_taken_is_replaced_by_hand(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = applied(&n, "sam@x.example", 1).await;
    let twin = AffiliateDraft { name: "sam media".into(), ..AffiliateDraft::default() };
    create_affiliate(&n.db, &n.admin, &twin, at(250), 77, [0; 16]).await.unwrap();
    assert_eq!(wrong_fields(approve(&n.db, &n.admin, id, "", link(2), at(300), n.chance()).await), ["name"]);
    assert_eq!(waiting(&n.db).await.unwrap().0, 1, "nothing is half done");
    let related = application(&ask(&n, Realm::Network), id).await.unwrap().related;
    assert_eq!((related[0].name.as_str(), related[0].why.as_str()), ("sam media", "same name"));
    approve(&n.db, &n.admin, id, "Sam Two", link(2), at(300), n.chance()).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_open_network_approves_by_itself_where_it_can(pool: PgPool) {
    let n = Network::new(pool).await;
    set_mode(&n.db, &n.admin, "open", at(0)).await.unwrap();
    let go = async |email: &str, seed: u8| {
        let draft = filled(&n, email, at(100)).await;
        send(&n, &draft, &[], seed, at(100)).await.unwrap();
        let text = secret(&n, "signup/confirm").await;
        confirm(&n.db, &text, &from("203.0.113.9"), link(seed + 100), at(200), n.chance()).await.unwrap()
    };
    assert_eq!(go("sam@x.example", 1).await, Confirmed::Approved);
    assert_eq!(letters(&n).await.last().unwrap().0, "invitation");
    // The same name once more: a person has to look.
    assert_eq!(go("sam@y.example", 2).await, Confirmed::Waiting);
    assert_eq!(waiting(&n.db).await.unwrap().0, 1);
    set_mode(&n.db, &n.admin, "closed", at(300)).await.unwrap();
    let draft = filled(&n, "late@x.example", at(400)).await;
    let shut = send(&n, &draft, &[], 3, at(400)).await;
    assert!(matches!(shut, Err(SignUpError::Other(EngineError::Forbidden(_)))), "{shut:?}");
    assert_eq!(wrong_fields(set_mode(&n.db, &n.admin, "ajar", at(0)).await), ["mode"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_rejection_says_why(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = applied(&n, "sam@x.example", 1).await;
    assert_eq!(wrong_fields(reject(&n.db, &n.admin, id, "  ", at(300)).await), ["reason"]);
    reject(&n.db, &n.admin, id, "Too little traffic.", at(300)).await.unwrap();
    let last = letters(&n).await.pop().unwrap();
    assert_eq!((last.0.as_str(), last.1.as_str()), ("application_rejected", "sam@x.example"));
    assert!(last.3.contains("Too little traffic."));
    let late = approve(&n.db, &n.admin, id, "", link(2), at(301), n.chance()).await;
    assert!(matches!(late, Err(EngineError::Conflict(_))));
    let detail = application(&ask(&n, Realm::Network), id).await.unwrap();
    assert_eq!((detail.row.status.as_str(), detail.reason.as_str()), ("rejected", "Too little traffic."));
    assert!(n.audited().await.contains(&"application.reject".to_owned()));
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_looks_related_is_shown(pool: PgPool) {
    let n = Network::new(pool).await;
    let first = applied(&n, "sam@garden.example", 1).await;
    let second = applied(&n, "tim@garden.example", 2).await;
    let detail = application(&ask(&n, Realm::Network), second).await.unwrap();
    assert_eq!(detail.related.len(), 1);
    assert_eq!(detail.related[0].id, first.to_string());
    assert_eq!(detail.related[0].why, "same domain, same network address");
    let list =
        applications(&ask(&n, Realm::Network), &ListQuery::parse("status=waiting&q=tim")).await.unwrap();
    assert_eq!((list.list.rows.len(), list.list.rows[0].related, list.waiting), (1, 1, 2));
}

#[sqlx::test(migrations = "../../migrations")]
async fn forms_that_were_never_confirmed_are_forgotten(pool: PgPool) {
    let n = Network::new(pool).await;
    let draft = filled(&n, "sam@x.example", at(100)).await;
    send(&n, &draft, &[], 1, at(100)).await.unwrap();
    let kept = applied(&n, "tim@x.example", 2).await;
    assert_eq!(forget_unconfirmed(&n.db, at(7 * 86_400)).await.unwrap(), 0);
    assert_eq!(forget_unconfirmed(&n.db, at(7 * 86_400 + 101)).await.unwrap(), 1);
    let mut tx = n.db.begin(Realm::Network).await.unwrap();
    assert!(rows::get(&mut tx, kept).await.unwrap().is_some());
    tx.commit().await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn questions_and_terms_are_kept_in_order(pool: PgPool) {
    let n = Network::new(pool).await;
    let draft = |label: &str, kind: &str, options: &str| QuestionDraft {
        label: label.into(),
        kind: kind.into(),
        options: options.into(),
        ..QuestionDraft::default()
    };
    let wrong =
        async |d: QuestionDraft| wrong_fields(add_question(&n.db, &n.admin, &d, at(0), n.chance()).await);
    assert_eq!(wrong(draft("", "riddle", "")).await, ["kind", "label"]);
    assert_eq!(wrong(draft("Q", "select", "only")).await, ["options"]);
    assert_eq!(wrong(draft("Q", "text", "a\nb")).await, ["options"]);
    let mut ids = Vec::new();
    for label in ["A", "B", "C"] {
        ids.push(add_question(&n.db, &n.admin, &draft(label, "text", ""), at(0), n.chance()).await.unwrap());
    }
    let labels = async || -> Vec<String> {
        let shown = sign_up_settings(&n.db, CONSOLE).await.unwrap();
        shown.questions.into_iter().map(|q| q.label).collect()
    };
    move_question(&n.db, &n.admin, ids[2], true, at(1)).await.unwrap();
    move_question(&n.db, &n.admin, ids[0], true, at(1)).await.unwrap();
    assert_eq!(labels().await, ["A", "C", "B"]);
    update_question(&n.db, &n.admin, ids[1], &draft("B2", "select", "x\ny"), at(2)).await.unwrap();
    remove_question(&n.db, &n.admin, ids[0], at(2)).await.unwrap();
    assert_eq!(labels().await, ["C", "B2"]);
    assert!(matches!(remove_question(&n.db, &n.admin, ids[0], at(2)).await, Err(EngineError::NotFound)));

    assert_eq!(publish_terms(&n.db, &n.admin, "One", at(3)).await.unwrap(), 1);
    assert_eq!(
        publish_terms(&n.db, &n.admin, " One\r\n", at(4)).await.unwrap(),
        1,
        "the same text is no new version"
    );
    assert_eq!(publish_terms(&n.db, &n.admin, "Two", at(5)).await.unwrap(), 2);
    assert_eq!(wrong_fields(publish_terms(&n.db, &n.admin, "", at(6)).await), ["body"]);
    let bodies: Vec<_> = terms_settings(&n.db, "UTC")
        .await
        .unwrap()
        .versions
        .into_iter()
        .map(|v| (v.version, v.body))
        .collect();
    assert_eq!(bodies, [(2, "Two".to_owned()), (1, "One".to_owned())]);
    let changed = sqlx::query("UPDATE terms_versions SET body = 'x'");
    let mut conn = n.pool.acquire().await.unwrap();
    sqlx::query("SET ROLE millrace_app").execute(&mut *conn).await.unwrap();
    assert!(changed.execute(&mut *conn).await.is_err(), "published terms stay as they are");
}

#[sqlx::test(migrations = "../../migrations")]
async fn affiliates_read_the_answer_to_their_request(pool: PgPool) {
    let n = Network::new(pool).await;
    let (one, two) = (n.campaign("One", "apply").await, n.campaign("Two", "apply").await);
    let ann = n.ann();
    for id in [one, two] {
        apply_to_campaign(&n.db, &ann, id, "By newsletter", at(10)).await.unwrap();
    }
    let queue = access_list(&ask(&n, Realm::Network), &ListQuery::parse("status=applied")).await.unwrap();
    assert_eq!((queue.list.total, queue.waiting), (2, 2));
    let pairs: Vec<_> =
        queue.list.rows.iter().map(|r| format!("{}:{}", r.campaign_id, r.affiliate_id)).collect();
    let wrong = |pairs: &[&str]| {
        let pairs: Vec<String> = pairs.iter().map(|p| (*p).to_owned()).collect();
        let db = n.db.clone();
        let admin = n.admin.clone();
        async move { decide_many(&db, &admin, &pairs, AccessState::Approved, "", CONSOLE, at(20)).await }
    };
    assert_eq!(wrong_fields(wrong(&[]).await), ["pairs"]);
    assert_eq!(wrong_fields(wrong(&["camp_x:aff_y"]).await), ["pairs"]);
    let lost = format!("{}:{}", pairs[0], "x");
    assert_eq!(wrong_fields(wrong(&[&lost]).await), ["pairs"]);
    let missing = format!("camp_0000000000000:{}", n.affiliate);
    assert!(wrong(&[&pairs[0], &missing]).await.is_err());
    assert_eq!(waiting(&n.db).await.unwrap().1, 2, "all or nothing");

    let done = decide_many(&n.db, &n.admin, &pairs, AccessState::Approved, "Welcome", CONSOLE, at(20)).await;
    assert_eq!(done.unwrap(), 2);
    let offer = own::offer(&ask(&n, ann.realm), one, &ListQuery::default()).await.unwrap();
    assert_eq!(
        (offer.row.access.as_str(), offer.asked.as_str(), offer.answer.as_str(), offer.may_link),
        ("approved", "By newsletter", "Welcome", true)
    );
    // Nobody signs in for Ann and there is no contact: no letter. With a contact there is one.
    assert_eq!(letters(&n).await.len(), 0);
    sqlx::query("UPDATE affiliates SET contact_email = 'ann@x.example'").execute(&n.pool).await.unwrap();
    let refuse = async |note: &str| {
        let state = AccessState::Refused;
        decide_application(&n.db, &n.admin, two, n.affiliate, state, note, CONSOLE, at(30)).await.unwrap();
    };
    refuse("Not this one").await;
    refuse("Not this one").await;
    let all = letters(&n).await;
    assert_eq!(all.len(), 1, "the same answer again says nothing new");
    assert!(
        all[0].3.contains("Not this one")
            && all[0].3.contains(&format!("{CONSOLE}/affiliate/campaigns/{two}"))
    );
}

#[sqlx::test(migrations = "../../migrations")]
async fn applications_are_the_networks_alone(pool: PgPool) {
    let n = Network::new(pool).await;
    let id = applied(&n, "sam@x.example", 1).await;
    let ann = n.ann();
    let own = ask(&n, ann.realm);
    let refused = [
        applications(&own, &ListQuery::default()).await.err(),
        application(&own, id).await.err(),
        access_list(&own, &ListQuery::default()).await.err(),
        approve(&n.db, &ann, id, "", link(2), at(300), 5).await.err(),
        reject(&n.db, &ann, id, "no", at(300)).await.err(),
        set_mode(&n.db, &ann, "open", at(0)).await.err(),
        publish_terms(&n.db, &ann, "x", at(0)).await.err(),
        add_question(&n.db, &ann, &QuestionDraft::default(), at(0), 5).await.err(),
        decide_many(&n.db, &ann, &["x:y".into()], AccessState::Approved, "", CONSOLE, at(0)).await.err(),
    ];
    for (i, error) in refused.iter().enumerate() {
        assert!(matches!(error, Some(EngineError::Forbidden(_) | EngineError::Invalid(_))), "{i}: {error:?}");
    }
    let mut tx = n.db.begin(ann.realm).await.unwrap();
    assert_eq!(rows::get(&mut tx, id).await.unwrap(), None);
    assert_eq!(rows::count(&mut tx, ApplicationStatus::Waiting).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(waiting(&n.db).await.unwrap().0, 1);
}

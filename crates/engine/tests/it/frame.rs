//! What the frame around the pages shows: search, notifications, live updates.

use crate::reports::{Seeded, moment, now, seeded};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Realm, Role},
    click_id::{ClickKey, ClickRef},
    ids::{AffiliateId, LinkId, SessionId, UserId},
    view::{NoticeView, SearchView},
};
use engine::{
    EngineError, notify,
    reports::{Ask, live},
    search,
};
use sqlx::PgPool;
use std::collections::HashSet;

const KEY: [u8; 16] = *b"0123456789abcdef";

/// A conversion of a link, decided or not.
async fn conversion(s: &Seeded, link: LinkId, txid: &str, status: &str, at: DateTime<Utc>) {
    let decided = if status == "pending" { "NULL".to_owned() } else { format!("'{}'", at.to_rfc3339()) };
    let reason = if status == "rejected" { "'fraud'" } else { "NULL" };
    s.run(&format!(
        "INSERT INTO conversions (id, received_at, status, reason, method, click_id, link_id, campaign_id, affiliate_id,
             advertiser_id, goal, txid, reported_amount, currency, revenue_minor, payout_minor, stream, seq, decided_at, decided_by)
         SELECT gen_random_uuid(), '{received}', '{status}', {reason}, 'postback', 'c{txid}', l.id, c.id, l.affiliate_id,
             c.advertiser_id, 'sale', '{txid}', '10', c.currency, 1000, 600, 's', 1, {decided}, 'someone'
         FROM links l JOIN campaigns c ON c.id = l.campaign_id WHERE l.id = {link}",
        received = at.to_rfc3339(),
        link = link.0,
    ))
    .await;
}

/// Somebody who signs in; for an affiliate, where one is given.
async fn user(s: &Seeded, id: i64, role: &str, affiliate: Option<AffiliateId>) -> UserId {
    let owner = affiliate.map_or("NULL".to_owned(), |a| a.0.to_string());
    s.run(&format!(
        "INSERT INTO users (id, email, name, password_hash, role, affiliate_id, created_at, updated_at)
         VALUES ({id}, 'person{id}@network.example', 'Person {id}', 'x', '{role}', {owner}, now(), now())"
    ))
    .await;
    UserId(id)
}

fn titles(view: &SearchView) -> Vec<(String, Vec<String>)> {
    view.groups.iter().map(|g| (g.label.clone(), g.hits.iter().map(|h| h.title.clone()).collect())).collect()
}

async fn find(s: &Seeded, realm: Realm, role: Role, text: &str) -> Vec<(String, Vec<String>)> {
    titles(&search::find(&s.ask(realm), role, text).await.unwrap())
}

fn group(label: &str, hits: &[&str]) -> (String, Vec<String>) {
    (label.to_owned(), hits.iter().map(|h| (*h).to_owned()).collect())
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_network_finds_everything_by_a_piece_of_it(pool: PgPool) {
    let s = seeded(pool).await;
    let hex: String = KEY.iter().map(|b| format!("{b:02x}")).collect();
    s.run(&format!("INSERT INTO settings VALUES ('click_key', '\"{hex}\"') ON CONFLICT (key) DO UPDATE SET value = excluded.value"))
        .await;
    conversion(&s, s.ann_shoes, "order-1", "pending", now()).await;
    user(&s, 901, "admin", None).await;
    let admin = |text: &str| {
        let text = text.to_owned();
        let s = &s;
        async move { find(s, Realm::Network, Role::Admin, &text).await }
    };
    assert_eq!(admin("sho").await, [group("Campaigns", &["Shoes"]), group("Advertisers", &["Shop"])]);
    assert_eq!(admin(&s.hats.to_string()).await, [group("Campaigns", &["Hats"])]);
    assert_eq!(admin(&s.bob.to_string()).await, [group("Affiliates", &["Bob"])]);
    assert_eq!(admin("order-1").await, [group("Conversions", &["order-1"])]);
    assert_eq!(admin("order-").await, []);
    assert_eq!(admin("person901@").await, [group("People", &["person901@network.example"])]);
    let code: String = sqlx::query_scalar("SELECT code FROM links WHERE id = $1")
        .bind(s.ann_shoes.0)
        .fetch_one(&s.net.pool)
        .await
        .unwrap();
    assert_eq!(admin(&code[..6].to_uppercase()).await, [group("Links", &[&code])]);

    let click =
        ClickRef { link: s.ann_shoes, ts_ms: now().timestamp_millis(), node: 3, shard: 1, seq_low: 9 };
    let id = click.issue(&ClickKey::new(KEY)).as_str().to_owned();
    assert_eq!(admin(&id).await, [group("Clicks", &["Click"])]);
    let mut forged = id;
    forged.replace_range(..1, if forged.starts_with('2') { "3" } else { "2" });
    assert_eq!(admin(&forged).await, []);

    // People are for those who manage them.
    assert_eq!(find(&s, Realm::Network, Role::Finance, "person901@").await, []);
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_affiliate_finds_its_own_and_nothing_else(pool: PgPool) {
    let s = seeded(pool).await;
    conversion(&s, s.ann_shoes, "order-a", "pending", now()).await;
    conversion(&s, s.bob_hats, "order-b", "pending", now()).await;
    user(&s, 901, "admin", None).await;
    let ann = Realm::Affiliate(s.net.affiliate);
    assert_eq!(find(&s, ann, Role::Affiliate, "order-a").await, [group("Conversions", &["order-a"])]);
    for theirs in ["order-b", "corder-b", "Bob", "Shop", "person901", "Person"] {
        assert_eq!(find(&s, ann, Role::Affiliate, theirs).await, [], "{theirs}");
    }
    let bob = Realm::Affiliate(s.bob);
    let found = search::find(&s.ask(bob), Role::Affiliate, &s.bob_hats.to_string()).await.unwrap();
    let hit = found.groups.first().and_then(|g| g.hits.first()).unwrap();
    assert_eq!(hit.href, format!("/affiliate/campaigns/{}", s.hats));
    assert_eq!(find(&s, ann, Role::Affiliate, &s.bob_hats.to_string()).await, []);
    // A forgotten check of the role does not open the network's rows.
    assert_eq!(find(&s, ann, Role::Admin, "Bob").await, []);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_search_takes_anything_and_finds_at_most_twenty(pool: PgPool) {
    let s = seeded(pool).await;
    for text in
        crate::support::HOSTILE.into_iter().chain(["", " ", "%", "%%", "_", "\\", "camp_", "conv_zz", "🦊🦊"])
    {
        let found = find(&s, Realm::Network, Role::Admin, text).await;
        assert!(found.is_empty(), "{text:?}: {found:?}");
    }
    s.run(
        "INSERT INTO affiliates (id, name, created_at, updated_at)
         SELECT 5000 + n, 'Many ' || n, now(), now() FROM generate_series(1, 30) n;
         INSERT INTO advertisers (id, name, created_at, updated_at)
         SELECT 6000 + n, 'So many ' || n, now(), now() FROM generate_series(1, 30) n;",
    )
    .await;
    let found = search::find(&s.network(), Role::Admin, "many").await.unwrap();
    let hits: usize = found.groups.iter().map(|g| g.hits.len()).sum();
    assert_eq!((found.groups.len(), hits), (2, 10));
    let buyer = search::find(&s.network(), Role::Buyer, "many").await;
    assert!(matches!(buyer, Err(EngineError::Forbidden(_))));
}

async fn told(s: &Seeded, realm: Realm, role: Role, user: UserId) -> (i64, Vec<NoticeView>) {
    let bell = notify::bell(&s.ask(realm), role, user).await.unwrap();
    (bell.unread, bell.newest)
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_matter_comes_up_once_is_read_and_comes_up_again_when_it_grows(pool: PgPool) {
    let s = seeded(pool).await;
    let admin = user(&s, 901, "admin", None).await;
    let second = user(&s, 902, "admin", None).await;
    let manager = user(&s, 903, "affiliate_manager", None).await;
    let seen = |role, user| told(&s, Realm::Network, role, user);
    notify::watch(&s.net.db, now()).await.unwrap();
    assert_eq!(seen(Role::Admin, admin).await.0, 0);

    s.run("INSERT INTO dead_letters VALUES ('c', 's', 1, 1, 1, '', 'unreadable', now())").await;
    for n in 0..notify::MANY_PENDING {
        conversion(&s, s.ann_shoes, &format!("w{n}"), "pending", now()).await;
    }
    notify::watch(&s.net.db, now()).await.unwrap();
    notify::watch(&s.net.db, now()).await.unwrap();
    let (unread, all) = seen(Role::Admin, admin).await;
    assert_eq!((unread, all.len()), (2, 2));
    assert!(all.iter().any(|n| n.title == "20 conversions wait for a decision"), "{all:?}");
    // Health is not for affiliate managers.
    assert_eq!(seen(Role::AffiliateManager, manager).await.0, 1);

    notify::mark_read(&s.net.db, Realm::Network, Role::Admin, admin, None, now()).await.unwrap();
    assert_eq!(seen(Role::Admin, admin).await.0, 0);
    assert_eq!(seen(Role::Admin, second).await.0, 2);

    // One more does not make it new; twice as many do.
    conversion(&s, s.ann_shoes, "w-more", "pending", now()).await;
    notify::watch(&s.net.db, now()).await.unwrap();
    assert_eq!(seen(Role::Admin, admin).await.0, 0);
    for n in 0..notify::MANY_PENDING {
        conversion(&s, s.ann_shoes, &format!("v{n}"), "pending", now()).await;
    }
    notify::watch(&s.net.db, now()).await.unwrap();
    assert_eq!(seen(Role::Admin, admin).await.0, 1);

    // What is over stays on record and asks for nothing; when it is so again, it is new again.
    s.run("DELETE FROM dead_letters").await;
    notify::watch(&s.net.db, now()).await.unwrap();
    let over: Vec<_> = seen(Role::Admin, second).await.1.into_iter().filter(|n| n.over).collect();
    assert_eq!(over.len(), 1);
    assert_eq!(seen(Role::Admin, second).await.0, 1);
    s.run("INSERT INTO dead_letters VALUES ('c', 's', 1, 1, 1, '', 'unreadable', now())").await;
    notify::watch(&s.net.db, now()).await.unwrap();
    assert_eq!(seen(Role::Admin, admin).await.0, 2);
}

#[sqlx::test(migrations = "../../migrations")]
async fn affiliates_are_told_of_decisions_once_a_day_and_only_of_their_own(pool: PgPool) {
    let s = seeded(pool).await;
    let ann = user(&s, 901, "affiliate", Some(s.net.affiliate)).await;
    let bob = user(&s, 902, "affiliate", Some(s.bob)).await;
    let (ann_realm, bob_realm) = (Realm::Affiliate(s.net.affiliate), Realm::Affiliate(s.bob));
    conversion(&s, s.ann_shoes, "a1", "approved", now()).await;
    conversion(&s, s.ann_shoes, "a2", "approved", now()).await;
    conversion(&s, s.ann_shoes, "a3", "rejected", now()).await;
    notify::watch(&s.net.db, now()).await.unwrap();
    notify::watch(&s.net.db, now() + TimeDelta::minutes(1)).await.unwrap();
    let (unread, all) = told(&s, ann_realm, Role::Affiliate, ann).await;
    assert_eq!((unread, all.len()), (2, 2));
    let approved = all.iter().find(|n| n.tone == "ok").unwrap();
    assert_eq!(approved.title, "2 conversions approved on 22 Nov 2026");
    assert_eq!(approved.text, "$12.00 moved from pending to approved.");
    assert_eq!(told(&s, bob_realm, Role::Affiliate, bob).await.0, 0);

    notify::mark_read(&s.net.db, ann_realm, Role::Affiliate, ann, Some(approved.id), now()).await.unwrap();
    assert_eq!(told(&s, ann_realm, Role::Affiliate, ann).await.0, 1);
    // Another approval on the same day: the same line, new again.
    conversion(&s, s.ann_shoes, "a4", "approved", now()).await;
    notify::watch(&s.net.db, now() + TimeDelta::minutes(2)).await.unwrap();
    let (unread, all) = told(&s, ann_realm, Role::Affiliate, ann).await;
    assert_eq!((unread, all.len()), (2, 2));

    // Somebody else's numbers change nothing.
    notify::mark_read(&s.net.db, bob_realm, Role::Affiliate, bob, Some(approved.id), now()).await.unwrap();
    notify::mark_read(&s.net.db, bob_realm, Role::Affiliate, bob, None, now()).await.unwrap();
    assert_eq!(told(&s, ann_realm, Role::Affiliate, ann).await.0, 2);
    // The end of a day that the last look missed is told after midnight.
    conversion(&s, s.bob_shoes, "b1", "approved", moment("2026-11-22T23:59:55Z")).await;
    notify::watch(&s.net.db, moment("2026-11-23T00:00:05Z")).await.unwrap();
    let (_, all) = told(&s, bob_realm, Role::Affiliate, bob).await;
    assert_eq!(
        all.iter().map(|n| n.title.as_str()).collect::<Vec<_>>(),
        ["1 conversion approved on 22 Nov 2026"]
    );
}

#[sqlx::test(migrations = "../../migrations")]
async fn notifications_cannot_be_read_across_realms(pool: PgPool) {
    let s = seeded(pool).await;
    let ann = user(&s, 901, "affiliate", Some(s.net.affiliate)).await;
    let bob = user(&s, 902, "affiliate", Some(s.bob)).await;
    conversion(&s, s.ann_shoes, "a1", "approved", now()).await;
    notify::watch(&s.net.db, now()).await.unwrap();
    // The role decides on kinds, the realm on rows: neither alone opens another's.
    for role in [Role::Affiliate, Role::Admin] {
        assert_eq!(told(&s, Realm::Affiliate(s.bob), role, bob).await.1, []);
    }
    assert_eq!(told(&s, Realm::Network, Role::Admin, ann).await.1, []);
    // Reading in somebody else's name is refused by the database.
    let foreign =
        notify::mark_read(&s.net.db, Realm::Affiliate(s.net.affiliate), Role::Affiliate, bob, None, now())
            .await;
    assert!(foreign.is_err(), "{foreign:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn open_pages_are_told_what_changed_and_nothing_twice(pool: PgPool) {
    let s = seeded(pool).await;
    let admin = user(&s, 901, "admin", None).await;
    let db = &s.net.db;
    let first = live::beat(db, Realm::Network, None, now()).await.unwrap();
    let again = live::beat(db, Realm::Network, Some(&first), now()).await.unwrap();
    assert!(!again.differs(&first));

    conversion(&s, s.ann_shoes, "w1", "pending", now()).await;
    let beat = live::beat(db, Realm::Network, Some(&first), now()).await.unwrap();
    assert!(beat.differs(&first));
    let update = beat.update(Role::Admin, "America/New_York", None, now());
    assert_eq!(update.badges.iter().find(|b| b.0 == live::PENDING).map(|b| b.1), Some(1));
    assert_eq!(update.day, "2026-11-22");
    let east = beat.update(Role::Admin, "Asia/Tokyo", None, moment("2026-11-22T15:30:00Z"));
    assert_eq!(east.day, "2026-11-23");

    s.run("INSERT INTO dead_letters VALUES ('c', 's', 1, 1, 1, '', 'unreadable', now())").await;
    notify::watch(db, now()).await.unwrap();
    let beat = live::beat(db, Realm::Network, Some(&beat), now()).await.unwrap();
    let mut known = HashSet::new();
    assert_eq!(beat.update(Role::Admin, "UTC", Some(&mut known), now()).toasts.len(), 1);
    assert_eq!(beat.update(Role::Admin, "UTC", Some(&mut known), now()).toasts, []);
    assert_eq!(beat.update(Role::AffiliateManager, "UTC", Some(&mut HashSet::new()), now()).toasts, []);
    let frame = live::frame(db, &live::Pulses::default(), Realm::Network, Role::Admin, admin).await.unwrap();
    assert_eq!((frame.unread, frame.badges.len()), (1, 2));
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_affiliate_is_told_of_its_new_conversions(pool: PgPool) {
    let s = seeded(pool).await;
    let db = &s.net.db;
    let ann = Realm::Affiliate(s.net.affiliate);
    let first = live::beat(db, ann, None, now()).await.unwrap();
    let later = now() + TimeDelta::seconds(5);
    conversion(&s, s.bob_shoes, "b1", "pending", later).await;
    let theirs = live::beat(db, ann, Some(&first), later).await.unwrap();
    assert!(!theirs.differs(&first));
    conversion(&s, s.ann_shoes, "a1", "pending", later).await;
    conversion(&s, s.ann_shoes, "a2", "pending", later).await;
    let beat = live::beat(db, ann, Some(&first), later).await.unwrap();
    assert!(beat.differs(&first));
    let update = beat.update(Role::Affiliate, "UTC", None, later);
    assert_eq!(
        update.toasts.iter().map(|t| t.text.as_str()).collect::<Vec<_>>(),
        ["2 new conversions, $12.00"]
    );
    assert_eq!(update.badges, []);
    let quiet = live::beat(db, ann, Some(&beat), later).await.unwrap();
    assert_eq!(quiet.update(Role::Affiliate, "UTC", None, later).toasts, []);
    let buyer = live::beat(db, Realm::Buyer(domain::ids::BuyerId(1)), None, later).await;
    assert!(matches!(buyer, Err(EngineError::Forbidden(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_session_that_has_ended_is_not_good(pool: PgPool) {
    let s = seeded(pool).await;
    user(&s, 901, "admin", None).await;
    user(&s, 902, "affiliate", Some(s.bob)).await;
    s.run(
        "INSERT INTO user_sessions (id, user_id, epoch, created_at, last_seen_at, expires_at, confirmed_at)
         SELECT n, CASE WHEN n = 4 THEN 902 ELSE 901 END, 0, '2026-11-22T14:00:00Z', '2026-11-22T14:00:00Z',
                (CASE WHEN n = 2 THEN '2026-11-22T14:29:00Z' ELSE '2026-11-22T20:00:00Z' END)::timestamptz, '2026-11-22T14:00:00Z'
         FROM generate_series(1, 4) n",
    )
    .await;
    let all: Vec<SessionId> = (1..=5).map(SessionId).collect();
    let good = || async {
        let mut good: Vec<i64> =
            live::good_sessions(&s.net.db, &all, now()).await.unwrap().iter().map(|g| g.0.0).collect();
        good.sort_unstable();
        good
    };
    assert_eq!(good().await, [1, 3, 4]);
    s.run("UPDATE user_sessions SET ended_at = now() WHERE id = 3").await;
    assert_eq!(good().await, [1, 4]);
    s.run("UPDATE affiliates SET status = 'closed' WHERE name = 'Bob'").await;
    assert_eq!(good().await, [1]);
    s.run("UPDATE users SET session_epoch = 1 WHERE id = 901").await;
    assert_eq!(good().await, Vec::<i64>::new());
}

/// The asker's zone and the clock come with the question.
#[sqlx::test(migrations = "../../migrations")]
async fn times_are_read_in_the_askers_zone(pool: PgPool) {
    let s = seeded(pool).await;
    let admin = user(&s, 901, "admin", None).await;
    s.run("INSERT INTO dead_letters VALUES ('c', 's', 1, 1, 1, '', 'unreadable', now())").await;
    notify::watch(&s.net.db, now()).await.unwrap();
    let ask = Ask { tz: "Asia/Tokyo", ..s.network() };
    let bell = notify::bell(&ask, Role::Admin, admin).await.unwrap();
    assert_eq!(bell.newest.first().map(|n| n.at.local.as_str()), Some("22 Nov 2026, 23:30:00"));
    let page = notify::list(&ask, Role::Admin, admin, true, None).await.unwrap();
    assert_eq!((page.rows.len(), page.unread, page.older), (1, 1, None));
}

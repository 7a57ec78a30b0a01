//! Lists of a small network whose figures are known: pages, totals, columns, exports, views, many rows at once.

use crate::{
    reports::{Seeded, moment, now, q, seeded},
    support::{asked_by, person, wrong_fields},
};
use domain::{
    access::{Actor, Realm},
    drafts::{AdvertiserDraft, ViewDraft},
    ids::{AffiliateId, ConversionId, UserId, ViewId},
    lists::{self, ALL, BULK_MOST, List},
    view::{BulkOutcome, Cell, ListQuery, ListView},
};
use engine::{
    EngineError, accounts,
    bulk::{self, Order, Rows},
    reports::{
        Ask,
        lists::{Export, view},
    },
    views,
};
use sqlx::PgPool;
use store::reports::listing::SortBy;

const ADMIN: UserId = UserId(1);
const OTHER: UserId = UserId(2);

pub async fn page(s: &Seeded, list: &'static List, query: &str) -> ListView {
    view(&s.network(), list, &q(query), ADMIN).await.unwrap()
}

/// The text in a column of each row.
pub fn column(v: &ListView, key: &str) -> Vec<String> {
    let at = v.columns.iter().position(|c| c == key).unwrap_or_else(|| panic!("{key} is not shown"));
    v.list.rows.iter().map(|r| r.cells[at].text().to_owned()).collect()
}

/// Some columns of all rows: `Ann 1, Bob 2`.
pub fn columns(v: &ListView, keys: &[&str]) -> String {
    let all: Vec<_> = keys.iter().map(|key| column(v, key)).collect();
    let row = |n: usize| all.iter().map(|c| c[n].as_str()).collect::<Vec<_>>().join(" ");
    (0..v.list.rows.len()).map(row).collect::<Vec<_>>().join(", ")
}

pub fn total(v: &ListView, line: usize, key: &str) -> String {
    let at = v.columns.iter().position(|c| c == key).unwrap();
    v.totals[line].cells[at - 1].text().to_owned()
}

async fn users(pool: &PgPool, realm: Option<AffiliateId>) {
    for id in [ADMIN.0, OTHER.0] {
        sqlx::query(
            "INSERT INTO users (id, email, name, password_hash, role, affiliate_id, created_at, updated_at)
             VALUES ($1, $1 || '@example.com', 'Person ' || $1, 'x', $2, $3, now(), now())",
        )
        .bind(id)
        .bind(if realm.is_some() { "affiliate" } else { "admin" })
        .bind(realm.map(|a| a.0))
        .execute(pool)
        .await
        .unwrap();
    }
}

fn actor(user: UserId, realm: Realm) -> Actor {
    Actor { user: Some(user), ..person(realm) }
}

async fn csv(ask: &Ask<'_>, who: &Actor, list: &'static List, query: &str) -> Vec<String> {
    let db = asked_by(ask.db, who);
    let ask = &Ask { db: &db, ..*ask };
    let mut export = Export::begin(ask, who, list, &q(query), false, "https://go.example").await.unwrap();
    let mut text = String::new();
    while let Some(part) = export.next().await.unwrap() {
        text.push_str(&part);
    }
    assert_eq!(text.matches("\r\n").count() as u64, export.rows() + 1);
    text.trim_end().split("\r\n").map(str::to_owned).collect()
}

/// Conversions received today in dollars: status, revenue, payout.
async fn conversion(s: &Seeded, txid: &str, status: &str, at: &str, minor: [i64; 2]) -> ConversionId {
    let id = ConversionId::derive(s.shoes, domain::ids::GoalId(1), txid);
    sqlx::query(
        "INSERT INTO conversions (id, received_at, status, reason, method, click_id, campaign_id, affiliate_id, advertiser_id,
             link_id, goal, txid, reported_amount, currency, revenue_minor, payout_minor, stream, seq)
         SELECT $1, $2, $3, CASE WHEN $3 = 'rejected' THEN 'test_order' END, 'postback', 'click-' || $4, l.campaign_id,
             l.affiliate_id, c.advertiser_id, l.id, 'sale', $4, '', c.currency, $5, $6, 's', $7
         FROM links l JOIN campaigns c ON c.id = l.campaign_id WHERE l.id = $8",
    )
    .bind(id.0)
    .bind(moment(at))
    .bind(status)
    .bind(txid)
    .bind(minor[0])
    .bind(minor[1])
    .bind(txid.bytes().fold(7_i64, |n, b| n * 31 % 1_000_003 + i64::from(b)))
    .bind(s.ann_shoes.0)
    .execute(&s.net.pool)
    .await
    .unwrap();
    id
}

#[sqlx::test(migrations = "../../migrations")]
async fn campaigns_are_filtered_sorted_and_totalled_over_all_pages(pool: PgPool) {
    let s = seeded(pool).await;
    let names = async |query: &str| {
        let v = page(&s, &lists::CAMPAIGNS, query).await;
        (column(&v, "name").join(" "), v.list.total)
    };
    assert_eq!(names("").await, ("Shoes Hats Idle".into(), 3));
    for (query, want) in [
        ("sort=name", "Hats Idle Shoes"),
        ("sort=-name", "Shoes Idle Hats"),
        ("sort=clicks", "Idle Hats Shoes"),
        ("sort=-margin", "Hats Shoes Idle"),
        ("sort=rpc", "Hats Shoes Idle"),
        ("sort=cr", "Shoes Hats Idle"),
        ("sort=1;DROP TABLE campaigns", "Shoes Hats Idle"),
        ("q=HAT", "Hats"),
        ("q=%25", ""),
        ("q=sHop", "Shoes Hats Idle"),
        ("visibility=apply", "Idle"),
        ("status=paused", ""),
        ("status=paused,active", "Shoes Hats Idle"),
        ("status=paused&status=active", "Shoes Hats Idle"),
        ("status=nonsense", "Shoes Hats Idle"),
    ] {
        assert_eq!(names(query).await.0, want, "{query}");
    }
    let nobody = domain::ids::AdvertiserId(7);
    assert_eq!(names(&format!("advertiser={nobody}")).await.0, "");
    assert_eq!(names(&format!("q={}", s.idle)).await.0, "Idle");
    // Past the end there is the last page.
    let v = page(&s, &lists::CAMPAIGNS, "page=99&q=shoes&cols=clicks,cr,invalid_clicks").await;
    assert_eq!((v.list.page, v.list.total, v.list.none_ever), (1, 1, false));
    assert_eq!(v.columns, ["name", "clicks", "cr", "invalid_clicks"]);
    assert_eq!((v.totals[0].label.as_str(), total(&v, 0, "clicks")), ("1 campaign", "1,450".into()));
    // 26 of 1,450: of the totals, not of the rows.
    assert_eq!(total(&v, 0, "cr"), "1.79 %");
    assert_eq!(v.choices["advertiser"].len(), 1);
    let v = page(&s, &lists::CAMPAIGNS, "period=today").await;
    let labels: Vec<_> = v.totals.iter().map(|t| t.label.as_str()).collect();
    assert_eq!(labels, ["All 2 campaigns in USD", "1 campaign in EUR"]);
    assert_eq!((total(&v, 0, "revenue"), total(&v, 1, "revenue")), ("$160.00".into(), "€10.00".into()));
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_column_of_every_list_has_something_to_say(pool: PgPool) {
    let s = seeded(pool).await;
    conversion(&s, "t-1", "pending", "2026-11-22T10:00:00Z", [1_250, 1_000]).await;
    s.run(&format!(
        "INSERT INTO stats_sub_daily (day, affiliate_id, sub_no, sub_value, campaign_id, currency, clicks, conversions,
                                      payout_minor)
         VALUES ('2026-11-22', {}, 1, '=news', {}, 'USD', 10, 1, 100)",
        s.net.affiliate.0, s.shoes.0
    ))
    .await;
    for list in ALL {
        let own = list.path.starts_with("/affiliate");
        let realm = if own { Realm::Affiliate(s.net.affiliate) } else { Realm::Network };
        let all: Vec<_> = list.columns.iter().map(|c| c.key).collect();
        let v = view(&s.ask(realm), list, &q(&format!("cols={}", all.join(","))), ADMIN).await.unwrap();
        assert_eq!(v.columns, all, "{}", list.key);
        let row = v.list.rows.first().unwrap_or_else(|| panic!("{} is empty", list.key));
        assert_eq!(row.cells.len(), all.len());
        for (column, cell) in list.columns.iter().zip(&row.cells) {
            if column.figure && column.key != "amount" {
                assert!(matches!(cell, Cell::Figure { .. }), "{}.{}: {cell:?}", list.key, column.key);
            }
        }
        for c in list.columns.iter().filter(|c| c.sortable) {
            let sorted = view(&s.ask(realm), list, &q(&format!("sort={}", c.key)), ADMIN).await.unwrap();
            assert_eq!(sorted.list.total, v.list.total);
            if !own && list.key != "conversions" {
                assert!(SortBy::WORDS.contains(&c.key), "{}", c.key);
            }
        }
        // The export has the same columns and as many rows as the page says.
        let lines = csv(&s.ask(realm), &actor(ADMIN, realm), list, &format!("cols={}", all.join(","))).await;
        let heads: usize = list.columns.iter().map(|c| c.headings().count()).sum();
        assert_eq!(lines[0].split(',').count(), heads, "{}", lines[0]);
        assert_eq!(lines.len() as i64 - 1, v.list.total, "{}", list.key);
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn rejected_conversions_are_told_apart_in_the_totals(pool: PgPool) {
    let s = seeded(pool).await;
    conversion(&s, "a-1", "pending", "2026-11-22T10:00:00Z", [1_000, 800]).await;
    conversion(&s, "a-2", "approved", "2026-11-22T11:00:00Z", [2_000, 1_600]).await;
    conversion(&s, "a-3", "rejected", "2026-11-22T12:00:00Z", [500, 400]).await;
    let v = page(&s, &lists::CONVERSIONS, "").await;
    let lines: Vec<_> = v.totals.iter().map(|t| t.label.as_str()).collect();
    assert_eq!(lines, ["All 2 conversions, pending and approved", "1 rejected, in no sum"]);
    assert_eq!((total(&v, 0, "revenue"), total(&v, 1, "payout")), ("$30.00".into(), "$4.00".into()));
    let v = page(&s, &lists::CONVERSIONS, "status=rejected").await;
    assert_eq!(v.totals.len(), 1);
    assert!(matches!(&v.totals[0].cells[3], Cell::Figure { text, struck: true, .. } if text == "$5.00"));
    let v = page(&s, &lists::CONVERSIONS, "status=pending,approved").await;
    assert_eq!((v.list.total, v.totals[0].label.as_str()), (2, "All 2 conversions"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_named_exactly_is_found_whatever_the_period(pool: PgPool) {
    let s = seeded(pool).await;
    let id = conversion(&s, "old-1", "pending", "2026-03-01T10:00:00Z", [1_000, 800]).await;
    let found = async |query: String| column(&page(&s, &lists::CONVERSIONS, &query).await, "name");
    assert!(found(String::new()).await.is_empty());
    for query in [format!("q={id}"), "q=old-1".into(), "q=CLICK-OLD-1".into(), format!("q={id}&period=today")]
    {
        assert_eq!(found(query.clone()).await, ["old-1 · sale"], "{query}");
    }
    // The beginning of one is searched for in the period only, and other filters hold.
    assert!(found("q=old".into()).await.is_empty());
    assert!(found(format!("q={id}&status=approved")).await.is_empty());
    let foreign = s.ask(Realm::Affiliate(s.bob));
    let v = view(&foreign, &lists::OWN_CONVERSIONS, &q(&format!("q={id}")), ADMIN).await.unwrap();
    assert!(v.list.rows.is_empty());
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_export_is_raw_ordered_harmless_audited_and_ones_own(pool: PgPool) {
    let s = seeded(pool).await;
    conversion(&s, "=cmd|'/c calc'!A1", "rejected", "2026-11-22T10:00:00.5Z", [123_456, 800]).await;
    conversion(&s, "a,\"b\"", "pending", "2026-11-22T11:00:00Z", [1_000, 800]).await;
    let admin = actor(ADMIN, Realm::Network);
    let cols = "cols=name,received,status,revenue,campaign";
    let lines = csv(&s.network(), &admin, &lists::CONVERSIONS, cols).await;
    assert_eq!(
        lines[0],
        "Transaction id,Goal,Conversion id,Received,Status,Reason,Revenue,Campaign,Campaign id,Affiliate,Affiliate id,Currency"
    );
    assert!(lines[1].starts_with("\"a,\"\"b\"\"\",sale,conv_"), "{}", lines[1]);
    assert!(lines[2].starts_with("'=cmd|'/c calc'!A1,sale,conv_"), "{}", lines[2]);
    assert!(
        lines[2].contains(",2026-11-22T10:00:00Z,rejected,test_order,1234.56,Shoes,camp_"),
        "{}",
        lines[2]
    );
    assert!(lines[2].ends_with(",USD"));
    let audited: (String, serde_json::Value) = sqlx::query_as(
        "SELECT actor, after FROM audit_log WHERE action = 'list.export' ORDER BY id DESC LIMIT 1",
    )
    .fetch_one(&s.net.pool)
    .await
    .unwrap();
    assert_eq!(audited.1["list"], "/admin/conversions");
    assert!(audited.1["query"].as_str().unwrap().contains("cols=name,received"));

    // Others' rows and lists stay theirs; what an advertiser pays is in no file of an affiliate.
    let own = s.ask(Realm::Affiliate(s.net.affiliate));
    let ann = actor(OTHER, Realm::Affiliate(s.net.affiliate));
    let lines = csv(&own, &ann, &lists::OWN_CONVERSIONS, "cols=name,payout,revenue,currency").await;
    assert_eq!(lines[0], "Goal,Transaction id,Conversion id,Payout,Currency");
    assert_eq!(lines.len(), 3);
    let bob = s.ask(Realm::Affiliate(s.bob));
    assert_eq!(csv(&bob, &ann, &lists::OWN_CONVERSIONS, "").await.len(), 1);
    let refused = Export::begin(&own, &ann, &lists::CONVERSIONS, &q(""), false, "").await;
    assert!(matches!(refused, Err(EngineError::Forbidden(_))));
    let refused = view(&own, &lists::CAMPAIGNS, &q(""), ADMIN).await;
    assert!(matches!(refused, Err(EngineError::Forbidden(_))));
    let refused = view(&s.network(), &lists::OWN_LINKS, &q(""), ADMIN).await;
    assert!(matches!(refused, Err(EngineError::Forbidden(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_long_export_comes_in_batches_of_one_moment(pool: PgPool) {
    let s = seeded(pool).await;
    s.run(&format!(
        "INSERT INTO conversions (id, received_at, status, method, click_id, goal, txid, reported_amount, currency,
                                  revenue_minor, payout_minor, stream, seq, campaign_id)
         SELECT gen_random_uuid(), '2026-11-22T01:00:00Z', 'pending', 'postback', '', 'sale', 'n-' || n, '', 'USD', 1, 1, 's', n, {}
         FROM generate_series(1, 1234) n",
        s.shoes.0
    ))
    .await;
    let admin = actor(ADMIN, Realm::Network);
    let mut export =
        Export::begin(&s.network(), &admin, &lists::CONVERSIONS, &q(""), true, "").await.unwrap();
    assert_eq!(export.file_name(), "conversions-2026-11-16-to-2026-11-22.csv");
    assert!(export.next().await.unwrap().unwrap().starts_with("\u{feff}Transaction id,"));
    let mut parts = Vec::new();
    while let Some(part) = export.next().await.unwrap() {
        if parts.is_empty() {
            s.run("DELETE FROM conversions").await;
        }
        parts.push(part.matches("\r\n").count());
    }
    assert_eq!(parts, [500, 500, 234]);
}

fn draft(list: &str, name: &str, query: &str) -> ViewDraft {
    ViewDraft { list: list.into(), name: name.into(), query: query.into(), ..ViewDraft::default() }
}

#[sqlx::test(migrations = "../../migrations")]
async fn views_are_saved_applied_shared_and_deleted(pool: PgPool) {
    let s = seeded(pool.clone()).await;
    users(&pool, None).await;
    let (me, other) = (actor(ADMIN, Realm::Network), actor(OTHER, Realm::Network));
    let (mine, others) = (s.net.db.asked_by(ADMIN), s.net.db.asked_by(OTHER));
    let first =
        ViewDraft { is_default: true, ..draft("campaigns", " Euros ", "?q=hats&page=3&cols=clicks&view=x") };
    let id = views::save(&mine, &me, &first, now(), 1).await.unwrap();
    let open = async |query: &str, user: UserId| {
        let db = s.net.db.asked_by(user);
        view(&Ask { db: &db, ..s.network() }, &lists::CAMPAIGNS, &q(query), user).await.unwrap()
    };
    // Without a query the default opens; whatever else stands in the address is meant as it stands.
    let v = open("", ADMIN).await;
    assert_eq!((v.applied, v.query.as_str(), v.list.total), (true, "q=hats&cols=clicks", 1));
    assert_eq!((v.views[0].name.as_str(), v.views[0].own, v.views[0].is_default), ("Euros", true, true));
    assert_eq!(open("view=all", ADMIN).await.list.total, 3);
    assert_eq!(open("sort=name", ADMIN).await.list.total, 3);
    assert!(!open("", OTHER).await.applied && open("", OTHER).await.views.is_empty());

    assert_eq!(
        wrong_fields(views::save(&mine, &me, &draft("campaigns", "euros", ""), now(), 2).await),
        ["name"]
    );
    assert_eq!(wrong_fields(views::save(&mine, &me, &draft("campaigns", " ", ""), now(), 2).await), ["name"]);
    let unknown = views::save(&mine, &me, &draft("nothing", "x", ""), now(), 2).await;
    assert!(matches!(unknown, Err(EngineError::NotFound)));

    // Private ones are not for others, not even by their address.
    let address = format!("view={id}");
    assert!(!open(&address, OTHER).await.applied);
    let shared = ViewDraft { shared: true, ..draft("campaigns", "Hats only", "") };
    let gone = views::update(&others, &other, id, &shared, now()).await;
    assert!(matches!(gone, Err(EngineError::NotFound)));
    views::update(&mine, &me, id, &shared, now()).await.unwrap();
    let v = open(&address, OTHER).await;
    assert_eq!((v.applied, v.query.as_str()), (true, "q=hats&cols=clicks"));
    assert_eq!(
        (v.views[0].name.as_str(), v.views[0].own, v.views[0].owner.as_str()),
        ("Hats only", false, "Person 1")
    );
    assert!(!open("", ADMIN).await.applied);

    // A new default takes the place of the old one.
    for name in ["One", "Two"] {
        let draft = ViewDraft { is_default: true, shared: true, ..draft("campaigns", name, "q=shoes") };
        views::save(&mine, &me, &draft, now(), 7 + name.len() as u32 + u32::from(name == "Two"))
            .await
            .unwrap();
    }
    let defaults: Vec<_> =
        open("view=all", ADMIN).await.views.into_iter().filter(|v| v.is_default).map(|v| v.name).collect();
    assert_eq!(defaults, ["Two"]);
    assert!(open("", ADMIN).await.applied && !open("", OTHER).await.applied);
    assert!(open("view=all", OTHER).await.views.iter().all(|v| !v.is_default));

    assert!(matches!(views::delete(&others, &other, id, now()).await, Err(EngineError::NotFound)));
    views::delete(&mine, &me, id, now()).await.unwrap();
    assert!(matches!(views::delete(&mine, &me, id, now()).await, Err(EngineError::NotFound)));
    let unseen = view(&s.network(), &lists::CAMPAIGNS, &q(&address), ADMIN).await.unwrap();
    assert!(!unseen.applied && unseen.list.total == 3);
    assert!(!s.net.audited().await.iter().any(|a| a == "view.read"));
    for action in ["view.create", "view.update", "view.delete"] {
        assert!(s.net.audited().await.iter().any(|a| a == action), "{action}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn views_of_one_realm_are_nothing_to_another(pool: PgPool) {
    let s = seeded(pool.clone()).await;
    users(&pool, Some(s.net.affiliate)).await;
    let ann = actor(ADMIN, Realm::Affiliate(s.net.affiliate));
    let shared = ViewDraft { shared: true, ..draft("own_links", "Mine", "status=paused") };
    let id: ViewId = views::save(&s.net.db.asked_by(ADMIN), &ann, &shared, now(), 1).await.unwrap();
    let seen = async |realm: Realm| {
        let v = view(&s.ask(realm), &lists::OWN_LINKS, &q(&format!("view={id}")), OTHER).await.unwrap();
        (v.applied, v.views.len())
    };
    assert_eq!(seen(Realm::Affiliate(s.net.affiliate)).await, (true, 1));
    assert_eq!(seen(Realm::Affiliate(s.bob)).await, (false, 0));
    let bob = actor(ADMIN, Realm::Affiliate(s.bob));
    assert!(matches!(views::delete(&s.net.db, &bob, id, now()).await, Err(EngineError::NotFound)));
}

async fn do_(
    s: &Seeded,
    list: &'static List,
    word: &str,
    rows: Rows<'_>,
) -> Result<BulkOutcome, EngineError> {
    let action = list.bulk.iter().find(|b| b.word == word).unwrap();
    let order = Order { list, action, reason: "test_order", note: "" };
    bulk::run(&s.network(), &actor(ADMIN, Realm::Network), &order, rows).await
}

#[sqlx::test(migrations = "../../migrations")]
async fn many_rows_are_done_at_once_and_the_rest_is_counted(pool: PgPool) {
    let s = seeded(pool).await;
    let list = &lists::CAMPAIGNS;
    s.run(&format!("UPDATE campaigns SET status = 'draft' WHERE id = {}", s.idle.0)).await;
    s.run(&format!("UPDATE campaigns SET status = 'paused' WHERE id = {}", s.hats.0)).await;
    let ids: Vec<String> =
        [s.shoes.to_string(), s.hats.to_string(), s.idle.to_string(), "camp_x".into()].into();
    let version = s.net.version().await;
    let out = do_(&s, list, "pause", Rows::Ids(&ids)).await.unwrap();
    assert_eq!((out.done, out.already, out.impossible, out.gone), (1, 1, 1, 1));
    assert!(s.net.version().await > version);
    assert_eq!(s.net.audited().await.iter().filter(|a| *a == "campaign.status").count(), 1);
    let again = do_(&s, list, "pause", Rows::Ids(&ids[..1])).await.unwrap();
    assert_eq!((again.done, again.already), (0, 1));

    // All that match, if they are as many as was said.
    let query: ListQuery = q("status=paused");
    let wrong = do_(&s, list, "activate", Rows::Matching { query: &query, count: 3 }).await;
    assert!(matches!(wrong, Err(EngineError::Conflict(_))));
    let out = do_(&s, list, "activate", Rows::Matching { query: &query, count: 2 }).await.unwrap();
    assert_eq!((out.done, out.already), (2, 0));
    assert_eq!(wrong_fields(do_(&s, list, "pause", Rows::Ids(&[])).await), ["ids"]);
    let too_many = vec![s.shoes.to_string(); BULK_MOST as usize + 1];
    assert_eq!(wrong_fields(do_(&s, list, "pause", Rows::Ids(&too_many)).await), ["ids"]);

    for (list, id) in [
        (&lists::LINKS, s.ann_shoes.to_string()),
        (&lists::AFFILIATES, s.bob.to_string()),
        (&lists::ADVERTISERS, s.net.advertiser.to_string()),
    ] {
        let out = do_(&s, list, "pause", Rows::Ids(std::slice::from_ref(&id))).await.unwrap();
        assert_eq!(out.done, 1, "{}", list.key);
        let v = page(&s, list, "status=paused").await;
        assert_eq!((v.list.total, v.list.rows[0].id.as_str()), (1, id.as_str()));
        assert_eq!(v.list.rows[0].can, ["activate"]);
    }
    let ann = actor(ADMIN, Realm::Affiliate(s.bob));
    let order = Order { list, action: &list.bulk[0], reason: "", note: "" };
    let refused = bulk::run(&s.network(), &ann, &order, Rows::Ids(&ids)).await;
    assert!(matches!(refused, Err(EngineError::Forbidden(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_empty_network_has_lists_too(pool: PgPool) {
    let db = store::Db::from_pool(pool);
    let ask = Ask { db: &db, realm: Realm::Network, tz: "Not/AZone", period: "", now: now() };
    for list in ALL.iter().filter(|l| l.path.starts_with("/admin")) {
        let v = view(&ask, list, &q("q=x&page=7"), ADMIN).await.unwrap();
        assert!(v.list.none_ever && v.list.rows.is_empty(), "{}", list.key);
    }
    let draft = AdvertiserDraft { name: "New".into(), ..AdvertiserDraft::default() };
    accounts::create_advertiser(&db, &Actor::system("test"), &draft, now(), 1).await.unwrap();
    let v = view(&ask, &lists::ADVERTISERS, &q("q=nobody"), ADMIN).await.unwrap();
    assert!(!v.list.none_ever && total(&v, 0, "clicks") == "0");
}

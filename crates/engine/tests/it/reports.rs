//! Reports of a small network whose figures are known.

use crate::{
    lists::{columns, page, total},
    support::{Network, person},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Realm, Role},
    drafts::{AffiliateDraft, CampaignDraft, LinkDraft},
    ids::{AffiliateId, CampaignId, LinkId},
    lists,
    view::{Kpi, ListQuery},
};
use engine::{
    EngineError, accounts, campaigns, links,
    reports::{self, Ask, live},
};
use sqlx::PgPool;
use store::reports::stats::{Scope, hours};

pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A Sunday afternoon, half past two in UTC.
pub fn now() -> DateTime<Utc> {
    moment("2026-11-22T14:30:00Z")
}

pub struct Seeded {
    pub net: Network,
    pub bob: AffiliateId,
    /// In dollars, with links of both affiliates; in euros; without traffic.
    pub shoes: CampaignId,
    pub hats: CampaignId,
    pub idle: CampaignId,
    pub ann_shoes: LinkId,
    pub bob_shoes: LinkId,
    pub bob_hats: LinkId,
}

/// One hour of one link: clicks, conversions, revenue and payout in minor units.
async fn hour(pool: &PgPool, link: LinkId, at: &str, figures: [i64; 4]) {
    sqlx::query(
        "INSERT INTO stats_hourly (hour, campaign_id, affiliate_id, link_id, source, advertiser_id, currency, impressions,
                                   clicks, invalid_clicks, conversions, revenue_minor, payout_minor)
         SELECT $1, l.campaign_id, l.affiliate_id, l.id, '', c.advertiser_id, c.currency, 1, $3, 2, $4, $5, $6
         FROM links l JOIN campaigns c ON c.id = l.campaign_id WHERE l.id = $2",
    )
    .bind(moment(at))
    .bind(link.0)
    .bind(figures[0])
    .bind(figures[1])
    .bind(figures[2])
    .bind(figures[3])
    .execute(pool)
    .await
    .unwrap();
}

pub async fn seeded(pool: PgPool) -> Seeded {
    let net = Network::new(pool.clone()).await;
    sqlx::query("SELECT ensure_day_partitions('2026-11-01', 30)").execute(&pool).await.unwrap();
    let at = now();
    let bob = AffiliateDraft { name: "Bob".into(), ..AffiliateDraft::default() };
    let bob = accounts::create_affiliate(&net.db, &net.admin, &bob, at, 2, [2; 16]).await.unwrap();
    let shoes = net.campaign("Shoes", "public").await;
    let idle = net.campaign("Idle", "apply").await;
    let euros = CampaignDraft { currency: "EUR".into(), ..net.campaign_draft("Hats") };
    let hats = campaigns::create_campaign(&net.db, &net.admin, &euros, at, net.chance()).await.unwrap();
    let mut made = Vec::new();
    for (campaign, affiliate) in [(shoes, net.affiliate), (shoes, bob), (hats, bob)] {
        let draft = LinkDraft {
            campaign: campaign.to_string(),
            affiliate: affiliate.to_string(),
            ..LinkDraft::default()
        };
        made.push(link(&net, &draft).await);
    }
    let (ann_shoes, bob_shoes, bob_hats) = (made[0], made[1], made[2]);
    // Today: 350 clicks and 10 conversions, of them 300 and 9 in dollars: $160.00 against $120.00.
    hour(&pool, ann_shoes, "2026-11-22T00:00:00Z", [100, 3, 6_000, 4_500]).await;
    hour(&pool, ann_shoes, "2026-11-22T14:00:00Z", [100, 3, 6_000, 4_500]).await;
    hour(&pool, bob_shoes, "2026-11-22T13:00:00Z", [100, 3, 4_000, 3_000]).await;
    hour(&pool, bob_hats, "2026-11-22T13:00:00Z", [50, 1, 1_000, 500]).await;
    // Yesterday: up to half past two 200 clicks and $80.00, afterwards what must not be compared with.
    hour(&pool, ann_shoes, "2026-11-21T10:00:00Z", [150, 4, 6_000, 5_000]).await;
    hour(&pool, ann_shoes, "2026-11-21T14:00:00Z", [100, 4, 4_000, 2_000]).await;
    hour(&pool, ann_shoes, "2026-11-21T20:00:00Z", [900, 9, 9_000, 9_000]).await;
    Seeded { net, bob, shoes, hats, idle, ann_shoes, bob_shoes, bob_hats }
}

async fn link(net: &Network, draft: &LinkDraft) -> LinkId {
    links::create_link(&net.db, &net.admin, draft, now(), net.chance().into()).await.unwrap().id
}

impl Seeded {
    pub fn ask(&self, realm: Realm) -> Ask<'_> {
        Ask { db: &self.net.db, realm, tz: "UTC", period: "", now: now() }
    }

    pub fn network(&self) -> Ask<'_> {
        self.ask(Realm::Network)
    }

    pub async fn run(&self, sql: &str) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&self.net.pool).await.unwrap();
    }
}

pub fn q(text: &str) -> ListQuery {
    ListQuery::parse(text)
}

/// Value with unit, previous, and the change with its direction.
pub fn read(kpis: &[Kpi], key: &str) -> (String, String, Option<(i8, String)>) {
    let k = kpis.iter().find(|k| k.key == key).unwrap();
    (format!("{}{}", k.value, k.unit), k.previous.clone(), k.delta.as_ref().map(|d| (d.dir, d.text.clone())))
}

fn reads(value: &str, previous: &str, dir: i8, change: &str) -> (String, String, Option<(i8, String)>) {
    (value.into(), previous.into(), Some((dir, change.into())))
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_overview_adds_up_and_compares_with_the_same_part_of_yesterday(pool: PgPool) {
    let s = seeded(pool).await;
    let view = reports::overview::admin(&s.network(), &q("")).await.unwrap();
    assert_eq!(view.period.key, "today");
    assert_eq!((view.currency.as_str(), view.other_currencies), ("USD", vec!["EUR".to_owned()]));
    assert_eq!(read(&view.kpis, "clicks"), reads("350", "200", 1, "75.0 %"));
    assert_eq!(read(&view.kpis, "conversions"), reads("10", "6", 1, "66.6 %"));
    assert_eq!(read(&view.kpis, "revenue"), reads("$160.00", "$80.00", 1, "100.0 %"));
    assert_eq!(read(&view.kpis, "payout"), reads("$120.00", "$60.00", 1, "100.0 %"));
    assert_eq!(read(&view.kpis, "margin"), reads("25.0 %", "25.0 %", 0, "0.0 pt"));
    assert_eq!(read(&view.kpis, "rpc"), reads("$0.533", "$0.400", 1, "33.3 %"));

    let chart = view.chart;
    assert_eq!((chart.now.len(), chart.prev.len(), chart.labels[13].as_str()), (24, 24, "13:00"));
    assert_eq!(
        (chart.now[0], chart.now[1], chart.now[13], chart.now[14]),
        (Some(100), Some(0), Some(150), Some(100))
    );
    assert_eq!((chart.now[15], chart.prev[20], chart.incomplete_from), (None, Some(900), Some(14)));
    assert_eq!(chart.summary, "Clicks, Today: 350, 75.0 % more than yesterday at this time.");
    assert_eq!(view.kpis[0].spark.len(), 15);

    let names: Vec<_> =
        view.campaigns.iter().map(|c| (c.name.as_str(), c.share, c.figures.cr.as_str())).collect();
    assert_eq!(names, [("Shoes", 100, "3.00 %"), ("Hats", 16, "2.00 %"), ("Idle", 0, "–")]);
    let totals: Vec<_> = view
        .totals
        .iter()
        .map(|t| (t.label.as_str(), t.figures.clicks.as_str(), t.figures.revenue.as_str()))
        .collect();
    assert_eq!(totals, [("All 2 campaigns in USD", "300", "$160.00"), ("1 campaign in EUR", "50", "€10.00")]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn days_are_days_of_the_readers_zone(pool: PgPool) {
    let s = seeded(pool).await;
    let ask = Ask { tz: "America/New_York", ..s.network() };
    let view = reports::overview::admin(&ask, &q("")).await.unwrap();
    // There the day begins at five in UTC: midnight's clicks are yesterday's.
    assert_eq!(read(&view.kpis, "clicks").0, "250");
    assert_eq!((view.chart.now[8], view.chart.now[9], view.chart.now[10]), (Some(150), Some(100), None));
    let view = reports::overview::admin(&s.network(), &q("period=7d")).await.unwrap();
    assert_eq!(view.chart.now.last(), Some(&Some(350)));
    assert_eq!((view.chart.now[5], view.chart.incomplete_from), (Some(1150), Some(6)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_campaign_an_account_and_a_link_show_their_own(pool: PgPool) {
    let s = seeded(pool).await;
    let c = reports::campaigns::detail(&s.network(), s.shoes, &q("period=today")).await.unwrap();
    assert_eq!((c.advertiser.as_str(), c.goals.len(), c.goals[0].revenue.as_str()), ("Shop", 1, "$12.50"));
    assert_eq!(read(&c.kpis, "clicks").0, "300");
    assert_eq!(c.links.iter().map(|l| l.affiliate.as_str()).collect::<Vec<_>>(), ["Ann", "Bob"]);
    let c = reports::campaigns::detail(&s.network(), s.hats, &q("period=today")).await.unwrap();
    assert_eq!(read(&c.kpis, "revenue"), ("€10.00".into(), "€0.00".into(), None));
    let gone = reports::campaigns::detail(&s.network(), CampaignId(5), &q("")).await;
    assert!(matches!(gone, Err(EngineError::NotFound)));

    let affiliates = page(&s, &lists::AFFILIATES, "period=today").await;
    assert_eq!(
        columns(&affiliates, &["name", "things", "clicks", "payout"]),
        "Ann 1 200 $90.00, Bob 2 100 $30.00"
    );
    assert_eq!(
        (total(&affiliates, 0, "clicks"), total(&affiliates, 1, "clicks")),
        ("300".into(), "50".into())
    );
    let bob = reports::accounts::affiliate(&s.network(), s.bob, &q("period=today")).await.unwrap();
    assert_eq!((read(&bob.kpis, "clicks").0.as_str(), bob.links.len(), bob.campaigns.len()), ("150", 2, 0));
    let shop =
        reports::accounts::advertiser(&s.network(), s.net.advertiser, &q("period=today")).await.unwrap();
    assert_eq!((shop.links.len(), shop.campaigns.len(), shop.campaigns[0].name.as_str()), (0, 3, "Shoes"));
    let shops = page(&s, &lists::ADVERTISERS, "").await;
    assert_eq!((columns(&shops, &["things"]), shops.list.total), ("3".into(), 1));

    let links = page(&s, &lists::LINKS, &format!("period=today&affiliate={}", s.bob)).await;
    let rows: Vec<_> = links.list.rows.iter().map(|l| l.id.clone()).collect();
    assert_eq!(rows, [s.bob_shoes.to_string(), s.bob_hats.to_string()]);
    assert_eq!(columns(&links, &["name", "clicks"]), "Shoes 100, Hats 50");
    assert_eq!((links.choices["campaign"].len(), links.choices["affiliate"].len()), (3, 2));
    let links = page(&s, &lists::LINKS, "sort=-affiliate").await;
    assert_eq!(links.list.rows.last().map(|l| l.id.clone()), Some(s.ann_shoes.to_string()));
}

#[sqlx::test(migrations = "../../migrations")]
async fn data_is_as_of_the_slowest_stream(pool: PgPool) {
    let s = seeded(pool).await;
    let as_of = async || reports::overview::admin(&s.network(), &q("")).await.unwrap().as_of;
    let ms = |text: &str| moment(text).timestamp_millis();
    assert_eq!(as_of().await.as_of_ms, now().timestamp_millis());
    let streams = |seq: i64| {
        format!(
            "DELETE FROM producers; DELETE FROM consumer_cursor;
             INSERT INTO producers VALUES ('a', 100, {}, now()), ('b', 7, {}, now());
             INSERT INTO consumer_cursor VALUES ('rollup', 'a', {seq}, {}, now()), ('attribution', 'b', 7, 5, now());",
            ms("2026-11-22T14:29:59Z"),
            ms("2026-11-22T14:29:58Z"),
            ms("2026-11-22T14:00:00Z"),
        )
    };
    s.run(&streams(100)).await;
    let read_up = as_of().await;
    assert_eq!((read_up.as_of_ms, read_up.behind_secs), (ms("2026-11-22T14:29:58Z"), 2));
    assert_eq!((read_up.text.as_str(), read_up.utc.as_str()), ("14:29:58", "2026-11-22T14:29:58Z"));
    s.run(&streams(99)).await;
    assert_eq!(as_of().await.behind_secs, 1800);
    // What is compared with ends where the counting does.
    let view = reports::overview::admin(&s.network(), &q("")).await.unwrap();
    assert_eq!(read(&view.kpis, "clicks").1, "150");
    assert!(view.needs_you.iter().any(|n| n.title.contains("not counted") && n.href == "/admin/health"));
    s.run("DELETE FROM consumer_cursor").await;
    assert_eq!(as_of().await.as_of_ms, 0);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_page_carries_the_mark_that_is_told_as_long_as_nothing_has_changed(pool: PgPool) {
    let s = seeded(pool).await;
    let own = Realm::Affiliate(s.bob);
    let told = async |realm| {
        let beat = live::beat(&s.net.db, realm, None, now()).await.unwrap();
        beat.update(Role::Admin, "UTC", None, now()).data
    };
    let network = async || reports::overview::admin(&s.network(), &q("")).await.unwrap().as_of.mark;
    let affiliate = async || reports::own::overview(&s.ask(own), &q("")).await.unwrap().as_of.mark;
    let before = (network().await, affiliate().await);
    assert_eq!(before, (told(Realm::Network).await, told(own).await));
    s.run("INSERT INTO consumer_cursor VALUES ('rollup', 'a', 7, 5, now())").await;
    assert_ne!(network().await, before.0);
    assert_eq!(affiliate().await, before.1, "what others do is no news to an affiliate");
    hour(&s.net.pool, s.bob_shoes, "2026-11-22T14:00:00Z", [1, 0, 0, 0]).await;
    assert_ne!(affiliate().await, before.1);
    assert_eq!((network().await, affiliate().await), (told(Realm::Network).await, told(own).await));
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_waits_is_said(pool: PgPool) {
    let s = seeded(pool).await;
    let needs = async || reports::overview::admin(&s.network(), &q("")).await.unwrap().needs_you;
    let only: Vec<_> = needs().await.into_iter().map(|n| (n.title, n.href)).collect();
    assert_eq!(only, [("Idle".to_owned(), format!("/admin/campaigns/{}", s.idle))]);
    s.run(&format!(
        "INSERT INTO campaign_access VALUES ({}, {}, 'applied', 'please', now());
         INSERT INTO conversions (id, received_at, status, method, click_id, goal, txid, reported_amount, currency,
                                  revenue_minor, payout_minor, stream, seq)
         VALUES (gen_random_uuid(), now(), 'pending', 'postback', '', 'sale', 't', '', 'USD', 1250, 1000, 's', 1);
         INSERT INTO conversion_conflicts (conversion_id, at, reported_amount, revenue_minor, payout_minor, stream, seq)
         SELECT id, now(), '9', 1, 1, 's', 2 FROM conversions;
         INSERT INTO dead_letters VALUES ('rollup', 's', 1, 1, 1, '', 'bad', now());
         INSERT INTO reconciliations (at, check_name, ok, detail) VALUES
             (now(), 'ledger_sums', false, 'off by 1'), (now(), 'other', false, 'old'), (now(), 'other', true, 'new');",
        s.idle.0, s.bob.0
    ))
    .await;
    let all = needs().await;
    let titles: Vec<_> = all.iter().map(|n| (n.tone.as_str(), n.title.as_str())).collect();
    assert_eq!(
        titles,
        [
            ("bad", "Check failed: ledger sums"),
            ("warn", "1 event could not be read"),
            ("warn", "1 conversion reported with another amount"),
            ("warn", "Idle"),
            ("info", "Idle"),
            ("info", "1 conversion is pending"),
        ]
    );
    assert_eq!(all[5].text, "$12.50 revenue, $10.00 payout.");
    assert_eq!(all[5].href, "/admin/conversions?status=pending");
    assert_eq!(all[3].text, "1 affiliate asks to run it and waits for an answer.");
}

#[sqlx::test(migrations = "../../migrations")]
async fn others_see_their_own_figures_and_nothing_of_the_networks(pool: PgPool) {
    let s = seeded(pool).await;
    let (from, to) = (
        moment("2026-11-22T00:00:00Z").timestamp_millis(),
        moment("2026-11-23T00:00:00Z").timestamp_millis(),
    );
    for (realm, clicks) in [
        (Realm::Network, 350),
        (Realm::Affiliate(s.bob), 150),
        (Realm::Affiliate(s.net.affiliate), 200),
        (Realm::Affiliate(AffiliateId(7)), 0),
        (Realm::Advertiser(s.net.advertiser), 350),
    ] {
        let mut tx = s.net.db.begin(realm).await.unwrap();
        let seen = hours(&mut tx, Scope::default(), from, to).await.unwrap();
        assert_eq!(seen.iter().map(|h| h.sums.clicks).sum::<i64>(), clicks, "{realm:?}");
        // Asking for somebody else's does not help.
        let other = Scope { link: Some(s.ann_shoes), ..Scope::default() };
        let stolen = hours(&mut tx, other, from, to).await.unwrap().len();
        assert_eq!(stolen > 0, realm != Realm::Affiliate(s.bob) && realm != Realm::Affiliate(AffiliateId(7)));
    }
    let ask = s.ask(person(Realm::Affiliate(s.bob)).realm);
    let refused = |e| matches!(e, Err(EngineError::Forbidden(_)));
    assert!(refused(reports::overview::admin(&ask, &q("")).await.map(|_| ())));
    assert!(refused(reports::campaigns::detail(&ask, s.shoes, &q("")).await.map(|_| ())));
    assert!(refused(reports::accounts::affiliate(&ask, s.bob, &q("")).await.map(|_| ())));
    assert!(refused(reports::choices::affiliates(&ask).await.map(|_| ())));
    assert_eq!(reports::choices::campaigns(&ask).await.unwrap().len(), 3);
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_empty_network_has_pages_too(pool: PgPool) {
    let db = store::Db::from_pool(pool);
    let ask = Ask { db: &db, realm: Realm::Network, tz: "Not/AZone", period: "", now: now() };
    let view = reports::overview::admin(&ask, &q("period=custom&from=x&to=9999-99-99")).await.unwrap();
    assert!(view.needs_you.is_empty() && view.campaigns.is_empty() && view.totals.is_empty());
    assert_eq!(
        (view.kpis[0].value.as_str(), view.kpis[4].value.as_str(), &view.kpis[0].delta),
        ("0", "–", &None)
    );
}

//! Reports of single results and of what affiliates see of themselves.

use crate::{
    lists::{column, columns, page, total},
    reports::{Seeded, moment, now, q, read, seeded},
};
use domain::{
    access::Realm,
    click_id::{ClickKey, ClickRef},
    ids::{AffiliateId, CampaignId, ConversionId, GoalId, LinkId, UserId},
    ledger::Terms,
    lists,
    money::Currency,
    reason::Reason,
    view::Cell,
};
use engine::{
    EngineError, decide,
    reports::{self, lists::view as lists_view},
};
use sqlx::PgPool;
use store::ledger::{self, Posting};

const KEY: [u8; 16] = *b"0123456789abcdef";

/// What came in in the hour from twelve on: in dollars an order of Ann's that waits, one approved, one rejected; in
/// euros one of Bob's that waits; a report that belongs to nobody.
struct Results {
    s: Seeded,
    click: String,
    waiting: ConversionId,
    approved: ConversionId,
    rejected: ConversionId,
    bobs: ConversionId,
}

impl Results {
    fn ann(&self) -> Realm {
        Realm::Affiliate(self.s.net.affiliate)
    }

    fn bob(&self) -> Realm {
        Realm::Affiliate(self.s.bob)
    }
}

async fn results(pool: PgPool) -> Results {
    let s = seeded(pool).await;
    let hex: String = KEY.iter().map(|b| format!("{b:02x}")).collect();
    s.run(&format!(
        "INSERT INTO settings VALUES ('click_key', '\"{hex}\"')
         ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    ))
    .await;
    let ts_ms = moment("2026-11-22T12:00:00.125Z").timestamp_millis();
    let click = ClickRef { link: s.ann_shoes, ts_ms, node: 3, shard: 1, seq_low: 9 };
    let click = click.issue(&ClickKey::new(KEY)).as_str().to_owned();
    let (ann, shop) = (s.net.affiliate.0, s.net.advertiser.0);
    s.run(&format!(
        "INSERT INTO clicks (ts, click_id, link_id, campaign_id, affiliate_id, advertiser_id, reason, ip, user_agent,
                             referrer, source, ext_click_id, subs, stream, seq)
         VALUES ('2026-11-22T12:00:00.125Z', '{click}', {}, {}, {ann}, {shop}, NULL, '192.0.2.7', 'Browser', '', 'news',
                 'ext', ARRAY['fb', '', 'third'], 'n3.1', 9);
         INSERT INTO stats_sub_daily (day, affiliate_id, campaign_id, sub_no, sub_value, currency, clicks, conversions, payout_minor)
         VALUES ('2026-11-22', {ann}, {shoes}, 1, 'fb', 'USD', 30, 3, 4000), ('2026-11-21', {ann}, {shoes}, 1, 'fb', 'USD', 10, 0, 0),
                ('2026-11-22', {ann}, {shoes}, 1, 'google', 'USD', 20, 0, 0), ('2026-11-22', {ann}, {shoes}, 3, 'third', 'USD', 1, 3, 4000),
                ('2026-11-03', {ann}, {shoes}, 1, 'old', 'USD', 1, 0, 0), ('2026-11-22', {bob}, {shoes}, 1, 'fb', 'USD', 999, 9, 9999);
         INSERT INTO conversions (id, received_at, status, reason, method, click_id, goal, txid, reported_amount, stream, seq)
         VALUES (gen_random_uuid(), '2026-11-22T12:59:00Z', 'rejected', 'click_forged', 'postback', 'bogus', '', 'stray', '9', 's', 9);",
        s.ann_shoes.0,
        s.shoes.0,
        shoes = s.shoes.0,
        bob = s.bob.0,
    ))
    .await;
    let waiting = conversion(&s, s.ann_shoes, 1, &click, (1_250, 1_000)).await;
    let approved = conversion(&s, s.ann_shoes, 2, &click, (2_500, 2_000)).await;
    let rejected = conversion(&s, s.ann_shoes, 3, "", (1_250, 1_000)).await;
    let bobs = conversion(&s, s.bob_hats, 4, "", (500, 300)).await;
    decide::approve(&s.net.db, &s.net.admin, approved, now()).await.unwrap();
    decide::reject(&s.net.db, &s.net.admin, rejected, Reason::Fraud, "twelve in a minute", now())
        .await
        .unwrap();
    Results { s, click, waiting, approved, rejected, bobs }
}

/// A pending conversion, in the ledger and in the figures.
async fn conversion(
    s: &Seeded,
    link: LinkId,
    n: i64,
    click: &str,
    (revenue, payout): (i64, i64),
) -> ConversionId {
    let id = ConversionId::derive(CampaignId(1), GoalId(1), &n.to_string());
    let at = moment("2026-11-22T12:00:00Z") + chrono::Duration::minutes(n * 10);
    let (affiliate, currency): (i64, String) = sqlx::query_as(
        "WITH made AS (
             INSERT INTO conversions (id, received_at, status, method, click_id, click_at, link_id, campaign_id, affiliate_id,
                 advertiser_id, goal, txid, reported_amount, amount_minor, currency, revenue_minor, payout_minor, subs, stream, seq)
             SELECT $1, $2, 'pending', 'postback', $3, $2, l.id, c.id, l.affiliate_id, c.advertiser_id, 'sale', $4, '99', 9900,
                 c.currency, $5, $6, ARRAY['fb', '', 'third'], 's', $7
             FROM links l JOIN campaigns c ON c.id = l.campaign_id WHERE l.id = $8 RETURNING *),
         counted AS (
             INSERT INTO stats_hourly (hour, campaign_id, affiliate_id, link_id, source, advertiser_id, currency, conversions,
                                       revenue_minor, payout_minor)
             SELECT '2026-11-22T12:00:00Z', campaign_id, affiliate_id, link_id, '', advertiser_id, currency, 1, $5, $6 FROM made
             ON CONFLICT (hour, campaign_id, affiliate_id, link_id, source) DO UPDATE SET
                 conversions = stats_hourly.conversions + 1, revenue_minor = stats_hourly.revenue_minor + $5,
                 payout_minor = stats_hourly.payout_minor + $6)
         SELECT affiliate_id, currency FROM made",
    )
    .bind(id.0)
    .bind(at)
    .bind(click)
    .bind(format!("order-{n}"))
    .bind(revenue)
    .bind(payout)
    .bind(n)
    .bind(link.0)
    .fetch_one(&s.net.pool)
    .await
    .unwrap();
    let currency: Currency = currency.parse().unwrap();
    let (affiliate, advertiser) = (AffiliateId(affiliate), s.net.advertiser);
    let terms = Terms { advertiser, affiliate, currency, revenue_minor: revenue, payout_minor: payout };
    let posting = Posting {
        idem_key: ledger::received_key(id),
        kind: ledger::kind::RECEIVED,
        effective_at: at,
        actor: "test".into(),
        conversion: Some(id),
        reverses: None,
        lines: terms.received(),
    };
    let mut tx = s.net.db.begin(Realm::Network).await.unwrap();
    ledger::post(&mut tx, &posting, at).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[sqlx::test(migrations = "../../migrations")]
async fn conversions_are_found_and_totalled_by_currency(pool: PgPool) {
    let r = results(pool).await;
    let list = async |query: &str| page(&r.s, &lists::CONVERSIONS, query).await;
    let all = list("period=today").await;
    let line = |n: usize| (all.totals[n].label.as_str(), total(&all, n, "revenue"), total(&all, n, "payout"));
    assert_eq!(line(0), ("All 2 conversions in USD, pending and approved", "$37.50".into(), "$30.00".into()));
    assert_eq!(line(1).0, "1 rejected, in no sum, USD");
    assert_eq!(line(2), ("1 not attributed", String::new(), String::new()));
    assert_eq!(line(3), ("1 conversion in EUR", "€5.00".into(), "€3.00".into()));
    assert_eq!((all.list.total, all.choices["campaign"].len(), all.choices["affiliate"].len()), (5, 3, 2));
    let click = &r.click;
    for (query, want) in [
        ("", "stray order-4 order-3 order-2 order-1"),
        ("sort=received", "order-1 order-2 order-3 order-4 stray"),
        ("sort=-payout&status=pending,approved", "order-2 order-1 order-4"),
        ("sort=drop&status=pending", "order-4 order-1"),
        ("status=rejected", "stray order-3"),
        ("status=rejected&reason=fraud", "order-3"),
        ("reason=nonsense&status=nonsense&campaign=x&affiliate=--", "stray order-4 order-3 order-2 order-1"),
        (&format!("affiliate={}", r.s.bob), "order-4"),
        (&format!("campaign={}", r.s.shoes), "order-3 order-2 order-1"),
        ("q=order-2", "order-2"),
        ("q=order", "order-4 order-3 order-2 order-1"),
        ("q=%25", ""),
        (&format!("q={}", click.to_uppercase()), "order-2 order-1"),
        (&format!("q={}", r.bobs), "order-4"),
        ("period=yesterday", ""),
        ("page=2", "stray order-4 order-3 order-2 order-1"),
    ] {
        let found = list(query).await;
        let txids: Vec<_> =
            column(&found, "name").iter().map(|n| n.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(txids.join(" "), want, "{query}");
        assert!(!found.list.none_ever);
    }
    assert_eq!(list("page=2").await.list.total, 5);
    let fraud = list("reason=fraud&cols=status,note,amount,payout").await;
    let sentence = Reason::Fraud.sentence().to_owned();
    let row = &fraud.list.rows[0];
    assert!(
        matches!(&row.cells[1], Cell::Status { reason: Some(r), .. } if *r == ("fraud".into(), sentence))
    );
    assert_eq!(columns(&fraud, &["note", "amount"]), "twelve in a minute $99.00");
    assert!(row.can.is_empty() && matches!(&row.cells[4], Cell::Figure { struck: true, .. }));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_conversion_shows_what_it_did_to_the_ledger(pool: PgPool) {
    let r = results(pool).await;
    let detail = async |id| reports::conversions::detail(&r.s.network(), id).await.unwrap();
    let waiting = detail(r.waiting).await;
    assert_eq!(
        (waiting.row.may_approve, waiting.row.may_reject, waiting.advertiser.as_str()),
        (true, true, "Shop")
    );
    assert_eq!(waiting.subs, [("sub1".to_owned(), "fb".to_owned()), ("sub3".to_owned(), "third".to_owned())]);
    let lines = |d: &domain::view::ConversionDetail| -> Vec<String> {
        d.ledger.iter().map(|l| format!("{} {} {}|{}", l.kind, l.account, l.debit, l.credit)).collect()
    };
    let mut posted = lines(&waiting);
    posted.sort();
    assert_eq!(
        posted,
        [
            "received Advertiser accrued $12.50|",
            "received Affiliate pending |$10.00",
            "received Margin pending |$2.50"
        ]
    );
    let approved = detail(r.approved).await;
    assert_eq!((approved.ledger.len(), approved.row.may_approve, approved.row.may_reject), (9, false, true));
    assert_eq!((approved.decided.is_some(), approved.decided_by.as_str()), (true, "system:test"));
    assert_eq!(detail(r.rejected).await.ledger.len(), 6);
    let gone =
        reports::conversions::detail(&r.s.network(), ConversionId::derive(CampaignId(9), GoalId(9), "x"))
            .await;
    assert!(matches!(gone, Err(EngineError::NotFound)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_click_is_known_by_its_id_alone(pool: PgPool) {
    let r = results(pool).await;
    let look = async |id: &str| reports::clicks::lookup(&r.s.network(), id).await.unwrap();
    let found = look(&format!(" {} ", r.click.to_uppercase())).await;
    let decoded = found.decoded.unwrap();
    assert_eq!((decoded.link_id, decoded.node, decoded.shard), (r.s.ann_shoes.to_string(), 3, 1));
    assert_eq!(decoded.at.utc, "2026-11-22T12:00:00Z");
    let click = found.click.unwrap();
    assert_eq!(
        (click.affiliate.as_str(), click.campaign.as_str(), click.ip.as_str()),
        ("Ann", "Shoes", "192.0.2.7")
    );
    assert_eq!((click.subs.len(), click.reason, found.conversions.len()), (2, None, 2));
    // The record is gone, as after the retention: the id still says what it says.
    r.s.run("DELETE FROM clicks").await;
    let found = look(&r.click).await;
    assert!(found.decoded.is_some() && found.click.is_none() && found.conversions.len() == 2);
    for hostile in crate::support::HOSTILE {
        let found = look(hostile).await;
        assert!(found.problem.is_some() && found.decoded.is_none(), "{hostile:?}");
    }
    let forged = ClickRef { link: r.s.ann_shoes, ts_ms: 0, node: 0, shard: 0, seq_low: 0 }
        .issue(&ClickKey::new([9; 16]));
    assert!(look(forged.as_str()).await.problem.is_some());
    assert!(look("").await.problem.is_none());
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_affiliate_sees_its_earnings_and_never_the_revenue(pool: PgPool) {
    let r = results(pool).await;
    let ann = r.s.ask(r.ann());
    let view = reports::own::overview(&ann, &q("")).await.unwrap();
    assert_eq!((view.affiliate.as_str(), view.earnings.len(), view.currency.as_str()), ("Ann", 1, "USD"));
    assert_eq!((view.earnings[0].pending.as_str(), view.earnings[0].approved.as_str()), ("$10.00", "$20.00"));
    for (key, value) in
        [("clicks", "200"), ("conversions", "8"), ("cr", "4.00 %"), ("earned", "$120.00"), ("epc", "$0.600")]
    {
        assert_eq!(read(&view.kpis, key).0, value, "{key}");
    }
    let latest: Vec<_> =
        view.latest.iter().map(|c| (c.txid.as_str(), c.status.as_str(), c.payout.as_str())).collect();
    assert_eq!(
        latest,
        [
            ("order-3", "rejected", "$10.00"),
            ("order-2", "approved", "$20.00"),
            ("order-1", "pending", "$10.00")
        ]
    );
    assert_eq!((view.links.len(), view.links[0].epc.as_str()), (1, "$0.600"));

    let own =
        async |query: &str| lists_view(&ann, &lists::OWN_CONVERSIONS, &q(query), UserId(1)).await.unwrap();
    // What the advertiser pays cannot be sorted by: the order is the usual one.
    let list = own("period=today&sort=-revenue").await;
    assert_eq!(column(&list, "name"), column(&own("period=today").await, "name"));
    let list = own("period=today&sort=-payout").await;
    assert_eq!((list.list.total, total(&list, 0, "payout")), (3, "$30.00".into()));
    assert!(column(&list, "name")[0].ends_with("order-2"));
    assert_eq!(column(&list, "payout").last().map(String::as_str), Some("$10.00"));
    // Another one's conversions are not there, however they are asked for.
    for query in
        [format!("affiliate={}", r.s.bob), format!("q={}", r.bobs), "q=order-4".into(), "q=stray".into()]
    {
        assert_eq!(own(&query).await.list.total, 0, "{query}");
    }
    let bob = reports::own::overview(&r.s.ask(r.bob()), &q("")).await.unwrap();
    assert_eq!((bob.earnings[0].pending.as_str(), bob.earnings[0].currency.as_str()), ("€3.00", "EUR"));
    assert_eq!((bob.latest.len(), bob.links.len()), (1, 2));

    let seen = [
        serde_json::to_string(&view).unwrap(),
        serde_json::to_string(&list).unwrap(),
        serde_json::to_string(&reports::own::offer(&ann, r.s.shoes, &q("")).await.unwrap()).unwrap(),
    ];
    for text in seen {
        assert!(!text.contains("12.50") && !text.contains("25.00") && !text.contains("evenue"), "{text}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_affiliate_sees_what_it_may_run(pool: PgPool) {
    let r = results(pool).await;
    let secret = r.s.net.campaign("Secret", "private").await;
    let ann = r.s.ask(r.ann());
    let offers = async |query: &str| {
        let found = lists_view(&ann, &lists::OWN_CAMPAIGNS, &q(query), UserId(1)).await.unwrap().list;
        let all: Vec<_> = found.rows.iter().map(|o| format!("{}:{}", o.name, o.status)).collect();
        (all.join(" "), found.total)
    };
    assert_eq!(offers("").await, ("Hats:open Idle:apply Shoes:open".into(), 3));
    assert_eq!(offers("status=apply").await.0, "Idle:apply");
    assert_eq!(offers("status=nonsense").await.1, 3);
    assert_eq!(offers("q=SHO&sort=-clicks").await.0, "Shoes:open");
    assert_eq!(offers("page=2").await, offers("").await);
    let offer = async |id| reports::own::offer(&ann, id, &q("")).await;
    let (hats, idle, shoes) =
        (offer(r.s.hats).await.unwrap(), offer(r.s.idle).await.unwrap(), offer(r.s.shoes).await.unwrap());
    assert_eq!((hats.may_link, hats.may_apply, hats.goals[0].payout.as_str()), (true, false, "€10.00"));
    assert_eq!((idle.may_link, idle.may_apply), (false, true));
    assert_eq!((shoes.may_link, shoes.row.link_code.is_some(), hats.row.link_code), (false, true, None));
    assert!(matches!(offer(secret).await, Err(EngineError::NotFound)));
    r.s.run(&format!(
        "INSERT INTO campaign_access VALUES ({}, {}, 'applied', '', now())",
        r.s.idle.0, r.s.net.affiliate.0
    ))
    .await;
    assert_eq!(offers("status=applied").await.0, "Idle:applied");
    r.s.run(&format!("UPDATE campaigns SET status = 'paused' WHERE id = {}", r.s.shoes.0)).await;
    let links = async |query: &str| {
        columns(
            &lists_view(&ann, &lists::OWN_LINKS, &q(query), UserId(1)).await.unwrap(),
            &["name", "status", "clicks"],
        )
    };
    assert_eq!(links("period=today").await, "Shoes Paused 200");
    assert_eq!(
        (links("status=active").await, links("status=nonsense").await.is_empty()),
        (String::new(), false)
    );
}

#[sqlx::test(migrations = "../../migrations")]
async fn sub_ids_are_added_up_over_days(pool: PgPool) {
    let r = results(pool).await;
    let subs = async |realm, query: &str| {
        let found = lists_view(&r.s.ask(realm), &lists::OWN_SUBS, &q(query), UserId(1)).await.unwrap();
        (columns(&found, &["value", "clicks", "earned"]), found.list.total)
    };
    assert_eq!(subs(r.ann(), "").await, ("fb 40 $30.00, google 20 $0.00".into(), 2));
    assert_eq!(subs(r.ann(), "period=today&sort=value").await.0, "fb 30 $30.00, google 20 $0.00");
    assert_eq!(subs(r.ann(), "sub=3").await.0, "third 1 $30.00");
    assert_eq!(subs(r.ann(), "sub=99&q=goo").await, ("google 20 $0.00".into(), 1));
    assert_eq!(subs(r.ann(), "page=2").await, subs(r.ann(), "").await);
    assert_eq!(subs(r.bob(), "").await, ("fb 999 $99.99".into(), 1));
}

#[sqlx::test(migrations = "../../migrations")]
async fn health_and_changes_are_on_record(pool: PgPool) {
    let r = results(pool).await;
    r.s.run(
        "INSERT INTO producers VALUES ('a', 100, 1, '2026-11-22T14:29:58Z'), ('b', 7, 1, '2026-11-22T14:29:58Z'),
                                      ('c', 7, 1, '2026-11-22T14:20:00Z');
         INSERT INTO consumer_cursor VALUES ('rollup', 'a', 90, 1, now()), ('rollup', 'b', 7, 1, now());
         INSERT INTO reconciliations (at, check_name, ok, detail) VALUES (now(), 'x', false, 'old'), (now(), 'x', true, 'new');
         INSERT INTO dead_letters VALUES ('rollup', 's', 1, 1, 1, '', 'bad', now());",
    )
    .await;
    let view = reports::health::view(&r.s.network()).await.unwrap();
    let streams: Vec<_> =
        view.streams.iter().map(|s| (s.stream.as_str(), s.tone.as_str(), s.behind)).collect();
    assert_eq!(streams, [("a", "warn", 10), ("b", "ok", 0), ("c", "bad", 7)]);
    assert_eq!((view.checks.len(), view.checks[0].detail.as_str(), view.dead_letters), (1, "new", 1));
    // In the place of a lost spool: what its cursor says is of the other one.
    r.s.run("UPDATE producers SET began_seq = 96 WHERE stream = 'a'").await;
    let view = reports::health::view(&r.s.network()).await.unwrap();
    let a = &view.streams[0];
    assert_eq!((a.head, a.cursor, a.behind), (5, 0, 5));
    assert_eq!((view.partitions_until.as_str(), view.partitions_ahead_days), ("2026-12-01", 9));

    let list = async |query: &str| reports::audit::list(&r.s.network(), &q(query)).await.unwrap();
    let bob = list(&format!("period=today&q={}", r.s.bob)).await.list;
    assert_eq!((bob.total, bob.rows[0].actor.as_str()), (1, "system:test"));
    assert!(bob.rows[0].changes.iter().any(|c| (c.field.as_str(), c.after.as_str()) == ("name", "Bob")));
    let decided = list(&format!("period=today&q={}", r.rejected)).await.list;
    assert_eq!(decided.total, 1);
    assert_eq!((list("period=yesterday").await.list.total, list("q=nobody%25").await.list.total), (0, 0));
    assert!(!list("q=nobody").await.list.none_ever);
}

#[sqlx::test(migrations = "../../migrations")]
async fn everybody_has_their_own_pages_only(pool: PgPool) {
    let r = results(pool).await;
    fn refused<T>(answer: Result<T, EngineError>) -> bool {
        matches!(answer, Err(EngineError::Forbidden(_)))
    }
    for realm in [r.ann(), Realm::Advertiser(r.s.net.advertiser)] {
        let ask = r.s.ask(realm);
        assert!(refused(lists_view(&ask, &lists::CONVERSIONS, &q(""), UserId(1)).await));
        assert!(refused(reports::conversions::detail(&ask, r.waiting).await));
        assert!(refused(reports::clicks::lookup(&ask, &r.click).await));
        assert!(refused(reports::health::view(&ask).await));
        assert!(refused(reports::audit::list(&ask, &q("")).await));
    }
    for realm in [Realm::Network, Realm::Advertiser(r.s.net.advertiser)] {
        let ask = r.s.ask(realm);
        assert!(refused(reports::own::overview(&ask, &q("")).await));
        assert!(refused(reports::own::offer(&ask, r.s.shoes, &q("")).await));
        for list in lists::ALL.iter().filter(|l| l.path.starts_with("/affiliate")) {
            assert!(refused(lists_view(&ask, list, &q(""), UserId(1)).await));
        }
    }
}

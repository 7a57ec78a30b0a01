//! A small network and events for it.

use chrono::{DateTime, Utc};
use domain::{
    event::{self, Attributed, Click, Reported, kind},
    ids::{AdvertiserId, AffiliateId, CampaignId, ConversionId, GoalId, LinkId},
    ledger::{Account, AccountKind},
    money::Currency,
    reason::Reason,
    status::ConversionMethod,
};
use engine::consume::{Consumer, Step};
use sqlx::PgPool;
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime},
};
use store::{
    Db, StoreError, ledger,
    streams::{Frame, ShipOutcome, Streams},
};

pub const ADVERTISER: AdvertiserId = AdvertiserId(11);
pub const CAMPAIGN: CampaignId = CampaignId(21);
pub const GOAL: GoalId = GoalId(31);
pub const AFFILIATES: [AffiliateId; 2] = [AffiliateId(41), AffiliateId(42)];
pub const LINKS: [LinkId; 2] = [LinkId(51), LinkId(52)];

/// The real time: heartbeats, waits and partitions are about it.
#[allow(clippy::disallowed_methods)]
pub fn clock() -> DateTime<Utc> {
    SystemTime::now().into()
}

/// Long enough ago that nothing waits for a click any more.
pub fn long_ago_ms() -> i64 {
    (clock() - chrono::TimeDelta::hours(3)).timestamp_millis()
}

pub fn streams() -> Streams {
    Streams::connect(&std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL")).unwrap()
}

/// A node number that no other test uses at the same time.
pub async fn own_node(streams: &Streams) -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let salt = u64::from(std::process::id()) * 131 + u64::from(NEXT.fetch_add(1, Ordering::Relaxed));
    let node = ((clock().timestamp_micros() as u64 / 7 + salt * 977) % 60_000) as u16;
    for shard in [0, event::SHARD_S] {
        streams.reset(&event::stream_name(node, shard)).await.unwrap();
    }
    node
}

/// A stream that no other test uses at the same time, empty.
pub async fn own_stream(streams: &Streams, shard: u8) -> String {
    event::stream_name(own_node(streams).await, shard)
}

pub async fn network(pool: &PgPool) -> Db {
    sqlx::raw_sql(
        "INSERT INTO advertisers (id, name, created_at, updated_at) VALUES (11, 'Shop', now(), now());
         INSERT INTO affiliates (id, name, created_at, updated_at)
             VALUES (41, 'Ada', now(), now()), (42, 'Bob', now(), now());
         INSERT INTO campaigns (id, advertiser_id, name, status, currency, destination_url, created_at, updated_at)
             VALUES (21, 11, 'Shoes', 'active', 'USD', 'https://shop.example/', now(), now());
         INSERT INTO links (id, code, campaign_id, affiliate_id, created_at, updated_at)
             VALUES (51, 'code51', 21, 41, now(), now()), (52, 'code52', 21, 42, now(), now());
         SELECT ensure_day_partitions(current_date - 2, 4);",
    )
    .execute(pool)
    .await
    .unwrap();
    Db::from_pool(pool.clone())
}

/// A log as a spool would have it: numbers rise and jump.
#[derive(Default)]
pub struct Log {
    pub records: Vec<(u64, u8, Vec<u8>)>,
}

impl Log {
    fn next(&self) -> u64 {
        let last = self.records.last().map_or(0, |r| r.0);
        // A jump every now and then, as after a restart.
        if last % 7 == 6 { last + 1000 } else { last + 1 }
    }

    pub fn push<T: serde::Serialize>(&mut self, kind: u8, event: &T) -> u64 {
        let mut payload = Vec::new();
        event::encode_into(event, &mut payload);
        self.push_raw(kind, payload)
    }

    pub fn push_raw(&mut self, kind: u8, payload: Vec<u8>) -> u64 {
        let seq = self.next();
        self.records.push((seq, kind, payload));
        seq
    }

    pub fn head(&self) -> u64 {
        self.records.last().map_or(0, |r| r.0)
    }

    /// Frames behind `after`, with sizes as `size` says.
    pub fn frames(&self, after: u64, mut size: impl FnMut() -> usize) -> Vec<Frame> {
        let mut rest: Vec<_> = self.records.iter().filter(|r| r.0 > after).collect();
        let mut frames = Vec::new();
        let mut prev = after;
        while !rest.is_empty() {
            let take = size().clamp(1, rest.len());
            let mut bytes = Vec::new();
            let mut last = prev;
            for (seq, kind, payload) in rest.drain(..take) {
                let record =
                    spool::Record { seq: *seq, ts_us: seq * 1000, kind: *kind, ver: 1, flags: 0, payload };
                spool::encode(&record, &mut bytes);
                last = *seq;
            }
            frames.push(Frame { prev, last, count: take as u32, bytes });
            prev = last;
        }
        frames
    }

    pub async fn ship(&self, streams: &Streams, stream: &str, after: u64, start: Option<u64>) -> ShipOutcome {
        streams.ship(stream, start, &self.frames(after, || 100)).await.unwrap()
    }
}

pub fn click_text(n: u64) -> String {
    format!("click{n:0>42}")
}

pub fn click(id: &str, affiliate: usize, ts_ms: i64, reason: Option<Reason>) -> Click<'_> {
    Click {
        click_id: id,
        link: LINKS[affiliate],
        campaign: CAMPAIGN,
        affiliate: AFFILIATES[affiliate],
        advertiser: ADVERTISER,
        ts_ms,
        reason,
        ip: "2001:db8::7".parse().ok(),
        user_agent: "Mozilla",
        referrer: "",
        source: "news",
        ext_click_id: "",
        subs: ["red", "", "blue", "", "", "", "", "", "", ""],
        cost_micros: None,
        deep_link: false,
    }
}

pub fn conversion_id(txid: &str) -> ConversionId {
    ConversionId::derive(CAMPAIGN, GOAL, txid)
}

pub fn conversion<'a>(
    txid: &'a str,
    click_id: &'a str,
    affiliate: usize,
    amount_minor: i64,
    reported: Reported,
) -> event::Conversion<'a> {
    event::Conversion {
        id: conversion_id(txid),
        method: ConversionMethod::Postback,
        reported,
        reason: None,
        attributed: Some(Attributed {
            link: LINKS[affiliate],
            campaign: CAMPAIGN,
            affiliate: AFFILIATES[affiliate],
            advertiser: ADVERTISER,
            goal: Some(GOAL),
            click_ts_ms: long_ago_ms(),
            click_node: 65_000,
            click_shard: 0,
            click_seq_low: 1,
            currency: Currency::USD,
            revenue_minor: amount_minor,
            payout_minor: amount_minor / 2,
        }),
        received_ms: long_ago_ms(),
        click_id,
        txid,
        amount: "as sent",
        amount_minor: Some(amount_minor),
        goal: "sale",
        coupon: "",
        adv: [""; 5],
        ip: None,
        user_agent: "",
    }
}

pub fn push_conversion(log: &mut Log, event: &event::Conversion<'_>) -> u64 {
    log.push(kind::CONVERSION, event)
}

/// A consumer that does not wait.
pub fn consumer(streams: &Streams, db: &Db, stream: &str) -> Consumer {
    let consumer = Consumer::new(streams.clone(), db.clone(), stream, clock).unwrap();
    // Most reports here name clicks of streams that do not exist.
    consumer.with_wait(Duration::from_millis(1)).with_patience(engine::attribution::Patience::new(0))
}

/// Steps until the stream has nothing more.
pub async fn drain(consumer: &mut Consumer) {
    for _ in 0..10_000 {
        match consumer.step().await {
            Ok(Step::Idle) => return,
            Ok(Step::Reset) => panic!("the stream is broken"),
            Ok(Step::Waiting | Step::Elsewhere) => tokio::time::sleep(Duration::from_millis(5)).await,
            Ok(_) | Err(StoreError::Serialization | StoreError::Unavailable(_)) => {}
            Err(e) => panic!("{e}"),
        }
    }
    panic!("the stream does not end");
}

/// Affiliate pending, affiliate approved (each affiliate), advertiser accrued, advertiser receivable.
pub async fn balances(db: &Db) -> [i64; 6] {
    let account =
        |kind, affiliate, advertiser| Account { kind, affiliate, advertiser, currency: Currency::USD };
    let mut tx = db.begin(domain::access::Realm::Network).await.unwrap();
    let mut out = [0; 6];
    for (n, affiliate) in AFFILIATES.into_iter().enumerate() {
        for (m, kind) in
            [AccountKind::AffiliatePending, AccountKind::AffiliateApproved].into_iter().enumerate()
        {
            out[n * 2 + m] = ledger::balance(&mut tx, &account(kind, Some(affiliate), None)).await.unwrap();
        }
    }
    for (n, kind) in
        [AccountKind::AdvertiserAccrued, AccountKind::AdvertiserReceivable].into_iter().enumerate()
    {
        out[4 + n] = ledger::balance(&mut tx, &account(kind, None, Some(ADVERTISER))).await.unwrap();
    }
    out
}

/// Everything the consumers write, as text.
pub async fn everything(pool: &PgPool) -> Vec<String> {
    let mut all = Vec::new();
    for query in [
        "SELECT s::text FROM stats_hourly s ORDER BY 1",
        "SELECT s::text FROM stats_sub_daily s ORDER BY 1",
        "SELECT c::text FROM clicks c ORDER BY 1",
        "SELECT (id, status, reason, revenue_minor, payout_minor, source, subs, decided_by)::text FROM conversions
         ORDER BY 1",
        "SELECT (idem_key, kind, conversion_id)::text FROM ledger_txns WHERE reverses IS NULL ORDER BY 1",
        "SELECT (a.kind, a.affiliate_id, b.balance_minor)::text FROM ledger_balances b
         JOIN ledger_accounts a ON a.id = b.account_id ORDER BY 1",
        "SELECT (a.kind, sum(e.amount_minor), count(*))::text FROM ledger_entries e
         JOIN ledger_accounts a ON a.id = e.account_id GROUP BY a.kind ORDER BY 1",
        "SELECT (conversion_id, reported_amount, seq)::text FROM conversion_conflicts ORDER BY 1",
        "SELECT (seq, kind)::text FROM dead_letters ORDER BY 1",
    ] {
        all.extend(sqlx::query_scalar::<_, String>(query).fetch_all(pool).await.unwrap());
    }
    all
}

pub async fn number(pool: &PgPool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.unwrap()
}

/// Every check of the nightly reconciliation agrees.
pub async fn assert_reconciled(db: &Db) {
    for check in engine::maintenance::reconcile(db, clock()).await.unwrap() {
        assert!(check.ok, "{check:?}");
    }
}

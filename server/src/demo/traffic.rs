//! Two weeks of visitors, planned from a seed and driven through the hot path under a clock of their own.

use super::names::{HOURS, OFFERS, Offer, ROBOT, SOURCES, SUB1, SUB2, USER_AGENTS};
use anyhow::{Context as _, Result};
use axum::{Router, body::Body};
use http::Request;
use rand::{Rng, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tower::ServiceExt as _;

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;
/// Days of history before today.
pub(super) const DAYS: i64 = 14;
const CLICKS_A_DAY: u32 = 3_200;

/// A link of the demo network.
pub(super) struct DemoLink {
    pub(super) code: String,
    /// Position in [`OFFERS`].
    pub(super) offer: usize,
    /// Share of the offer's traffic.
    pub(super) weight: u32,
}

/// A visit that will happen.
struct Visit {
    at_ms: i64,
    link: usize,
    chance: u64,
}

/// A result that will be reported, in order of time.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Outcome {
    at_ms: i64,
    click_id: String,
    txid: String,
    amount: Option<String>,
    goal: String,
}

/// What was driven through.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Driven {
    pub(super) clicks: u64,
    pub(super) conversions: u64,
}

/// Sends every visit and result of the two weeks up to `now_ms` through `router`, moving `clock` along.
pub(super) async fn drive(
    router: &Router,
    clock: &Arc<AtomicI64>,
    links: &[DemoLink],
    now_ms: i64,
    seed: u64,
) -> Result<Driven> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let visits = plan(links, now_ms, &mut rng);
    let mut due: BinaryHeap<Reverse<Outcome>> = BinaryHeap::new();
    let mut driven = Driven::default();
    for (number, visit) in visits.iter().enumerate() {
        while due.peek().is_some_and(|r| r.0.at_ms <= visit.at_ms) {
            if let Some(Reverse(result)) = due.pop() {
                report(router, clock, &result).await?;
                driven.conversions += 1;
            }
        }
        let link = &links[visit.link];
        let offer = &OFFERS[link.offer];
        let mut rng = ChaCha8Rng::seed_from_u64(visit.chance);
        let robot = rng.random_ratio(1, 70);
        let click_id = click(router, clock, link, visit.at_ms, robot, &mut rng).await?;
        driven.clicks += 1;
        if let Some(click_id) = click_id
            && !robot
            && rng.random_ratio(offer.rate.min(10_000), 10_000)
        {
            let at_ms = visit.at_ms + delay(&mut rng);
            if at_ms < now_ms {
                due.push(Reverse(result(offer, click_id, at_ms, number, &mut rng)));
            }
        }
    }
    while let Some(Reverse(result)) = due.pop() {
        report(router, clock, &result).await?;
        driven.conversions += 1;
    }
    Ok(driven)
}

/// Day and night, quieter weekends, and a slow rise.
fn plan(links: &[DemoLink], now_ms: i64, rng: &mut ChaCha8Rng) -> Vec<Visit> {
    let weights: Vec<u64> =
        links.iter().map(|l| u64::from(l.weight) * u64::from(OFFERS[l.offer].weight)).collect();
    let total: u64 = weights.iter().sum::<u64>().max(1);
    let first_day = now_ms.div_euclid(DAY_MS) - DAYS;
    let per_day: u32 = HOURS.iter().sum();
    let mut visits = Vec::new();
    for day in 0..=DAYS {
        let weekday = (first_day + day + 4).rem_euclid(7);
        let weekend = if weekday == 0 || weekday == 6 { 78 } else { 100 };
        let rise = 88 + day as u32;
        for (hour, share) in HOURS.iter().enumerate() {
            let expected = CLICKS_A_DAY * share * weekend / 100 * rise / 100 / per_day;
            let count = expected * rng.random_range(88..=112) / 100;
            let start = (first_day + day) * DAY_MS + hour as i64 * HOUR_MS;
            for _ in 0..count {
                let at_ms = start + rng.random_range(0..HOUR_MS);
                let mut at = rng.random_range(0..total);
                let link = weights
                    .iter()
                    .position(|w| {
                        if at < *w {
                            true
                        } else {
                            at -= w;
                            false
                        }
                    })
                    .unwrap_or(0);
                visits.push(Visit { at_ms, link, chance: rng.random() });
            }
        }
    }
    visits.retain(|v| v.at_ms < now_ms);
    visits.sort_by_key(|v| v.at_ms);
    visits
}

/// Most results come within the hour, some a day later.
fn delay(rng: &mut ChaCha8Rng) -> i64 {
    match rng.random_range(0..10) {
        0..6 => rng.random_range(40_000..HOUR_MS),
        6..9 => rng.random_range(HOUR_MS..8 * HOUR_MS),
        _ => rng.random_range(8 * HOUR_MS..40 * HOUR_MS),
    }
}

fn result(offer: &Offer, click_id: String, at_ms: i64, number: usize, rng: &mut ChaCha8Rng) -> Outcome {
    // Now and then an advertiser reports what cannot be taken: those have to be seen, too.
    let odd = rng.random_range(0..60);
    let amount = (offer.order > 0).then(|| {
        let minor = offer.order * rng.random_range(55..190) / 100;
        format!("{}.{:02}", minor / 100, minor % 100)
    });
    Outcome {
        at_ms,
        click_id,
        txid: format!("{}-{}", offer.goal.0, 100_000 + number),
        amount: if odd == 0 { Some("n/a".into()) } else { amount },
        goal: if odd == 1 { "upsell".into() } else { offer.goal.0.into() },
    }
}

async fn click(
    router: &Router,
    clock: &AtomicI64,
    link: &DemoLink,
    at_ms: i64,
    robot: bool,
    rng: &mut ChaCha8Rng,
) -> Result<Option<String>> {
    clock.store(at_ms * 1000, Ordering::Relaxed);
    let pick = |list: &[&'static str], rng: &mut ChaCha8Rng| list[rng.random_range(0..list.len())];
    let mut uri = format!("/c/{}?source={}", link.code, pick(SOURCES, rng));
    if rng.random_ratio(4, 5) {
        uri.push_str(&format!("&sub1={}", pick(SUB1, rng)));
    }
    if rng.random_ratio(1, 3) {
        uri.push_str(&format!("&sub2={}", pick(SUB2, rng)));
    }
    let agent = if robot { ROBOT } else { pick(USER_AGENTS, rng) };
    // Addresses of the range that is reserved for documentation.
    let peer = std::net::SocketAddr::from(([198, 51, 100, rng.random()], 40_000));
    let request = Request::get(uri)
        .header("user-agent", agent)
        .extension(axum::extract::ConnectInfo(peer))
        .body(Body::empty())
        .context("cannot build a demo click")?;
    let response = router.clone().oneshot(request).await?;
    let location = response.headers().get("location").and_then(|v| v.to_str().ok()).unwrap_or("");
    Ok(location.split_once("click_id=").map(|(_, rest)| rest.split('&').next().unwrap_or("").to_owned()))
}

async fn report(router: &Router, clock: &AtomicI64, result: &Outcome) -> Result<()> {
    clock.store(result.at_ms * 1000, Ordering::Relaxed);
    let mut uri = format!("/postback?click_id={}&txid={}&goal={}", result.click_id, result.txid, result.goal);
    if let Some(amount) = &result.amount {
        uri.push_str(&format!("&amount={}", amount.replace('/', "%2F")));
    }
    let request = Request::get(uri).body(Body::empty()).context("cannot build a demo report")?;
    router.clone().oneshot(request).await?;
    Ok(())
}

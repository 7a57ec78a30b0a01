//! The demo network: advertisers, campaigns, affiliates and two weeks of traffic, the same for the same seed.
//!
//! Nothing is written into the figures. Objects are created by the use cases behind the forms, visitors go through the
//! hot path under a clock of their own, reports through `/postback`, and the pipeline does the rest.

mod applicants;
mod names;
mod network;
mod traffic;

use crate::seed::{Link, Login, Summary};
use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Actor, Realm},
    event::stream_name,
    reason::Reason,
};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use store::{db::Db, streams::Streams};
use tokio_util::sync::CancellationToken;
use tracker::{Tracker, TrackerConfig};

/// Password of everybody in the demo network.
const DEMO_PASSWORD: &str = "millrace demo 2026";
/// The demo's visitors come in over a node of their own.
const NODE: u16 = 60_001;
const SEED: u64 = 20_261_122;
const SETTING: &str = "demo";

/// What seeding needs.
pub struct DemoDeps {
    pub db: Db,
    pub streams: Streams,
    /// Where the demo's own spool may live until it is empty.
    pub home: PathBuf,
    pub now: DateTime<Utc>,
    pub console_url: String,
    pub edge_url: String,
}

/// Makes the demo network, unless it is there. A run that was cut off is refused rather than doubled.
///
/// # Errors
/// Where the database or Redis does not answer, or the network already has other objects.
pub async fn seed(deps: &DemoDeps) -> Result<Summary> {
    let mut tx = deps.db.begin(Realm::Network).await?;
    let state = store::config::setting_get(&mut tx, SETTING).await?;
    tx.commit().await?;
    match state.as_ref().and_then(|v| v.as_str()) {
        Some("done") => return summary(deps).await,
        Some(_) => bail!(
            "an earlier seeding was cut off; start over with an empty database (for the embedded one: remove MILLRACE_HOME)"
        ),
        None => {}
    }
    mark(&deps.db, "running").await?;
    let opened = deps.now - Duration::days(traffic::DAYS + 1);
    let network = network::create(&deps.db, opened, &mut network::rng(SEED)).await?;
    let mut chance = network::rng(SEED + 1);
    applicants::set_up(&deps.db, opened, &mut chance).await?;
    engine::maintenance::ensure_partitions(&deps.db, deps.now, traffic::DAYS as u32 + 2)
        .await
        .context("partitions")?;
    drive(deps, &network).await?;
    decide(deps).await?;
    network::pause_stopped(&deps.db, deps.now).await?;
    applicants::apply(&deps.db, &network, &deps.console_url, deps.now, &mut chance).await?;
    mark(&deps.db, "done").await?;
    summary(deps).await
}

async fn mark(db: &Db, state: &str) -> Result<()> {
    let mut tx = db.begin(Realm::Network).await?;
    store::config::setting_put(&mut tx, SETTING, &state.into()).await?;
    Ok(tx.commit().await?)
}

/// Sends the traffic through a hot path of its own and waits until all of it is counted.
async fn drive(deps: &DemoDeps, network: &network::Network) -> Result<()> {
    let clock_us = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&clock_us);
    let spool_dir = deps.home.join("demo-spool");
    let config = TrackerConfig {
        node: NODE,
        spool_dir: spool_dir.clone(),
        snapshot_path: deps.home.join("demo-snapshot.bin"),
        trusted_proxies: vec![],
        edge_loops: 0,
        segment_bytes: 16 << 20,
    };
    let tracker = Tracker::open(config, Arc::new(move || clock.load(Ordering::Relaxed)))?;
    tracker.publish(store::config::load_snapshot(&deps.db).await?, true)?;
    let driven =
        traffic::drive(&tracker.router(), &clock_us, &network.links, deps.now.timestamp_millis(), SEED)
            .await?;
    tracing::info!(clicks = driven.clicks, conversions = driven.conversions, "demo traffic sent");

    let cancel = CancellationToken::new();
    let mut tasks = tokio::task::JoinSet::new();
    let mut heads = Vec::new();
    for (shard, handle) in tracker.shards() {
        heads.push((stream_name(NODE, shard), handle.head()));
        tasks.spawn(engine::shipper::run(
            handle,
            NODE,
            shard,
            deps.streams.clone(),
            deps.db.clone(),
            cancel.clone(),
            crate::clock::now,
        ));
    }
    tasks.spawn(engine::consume::run(
        deps.streams.clone(),
        deps.db.clone(),
        cancel.clone(),
        crate::clock::now,
    ));
    let counted = wait_until_counted(&deps.db, &heads).await;
    cancel.cancel();
    while tasks.join_next().await.is_some() {}
    counted?;
    let mut tx = deps.db.begin(Realm::Network).await?;
    for (stream, _) in &heads {
        store::cursors::retire(&mut tx, stream).await?;
    }
    tx.commit().await?;
    for (stream, _) in &heads {
        deps.streams.reset(stream).await?;
    }
    drop(tracker);
    let _ = std::fs::remove_dir_all(spool_dir);
    let _ = std::fs::remove_file(deps.home.join("demo-snapshot.bin"));
    Ok(())
}

async fn wait_until_counted(db: &Db, heads: &[(String, u64)]) -> Result<()> {
    let mut last = (0, 0);
    loop {
        let mut tx = db.begin(Realm::Network).await?;
        let mut behind = 0;
        let mut sum = 0;
        for (stream, head) in heads {
            let cursors = store::cursors::of_stream(&mut tx, stream).await?;
            let seq = cursors.iter().map(|c| c.seq).max().unwrap_or(0);
            behind += u64::from(seq < *head);
            sum += seq;
        }
        tx.commit().await?;
        if behind == 0 {
            return Ok(());
        }
        // Progress restarts the patience; a minute without any means something is broken.
        last = if sum == last.0 { (sum, last.1 + 1) } else { (sum, 0) };
        if last.1 > 600 {
            bail!("the demo traffic is not being counted; see the log for what Postgres or Redis lack");
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// Operators have looked at everything older than three days, and refused a little of it.
async fn decide(deps: &DemoDeps) -> Result<()> {
    let mut actor = Actor::system("demo");
    actor.name = network::PEOPLE[0].1.into();
    let mut tx = deps.db.begin(Realm::Network).await?;
    let waiting = store::conversions::pending_before(&mut tx, deps.now - Duration::days(3), 100_000).await?;
    tx.commit().await?;
    for (number, (id, received_at)) in waiting.into_iter().enumerate() {
        let at = received_at + Duration::hours(30);
        if number % 23 == 7 {
            let reason = Reason::BY_HAND[number / 23 % 4];
            engine::decide::reject(&deps.db, &actor, id, reason, "", at).await?;
        } else {
            engine::decide::approve(&deps.db, &actor, id, at).await?;
        }
    }
    Ok(())
}

async fn summary(deps: &DemoDeps) -> Result<Summary> {
    let mut tx = deps.db.begin(Realm::Network).await?;
    let users = store::people::list(&mut tx, &store::config::ListFilter::all()).await?;
    tx.commit().await?;
    let snapshot = store::config::load_snapshot(&deps.db).await?;
    let demo: Vec<_> = network::PEOPLE.iter().map(|p| p.1).collect();
    let logins = users
        .rows
        .into_iter()
        .filter(|u| demo.contains(&u.email.as_str()))
        .map(|u| Login { role: u.role.word().into(), email: u.email, password: DEMO_PASSWORD.into() })
        .collect();
    let links = snapshot
        .links
        .iter()
        .filter_map(|link| {
            let campaign = &snapshot.campaigns[link.campaign as usize];
            let goal = campaign.goals.iter().find(|g| g.is_default)?;
            (campaign.active && link.active).then(|| Link {
                code: link.code.clone(),
                campaign_id: campaign.id.to_string(),
                affiliate_id: link.affiliate.to_string(),
                goal: goal.code.clone(),
                url: format!("{}/c/{}", deps.console_url, link.code),
            })
        })
        .collect();
    Ok(Summary {
        postback_example: format!(
            "{}/postback?click_id=CLICK_ID&txid=order-1&amount=49.90",
            deps.console_url
        ),
        console_url: deps.console_url.clone(),
        edge_url: deps.edge_url.clone(),
        logins,
        links,
    })
}

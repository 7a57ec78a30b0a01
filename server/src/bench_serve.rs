//! Only the click edge, with made-up links: what a comparison with another server needs and nothing else.

use crate::{cli::BenchServe, clock, commands::print, config::Config, shutdown::Shutdown};
use anyhow::bail;
use domain::{
    ids::{AdvertiserId, AffiliateId, CampaignId, LinkId},
    money::Currency,
    snapshot::{CampaignEntry, LinkEntry, Snapshot},
};
use std::sync::Arc;
use tracker::{Tracker, TrackerConfig};

/// Serves until a signal. The event log is below the home folder, apart from that of a real node, and emptied first.
///
/// # Errors
/// The address is taken, or the disk refuses.
pub fn run(config: &Config, what: &BenchServe) -> anyhow::Result<()> {
    if what.links == 0 || what.cores == 0 || what.cores > 64 {
        bail!("--links has to be at least 1, --cores between 1 and 64");
    }
    let home = config.home.join("bench");
    let _ = std::fs::remove_dir_all(&home);
    std::fs::create_dir_all(&home)?;
    let tracker = Tracker::open(
        TrackerConfig {
            node: config.node,
            spool_dir: home.join("spool"),
            snapshot_path: home.join("snapshot.bin"),
            trusted_proxies: Vec::new(),
            edge_loops: what.cores,
            segment_bytes: config.spool.segment_mb << 20,
        },
        Arc::new(clock::now_us),
    )?;
    tracker.publish(snapshot(what.links), true)?;
    // The accept loops have runtimes of their own; this one only waits for signals.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let shutdown = Shutdown::on_signals()?;
        let edge = tracker.serve_edge(what.listen, shutdown.soft.clone())?;
        print(&format!("ready http://{}\n", edge.addr))?;
        // Nobody ships these events: free their space as a shipper would.
        loop {
            tokio::select! {
                () = shutdown.soft.cancelled() => break,
                () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
            }
            for (_, shard) in tracker.shards() {
                shard.release(shard.head())?;
            }
        }
        tokio::select! {
            _ = tokio::task::spawn_blocking(move || edge.join()) => {}
            () = shutdown.hard.cancelled() => {}
        }
        let _ = std::fs::remove_dir_all(&home);
        Ok(())
    })
}

/// Links `b0000`, `b0001`, … to one destination.
fn snapshot(links: u32) -> Snapshot {
    Snapshot {
        version: 1,
        campaigns: vec![CampaignEntry {
            id: CampaignId(1),
            advertiser: AdvertiserId(1),
            active: true,
            currency: Currency::USD,
            destination: "https://landing.example/?cid={click_id}".into(),
            deep_link_hosts: Vec::new(),
            pass_through: false,
            window_secs: 30 * 86_400,
            token: None,
            goals: Vec::new(),
        }],
        links: (0..links)
            .map(|n| LinkEntry {
                id: LinkId(i64::from(n) + 1),
                code: format!("b{n:04}"),
                campaign: 0,
                affiliate: AffiliateId(1),
                active: true,
                affiliate_active: true,
                destination: None,
            })
            .collect(),
        fallback_url: None,
        // Known to everybody: these click ids are worth nothing anywhere else.
        click_key: *b"bench-only-key-1",
    }
}

//! A process that dies without warning loses nothing that it has acknowledged. The test runs its own binary again as
//! the child that appends, prints every acknowledged number, and is killed at a seeded random moment.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use spool::{Shard, ShardConfig, ShardHandle, SyncShard};

use crate::{Chance, payload, read_seqs};

const FOLDER: &str = "SPOOL_TEST_CHILD_FOLDER";
const CLASS: &str = "SPOOL_TEST_CHILD_CLASS";
const ROUNDS: u64 = 40;

fn config(dir: &Path) -> ShardConfig {
    ShardConfig {
        segment_bytes: 8 << 10,
        seq_reserve: 500,
        sync_every: Duration::from_millis(1),
        ..ShardConfig::new(dir)
    }
}

#[test]
fn a_killed_writer_loses_nothing_it_acknowledged() {
    for class in ["p", "s"] {
        let dir = tempfile::tempdir().expect("folder");
        let mut chance = Chance(42);
        let mut acked = BTreeSet::new();
        let mut released = 0;
        for round in 0..ROUNDS / 2 {
            let before = acked.len();
            // Class S is slower by the cost of a sync.
            let most = if class == "p" { 400 } else { 40 };
            for seq in run_and_kill(dir.path(), class, chance.next() % most, chance.next() % 2000) {
                assert!(acked.insert(seq), "{seq} was given twice");
            }
            let (mut shard, found) = Shard::open(config(dir.path())).expect("open");
            assert_eq!(found.quarantined, 0, "class {class}, round {round}");
            let handle = shard.handle();
            let recovered: BTreeSet<_> = read_seqs(&handle).into_iter().collect();
            let lost: Vec<_> =
                acked.iter().filter(|seq| **seq > released && !recovered.contains(seq)).collect();
            assert!(lost.is_empty(), "class {class}, round {round}: lost {lost:?}");
            assert!(acked.last().is_none_or(|last| found.next_seq > *last));
            assert!(found.next_seq > handle.head());
            assert!(acked.len() >= before);
            // Written and never acknowledged is allowed, and counts as given from now on.
            acked.extend(recovered);
            let own = shard.append(1, 1, 1, &payload(shard.next_seq())).expect("append");
            assert!(acked.insert(own), "{own} was given twice");
            released = released.max(release_some(&handle, &mut chance));
        }
        assert!(acked.len() > ROUNDS as usize);
    }
}

/// The child's part; does nothing when run as a test of its own.
#[test]
fn child_appends_until_killed() {
    let (Some(dir), Ok(class)) = (env::var_os(FOLDER), env::var(CLASS)) else {
        return;
    };
    let cfg = config(Path::new(&dir));
    match class.as_str() {
        "p" => append_alone(cfg),
        _ => append_in_groups(cfg),
    }
}

fn append_alone(cfg: ShardConfig) {
    let (mut shard, _) = Shard::open(cfg).expect("open");
    loop {
        let fill = |seq, out: &mut Vec<u8>| out.extend(payload(seq));
        say(shard.append_parts(1, 1, 1, fill).expect("append"));
    }
}

/// Class S does not tell the number beforehand; groups queued in order by one task get their numbers in order.
fn append_in_groups(cfg: ShardConfig) {
    let (shard, found) = SyncShard::open(cfg).expect("open");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    runtime.block_on(async {
        let mut next = found.next_seq;
        loop {
            let mut group = tokio::task::JoinSet::new();
            for seq in next..next + 8 {
                let shard = shard.clone();
                group.spawn(async move {
                    let given = shard.append(1, 1, 1, payload(seq)).await.expect("append");
                    assert_eq!(given, seq);
                    say(given);
                });
            }
            while let Some(done) = group.join_next().await {
                done.expect("append");
            }
            next += 8;
        }
    });
}

fn say(seq: u64) {
    let line = format!("acked {seq}\n");
    std::io::stdout().write_all(line.as_bytes()).expect("the parent listens");
}

/// Starts a child, kills it `pause_us` after it has acknowledged `acks` records, and returns all it acknowledged.
fn run_and_kill(dir: &Path, class: &str, acks: u64, pause_us: u64) -> Vec<u64> {
    let mut child = start_child(dir, class);
    let mut lines = BufReader::new(child.stdout.take().expect("the child's output")).lines();
    let mut acked = Vec::new();
    let mut read_line = |acked: &mut Vec<u64>| match lines.next() {
        // The last line may be cut off by the kill; a number without its line end would be a wrong number.
        Some(Ok(line)) => {
            acked.extend(line.strip_prefix("acked ").map(|seq| seq.parse::<u64>().expect("a number")));
            true
        }
        _ => false,
    };
    while (acked.len() as u64) < acks && read_line(&mut acked) {}
    std::thread::sleep(Duration::from_micros(pause_us));
    child.kill().expect("kill the child");
    while read_line(&mut acked) {}
    let status = child.wait().expect("wait for the child");
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&status),
        Some(9),
        "the child ended by itself: {status}"
    );
    acked
}

fn start_child(dir: &Path, class: &str) -> Child {
    Command::new(env::current_exe().expect("own path"))
        .args(["--exact", "kill::child_appends_until_killed", "--nocapture"])
        .env(FOLDER, dir)
        .env(CLASS, class)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start the child")
}

/// Now and then releases what is there, as a shipper would.
fn release_some(handle: &ShardHandle, chance: &mut Chance) -> u64 {
    if chance.next().is_multiple_of(3) {
        let head = handle.head();
        handle.release(head - head.min(chance.next() % 300)).expect("release");
    }
    handle.released()
}

//! The spool seen from outside: what is acknowledged comes back, whatever happens in between.

mod basics;
mod class_s;
mod damage;
mod kill;
mod model;

use std::path::{Path, PathBuf};
use std::time::Duration;

use spool::{Recovery, Shard, ShardConfig, ShardHandle, decode};

/// A small shard, so that a few records fill a segment.
fn config(dir: &Path) -> ShardConfig {
    ShardConfig {
        segment_bytes: 1024,
        sync_every: Duration::from_millis(2),
        seq_reserve: 100,
        ..ShardConfig::new(dir)
    }
}

fn open(dir: &Path) -> (Shard, Recovery) {
    Shard::open(config(dir)).expect("open the shard")
}

/// Appends `count` records of 100 bytes each; the payload repeats the sequence number.
fn fill(shard: &mut Shard, count: usize) -> Vec<u64> {
    let append = |_| shard.append_parts(7, 1, 1, |seq, out| out.extend(payload(seq))).expect("append");
    (0..count).map(append).collect()
}

/// 72 bytes that belong to `seq`.
fn payload(seq: u64) -> Vec<u8> {
    seq.to_be_bytes().map(|byte| byte | 0x80).repeat(9)
}

/// Everything after `after`, read in batches of at most `records`: sequence numbers and payloads.
fn read_all(handle: &ShardHandle, after: u64, records: usize) -> Vec<(u64, Vec<u8>)> {
    let mut all = Vec::new();
    let mut at = after;
    loop {
        let batch = handle.read_after(at, records, 64 << 10).expect("read");
        if batch.count == 0 {
            return all;
        }
        let before = all.len();
        for record in decode(&batch.bytes) {
            let record = record.expect("a whole record");
            all.push((record.seq, record.payload.to_vec()));
        }
        assert_eq!(all.len() - before, batch.count);
        assert_eq!(all[before].0, batch.first_seq);
        assert_eq!(all[all.len() - 1].0, batch.last_seq);
        assert!(batch.first_seq > at);
        at = batch.last_seq;
    }
}

/// The sequence numbers of everything readable; checks that each payload belongs to its number.
fn read_seqs(handle: &ShardHandle) -> Vec<u64> {
    let check = |(seq, bytes): (u64, Vec<u8>)| {
        assert_eq!(bytes, payload(seq), "payload of {seq}");
        seq
    };
    read_all(handle, 0, 7).into_iter().map(check).collect()
}

/// The shard's segment files, oldest first.
fn segments(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).expect("list").map(|entry| entry.expect("entry").path());
    let mut found: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == "seg")).collect();
    found.sort();
    found
}

/// Seeded numbers that look random.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

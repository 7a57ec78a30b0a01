//! Random operations against the simplest possible model: a list of what was acknowledged.

use proptest::prelude::*;
use spool::{Shard, ShardConfig, SpoolError};

use crate::{config, read_all};

#[derive(Clone, Debug)]
enum Op {
    Append {
        len: usize,
    },
    Sync,
    Reopen,
    /// Releases up to this share of all records, in percent.
    Release {
        share: usize,
    },
    /// Reads from this share on.
    Read {
        share: usize,
        records: usize,
        bytes: usize,
    },
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        12 => (0..200_usize).prop_map(|len| Op::Append { len }),
        1 => (300..600_usize).prop_map(|len| Op::Append { len }),
        1 => Just(Op::Sync),
        1 => Just(Op::Reopen),
        1 => (0..=100_usize).prop_map(|share| Op::Release { share }),
        4 => (0..=100_usize, 1..20_usize, 0..2000_usize)
            .prop_map(|(share, records, bytes)| Op::Read { share, records, bytes }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn behaves_like_a_list(ops in proptest::collection::vec(op(), 1..120)) {
        check(&ops)?;
    }
}

fn check(ops: &[Op]) -> Result<(), TestCaseError> {
    let dir = tempfile::tempdir().expect("folder");
    let cfg = ShardConfig { segment_bytes: 512, seq_reserve: 9, max_bytes: 20 << 10, ..config(dir.path()) };
    let mut shard = Shard::open(cfg.clone()).expect("open").0;
    let mut model: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut released = 0;
    let mut used = 0;
    for (step, op) in ops.iter().enumerate() {
        let seq_at = |share: usize| match model.len() * share / 100 {
            0 => 0,
            count => model[count - 1].0,
        };
        match *op {
            Op::Append { len } => {
                let payload = vec![step as u8; len];
                let seq = shard.next_seq();
                prop_assert!(seq > used, "a number is used twice");
                used = seq;
                match shard.append(step as u64, 1, 1, &payload) {
                    Ok(given) => {
                        prop_assert_eq!(given, seq);
                        model.push((seq, payload));
                    }
                    Err(SpoolError::TooLarge { max, .. }) => prop_assert!(len > max),
                    Err(SpoolError::Full) => {
                        prop_assert!(shard.handle().stats().bytes_on_disk + 512 > cfg.max_bytes)
                    }
                    Err(error) => return Err(TestCaseError::fail(error.to_string())),
                }
            }
            Op::Sync => {
                shard.sync().expect("sync");
                prop_assert_eq!(shard.handle().stats().unsynced, 0);
            }
            Op::Reopen => {
                drop(shard);
                let found;
                (shard, found) = Shard::open(cfg.clone()).expect("open");
                prop_assert_eq!((found.torn_bytes, found.quarantined), (0, 0));
                prop_assert!(found.next_seq > used);
            }
            Op::Release { share } => {
                let upto = seq_at(share);
                shard.handle().release(upto).expect("release");
                released = released.max(upto);
                prop_assert_eq!(shard.handle().released(), released);
            }
            Op::Read { share, records, bytes } => {
                let after = seq_at(share).max(released);
                let batch = shard.handle().read_after(after, records, bytes).expect("read");
                let expected: Vec<_> =
                    model.iter().filter(|(seq, _)| *seq > after).take(batch.count).collect();
                let read: Vec<_> =
                    spool::decode(&batch.bytes).map(|record| record.expect("record")).collect();
                prop_assert_eq!(read.len(), expected.len());
                prop_assert_eq!(batch.count == 0, after == model.last().map_or(0, |last| last.0));
                prop_assert!(batch.count <= records);
                prop_assert!(batch.bytes.len() <= bytes || batch.count == 1);
                for (read, (seq, payload)) in read.iter().zip(expected) {
                    prop_assert_eq!((read.seq, read.payload), (*seq, payload.as_slice()));
                }
            }
        }
        let all = read_all(&shard.handle(), 0, 11);
        prop_assert!(model.ends_with(&all), "what is left is the end of the list");
        let needed = model.iter().filter(|(seq, _)| *seq > released).count();
        prop_assert!(all.len() >= needed, "a record that was not released is gone");
        prop_assert_eq!(shard.handle().head(), model.last().map_or(0, |last| last.0));
    }
    Ok(())
}

use super::*;
use crate::{Batch, decode};

/// Class S, so that only the test itself syncs: a class P keeper makes its first round whenever its thread starts.
fn open(dir: &Path) -> Shard {
    let cfg = ShardConfig { segment_bytes: 4096, ..ShardConfig::new(dir) };
    Shard::open_class(cfg, Class::S).expect("open").0
}

fn payloads(batch: &Batch) -> Vec<Vec<u8>> {
    decode(&batch.bytes).map(|record| record.expect("record").payload.to_vec()).collect()
}

#[test]
fn a_failed_sync_poisons_for_good() {
    let dir = tempfile::tempdir().expect("folder");
    let mut shard = open(dir.path());
    let first = shard.append(1, 1, 1, b"one").expect("append");
    // A pipe cannot be synced.
    let (reader, _writer) = io::pipe().expect("pipe");
    shard.shared.sabotage(File::from(std::os::fd::OwnedFd::from(reader)));
    assert!(matches!(shard.sync(), Err(SpoolError::Io { op: "sync", .. })));
    assert!(matches!(shard.sync(), Err(SpoolError::Poisoned)));
    assert!(matches!(shard.append(1, 1, 1, b"two"), Err(SpoolError::Poisoned)));
    let stats = shard.handle().stats();
    assert!(stats.poisoned);
    assert_eq!((stats.head, stats.unsynced, stats.fsync_count), (first, 1, 1));
    // What was written before can still be shipped.
    assert_eq!(shard.handle().read_after(0, 10, 4096).expect("read").count, 1);
}

#[test]
fn a_cut_off_write_leaves_no_garbage() {
    let dir = tempfile::tempdir().expect("folder");
    let mut shard = open(dir.path());
    shard.append(1, 1, 1, b"one").expect("append");
    let active = shard.active.as_ref().expect("segment");
    active.file.write_all_at(&[7; 300], active.end).expect("half a record");
    scrub(&active.file, active.end, 300).expect("scrub");
    shard.append(1, 1, 1, b"two").expect("append");
    assert_eq!(payloads(&shard.handle().read_after(0, 10, 4096).expect("read")), [b"one", b"two"]);
    drop(shard);
    let (_shard, found) = Shard::open(ShardConfig::new(dir.path())).expect("open");
    assert_eq!((found.records, found.torn_bytes, found.quarantined), (2, 0, 0));
}

#[test]
fn a_failed_write_uses_its_number_up_and_nothing_else() {
    let dir = tempfile::tempdir().expect("folder");
    let mut shard = open(dir.path());
    let first = shard.append(1, 1, 1, b"one").expect("append");
    let segment = crate::segment::path(dir.path(), first);
    let unwritable = Arc::new(File::open(segment).expect("open"));
    let active = shard.active.as_mut().expect("segment");
    let good = std::mem::replace(&mut active.file, unwritable);
    assert!(matches!(shard.append(1, 1, 1, b"lost"), Err(SpoolError::Io { .. })));
    assert_eq!(shard.next_seq(), first + 2);
    assert_eq!(shard.handle().head(), first);
    // The scrubbing failed as well, so nothing may be appended behind.
    shard.active.as_mut().expect("segment").file = good;
    assert!(matches!(shard.append(1, 1, 1, b"two"), Err(SpoolError::Poisoned)));
}

#[test]
fn the_buffer_of_append_parts_starts_empty() {
    let dir = tempfile::tempdir().expect("folder");
    let mut shard = open(dir.path());
    for round in 0..3_u8 {
        let expected = shard.next_seq();
        let seq = shard.append_parts(1, 1, 1, |seq, out| {
            assert!(out.is_empty());
            assert_eq!(seq, expected);
            out.extend_from_slice(&vec![round; 3 - usize::from(round)]);
        });
        assert_eq!(seq.expect("append"), expected);
    }
    let batch = shard.handle().read_after(0, 10, 4096).expect("read");
    assert_eq!(payloads(&batch), [&[0, 0, 0][..], &[1, 1], &[2]]);
}

#[test]
fn limits_are_kept() {
    let dir = tempfile::tempdir().expect("folder");
    let mut shard = open(dir.path());
    let max = 4096 - 64 - 28;
    let refused = shard.append(1, 1, 1, &vec![0; max + 1]);
    assert!(
        matches!(refused, Err(SpoolError::TooLarge { len, max: limit }) if len == max + 1 && limit == max)
    );
    shard.append(1, 1, 1, &vec![0; max]).expect("append");
    shard.append(1, 1, 1, b"").expect("append");
    assert_eq!(shard.handle().stats().segments, 2);
}

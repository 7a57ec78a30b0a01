use spool::{ShardConfig, SpoolError, SyncShard};

use crate::{config, read_all};

fn open(dir: &std::path::Path) -> SyncShard {
    SyncShard::open(ShardConfig { segment_bytes: 64 << 10, ..config(dir) }).expect("open").0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_appends_share_syncs() {
    let dir = tempfile::tempdir().expect("folder");
    let shard = open(dir.path());
    let writers: Vec<_> = (0..64_u64)
        .map(|writer| {
            let shard = shard.clone();
            tokio::spawn(async move {
                let mut seqs = Vec::new();
                for turn in 0..10_u64 {
                    let payload = [writer.to_le_bytes(), turn.to_le_bytes()].concat();
                    let seq = shard.append(1, 2, 3, payload).await.expect("append");
                    assert!(shard.handle().head() >= seq, "acknowledged before it can be read");
                    seqs.push(seq);
                }
                seqs
            })
        })
        .collect();
    let mut seqs = Vec::new();
    for writer in writers {
        let own = writer.await.expect("writer");
        assert!(own.is_sorted(), "one writer's records are in its order");
        seqs.extend(own);
    }
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=640).collect::<Vec<_>>());
    let stats = shard.handle().stats();
    assert_eq!((stats.head, stats.unsynced), (640, 0));
    assert!(stats.fsync_count <= 160, "{} syncs for 640 appends", stats.fsync_count);
    assert_eq!(read_all(&shard.handle(), 0, 50).len(), 640);
}

#[test]
fn blocking_appends_are_durable_when_they_return() {
    let dir = tempfile::tempdir().expect("folder");
    let shard = open(dir.path());
    for expected in 1..=5 {
        assert_eq!(shard.append_blocking(1, 1, 1, b"money".to_vec()).expect("append"), expected);
        assert_eq!(shard.handle().stats().unsynced, 0);
    }
    assert!(shard.handle().stats().fsync_count >= 5);
}

#[test]
fn one_bad_append_does_not_spoil_its_group() {
    let dir = tempfile::tempdir().expect("folder");
    let shard = open(dir.path());
    let refused = shard.append_blocking(1, 1, 1, vec![0; 70 << 10]);
    assert!(matches!(refused, Err(SpoolError::TooLarge { .. })));
    shard.append_blocking(1, 1, 1, b"fine".to_vec()).expect("append");
    assert_eq!(read_all(&shard.handle(), 0, 10).len(), 1);
}

#[test]
fn the_last_clone_closes_the_shard() {
    let dir = tempfile::tempdir().expect("folder");
    let shard = open(dir.path());
    let clone = shard.clone();
    drop(shard);
    clone.append_blocking(1, 1, 1, b"one".to_vec()).expect("append");
    let locked = SyncShard::open(config(dir.path()));
    assert!(matches!(locked, Err(SpoolError::Locked { .. })));
    drop(clone);
    let again = open(dir.path());
    assert_eq!(read_all(&again.handle(), 0, 10).len(), 1);
}

#[tokio::test]
async fn an_append_outlives_its_future() {
    let dir = tempfile::tempdir().expect("folder");
    let shard = open(dir.path());
    {
        let append = std::pin::pin!(shard.append(1, 1, 1, b"kept".to_vec()));
        // One poll queues the record; then the caller goes away.
        let waker = std::task::Waker::noop();
        let _ = append.poll(&mut std::task::Context::from_waker(waker));
    }
    shard.handle().wait_past(0).await;
    assert_eq!(read_all(&shard.handle(), 0, 10)[0].1, b"kept");
}

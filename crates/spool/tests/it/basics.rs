use std::time::Duration;

use spool::{Shard, ShardConfig, SpoolError, decode, dump, verify};

use crate::{config, fill, open, payload, read_all, read_seqs, segments};

#[test]
fn what_goes_in_comes_out() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, found) = open(dir.path());
    assert_eq!((found.records, found.torn_bytes, found.quarantined, found.next_seq), (0, 0, 0, 1));
    let handle = shard.handle();
    assert_eq!((handle.head(), handle.first_seq()), (0, 1));
    assert_eq!(handle.read_after(0, 10, 1000).expect("read").count, 0);

    assert_eq!(shard.next_seq(), 1);
    assert_eq!(shard.append(123, 4, 5, b"hello").expect("append"), 1);
    assert_eq!(shard.append(124, 6, 7, b"").expect("append"), 2);
    let batch = handle.read_after(0, 10, 1000).expect("read");
    let records: Vec<_> = decode(&batch.bytes).map(|record| record.expect("record")).collect();
    assert_eq!((batch.first_seq, batch.last_seq, batch.count), (1, 2, 2));
    let first = records[0];
    assert_eq!((first.seq, first.ts_us, first.kind, first.ver, first.flags), (1, 123, 4, 5, 0));
    assert_eq!((first.payload, records[1].payload), (&b"hello"[..], &b""[..]));
    assert_eq!((handle.head(), handle.first_seq()), (2, 1));

    let nothing = handle.read_after(2, 10, 1000).expect("read");
    assert_eq!((nothing.count, nothing.first_seq, nothing.last_seq), (0, 2, 2));
}

#[test]
fn reads_keep_their_limits_and_always_make_progress() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    fill(&mut shard, 30);
    let handle = shard.handle();
    assert_eq!(handle.read_after(0, 4, 1 << 20).expect("read").count, 4);
    assert_eq!(handle.read_after(0, 100, 350).expect("read").count, 3);
    assert_eq!(handle.read_after(0, 100, 1).expect("read").count, 1);
    assert_eq!(handle.read_after(0, 0, 0).expect("read").count, 1);
    assert_eq!(handle.read_after(0, 100, 1 << 20).expect("read").count, 30);
    for records in [1, 2, 9, 10, 100] {
        assert_eq!(read_all(&handle, 0, records).len(), 30);
    }
    for after in 0..=30 {
        assert_eq!(read_all(&handle, after, 3).len() as u64, 30 - after);
    }
}

#[test]
fn records_longer_than_a_read_chunk() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) =
        Shard::open(ShardConfig { segment_bytes: 4 << 20, ..config(dir.path()) }).expect("open");
    let sizes = [10, 100_000, 3, 2_000_000, 1_500_000, 5];
    for size in sizes {
        shard.append(1, 1, 1, &vec![9; size]).expect("append");
    }
    let read: Vec<_> =
        read_all(&shard.handle(), 0, 2).into_iter().map(|(_, payload)| payload.len()).collect();
    assert_eq!(read, sizes);
}

#[test]
fn full_segments_make_way_for_new_ones() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    let seqs = fill(&mut shard, 95);
    assert_eq!(seqs, (1..=95).collect::<Vec<_>>());
    // 9 records of 100 bytes fit beside the header.
    assert_eq!(segments(dir.path()).len(), 11);
    assert_eq!(read_seqs(&shard.handle()), seqs);
    let handle = shard.handle();
    let stats = handle.stats();
    assert_eq!((stats.segments, stats.head), (11, 95));
    wait_for(|| handle.stats().spares == 2);
    assert_eq!(handle.stats().bytes_on_disk, 13 * 1024);
}

#[test]
fn reopening_goes_on_with_greater_numbers() {
    let dir = tempfile::tempdir().expect("folder");
    let mut all = Vec::new();
    for round in 0..5 {
        let (mut shard, found) = open(dir.path());
        assert_eq!(found.records, all.len() as u64, "round {round}");
        assert_eq!(found.next_seq, shard.next_seq());
        assert!(all.last().is_none_or(|last| found.next_seq > *last));
        assert_eq!(shard.handle().head(), all.last().copied().unwrap_or(0));
        all.extend(fill(&mut shard, 12 * round));
        assert_eq!(read_seqs(&shard.handle()), all);
        assert!(shard.handle().reserved_until() >= shard.next_seq() - 1);
    }
}

#[test]
fn opening_again_and_again_takes_no_space() {
    let dir = tempfile::tempdir().expect("folder");
    for _ in 0..20 {
        open(dir.path());
    }
    assert_eq!(segments(dir.path()).len(), 0);
    for _ in 0..20 {
        fill(&mut open(dir.path()).0, 1);
    }
    let sizes: u64 = segments(dir.path()).iter().map(|path| path.metadata().expect("size").len()).sum();
    // All but the newest have been cut to header and record.
    assert_eq!(sizes, 19 * 164 + 1024);
}

#[test]
fn numbers_are_reserved_ahead_of_use() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    for _ in 0..1000 {
        let seq = fill(&mut shard, 1)[0];
        assert!(seq <= shard.handle().reserved_until());
    }
    let reserved = shard.handle().reserved_until();
    drop(shard);
    assert!(open(dir.path()).1.next_seq > reserved);
}

#[test]
fn a_lost_reservation_is_made_up_for() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    fill(&mut shard, 150);
    let reserved = shard.handle().reserved_until();
    drop(shard);
    std::fs::write(dir.path().join("reserved"), b"nonsense").expect("damage");
    assert!(open(dir.path()).1.next_seq > reserved);
}

#[test]
fn a_second_opener_is_turned_away() {
    let dir = tempfile::tempdir().expect("folder");
    let (shard, _) = open(dir.path());
    assert!(
        matches!(Shard::open(config(dir.path())), Err(SpoolError::Locked { path }) if path == dir.path())
    );
    let handle = shard.handle();
    drop(shard);
    // A handle that is still around does not hold the lock, and cannot remove anything any more.
    let (mut shard, _) = open(dir.path());
    fill(&mut shard, 1);
    assert!(handle.release(1).is_err());
}

#[test]
fn release_removes_whole_segments_that_are_done() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    fill(&mut shard, 40);
    let handle = shard.handle();
    // Nine records a segment: 1-9, 10-18, 19-27, 28-36, 37-40.
    for (upto, left, first) in [(8, 5, 1), (9, 4, 10), (3, 4, 10), (17, 4, 10), (30, 2, 28), (1000, 1, 37)] {
        handle.release(upto).expect("release");
        assert_eq!(segments(dir.path()).len(), left, "release {upto}");
        assert_eq!(handle.first_seq(), first, "release {upto}");
        assert_eq!(read_seqs(&handle), (first..=40).collect::<Vec<_>>());
    }
    assert_eq!((handle.released(), handle.stats().released), (40, 40));
    drop(shard);

    let (mut shard, found) = open(dir.path());
    assert_eq!(found.records, 0);
    let handle = shard.handle();
    assert_eq!((handle.head(), handle.released(), handle.first_seq()), (40, 40, shard.next_seq()));
    let seqs = fill(&mut shard, 3);
    assert_eq!(read_seqs(&handle), seqs);
}

#[test]
fn a_full_shard_refuses_and_recovers_when_space_is_released() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = Shard::open(ShardConfig { max_bytes: 4096, ..config(dir.path()) }).expect("open");
    let seqs = fill(&mut shard, 36);
    let next = shard.next_seq();
    for _ in 0..3 {
        assert!(matches!(shard.append(1, 1, 1, &payload(0)), Err(SpoolError::Full)));
    }
    // A number that was given out with a refused record is not given out again.
    assert_eq!(shard.next_seq(), next + 3);
    assert_eq!(read_seqs(&shard.handle()), seqs);
    shard.handle().release(9).expect("release");
    assert_eq!(fill(&mut shard, 9), (next + 3..next + 12).collect::<Vec<_>>());
    assert!(matches!(shard.append(1, 1, 1, &payload(0)), Err(SpoolError::Full)));
    assert_eq!(read_seqs(&shard.handle()).len(), 36);
}

#[test]
fn spares_are_made_ahead() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    let handle = shard.handle();
    wait_for(|| handle.stats().spares == 2);
    fill(&mut shard, 1);
    wait_for(|| handle.stats().spares == 2);
    assert_eq!(handle.stats().bytes_on_disk, 3 * 1024);
}

#[test]
fn the_keeper_syncs_without_being_asked() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    let handle = shard.handle();
    fill(&mut shard, 20);
    wait_for(|| handle.stats().unsynced == 0);
    let syncs = handle.stats().fsync_count;
    shard.sync().expect("sync");
    assert_eq!(handle.stats().fsync_count, syncs, "nothing was left to sync");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_readers_wake() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    let handle = shard.handle();
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let handle = shard.handle();
            tokio::spawn(async move {
                let mut at = 0;
                while at < 2000 {
                    handle.wait_past(at).await;
                    at = handle.read_after(at, 10, 4096).expect("read").last_seq;
                }
            })
        })
        .collect();
    let writer = tokio::task::spawn_blocking(move || {
        for _ in 0..2000 {
            fill(&mut shard, 1);
            std::thread::yield_now();
        }
        shard
    });
    let _shard = writer.await.expect("writer");
    for reader in readers {
        tokio::time::timeout(Duration::from_secs(20), reader).await.expect("a lost wakeup").expect("reader");
    }
    handle.wait_past(1999).await;
    let never = tokio::time::timeout(Duration::from_millis(5), handle.wait_past(2000)).await;
    assert!(never.is_err());
}

#[test]
fn a_reader_beside_the_writer_sees_no_damage() {
    let dir = tempfile::tempdir().expect("folder");
    let cfg = ShardConfig { segment_bytes: 64 << 10, ..config(dir.path()) };
    let (mut shard, _) = Shard::open(cfg).expect("open");
    let handle = shard.handle();
    let reader = std::thread::spawn(move || {
        let mut seen = 0;
        while seen < 20_000 {
            let batch = handle.read_after(seen, 100, 16 << 10).expect("read");
            for record in decode(&batch.bytes) {
                seen += 1;
                assert_eq!(record.expect("record").seq, seen);
            }
        }
        handle.stats().quarantined
    });
    let path = dir.path().to_owned();
    let tool = std::thread::spawn(move || (0..20).all(|_| verify(&path).expect("verify").is_clean()));
    fill(&mut shard, 20_000);
    assert_eq!(reader.join().expect("reader"), 0);
    assert!(tool.join().expect("tool"));
}

#[test]
fn tools_look_without_touching() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    fill(&mut shard, 40);
    shard.handle().release(12).expect("release");
    let report = verify(dir.path()).expect("verify");
    assert!(report.is_clean());
    assert_eq!((report.segments, report.records, report.torn_bytes), (4, 31, 0));
    assert_eq!((report.first_seq, report.last_seq, report.released), (10, 40, 12));
    assert_eq!(report.reserved_until, shard.handle().reserved_until());

    let collect = |after, most| {
        let mut seen = Vec::new();
        dump(dir.path(), after, &mut |record| {
            seen.push(record.seq);
            seen.len() < most
        })
        .expect("dump");
        seen
    };
    assert_eq!(collect(0, usize::MAX), (10..=40).collect::<Vec<_>>());
    assert_eq!(collect(20, 15), (21..=35).collect::<Vec<_>>());
    assert_eq!(collect(40, 5), []);
}

/// Polls until `done`; a test that needs longer than this hangs for a reason.
fn wait_for(done: impl Fn() -> bool) {
    for _ in 0..20_000 {
        if done() {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("waited in vain");
}

#[test]
fn a_folder_begun_anew_takes_the_numbers_it_is_given_and_keeps_to_them() {
    let dir = tempfile::tempdir().expect("folder");
    let begin = |begin_with| ShardConfig { begin_with, ..config(dir.path()) };
    let (mut shard, found) = Shard::open(begin(5_000_000)).expect("open");
    let handle = shard.handle();
    assert_eq!((found.next_seq, handle.began_with(), handle.head()), (5_000_000, 5_000_000, 0));
    assert_eq!(shard.append(1, 1, 1, b"one").expect("append"), 5_000_000);
    assert_eq!(handle.read_after(17, 10, 1000).expect("read").first_seq, 5_000_000);
    drop((shard, handle));

    let (mut shard, found) = Shard::open(begin(9_000_000_000)).expect("open");
    assert_eq!((found.records, shard.handle().began_with()), (1, 5_000_000));
    let second = shard.append(1, 1, 1, b"two").expect("append");
    assert!((5_000_001..9_000_000_000).contains(&second), "{second}");
    let read: Vec<u64> = read_all(&shard.handle(), 0, 7).into_iter().map(|(seq, _)| seq).collect();
    assert_eq!(read, [5_000_000, second]);
}

use std::fs;
use std::path::Path;

use spool::verify;

use crate::{Chance, config, fill, open, read_seqs, segments};

/// Size of a record that `fill` writes.
const RECORD: usize = 100;
const HEADER: usize = 64;

/// A closed shard with `count` records.
fn closed(dir: &Path, count: usize) -> Vec<u64> {
    fill(&mut open(dir).0, count)
}

fn edit(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("read the segment");
    change(&mut bytes);
    fs::write(path, bytes).expect("write the segment");
}

fn copies(dir: &Path) -> usize {
    fs::read_dir(dir.join("quarantine")).map_or(0, Iterator::count)
}

#[test]
fn a_torn_tail_is_ignored_wherever_it_tears() {
    for cut in 0..RECORD {
        for shorten in [false, true] {
            let dir = tempfile::tempdir().expect("folder");
            let mut seqs = closed(dir.path(), 5);
            seqs.pop();
            edit(&segments(dir.path())[0], |bytes| {
                let tear = HEADER + 4 * RECORD + cut;
                if shorten { bytes.truncate(tear) } else { bytes[tear..].fill(0) }
            });
            let (mut shard, found) = open(dir.path());
            assert_eq!((found.records, found.quarantined), (4, 0), "cut {cut}");
            assert!(found.torn_bytes <= cut as u64 && (cut == 0) == (found.torn_bytes == 0), "cut {cut}");
            seqs.extend(fill(&mut shard, 3));
            assert_eq!(read_seqs(&shard.handle()), seqs, "cut {cut}");
            assert_eq!(shard.handle().stats().quarantined, 0);
            drop(shard);
            let (_shard, again) = open(dir.path());
            assert_eq!((again.records, again.torn_bytes), (7, 0), "cut {cut}, opened again");
        }
    }
}

#[test]
fn a_segment_that_is_all_torn_disappears() {
    for cut in 1..RECORD {
        let dir = tempfile::tempdir().expect("folder");
        closed(dir.path(), 1);
        edit(&segments(dir.path())[0], |bytes| bytes[HEADER + cut..].fill(0));
        let (shard, found) = open(dir.path());
        assert_eq!(found.records, 0);
        assert!(found.torn_bytes > 0);
        assert_eq!((segments(dir.path()).len(), copies(dir.path())), (0, 1));
        assert!(shard.next_seq() > 1);
    }
}

#[test]
fn a_flipped_bit_in_the_middle_costs_one_record() {
    for byte in (0..RECORD).step_by(3) {
        let dir = tempfile::tempdir().expect("folder");
        let mut seqs = closed(dir.path(), 6);
        edit(&segments(dir.path())[0], |bytes| bytes[HEADER + 2 * RECORD + byte] ^= 4);
        assert_eq!(verify(dir.path()).expect("verify").damaged.len(), 1);
        let (mut shard, found) = open(dir.path());
        assert_eq!((found.records, found.quarantined, found.torn_bytes), (5, 1, 0), "byte {byte}");
        seqs.remove(2);
        seqs.extend(fill(&mut shard, 2));
        assert_eq!(read_seqs(&shard.handle()), seqs, "byte {byte}");
        assert_eq!((shard.handle().stats().quarantined, copies(dir.path())), (1, 1), "counted once");
    }
}

#[test]
fn damage_in_a_finished_segment_is_found_by_the_reader() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    let mut seqs = fill(&mut shard, 30);
    shard.sync().expect("sync");
    let files = segments(dir.path());
    // The second record of the first segment, and the last one of the second.
    edit_in_place(&files[0], HEADER + RECORD + 40);
    edit_in_place(&files[1], HEADER + 8 * RECORD + 40);
    seqs.retain(|seq| *seq != 2 && *seq != 18);
    for _ in 0..2 {
        assert_eq!(read_seqs(&shard.handle()), seqs);
        assert_eq!((shard.handle().stats().quarantined, copies(dir.path())), (2, 2));
    }
    assert_eq!(verify(dir.path()).expect("verify").damaged.len(), 2);
    drop(shard);
    let (shard, _) = open(dir.path());
    assert_eq!(read_seqs(&shard.handle()), seqs);
    assert_eq!(shard.handle().stats().quarantined, 2);
}

#[test]
fn damage_in_the_segment_being_written() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    fill(&mut shard, 4);
    let file = segments(dir.path()).remove(0);
    edit_in_place(&file, HEADER + RECORD + 40);
    assert_eq!(read_seqs(&shard.handle()), [1, 3, 4]);
    // The newest record: skipped as soon as another one follows.
    edit_in_place(&file, HEADER + 3 * RECORD + 40);
    assert_eq!(shard.handle().read_after(3, 10, 1000).expect("read").count, 0);
    fill(&mut shard, 1);
    assert_eq!(read_seqs(&shard.handle()), [1, 3, 5]);
    assert_eq!(shard.handle().stats().quarantined, 2);
}

#[test]
fn a_missing_page_of_zeros_does_not_hide_what_follows() {
    let dir = tempfile::tempdir().expect("folder");
    closed(dir.path(), 8);
    edit(&segments(dir.path())[0], |bytes| bytes[HEADER + 150..HEADER + 450].fill(0));
    let (shard, found) = open(dir.path());
    assert_eq!((found.records, found.quarantined), (4, 1));
    assert_eq!(read_seqs(&shard.handle()), [1, 6, 7, 8]);
}

#[test]
fn a_damaged_header_costs_no_record() {
    let dir = tempfile::tempdir().expect("folder");
    let seqs = closed(dir.path(), 5);
    edit(&segments(dir.path())[0], |bytes| bytes[..HEADER].fill(0xee));
    let (shard, found) = open(dir.path());
    assert_eq!((found.records, found.quarantined), (5, 1));
    assert_eq!(read_seqs(&shard.handle()), seqs);
    drop(shard);
    assert_eq!(open(dir.path()).1.quarantined, 0, "mended");
}

#[test]
fn a_segment_removed_by_a_stranger_is_survived() {
    // Before the cursor, right after it, and at the very end.
    for victim in [1, 2, 4] {
        let dir = tempfile::tempdir().expect("folder");
        let (mut shard, _) = open(dir.path());
        fill(&mut shard, 45);
        shard.handle().release(14).expect("release");
        drop(shard);
        let files = segments(dir.path());
        let lost = (victim * 9 + 1)..=(victim * 9 + 9);
        fs::remove_file(&files[victim as usize - 1]).expect("remove");
        let (mut shard, found) = open(dir.path());
        let mut seqs: Vec<_> = (10..=45).filter(|seq| !lost.contains(seq)).collect();
        assert_eq!(found.records, seqs.len() as u64);
        assert!(found.next_seq > 45);
        seqs.extend(fill(&mut shard, 2));
        assert_eq!(read_seqs(&shard.handle()), seqs);
    }
}

#[test]
fn a_segment_removed_under_a_reader_is_skipped_and_counted() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    fill(&mut shard, 30);
    fs::remove_file(&segments(dir.path())[1]).expect("remove");
    for _ in 0..2 {
        assert_eq!(read_seqs(&shard.handle()), (1..=9).chain(19..=30).collect::<Vec<_>>());
        assert_eq!(shard.handle().stats().quarantined, 1);
    }
}

#[test]
fn a_release_that_was_interrupted_is_finished() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    fill(&mut shard, 30);
    let first = segments(dir.path()).remove(0);
    let kept = fs::read(&first).expect("read");
    shard.handle().release(20).expect("release");
    drop(shard);
    // As if the process had died between storing the cursor and unlinking.
    fs::write(&first, kept).expect("write");
    let (shard, _) = open(dir.path());
    assert_eq!((shard.handle().first_seq(), shard.handle().released()), (19, 20));
    assert_eq!(read_seqs(&shard.handle()), (19..=30).collect::<Vec<_>>());
}

#[test]
fn a_lost_cursor_releases_nothing() {
    let dir = tempfile::tempdir().expect("folder");
    let (mut shard, _) = open(dir.path());
    fill(&mut shard, 30);
    shard.handle().release(20).expect("release");
    drop(shard);
    fs::write(dir.path().join("cursor"), b"").expect("damage");
    let (shard, _) = open(dir.path());
    assert_eq!(shard.handle().released(), 0);
    assert_eq!(read_seqs(&shard.handle()), (19..=30).collect::<Vec<_>>());
}

#[test]
fn opening_ends_whatever_the_files_hold() {
    let mut chance = Chance(1);
    let mut noise = move || chance.next();
    for _ in 0..200 {
        let dir = tempfile::tempdir().expect("folder");
        closed(dir.path(), 25);
        for file in segments(dir.path()) {
            edit(&file, |bytes| {
                for _ in 0..noise() % 4 {
                    let at = noise() as usize % bytes.len();
                    let len = (noise() as usize % 200).min(bytes.len() - at);
                    match noise() % 3 {
                        0 => bytes[at..at + len].fill_with(|| noise() as u8),
                        1 => bytes[at..at + len].fill(0),
                        _ => bytes.truncate(at),
                    }
                }
            });
        }
        fs::write(dir.path().join("00000000000000000099.seg"), b"?").expect("write");
        fs::write(dir.path().join("notes.txt"), b"not ours").expect("write");
        verify(dir.path()).expect("verify");
        let (mut shard, found) = spool::Shard::open(config(dir.path())).expect("open");
        let read = read_seqs(&shard.handle());
        assert!(read.is_sorted_by(|a, b| a < b));
        // What a finished segment has lost shows only when it is read.
        assert!(read.len() as u64 <= found.records);
        let more = fill(&mut shard, 12);
        assert!(more[0] > 99);
        assert!(read_seqs(&shard.handle()).ends_with(&more));
        assert!(dir.path().join("notes.txt").exists());
    }
}

/// Flips a bit without giving the file a new inode.
fn edit_in_place(path: &Path, at: usize) {
    use std::os::unix::fs::FileExt;
    let file = fs::OpenOptions::new().read(true).write(true).open(path).expect("open the segment");
    let mut byte = [0];
    file.read_exact_at(&mut byte, at as u64).expect("read");
    file.write_all_at(&[byte[0] ^ 1], at as u64).expect("write");
}

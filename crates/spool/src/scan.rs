//! Walking over the bytes of one whole segment, past damage if need be.

use std::ops::{ControlFlow, Range};

use crate::record::{self, Record};
use crate::segment::HEADER;

/// How far a sequence number may lie ahead of the record before it and still be believed after damage.
const MAX_JUMP: u64 = 1 << 32;
/// How many bytes a search for the next good record may run through the checksum, as a multiple of the bytes searched.
/// Hostile payloads could otherwise make the search quadratic.
const SEARCH_BUDGET: usize = 8;

/// What a segment's bytes hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Scan {
    pub count: u32,
    /// Sequence number of the last good record; one before the segment's first when there is none.
    pub last_seq: u64,
    /// Offset just after the last good record.
    pub end: usize,
    /// Damaged ranges with a good record after them.
    pub damaged: Vec<Range<usize>>,
    /// Non-zero bytes after the last good record: a write that was cut off.
    pub torn: Range<usize>,
}

/// Walks over all records of the segment `bytes`, which starts at `first_seq` and whose records stay at or below
/// `max_seq`. `visit` sees every good record and may stop the walk.
pub(crate) fn scan(
    bytes: &[u8],
    first_seq: u64,
    max_seq: u64,
    mut visit: impl FnMut(Record<'_>) -> ControlFlow<()>,
) -> Scan {
    let start = (HEADER as usize).min(bytes.len());
    let mut found = Scan { last_seq: first_seq.saturating_sub(1), end: start, ..Scan::default() };
    let mut at = start;
    loop {
        match record::parse(bytes, at) {
            Ok(Some(record)) if record.seq > found.last_seq => {
                at += record.encoded_len();
                found.count += 1;
                found.last_seq = record.seq;
                found.end = at;
                if visit(record).is_break() {
                    break;
                }
            }
            _ => match next_good(bytes, at, found.last_seq, max_seq) {
                Some(next) => {
                    found.damaged.push(at..next);
                    at = next;
                }
                None => break,
            },
        }
    }
    found.torn = found.end..written_end(bytes, found.end);
    found
}

/// The offset of the next good record after the unreadable one at `from`: above `after` and at most `max_seq`.
pub(crate) fn next_good(bytes: &[u8], from: usize, after: u64, max_seq: u64) -> Option<usize> {
    let stop = written_end(bytes, from);
    let seqs = after.saturating_add(1)..=max_seq.min(after.saturating_add(MAX_JUMP));
    let mut budget = bytes.len().saturating_mul(SEARCH_BUDGET);
    let mut good = |at: usize| {
        let Some((size, seq)) = record::peek(bytes, at) else {
            return false;
        };
        if !seqs.contains(&seq) || size > budget {
            return false;
        }
        budget -= size;
        record::parse(bytes, at).is_ok_and(|record| record.is_some())
    };
    // Usually the length is right and only the content is not.
    let neighbour = record::peek(bytes, from).map(|(size, _)| from + size);
    neighbour.filter(|at| good(*at)).or_else(|| (from + 1..stop).find(|at| good(*at)))
}

/// The offset after the last non-zero byte at or after `from`; `from` when there is none.
fn written_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let zeros = rest.iter().rev().take_while(|byte| **byte == 0).count();
    from + rest.len() - zeros
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A segment of `count` records from sequence number 10 on, 5 bytes of payload each, with room behind.
    fn segment(count: u64) -> (Vec<u8>, Vec<usize>) {
        let mut bytes = vec![1; HEADER as usize];
        let mut starts = Vec::new();
        for seq in 10..10 + count {
            starts.push(bytes.len());
            record::encode(
                &Record { seq, ts_us: seq, kind: 1, ver: 1, flags: 0, payload: b"hello" },
                &mut bytes,
            );
        }
        starts.push(bytes.len());
        bytes.resize(bytes.len() + 500, 0);
        (bytes, starts)
    }

    fn check(bytes: &[u8], seqs: &[u64], damaged: &[Range<usize>], torn: Range<usize>) {
        let mut seen = Vec::new();
        let found = scan(bytes, 10, u64::MAX, |record| {
            seen.push(record.seq);
            ControlFlow::Continue(())
        });
        assert_eq!(seen, seqs);
        assert_eq!(found.damaged, damaged);
        assert_eq!(found.torn, torn);
        assert_eq!(found.count as usize, seqs.len());
    }

    #[test]
    fn clean_segments() {
        let (bytes, starts) = segment(3);
        check(&bytes, &[10, 11, 12], &[], starts[3]..starts[3]);
        check(&bytes[..starts[3]], &[10, 11, 12], &[], starts[3]..starts[3]);
        check(&bytes[..HEADER as usize], &[], &[], 64..64);
        check(b"", &[], &[], 0..0);
    }

    #[test]
    fn a_damaged_middle_is_skipped_whatever_the_field() {
        for field in 0..33 {
            let (mut bytes, starts) = segment(4);
            bytes[starts[1] + field] ^= 0x40;
            check(&bytes, &[10, 12, 13], std::slice::from_ref(&(starts[1]..starts[2])), starts[4]..starts[4]);
        }
    }

    #[test]
    fn a_hole_of_zeros_is_damage_when_records_follow() {
        let (mut bytes, starts) = segment(4);
        bytes[starts[1]..starts[3]].fill(0);
        check(&bytes, &[10, 13], std::slice::from_ref(&(starts[1]..starts[3])), starts[4]..starts[4]);
    }

    #[test]
    fn a_damaged_tail_is_torn() {
        let (mut bytes, starts) = segment(3);
        bytes[starts[2] + 30] ^= 1;
        check(&bytes, &[10, 11], &[], starts[2]..starts[3]);
    }

    #[test]
    fn hostile_payloads_cannot_stall_the_search() {
        let (mut bytes, starts) = segment(1);
        bytes.truncate(starts[1]);
        bytes[starts[0] + 30] ^= 1;
        // Headers that look right, each claiming a megabyte, every 28 bytes.
        for seq in 11..100_000_u64 {
            bytes.extend_from_slice(&(1_u32 << 20).to_le_bytes());
            bytes.extend_from_slice(&[0; 4]);
            bytes.extend_from_slice(&seq.to_le_bytes());
            bytes.extend_from_slice(&[0; 12]);
        }
        let found = scan(&bytes, 10, u64::MAX, |_| ControlFlow::Continue(()));
        assert_eq!(found.count, 0);
    }
}

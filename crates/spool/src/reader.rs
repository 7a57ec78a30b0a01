//! Reading behind the writer. Nothing beyond the head is looked at, so a record that is being written is never taken
//! for damage.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::error::{DecodeError, SpoolError};
use crate::record;
use crate::scan;
use crate::segment::{self, HEADER, Segment};
use crate::shared::{Shared, lock};

/// Records that follow each other in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Concatenated encoded records, the same bytes as on disk; see [`decode`](crate::decode).
    pub bytes: Vec<u8>,
    /// First sequence number inside; of an empty batch, where the read started.
    pub first_seq: u64,
    /// Last sequence number inside, which is where to read on; of an empty batch, where the read started.
    pub last_seq: u64,
    /// 0 when there is nothing new.
    pub count: usize,
}

/// Where a read ended: everything up to `passed` lies before `offset`.
pub(crate) struct Place {
    segment: u64,
    file: Arc<File>,
    offset: u64,
    passed: u64,
}

/// How many places are remembered; more consumers than this search their place on every read.
const PLACES: usize = 8;
/// Bytes read at a time, at least and at most.
const CHUNK: (usize, usize) = (16 << 10, 1 << 20);

/// Why reading a segment stopped.
enum Stop {
    Filled,
    ReachedHead,
    SegmentDone,
}

struct Limits {
    after: u64,
    head: u64,
    records: usize,
    bytes: usize,
}

pub(crate) fn read_after(
    shared: &Shared,
    after: u64,
    max_records: usize,
    max_bytes: usize,
) -> Result<Batch, SpoolError> {
    let mut batch = Batch { first_seq: after, last_seq: after, ..Batch::default() };
    let limits = Limits {
        after,
        head: shared.head.load(Ordering::SeqCst),
        records: max_records.max(1),
        bytes: max_bytes,
    };
    let mut previous = None;
    let mut place = None;
    while let Some(segment) =
        segment_after(shared, after, previous).filter(|segment| segment.first_seq <= limits.head)
    {
        if after >= limits.head {
            break;
        }
        previous = Some(segment.first_seq);
        let Some(here) = find_place(shared, &segment, after)? else {
            continue;
        };
        let here = place.insert(here);
        match read_segment(shared, &segment, here, &limits, &mut batch)? {
            Stop::SegmentDone => {}
            Stop::Filled | Stop::ReachedHead => break,
        }
    }
    if let Some(place) = place {
        let mut places = lock(&shared.places);
        places.push(place);
        if places.len() > PLACES {
            places.remove(0);
        }
    }
    Ok(batch)
}

/// The segment to read next: the one after `previous`, or at first the one with the first record after `after`.
fn segment_after(shared: &Shared, after: u64, previous: Option<u64>) -> Option<Segment> {
    let log = lock(&shared.log);
    let wanted = |segment: &&Segment| match previous {
        Some(previous) => segment.first_seq > previous,
        None => segment.last_seq() > after,
    };
    log.segments.iter().find(wanted).copied()
}

/// The nearest remembered place before the first record after `after`, or the start of the segment. `None` when the
/// file is gone: released in between, or removed by a stranger, which counts as damage.
fn find_place(shared: &Shared, segment: &Segment, after: u64) -> Result<Option<Place>, SpoolError> {
    let mut places = lock(&shared.places);
    let usable = |place: &Place| place.segment == segment.first_seq && place.passed <= after;
    let best = (0..places.len()).filter(|i| usable(&places[*i])).max_by_key(|i| places[*i].offset);
    if let Some(best) = best {
        return Ok(Some(places.remove(best)));
    }
    drop(places);
    let path = segment::path(&shared.cfg.dir, segment.first_seq);
    match File::open(&path) {
        Ok(file) => Ok(Some(Place {
            segment: segment.first_seq,
            file: Arc::new(file),
            offset: HEADER,
            passed: segment.first_seq - 1,
        })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let known = lock(&shared.log).segments.iter().any(|other| other.first_seq == segment.first_seq);
            if known {
                shared.note_damage(segment.first_seq, 0, &[]);
            }
            Ok(None)
        }
        Err(error) => Err(SpoolError::io("open", &path, error)),
    }
}

/// Reads on from `place`, which moves along.
fn read_segment(
    shared: &Shared,
    segment: &Segment,
    place: &mut Place,
    limits: &Limits,
    batch: &mut Batch,
) -> Result<Stop, SpoolError> {
    let end = segment.seal.map(|seal| seal.end);
    let mut want = limits.bytes.clamp(CHUNK.0, CHUNK.1);
    let mut chunk = Vec::new();
    loop {
        if place.passed >= limits.head {
            return Ok(Stop::ReachedHead);
        }
        let left = end.map_or(u64::MAX, |end| end.saturating_sub(place.offset));
        if left == 0 {
            return Ok(Stop::SegmentDone);
        }
        chunk.resize(want.min(usize::try_from(left).unwrap_or(usize::MAX)), 0);
        let got = read_at(shared, place, &mut chunk)?;
        let ended = got < want;
        let mut at = 0;
        let next = loop {
            match record::parse(&chunk[..got], at) {
                Ok(Some(record)) if record.seq > place.passed => {
                    if record.seq > limits.head {
                        return Ok(Stop::ReachedHead);
                    }
                    let size = record.encoded_len();
                    if record.seq > limits.after {
                        let full = batch.count >= limits.records || batch.bytes.len() + size > limits.bytes;
                        if full && batch.count > 0 {
                            return Ok(Stop::Filled);
                        }
                        batch.push(record.seq, &chunk[at..at + size]);
                    }
                    at += size;
                    place.offset += size as u64;
                    place.passed = record.seq;
                    if place.passed >= limits.head {
                        return Ok(Stop::ReachedHead);
                    }
                }
                Ok(None) if at == got && at > 0 => break Next::Chunk,
                Err(DecodeError::Truncated { .. }) if !ended && at > 0 => break Next::Chunk,
                Err(DecodeError::Truncated { need, .. }) if !ended => break Next::Larger(need),
                _ => break Next::Damage,
            }
        };
        match next {
            Next::Chunk => {}
            Next::Larger(need) => want = need,
            Next::Damage => match skip_damage(shared, segment, place, limits.head)? {
                Some(resume) => place.offset = resume,
                None => return Ok(Stop::ReachedHead),
            },
        }
    }
}

enum Next {
    Chunk,
    /// A record longer than the chunk.
    Larger(usize),
    Damage,
}

/// The offset after the damage at `place`. `None` when the damage reaches to the end of what may be read for now.
fn skip_damage(
    shared: &Shared,
    segment: &Segment,
    place: &Place,
    head: u64,
) -> Result<Option<u64>, SpoolError> {
    if let Some(resume) = lock(&shared.damage).get(&(segment.first_seq, place.offset)) {
        return Ok(Some(*resume));
    }
    let stop = segment.seal.map_or(segment.size, |seal| seal.end);
    let mut rest = vec![0; usize::try_from(stop.saturating_sub(place.offset)).unwrap_or(0)];
    read_at(shared, place, &mut rest)?;
    let next = scan::next_good(&rest, 0, place.passed, head.min(segment.last_seq()));
    let len = match next {
        Some(next) => next,
        None if segment.seal.is_some() => rest.len(),
        None => return Ok(None),
    };
    shared.note_damage(segment.first_seq, place.offset, &rest[..len]);
    Ok(Some(place.offset + len as u64))
}

/// Fills `buffer` from `place` as far as the file goes; the rest of the buffer is left as it is.
fn read_at(shared: &Shared, place: &Place, buffer: &mut [u8]) -> Result<usize, SpoolError> {
    let mut got = 0;
    while got < buffer.len() {
        match place.file.read_at(&mut buffer[got..], place.offset + got as u64) {
            Ok(0) => break,
            Ok(read) => got += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(SpoolError::io("read", &segment::path(&shared.cfg.dir, place.segment), error));
            }
        }
    }
    Ok(got)
}

impl Batch {
    fn push(&mut self, seq: u64, record: &[u8]) {
        if self.count == 0 {
            self.first_seq = seq;
        }
        self.last_seq = seq;
        self.count += 1;
        self.bytes.extend_from_slice(record);
    }
}

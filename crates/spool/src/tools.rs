//! Looking at a shard's folder without opening the shard: nothing is locked, changed or repaired, and the folder may
//! be in use. What a writer is in the middle of appending shows as a torn tail.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use crate::durable::{self, CURSOR, RESERVED};
use crate::error::SpoolError;
use crate::record::Record;
use crate::scan::{self, Scan};
use crate::segment;

/// What [`verify`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    pub segments: usize,
    /// Records that can be read.
    pub records: u64,
    /// Sequence numbers of the first and the last record; 0 when there is none.
    pub first_seq: u64,
    pub last_seq: u64,
    /// Size of the segment files in bytes.
    pub bytes: u64,
    /// Bytes of writes that were cut off or are going on.
    pub torn_bytes: u64,
    /// Places that cannot be read and have readable records after them.
    pub damaged: Vec<Damage>,
    /// Every consumer is past this sequence number; 0 when unknown.
    pub released: u64,
    /// No sequence number above this has been used; 0 when unknown.
    pub reserved_until: u64,
}

impl VerifyReport {
    /// Nothing is damaged. A torn tail is not damage.
    pub fn is_clean(&self) -> bool {
        self.damaged.is_empty()
    }
}

/// One unreadable place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// First sequence number of the segment, which is its file's name.
    pub segment: u64,
    /// Where in the file, in bytes.
    pub offset: u64,
    pub len: u64,
}

/// Reads and checks everything in the shard's folder `dir`.
///
/// # Errors
/// `Io` when the folder or a file cannot be read.
pub fn verify(dir: &Path) -> Result<VerifyReport, SpoolError> {
    let mut report = VerifyReport {
        released: durable::read_number(dir, CURSOR)?.unwrap_or(0),
        reserved_until: durable::read_number(dir, RESERVED)?.unwrap_or(0),
        ..VerifyReport::default()
    };
    each_segment(dir, 0, |first_seq, max_seq, bytes| {
        let mut first = None;
        let scan = scan::scan(bytes, first_seq, max_seq, |record| {
            first.get_or_insert(record.seq);
            ControlFlow::Continue(())
        });
        report.add(first_seq, bytes, first, &scan);
        ControlFlow::Continue(())
    })?;
    Ok(report)
}

/// Shows every readable record after the sequence number `after` to `f`, in order, until `f` returns `false`.
///
/// # Errors
/// `Io` when the folder or a file cannot be read.
pub fn dump(dir: &Path, after: u64, f: &mut dyn FnMut(Record<'_>) -> bool) -> Result<(), SpoolError> {
    each_segment(dir, after, |first_seq, max_seq, bytes| {
        let mut flow = ControlFlow::Continue(());
        scan::scan(bytes, first_seq, max_seq, |record| {
            if record.seq > after && !f(record) {
                flow = ControlFlow::Break(());
            }
            flow
        });
        flow
    })
}

/// Calls `f` with number, greatest possible sequence number and content of every segment that may hold records after
/// `after`. A segment that is released meanwhile is left out.
fn each_segment(
    dir: &Path,
    after: u64,
    mut f: impl FnMut(u64, u64, &[u8]) -> ControlFlow<()>,
) -> Result<(), SpoolError> {
    let numbers = segment::list(dir)?;
    for (i, first_seq) in numbers.iter().enumerate() {
        let max_seq = numbers.get(i + 1).map_or(u64::MAX, |next| next - 1);
        if max_seq <= after {
            continue;
        }
        let path = segment::path(dir, *first_seq);
        let bytes = match read_segment(&path, *first_seq, max_seq) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            read => read.map_err(|e| SpoolError::io("read", &path, e))?,
        };
        if f(*first_seq, max_seq, &bytes).is_break() {
            break;
        }
    }
    Ok(())
}

/// Reads a segment that may be growing. Appends that overtake the reading can look like damage with good records
/// behind it; a second look sees all of them complete, and leaves out what has come since the first.
fn read_segment(path: &Path, first_seq: u64, max_seq: u64) -> io::Result<Vec<u8>> {
    let bytes = fs::read(path)?;
    let scan = scan::scan(&bytes, first_seq, max_seq, |_| ControlFlow::Continue(()));
    let finished = segment::parse_header(&bytes, first_seq).seal.is_some();
    if scan.damaged.is_empty() || finished {
        return Ok(bytes);
    }
    let mut again = fs::read(path)?;
    if let Some(newer) = again.get_mut(scan.end..) {
        newer.fill(0);
    }
    Ok(again)
}

impl VerifyReport {
    fn add(&mut self, segment: u64, bytes: &[u8], first: Option<u64>, scan: &Scan) {
        let header = segment::parse_header(bytes, segment);
        self.segments += 1;
        self.bytes += bytes.len() as u64;
        self.records += u64::from(scan.count);
        if let Some(first) = first {
            self.last_seq = scan.last_seq;
            if self.first_seq == 0 {
                self.first_seq = first;
            }
        }
        if !header.intact && scan.count > 0 {
            self.damaged.push(Damage { segment, offset: 0, len: segment::HEADER });
        }
        let damage = |range: &std::ops::Range<usize>| Damage {
            segment,
            offset: range.start as u64,
            len: range.len() as u64,
        };
        self.damaged.extend(scan.damaged.iter().map(damage));
        match header.seal {
            // A finished segment has no write going on: what is missing from its end was there once.
            Some(seal) if seal.end > scan.end as u64 => {
                self.damaged.push(Damage {
                    segment,
                    offset: scan.end as u64,
                    len: seal.end - scan.end as u64,
                });
            }
            _ => self.torn_bytes += scan.torn.len() as u64,
        }
    }
}

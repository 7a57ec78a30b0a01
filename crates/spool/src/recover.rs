//! What opening does before anything is appended: finish an interrupted release, find out what every segment holds,
//! and choose the first sequence number. Always ends, whatever the files contain.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

use crate::config::ShardConfig;
use crate::durable::{self, BEGAN, CURSOR, RESERVED};
use crate::error::SpoolError;
use crate::scan::{self, Scan};
use crate::segment::{self, HEADER, Seal, Segment};

/// What opening a shard found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Records on disk that can be read.
    pub records: u64,
    /// Bytes of writes that were cut off; they have never been acknowledged as durable.
    pub torn_bytes: u64,
    /// Damaged places found by this opening, each copied to `quarantine/`. Segments that were finished in good order
    /// are not looked through again; damage there is found, and counted, when it is read.
    pub quarantined: u64,
    /// The sequence number of the next append.
    pub next_seq: u64,
}

/// The state to go on from.
pub(crate) struct Recovered {
    pub report: Recovery,
    /// In order, all sealed.
    pub segments: Vec<Segment>,
    pub head: u64,
    pub released: u64,
    pub reserved: u64,
    /// The number the folder began with.
    pub began: u64,
    pub damage: BTreeMap<(u64, u64), u64>,
}

/// Recovers the shard in `cfg.dir`, which the caller has locked.
pub(crate) fn recover(cfg: &ShardConfig) -> Result<Recovered, SpoolError> {
    let dir = &cfg.dir;
    remove_temporaries(dir)?;
    let released = durable::read_number(dir, CURSOR)?.unwrap_or(0);
    let reserved = durable::read_number(dir, RESERVED)?;
    let mut found = Recovered {
        report: Recovery::default(),
        segments: Vec::new(),
        head: released,
        released,
        reserved: reserved.unwrap_or(0),
        began: durable::read_number(dir, BEGAN)?.unwrap_or(1),
        damage: BTreeMap::new(),
    };
    let numbers = segment::list(dir)?;
    for (i, first_seq) in numbers.iter().enumerate() {
        let max_seq = numbers.get(i + 1).map_or(u64::MAX, |next| next - 1);
        found.take_in(dir, *first_seq, max_seq)?;
    }
    durable::sync_dir(dir)?;

    let greatest = found.head.max(numbers.last().copied().unwrap_or(0));
    found.report.next_seq = match reserved {
        Some(reserved) => reserved.max(greatest) + 1,
        None if greatest == 0 => {
            found.began = cfg.begin_with;
            durable::write_number(dir, BEGAN, cfg.begin_with)?;
            cfg.begin_with
        }
        // The bound is lost. Records may be lost too, but no number beyond the reservation that the last one stood in
        // can have been used, and that reaches less than two reservations far.
        None => greatest.saturating_add(cfg.seq_reserve.saturating_mul(2)).saturating_add(1),
    };
    Ok(found)
}

impl Recovered {
    /// Finds out what one segment holds and puts it into order for good.
    fn take_in(&mut self, dir: &Path, first_seq: u64, max_seq: u64) -> Result<(), SpoolError> {
        let path = segment::path(dir, first_seq);
        let seal = match read_seal(&path, first_seq)? {
            Some(seal) => seal,
            None => self.examine(dir, first_seq, max_seq)?,
        };
        self.head = self.head.max(seal.last_seq);
        if seal.count == 0 || seal.last_seq <= self.released {
            return durable::remove(&path);
        }
        let size = fs::metadata(&path).map_err(|e| SpoolError::io("inspect", &path, e))?.len();
        self.segments.push(Segment { first_seq, size, seal: Some(seal) });
        self.report.records += u64::from(seal.count);
        Ok(())
    }

    /// Scans a segment that has no seal, gives its unused space back, makes it durable and seals it.
    fn examine(&mut self, dir: &Path, first_seq: u64, max_seq: u64) -> Result<Seal, SpoolError> {
        let path = segment::path(dir, first_seq);
        let bytes = fs::read(&path).map_err(|e| SpoolError::io("read", &path, e))?;
        let header = segment::parse_header(&bytes, first_seq);
        let scan = scan::scan(&bytes, first_seq, max_seq, |_| ControlFlow::Continue(()));
        if !header.intact && scan.count > 0 {
            self.note_damage(dir, first_seq, 0, &bytes[..HEADER as usize]);
        }
        for range in &scan.damaged {
            self.note_damage(dir, first_seq, range.start, &bytes[range.clone()]);
        }
        self.report.torn_bytes += scan.torn.len() as u64;
        if scan.count == 0 && !scan.torn.is_empty() {
            // The file goes, so the bytes are kept elsewhere.
            segment::quarantine(dir, first_seq, scan.torn.start as u64, &bytes[scan.torn.clone()]);
        }

        let seal = Seal { last_seq: scan.last_seq, end: scan.end as u64, count: scan.count };
        if scan.count > 0 {
            finish(&path, first_seq, &header, &seal, &scan)
                .map_err(|e| SpoolError::io("finish", &path, e))?;
        }
        Ok(seal)
    }

    fn note_damage(&mut self, dir: &Path, first_seq: u64, offset: usize, bytes: &[u8]) {
        self.report.quarantined += 1;
        self.damage.insert((first_seq, offset as u64), (offset + bytes.len()) as u64);
        segment::quarantine(dir, first_seq, offset as u64, bytes);
    }
}

/// The file must be durable before its records are shown: some may never have been synced. The seal only vouches for
/// what has been synced before it is written.
fn finish(path: &Path, first_seq: u64, header: &segment::Header, seal: &Seal, scan: &Scan) -> io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    file.set_len(scan.torn.end as u64)?;
    if !header.intact {
        segment::write_header(&file, first_seq, 0)?;
    }
    file.sync_all()?;
    seal.write(&file)?;
    file.sync_data()
}

/// The seal of a segment, if it has one that its file can live up to.
fn read_seal(path: &Path, first_seq: u64) -> Result<Option<Seal>, SpoolError> {
    let read = || -> io::Result<Option<Seal>> {
        let file = File::open(path)?;
        let mut bytes = Vec::new();
        (&file).take(HEADER).read_to_end(&mut bytes)?;
        let seal = segment::parse_header(&bytes, first_seq).seal;
        let len = file.metadata()?.len();
        Ok(seal.filter(|seal| seal.end <= len))
    };
    read().map_err(|e| SpoolError::io("read", path, e))
}

fn remove_temporaries(dir: &Path) -> Result<(), SpoolError> {
    for entry in fs::read_dir(dir).map_err(|e| SpoolError::io("list", dir, e))? {
        let path = entry.map_err(|e| SpoolError::io("list", dir, e))?.path();
        if path.extension().is_some_and(|extension| extension == "tmp") {
            durable::remove(&path)?;
        }
    }
    Ok(())
}

//! Segment files: names, the header, the seal, preallocation, and the quarantine.
//!
//! The header is 64 bytes: `magic [8] | format u32 | 0 u32 | first_seq u64 | created_us u64 | crc u32 | 0 u32`, and
//! then the seal: `last_seq u64 | end u64 | count u32 | crc u32`. The seal is written once nothing more will be
//! appended and the records are synced; it spares the next opening a scan. Zeros there mean "not sealed".

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::FallocateFlags;
use rustix::io::Errno;

use crate::error::SpoolError;
use crate::record::{u32_at, u64_at};

/// Bytes before the first record.
pub(crate) const HEADER: u64 = 64;

const MAGIC: &[u8; 8] = b"MRSPOOL\n";
const FORMAT: u32 = 1;
const SEAL_AT: usize = 40;
const EXTENSION: &str = ".seg";
const QUARANTINE: &str = "quarantine";

/// One segment in a shard's list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub first_seq: u64,
    /// Bytes it takes on disk.
    pub size: u64,
    /// `None` for the one that is being written.
    pub seal: Option<Seal>,
}

impl Segment {
    /// The greatest sequence number inside; unbounded while it is being written.
    pub fn last_seq(&self) -> u64 {
        self.seal.map_or(u64::MAX, |seal| seal.last_seq)
    }
}

/// What a finished segment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seal {
    pub last_seq: u64,
    /// Offset just after the last record.
    pub end: u64,
    pub count: u32,
}

impl Seal {
    /// Writes the seal into the header of `file`.
    pub fn write(&self, file: &File) -> io::Result<()> {
        let mut bytes = [0; 24];
        bytes[0..8].copy_from_slice(&self.last_seq.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.end.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.count.to_le_bytes());
        let checksum = crc32c::crc32c(&bytes[..20]);
        bytes[20..].copy_from_slice(&checksum.to_le_bytes());
        file.write_all_at(&bytes, SEAL_AT as u64)
    }
}

/// The state of a segment's first 64 bytes.
#[derive(Debug)]
pub(crate) struct Header {
    /// Magic, format, number and checksum are right.
    pub intact: bool,
    pub seal: Option<Seal>,
}

/// Writes the header of a new segment.
pub(crate) fn write_header(file: &File, first_seq: u64, created_us: u64) -> io::Result<()> {
    let mut bytes = [0; HEADER as usize];
    bytes[0..8].copy_from_slice(MAGIC);
    bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    bytes[16..24].copy_from_slice(&first_seq.to_le_bytes());
    bytes[24..32].copy_from_slice(&created_us.to_le_bytes());
    let checksum = crc32c::crc32c(&bytes[..32]);
    bytes[32..36].copy_from_slice(&checksum.to_le_bytes());
    file.write_all_at(&bytes, 0)
}

/// Judges the header of a segment whose name says `first_seq`. Shorter bytes are a damaged header.
pub(crate) fn parse_header(bytes: &[u8], first_seq: u64) -> Header {
    let Some(bytes) = bytes.get(..HEADER as usize) else {
        return Header { intact: false, seal: None };
    };
    let intact = bytes[..8] == *MAGIC
        && u32_at(bytes, 8) == FORMAT
        && u64_at(bytes, 16) == first_seq
        && u32_at(bytes, 32) == crc32c::crc32c(&bytes[..32]);
    let seal = &bytes[SEAL_AT..];
    let sealed = intact && u32_at(seal, 20) == crc32c::crc32c(&seal[..20]);
    let seal =
        sealed.then(|| Seal { last_seq: u64_at(seal, 0), end: u64_at(seal, 8), count: u32_at(seal, 16) });
    Header { intact, seal }
}

/// The file of the segment that starts at `first_seq`.
pub(crate) fn path(dir: &Path, first_seq: u64) -> PathBuf {
    dir.join(format!("{first_seq:020}{EXTENSION}"))
}

/// The first sequence numbers of all segments in `dir`, in order. Other files are left out.
pub(crate) fn list(dir: &Path) -> Result<Vec<u64>, SpoolError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(|e| SpoolError::io("list", dir, e))? {
        let entry = entry.map_err(|e| SpoolError::io("list", dir, e))?;
        found.extend(entry.file_name().to_str().and_then(parse_name));
    }
    found.sort_unstable();
    Ok(found)
}

fn parse_name(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(EXTENSION)?;
    let numeric = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let first_seq = if numeric { digits.parse().ok()? } else { 0 };
    (first_seq > 0).then_some(first_seq)
}

/// Creates `path` with `bytes` bytes of space that the file system has promised. Leaves nothing behind on failure.
pub(crate) fn preallocate(path: &Path, bytes: u64) -> Result<File, SpoolError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
        .map_err(|e| SpoolError::io("create", path, e))?;
    let allocated = loop {
        match rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, bytes) {
            Err(Errno::INTR) => {}
            // Some file systems cannot promise space; a sparse file still works there.
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => break file.set_len(bytes),
            done => break done.map_err(io::Error::from),
        }
    };
    match allocated {
        Ok(()) => Ok(file),
        Err(error) => {
            // The failure to allocate is the one worth reporting.
            let _ = fs::remove_file(path);
            Err(SpoolError::io("allocate", path, error))
        }
    }
}

/// Copies bytes that cannot be read as records to `quarantine/`. Best effort: a disk too full or too broken for the
/// copy must not stop the reading of what is still good.
pub(crate) fn quarantine(dir: &Path, first_seq: u64, offset: u64, bytes: &[u8]) {
    let folder = dir.join(QUARANTINE);
    let copy = folder.join(format!("{first_seq:020}-{offset}.bad"));
    let _ = fs::create_dir_all(&folder).and_then(|()| fs::write(copy, bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_segment_names_count() {
        assert_eq!(parse_name("00000000000000000042.seg"), Some(42));
        for other in [
            "42.seg",
            "spare-1.tmp",
            "reserved",
            "0000000000000000004x.seg",
            "+0000000000000000042.seg",
            "00000000000000000000.seg",
        ] {
            assert_eq!(parse_name(other), None, "{other}");
        }
        assert_eq!(parse_name("99999999999999999999.seg"), None, "over u64");
    }

    #[test]
    fn header_and_seal_are_told_apart() {
        let file = tempfile::tempfile().expect("file");
        let read = |first_seq| {
            let mut bytes = [0; HEADER as usize];
            file.read_exact_at(&mut bytes, 0).expect("read");
            parse_header(&bytes, first_seq)
        };
        write_header(&file, 42, 7).expect("write");
        assert!(read(42).intact);
        assert!(!read(43).intact);
        assert_eq!(read(42).seal, None);

        let seal = Seal { last_seq: 50, end: 900, count: 8 };
        seal.write(&file).expect("write");
        assert_eq!(read(42).seal, Some(seal));

        file.write_all_at(b"x", SEAL_AT as u64).expect("damage");
        assert_eq!(read(42).seal, None);
        assert!(read(42).intact);
        assert!(!parse_header(b"short", 42).intact);
    }
}

//! Small durable numbers (`began`, `reserved`, `cursor`) and what it takes to make a directory entry durable.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::error::SpoolError;
use crate::record::{u32_at, u64_at};

/// File with the upper bound of the sequence numbers that may have been used.
pub(crate) const RESERVED: &str = "reserved";
/// File with the sequence number that every consumer has passed.
pub(crate) const CURSOR: &str = "cursor";

/// File with the number that the folder began with.
pub(crate) const BEGAN: &str = "began";

/// A number, 8 bytes, and its checksum, 4 bytes.
const SIZE: usize = 12;

/// Writes `value` to the file `name` in `dir`; durable when this returns. A crash leaves the old or the new value.
pub(crate) fn write_number(dir: &Path, name: &str, value: u64) -> Result<(), SpoolError> {
    let path = dir.join(name);
    let temporary = dir.join(format!("{name}.tmp"));
    let mut bytes = [0; SIZE];
    bytes[..8].copy_from_slice(&value.to_le_bytes());
    let checksum = crc32c::crc32c(&bytes[..8]);
    bytes[8..].copy_from_slice(&checksum.to_le_bytes());

    let mut file = File::create(&temporary).map_err(|e| SpoolError::io("create", &temporary, e))?;
    file.write_all(&bytes).map_err(|e| SpoolError::io("write", &temporary, e))?;
    file.sync_all().map_err(|e| SpoolError::io("sync", &temporary, e))?;
    fs::rename(&temporary, &path).map_err(|e| SpoolError::io("rename", &temporary, e))?;
    sync_dir(dir)
}

/// Reads the number in the file `name`; `None` when it is missing or damaged.
pub(crate) fn read_number(dir: &Path, name: &str) -> Result<Option<u64>, SpoolError> {
    let path = dir.join(name);
    match fs::read(&path) {
        Ok(bytes) => {
            let intact = bytes.len() == SIZE && crc32c::crc32c(&bytes[..8]) == u32_at(&bytes, 8);
            Ok(intact.then(|| u64_at(&bytes, 0)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SpoolError::io("read", &path, error)),
    }
}

/// Makes creations, renames and removals in `dir` durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), SpoolError> {
    File::open(dir).and_then(|file| file.sync_all()).map_err(|e| SpoolError::io("sync", dir, e))
}

/// Removes a file; one that is gone already is fine.
pub(crate) fn remove(path: &Path) -> Result<(), SpoolError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SpoolError::io("remove", path, error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_survives_and_damage_shows() {
        let dir = tempfile::tempdir().expect("folder");
        let dir = dir.path();
        assert_eq!(read_number(dir, CURSOR).expect("read"), None);
        write_number(dir, CURSOR, 77).expect("write");
        assert_eq!(read_number(dir, CURSOR).expect("read"), Some(77));
        write_number(dir, CURSOR, u64::MAX).expect("write");
        assert_eq!(read_number(dir, CURSOR).expect("read"), Some(u64::MAX));

        fs::write(dir.join(CURSOR), [1; SIZE]).expect("damage");
        assert_eq!(read_number(dir, CURSOR).expect("read"), None);
        fs::write(dir.join(CURSOR), b"").expect("damage");
        assert_eq!(read_number(dir, CURSOR).expect("read"), None);
    }
}

//! One record: encoding, parsing, and walking over many of them.
//!
//! `len` counts the bytes that the checksum covers, which is everything after the checksum: 20 bytes of fixed fields
//! and the payload. It is therefore never 0 for a real record, and 0 marks the end of what was written.

use crate::error::DecodeError;

/// Bytes of a record before its payload.
pub const RECORD_HEADER: usize = 28;
/// The longest payload, in bytes, whatever the segment size.
pub const MAX_PAYLOAD: usize = 16 << 20;

/// `len` and the checksum, which the checksum does not cover.
const PREFIX: usize = 8;
/// Fixed fields that the checksum covers.
const FIXED: usize = RECORD_HEADER - PREFIX;

/// One decoded record; borrows its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Sequence number in the shard; starts at 1, rises, may jump.
    pub seq: u64,
    /// When it happened, microseconds since the Unix epoch, as the writer said.
    pub ts_us: u64,
    /// What the payload is; the writer's own numbering.
    pub kind: u8,
    /// Version of the payload's encoding.
    pub ver: u8,
    /// Always 0 so far.
    pub flags: u16,
    /// The writer's bytes.
    pub payload: &'a [u8],
}

impl Record<'_> {
    /// Size on disk in bytes.
    pub fn encoded_len(&self) -> usize {
        RECORD_HEADER + self.payload.len()
    }
}

/// Walks over concatenated records, for example [`Batch::bytes`](crate::Batch). Ends at the first zero length, at the
/// end of the bytes, or after the first error.
pub fn decode(bytes: &[u8]) -> Records<'_> {
    Records { bytes, offset: 0 }
}

/// Appends the encoding of `record` to `out`. The payload must not be longer than [`MAX_PAYLOAD`].
pub fn encode(record: &Record<'_>, out: &mut Vec<u8>) {
    let mut fixed = [0; FIXED];
    fixed[0..8].copy_from_slice(&record.seq.to_le_bytes());
    fixed[8..16].copy_from_slice(&record.ts_us.to_le_bytes());
    fixed[16] = record.kind;
    fixed[17] = record.ver;
    fixed[18..20].copy_from_slice(&record.flags.to_le_bytes());
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&fixed), record.payload);
    let len = (FIXED + record.payload.len()) as u32;

    out.reserve(record.encoded_len());
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&checksum.to_le_bytes());
    out.extend_from_slice(&fixed);
    out.extend_from_slice(record.payload);
}

/// The iterator that [`decode`] returns.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        match parse(self.bytes, self.offset) {
            Ok(None) => None,
            Ok(Some(record)) => {
                self.offset += record.encoded_len();
                Some(Ok(record))
            }
            Err(error) => {
                self.offset = self.bytes.len();
                Some(Err(error))
            }
        }
    }
}

/// Parses the record at `offset`. `None` at the end of the bytes and at a zero length.
pub(crate) fn parse(bytes: &[u8], offset: usize) -> Result<Option<Record<'_>>, DecodeError> {
    let rest = bytes.get(offset..).unwrap_or_default();
    if rest.is_empty() {
        return Ok(None);
    }
    if rest.len() < PREFIX {
        // A zeroed remainder too short for a record is an end like any other.
        let zeroed = rest.iter().all(|byte| *byte == 0);
        return if zeroed { Ok(None) } else { Err(DecodeError::Truncated { offset, need: RECORD_HEADER }) };
    }
    let len = u32_at(rest, 0);
    if len == 0 {
        return Ok(None);
    }
    if !plausible_len(len) {
        return Err(DecodeError::BadLength { offset, len });
    }
    let need = PREFIX + len as usize;
    let Some(covered) = rest.get(PREFIX..need) else {
        return Err(DecodeError::Truncated { offset, need });
    };
    if crc32c::crc32c(covered) != u32_at(rest, 4) {
        return Err(DecodeError::BadChecksum { offset });
    }
    Ok(Some(Record {
        seq: u64_at(covered, 0),
        ts_us: u64_at(covered, 8),
        kind: covered[16],
        ver: covered[17],
        flags: u16::from_le_bytes([covered[18], covered[19]]),
        payload: &covered[FIXED..],
    }))
}

/// What the bytes at `offset` claim to be, unchecked: `(size on disk, seq)`. `None` when they cannot be a whole record.
pub(crate) fn peek(bytes: &[u8], offset: usize) -> Option<(usize, u64)> {
    let rest = bytes.get(offset..)?;
    if rest.len() < RECORD_HEADER {
        return None;
    }
    let len = u32_at(rest, 0);
    let size = PREFIX + len as usize;
    (plausible_len(len) && size <= rest.len()).then(|| (size, u64_at(rest, PREFIX)))
}

fn plausible_len(len: u32) -> bool {
    (FIXED..=FIXED + MAX_PAYLOAD).contains(&(len as usize))
}

/// Reads a little-endian number; the caller has checked the length.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut raw = [0; 4];
    raw.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(raw)
}

/// Reads a little-endian number; the caller has checked the length.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut raw = [0; 8];
    raw.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(seq: u64, payload: &[u8]) -> Record<'_> {
        Record { seq, ts_us: 1_700_000_000_000_000, kind: 3, ver: 1, flags: 0, payload }
    }

    #[test]
    fn records_come_back_as_they_went_in() {
        let records = [sample(1, b""), sample(2, b"click"), sample(900, &[0; 300])];
        let mut bytes = Vec::new();
        records.iter().for_each(|record| encode(record, &mut bytes));
        let read: Result<Vec<_>, _> = decode(&bytes).collect();
        assert_eq!(read, Ok(records.to_vec()));
    }

    #[test]
    fn the_layout_is_fixed() {
        let mut bytes = Vec::new();
        encode(
            &Record { seq: 0x0102, ts_us: 0x0304, kind: 5, ver: 6, flags: 0x0708, payload: b"xy" },
            &mut bytes,
        );
        assert_eq!(u32_at(&bytes, 0), 22);
        assert_eq!(u32_at(&bytes, 4), crc32c::crc32c(&bytes[8..]));
        assert_eq!(bytes[8..], *b"\x02\x01\0\0\0\0\0\0\x04\x03\0\0\0\0\0\0\x05\x06\x08\x07xy");
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let mut bytes = Vec::new();
        encode(&sample(7, b"payload"), &mut bytes);
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&damaged).next().is_some_and(|read| read.is_err()), "bit {bit}");
        }
    }

    #[test]
    fn every_cut_is_noticed_and_ends_the_walk() {
        let mut bytes = Vec::new();
        encode(&sample(7, b"payload"), &mut bytes);
        for cut in 1..bytes.len() {
            let mut walk = decode(&bytes[..cut]);
            assert!(matches!(walk.next(), Some(Err(DecodeError::Truncated { .. }))), "cut {cut}");
            assert!(walk.next().is_none());
        }
    }

    #[test]
    fn zeros_are_the_end() {
        let mut bytes = Vec::new();
        encode(&sample(7, b"payload"), &mut bytes);
        for zeros in [1, 4, 28, 1000] {
            let mut padded = bytes.clone();
            padded.resize(bytes.len() + zeros, 0);
            assert_eq!(decode(&padded).count(), 1);
        }
    }
}

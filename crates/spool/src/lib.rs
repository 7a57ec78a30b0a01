//! A durable append-only log on the local disk.
//!
//! A *shard* is one folder with one writer. It holds numbered segment files of a fixed, preallocated size;
//! a *segment* is a 64-byte header and then records back to back, and zeros where nothing has been written yet.
//! A *record* is `len u32 | crc32c u32 | seq u64 | ts_us u64 | kind u8 | ver u8 | flags u16 | payload`, little endian.
//!
//! ```text
//! shard/
//!   00000000000000000001.seg   the number is the first sequence number that may stand inside
//!   00000000000000480213.seg   the newest segment is the one being written
//!   spare-7.tmp                preallocated, renamed into place when the newest segment is full
//!   began                      number of the first record
//!   reserved                   upper bound of the sequence numbers that may have been used
//!   cursor                     every consumer is past this sequence number
//!   quarantine/                copies of bytes that could not be read
//! ```
//!
//! Two classes of durability share that format:
//!
//! - **class P** ([`Shard`]): acknowledged after `write(2)`; a process death loses nothing, a power cut loses at
//!   most [`ShardConfig::sync_every`]. Made for the redirect path: no locks, no allocation, no waiting.
//! - **class S** ([`SyncShard`]): acknowledged after the `fdatasync` of its group; a power cut loses nothing.
//!
//! Rules that everything here keeps:
//!
//! 1. A sequence number is never used twice. A bound ahead of use is made durable first (`reserved`), and every
//!    opening continues above that bound, so numbers rise but may jump.
//! 2. A failed sync poisons the shard for good: the kernel may have dropped the dirty pages, so a second sync that
//!    succeeds would prove nothing.
//! 3. Opening always ends. A torn tail is ignored, a damaged middle is copied to `quarantine/`, skipped and counted.
//! 4. The cursor is durable before a segment is unlinked.
//! 5. No mmap: a disk error is an error value here, never a signal.

mod config;
mod durable;
mod error;
mod handle;
mod keeper;
mod reader;
mod record;
mod recover;
mod scan;
mod segment;
mod shard;
mod shared;
mod sync;
mod tools;

pub use config::ShardConfig;
pub use error::{DecodeError, SpoolError};
pub use handle::{ShardHandle, ShardStats};
pub use reader::Batch;
pub use record::{MAX_PAYLOAD, RECORD_HEADER, Record, Records, decode, encode};
pub use recover::Recovery;
pub use shard::Shard;
pub use sync::SyncShard;
pub use tools::{Damage, VerifyReport, dump, verify};

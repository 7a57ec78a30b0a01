//! The process' one clock and one source of chance. Everything else is given them.

use chrono::{DateTime, Utc};
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// The time.
#[expect(clippy::disallowed_methods, reason = "the process' one clock")]
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Microseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the process' one clock")]
#[must_use]
pub fn now_us() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX))
}

/// 32 random bits.
#[expect(clippy::disallowed_methods, reason = "the process' one source of chance")]
#[must_use]
pub fn chance() -> u32 {
    rand::random()
}

/// The clock as other crates take it.
#[must_use]
pub fn clock() -> Arc<dyn Fn() -> DateTime<Utc> + Send + Sync> {
    Arc::new(now)
}

/// 128 random bits, for secrets.
#[expect(clippy::disallowed_methods, reason = "the process' one source of chance")]
#[must_use]
pub fn chance16() -> [u8; 16] {
    rand::random()
}

/// 256 random bits, for tokens and keys.
#[expect(clippy::disallowed_methods, reason = "the process' one source of chance")]
#[must_use]
pub fn secret() -> [u8; 32] {
    rand::random()
}

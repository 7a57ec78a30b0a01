//! How much a key may ask, and the headers that say so.

use super::problem::Problem;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use domain::rate::{Quota, Verdict};

pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
pub const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// The limits of a network.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests of one key.
    pub requests: Quota,
    /// Failed authentications from one address.
    pub failures: Quota,
}

impl Limits {
    #[must_use]
    pub fn per_minute(requests: u32, failures: u32) -> Self {
        let quota = |count| Quota { count, window_secs: 60 };
        Self { requests: quota(requests), failures: quota(failures) }
    }
}

/// `RateLimit-Policy` and `RateLimit`: names of the draft, as structured fields.
pub fn headers(name: &str, quota: Quota, verdict: Verdict, headers: &mut HeaderMap) {
    let policy = format!("\"{name}\";q={};w={}", quota.count, quota.window_secs);
    let state = format!("\"{name}\";r={};t={}", verdict.remaining, verdict.reset_secs());
    for (header, text) in [(POLICY, policy), (STATE, state)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(header, value);
        }
    }
}

/// 429, with the seconds to wait.
pub fn exceeded(name: &str, quota: Quota, verdict: Verdict, what: &str) -> Problem {
    let wait = verdict.retry_secs();
    let mut problem = Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        format!("{what}: {} in {} seconds. Try again in {wait} seconds.", quota.count, quota.window_secs),
    )
    .header(header::RETRY_AFTER, wait);
    headers(name, quota, verdict, &mut problem.headers);
    problem
}

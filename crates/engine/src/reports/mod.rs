//! What pages and exports show, from one definition of every figure.
//!
//! A valid click is one counted in `stats_hourly.clicks`; conversions are pending and approved ones, in the hour they
//! were received; CR = conversions / clicks; EPC = payout / clicks; RPC = revenue / clicks; margin = (revenue − payout)
//! / revenue. Ratios of totals are computed from totals. Nothing is added up across currencies.

pub mod accounts;
pub mod api_keys;
pub mod audit;
pub mod campaigns;
pub mod choices;
pub mod clicks;
pub mod conversions;
pub mod course;
pub mod health;
pub mod links;
pub mod lists;
pub mod live;
pub mod overview;
pub mod own;
mod parts;

use chrono::{DateTime, Utc};
use domain::{access::Realm, period, view::ListQuery};
use store::db::Db;

/// Who asks, when, and in which time zone the answer is read.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    pub db: &'a Db,
    pub realm: Realm,
    /// IANA name.
    pub tz: &'a str,
    /// Word of the period that a page opens with where its address names none; empty for the page's own.
    pub period: &'a str,
    pub now: DateTime<Utc>,
}

impl<'a> Ask<'a> {
    /// The same question for a reader in the zone that the address names, if it names a known one. The first line of
    /// every report.
    #[must_use]
    pub fn read_in(&self, query: &'a ListQuery) -> Self {
        let tz = if period::zone_known(&query.tz) { query.tz.as_str() } else { self.tz };
        Self { tz, ..*self }
    }
}

//! An affiliate's own figures. Nothing here carries what an advertiser pays.

mod conversions;
mod offers;
mod overview;

pub use offers::offer;
pub(super) use offers::{payout_text, span};
pub(super) use overview::main_currency;
pub use overview::overview;

use domain::{
    format,
    money::{Currency, Money},
};

fn currency(code: &str) -> Currency {
    code.parse().unwrap_or(Currency::USD)
}

/// Formatted figures of a line: clicks, conversions, CR, earned, EPC.
struct Line {
    clicks: String,
    conversions: String,
    cr: String,
    earned: String,
    epc: String,
}

impl Line {
    fn new(code: &str, clicks: i64, conversions: i64, payout_minor: i64) -> Self {
        let earned = Money::new(payout_minor, currency(code));
        Self {
            clicks: format::count(clicks),
            conversions: format::count(conversions),
            cr: format::percent(conversions, clicks),
            earned: earned.to_string(),
            epc: format::per_unit(earned, clicks),
        }
    }
}

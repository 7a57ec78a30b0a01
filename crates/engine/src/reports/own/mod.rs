//! An affiliate's own figures. Nothing here carries what an advertiser pays.

mod conversions;
mod offers;
mod overview;
mod subs;

pub use conversions::conversions;
pub use offers::{links, offer, offers};
pub use overview::overview;
pub use subs::subs;

use domain::{
    format,
    money::{Currency, Money},
};

const PER_PAGE: i64 = 50;

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

/// One page of a list that is read as a whole.
fn page_of<T>(mut rows: Vec<T>, page: i64) -> Vec<T> {
    let start = usize::try_from((page - 1) * PER_PAGE).unwrap_or(usize::MAX).min(rows.len());
    let mut rest = rows.split_off(start);
    rest.truncate(PER_PAGE as usize);
    rest
}

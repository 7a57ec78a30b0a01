//! What stands in a column, before it is text for people or for programs.

use crate::reports::parts::{self, Value};
use chrono::{DateTime, Utc};
use domain::{
    money::{Currency, Money},
    period,
    view::{Cell, Choice},
};
use store::reports::stats::Sums;

/// A value of a line. [`Field::raw`] gives as many texts as the column has headings.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Field {
    Empty,
    /// The first of a row.
    Name {
        text: String,
        /// Id of the object whose page it leads to.
        to: String,
        id: String,
        raw: Vec<String>,
    },
    /// A link's code and id.
    Link {
        code: String,
        id: String,
    },
    /// A link's address.
    Address(String),
    Text(String),
    Code(String),
    /// Another object.
    Object(Choice),
    /// Two objects.
    Objects(Choice, Choice),
    /// Stored word, label, and what stands below.
    Status(String, String, String),
    /// Stored word, label, and the reason of what did not count.
    Decision(String, String, Option<(String, String)>),
    Figure(Value),
    /// With a bar of so many percent.
    Share(Value, u8),
    /// Not part of any sum.
    Struck(Value),
    Time(DateTime<Utc>),
    /// When and by whom, if at all.
    By(Option<DateTime<Utc>>, String),
}

impl Field {
    /// The figure of a column, as the network sees it; empty where the column is none.
    pub(super) fn figure(key: &str, s: &Sums, currency: Currency) -> Self {
        let money = |minor| Money::new(minor, currency);
        Self::Figure(match key {
            "clicks" => Value::Count(s.clicks),
            "conversions" => Value::Count(s.conversions),
            "cr" => Value::cr(s),
            "revenue" => Value::Money(money(s.revenue)),
            "payout" | "earned" => Value::Money(money(s.payout)),
            "margin" => Value::margin(s),
            "epc" => Value::Each(money(s.payout), s.clicks),
            "rpc" => Value::Each(money(s.revenue), s.clicks),
            "impressions" => Value::Count(s.impressions),
            "invalid_clicks" => Value::Count(s.invalid_clicks),
            "currency" => return Self::Text(currency.code().to_owned()),
            _ => return Self::Empty,
        })
    }

    /// For people in a time zone.
    pub(super) fn cell(self, tz: &str) -> Cell {
        let time = |at: DateTime<Utc>| Cell::Time(parts::time(at.timestamp_millis(), tz));
        match self {
            Self::Empty => Cell::Empty,
            Self::Name { text, to, id, .. } => Cell::Name { text, to, id },
            Self::Link { code, id } => Cell::Link { code, id },
            Self::Address(code) => Cell::Address { code },
            Self::Text(text) if text.is_empty() => Cell::Empty,
            Self::Text(text) => Cell::Text(text),
            Self::Code(text) if text.is_empty() => Cell::Empty,
            Self::Code(text) => Cell::Code(text),
            Self::Object(c) if c.name.is_empty() => Cell::Empty,
            Self::Object(Choice { id, name }) => Cell::Object { name, id },
            Self::Objects(a, b) => Cell::Objects(a, b),
            Self::Status(word, label, below) => Cell::Status { word, label, below, reason: None },
            Self::Decision(word, label, reason) => Cell::Status { word, label, below: String::new(), reason },
            Self::Figure(value) => Cell::figure(value.full()),
            Self::Share(value, share) => {
                Cell::Figure { text: value.full(), share: Some(share), struck: false }
            }
            Self::Struck(value) => Cell::Figure { text: value.full(), share: None, struck: true },
            Self::Time(at) | Self::By(Some(at), _) => time(at),
            Self::By(None, _) => Cell::Empty,
        }
    }

    /// For programs: amounts and percentages as plain decimals, times in UTC. `tracking_url` is where links begin.
    pub(super) fn raw(self, tracking_url: &str) -> Vec<String> {
        let utc = |at: DateTime<Utc>| period::utc_time(at.timestamp_millis());
        match self {
            Self::Empty => vec![String::new()],
            Self::Name { raw, .. } => raw,
            Self::Link { code, id } => {
                let address = format!("{tracking_url}/c/{code}");
                vec![code, id, address]
            }
            Self::Address(code) => vec![format!("{tracking_url}/c/{code}")],
            Self::Text(text) | Self::Code(text) | Self::Status(text, ..) => vec![text],
            Self::Object(c) => vec![c.name, c.id],
            Self::Objects(a, b) => vec![a.name, a.id, b.name, b.id],
            Self::Decision(word, _, reason) => vec![word, reason.map(|r| r.0).unwrap_or_default()],
            Self::Figure(value) | Self::Share(value, _) | Self::Struck(value) => vec![plain(value)],
            Self::Time(at) => vec![utc(at)],
            Self::By(at, who) => vec![at.map(utc).unwrap_or_default(), who],
        }
    }
}

/// Digits with a dot; empty where there is nothing to divide by.
fn plain(value: Value) -> String {
    match value {
        Value::Count(n) => n.to_string(),
        Value::Money(m) => m.decimal(),
        Value::Percent { whole: 0, .. } | Value::Each(_, 0) => String::new(),
        Value::Percent { part, whole, places } => quotient(i128::from(part) * 100, whole, places),
        // One place more than the currency has: minor units times ten, over the units.
        Value::Each(m, units) => {
            let places = m.currency.exponent() + 1;
            decimal((i128::from(m.minor) * 10 + i128::from(units / 2)) / i128::from(units), places)
        }
    }
}

/// `a / b` as a decimal with so many places, rounded half up.
fn quotient(a: i128, b: i64, places: u32) -> String {
    let b = i128::from(b);
    let scaled = (a * 10_i128.pow(places) * 2 + b).div_euclid(b * 2);
    decimal(scaled, places)
}

fn decimal(scaled: i128, places: u32) -> String {
    let sign = if scaled < 0 { "-" } else { "" };
    let unit = 10_u128.pow(places);
    let (whole, rest) = (scaled.unsigned_abs() / unit, scaled.unsigned_abs() % unit);
    if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest:0>width$}", width = places as usize)
    }
}

/// The way to an object; nothing without a name.
pub(super) fn object(id: Option<String>, name: Option<String>) -> Choice {
    Choice { id: id.unwrap_or_default(), name: name.unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_plain_for_programs() {
        let percent = |part, whole| Value::Percent { part, whole, places: 2 };
        assert_eq!(plain(percent(287, 10_000)), "2.87");
        assert_eq!(plain(percent(-1, 3)), "-33.33");
        assert_eq!(plain(percent(1, 0)), "");
        assert_eq!(plain(Value::Money(Money::new(-1_234_567, Currency::USD))), "-12345.67");
        assert_eq!(plain(Value::Money(Money::new(1_500, Currency::JPY))), "1500");
        assert_eq!(plain(Value::Each(Money::new(2_350, Currency::USD), 100)), "0.235");
        assert_eq!(plain(Value::Each(Money::new(2_350, Currency::USD), 0)), "");
        assert_eq!(plain(Value::Count(1_234)), "1234");
    }
}

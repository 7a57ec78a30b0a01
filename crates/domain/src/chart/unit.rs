//! What the numbers of a chart are, and how they read.

use crate::{
    format,
    money::{Currency, Money},
};
use serde::{Deserialize, Serialize};

/// The scale of a figure; a chart's values are whole numbers of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    #[default]
    Count,
    /// Minor units.
    Money(Currency),
    /// Hundredths of a percent.
    Percent,
    /// Money for each of something, in tenths of the minor unit.
    Each(Currency),
}

impl Unit {
    /// Decimal places.
    fn places(self) -> u32 {
        match self {
            Self::Count => 0,
            Self::Money(c) => c.exponent(),
            Self::Percent => 2,
            Self::Each(c) => c.exponent() + 1,
        }
    }

    /// How many make one.
    fn one(self) -> i128 {
        10i128.pow(self.places())
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Money(c) | Self::Each(c) => c.sign(),
            Self::Count | Self::Percent => "",
        }
    }

    fn suffix(self) -> &'static str {
        if self == Self::Percent { " %" } else { "" }
    }

    /// For people, such as `5,214`, `$41,882.50`, `2.87 %` or `$0.235`.
    #[must_use]
    pub fn text(self, value: i64) -> String {
        match self {
            Self::Count => format::count(value),
            Self::Money(c) => Money::new(value, c).to_string(),
            Self::Percent | Self::Each(_) => {
                let one = self.one().unsigned_abs() as u64;
                let (whole, rest) = (value.unsigned_abs() / one, value.unsigned_abs() % one);
                let minus = if value < 0 { "−" } else { "" };
                let whole = format::group_digits(&whole.to_string());
                let places = self.places() as usize;
                let rest = if places == 0 { String::new() } else { format!(".{rest:0>places$}") };
                format!("{minus}{}{whole}{rest}{}", self.sign(), self.suffix())
            }
        }
    }

    /// For machines: digits with a dot, such as `-41882.50`. Percentages are in percent.
    #[must_use]
    pub fn plain(self, value: i64) -> String {
        let places = self.places() as usize;
        let minus = if value < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
        let (whole, rest) = digits.split_at(digits.len() - places);
        if places == 0 { format!("{minus}{whole}") } else { format!("{minus}{whole}.{rest}") }
    }

    /// For an axis with ticks `step` apart: `8.2k`, `$1.5M`, `30 %`.
    #[must_use]
    pub fn short(self, value: i128, step: i128) -> String {
        const LETTERS: &[(i128, &str)] =
            &[(1_000_000_000_000, "T"), (1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")];
        let minus = if value < 0 { "−" } else { "" };
        let (abs, one) = (value.abs(), self.one());
        let number = match LETTERS.iter().find(|(size, _)| abs >= size * one) {
            Some((size, letter)) => {
                let hundredths = abs * 100 / (size * one);
                format!("{}{letter}", decimal(hundredths, 2))
            }
            // All the places or none, so that the labels of an axis look alike.
            None if step % one == 0 => (abs / one).to_string(),
            None => {
                let places = self.places() as usize;
                format!("{}.{:0>places$}", abs / one, abs % one)
            }
        };
        format!("{minus}{}{number}{}", self.sign(), self.suffix())
    }

    /// Change from `before` to `now` with its direction, without sign: in percent, for percentages in points. `None`
    /// where nothing was before.
    #[must_use]
    pub fn change(self, now: i64, before: i64) -> Option<(i8, String)> {
        if self != Self::Percent {
            return format::change(now, before);
        }
        let by = i128::from(now) - i128::from(before);
        let tenths = (by.unsigned_abs() + 5) / 10;
        let text = format!("{}.{} pt", format::group_digits(&(tenths / 10).to_string()), tenths % 10);
        Some((if tenths == 0 { 0 } else { by.signum() as i8 }, text))
    }
}

/// `150` with two places is `1.5`: without zeros at the end.
fn decimal(scaled: i128, places: u32) -> String {
    let unit = 10i128.pow(places);
    let whole = format::group_digits(&(scaled / unit).to_string());
    let rest = format!("{:0>width$}", scaled % unit, width = places as usize);
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { whole } else { format!("{whole}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USD: Unit = Unit::Money(Currency::USD);

    #[test]
    fn figures_of_every_unit_read_well() {
        assert_eq!(Unit::Count.text(-5214), "−5,214");
        assert_eq!(USD.text(4_188_250), "$41,882.50");
        assert_eq!(Unit::Percent.text(-3333), "−33.33 %");
        assert_eq!(Unit::Each(Currency::USD).text(235), "$0.235");
        assert_eq!(Unit::Each(Currency::JPY).text(15), "¥1.5");
        assert_eq!(Unit::Percent.text(i64::MIN), "−92,233,720,368,547,758.08 %");
        assert_eq!(
            (USD.plain(-5), Unit::Count.plain(12), Unit::Percent.plain(287)),
            ("-0.05".into(), "12".into(), "2.87".into())
        );
    }

    #[test]
    fn axes_are_short() {
        assert_eq!(Unit::Count.short(8200, 1000), "8.2k");
        assert_eq!(USD.short(150_000_000, 50_000_000), "$1.5M");
        assert_eq!(USD.short(500, 500), "$5");
        assert_eq!((USD.short(0, 50), USD.short(50, 50)), ("$0.00".into(), "$0.50".into()));
        assert_eq!(Unit::Percent.short(-3000, 1000), "−30 %");
        assert_eq!(Unit::Count.short(i128::from(i64::MAX), 1), "9,223,372.03T");
    }

    #[test]
    fn percentages_change_in_points() {
        assert_eq!(Unit::Percent.change(2810, 2900), Some((-1, "0.9 pt".into())));
        assert_eq!(Unit::Percent.change(2810, 2809), Some((0, "0.0 pt".into())));
        assert_eq!(Unit::Count.change(3, 0), None);
        assert_eq!(USD.change(300, 200), Some((1, "50.0 %".into())));
    }
}

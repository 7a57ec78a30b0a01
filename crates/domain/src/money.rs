//! Money: whole minor units and an ISO 4217 currency. No floating point, checked arithmetic.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A currency the platform knows, with the number of its decimal places (ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// Code, decimal places, sign. The table is closed: an unknown code is refused at the door.
const CURRENCIES: &[(&str, u32, &str)] = &[
    ("USD", 2, "$"),
    ("EUR", 2, "€"),
    ("GBP", 2, "£"),
    ("JPY", 0, "¥"),
    ("CAD", 2, "CA$"),
    ("AUD", 2, "A$"),
    ("NZD", 2, "NZ$"),
    ("CHF", 2, "CHF "),
    ("SEK", 2, "SEK "),
    ("NOK", 2, "NOK "),
    ("DKK", 2, "DKK "),
    ("PLN", 2, "PLN "),
    ("CZK", 2, "CZK "),
    ("HUF", 2, "HUF "),
    ("RON", 2, "RON "),
    ("BGN", 2, "BGN "),
    ("TRY", 2, "TRY "),
    ("ILS", 2, "₪"),
    ("INR", 2, "₹"),
    ("BRL", 2, "R$"),
    ("MXN", 2, "MX$"),
    ("ZAR", 2, "R "),
    ("SGD", 2, "S$"),
    ("HKD", 2, "HK$"),
    ("KRW", 0, "₩"),
    ("CNY", 2, "CN¥"),
    ("AED", 2, "AED "),
    ("SAR", 2, "SAR "),
    ("KWD", 3, "KWD "),
    ("BHD", 3, "BHD "),
    ("CLP", 0, "CLP "),
    ("COP", 2, "COP "),
    ("PHP", 2, "₱"),
    ("THB", 2, "฿"),
    ("IDR", 2, "Rp "),
    ("MYR", 2, "RM "),
    ("VND", 0, "₫"),
    ("UAH", 2, "₴"),
];

impl Currency {
    pub const USD: Self = Self(*b"USD");
    pub const EUR: Self = Self(*b"EUR");
    pub const JPY: Self = Self(*b"JPY");

    fn row(self) -> &'static (&'static str, u32, &'static str) {
        CURRENCIES.iter().find(|row| row.0.as_bytes() == self.0).unwrap_or(&CURRENCIES[0])
    }

    /// The three letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// Decimal places: 2 for USD, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn exponent(self) -> u32 {
        self.row().1
    }

    /// What stands before an amount, such as `$`.
    #[must_use]
    pub fn sign(self) -> &'static str {
        self.row().2
    }

    /// Every currency of the platform.
    pub fn all() -> impl Iterator<Item = Self> {
        CURRENCIES.iter().filter_map(|row| row.0.parse().ok())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let wanted = text.trim().to_ascii_uppercase();
        CURRENCIES
            .iter()
            .find(|row| row.0 == wanted)
            .and_then(|row| row.0.as_bytes().try_into().ok())
            .map(Self)
            .ok_or(MoneyError::UnknownCurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(c: Currency) -> Self {
        c.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a text or a sum is not money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("unknown currency; use an ISO 4217 code such as USD")]
    UnknownCurrency,
    #[error("not an amount; write digits with a dot, such as 12.34")]
    NotANumber,
    #[error("too many decimal places for this currency")]
    TooPrecise,
    #[error("amount too large")]
    Overflow,
    #[error("amounts of different currencies cannot be added")]
    Mixed,
}

/// An amount in minor units (cents for USD) of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// # Errors
    /// [`MoneyError::Mixed`] or [`MoneyError::Overflow`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// `part_micros` millionths of the amount, rounded half to even (banker's rounding): 250_000 is 25 %.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the result does not fit.
    pub fn share(self, part_micros: i64) -> Result<Self, MoneyError> {
        const ONE: i128 = 1_000_000;
        let product = i128::from(self.minor) * i128::from(part_micros);
        let (whole, rest) = (product.div_euclid(ONE), product.rem_euclid(ONE));
        let up = rest * 2 > ONE || (rest * 2 == ONE && whole.rem_euclid(2) == 1);
        let minor = i64::try_from(whole + i128::from(up)).map_err(|_| MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Reads a plain decimal such as `12.34` or `-5`. More places than the currency has are refused unless they
    /// are zeros; nothing is rounded silently.
    ///
    /// # Errors
    /// What is wrong with the text, see [`MoneyError`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty())
            || !all_digits(whole)
            || !all_digits(fraction)
            || text.len() > 40
        {
            return Err(MoneyError::NotANumber);
        }
        let places = currency.exponent() as usize;
        let (kept, spare) = fraction.split_at(fraction.len().min(places));
        if spare.bytes().any(|b| b != b'0') {
            return Err(MoneyError::TooPrecise);
        }
        let joined = format!("{whole}{kept:0<places$}");
        let minor: i64 = joined.parse().map_err(|_| MoneyError::Overflow)?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// The plain decimal without sign of the currency: `1234.50`. What APIs, CSV and macros carry.
    #[must_use]
    pub fn decimal(self) -> String {
        let places = self.currency.exponent() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

/// For people: `$1,234.50`, with a real minus sign.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Self { minor: self.minor.saturating_abs(), ..*self }.decimal();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        if self.minor < 0 {
            f.write_str("−")?;
        }
        f.write_str(self.currency.sign())?;
        f.write_str(&crate::format::group_digits(whole))?;
        if fraction.is_empty() { Ok(()) } else { write!(f, ".{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usd(text: &str) -> Result<i64, MoneyError> {
        Money::parse(text, Currency::USD).map(|m| m.minor)
    }

    #[test]
    fn amounts_are_read_exactly() {
        assert_eq!(usd("49.90"), Ok(4990));
        assert_eq!(usd("49.9"), Ok(4990));
        assert_eq!(usd("49"), Ok(4900));
        assert_eq!(usd(".5"), Ok(50));
        assert_eq!(usd("-1.01"), Ok(-101));
        assert_eq!(usd("1.230"), Ok(123));
        assert_eq!(usd("1.234"), Err(MoneyError::TooPrecise));
        assert_eq!(usd("99999999999999999999"), Err(MoneyError::Overflow));
        for bad in ["", ".", "-", "1,5", "1e3", "0x10", "NaN", "١٢", "1.2.3", "--1"] {
            assert_eq!(usd(bad), Err(MoneyError::NotANumber), "{bad:?}");
        }
        assert_eq!(Money::parse("500", Currency::JPY).map(|m| m.minor), Ok(500));
        assert_eq!(Money::parse("5.5", Currency::JPY), Err(MoneyError::TooPrecise));
    }

    #[test]
    fn amounts_are_shown_for_people_and_machines() {
        let m = Money::new(-123_456_789, Currency::USD);
        assert_eq!(m.to_string(), "−$1,234,567.89");
        assert_eq!(m.decimal(), "-1234567.89");
        assert_eq!(Money::new(5, Currency::USD).decimal(), "0.05");
        assert_eq!(Money::new(1500, Currency::JPY).to_string(), "¥1,500");
    }

    #[test]
    fn shares_round_half_to_even() {
        let share = |minor, micros| Money::new(minor, Currency::USD).share(micros).unwrap().minor;
        assert_eq!(share(1000, 250_000), 250);
        assert_eq!(share(5, 500_000), 2);
        assert_eq!(share(15, 500_000), 8);
        assert_eq!(share(-5, 500_000), -2);
    }

    proptest! {
        #[test]
        fn decimals_read_back(minor in -1_000_000_000_000i64..1_000_000_000_000) {
            for currency in Currency::all() {
                let m = Money::new(minor, currency);
                prop_assert_eq!(Money::parse(&m.decimal(), currency), Ok(m));
            }
        }
    }
}

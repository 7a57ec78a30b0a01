//! How figures look to people. The server formats, so that the first HTML and the hydrated page agree.

/// `1234567` → `1,234,567`. Expects digits only.
#[must_use]
pub fn group_digits(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A count with thousands separators and a real minus sign.
#[must_use]
pub fn count(n: i64) -> String {
    let text = group_digits(&n.unsigned_abs().to_string());
    if n < 0 { format!("−{text}") } else { text }
}

/// `part` of `whole` in percent with two places, or an en dash where there is nothing to divide by.
#[must_use]
pub fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "–".into();
    }
    let hundredths = (i128::from(part) * 10_000 + i128::from(whole.signum()) * i128::from(whole.abs() / 2))
        / i128::from(whole);
    let sign = if hundredths < 0 { "−" } else { "" };
    let abs = hundredths.unsigned_abs();
    format!("{sign}{}.{:02} %", group_digits(&(abs / 100).to_string()), abs % 100)
}

/// Change from `before` to `now` in percent with one place and its direction; `None` where nothing was before.
#[must_use]
pub fn change(now: i64, before: i64) -> Option<(i8, String)> {
    if before == 0 {
        return None;
    }
    let tenths = (i128::from(now) - i128::from(before)) * 1000 / i128::from(before.abs());
    let dir = tenths.signum() as i8;
    let abs = tenths.unsigned_abs();
    Some((dir, format!("{}.{} %", group_digits(&(abs / 10).to_string()), abs % 10)))
}

/// Money divided by a count, in the currency with one more place than it has: earnings per click.
#[must_use]
pub fn per_unit(money: crate::money::Money, units: i64) -> String {
    if units == 0 {
        return "–".into();
    }
    let places = money.currency.exponent() as usize + 1;
    let tenths = (i128::from(money.minor) * 10 + i128::from(units / 2)) / i128::from(units);
    let sign = if tenths < 0 { "−" } else { "" };
    let digits = format!("{:0>width$}", tenths.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{sign}{}{}.{fraction}", money.currency.sign(), group_digits(whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{Currency, Money};

    #[test]
    fn figures_read_well() {
        assert_eq!(count(-1234), "−1,234");
        assert_eq!(percent(287, 10_000), "2.87 %");
        assert_eq!(percent(1, 0), "–");
        assert_eq!(change(110, 100), Some((1, "10.0 %".into())));
        assert_eq!(change(5, 0), None);
        assert_eq!(per_unit(Money::new(2350, Currency::USD), 100), "$0.235");
        assert_eq!(per_unit(Money::new(2350, Currency::USD), 0), "–");
    }
}

//! Rates as people write them: `12.50` of a currency, or `12.5` percent.

use domain::{
    money::{Currency, Money},
    snapshot::Rate,
};

/// Largest fixed amount in minor units: ten thousand million of most currencies. Sums of them stay far from the
/// end of 64 bits.
const FIXED_MAX: i64 = 1_000_000_000_000;
/// A hundred percent in millionths.
const WHOLE: i64 = 1_000_000;
/// A percent has this many millionths…
const PERCENT: i64 = 10_000;
/// …and may be written with this many places.
const PLACES: usize = 4;

/// Reads a rate. `Err` tells whether the kind or the value is wrong, and what to write instead.
pub(super) fn read(kind: &str, value: &str, currency: Currency) -> Result<Rate, (Wrong, String)> {
    match kind.trim() {
        "fixed" => fixed(value, currency).map(Rate::Fixed).map_err(|e| (Wrong::Value, e)),
        "share" => percent(value).map(Rate::Share).map_err(|e| (Wrong::Value, e)),
        _ => Err((Wrong::Kind, "Choose a fixed amount or a share.".into())),
    }
}

/// Which of the two inputs of a rate is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    Kind,
    Value,
}

fn fixed(text: &str, currency: Currency) -> Result<i64, String> {
    if text.trim().is_empty() {
        return Err("Enter an amount, such as 12.50.".into());
    }
    let minor = Money::parse(text, currency).map_err(|e| format!("{e}."))?.minor;
    match minor {
        0..=FIXED_MAX => Ok(minor),
        i64::MIN..0 => Err("Enter an amount that is not negative.".into()),
        _ => Err("Enter a smaller amount.".into()),
    }
}

fn percent(text: &str) -> Result<i64, String> {
    const WRONG: &str = "Enter a percentage from 0 to 100 with at most four places, such as 12.5.";
    let text = text.trim();
    let text = text.strip_suffix('%').unwrap_or(text).trim_end();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let too_long = whole.len() > 6 || fraction.len() > PLACES;
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) || too_long {
        return Err(WRONG.into());
    }
    let micros: i64 = format!("{whole}{fraction:0<PLACES$}").parse().map_err(|_| WRONG)?;
    if micros <= WHOLE { Ok(micros) } else { Err(WRONG.into()) }
}

/// The two inputs of a rate: kind and value.
pub(super) fn write(rate: Rate, currency: Currency) -> (String, String) {
    match rate {
        Rate::Fixed(minor) => ("fixed".into(), Money::new(minor, currency).decimal()),
        Rate::Share(micros) => {
            let text = format!("{}.{:04}", micros / PERCENT, micros % PERCENT);
            ("share".into(), text.trim_end_matches('0').trim_end_matches('.').to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_exactly() {
        for (text, micros) in [
            ("30", 300_000),
            ("12.5 %", 125_000),
            ("0.0001", 1),
            ("100", WHOLE),
            ("0", 0),
            (".5", 5_000),
            ("007%", 70_000),
        ] {
            assert_eq!(percent(text), Ok(micros), "{text}");
        }
        for bad in
            ["", "%", ".", "100.0001", "-1", "1e1", "12,5", "0.00001", "99999999999999999999", "٣", "1.2.3"]
        {
            assert!(percent(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn rates_read_back() {
        for rate in
            [Rate::Fixed(0), Rate::Fixed(1250), Rate::Share(300_000), Rate::Share(1), Rate::Share(WHOLE)]
        {
            let (kind, value) = write(rate, Currency::USD);
            assert_eq!(read(&kind, &value, Currency::USD), Ok(rate), "{value}");
        }
        assert_eq!(write(Rate::Share(125_000), Currency::USD).1, "12.5");
        assert_eq!(write(Rate::Share(300_000), Currency::USD).1, "30");
        assert_eq!(write(Rate::Share(0), Currency::USD).1, "0");
    }

    #[test]
    fn amounts_have_limits() {
        assert!(fixed("-1", Currency::USD).is_err() && fixed("1.234", Currency::USD).is_err());
        assert!(fixed("99999999999999", Currency::USD).is_err() && fixed("", Currency::USD).is_err());
        assert_eq!(fixed("500", Currency::JPY), Ok(500));
        assert_eq!(read("free", "1", Currency::USD).map_err(|e| e.0), Err(Wrong::Kind));
    }
}

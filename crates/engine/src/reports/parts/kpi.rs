//! Key figures: a value, the one before, the change between them.

use super::Series;
use domain::{
    format,
    money::{Currency, Money},
    view::{Delta, Kpi, Wanted},
};
use store::reports::stats::Sums;

/// What a key figure is about.
#[derive(Debug, Clone, Copy)]
pub(in crate::reports) struct About {
    pub key: &'static str,
    pub label: &'static str,
    /// For the tooltip.
    pub meaning: &'static str,
    pub wanted: Wanted,
}

/// A figure before it is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reports) enum Value {
    Count(i64),
    Money(Money),
    /// `part` of `whole` in percent, with as many places.
    Percent {
        part: i64,
        whole: i64,
        places: u32,
    },
    /// Money for each of so many.
    Each(Money, i64),
}

impl Value {
    /// Conversions of clicks.
    pub(in crate::reports) fn cr(s: &Sums) -> Self {
        Self::Percent { part: s.conversions, whole: s.clicks, places: 2 }
    }

    /// What stays of the revenue.
    pub(in crate::reports) fn margin(s: &Sums) -> Self {
        Self::Percent { part: s.revenue.saturating_sub(s.payout), whole: s.revenue, places: 1 }
    }

    /// Percent times ten to the power of `places`, rounded half up.
    fn scaled(part: i64, whole: i64, places: u32) -> Option<i128> {
        let whole = i128::from(whole);
        let scaled = i128::from(part) * 100 * 10i128.pow(places);
        (whole != 0).then(|| (scaled * 2 + whole).div_euclid(whole * 2))
    }

    /// The text without unit, and the unit.
    fn parts(self) -> (String, &'static str) {
        match self {
            Self::Count(n) => (format::count(n), ""),
            Self::Money(m) => (m.to_string(), ""),
            Self::Percent { part, whole, places } => match Self::scaled(part, whole, places) {
                Some(scaled) => (signed(scaled, places), " %"),
                None => ("–".into(), ""),
            },
            Self::Each(money, units) => (format::per_unit(money, units), ""),
        }
    }

    /// The text with its unit.
    pub(in crate::reports) fn full(self) -> String {
        let (value, unit) = self.parts();
        format!("{value}{unit}")
    }

    /// A number that is larger where the value is, for a sparkline.
    fn height(self) -> i64 {
        let fit = |n: i128| i64::try_from(n).unwrap_or(i64::MAX);
        match self {
            Self::Count(n) => n,
            Self::Money(m) => m.minor,
            Self::Percent { part, whole, places } => fit(Self::scaled(part, whole, places).unwrap_or(0)),
            Self::Each(_, 0) => 0,
            Self::Each(money, units) => fit(i128::from(money.minor) * 1000 / i128::from(units)),
        }
    }

    /// Change from `before`; `None` where there was nothing to compare with.
    fn change_from(self, before: Self) -> Option<Delta> {
        let delta = |(dir, text)| Delta { dir, text };
        match (self, before) {
            (Self::Count(now), Self::Count(before)) => format::change(now, before).map(delta),
            (Self::Money(now), Self::Money(before)) => format::change(now.minor, before.minor).map(delta),
            (Self::Percent { part, whole, places }, Self::Percent { part: p, whole: w, .. }) => {
                let by = Self::scaled(part, whole, places)? - Self::scaled(p, w, places)?;
                let text = format!("{} pt", signed(by.abs(), places));
                Some(Delta { dir: by.signum() as i8, text })
            }
            (Self::Each(now, units), Self::Each(before, of)) if units != 0 && of != 0 => {
                // The same denominator on both sides, so that no place is lost.
                let (now, before) =
                    (i128::from(now.minor) * i128::from(of), i128::from(before.minor) * i128::from(units));
                let shift = (now.unsigned_abs().max(before.unsigned_abs()) >> 60).max(1) as i128;
                let fit = |n: i128| i64::try_from(n / shift).unwrap_or(i64::MAX);
                format::change(fit(now), fit(before)).map(delta)
            }
            _ => None,
        }
    }
}

/// `-123` with one place is `−12.3`.
fn signed(scaled: i128, places: u32) -> String {
    let sign = if scaled < 0 { "−" } else { "" };
    let unit = 10u128.pow(places);
    let (whole, rest) = (scaled.unsigned_abs() / unit, scaled.unsigned_abs() % unit);
    let whole = format::group_digits(&whole.to_string());
    if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest:0>width$}", width = places as usize)
    }
}

/// A key figure. `spark` are the values of the buckets so far.
pub(in crate::reports) fn kpi(
    about: About,
    now: Value,
    previous: Value,
    spark: impl IntoIterator<Item = Value>,
) -> Kpi {
    let (value, unit) = now.parts();
    Kpi {
        key: about.key.into(),
        label: about.label.into(),
        meaning: about.meaning.into(),
        value,
        unit: unit.into(),
        previous: previous.full(),
        delta: now.change_from(previous),
        wanted: about.wanted,
        spark: spark.into_iter().map(Value::height).collect(),
    }
}

/// Clicks, conversions, revenue, payout, margin and RPC, as the network sees them.
pub(in crate::reports) fn network_kpis(series: &Series, currency: Currency) -> Vec<Kpi> {
    let about = |key, label, meaning, wanted| About { key, label, meaning, wanted };
    let make = |about: About, of: &dyn Fn(&Sums) -> Value| {
        kpi(about, of(&series.now), of(&series.prev), series.so_far().iter().map(of))
    };
    let counted = |about: About, of: &dyn Fn(&Sums) -> Value| {
        kpi(about, of(&series.counts.now), of(&series.counts.prev), series.counts_so_far().iter().map(of))
    };
    vec![
        counted(about("clicks", "Clicks", "Valid clicks, at the time of the click.", Wanted::More), &|s| {
            Value::Count(s.clicks)
        }),
        counted(
            about(
                "conversions",
                "Conversions",
                "Pending and approved conversions, at the time they were received.",
                Wanted::More,
            ),
            &|s| Value::Count(s.conversions),
        ),
        make(
            about("revenue", "Revenue", "What advertisers owe for these conversions.", Wanted::More),
            &|s| Value::Money(Money::new(s.revenue, currency)),
        ),
        make(
            about("payout", "Payout", "What affiliates get for these conversions.", Wanted::Neither),
            &|s| Value::Money(Money::new(s.payout, currency)),
        ),
        make(
            about("margin", "Margin", "Revenue less payout, in percent of the revenue.", Wanted::More),
            &Value::margin,
        ),
        make(
            about("rpc", "RPC", "Revenue per click: revenue divided by valid clicks.", Wanted::More),
            &|s| Value::Each(Money::new(s.revenue, currency), s.clicks),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(part: i64, whole: i64) -> Value {
        Value::Percent { part, whole, places: 1 }
    }

    #[test]
    fn percentages_change_in_points() {
        assert_eq!(percent(281, 1000).full(), "28.1 %");
        assert_eq!(percent(-1, 3).full(), "−33.3 %");
        assert_eq!(percent(1, 0).full(), "–");
        let delta = percent(281, 1000).change_from(percent(290, 1000)).unwrap();
        assert_eq!((delta.dir, delta.text.as_str()), (-1, "0.9 pt"));
        assert_eq!(percent(1, 2).change_from(percent(0, 0)), None);
    }

    #[test]
    fn money_each_compares_without_losing_places() {
        let usd = |minor| Money::new(minor, Currency::USD);
        let now = Value::Each(usd(150), 1000);
        let delta = now.change_from(Value::Each(usd(100), 1000)).unwrap();
        assert_eq!((delta.dir, delta.text.as_str()), (1, "50.0 %"));
        assert_eq!(now.change_from(Value::Each(usd(0), 0)), None);
        let huge = Value::Each(usd(i64::MAX), i64::MAX);
        assert_eq!(huge.change_from(huge).map(|d| d.dir), Some(0));
    }
}

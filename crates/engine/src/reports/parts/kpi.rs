//! Key figures: a value, the one before, the change between them.

use super::{Metric, Series};
use domain::{
    chart::Unit,
    format,
    money::{Currency, Money},
    view::{Delta, Kpi},
};
use store::reports::stats::Sums;

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

    /// The scale of a chart of such values.
    pub(in crate::reports) fn scale(self) -> Unit {
        match self {
            Self::Count(_) => Unit::Count,
            Self::Money(m) => Unit::Money(m.currency),
            Self::Percent { .. } => Unit::Percent,
            Self::Each(m, _) => Unit::Each(m.currency),
        }
    }

    /// The value in that scale; `None` for a ratio of nothing.
    pub(in crate::reports) fn point(self) -> Option<i64> {
        let fit = |n: i128| i64::try_from(n).unwrap_or(if n < 0 { i64::MIN } else { i64::MAX });
        match self {
            Self::Count(n) => Some(n),
            Self::Money(m) => Some(m.minor),
            Self::Percent { part, whole, .. } => Self::scaled(part, whole, 2).map(fit),
            Self::Each(_, 0) => None,
            Self::Each(m, units) => {
                Some(fit((i128::from(m.minor) * 20 + i128::from(units)).div_euclid(i128::from(units) * 2)))
            }
        }
    }

    /// Change from `before`; `None` where there was nothing to compare with.
    pub(in crate::reports) fn change_from(self, before: Self) -> Option<Delta> {
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

/// The key figures of a report.
pub(in crate::reports) fn kpis(metrics: &[Metric], series: &Series, currency: Currency) -> Vec<Kpi> {
    metrics
        .iter()
        .map(|m| {
            let course = series.of(m);
            let of = |s: &Sums| (m.of)(s, currency);
            let (value, unit) = of(&course.now).parts();
            Kpi {
                key: m.key.into(),
                label: m.label.into(),
                meaning: m.meaning.into(),
                value,
                unit: unit.into(),
                previous: if series.compared { of(&course.prev).full() } else { String::new() },
                delta: of(&course.now).change_from(of(&course.prev)).filter(|_| series.compared),
                wanted: m.wanted,
                spark: series.so_far(course).iter().map(|s| of(s).height()).collect(),
            }
        })
        .collect()
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
    fn charts_have_gaps_where_there_is_no_ratio() {
        assert_eq!((percent(281, 1000).point(), percent(1, 0).point()), (Some(2810), None));
        let usd = Money::new(2350, Currency::USD);
        assert_eq!((Value::Each(usd, 100).point(), Value::Each(usd, 0).point()), (Some(235), None));
        assert_eq!(Value::Each(usd, 100).scale().text(235), "$0.235");
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

//! Report periods: from the words in a URL to exact bounds in a time zone.
//!
//! Days are days of the zone, so one has 23, 24 or 25 hours. Buckets are hours up to two days, days above.

use jiff::{SignedDuration, Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};

/// Words a URL may carry, with their labels.
pub const PRESETS: &[(&str, &str)] = &[
    ("today", "Today"),
    ("yesterday", "Yesterday"),
    ("7d", "Last 7 days"),
    ("14d", "Last 14 days"),
    ("30d", "Last 30 days"),
    ("mtd", "Month to date"),
    ("lastmonth", "Last month"),
    ("custom", "Custom"),
];

/// A period with the one before it for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRange {
    /// The preset's word.
    pub key: String,
    /// For people, such as `Last 7 days`.
    pub label: String,
    /// For people, what it is compared with.
    pub prev_label: String,
    pub tz: String,
    pub start_ms: i64,
    /// Exclusive.
    pub end_ms: i64,
    pub prev_start_ms: i64,
    pub prev_end_ms: i64,
    /// Start of each bucket and its label.
    pub buckets: Vec<(i64, String)>,
    /// As `buckets`, for the previous period.
    pub prev_buckets: Vec<i64>,
    pub hourly: bool,
    /// First and last day as `YYYY-MM-DD`.
    pub from: String,
    pub to: String,
}

/// The zone of that name, or UTC.
#[must_use]
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// Time for people in a zone: `22 Nov 2026, 14:32:10`.
#[must_use]
pub fn local_time(ms: i64, tz: &str) -> String {
    zoned(ms, &zone(tz)).strftime("%-d %b %Y, %H:%M:%S").to_string()
}

/// RFC 3339 in UTC with seconds.
#[must_use]
pub fn utc_time(ms: i64) -> String {
    zoned(ms, &TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn zoned(ms: i64, tz: &TimeZone) -> Zoned {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(tz.clone())
}

fn start_of(day: Date, tz: &TimeZone) -> i64 {
    day.to_zoned(tz.clone()).map_or(0, |z| z.timestamp().as_millisecond())
}

fn plus(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

/// A day of this century; others have nothing to show and would leave the range of a timestamp.
fn day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|d| (2000..2100).contains(&d.year()))
}

/// Reads a period. Unknown words and impossible dates fall back to `default`; at most 400 days.
#[must_use]
pub fn parse(word: &str, from: &str, to: &str, tz_name: &str, now_ms: i64, default: &str) -> PeriodRange {
    let tz = zone(tz_name);
    let today = zoned(now_ms, &tz).date();
    let word = if PRESETS.iter().any(|p| p.0 == word) { word } else { default };
    let first_of_month = today.first_of_month();
    let (first, last) = match word {
        "yesterday" => (plus(today, -1), plus(today, -1)),
        "7d" => (plus(today, -6), today),
        "14d" => (plus(today, -13), today),
        "30d" => (plus(today, -29), today),
        "mtd" => (first_of_month, today),
        "lastmonth" => {
            let end = plus(first_of_month, -1);
            (end.first_of_month(), end)
        }
        "custom" => match (day(from), day(to)) {
            (Some(a), Some(b)) if a <= b => (a.max(plus(b, -399)), b),
            (Some(a), _) => (a.max(plus(today, -399)).min(today), today),
            _ => (plus(today, -6), today),
        },
        _ => (today, today),
    };
    let days = (last - first).get_days() as i64 + 1;
    let (prev_first, prev_end) = if word == "mtd" || word == "lastmonth" {
        let prev = plus(first, -1).first_of_month();
        (prev, plus(prev, days).min(first))
    } else {
        (plus(first, -days), first)
    };
    let end = plus(last, 1);
    let hourly = days <= 2;
    let buckets: Vec<_> = edges(first, end, hourly, &tz)
        .into_iter()
        .map(|ms| (ms, zoned(ms, &tz).strftime(if hourly { "%H:%M" } else { "%-d %b" }).to_string()))
        .collect();
    let label = PRESETS.iter().find(|p| p.0 == word).map_or("", |p| p.1);
    let span = |a: Date, b: Date| {
        if a == b {
            a.strftime("%-d %b %Y").to_string()
        } else {
            format!("{} – {}", a.strftime("%-d %b"), b.strftime("%-d %b %Y"))
        }
    };
    PeriodRange {
        key: word.to_owned(),
        label: if word == "custom" { span(first, last) } else { label.to_owned() },
        prev_label: match word {
            "today" => "Yesterday".to_owned(),
            _ => span(prev_first, plus(prev_end, -1)),
        },
        tz: tz_name.to_owned(),
        start_ms: start_of(first, &tz),
        end_ms: start_of(end, &tz),
        prev_start_ms: start_of(prev_first, &tz),
        prev_end_ms: start_of(prev_end, &tz),
        prev_buckets: edges(prev_first, prev_end, hourly, &tz),
        buckets,
        hourly,
        from: first.to_string(),
        to: last.to_string(),
    }
}

fn edges(first: Date, end: Date, hourly: bool, tz: &TimeZone) -> Vec<i64> {
    if hourly {
        let (start, stop) = (start_of(first, tz), start_of(end, tz));
        let hour = SignedDuration::from_hours(1).as_millis() as i64;
        (0..).map(|n| start + n * hour).take_while(|ms| *ms < stop).collect()
    } else {
        (0..).map(|n| plus(first, n)).take_while(|d| *d < end).map(|d| start_of(d, tz)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn days_are_days_of_the_zone() {
        // 2026-11-01 has 25 hours in New York.
        let p = parse("yesterday", "", "", "America/New_York", at("2026-11-02T12:00:00Z"), "today");
        assert_eq!(p.start_ms, at("2026-11-01T04:00:00Z"));
        assert_eq!(p.end_ms, at("2026-11-02T05:00:00Z"));
        assert_eq!(p.buckets.len(), 25);
        assert_eq!(p.prev_buckets.len(), 24);
    }

    #[test]
    fn presets_and_their_comparison() {
        let now = at("2026-11-22T10:00:00Z");
        let p = parse("7d", "", "", "UTC", now, "today");
        assert_eq!((p.from.as_str(), p.to.as_str(), p.buckets.len()), ("2026-11-16", "2026-11-22", 7));
        assert_eq!(p.prev_start_ms, at("2026-11-09T00:00:00Z"));
        let p = parse("lastmonth", "", "", "UTC", now, "today");
        assert_eq!((p.from.as_str(), p.to.as_str()), ("2026-10-01", "2026-10-31"));
        let p = parse("custom", "2026-11-20", "2026-11-03", "UTC", now, "today");
        assert_eq!(p.to, "2026-11-22");
        for (from, to) in [("0001-01-01", "9999-12-31"), ("2026-11-01", "9999-12-31"), ("-009999-01-01", "")]
        {
            let p = parse("custom", from, to, "UTC", now, "today");
            assert!(
                p.start_ms < p.end_ms && p.prev_start_ms < p.prev_end_ms && p.to.as_str() <= "2026-11-22",
                "{p:?}"
            );
        }
        for hostile in ["", "'; --", "9999999d"] {
            assert_eq!(parse(hostile, hostile, hostile, hostile, now, "today").key, "today");
        }
    }
}

//! From words to exact bounds and buckets. Days are days of the zone, so one has 23, 24 or 25 hours.

use super::{Compare, Grain, PRESETS};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};

/// The longest period with own days.
const LONGEST_DAYS: i64 = 1_830;

/// Where "all time" begins until the first figure is known.
const BEGINNING: Date = jiff::civil::date(2000, 1, 1);

/// What a URL asks for; empty text means "not given".
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    pub word: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    pub cmp: &'a str,
}

/// A step of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    pub start_ms: i64,
    /// Under the axis, such as `13:00` or `3 Nov`.
    pub label: String,
    /// In full, such as `13:00 – 14:00`, `3 Nov 2026` or `3 – 9 Nov 2026`.
    pub span: String,
}

/// A period with the one it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRange {
    /// The preset's word.
    pub key: String,
    /// For people, such as `Last 7 days`.
    pub label: String,
    /// For people, what it is compared with; empty where it is not.
    pub prev_label: String,
    pub tz: String,
    pub cmp: Compare,
    pub start_ms: i64,
    /// Exclusive.
    pub end_ms: i64,
    /// Equal to `prev_end_ms` where nothing is compared.
    pub prev_start_ms: i64,
    pub prev_end_ms: i64,
    pub buckets: Vec<Bucket>,
    pub prev_buckets: Vec<Bucket>,
    pub grain: Grain,
    /// The last bucket is shorter than the others, whatever the time.
    pub last_is_short: bool,
    /// First and last day as `YYYY-MM-DD`.
    pub from: String,
    pub to: String,
    /// Why own days could not be taken: `from` or `to`, and a sentence. The period is then the default one.
    pub problem: Option<(&'static str, String)>,
}

/// The zone of that name, or UTC.
#[must_use]
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// Whether there is a zone of that name. It must look like one of the IANA list, too: what else a system's folder of
/// zones holds is none.
#[must_use]
pub fn zone_known(name: &str) -> bool {
    (name == "UTC" || name.contains('/')) && name.len() <= 64 && TimeZone::get(name).is_ok()
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

fn plus_months(day: Date, months: i64) -> Date {
    day.checked_add(months.months()).unwrap_or(day)
}

fn days_between(first: Date, end: Date) -> i64 {
    i64::from((end - first).get_days())
}

fn first_of_quarter(day: Date) -> Date {
    plus_months(day.first_of_month(), -i64::from((day.month() - 1) % 3))
}

fn first_of_year(day: Date) -> Date {
    day.first_of_year()
}

/// For people: `3 Nov 2026`, `3 – 9 Nov 2026`, `28 Nov – 4 Dec 2026`, `30 Dec 2025 – 5 Jan 2026`; `end` is exclusive.
fn span(first: Date, end: Date) -> String {
    let last = plus(end, -1);
    let from = match (first.year() == last.year(), first.month() == last.month()) {
        _ if first >= last => return first.strftime("%-d %b %Y").to_string(),
        (true, true) => first.strftime("%-d"),
        (true, false) => first.strftime("%-d %b"),
        (false, _) => first.strftime("%-d %b %Y"),
    };
    format!("{from} – {}", last.strftime("%-d %b %Y"))
}

/// Own days, or which field is wrong and why.
fn custom(asked: &Asked<'_>, today: Date) -> Result<(Date, Date), (&'static str, String)> {
    let day = |field: &'static str, name: &str, text: &str| {
        if text.is_empty() {
            return Err((field, format!("Choose the {name} day.")));
        }
        let short: String = text.chars().take(20).collect();
        let day: Date = text
            .parse()
            .map_err(|_| (field, format!("“{short}” is not a day. Write it as {today}, for example.")))?;
        if day < BEGINNING {
            return Err((field, "There is nothing before the year 2000.".to_owned()));
        }
        if day > today {
            let today = today.strftime("%-d %b %Y");
            return Err((field, format!("The {name} day is in the future. Today is {today}.")));
        }
        Ok(day)
    };
    let (first, last) = (day("from", "first", asked.from)?, day("to", "last", asked.to)?);
    if first > last {
        return Err(("to", "The last day is before the first one. Swap them, or change one.".to_owned()));
    }
    if days_between(first, last) >= LONGEST_DAYS {
        return Err(("from", "That is more than five years. Choose a later first day.".to_owned()));
    }
    Ok((first, last))
}

/// First day and the one after the last.
fn bounds(word: &str, today: Date) -> (Date, Date) {
    let tomorrow = plus(today, 1);
    let month = today.first_of_month();
    match word {
        "yesterday" => (plus(today, -1), today),
        "7d" => (plus(today, -6), tomorrow),
        "14d" => (plus(today, -13), tomorrow),
        "30d" => (plus(today, -29), tomorrow),
        "mtd" => (month, tomorrow),
        "lastmonth" => (plus_months(month, -1), month),
        "qtd" => (first_of_quarter(today), tomorrow),
        "ytd" => (first_of_year(today), tomorrow),
        "12m" => (plus(plus_months(today, -12), 1), tomorrow),
        "all" => (BEGINNING, tomorrow),
        _ => (today, tomorrow),
    }
}

/// The period a period is compared with: as long, or as much of the month, quarter or year before.
fn before(word: &str, cmp: Compare, first: Date, end: Date) -> (Date, Date) {
    let days = days_between(first, end);
    if cmp == Compare::Yoy {
        return (plus_months(first, -12), plus(plus_months(plus(end, -1), -12), 1));
    }
    let back = |months: i64| {
        let start = plus_months(first, -months);
        (start, plus(start, days).min(first))
    };
    match word {
        "mtd" => back(1),
        "lastmonth" => (plus_months(first, -1), first),
        "qtd" => back(3),
        "ytd" => back(12),
        "12m" => (plus_months(first, -12), first),
        _ => (plus(first, -days), first),
    }
}

/// Reads a period. Unknown words are `default`, a known preset's word; impossible own days too, with the reason.
#[must_use]
pub fn parse(asked: &Asked<'_>, tz_name: &str, now_ms: i64, default: &str) -> PeriodRange {
    let tz = zone(tz_name);
    let today = zoned(now_ms, &tz).date();
    let word = if PRESETS.iter().any(|p| p.word == asked.word) { asked.word } else { default };
    let (word, first, end, problem) = match word {
        "custom" => match custom(asked, today) {
            Ok((first, last)) => ("custom", first, plus(last, 1), None),
            Err(problem) => {
                let (first, end) = bounds(default, today);
                (default, first, end, Some(problem))
            }
        },
        word => {
            let (first, end) = bounds(word, today);
            (word, first, end, None)
        }
    };
    let cmp = if word == "all" { Compare::Off } else { Compare::of(asked.cmp) };
    let mut range = build(word, first, end, cmp, tz_name, &tz);
    if word == "today" && cmp == Compare::Prev {
        range.prev_label = "Yesterday".to_owned();
    }
    range.problem = problem;
    range
}

fn build(word: &str, first: Date, end: Date, cmp: Compare, tz_name: &str, tz: &TimeZone) -> PeriodRange {
    let grain = Grain::of(days_between(first, end));
    let (prev_first, prev_end) = match cmp {
        Compare::Off => (first, first),
        cmp => before(word, cmp, first, end),
    };
    let label = PRESETS.iter().find(|p| p.word == word).map_or("", |p| p.label);
    let edges = edges(first, end, grain, tz);
    let last_is_short = edges.last().is_some_and(|(_, from, to)| match grain {
        Grain::Hour | Grain::Day => false,
        Grain::Week => days_between(*from, *to) < 7,
        Grain::Month => *to != plus_months(from.first_of_month(), 1),
    });
    PeriodRange {
        key: word.to_owned(),
        label: if word == "custom" { span(first, end) } else { label.to_owned() },
        prev_label: if cmp == Compare::Off { String::new() } else { span(prev_first, prev_end) },
        tz: tz_name.to_owned(),
        cmp,
        start_ms: start_of(first, tz),
        end_ms: start_of(end, tz),
        prev_start_ms: start_of(prev_first, tz),
        prev_end_ms: start_of(prev_end, tz),
        buckets: named(edges, grain, end, tz),
        prev_buckets: named(self::edges(prev_first, prev_end, grain, tz), grain, prev_end, tz),
        grain,
        last_is_short,
        from: first.to_string(),
        to: plus(end, -1).to_string(),
        problem: None,
    }
}

impl PeriodRange {
    /// First to last day for people, such as `16 – 22 Nov 2026`.
    #[must_use]
    pub fn days(&self) -> String {
        let tz = zone(&self.tz);
        let (first, end) = (zoned(self.start_ms, &tz).date(), zoned(self.end_ms, &tz).date());
        if first == BEGINNING { format!("until {}", span(plus(end, -1), end)) } else { span(first, end) }
    }

    /// "All time" from the day of the first figure on; every other period as it is.
    #[must_use]
    pub fn since(&self, first_ms: Option<i64>) -> Self {
        let tz = zone(&self.tz);
        let end = zoned(self.end_ms, &tz).date();
        // A week at least, so that a network of yesterday has a chart as well.
        let first = first_ms.map_or(end, |ms| zoned(ms, &tz).date()).min(plus(end, -7)).max(BEGINNING);
        if self.key != "all" || end <= first {
            return self.clone();
        }
        build("all", first, end, Compare::Off, &self.tz, &tz)
    }
}

/// Start of each bucket, with its first day and the one after its last.
fn edges(first: Date, end: Date, grain: Grain, tz: &TimeZone) -> Vec<(i64, Date, Date)> {
    if grain == Grain::Hour {
        let (start, stop) = (start_of(first, tz), start_of(end, tz));
        let hour = SignedDuration::from_hours(1).as_millis() as i64;
        return (0..).map(|n| (start + n * hour, first, end)).take_while(|e| e.0 < stop).collect();
    }
    let mut out = Vec::new();
    let mut from = first;
    while from < end {
        let to = match grain {
            Grain::Week => plus(from, 7),
            Grain::Month => plus_months(from.first_of_month(), 1),
            _ => plus(from, 1),
        };
        if to <= from {
            break;
        }
        out.push((start_of(from, tz), from, to.min(end)));
        from = to;
    }
    out
}

fn named(edges: Vec<(i64, Date, Date)>, grain: Grain, end: Date, tz: &TimeZone) -> Vec<Bucket> {
    let count = edges.len();
    let first = edges.first().map(|e| e.1);
    let several_days = first.is_some_and(|first| days_between(first, end) > 1);
    let end_ms = start_of(end, tz);
    // On days with 23 or 25 hours a clock time alone does not say which hour is meant.
    let uneven = grain == Grain::Hour && !count.is_multiple_of(24);
    edges
        .iter()
        .enumerate()
        .map(|(i, &(start_ms, from, to))| {
            let start = zoned(start_ms, tz);
            let (label, span) = match grain {
                Grain::Hour => {
                    let stop = zoned(edges.get(i + 1).map_or(end_ms, |e| e.0), tz);
                    let zone = if uneven { start.strftime(" %Z").to_string() } else { String::new() };
                    let day =
                        if several_days { start.strftime("%-d %b, ").to_string() } else { String::new() };
                    let (from, to) = (start.strftime("%H:%M"), stop.strftime("%H:%M"));
                    (from.to_string(), format!("{day}{from} – {to}{zone}"))
                }
                Grain::Month => (from.strftime("%b %Y").to_string(), span(from, to)),
                _ => (from.strftime("%-d %b").to_string(), span(from, to)),
            };
            Bucket { start_ms, label, span }
        })
        .collect()
}

#[cfg(test)]
mod tests;

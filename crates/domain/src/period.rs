//! Report periods: the words of a URL, and from them exact bounds in a time zone.
//!
//! `?period=30d&cmp=yoy&tz=Europe/Berlin` or `?period=custom&from=2026-11-01&to=2026-11-20`. The words are known in the
//! browser too; the arithmetic, which needs the rules of time zones, is the server's.

#[cfg(feature = "zones")]
mod range;

#[cfg(feature = "zones")]
pub use range::{Asked, Bucket, PeriodRange, local_time, parse, utc_time, zone, zone_known};

use serde::{Deserialize, Serialize};

/// A period with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// In URLs.
    pub word: &'static str,
    pub label: &'static str,
    /// Chooses it on the keyboard, while the picker is open.
    pub key: char,
}

/// Every period that can be chosen, in the order they are offered.
pub const PRESETS: &[Preset] = &[
    preset("today", "Today", 'd'),
    preset("yesterday", "Yesterday", 'e'),
    preset("7d", "Last 7 days", 'w'),
    preset("14d", "Last 14 days", 'f'),
    preset("30d", "Last 30 days", 't'),
    preset("mtd", "Month to date", 'm'),
    preset("lastmonth", "Last month", 'p'),
    preset("qtd", "Quarter to date", 'q'),
    preset("ytd", "Year to date", 'y'),
    preset("12m", "Last 12 months", 'l'),
    preset("all", "All time", 'a'),
    preset("custom", "Custom", 'c'),
];

/// The preset of that word, where a page may open with it by itself: own days are meant for once.
#[must_use]
pub fn memorable(word: &str) -> Option<&'static str> {
    PRESETS.iter().map(|p| p.word).find(|w| *w == word && *w != "custom")
}

const fn preset(word: &'static str, label: &'static str, key: char) -> Preset {
    Preset { word, label, key }
}

/// What a period is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// As many days just before.
    #[default]
    Prev,
    /// The same days a year before.
    Yoy,
    Off,
}

impl Compare {
    pub const ALL: &'static [Self] = &[Self::Prev, Self::Yoy, Self::Off];

    /// In URLs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Prev => "prev",
            Self::Yoy => "yoy",
            Self::Off => "off",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Prev => "Period before",
            Self::Yoy => "Year before",
            Self::Off => "Nothing",
        }
    }

    /// Of a word in a URL; what is unknown is the default.
    #[must_use]
    pub fn of(word: &str) -> Self {
        Self::ALL.iter().copied().find(|c| c.word() == word).unwrap_or_default()
    }
}

/// How wide the steps of a chart are; follows from the length of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    Hour,
    Day,
    /// Seven days, from the first day of the period on.
    Week,
    /// A month of the calendar.
    Month,
}

impl Grain {
    /// For a period of so many days.
    #[must_use]
    pub fn of(days: i64) -> Self {
        match days {
            ..=2 => Self::Hour,
            3..=92 => Self::Day,
            93..=400 => Self::Week,
            _ => Self::Month,
        }
    }

    /// At the beginning of a sentence.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Hour => "Hours",
            Self::Day => "Days",
            Self::Week => "Weeks",
            Self::Month => "Months",
        }
    }
}

/// Zones offered by name; any other of the IANA list is taken as well.
pub const ZONES: &[&str] = &[
    "UTC",
    "America/Los_Angeles",
    "America/Denver",
    "America/Phoenix",
    "America/Chicago",
    "America/New_York",
    "America/Toronto",
    "America/Mexico_City",
    "America/Bogota",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "Atlantic/Reykjavik",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Rome",
    "Europe/Stockholm",
    "Europe/Warsaw",
    "Europe/Athens",
    "Europe/Kyiv",
    "Europe/Istanbul",
    "Africa/Cairo",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Africa/Johannesburg",
    "Asia/Jerusalem",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Jakarta",
    "Asia/Singapore",
    "Asia/Hong_Kong",
    "Asia/Shanghai",
    "Asia/Manila",
    "Asia/Seoul",
    "Asia/Tokyo",
    "Australia/Perth",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Honolulu",
];

/// The name of a zone for people: `America/New_York` → `New York`.
#[must_use]
pub fn zone_label(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_a_word_and_a_key_of_its_own() {
        for (i, a) in PRESETS.iter().enumerate() {
            for b in &PRESETS[i + 1..] {
                assert!(a.word != b.word && a.key != b.key, "{a:?} {b:?}");
            }
        }
        assert_eq!(zone_label("America/Argentina/Buenos_Aires"), "Buenos Aires");
        assert_eq!((Compare::of("yoy"), Compare::of("nonsense")), (Compare::Yoy, Compare::Prev));
    }
}

//! The figures that reports know: what each is called, what it means, and how it follows from sums.

use super::Value;
use domain::{
    money::{Currency, Money},
    view::Wanted,
};
use store::reports::stats::Sums;

/// A key figure: what it is about and how it follows from sums.
#[derive(Debug, Clone, Copy)]
pub(in crate::reports) struct Metric {
    /// In addresses.
    pub key: &'static str,
    pub label: &'static str,
    /// For the tooltip.
    pub meaning: &'static str,
    pub wanted: Wanted,
    /// Counts are of all currencies; money and what follows from it is of one.
    pub counts: bool,
    pub of: fn(&Sums, Currency) -> Value,
}

/// What the network sees.
pub(in crate::reports) const NETWORK: &[Metric] = &[
    Metric {
        key: "clicks",
        label: "Clicks",
        meaning: "Valid clicks, at the time of the click.",
        wanted: Wanted::More,
        counts: true,
        of: |s, _| Value::Count(s.clicks),
    },
    Metric {
        key: "conversions",
        label: "Conversions",
        meaning: "Pending and approved conversions, at the time they were received.",
        wanted: Wanted::More,
        counts: true,
        of: |s, _| Value::Count(s.conversions),
    },
    Metric {
        key: "revenue",
        label: "Revenue",
        meaning: "What advertisers owe for these conversions.",
        wanted: Wanted::More,
        counts: false,
        of: |s, currency| Value::Money(Money::new(s.revenue, currency)),
    },
    Metric {
        key: "payout",
        label: "Payout",
        meaning: "What affiliates get for these conversions.",
        wanted: Wanted::Neither,
        counts: false,
        of: |s, currency| Value::Money(Money::new(s.payout, currency)),
    },
    Metric {
        key: "margin",
        label: "Margin",
        meaning: "Revenue less payout, in percent of the revenue.",
        wanted: Wanted::More,
        counts: false,
        of: |s, _| Value::margin(s),
    },
    Metric {
        key: "rpc",
        label: "RPC",
        meaning: "Revenue per click: revenue divided by valid clicks.",
        wanted: Wanted::More,
        counts: false,
        of: |s, currency| Value::Each(Money::new(s.revenue, currency), s.clicks),
    },
];

/// What an affiliate sees of itself.
pub(in crate::reports) const OWN: &[Metric] = &[
    Metric {
        key: "clicks",
        label: "Clicks",
        meaning: "Valid clicks on your links.",
        wanted: Wanted::More,
        counts: true,
        of: |s, _| Value::Count(s.clicks),
    },
    Metric {
        key: "conversions",
        label: "Conversions",
        meaning: "Pending and approved conversions, when they were received.",
        wanted: Wanted::More,
        counts: true,
        of: |s, _| Value::Count(s.conversions),
    },
    Metric {
        key: "cr",
        label: "CR",
        meaning: "Conversion rate: conversions divided by clicks.",
        wanted: Wanted::More,
        counts: true,
        of: |s, _| Value::cr(s),
    },
    Metric {
        key: "earned",
        label: "Earned",
        meaning: "What these conversions pay, pending included.",
        wanted: Wanted::More,
        counts: false,
        of: |s, currency| Value::Money(Money::new(s.payout, currency)),
    },
    Metric {
        key: "epc",
        label: "EPC",
        meaning: "Earnings per click.",
        wanted: Wanted::More,
        counts: false,
        of: |s, currency| Value::Each(Money::new(s.payout, currency), s.clicks),
    },
];

impl Metric {
    /// The one of that name, or the first.
    pub(in crate::reports) fn named(all: &'static [Self], key: &str) -> &'static Self {
        all.iter().find(|m| m.key == key).unwrap_or(&all[0])
    }
}

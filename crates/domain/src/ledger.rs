//! Double-entry postings: pure functions from a business event to balanced lines.
//!
//! Debits are positive, credits negative. Every set of lines sums to zero per currency; nothing is ever edited,
//! a correction is a new set of lines. The life of a conversion:
//!
//! | event | debit | credit |
//! |---|---|---|
//! | received | advertiser accrued (revenue) | affiliate pending (payout), margin pending |
//! | approved | affiliate pending, margin pending, advertiser receivable | affiliate approved, margin, advertiser accrued |
//! | rejected | exact contra of what was posted | |

use crate::ids::{AdvertiserId, AffiliateId};
use crate::money::Currency;
use serde::{Deserialize, Serialize};

/// What an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    AdvertiserAccrued,
    AdvertiserReceivable,
    AffiliatePending,
    AffiliateApproved,
    MarginPending,
    Margin,
}

impl AccountKind {
    pub const ALL: &'static [Self] = &[
        Self::AdvertiserAccrued,
        Self::AdvertiserReceivable,
        Self::AffiliatePending,
        Self::AffiliateApproved,
        Self::MarginPending,
        Self::Margin,
    ];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::AdvertiserAccrued => "advertiser_accrued",
            Self::AdvertiserReceivable => "advertiser_receivable",
            Self::AffiliatePending => "affiliate_pending",
            Self::AffiliateApproved => "affiliate_approved",
            Self::MarginPending => "margin_pending",
            Self::Margin => "margin",
        }
    }
}

/// An account: its kind, its owner (none for the network itself) and the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    pub kind: AccountKind,
    pub affiliate: Option<AffiliateId>,
    pub advertiser: Option<AdvertiserId>,
    pub currency: Currency,
}

/// One line of a transaction: debit positive, credit negative, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub account: Account,
    pub minor: i64,
}

/// Who is involved in a conversion and with how much, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub advertiser: AdvertiserId,
    pub affiliate: AffiliateId,
    pub currency: Currency,
    pub revenue_minor: i64,
    pub payout_minor: i64,
}

impl Terms {
    fn advertiser(&self, kind: AccountKind) -> Account {
        Account { kind, affiliate: None, advertiser: Some(self.advertiser), currency: self.currency }
    }
    fn affiliate(&self, kind: AccountKind) -> Account {
        Account { kind, affiliate: Some(self.affiliate), advertiser: None, currency: self.currency }
    }
    fn network(&self, kind: AccountKind) -> Account {
        Account { kind, affiliate: None, advertiser: None, currency: self.currency }
    }

    /// Lines for a conversion that has come in and waits for approval.
    #[must_use]
    pub fn received(&self) -> Vec<Line> {
        lines([
            (self.advertiser(AccountKind::AdvertiserAccrued), self.revenue_minor),
            (self.affiliate(AccountKind::AffiliatePending), -self.payout_minor),
            (self.network(AccountKind::MarginPending), self.payout_minor - self.revenue_minor),
        ])
    }

    /// Lines that turn a pending conversion into an approved one.
    #[must_use]
    pub fn approved(&self) -> Vec<Line> {
        let margin = self.revenue_minor - self.payout_minor;
        lines([
            (self.advertiser(AccountKind::AdvertiserAccrued), -self.revenue_minor),
            (self.advertiser(AccountKind::AdvertiserReceivable), self.revenue_minor),
            (self.affiliate(AccountKind::AffiliatePending), self.payout_minor),
            (self.affiliate(AccountKind::AffiliateApproved), -self.payout_minor),
            (self.network(AccountKind::MarginPending), margin),
            (self.network(AccountKind::Margin), -margin),
        ])
    }
}

/// Undoes a set of lines exactly.
#[must_use]
pub fn contra(lines: &[Line]) -> Vec<Line> {
    lines.iter().map(|l| Line { minor: -l.minor, ..*l }).collect()
}

/// Whether lines sum to zero in every currency.
#[must_use]
pub fn balances(lines: &[Line]) -> bool {
    let mut sums = std::collections::BTreeMap::new();
    for l in lines {
        *sums.entry(l.account.currency).or_insert(0i128) += i128::from(l.minor);
    }
    sums.values().all(|s| *s == 0)
}

/// Leaves out lines of nothing, in account order, so that accounts are always locked in one order.
fn lines<const N: usize>(pairs: [(Account, i64); N]) -> Vec<Line> {
    let mut out: Vec<_> =
        pairs.into_iter().filter(|p| p.1 != 0).map(|(account, minor)| Line { account, minor }).collect();
    out.sort_by_key(|l| l.account);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_posting_balances(revenue_minor in 0i64..1_000_000_000, payout_minor in 0i64..1_000_000_000) {
            let terms = Terms { advertiser: AdvertiserId(1), affiliate: AffiliateId(2), currency: Currency::USD, revenue_minor, payout_minor };
            let (received, approved) = (terms.received(), terms.approved());
            prop_assert!(balances(&received) && balances(&approved));
            // Received then approved then both undone leaves nothing anywhere.
            let all: Vec<_> = [received.clone(), approved.clone(), contra(&approved), contra(&received)].concat();
            let mut sums = std::collections::BTreeMap::new();
            for l in &all { *sums.entry(l.account).or_insert(0) += l.minor; }
            prop_assert!(sums.values().all(|s| *s == 0));
            // Approval empties the pending accounts.
            let mut sums = std::collections::BTreeMap::new();
            for l in received.iter().chain(&approved) { *sums.entry(l.account.kind).or_insert(0) += l.minor; }
            for kind in [AccountKind::AffiliatePending, AccountKind::MarginPending, AccountKind::AdvertiserAccrued] {
                prop_assert_eq!(sums.get(&kind).copied().unwrap_or(0), 0);
            }
        }
    }
}

//! Reason codes: why something was refused, set aside or not counted. Every code has a sentence for its owner.

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $number:literal, $sentence:literal;)*) => {
        /// Why a click or a conversion did not count. The number is stored in events, the code everywhere else.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason { $($(#[$doc])* $name),* }

        impl Reason {
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable code, such as `click_expired`.
            #[must_use]
            pub fn code(self) -> &'static str { match self { $(Self::$name => $code),* } }

            /// The number stored in events; never reused.
            #[must_use]
            pub fn number(self) -> u8 { match self { $(Self::$name => $number),* } }

            /// What it means, for the person concerned.
            #[must_use]
            pub fn sentence(self) -> &'static str { match self { $(Self::$name => $sentence),* } }

            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> { match code { $($code => Some(Self::$name),)* _ => None } }

            #[must_use]
            pub fn from_number(n: u8) -> Option<Self> { match n { $($number => Some(Self::$name),)* _ => None } }
        }
    };
}

reasons! {
    Bot = "bot", 1, "The visitor announced itself as a robot.";
    LinkPaused = "link_paused", 2, "The link was paused.";
    CampaignPaused = "campaign_paused", 3, "The campaign was not running.";
    AffiliateInactive = "affiliate_inactive", 4, "The affiliate's account was not active.";
    ClickMissing = "click_missing", 10, "The report named no click.";
    ClickMalformed = "click_malformed", 11, "The click id is not one of this network: wrong length or letters.";
    ClickForged = "click_forged", 12, "The click id was not issued by this network.";
    ClickUnknown = "click_unknown", 13, "The click's link no longer exists.";
    ClickExpired = "click_expired", 14, "The click is older than the campaign's attribution window.";
    ClickInFuture = "click_in_future", 15, "The click id carries a time that has not come yet.";
    GoalUnknown = "goal_unknown", 16, "The campaign has no such goal.";
    AmountInvalid = "amount_invalid", 17, "The amount is not a number the currency allows, such as 12.34.";
    AmountMissing = "amount_missing", 18, "The goal pays a share of the amount, but none was reported.";
    CurrencyMismatch = "currency_mismatch", 19, "The currency differs from the campaign's.";
    TokenInvalid = "token_invalid", 20, "The report did not carry the campaign's token.";
    StatusUnknown = "status_unknown", 21, "The status must be pending, approved or rejected.";
    TxidInvalid = "txid_invalid", 22, "The transaction id is longer than 128 characters or has control characters.";
    AdvertiserRejected = "advertiser_rejected", 30, "The advertiser rejected the conversion.";
    Fraud = "fraud", 31, "Rejected after a check of traffic quality.";
    TestOrder = "test_order", 32, "The order was a test.";
    Cancelled = "order_cancelled", 33, "The order was cancelled or returned.";
    Duplicate = "duplicate_order", 34, "The order was already counted.";
    TermsBroken = "terms_broken", 35, "The traffic broke the campaign's terms.";
    Other = "other", 36, "Rejected for another reason; see the note.";
}

impl Reason {
    /// The reasons an operator may give when rejecting by hand.
    pub const BY_HAND: &'static [Self] = &[
        Self::AdvertiserRejected,
        Self::Fraud,
        Self::TestOrder,
        Self::Cancelled,
        Self::Duplicate,
        Self::TermsBroken,
        Self::Other,
    ];
}

impl Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.serialize_str(self.code()) } else { s.serialize_u8(self.number()) }
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let found = if d.is_human_readable() {
            Self::from_code(&String::deserialize(d)?)
        } else {
            Self::from_number(u8::deserialize(d)?)
        };
        found.ok_or_else(|| serde::de::Error::custom("unknown reason"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_numbers_are_unique_and_read_back() {
        let mut seen = std::collections::HashSet::new();
        for &r in Reason::ALL {
            assert!(seen.insert(r.number()), "{r:?} reuses a number");
            assert_eq!(Reason::from_code(r.code()), Some(r));
            assert_eq!(Reason::from_number(r.number()), Some(r));
            assert!(r.sentence().ends_with('.'));
        }
    }
}

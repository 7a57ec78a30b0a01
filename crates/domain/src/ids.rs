//! Identifiers: a type for each kind of object, so that one cannot stand in for another.
//!
//! Objects that people create have a positive 63-bit number: 41 bits of milliseconds since 2024-01-01 UTC and
//! 22 bits of chance. It sorts by creation, is small in an index and is shown as `camp_` and 13 letters.
//! Conversions have 128 bits, because their id is computed from what they are (see [`ConversionId::derive`]).

use crate::base32;
use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hasher128, SipHasher24};
use std::{fmt, hash::Hasher as _, str::FromStr};
use uuid::Uuid;

/// 2024-01-01T00:00:00Z in milliseconds since 1970: the zero of our own timestamps.
pub const EPOCH_MS: i64 = 1_704_067_200_000;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {prefix}_…: {got:?}")]
pub struct BadId {
    pub prefix: &'static str,
    pub got: String,
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl $name {
            /// The text before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id from the time in milliseconds since 1970 and 22 bits of chance.
            #[must_use]
            pub fn new(now_ms: i64, chance: u32) -> Self {
                let ms = (now_ms - EPOCH_MS).max(0);
                Self((ms << 22) | i64::from(chance & 0x3f_ffff))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = [0; 13];
                base32::encode(&self.0.to_be_bytes(), &mut text);
                f.write_str(concat!($prefix, "_"))?;
                f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                text.trim()
                    .strip_prefix(concat!($prefix, "_"))
                    .and_then(|rest| base32::decode::<8>(rest.as_bytes()))
                    .map(i64::from_be_bytes)
                    .filter(|n| *n >= 0)
                    .map(Self)
                    .ok_or_else(|| BadId { prefix: $prefix, got: text.chars().take(64).collect() })
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                if s.is_human_readable() { s.collect_str(self) } else { s.serialize_i64(self.0) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                if d.is_human_readable() {
                    let text = String::deserialize(d)?;
                    text.parse().map_err(serde::de::Error::custom)
                } else {
                    i64::deserialize(d).map(Self)
                }
            }
        }
    };
}

number_id!(/// Who pays for results.
    AdvertiserId, "adv");
number_id!(/// Who brings the traffic and is paid for results.
    AffiliateId, "aff");
number_id!(/// Who buys leads.
    BuyerId, "buy");
number_id!(/// An offer of an advertiser with its goals and rates.
    CampaignId, "camp");
number_id!(/// A result that is paid for, such as `sale` or `signup`, within a campaign.
    GoalId, "goal");
number_id!(/// A key of the API.
    KeyId, "key");
number_id!(/// One affiliate's tracked way into one campaign.
    LinkId, "link");
number_id!(/// An entry of the audit log.
    AuditId, "audit");
number_id!(/// A transaction of the ledger.
    TxnId, "txn");
number_id!(/// Somebody who signs in.
    UserId, "user");
number_id!(/// Somebody's request to become an affiliate.
    ApplicationId, "appl");
number_id!(/// A question of the sign-up form.
    QuestionId, "ask");
number_id!(/// A host that tracked links begin with.
    DomainId, "dom");
number_id!(/// One stay of somebody who signed in, from one browser.
    SessionId, "sess");
number_id!(/// A list as somebody saved it: filters, order, columns.
    ViewId, "view");
number_id!(/// A one-time link, such as an invitation.
    TokenId, "tok");
number_id!(/// A letter of the platform.
    MailId, "mail");

/// A conversion; the same result reported again has the same id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversionId(pub Uuid);

impl ConversionId {
    /// Derives the id from campaign, goal and the advertiser's transaction id, so that a repeated postback needs
    /// no lookup to get the same answer.
    #[must_use]
    pub fn derive(campaign: CampaignId, goal: GoalId, txid: &str) -> Self {
        let mut h = SipHasher24::new_with_keys(0x6d69_6c6c_7261_6365, 0x636f_6e76_6572_7431);
        h.write_i64(campaign.0);
        h.write_i64(goal.0);
        h.write(txid.as_bytes());
        Self(uuid::Builder::from_custom_bytes(h.finish128().as_bytes()).into_uuid())
    }
}

impl fmt::Display for ConversionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "conv_{}", base32::to_string(self.0.as_bytes()))
    }
}

impl fmt::Debug for ConversionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ConversionId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        text.trim()
            .strip_prefix("conv_")
            .and_then(|rest| base32::decode::<16>(rest.as_bytes()))
            .map(|b| Self(Uuid::from_bytes(b)))
            .ok_or_else(|| BadId { prefix: "conv", got: text.chars().take(64).collect() })
    }
}

impl Serialize for ConversionId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.collect_str(self) } else { self.0.serialize(s) }
    }
}

impl<'de> Deserialize<'de> for ConversionId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
        } else {
            Uuid::deserialize(d).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_and_refuse_other_kinds() {
        let id = CampaignId::new(EPOCH_MS + 86_400_000, 7);
        let text = id.to_string();
        assert_eq!(text.len(), "camp_".len() + 13);
        assert_eq!(text.parse::<CampaignId>(), Ok(id));
        assert_eq!(text.to_uppercase().replace("CAMP", "camp").parse::<CampaignId>(), Ok(id));
        assert!(text.parse::<LinkId>().is_err());
        assert!("camp_' or 1=1".parse::<CampaignId>().is_err());
    }

    #[test]
    fn later_ids_sort_later() {
        assert!(LinkId::new(EPOCH_MS + 2, 0) > LinkId::new(EPOCH_MS + 1, u32::MAX));
    }

    #[test]
    fn a_conversion_is_what_it_is() {
        let a = ConversionId::derive(CampaignId(1), GoalId(2), "order-1");
        assert_eq!(a, ConversionId::derive(CampaignId(1), GoalId(2), "order-1"));
        assert_ne!(a, ConversionId::derive(CampaignId(1), GoalId(2), "order-2"));
        assert_ne!(a, ConversionId::derive(CampaignId(1), GoalId(3), "order-1"));
        assert_eq!(a.to_string().parse(), Ok(a));
    }
}

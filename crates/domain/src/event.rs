//! What the spool carries: one postcard-encoded record per click, impression and conversion report.
//!
//! Kinds and versions are never reused; a consumer keeps reading the old versions.

use crate::{
    ids::{AdvertiserId, AffiliateId, CampaignId, ConversionId, GoalId, LinkId},
    money::Currency,
    reason::Reason,
    status::ConversionMethod,
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Record kinds in the spool.
pub mod kind {
    pub const CLICK: u8 = 1;
    pub const IMPRESSION: u8 = 2;
    pub const CONVERSION: u8 = 3;
}

/// Version of the payloads below.
pub const VERSION: u8 = 1;

/// A visitor followed a link. `reason` is empty for a valid click.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Click<'a> {
    pub click_id: &'a str,
    pub link: LinkId,
    pub campaign: CampaignId,
    pub affiliate: AffiliateId,
    pub advertiser: AdvertiserId,
    /// Milliseconds since 1970, UTC.
    pub ts_ms: i64,
    pub reason: Option<Reason>,
    pub ip: Option<IpAddr>,
    pub user_agent: &'a str,
    pub referrer: &'a str,
    pub source: &'a str,
    pub ext_click_id: &'a str,
    /// `sub1` to `sub10`; empty where absent.
    #[serde(borrow)]
    pub subs: [&'a str; 10],
    /// What the affiliate paid for the click, in millionths of the campaign's currency.
    pub cost_micros: Option<i64>,
    /// The affiliate's deep link, where one was taken.
    pub deep_link: bool,
}

/// An ad was shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Impression<'a> {
    pub link: LinkId,
    pub campaign: CampaignId,
    pub affiliate: AffiliateId,
    pub advertiser: AdvertiserId,
    pub ts_ms: i64,
    pub reason: Option<Reason>,
    pub source: &'a str,
}

/// What the advertiser says of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reported {
    Pending,
    Approved,
    Rejected,
}

/// Where a conversion belongs, as decided at the door from the click id and the configuration of that moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Attributed {
    pub link: LinkId,
    pub campaign: CampaignId,
    pub affiliate: AffiliateId,
    pub advertiser: AdvertiserId,
    pub goal: Option<GoalId>,
    pub click_ts_ms: i64,
    pub click_node: u16,
    pub click_shard: u8,
    pub click_seq_low: u32,
    pub currency: Currency,
    pub revenue_minor: i64,
    pub payout_minor: i64,
}

/// An advertiser reported a result, by postback, pixel or API. The money in it is final: replaying the record later,
/// under other rates, posts the same amounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversion<'a> {
    pub id: ConversionId,
    pub method: ConversionMethod,
    pub reported: Reported,
    /// Set where the report was refused at the door.
    pub reason: Option<Reason>,
    pub attributed: Option<Attributed>,
    pub received_ms: i64,
    pub click_id: &'a str,
    pub txid: &'a str,
    /// As reported, unparsed.
    pub amount: &'a str,
    /// The parsed amount in minor units of the campaign's currency.
    pub amount_minor: Option<i64>,
    pub goal: &'a str,
    pub coupon: &'a str,
    #[serde(borrow)]
    pub adv: [&'a str; 5],
    pub ip: Option<IpAddr>,
    pub user_agent: &'a str,
}

/// A stored record that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadEvent {
    #[error("unknown kind {0} or version {1}")]
    Unknown(u8, u8),
    #[error("record cannot be decoded")]
    Damaged,
}

/// Any record.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<'a> {
    Click(Box<Click<'a>>),
    Impression(Impression<'a>),
    Conversion(Box<Conversion<'a>>),
}

impl<'a> Event<'a> {
    /// Reads a record of the given kind and version.
    ///
    /// # Errors
    /// [`BadEvent`] where kind or version is unknown or the bytes do not fit.
    pub fn decode(kind: u8, version: u8, payload: &'a [u8]) -> Result<Self, BadEvent> {
        let damaged = |_| BadEvent::Damaged;
        match (kind, version) {
            (kind::CLICK, 1) => Ok(Self::Click(Box::new(postcard::from_bytes(payload).map_err(damaged)?))),
            (kind::IMPRESSION, 1) => Ok(Self::Impression(postcard::from_bytes(payload).map_err(damaged)?)),
            (kind::CONVERSION, 1) => {
                Ok(Self::Conversion(Box::new(postcard::from_bytes(payload).map_err(damaged)?)))
            }
            _ => Err(BadEvent::Unknown(kind, version)),
        }
    }
}

/// Appends the encoded form to `out`, reusing its memory.
pub fn encode_into<T: Serialize>(value: &T, out: &mut Vec<u8>) {
    // Encoding plain data into memory cannot fail; were it to, the record would be empty and counted as damaged.
    let taken = std::mem::take(out);
    if let Ok(grown) = postcard::to_extend(value, taken) {
        *out = grown;
    }
}

/// The name of a stream: one per node and spool shard.
#[must_use]
pub fn stream_name(node: u16, shard: u8) -> String {
    format!("ev:{{{node}.{shard}}}")
}

/// The node and the shard of a stream; `None` for a name of another form.
#[must_use]
pub fn node_of_stream(stream: &str) -> Option<(u16, u8)> {
    let (node, shard) = stream.strip_prefix("ev:{")?.strip_suffix('}')?.split_once('.')?;
    Some((node.parse().ok()?, shard.parse().ok()?))
}

/// The shard number of class S (conversions); clicks use 0, 1, 2, …
pub const SHARD_S: u8 = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_streams_read_back() {
        assert_eq!(node_of_stream(&stream_name(1023, SHARD_S)), Some((1023, SHARD_S)));
        for other in ["", "ev:{1}", "ev:{1.2.3}", "ev:{x.1}", "ev:1.0", "ev:{70000.1}"] {
            assert_eq!(node_of_stream(other), None, "{other}");
        }
    }

    #[test]
    fn a_click_reads_back() {
        let click = Click {
            click_id: "abc",
            link: LinkId(1),
            campaign: CampaignId(2),
            affiliate: AffiliateId(3),
            advertiser: AdvertiserId(4),
            ts_ms: 5,
            reason: Some(Reason::Bot),
            ip: "::1".parse().ok(),
            user_agent: "Mozilla",
            referrer: "",
            source: "news",
            ext_click_id: "",
            subs: ["a", "", "", "", "", "", "", "", "", "z"],
            cost_micros: None,
            deep_link: false,
        };
        let mut bytes = Vec::new();
        encode_into(&click, &mut bytes);
        assert_eq!(Event::decode(kind::CLICK, 1, &bytes), Ok(Event::Click(Box::new(click))));
        assert_eq!(Event::decode(kind::CLICK, 9, &bytes), Err(BadEvent::Unknown(1, 9)));
        assert_eq!(Event::decode(kind::CLICK, 1, &bytes[..3]), Err(BadEvent::Damaged));
    }
}

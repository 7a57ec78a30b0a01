//! The click id: what a click is known by everywhere, and proof that we issued it.
//!
//! 29 bytes in 47 characters: version, link, time, node, shard and sequence number, and a keyed SipHash-2-4 tag of
//! all that. Link and time travel inside, so a conversion can be attributed and paid even where the click's
//! own record is gone; node, shard and sequence say where that record would be.

use crate::{
    base32,
    ids::{EPOCH_MS, LinkId},
};
use siphasher::sip::SipHasher24;
use std::fmt;

const VERSION: u8 = 1;
const BYTES: usize = 29;
const BODY: usize = 21;

/// Characters of a click id.
pub const TEXT_LEN: usize = base32::encoded_len(BYTES);

/// The network's secret for click ids: 128 bits, made once and kept with the configuration.
#[derive(Clone, Copy)]
pub struct ClickKey([u8; 16]);

impl ClickKey {
    #[must_use]
    pub const fn new(secret: [u8; 16]) -> Self {
        Self(secret)
    }

    fn tag(&self, body: &[u8]) -> [u8; 8] {
        SipHasher24::new_with_key(&self.0).hash(body).to_be_bytes()
    }
}

impl fmt::Debug for ClickKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClickKey(…)")
    }
}

/// What a click id says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClickRef {
    pub link: LinkId,
    /// Milliseconds since 1970, UTC.
    pub ts_ms: i64,
    /// Which node recorded the click.
    pub node: u16,
    /// Which spool shard of that node.
    pub shard: u8,
    /// Sequence number in the shard; 32 bits of it travel.
    pub seq_low: u32,
}

/// A text that is no click id of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadClickId {
    #[error("not a click id: it has {TEXT_LEN} letters and digits")]
    Malformed,
    #[error("not a click id of this network")]
    Forged,
}

/// A click id ready to be printed without allocating.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClickIdText([u8; TEXT_LEN]);

impl ClickIdText {
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The alphabet is ASCII, so this is always text.
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl fmt::Debug for ClickIdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ClickRef {
    /// Issues the id.
    #[must_use]
    pub fn issue(&self, key: &ClickKey) -> ClickIdText {
        let mut bytes = [0; BYTES];
        bytes[0] = VERSION;
        bytes[1..9].copy_from_slice(&self.link.0.to_be_bytes());
        // 40 bits of milliseconds reach from 2024 into 2058.
        let ms = (self.ts_ms - EPOCH_MS).clamp(0, (1 << 40) - 1);
        bytes[9..14].copy_from_slice(&ms.to_be_bytes()[3..]);
        bytes[14..16].copy_from_slice(&self.node.to_be_bytes());
        bytes[16] = self.shard;
        bytes[17..21].copy_from_slice(&self.seq_low.to_be_bytes());
        let tag = key.tag(&bytes[..BODY]);
        bytes[BODY..].copy_from_slice(&tag);
        let mut text = [0; TEXT_LEN];
        base32::encode(&bytes, &mut text);
        ClickIdText(text)
    }

    /// Reads and verifies an id, in any letter case.
    ///
    /// # Errors
    /// [`BadClickId::Malformed`] for other text, [`BadClickId::Forged`] where the tag is wrong.
    pub fn verify(text: &str, key: &ClickKey) -> Result<Self, BadClickId> {
        let bytes = base32::decode::<BYTES>(text.trim().as_bytes()).ok_or(BadClickId::Malformed)?;
        let tag = key.tag(&bytes[..BODY]);
        let differs = tag.iter().zip(&bytes[BODY..]).fold(0, |acc, (a, b)| acc | (a ^ b));
        if differs != 0 {
            return Err(BadClickId::Forged);
        }
        Self::of_bytes(&bytes)
    }

    /// Reads an id that is then looked for as a whole, so that nothing depends on its being genuine.
    ///
    /// # Errors
    /// [`BadClickId::Malformed`].
    pub fn read_unverified(text: &str) -> Result<Self, BadClickId> {
        let bytes = base32::decode::<BYTES>(text.trim().as_bytes()).ok_or(BadClickId::Malformed)?;
        Self::of_bytes(&bytes)
    }

    fn of_bytes(bytes: &[u8; BYTES]) -> Result<Self, BadClickId> {
        if bytes[0] != VERSION {
            return Err(BadClickId::Malformed);
        }
        let number =
            |range: std::ops::Range<usize>| bytes[range].iter().fold(0i64, |n, b| (n << 8) | i64::from(*b));
        Ok(Self {
            link: LinkId(number(1..9)),
            ts_ms: number(9..14) + EPOCH_MS,
            node: number(14..16) as u16,
            shard: bytes[16],
            seq_low: number(17..21) as u32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: ClickKey = ClickKey::new(*b"0123456789abcdef");

    proptest! {
        #[test]
        fn an_issued_id_verifies_in_any_case(link in 0..i64::MAX, ms in 0i64..(1 << 40), node: u16, shard: u8, seq_low: u32) {
            let click = ClickRef { link: LinkId(link), ts_ms: EPOCH_MS + ms, node, shard, seq_low };
            let text = click.issue(&KEY);
            prop_assert!(text.as_str().len() <= 48);
            prop_assert_eq!(ClickRef::verify(text.as_str(), &KEY), Ok(click));
            prop_assert_eq!(ClickRef::verify(&text.as_str().to_uppercase(), &KEY), Ok(click));
        }

        #[test]
        fn one_changed_letter_is_noticed(at in 0..TEXT_LEN, seq_low: u32) {
            let text = ClickRef { link: LinkId(9), ts_ms: EPOCH_MS + 5, node: 1, shard: 0, seq_low }.issue(&KEY);
            let mut forged = text.as_str().as_bytes().to_vec();
            forged[at] = if forged[at] == b'7' { b'8' } else { b'7' };
            prop_assert!(ClickRef::verify(std::str::from_utf8(&forged).unwrap(), &KEY).is_err());
        }
    }

    #[test]
    fn other_networks_and_other_text_are_refused() {
        let click = ClickRef { link: LinkId(1), ts_ms: EPOCH_MS, node: 0, shard: 0, seq_low: 1 };
        let theirs = click.issue(&ClickKey::new([7; 16]));
        assert_eq!(ClickRef::verify(theirs.as_str(), &KEY), Err(BadClickId::Forged));
        for text in ["", "abc", "'; drop table clicks; --", "ÄÖÜ", &"a".repeat(5000)] {
            assert_eq!(ClickRef::verify(text, &KEY), Err(BadClickId::Malformed));
        }
    }
}

//! Keys of the API: how they look and what they may do.
//!
//! A key reads `mr_live_`, 30 letters and digits of chance (178 bits), and six that are the checksum of all before
//! them. The checksum guards against typing errors and lets scanners of source code tell a key from noise; it is no
//! secret. Keys are stored as their hash; see [`KeyText`] for what may be shown later.

use crate::access::{Permission, Realm, Role};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// What every key begins with.
pub const PREFIX: &str = "mr_live_";
/// Characters of chance.
const CHANCE: usize = 30;
/// Characters of the checksum.
const CHECK: usize = 6;
/// Characters of a whole key.
pub const LENGTH: usize = PREFIX.len() + CHANCE + CHECK;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A text that cannot be a key, whatever the database says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    #[error("A key begins with mr_live_ and has 44 characters.")]
    Form,
    #[error("The key's checksum is wrong: a character was lost or changed.")]
    Checksum,
}

/// A whole key. Whoever has it is let in: never log it, never store it, show it once.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyText(String);

impl KeyText {
    /// A new key from 32 bytes nobody can guess.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        let mut text = String::with_capacity(LENGTH);
        text.push_str(PREFIX);
        let mut number = *secret;
        for _ in 0..CHANCE {
            text.push(char::from(DIGITS[divide(&mut number)]));
        }
        let check = checksum(text.as_bytes());
        text.push_str(&check);
        Self(text)
    }

    /// Reads a key and verifies its checksum.
    ///
    /// # Errors
    /// [`BadKey`].
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let rest = text.strip_prefix(PREFIX).ok_or(BadKey::Form)?;
        if text.len() != LENGTH || !rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(BadKey::Form);
        }
        let (body, check) = text.split_at(LENGTH - CHECK);
        if checksum(body.as_bytes()) == check { Ok(Self(text.to_owned())) } else { Err(BadKey::Checksum) }
    }

    /// The key itself, to show it once or to hash it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last four characters: enough to tell one's keys apart.
    #[must_use]
    pub fn last4(&self) -> &str {
        &self.0[LENGTH - 4..]
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyText({PREFIX}…{})", self.last4())
    }
}

/// Divides a big-endian number by 62 in place and returns the remainder.
fn divide(number: &mut [u8; 32]) -> usize {
    let mut rest = 0_usize;
    for byte in number {
        let value = rest * 256 + usize::from(*byte);
        // Below 256, because `rest` is below 62.
        *byte = (value / 62) as u8;
        rest = value % 62;
    }
    rest
}

/// CRC-32 as zip files have it, in base 62.
fn checksum(bytes: &[u8]) -> String {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    let mut rest = !crc as usize;
    let mut digits = [b'0'; CHECK];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[rest % 62];
        rest /= 62;
    }
    digits.iter().copied().map(char::from).collect()
}

macro_rules! scopes {
    ($($name:ident $word:literal $label:literal $permission:ident $affiliate:literal,)*) => {
        /// One thing a key may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope {
            $($name,)*
        }

        impl Scope {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As keys, settings and the API name it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// What it allows, for people.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)*
                }
            }

            /// What somebody of the network must be allowed to do to pass it on.
            fn permission(self) -> Permission {
                match self {
                    $(Self::$name => Permission::$permission,)*
                }
            }

            /// Whether keys of affiliates can have it.
            #[must_use]
            pub fn for_affiliates(self) -> bool {
                match self {
                    $(Self::$name => $affiliate,)*
                }
            }
        }
    };
}

scopes! {
    CampaignsRead "campaigns:read" "Read campaigns, their goals and rates" ViewNetwork true,
    CampaignsWrite "campaigns:write" "Create and change campaigns, goals, rates and access" EditCampaigns false,
    LinksRead "links:read" "Read links" ViewNetwork true,
    LinksWrite "links:write" "Create links and change them" EditLinks true,
    AffiliatesRead "affiliates:read" "Read affiliates" ViewNetwork false,
    AffiliatesWrite "affiliates:write" "Create and change affiliates" EditAffiliates false,
    AdvertisersRead "advertisers:read" "Read advertisers" ViewNetwork false,
    AdvertisersWrite "advertisers:write" "Create and change advertisers" EditAdvertisers false,
    ClicksRead "clicks:read" "Look up clicks" ViewNetwork true,
    ConversionsRead "conversions:read" "Read conversions" ViewNetwork true,
    ConversionsWrite "conversions:write" "Approve and reject conversions" DecideConversions false,
    ReportsRead "reports:read" "Read figures and hourly traffic" ViewNetwork true,
    LedgerRead "ledger:read" "Read balances and ledger entries" ViewLedger true,
    AuditRead "audit:read" "Read the audit log" ViewAudit false,
}

impl Scope {
    /// Whether keys of that realm can hold it at all.
    #[must_use]
    pub fn fits(self, realm: Realm) -> bool {
        match realm {
            Realm::Network => true,
            Realm::Affiliate(_) => self.for_affiliates(),
            Realm::Advertiser(_) | Realm::Buyer(_) => false,
        }
    }

    /// Whether somebody of that role may hand it out to a key of that realm.
    #[must_use]
    pub fn may_be_given(self, by: Role, realm: Realm) -> bool {
        if !by.may(Permission::ManageKeys) || !self.fits(realm) {
            return false;
        }
        match realm {
            Realm::Network => by.may(self.permission()),
            // An account's own people and the network's may; whose account it is, the engine checks.
            _ => true,
        }
    }

    /// `campaigns` of `campaigns:read`.
    #[must_use]
    pub fn group(self) -> &'static str {
        self.word().split(':').next().unwrap_or_default()
    }

    /// `read` allows looking only.
    #[must_use]
    pub fn is_write(self) -> bool {
        self.word().ends_with(":write")
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Scope {
    type Err = crate::status::UnknownState;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|s| s.word() == text.trim()).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|s| s.word()).collect();
            crate::status::UnknownState(text.chars().take(40).collect(), known.join(", "))
        })
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Everything a key may do, in the order of [`Scope::ALL`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }

    /// As they are stored.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.iter().map(|s| s.word().to_owned()).collect()
    }

    /// Only those that pass.
    #[must_use]
    pub fn only(&self, keep: impl Fn(Scope) -> bool) -> Self {
        self.iter().filter(|s| keep(*s)).collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut all: Vec<Scope> = scopes.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        Self(all)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join(" "))
    }
}

/// The form of a new key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiKeyDraft {
    pub name: String,
    /// Words of [`Scope`].
    pub scopes: Vec<String>,
    /// Whole days; empty for a key that does not expire.
    pub expires_days: String,
    /// Addresses and networks it may come from, one a line; empty for any.
    pub networks: String,
    /// Id of an affiliate, `aff_…`; empty for one's own account.
    pub affiliate: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AffiliateId;
    use proptest::prelude::*;

    #[test]
    fn the_checksum_is_the_common_one() {
        // CRC-32 of "123456789" is cbf43926, in base 62 by hand.
        assert_eq!(checksum(b"123456789"), "3jZRME");
    }

    #[test]
    fn debug_output_keeps_the_secret() {
        let key = KeyText::new(&[7; 32]);
        assert_eq!(key.expose().len(), LENGTH);
        assert!(!format!("{key:?}").contains(&key.expose()[8..38]));
    }

    #[test]
    fn affiliates_never_hold_the_networks_scopes() {
        let own = Realm::Affiliate(AffiliateId(1));
        for scope in Scope::ALL {
            assert_eq!(scope.word().parse(), Ok(*scope));
            assert_eq!(scope.may_be_given(Role::Affiliate, own), scope.fits(own));
            assert!(!scope.may_be_given(Role::Affiliate, Realm::Network), "{scope}");
            assert!(!scope.may_be_given(Role::Finance, Realm::Network), "{scope}");
            assert!(scope.may_be_given(Role::Admin, Realm::Network), "{scope}");
        }
        assert!(!Scope::ConversionsWrite.fits(own));
        assert!(!Scope::AffiliatesRead.fits(own));
        assert!(!Scope::AuditRead.fits(own));
    }

    proptest! {
        #[test]
        fn keys_read_back(secret: [u8; 32]) {
            let key = KeyText::new(&secret);
            prop_assert_eq!(KeyText::parse(key.expose()), Ok(key.clone()));
            prop_assert!(key.expose().ends_with(key.last4()));
        }

        #[test]
        fn different_chance_makes_different_keys(a: [u8; 32], lower: [u8; 22]) {
            let mut b = a;
            b[10..].copy_from_slice(&lower);
            prop_assume!(a != b);
            prop_assert_ne!(KeyText::new(&a), KeyText::new(&b));
        }

        #[test]
        fn one_wrong_character_is_noticed(secret: [u8; 32], at in 0..LENGTH, with in "[0-9A-Za-z_]") {
            let key = KeyText::new(&secret);
            let mut text = key.expose().to_owned();
            prop_assume!(text[at..=at] != with);
            text.replace_range(at..=at, &with);
            prop_assert!(KeyText::parse(&text).is_err());
        }

        #[test]
        fn two_swapped_characters_are_noticed(secret: [u8; 32], at in PREFIX.len()..LENGTH - 1) {
            let mut bytes = KeyText::new(&secret).expose().as_bytes().to_vec();
            prop_assume!(bytes[at] != bytes[at + 1]);
            bytes.swap(at, at + 1);
            prop_assert!(KeyText::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let _ = KeyText::parse(&text);
        }
    }
}

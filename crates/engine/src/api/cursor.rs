//! Cursors: where a page ended, bound to the list it is of.
//!
//! Eight bytes that follow from the list (its filters, its order, whose it is) and the place, and the place itself, in
//! base64url. Whoever changes a filter, or the cursor, is told so instead of being given rows that make no sense. It
//! protects nothing: whose rows these are, the database decides.

use super::bad_cursor;
use crate::EngineError;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use std::fmt::Debug;

/// Bytes of the check.
const CHECK: usize = 8;
/// Longest cursor that is read, in characters.
const LONGEST: usize = 2_000;

pub(super) struct Cursor;

impl Cursor {
    pub(super) fn write(place: &[String], list: &impl Debug) -> String {
        let json = serde_json::to_vec(place).unwrap_or_default();
        let mut bytes = check(&json, list).to_vec();
        bytes.extend_from_slice(&json);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(super) fn read<const N: usize>(text: &str, list: &impl Debug) -> Result<[String; N], EngineError> {
        if text.len() > LONGEST {
            return Err(bad_cursor());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad_cursor())?;
        let (sum, json) = bytes.split_at_checked(CHECK).ok_or_else(bad_cursor)?;
        if sum != check(json, list) {
            return Err(bad_cursor());
        }
        let place: Vec<String> = serde_json::from_slice(json).map_err(|_| bad_cursor())?;
        place.try_into().map_err(|_| bad_cursor())
    }
}

fn check(json: &[u8], list: &impl Debug) -> [u8; CHECK] {
    let sum = Sha256::new().chain_update(format!("{list:?}")).chain_update([0]).chain_update(json).finalize();
    let mut check = [0; CHECK];
    check.copy_from_slice(&sum[..CHECK]);
    check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_of_one_list_and_one_place() {
        let place = ["Añon".to_owned(), "77".to_owned()];
        let text = Cursor::write(&place, &("campaigns", "active"));
        assert_eq!(Cursor::read::<2>(&text, &("campaigns", "active")).unwrap(), place);
        assert!(Cursor::read::<2>(&text, &("campaigns", "paused")).is_err());
        assert!(Cursor::read::<2>(&text, &("links", "active")).is_err());
        assert!(Cursor::read::<1>(&text, &("campaigns", "active")).is_err());
        let changed = text.replace(&text[11..12], if &text[11..12] == "A" { "B" } else { "A" });
        for bad in ["", "x", "é", &changed, &"A".repeat(5000)] {
            assert!(Cursor::read::<2>(bad, &("campaigns", "active")).is_err(), "{bad:?}");
        }
    }
}

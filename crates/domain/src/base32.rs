//! Crockford base 32, lower case: letters that survive being lower- or upper-cased by a partner.
//!
//! Alphabet and decoding rules: Douglas Crockford, "Base 32" (i and l read as 1, o reads as 0).

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

const DECODE: [u8; 256] = {
    let mut table = [0xff; 256];
    let mut i = 0;
    while i < 32 {
        let c = ALPHABET[i];
        table[c as usize] = i as u8;
        table[c.to_ascii_uppercase() as usize] = i as u8;
        i += 1;
    }
    table[b'i' as usize] = 1;
    table[b'I' as usize] = 1;
    table[b'l' as usize] = 1;
    table[b'L' as usize] = 1;
    table[b'o' as usize] = 0;
    table[b'O' as usize] = 0;
    table
};

/// Number of characters that `bytes` bytes take.
#[must_use]
pub const fn encoded_len(bytes: usize) -> usize {
    (bytes * 8).div_ceil(5)
}

/// Writes `bytes` into `out`, most significant bit first; the last character is padded with zero bits.
///
/// # Panics
/// If `out` is shorter than [`encoded_len`] of the input.
pub fn encode(bytes: &[u8], out: &mut [u8]) {
    let (mut acc, mut bits, mut at) = (0u32, 0u32, 0);
    for &byte in bytes {
        acc = (acc << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out[at] = ALPHABET[((acc >> bits) & 31) as usize];
            at += 1;
        }
        acc &= (1 << bits) - 1;
    }
    if bits > 0 {
        out[at] = ALPHABET[((acc << (5 - bits)) & 31) as usize];
    }
}

/// [`encode`] into a new string.
#[must_use]
pub fn to_string(bytes: &[u8]) -> String {
    let mut out = vec![0; encoded_len(bytes.len())];
    encode(bytes, &mut out);
    out.into_iter().map(char::from).collect()
}

/// Reads exactly `N` bytes. `None` for a wrong length, a foreign character or padding bits that are not zero
/// (so that every value has one spelling, case aside).
#[must_use]
pub fn decode<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    if text.len() != encoded_len(N) {
        return None;
    }
    let mut out = [0; N];
    let (mut acc, mut bits, mut at) = (0u32, 0u32, 0);
    for &c in text {
        let value = DECODE[c as usize];
        if value == 0xff {
            return None;
        }
        acc = (acc << 5) | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out[at] = (acc >> bits) as u8;
            at += 1;
            acc &= (1 << bits) - 1;
        }
    }
    (acc == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_case_reads_back(bytes in prop::array::uniform16(any::<u8>())) {
            let text = to_string(&bytes);
            prop_assert_eq!(decode::<16>(text.as_bytes()), Some(bytes));
            prop_assert_eq!(decode::<16>(text.to_uppercase().as_bytes()), Some(bytes));
        }
    }

    #[test]
    fn foreign_characters_and_stray_padding_are_refused() {
        assert_eq!(decode::<2>(b"uuuu"), None);
        assert_eq!(decode::<2>(b"0001"), None);
        assert_eq!(decode::<2>(b"000"), None);
    }
}

//! Secrets that travel in links: 256 bits of chance, shown once, stored as a hash.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// Letters of a secret in a link.
pub const TOKEN_LETTERS: usize = 43;

/// The secret as it stands in a link: 43 letters of base64url.
#[must_use]
pub fn token_text(bytes: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored instead of the secret. One pass of SHA-256 is enough: there is nothing to guess in 256 bits of chance.
#[must_use]
pub fn token_hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The text without the secrets of links: every run of letters as long as one, or longer, becomes `•••`.
#[must_use]
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"-_".contains(b)).count();
        let (word, after) = rest.split_at(run);
        out.push_str(if run >= TOKEN_LETTERS { "•••" } else { word });
        let step = after.chars().next().map_or(0, char::len_utf8);
        out.push_str(&after[..step]);
        rest = &after[step..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_fits_into_a_link_and_is_found_by_its_hash() {
        let text = token_text(&[0xff; 32]);
        assert_eq!(text.len(), TOKEN_LETTERS);
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{text}");
        assert_eq!(token_hash(&text), token_hash(&text.clone()));
        assert_ne!(token_hash(&text), token_hash(&token_text(&[0xfe; 32])));
    }

    #[test]
    fn masking_takes_secrets_and_nothing_else() {
        let secret = token_text(&[0x5a; 32]);
        let text = format!("Öffnen: https://x.example/reset/{secret}?a=1 (id user_0abcdefghijkl)");
        let masked = masked(&text);
        assert_eq!(masked, "Öffnen: https://x.example/reset/•••?a=1 (id user_0abcdefghijkl)");
        assert_eq!(super::masked(""), "");
    }
}

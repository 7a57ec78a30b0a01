//! Secrets that have to be read again, such as those of authenticators: sealed before they reach the database.

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use std::{fmt, sync::Arc};

/// First byte of what is sealed; another one would be another way of sealing.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// Seals and opens with the installation's secret key, which is never in the database. Cheap to clone.
#[derive(Clone)]
pub struct Sealer(Arc<XChaCha20Poly1305>);

impl Sealer {
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Arc::new(XChaCha20Poly1305::new(key.into())))
    }

    /// Version, nonce, ciphertext and tag. `about` is bound to it: what was sealed for one person does not open for
    /// another. `chance` must be fresh.
    #[must_use]
    pub fn seal(&self, about: &str, plain: &[u8], chance: &[u8; 32]) -> Vec<u8> {
        let nonce = &chance[..NONCE];
        let payload = Payload { msg: plain, aad: about.as_bytes() };
        let sealed = self.0.encrypt(XNonce::from_slice(nonce), payload).unwrap_or_default();
        [&[VERSION], nonce, &sealed].concat()
    }

    /// What was sealed. `None`: another key, for something else, or changed since.
    #[must_use]
    pub fn open(&self, about: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (version, rest) = sealed.split_first()?;
        if *version != VERSION || rest.len() < NONCE {
            return None;
        }
        let (nonce, text) = rest.split_at(NONCE);
        self.0.decrypt(XNonce::from_slice(nonce), Payload { msg: text, aad: about.as_bytes() }).ok()
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

#[cfg(test)]
mod tests {
    use super::Sealer;

    #[test]
    fn only_the_same_key_and_purpose_open_it() {
        let (ours, theirs) = (Sealer::new(&[1; 32]), Sealer::new(&[2; 32]));
        let sealed = ours.seal("ann", b"secret", &[7; 32]);
        assert!(!sealed.windows(6).any(|w| w == b"secret"));
        assert_eq!(ours.open("ann", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(ours.open("bob", &sealed), None);
        assert_eq!(theirs.open("ann", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(ours.open("ann", &changed), None, "byte {at}");
            assert_eq!(ours.open("ann", &sealed[..at]), None);
        }
    }
}

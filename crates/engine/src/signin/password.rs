//! Password hashes: argon2id, and never more of them at once than the machine bears.

use crate::error::EngineError;
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Memory of one hash in KiB, passes and lanes: the OWASP recommendation for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes at once; each takes 19 MiB and a core for about 20 ms.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// Hashes that run or wait. More are turned away: the queue would be longer than anybody waits.
static IN_LINE: Semaphore = Semaphore::const_new(128);

/// Longest password that is looked at, in bytes.
const LONGEST: usize = 1_024;

/// What the passwords of unknown accounts are checked against.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash(b"", &[0; 16]).ok());

fn hasher() -> Result<Argon2<'static>, String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| e.to_string())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8], salt: &[u8]) -> Result<String, String> {
    let hash: PasswordHash = hasher()?.hash_password_with_salt(password, salt).map_err(|e| e.to_string())?;
    Ok(hash.to_string())
}

fn matches(password: &[u8], hash: &str) -> bool {
    let (Ok(parsed), Ok(hasher)) = (PasswordHash::new(hash), hasher()) else { return false };
    PasswordVerifier::<PasswordHash>::verify_password(&hasher, password, &parsed).is_ok()
}

/// Runs `work` on a thread of its own, in turn. `None`: too much to do already, or the program is ending.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _place = IN_LINE.try_acquire().ok()?;
    let _turn = AT_ONCE.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}

/// The hash of a password as a PHC string. `salt` must be fresh chance for every password.
///
/// # Errors
/// [`EngineError::Unavailable`] when too many wait.
pub async fn hash_password(password: String, salt: [u8; 16]) -> Result<String, EngineError> {
    in_turn(move || hash(password.as_bytes(), &salt)).await.ok_or(EngineError::Unavailable)?.map_err(|e| {
        tracing::error!(error = %e, "password hash");
        EngineError::Internal
    })
}

/// Whether the password belongs to the hash. Without a hash the answer is no, after the same work. `None`: too
/// many wait.
pub(super) async fn verify(password: String, hash: Option<String>) -> Option<bool> {
    if password.len() > LONGEST {
        return Some(false);
    }
    in_turn(move || match (hash, &*NOBODY) {
        (Some(hash), _) => matches(password.as_bytes(), &hash),
        (None, Some(nobody)) => {
            std::hint::black_box(matches(password.as_bytes(), nobody));
            false
        }
        (None, None) => false,
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hashes_are_argon2id_and_verify() {
        let hash = hash_password("correct horse battery".into(), [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, hash_password("correct horse battery".into(), [8; 16]).await.unwrap());
        assert_eq!(verify("correct horse battery".into(), Some(hash.clone())).await, Some(true));
        assert_eq!(verify("correct horse batterz".into(), Some(hash)).await, Some(false));
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        assert_eq!(verify(String::new(), None).await, Some(false));
        assert_eq!(verify("x".into(), Some("not a hash".into())).await, Some(false));
        assert_eq!(verify("x".repeat(5_000), None).await, Some(false));
    }
}

//! Two-step sign-in: after the password a code of an authenticator app (RFC 6238), or a recovery code.
//!
//! A code is taken once: its time step and all before it are used up (RFC 6238 §5.2). Recovery codes need no key and
//! so still work where the installation's secret key was lost.

use super::Sealer;
use crate::{accounts::network_only, error::EngineError};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    base32,
    ids::UserId,
    view::SetupView,
};
use qrcode::{Color, EcLevel, QrCode};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use store::{
    Db, StoreError, Tx,
    audit::audit,
    config::{setting_get, setting_put},
    people,
    security::totp,
};
use totp_rs::{Builder, Totp};

/// Recovery codes made at once.
pub const CODES: usize = 10;
/// Bytes of chance in a recovery code: 16 letters.
const CODE_BYTES: usize = 10;
const SECRET_BYTES: usize = 20;
/// Key of the setting: the network's people have to use it.
pub const REQUIRED: &str = "require_two_step";

const NOT_ON: &str = "Two-step sign-in is not set up.";

/// Fresh chance, as often as it is asked.
pub type Chance<'a> = &'a (dyn Fn() -> [u8; 32] + Send + Sync);

/// How it stands with somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status {
    /// In use since.
    pub since: Option<DateTime<Utc>>,
    /// Begun, but no code was given yet.
    pub begun: bool,
    pub codes_left: i64,
}

/// What opened the second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    Authenticator,
    RecoveryCode,
}

fn about(user: UserId) -> String {
    format!("user_totp:{user}")
}

fn authenticator(secret: &[u8], email: &str, issuer: &str) -> Option<Totp> {
    // The separator of the two names in an address of an authenticator.
    let clean = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(clean(email))
        .with_issuer(Some(clean(issuer)).filter(|i| !i.trim().is_empty()))
        .build()
        .inspect_err(|error| tracing::error!(%error, "authenticator"))
        .ok()
}

fn open(sealer: &Sealer, user: UserId, sealed: &[u8]) -> Option<Vec<u8>> {
    let secret = sealer.open(&about(user), sealed);
    if secret.is_none() {
        tracing::error!(%user, "a secret cannot be opened: it was sealed with another secret key");
    }
    secret
}

/// The time step that a code belongs to, if it is right within half a minute either way.
fn step_of(secret: &[u8], code: &str, now: DateTime<Utc>) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let step = authenticator(secret, "", "")?.check(&digits, u64::try_from(now.timestamp()).ok()?)?;
    i64::try_from(step).ok()
}

/// What is stored of a recovery code, however it was typed. `None`: no such code can exist.
fn code_hash(user: UserId, code: &str) -> Option<[u8; 32]> {
    let letters: Vec<u8> = code.bytes().filter(|b| b.is_ascii_alphanumeric()).take(40).collect();
    let bytes = base32::decode::<CODE_BYTES>(&letters)?;
    let mut hash = Sha256::new();
    hash.update(user.0.to_be_bytes());
    hash.update(bytes);
    Some(hash.finalize().into())
}

/// Fresh recovery codes, and what is stored of them.
fn fresh_codes(user: UserId, chance: Chance<'_>) -> (Vec<String>, Vec<Vec<u8>>) {
    (0..CODES)
        .filter_map(|_| {
            let text = base32::to_string(&chance()[..CODE_BYTES]);
            let hash = code_hash(user, &text)?;
            Some((grouped(&text), hash.to_vec()))
        })
        .unzip()
}

/// `abcdefgh` → `abcd-efgh`.
fn grouped(text: &str) -> String {
    let groups: Vec<_> = text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join("-")
}

/// # Errors
/// [`EngineError::Unavailable`].
pub async fn status(db: &Db, user: UserId) -> Result<Status, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let found = totp::get(&mut tx, user).await?;
    let codes_left = totp::codes_left(&mut tx, user).await?;
    tx.commit().await?;
    let since = found.as_ref().and_then(|t| t.confirmed_at);
    Ok(Status { since, begun: found.is_some() && since.is_none(), codes_left })
}

/// Begins: makes a secret for the person's authenticator. A beginning of before is replaced.
///
/// # Errors
/// [`EngineError::Conflict`]: it is in use already.
pub async fn begin(
    db: &Db,
    sealer: &Sealer,
    user: UserId,
    chance: Chance<'_>,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let sealed = sealer.seal(&about(user), &chance()[..SECRET_BYTES], &chance());
    let mut tx = db.begin(Realm::Network).await?;
    if !totp::begin(&mut tx, user, &sealed, now).await? {
        return Err(EngineError::Conflict("Two-step sign-in is on already.".into()));
    }
    Ok(tx.commit().await?)
}

/// Breaks a beginning off; what is in use stays.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn cancel(db: &Db, user: UserId) -> Result<(), EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    if totp::get(&mut tx, user).await?.is_some_and(|t| t.confirmed_at.is_none()) {
        totp::remove(&mut tx, user).await?;
    }
    Ok(tx.commit().await?)
}

/// What to put into the authenticator while it is being set up. `issuer` is what the app shows above the code.
///
/// # Errors
/// [`EngineError::Internal`]: the secret key is another one than at the beginning; begin again.
pub async fn setup(
    db: &Db,
    sealer: &Sealer,
    user: UserId,
    email: &str,
    issuer: &str,
) -> Result<Option<SetupView>, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let found = totp::get(&mut tx, user).await?;
    tx.commit().await?;
    let Some(found) = found.filter(|t| t.confirmed_at.is_none()) else { return Ok(None) };
    let Some(secret) = open(sealer, user, &found.secret) else { return Ok(None) };
    let app = authenticator(&secret, email, issuer).ok_or(EngineError::Internal)?;
    let url = app.to_url().map_err(|_| EngineError::Internal)?;
    let code = QrCode::with_error_correction_level(&url, EcLevel::M).map_err(|_| EngineError::Internal)?;
    let size = code.width();
    let secret = app.secret().to_base32();
    Ok(Some(SetupView { secret: grouped(&secret).replace('-', " "), url, size, path: path(&code, size) }))
}

/// The dark modules of a code, one run of a line after the other.
fn path(code: &QrCode, size: usize) -> String {
    let mut path = String::new();
    for (y, line) in code.to_colors().chunks(size).enumerate() {
        let mut x = 0;
        for run in line.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let _ = write!(path, "M{x} {y}h{}v1h-{}z", run.len(), run.len());
            }
            x += run.len();
        }
    }
    path
}

/// Puts it in use, with the first code that the authenticator shows. Answers the recovery codes, which nobody can read
/// again.
///
/// # Errors
/// [`EngineError::Invalid`] field `code`; [`EngineError::Conflict`]: nothing was begun.
pub async fn confirm(
    db: &Db,
    sealer: &Sealer,
    actor: &Actor,
    user: UserId,
    code: &str,
    chance: Chance<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<String>, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let found = totp::get(&mut tx, user).await?.filter(|t| t.confirmed_at.is_none());
    let found = found.ok_or_else(|| EngineError::Conflict(NOT_ON.into()))?;
    let step = open(sealer, user, &found.secret).and_then(|secret| step_of(&secret, code, now));
    let wrong =
        || EngineError::invalid("code", "This is not the code that the app shows now. Try the next one.");
    let step = step.ok_or_else(wrong)?;
    if !totp::take_step(&mut tx, user, step).await? || !totp::confirm(&mut tx, user, now).await? {
        return Err(wrong());
    }
    let (codes, hashes) = fresh_codes(user, chance);
    totp::put_codes(&mut tx, user, &hashes, now).await?;
    audit(&mut tx, actor, "user.two_step_on", user, None, None, now).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Other recovery codes instead of those there are.
///
/// # Errors
/// [`EngineError::Conflict`]: two-step sign-in is off.
pub async fn new_codes(
    db: &Db,
    actor: &Actor,
    user: UserId,
    chance: Chance<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<String>, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    if totp::get(&mut tx, user).await?.is_none_or(|t| t.confirmed_at.is_none()) {
        return Err(EngineError::Conflict(NOT_ON.into()));
    }
    let (codes, hashes) = fresh_codes(user, chance);
    totp::put_codes(&mut tx, user, &hashes, now).await?;
    audit(&mut tx, actor, "user.new_recovery_codes", user, None, None, now).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Turns it off for oneself.
///
/// # Errors
/// [`EngineError::Conflict`]: it is off, or the network asks for it.
pub async fn disable(db: &Db, actor: &Actor, user: UserId, now: DateTime<Utc>) -> Result<(), EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let person = people::get(&mut tx, user).await?.ok_or(EngineError::NotFound)?;
    if person.realm == Realm::Network && is_required(&mut tx).await? {
        return Err(EngineError::Conflict("Your network requires two-step sign-in; it stays on.".into()));
    }
    if !totp::remove(&mut tx, user).await? {
        return Err(EngineError::Conflict(NOT_ON.into()));
    }
    audit(&mut tx, actor, "user.two_step_off", user, None, None, now).await?;
    Ok(tx.commit().await?)
}

/// Turns somebody else's off, who has lost authenticator and recovery codes, and ends that person's sessions.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Conflict`]: it is off; [`EngineError::Forbidden`] unless the network asks.
pub async fn reset(db: &Db, actor: &Actor, user: UserId, now: DateTime<Utc>) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    people::get(&mut tx, user).await?.ok_or(EngineError::NotFound)?;
    if !totp::remove(&mut tx, user).await? {
        return Err(EngineError::Conflict("Two-step sign-in of this person is off.".into()));
    }
    people::end_sessions(&mut tx, user).await?;
    audit(&mut tx, actor, "user.two_step_reset", user, None, None, now).await?;
    Ok(tx.commit().await?)
}

/// Takes a code of the authenticator or a recovery code, once. `None`: it is neither.
pub(super) async fn take(
    tx: &mut Tx,
    sealer: &Sealer,
    user: UserId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<Factor>, StoreError> {
    let Some(found) = totp::get(tx, user).await?.filter(|t| t.confirmed_at.is_some()) else {
        return Ok(None);
    };
    let step = open(sealer, user, &found.secret).and_then(|secret| step_of(&secret, code, now));
    if let Some(step) = step {
        return Ok(totp::take_step(tx, user, step).await?.then_some(Factor::Authenticator));
    }
    match code_hash(user, code) {
        Some(hash) => Ok(totp::take_code(tx, user, &hash, now).await?.then_some(Factor::RecoveryCode)),
        None => Ok(None),
    }
}

async fn is_required(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(setting_get(tx, REQUIRED).await?.is_some_and(|v| v == json!(true)))
}

/// Whether the network's people have to use it.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn required(db: &Db) -> Result<bool, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let required = is_required(&mut tx).await?;
    tx.commit().await?;
    Ok(required)
}

/// Has the network's people use it, or leaves it to them. Whoever asks for it uses it first, so that the network
/// cannot lock itself out.
///
/// # Errors
/// [`EngineError::Conflict`]: one's own is off.
pub async fn set_required(
    db: &Db,
    actor: &Actor,
    required: bool,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    if let (true, Some(user)) = (required, actor.user)
        && totp::get(&mut tx, user).await?.is_none_or(|t| t.confirmed_at.is_none())
    {
        return Err(EngineError::Conflict("Set up two-step sign-in for yourself first.".into()));
    }
    let before = is_required(&mut tx).await?;
    if before != required {
        setting_put(&mut tx, REQUIRED, &json!(required)).await?;
        let (before, after) = (json!({ REQUIRED: before }), json!({ REQUIRED: required }));
        audit(&mut tx, actor, "settings.update", "settings", Some(before), Some(after), now).await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_step_and_a_little_tolerance() {
        let secret = b"12345678901234567890";
        let at = |secs| DateTime::from_timestamp(secs, 0).unwrap_or_default();
        // RFC 6238, appendix B, the last six digits.
        assert_eq!(step_of(secret, "287082", at(59)), Some(1));
        assert_eq!(step_of(secret, " 081 804 ", at(1_111_111_109)), Some(37_037_036));
        assert_eq!(step_of(secret, "081804", at(1_111_111_109 + 30)), Some(37_037_036));
        assert_eq!(step_of(secret, "081804", at(1_111_111_109 + 90)), None);
        for wrong in ["", "28708", "2870823", "+87082", "287o82", "𝟐𝟖𝟕𝟎𝟖𝟐"] {
            assert_eq!(step_of(secret, wrong, at(59)), None, "{wrong:?}");
        }
    }

    #[test]
    fn recovery_codes_are_read_as_people_type_them() {
        let user = UserId(7);
        let (codes, hashes) = fresh_codes(user, &|| [0xa5; 32]);
        assert_eq!((codes.len(), hashes.len()), (CODES, CODES));
        let code = &codes[0];
        assert_eq!(code.len(), 19, "{code}");
        for typed in [code.clone(), code.to_uppercase(), code.replace('-', ""), format!(" {code} ")] {
            assert_eq!(code_hash(user, &typed).map(|h| h.to_vec()).as_ref(), Some(&hashes[0]), "{typed}");
        }
        assert_ne!(code_hash(UserId(8), code).map(|h| h.to_vec()).as_ref(), Some(&hashes[0]));
        for none in ["", "123456", "a\0b", &"x".repeat(100_000)] {
            assert_eq!(code_hash(user, none), None);
        }
    }
}

//! What the server functions of the pages share.

use crate::{
    ctx::{Caller, Deps, fail, redirect},
    error::AppError,
    session::safe_next,
};
use std::str::FromStr;

/// The data of a page, and for whom.
pub fn shown<T>(view: T, deps: &Deps, caller: &Caller) -> super::For<T> {
    super::For { view, role: caller.role, tracking_url: deps.tracking_url.clone() }
}

/// Reads an id of the address; another text is an address without anything behind it.
pub fn id_of<T: FromStr>(text: &str) -> Result<T, AppError> {
    text.parse().map_err(|_| fail(AppError::not_found()))
}

/// Goes to a page of ours and says there what was done.
pub fn go(path: &str, done: &str) {
    let sign = if path.contains('?') { '&' } else { '?' };
    redirect(&format!("{path}{sign}done={done}"));
}

/// Goes back to where the form was, or to `otherwise`, and says there what was done.
pub fn come_back(back: &str, otherwise: &str, done: &str) {
    // Pages of the same portal only.
    let portal = otherwise.split('/').nth(1).unwrap_or_default();
    let back = safe_next(back).filter(|b| b.split(['/', '?']).nth(1) == Some(portal)).unwrap_or(otherwise);
    go(back, done);
}

/// Fresh chance for a password.
pub fn salt(deps: &Deps) -> [u8; 16] {
    let mut salt = [0; 16];
    for part in salt.chunks_exact_mut(4) {
        part.copy_from_slice(&(deps.chance)().to_le_bytes());
    }
    salt
}

//! The installation's secret key: seals what has to be read again and must not lie open in the database, such as the
//! secrets of authenticators.
//!
//! A single node makes its own at the first start and keeps it in its home. Several nodes need the same one, in
//! `console.secret_key`.

use crate::{clock, config::Config};
use anyhow::{Context as _, bail};
use std::{
    fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

/// Its name in the home.
pub const FILE: &str = "secret.key";

/// The key of the settings, or that of the home, which is made where there is none.
///
/// # Errors
/// A key in another form, or a file that cannot be read or written.
pub fn load(config: &Config) -> anyhow::Result<[u8; 32]> {
    let given = config.console.secret_key.expose();
    if !given.is_empty() {
        return parse(given).context("console.secret_key");
    }
    let path = config.home.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make(&path).with_context(|| format!("cannot make {}", path.display()))?
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    parse(&text).with_context(|| path.display().to_string())
}

/// 64 hexadecimal digits.
pub fn parse(text: &str) -> anyhow::Result<[u8; 32]> {
    let digits: Vec<u8> = text.trim().chars().map_while(|c| c.to_digit(16)).map(|d| d as u8).collect();
    if digits.len() != 64 || text.trim().len() != 64 {
        bail!("has to be 64 hexadecimal digits, as `openssl rand -hex 32` prints them");
    }
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    Ok(key)
}

/// Writes a fresh key for this user alone. Of two programs that start at once both get the one that was first.
fn make(path: &Path) -> anyhow::Result<String> {
    if let Some(home) = path.parent() {
        fs::create_dir_all(home)?;
    }
    let text: String = clock::secret().iter().map(|byte| format!("{byte:02x}")).collect();
    let draft = path.with_extension(format!("key.{}", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Ok(()) => Ok(text),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(fs::read_to_string(path)?),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("deep").join(FILE);
        let first = make(&path).unwrap();
        assert_eq!(first.len(), 64);
        assert_eq!(make(&path).unwrap(), first, "the one that is there stays");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left lying about");
    }

    #[test]
    fn keys_are_hexadecimal() {
        assert_eq!(parse(&format!("{}\n", "0a".repeat(32))).unwrap(), [10; 32]);
        for wrong in ["", "0a", &"0a".repeat(33), &"zz".repeat(32), &format!("{}é", "0a".repeat(31))] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}

//! Checks of what people type. Each returns the cleaned value or a sentence that says what to change.

use crate::macros::Template;

fn plain(text: &str, max: usize) -> Result<String, String> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err("Leave out line breaks and control characters.".into());
    }
    if text.chars().count() > max {
        return Err(format!("Use at most {max} characters."));
    }
    Ok(text.to_owned())
}

/// A name of 1 to 200 characters.
///
/// # Errors
/// A sentence for the form.
pub fn name(text: &str) -> Result<String, String> {
    let name = plain(text, 200)?;
    if name.is_empty() { Err("Enter a name.".into()) } else { Ok(name) }
}

/// An optional short text.
///
/// # Errors
/// A sentence for the form.
pub fn short(text: &str, max: usize) -> Result<String, String> {
    plain(text, max)
}

/// Longer text: line breaks allowed, other control characters not.
///
/// # Errors
/// A sentence for the form.
pub fn long(text: &str, max: usize) -> Result<String, String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err("Leave out control characters.".into());
    }
    if text.chars().count() > max {
        return Err(format!("Use at most {max} characters."));
    }
    Ok(text)
}

/// An email address of the usual form `name@host.tld`, in lower case after the @.
///
/// # Errors
/// A sentence for the form.
pub fn email(text: &str) -> Result<String, String> {
    const WRONG: &str = "Enter an email address such as name@company.com.";
    let text = plain(text, 254)?;
    let (local, host) = text.rsplit_once('@').ok_or(WRONG)?;
    let host_ok = host.contains('.')
        && host
            .split('.')
            .all(|l| !l.is_empty() && l.len() <= 63 && l.chars().all(|c| c.is_alphanumeric() || c == '-'));
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
    if host_ok && local_ok { Ok(format!("{local}@{}", host.to_lowercase())) } else { Err(WRONG.into()) }
}

/// A destination with macros, see [`Template`].
///
/// # Errors
/// A sentence for the form.
pub fn destination(text: &str) -> Result<(), String> {
    if text.len() > 2000 {
        return Err("Use at most 2,000 characters.".into());
    }
    Template::parse(text.trim()).map(|_| ()).map_err(|e| format!("Not a usable destination: {e}."))
}

/// A web address without macros.
///
/// # Errors
/// A sentence for the form.
pub fn url(text: &str) -> Result<String, String> {
    let text = plain(text, 500)?;
    match url::Url::parse(&text) {
        Ok(u) if matches!(u.scheme(), "http" | "https") && u.host_str().is_some_and(|h| h.contains('.')) => {
            Ok(text)
        }
        _ => Err("Enter a web address that starts with https:// or http://.".into()),
    }
}

/// Hosts, one a line or separated by commas; a leading dot or `*.` allows subdomains.
///
/// # Errors
/// A sentence that names the wrong entry.
pub fn host_list(text: &str) -> Result<Vec<String>, String> {
    let mut hosts = Vec::new();
    for entry in text.split([',', '\n', ' ', '\r']).map(str::trim).filter(|e| !e.is_empty()) {
        let host = entry.strip_prefix('*').unwrap_or(entry).to_ascii_lowercase();
        let bare = host.strip_prefix('.').unwrap_or(&host);
        let fits = bare.contains('.')
            && bare.len() <= 253
            && bare
                .split('.')
                .all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        if !fits {
            let shown: String = entry.chars().take(60).collect();
            return Err(format!("“{shown}” is not a host name such as shop.example."));
        }
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    if hosts.len() > 100 { Err("List at most 100 hosts.".into()) } else { Ok(hosts) }
}

/// A short code of lower-case letters, digits, `-` and `_`.
///
/// # Errors
/// A sentence for the form.
pub fn code(text: &str) -> Result<String, String> {
    let code = text.trim().to_ascii_lowercase();
    let fits = (1..=40).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if fits { Ok(code) } else { Err("Use 1 to 40 letters, digits, - and _.".into()) }
}

/// A secret that reports carry: 8 to 128 letters, digits, `-` and `_`. Empty means none.
///
/// # Errors
/// A sentence for the form.
pub fn token(text: &str) -> Result<Option<String>, String> {
    let token = text.trim();
    if token.is_empty() {
        return Ok(None);
    }
    let fits = (8..=128).contains(&token.len())
        && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if fits {
        Ok(Some(token.to_owned()))
    } else {
        Err("Use 8 to 128 letters, digits, - and _, or leave it empty.".into())
    }
}

/// A password of 12 to 128 characters.
///
/// # Errors
/// A sentence for the form.
pub fn password(text: &str) -> Result<(), String> {
    match text.chars().count() {
        12..=128 => Ok(()),
        0..12 => Err("Use at least 12 characters.".into()),
        _ => Err("Use at most 128 characters.".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses() {
        assert_eq!(name("  Acme  ").as_deref(), Ok("Acme"));
        assert!(name(" ").is_err() && name("a\0b").is_err() && name(&"x".repeat(201)).is_err());
        assert_eq!(email(" Ann@Example.COM").as_deref(), Ok("Ann@example.com"));
        for bad in ["", "a", "a@b", "a b@c.de", "a@b..c", "@c.de", "a\n@c.de", "<a>@c.de"] {
            assert!(email(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn hosts_are_listed() {
        assert_eq!(
            host_list("Shop.example\n*.brand.example"),
            Ok(vec!["shop.example".into(), ".brand.example".into()])
        );
        assert!(host_list("https://shop.example").is_err());
        assert!(host_list("localhost").is_err());
    }

    #[test]
    fn urls_and_tokens() {
        assert!(url("https://a.example").is_ok() && url("javascript:alert(1)").is_err());
        assert_eq!(token(""), Ok(None));
        assert!(token("short").is_err() && token("with space 123").is_err());
    }
}

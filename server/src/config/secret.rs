//! Addresses with passwords in them: usable, not printable.

use serde::{Deserialize, Serialize, Serializer};

/// An address that may hold a password. It has no `Debug` and no `Display`; serialised, the password is masked.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SecretUrl(String);

impl SecretUrl {
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The address itself, for whoever connects.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The address with `***` for the password and for what stands behind `?`.
    #[must_use]
    pub fn masked(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return if self.0.is_empty() { String::new() } else { "***".into() };
        };
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) if query.contains("password") => (rest, "?***".to_owned()),
            Some((rest, query)) => (rest, format!("?{query}")),
            None => (rest, String::new()),
        };
        let rest = match rest.rsplit_once('@') {
            Some((who, place)) => match who.split_once(':') {
                Some((user, _)) => format!("{user}:***@{place}"),
                None => rest.to_owned(),
            },
            None => rest.to_owned(),
        };
        format!("{scheme}://{rest}{query}")
    }
}

impl Serialize for SecretUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}

/// A secret that is no address. It has no `Debug` and no `Display`; serialised, it is `***`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0.is_empty() { "" } else { "***" })
    }
}

#[cfg(test)]
mod tests {
    use super::SecretUrl;

    #[test]
    fn passwords_are_masked() {
        for (url, shown) in [
            ("postgres://me:secret@db:5432/x", "postgres://me:***@db:5432/x"),
            ("postgres://me:p@ss@db/x?sslmode=require", "postgres://me:***@db/x?sslmode=require"),
            ("postgres://me@db/x", "postgres://me@db/x"),
            ("redis://:secret@cache:6379/0", "redis://:***@cache:6379/0"),
            ("postgres://db/x?user=me&password=secret", "postgres://db/x?***"),
            ("secret", "***"),
            ("", ""),
        ] {
            assert_eq!(SecretUrl::new(url).masked(), shown);
        }
    }
}

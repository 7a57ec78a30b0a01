//! The letters themselves. Each is one struct with a subject; its text and its HTML are templates of the same name
//! under `templates/mail`, which see the struct as `m`.

use super::Mail;
use crate::error::EngineError;
use store::{Tx, config::setting_get};

/// Something that can be written to somebody.
pub trait Written {
    /// Stored with the letter.
    const KIND: &'static str;

    fn subject(&self) -> String;

    /// Text and HTML.
    ///
    /// # Errors
    /// A template that cannot be filled in: a mistake of ours.
    fn bodies(&self) -> Result<(String, String), askama::Error>;

    /// The letter to one address.
    ///
    /// # Errors
    /// [`EngineError::Internal`].
    fn to(&self, address: &str) -> Result<Mail, EngineError> {
        let (text, html) = self.bodies().map_err(|error| {
            tracing::error!(%error, kind = Self::KIND, "a letter cannot be written");
            EngineError::Internal
        })?;
        Ok(Mail { to: address.to_owned(), subject: self.subject(), text, html, kind: Self::KIND })
    }
}

/// Binds a letter to its kind, its subject and its two templates.
#[macro_export]
macro_rules! letter {
    ($name:ty, $kind:literal, $text:tt, $html:tt, |$m:ident| $subject:expr) => {
        impl $crate::mail::templates::Written for $name {
            const KIND: &'static str = $kind;

            fn subject(&self) -> String {
                let $m = self;
                $subject
            }

            fn bodies(&self) -> Result<(String, String), askama::Error> {
                #[derive(askama::Template)]
                #[template(path = $text, escape = "none")]
                struct Text<'a> {
                    m: &'a $name,
                }
                #[derive(askama::Template)]
                #[template(path = $html)]
                struct Html<'a> {
                    m: &'a $name,
                }
                Ok((
                    askama::Template::render(&Text { m: self })?,
                    askama::Template::render(&Html { m: self })?,
                ))
            }
        }
    };
}

/// What the network calls itself in letters.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn network_name(tx: &mut Tx) -> Result<String, EngineError> {
    let set = setting_get(tx, "network_name").await?;
    let name = set.as_ref().and_then(|v| v.as_str()).map(str::trim).unwrap_or_default();
    Ok(if name.is_empty() { "Millrace".to_owned() } else { name.to_owned() })
}

/// Somebody may set a password and sign in from now on.
#[derive(Debug)]
pub struct Invitation {
    pub network: String,
    /// Who invites.
    pub by: String,
    /// As what, such as `Finance` or `Affiliate`.
    pub role: String,
    /// For whom, such as an affiliate's name; empty for the network itself.
    pub owner: String,
    pub link: String,
    /// Days the link works.
    pub days: i64,
}
crate::letter!(Invitation, "invitation", "mail/invitation.txt", "mail/invitation.html", |m| {
    format!("You are invited to {}", m.network)
});

/// A way to a new password.
#[derive(Debug)]
pub struct PasswordReset {
    pub network: String,
    pub link: String,
    /// Minutes the link works.
    pub minutes: i64,
}
crate::letter!(PasswordReset, "password_reset", "mail/password_reset.txt", "mail/password_reset.html", |m| {
    format!("A new password for {}", m.network)
});

/// The password is another one now.
#[derive(Debug)]
pub struct PasswordChanged {
    pub network: String,
    /// In UTC, for people.
    pub at: String,
    /// Where to get another one.
    pub forgot: String,
}
crate::letter!(
    PasswordChanged,
    "password_changed",
    "mail/password_changed.txt",
    "mail/password_changed.html",
    |m| format!("Your password for {} was changed", m.network)
);

/// To a new address: confirm that it is yours.
#[derive(Debug)]
pub struct EmailConfirm {
    pub network: String,
    pub old: String,
    pub link: String,
    /// Hours the link works.
    pub hours: i64,
}
crate::letter!(EmailConfirm, "email_confirm", "mail/email_confirm.txt", "mail/email_confirm.html", |m| {
    format!("Confirm your address for {}", m.network)
});

/// To the present address: somebody asked for another one.
#[derive(Debug)]
pub struct EmailAsked {
    pub network: String,
    pub new: String,
    pub at: String,
    pub forgot: String,
}
crate::letter!(EmailAsked, "email_asked", "mail/email_asked.txt", "mail/email_asked.html", |m| {
    format!("Your address for {} is about to change", m.network)
});

/// To the old address: it is done.
#[derive(Debug)]
pub struct EmailChanged {
    pub network: String,
    pub new: String,
    pub at: String,
}
crate::letter!(EmailChanged, "email_changed", "mail/email_changed.txt", "mail/email_changed.html", |m| {
    format!("Your address for {} was changed", m.network)
});

/// One of the network's people has another role now.
#[derive(Debug)]
pub struct RoleChanged {
    pub network: String,
    pub old: String,
    pub new: String,
    /// Whoever changed it.
    pub by: String,
    /// In UTC, for people.
    pub at: String,
}
crate::letter!(RoleChanged, "role_changed", "mail/role_changed.txt", "mail/role_changed.html", |m| {
    format!("Your role at {} is {} now", m.network, m.new)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_strangers_do_no_harm_in_html() {
        let m = Invitation {
            network: "R&D <b>".into(),
            by: "<script>x</script>".into(),
            role: "Finance".into(),
            owner: String::new(),
            link: "https://x.example/invite/abc".into(),
            days: 7,
        };
        let mail = m.to("ann@x.example").unwrap();
        assert!(!mail.html.contains("<script>"), "{}", mail.html);
        assert!(mail.text.contains("<script>x</script>"), "plain text is plain: {}", mail.text);
        assert!(
            mail.text.contains("https://x.example/invite/abc")
                && mail.html.contains("https://x.example/invite/abc")
        );
        assert_eq!((mail.kind, mail.subject.as_str()), ("invitation", "You are invited to R&D <b>"));
    }
}

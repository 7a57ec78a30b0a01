//! Letters leave through a mail server, or, while developing, into a folder.

mod file;
mod smtp;

pub use file::FileSender;
pub use smtp::SmtpSender;

use engine::mail::{Letter, SendError};
use lettre::{
    Message,
    message::{Mailbox, MultiPart},
};

/// Reads a sender's address: `Name <name@host>` or `name@host`.
///
/// # Errors
/// A sentence for whoever wrote it.
pub fn sender_address(text: &str) -> Result<Mailbox, String> {
    text.trim()
        .parse()
        .map_err(|e| format!("{text:?} is no address such as Millrace <no-reply@example.com>: {e}"))
}

/// The letter in the form mail programs read: plain text and HTML. Its message id is the same at every attempt, so that
/// a letter that came twice is shown once.
fn message(from: &Mailbox, letter: &Letter) -> Result<Message, SendError> {
    let to: Mailbox = letter
        .to
        .parse()
        .map_err(|e| SendError::Refused(format!("{:?} is no address that letters go to: {e}", letter.to)))?;
    let id = format!("<{}.{}@{}>", letter.id, letter.created_at.timestamp(), from.email.domain());
    Message::builder()
        .from(from.clone())
        .to(to)
        .subject(letter.subject.as_str())
        .date(letter.created_at.into())
        .message_id(Some(id))
        .raw_header(header("Auto-Submitted", "auto-generated")?)
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|e| SendError::Refused(format!("the letter cannot be written: {e}")))
}

fn header(name: &str, value: &str) -> Result<lettre::message::header::HeaderValue, SendError> {
    let name = lettre::message::header::HeaderName::new_from_ascii(name.to_owned())
        .map_err(|e| SendError::Refused(e.to_string()))?;
    Ok(lettre::message::header::HeaderValue::new(name, value.to_owned()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::ids::MailId;

    pub fn letter() -> Letter {
        Letter {
            id: MailId(7),
            to: "ann@x.example".into(),
            subject: "Grüße".into(),
            text: "Öffnen: https://x.example/reset/abc".into(),
            html: "<p>Öffnen</p>".into(),
            created_at: "2026-11-22T04:36:17Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_letter_has_both_parts_and_says_that_nobody_answers() {
        let from = sender_address("Millrace <no-reply@net.example>").unwrap();
        let text = String::from_utf8(message(&from, &letter()).unwrap().formatted()).unwrap();
        for part in [
            "From: Millrace <no-reply@net.example>",
            "To: ann@x.example",
            "Message-ID: <mail_",
            "Date: Sun, 22 Nov 2026 04:36:17 +0000",
            "Auto-Submitted: auto-generated",
            "multipart/alternative",
            "text/plain",
            "text/html",
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(!text.contains("Grüße"), "headers are ASCII");
    }

    #[test]
    fn addresses_that_cannot_be_sent_to_are_refused_for_good() {
        let from = sender_address("no-reply@net.example").unwrap();
        for to in ["nobody", "a@b\r\nBcc: c@d.example", ""] {
            let refused = message(&from, &Letter { to: to.into(), ..letter() });
            assert!(matches!(refused, Err(SendError::Refused(_))), "{to:?}");
        }
        assert!(sender_address("nobody").is_err());
    }
}

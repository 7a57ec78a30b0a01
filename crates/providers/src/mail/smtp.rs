//! Letters through a mail server.

use super::message;
use async_trait::async_trait;
use engine::mail::{Letter, SendError, Sender};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor, message::Mailbox, transport::smtp,
    transport::smtp::PoolConfig,
};
use std::time::Duration;

/// Between two commands of a conversation with the server.
const PATIENCE: Duration = Duration::from_secs(15);

/// Conversations at once.
const AT_ONCE: u32 = 4;

/// Hands letters to one server. Keeps a few connections.
#[derive(Clone)]
pub struct SmtpSender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpSender {
    /// `url` is `smtps://user:password@host` (TLS from the start, port 465), `smtp://user:password@host?tls=required`
    /// (STARTTLS, port 587) or `smtp://host:25` (in the clear). Connects when the first letter comes.
    ///
    /// # Errors
    /// A sentence for whoever wrote the address; it does not repeat it, because it holds a password.
    pub fn new(url: &str, from: Mailbox) -> Result<Self, String> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| "is no address such as smtps://user:password@host or smtp://host:25".to_owned())?
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(AT_ONCE))
            .build();
        Ok(Self { transport, from })
    }

    /// Whether the server answers and takes the password.
    ///
    /// # Errors
    /// What it said instead.
    pub async fn ping(&self) -> Result<(), String> {
        match tokio::time::timeout(PATIENCE, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the server ended the conversation".into()),
            Ok(Err(e)) => Err(with_causes(&e)),
            Err(_) => Err(format!("no answer within {} seconds", PATIENCE.as_secs())),
        }
    }
}

impl std::fmt::Debug for SmtpSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpSender").field("from", &self.from).finish_non_exhaustive()
    }
}

/// The error and what is behind it, in one line.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = inner.source();
    }
    text
}

fn sorted(error: &smtp::Error) -> SendError {
    let text = with_causes(error);
    // 5xx at the letter itself is for good; at signing in it is our settings, which somebody will put right.
    let settings = error.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538));
    if error.is_permanent() && !settings { SendError::Refused(text) } else { SendError::Failed(text) }
}

#[async_trait]
impl Sender for SmtpSender {
    fn via(&self) -> &'static str {
        "smtp"
    }

    fn stays_here(&self) -> bool {
        false
    }

    async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        let message = message(&self.from, letter)?;
        self.transport.send(message).await.map(|_| ()).map_err(|e| sorted(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sender_address, *};
    use crate::mail::tests::letter;
    use tokio::{
        io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
        net::TcpListener,
    };

    /// A mail server that answers each command by its first word, and returns what it was told.
    async fn server(rcpt: &'static str) -> (String, tokio::task::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            write.write_all(b"220 here\r\n").await.unwrap();
            let (mut told, mut in_data) = (Vec::new(), false);
            while let Ok(Some(line)) = lines.next_line().await {
                let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
                let answer = match (in_data, line.as_str(), word.as_str()) {
                    (true, ".", _) => {
                        in_data = false;
                        "250 taken"
                    }
                    (true, ..) => "",
                    (_, _, "DATA") => {
                        in_data = true;
                        "354 go on"
                    }
                    (_, _, "RCPT") => rcpt,
                    (_, _, "QUIT") => "221 bye",
                    _ => "250 ok",
                };
                told.push(line);
                if !answer.is_empty() && write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                    break;
                }
                if answer.starts_with("221") || told.last().is_some_and(|l| l == ".") {
                    break;
                }
            }
            told
        });
        (url, task)
    }

    fn sender(url: &str) -> SmtpSender {
        SmtpSender::new(url, sender_address("Net <no-reply@net.example>").unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_letter_arrives() {
        let (url, task) = server("250 ok").await;
        sender(&url).send(&letter()).await.unwrap();
        let told = task.await.unwrap();
        assert!(told.iter().any(|l| l.starts_with("MAIL FROM:<no-reply@net.example>")), "{told:?}");
        assert!(told.iter().any(|l| l.starts_with("RCPT TO:<ann@x.example>")), "{told:?}");
        assert!(told.iter().any(|l| l == "From: Net <no-reply@net.example>"), "{told:?}");
    }

    #[tokio::test]
    async fn an_unknown_person_is_for_good_and_a_full_box_is_not() {
        let (url, _task) = server("550 no such person").await;
        let refused = sender(&url).send(&letter()).await;
        assert!(
            matches!(&refused, Err(SendError::Refused(why)) if why.contains("no such person")),
            "{refused:?}"
        );
        let (url, _task) = server("452 full").await;
        assert!(matches!(sender(&url).send(&letter()).await, Err(SendError::Failed(_))));
        let away = sender("smtp://127.0.0.1:1").send(&letter()).await;
        assert!(matches!(away, Err(SendError::Failed(_))), "{away:?}");
        assert!(sender("smtp://127.0.0.1:1").ping().await.is_err());
    }

    #[test]
    fn an_address_that_makes_no_sense_does_not_give_its_password_away() {
        let from = sender_address("a@net.example").unwrap();
        let wrong = SmtpSender::new("http://me:secret@host", from).unwrap_err();
        assert!(!wrong.contains("secret"), "{wrong}");
    }
}

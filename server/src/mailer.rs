//! Letters: which transport takes them, and the loop that sends what is queued.

use crate::{
    clock,
    config::{Config, MailTransport},
};
use anyhow::anyhow;
use engine::mail::{Sender, send_due};
use providers::mail::{FileSender, SmtpSender, sender_address};
use std::{path::PathBuf, sync::Arc, time::Duration};
use store::Db;
use tokio_util::sync::CancellationToken;

/// How often the queue is looked at: the longest a letter waits for a transport that is idle.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// While the database is away.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Where letters become files.
#[must_use]
pub fn folder(config: &Config) -> PathBuf {
    config.home.join("mail")
}

/// The transport of the settings.
///
/// # Errors
/// The key of the setting that makes no sense, and why.
pub fn sender(config: &Config) -> anyhow::Result<Arc<dyn Sender>> {
    let from = sender_address(&config.mail.from).map_err(|e| anyhow!("mail.from: {e}"))?;
    Ok(match config.mail.transport {
        MailTransport::File => Arc::new(FileSender::new(folder(config), from)),
        MailTransport::Smtp => Arc::new(smtp(config)?),
    })
}

/// The mail server of the settings.
///
/// # Errors
/// As [`sender`].
pub fn smtp(config: &Config) -> anyhow::Result<SmtpSender> {
    let from = sender_address(&config.mail.from).map_err(|e| anyhow!("mail.from: {e}"))?;
    SmtpSender::new(config.mail.smtp_url.expose(), from).map_err(|e| anyhow!("mail.smtp_url {e}"))
}

/// Sends what is queued, for ever.
pub async fn run(config: Config, db: Db, stop: CancellationToken) {
    let sender = match sender(&config) {
        Ok(sender) => sender,
        Err(error) => {
            // The settings were checked at the start; letters stay queued until they are put right.
            tracing::error!(%error, "no letters are sent");
            return;
        }
    };
    let mut told = false;
    while !stop.is_cancelled() {
        let pause = match send_due(&db, sender.as_ref(), clock::now).await {
            // A full round: there may be more.
            Ok(count) if count >= 8 => Duration::ZERO,
            Ok(_) => {
                told = false;
                LOOK_EVERY
            }
            Err(error) => {
                if !told {
                    tracing::warn!(%error, "letters wait for the database");
                    told = true;
                }
                LOOK_AGAIN
            }
        };
        // A round that was begun ends by itself; only the pause is cut short.
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

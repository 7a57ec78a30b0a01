//! The two ways to end: the first signal asks softly, the second one means it.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Cancelled by signals.
#[derive(Clone, Default)]
pub struct Shutdown {
    /// Stop accepting, finish what was begun.
    pub soft: CancellationToken,
    /// Do not wait for anything.
    pub hard: CancellationToken,
}

impl Shutdown {
    /// Starts to listen for SIGINT, SIGTERM and SIGHUP.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn on_signals() -> std::io::Result<Self> {
        let shutdown = Self::default();
        let mut signals =
            [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal).into_iter();
        let (Some(interrupt), Some(terminate), Some(hangup)) =
            (signals.next(), signals.next(), signals.next())
        else {
            return Ok(shutdown);
        };
        let (mut interrupt, mut terminate, mut hangup) = (interrupt?, terminate?, hangup?);
        let told = shutdown.clone();
        tokio::spawn(async move {
            for count in 1.. {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                    _ = hangup.recv() => {}
                }
                match count {
                    1 => {
                        tracing::info!("stopping; a second signal stops at once");
                        told.soft.cancel();
                    }
                    2 => {
                        told.soft.cancel();
                        told.hard.cancel();
                    }
                    _ => std::process::exit(130),
                }
            }
        });
        Ok(shutdown)
    }
}

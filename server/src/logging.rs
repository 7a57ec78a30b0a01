//! Logs: text for people, JSON for machines, always to standard error.

use crate::config::{Log, LogFormat};
use anyhow::Context as _;
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Parts that say too much at `info`, or what we say ourselves.
const QUIETER: &[&str] = &["sqlx=warn", "tower_sessions=off", "tower_sessions_core=off", "apalis_core=warn"];

/// Starts logging.
///
/// # Errors
/// A level nobody understands.
pub fn init(log: &Log) -> anyhow::Result<()> {
    let wanted = match std::env::var("RUST_LOG") {
        Ok(wanted) if !wanted.is_empty() => wanted,
        _ => std::iter::once(log.level.as_str()).chain(QUIETER.iter().copied()).collect::<Vec<_>>().join(","),
    };
    let filter =
        EnvFilter::try_new(&wanted).with_context(|| format!("log.level: cannot make sense of {wanted:?}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.format {
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).init(),
        LogFormat::Text => {
            builder.compact().with_target(false).with_ansi(std::io::stderr().is_terminal()).init()
        }
    }
    Ok(())
}

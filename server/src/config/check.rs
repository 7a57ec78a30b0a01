//! Settings checked against each other and against this machine.

use super::{Config, MailTransport};
use crate::{mailer, secret_key};

/// What is wrong with the settings: the first list makes a start impossible, the second is worth a warning.
#[derive(Default)]
pub struct Findings {
    pub errors: Vec<String>,
    pub warnings: Vec<String>,
}

/// Looks at the settings as a whole and says what would go wrong.
#[must_use]
pub fn check(config: &Config) -> Findings {
    let mut found = Findings::default();
    let mut error = |text: String| found.errors.push(text);
    if config.node > 1023 {
        error(format!("node: {} is over 1023", config.node));
    }
    for (key, url) in
        [("console.public_url", &config.console.public_url), ("edge.public_url", &config.edge.public_url)]
    {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if rest.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', ' '])) {
            error(format!("{key}: {url:?} has to be http:// or https:// and a host, without a path"));
        }
    }
    let listeners = [
        ("console.listen", config.console.listen),
        ("edge.listen", config.edge.listen),
        ("ops.listen", config.ops.listen),
    ];
    for (i, (key, address)) in listeners.iter().enumerate() {
        if address.port() == 0 {
            error(format!("{key}: nobody would know which port 0 became"));
        }
        for (other, theirs) in &listeners[..i] {
            let overlap =
                address.ip() == theirs.ip() || address.ip().is_unspecified() || theirs.ip().is_unspecified();
            if overlap && address.port() == theirs.port() {
                error(format!("{key}: {address} is taken by {other}"));
            }
        }
    }
    if !(1..=1024).contains(&config.spool.segment_mb) {
        error(format!("spool.segment_mb: {} is not between 1 and 1024", config.spool.segment_mb));
    }
    if config.edge_loops() > tracker::MAX_LOOPS {
        error(format!("edge.loops: {} is over {}", config.edge_loops(), tracker::MAX_LOOPS));
    }
    if config.database.max_connections < 6 {
        error(format!(
            "database.max_connections: {} is below 6, the least the workers need",
            config.database.max_connections
        ));
    }
    if config.console.body_limit_kb == 0 {
        error("console.body_limit_kb: with 0 no form could be sent".into());
    }
    if config.console.session_idle_minutes < 1 {
        error("console.session_idle_minutes: has to be at least 1".into());
    }
    let key = config.console.secret_key.expose();
    if let (false, Err(why)) = (key.is_empty(), secret_key::parse(key)) {
        error(format!("console.secret_key: {why}"));
    }
    for (key, count) in [
        ("requests_per_minute", config.api.requests_per_minute),
        ("failures_per_minute", config.api.failures_per_minute),
    ] {
        if !(1..=1_000_000).contains(&count) {
            error(format!("api.{key}: {count} is not between 1 and 1000000"));
        }
    }
    if config.retention.click_days < 8 {
        error(
            "retention.click_days: has to be at least 8, or conversions would not find their clicks".into(),
        );
    }
    let database = config.database.url.expose();
    if !database.is_empty() && !database.starts_with("postgres://") && !database.starts_with("postgresql://")
    {
        error("database.url: has to begin with postgres://".into());
    }
    let redis = config.redis.url.expose();
    if !redis.is_empty()
        && !["redis://", "rediss://", "redis+unix://", "unix://"].iter().any(|s| redis.starts_with(s))
    {
        error("redis.url: has to begin with redis:// or rediss://".into());
    }
    if let Err(why) = mailer::sender(config) {
        error(why.to_string());
    }
    warnings(config, &mut found.warnings);
    found
}

fn warnings(config: &Config, warnings: &mut Vec<String>) {
    if !config.console.listen.ip().is_loopback() && !config.is_https() {
        warnings.push(
            "console.listen is open to other machines and console.public_url is not https: passwords and session \
             cookies would travel in the clear"
                .into(),
        );
    }
    if !config.ops.listen.ip().is_loopback() {
        warnings.push("ops.listen is open to other machines: metrics say a lot about a business".into());
    }
    if config.edge.trusted_proxies.iter().any(|net| net.prefix_len() == 0) {
        warnings.push(
            "edge.trusted_proxies believes everybody: visitors can then choose their own address".into(),
        );
    }
    if config.mail.transport == MailTransport::File && config.is_https() {
        warnings.push(
            "mail.transport is \"file\": nobody gets a letter, and their links can be read in the console"
                .into(),
        );
    }
    if config.mail.transport == MailTransport::Smtp && config.mail.from.contains("@localhost") {
        warnings.push("mail.from is an address of localhost: mail servers refuse it".into());
    }
    if config.retention.click_days < 30 {
        warnings.push("retention.click_days is below 30, the usual attribution window".into());
    }
}

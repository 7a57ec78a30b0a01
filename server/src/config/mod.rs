//! The settings of this process. `default.toml` beside this file is the manual.

mod check;
mod secret;

pub use check::check;
pub use secret::{SecretText, SecretUrl};

use anyhow::{Context as _, bail};
use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
};
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The built-in settings, with an explanation of each.
pub const DEFAULT: &str = include_str!("default.toml");

/// The file that is read when none is named and it is there.
const FILE: &str = "millrace.toml";

// No `Debug` on any of these: two of them hold passwords.

/// All settings.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub home: PathBuf,
    pub node: u16,
    pub console: Console,
    pub api: Api,
    pub edge: Edge,
    pub ops: Ops,
    pub spool: Spool,
    pub database: Database,
    pub redis: Redis,
    pub log: Log,
    pub retention: Retention,
    pub mail: Mail,
    pub site: Site,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Console {
    pub listen: SocketAddr,
    pub public_url: String,
    pub body_limit_kb: usize,
    pub session_idle_minutes: i64,
    pub secret_key: SecretText,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    pub requests_per_minute: u32,
    pub failures_per_minute: u32,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    pub listen: SocketAddr,
    pub public_url: String,
    pub loops: usize,
    #[serde(deserialize_with = "one_or_many", serialize_with = "as_texts")]
    pub trusted_proxies: Vec<IpNet>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ops {
    pub listen: SocketAddr,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spool {
    pub dir: PathBuf,
    pub segment_mb: u64,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: SecretUrl,
    pub max_connections: u32,
    pub migrate: bool,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    pub url: SecretUrl,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub level: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    pub click_days: u32,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub transport: MailTransport,
    pub smtp_url: SecretUrl,
    pub from: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    File,
    Smtp,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub root: PathBuf,
}

/// Reads all settings; `file` is the one named on the command line.
///
/// # Errors
/// A file that cannot be read, an unknown key, a value of the wrong kind.
pub fn load(file: Option<&Path>) -> anyhow::Result<Config> {
    let named = file.map(Path::to_owned).or_else(|| non_empty_env("MILLRACE_CONFIG").map(PathBuf::from));
    let path = match named {
        Some(path) if !path.is_file() => bail!("there is no settings file {}", path.display()),
        Some(path) => Some(path),
        None => Some(PathBuf::from(FILE)).filter(|p| p.is_file()),
    };
    let mut figment = Figment::from(Toml::string(DEFAULT));
    if let Some(path) = &path {
        figment = figment.merge(Toml::file_exact(path));
    }
    for (variable, key) in [
        ("DATABASE_URL", "database.url"),
        ("REDIS_URL", "redis.url"),
        ("MILLRACE_HOME", "home"),
        ("MILLRACE_SITE", "site.root"),
    ] {
        if let Some(value) = non_empty_env(variable) {
            figment = figment.merge(Serialized::default(key, value));
        }
    }
    figment = figment.merge(Env::prefixed("MILLRACE__").split("__"));
    let mut config: Config = figment.extract().map_err(readable).context("the settings cannot be used")?;
    config.home = absolute(&config.home)?;
    if config.spool.dir.as_os_str().is_empty() {
        config.spool.dir = config.home.join("spool");
    }
    if config.console.public_url.is_empty() {
        config.console.public_url = format!("http://{}", reachable(config.console.listen));
    }
    if config.edge.public_url.is_empty() {
        config.edge.public_url = format!("http://{}", reachable(config.edge.listen));
    }
    for url in [&mut config.console.public_url, &mut config.edge.public_url] {
        url.truncate(url.trim_end_matches('/').len());
    }
    if config.site.root.as_os_str().is_empty() {
        config.site.root = find_site();
    }
    Ok(config)
}

impl Config {
    /// The last known links, for a start while the database is down.
    #[must_use]
    pub fn snapshot_path(&self) -> PathBuf {
        self.home.join("snapshot.bin")
    }

    /// Accept loops of the edge listener.
    #[must_use]
    pub fn edge_loops(&self) -> usize {
        match self.edge.loops {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n => n,
        }
    }

    /// Whether people reach the console over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.console.public_url.starts_with("https://")
    }
}

fn non_empty_env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("cannot make sense of the path {}", path.display()))
}

/// An address that a browser on this machine can use, for one that may mean "every interface".
fn reachable(listen: SocketAddr) -> String {
    if listen.ip().is_unspecified() { format!("localhost:{}", listen.port()) } else { listen.to_string() }
}

fn find_site() -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("site")));
    let here = std::path::absolute("site").unwrap_or_else(|_| "site".into());
    beside.filter(|dir| dir.is_dir()).unwrap_or(here)
}

/// Several problems may hide in one error; each gets its line, with the key and where the value came from.
fn readable(error: figment::Error) -> anyhow::Error {
    let lines: Vec<String> = error
        .into_iter()
        .map(|e| {
            let place = e.metadata.as_ref().map(|m| m.name.to_string()).unwrap_or_default();
            let key = e.path.join(".");
            match (key.is_empty(), place.is_empty()) {
                (true, _) => e.kind.to_string(),
                (false, true) => format!("{key}: {}", e.kind),
                (false, false) => format!("{key}: {} (from {place})", e.kind),
            }
        })
        .collect();
    anyhow::anyhow!(lines.join("\n"))
}

/// A list, or a text with commas as environment variables have it.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Many(Vec<String>),
        One(String),
    }
    let words = match Given::deserialize(deserializer)? {
        Given::Many(words) => words,
        Given::One(text) => text.split(',').map(str::to_owned).collect(),
    };
    words
        .iter()
        .map(|word| word.trim())
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.parse::<IpNet>()
                .or_else(|_| word.parse().map(|ip: std::net::IpAddr| IpNet::from(ip)))
                .map_err(|_| serde::de::Error::custom(format!("{word:?} is no network such as 10.0.0.0/8")))
        })
        .collect()
}

fn as_texts<S: Serializer>(nets: &[IpNet], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(nets.iter().map(ToString::to_string))
}

//! `millrace doctor`: one line a check, and the fix where one is needed. It starts and changes nothing.

use crate::{
    commands::print,
    config::{self, Config, MailTransport},
    embedded, mailer,
};
use std::{fs, net::TcpListener, path::Path, process::ExitCode};
use store::{Db, DbOptions, streams::Streams};

/// The least free space that is no reason to worry, besides what the event log takes at once.
const SPARE_DISK: u64 = 2 << 30;

/// Enough files and connections at once for a busy edge.
const FILES: u64 = 8192;

/// What a check found.
struct Finding {
    name: &'static str,
    state: State,
    text: String,
    fix: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    Warning,
    Bad,
}

fn good(name: &'static str, text: impl Into<String>) -> Finding {
    Finding { name, state: State::Good, text: text.into(), fix: String::new() }
}

fn warning(name: &'static str, text: impl Into<String>, fix: impl Into<String>) -> Finding {
    Finding { name, state: State::Warning, text: text.into(), fix: fix.into() }
}

fn bad(name: &'static str, text: impl Into<String>, fix: impl Into<String>) -> Finding {
    Finding { name, state: State::Bad, text: text.into(), fix: fix.into() }
}

/// Prints the findings. Exit code 1 where something has to be fixed.
///
/// # Errors
/// Nothing can be printed.
pub fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let running = embedded::running(&config.home);
    let mut findings = vec![good("millrace", format!("version {}", env!("CARGO_PKG_VERSION")))];
    findings.extend(settings(config));
    findings.push(match &running {
        Some(state) if state.serving => good("server", format!("runs as process {}", state.owner)),
        _ => good("server", "does not run with this home folder"),
    });
    findings.extend(runtime.block_on(postgres(config, running.as_ref())));
    findings.push(runtime.block_on(redis(config, running.as_ref())));
    findings.push(runtime.block_on(mail(config)));
    findings.push(disk(config));
    findings.push(site(config));
    findings.push(files());
    if running.is_none() {
        findings.extend(listeners(config));
    }
    let mut text = String::new();
    for finding in &findings {
        let mark = match finding.state {
            State::Good => "ok  ",
            State::Warning => "warn",
            State::Bad => "FAIL",
        };
        text.push_str(&format!("{mark}  {:<10} {}", finding.name, finding.text));
        if !finding.fix.is_empty() {
            text.push_str(&format!(" -> {}", finding.fix));
        }
        text.push('\n');
    }
    print(&text)?;
    let failed = findings.iter().any(|finding| finding.state == State::Bad);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn settings(config: &Config) -> Vec<Finding> {
    let found = config::check(config);
    let mut findings: Vec<Finding> = found
        .errors
        .iter()
        .map(|text| bad("settings", text, "change it; millrace config default explains every key"))
        .collect();
    findings.extend(found.warnings.iter().map(|text| warning("settings", text, "")));
    if findings.is_empty() {
        findings.push(good("settings", format!("fit together; home is {}", config.home.display())));
    }
    findings
}

async fn postgres(config: &Config, running: Option<&embedded::State>) -> Vec<Finding> {
    let private = config.database.url.is_empty();
    let url = if private {
        match running.and_then(|state| state.database_url.clone()) {
            Some(url) => url,
            None => return vec![postgres_programs()],
        }
    } else {
        config.database.url.expose().to_owned()
    };
    let fix = if private {
        "see services/pg/log in the home folder"
    } else {
        "check database.url and that it runs"
    };
    let options =
        DbOptions { max_connections: 1, application_name: "millrace doctor".into(), ..DbOptions::default() };
    let db = match Db::connect(&url, options).await {
        Ok(db) => db,
        // The application role comes with the first migration.
        Err(error) if error.to_string().contains("millrace_app") => {
            return vec![bad("postgres", "has no schema", "run millrace migrate")];
        }
        Err(error) => return vec![bad("postgres", format!("does not answer: {error}"), fix)],
    };
    let version = match db.ping().await {
        Ok(version) => version,
        Err(error) => return vec![bad("postgres", format!("does not answer: {error}"), fix)],
    };
    let major: u32 = version.split(['.', ' ']).next().and_then(|word| word.parse().ok()).unwrap_or_default();
    let first = if major >= 15 {
        good("postgres", format!("version {version}{}", if private { ", private" } else { "" }))
    } else {
        bad("postgres", format!("version {version}"), "use version 15 or later")
    };
    let second = match store::config::config_version(&db).await {
        Ok(version) => good("schema", format!("is there; configuration version {version}")),
        Err(error) => bad("schema", format!("cannot be read: {error}"), "run millrace migrate"),
    };
    vec![first, second]
}

fn postgres_programs() -> Finding {
    match embedded::find_postgres(None) {
        Some(programs) => good(
            "postgres",
            format!("private, not running; version {} in {}", programs.version, programs.dir.display()),
        ),
        None => bad("postgres", "is not on this machine", "apt-get install postgresql, or set DATABASE_URL"),
    }
}

async fn redis(config: &Config, running: Option<&embedded::State>) -> Finding {
    let private = config.redis.url.is_empty();
    let url = match running.and_then(|state| state.redis_url.clone()) {
        Some(url) if private => url,
        None if private => {
            return match embedded::find_program("redis-server")
                .or_else(|| embedded::find_program("valkey-server"))
            {
                Some(program) => good("redis", format!("private, not running; {}", program.display())),
                None => {
                    bad("redis", "is not on this machine", "apt-get install redis-server, or set REDIS_URL")
                }
            };
        }
        _ => config.redis.url.expose().to_owned(),
    };
    let fix = if private {
        "see services/redis/log in the home folder"
    } else {
        "check redis.url and that it runs"
    };
    let answer = match Streams::connect(&url) {
        Ok(streams) => streams.ping().await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(()) => good("redis", if private { "answers, private" } else { "answers" }),
        Err(error) => bad("redis", format!("does not answer: {error}"), fix),
    }
}

async fn mail(config: &Config) -> Finding {
    if config.mail.transport == MailTransport::File {
        let folder = mailer::folder(config);
        return good("mail", format!("letters become files in {}", folder.display()));
    }
    let server = match mailer::smtp(config) {
        Ok(server) => server,
        Err(error) => return bad("mail", error.to_string(), "correct it"),
    };
    match server.ping().await {
        Ok(()) => good("mail", format!("{} answers", config.mail.smtp_url.masked())),
        Err(error) => bad(
            "mail",
            format!("the mail server does not take letters: {error}"),
            "check mail.smtp_url; letters stay queued meanwhile",
        ),
    }
}

fn disk(config: &Config) -> Finding {
    let folder = config.spool.dir.as_path();
    let Some(there) = folder.ancestors().find(|dir| dir.is_dir()) else {
        return bad("disk", format!("{} is nowhere", folder.display()), "change home or spool.dir");
    };
    let shards = config.edge_loops() as u64 + 2;
    let wanted = shards * 3 * (config.spool.segment_mb << 20) + SPARE_DISK;
    match rustix::fs::statvfs(there) {
        Ok(stat) => {
            let free = stat.f_bavail * stat.f_frsize;
            let text = format!("{} free at {}", gib(free), there.display());
            if free < wanted {
                warning("disk", text, format!("free at least {}, or lower spool.segment_mb", gib(wanted)))
            } else {
                good("disk", text)
            }
        }
        Err(error) => bad("disk", format!("{}: {error}", there.display()), "change home or spool.dir"),
    }
}

fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / (1_u64 << 30) as f64)
}

fn site(config: &Config) -> Finding {
    let root: &Path = &config.site.root;
    let fixed = ["pkg/millrace.wasm", "pkg/millrace.js", "pkg/millrace.css", "fonts/inter.woff2"];
    // The pieces of the browser's code: their names change with every build, which writes them down.
    let listed = fs::read_to_string(root.join("pkg/pieces.txt")).unwrap_or_default();
    let pieces =
        listed.split_whitespace().filter(|word| word.contains('.')).map(|file| format!("pkg/{file}"));
    let missing: Vec<String> = fixed
        .map(str::to_owned)
        .into_iter()
        .chain(pieces)
        .filter(|file| !root.join(file).is_file())
        .collect();
    if missing.is_empty() {
        good("site", format!("stylesheet, font and browser code are in {}", root.display()))
    } else {
        bad(
            "site",
            format!("{} lacks {}", root.display(), missing.join(", ")),
            "run make build in the source, or set site.root",
        )
    }
}

fn files() -> Finding {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX);
    if limit >= FILES {
        good("files", format!("{limit} open files allowed"))
    } else {
        warning(
            "files",
            format!("only {limit} open files allowed"),
            format!("raise it: ulimit -n {FILES}, or LimitNOFILE="),
        )
    }
}

fn listeners(config: &Config) -> Vec<Finding> {
    [
        ("console.listen", config.console.listen),
        ("edge.listen", config.edge.listen),
        ("ops.listen", config.ops.listen),
    ]
    .into_iter()
    .map(|(key, address)| match TcpListener::bind(address) {
        Ok(_) => good("listen", format!("{key} {address} is free")),
        Err(error) => {
            bad("listen", format!("{key} {address}: {error}"), format!("stop what uses it, or change {key}"))
        }
    })
    .collect()
}

//! The short commands, and the way from the command line to each.

mod api_key;
mod node;
mod user;

use crate::{
    api,
    backing::Backing,
    bench_serve,
    cli::{self, Cli, Command},
    config, doctor,
    embedded::Purpose,
    logging, schema, seed, serve,
    shutdown::Shutdown,
};
use anyhow::{Context as _, bail};
use engine::EngineError;
use std::{
    future::Future,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};
use store::{Db, DbOptions};

/// Runs the command.
///
/// # Errors
/// Whatever it could not do; the caller prints it.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    if let Command::Config(cli::ShowConfig::Default) = cli.command {
        print(config::DEFAULT)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Openapi = cli.command {
        print(&(api::resources::description().to_pretty_json()? + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut config = config::load(cli.config.as_deref())?;
    if let Command::Config(_) = cli.command {
        print(&toml::to_string(&config)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if !matches!(cli.command, Command::Serve(_) | Command::BenchServe(_)) && config.log.level == "info" {
        // What a short command prints is its answer.
        config.log.level = "warn".into();
    }
    logging::init(&config.log)?;
    if let Command::Doctor = cli.command {
        return doctor::run(&config);
    }
    let findings = config::check(&config);
    for warning in &findings.warnings {
        tracing::warn!("{warning}");
    }
    if !findings.errors.is_empty() {
        bail!("the settings do not fit together:\n{}", findings.errors.join("\n"));
    }
    match cli.command {
        Command::Serve(what) => serve::run(config, &what)?,
        Command::BenchServe(what) => bench_serve::run(&config, &what)?,
        Command::Migrate => with_backing(&config, async |backing| {
            schema::bring_up(backing.database_url.expose()).await?;
            print("the schema is up to date\n")
        })?,
        Command::Seed(what) => with_backing(&config, async |backing| {
            let summary = seed::demo(&config, backing).await?;
            print(&if what.json { summary.json() } else { summary.text() })
        })?,
        Command::User(what) => {
            with_backing(&config, async |backing| user::run(&config, backing, what).await)?;
        }
        Command::ApiKey(cli::ApiKey::Create(what)) => {
            with_backing(&config, async |backing| api_key::create(&config, backing, what).await)?;
        }
        Command::Node(what) => {
            with_backing(&config, async |backing| node::run(&config, backing, what).await)?;
        }
        Command::Spool(what) => return spool_command(&config.spool.dir, what),
        Command::Config(_) | Command::Openapi | Command::Doctor => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// The pool of a short command. Brings the schema up to date first, unless the settings leave that to somebody else.
///
/// # Errors
/// The database does not answer, or a migration fails.
pub async fn connect(config: &config::Config, backing: &Backing) -> anyhow::Result<Db> {
    if config.database.migrate {
        schema::bring_up(backing.database_url.expose()).await?;
    }
    let options =
        DbOptions { max_connections: 4, application_name: "millrace command".into(), ..DbOptions::default() };
    Db::connect(backing.database_url.expose(), options).await.context("cannot connect to the database")
}

/// Prints to standard output; a reader that went away is no error.
///
/// # Errors
/// The disk behind it is full.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// What a use case refused, in the words of the command line; `so` is what did not happen.
fn refused(error: EngineError, so: &str) -> anyhow::Error {
    match error {
        EngineError::Invalid(fields) => {
            let lines: Vec<String> = fields.0.iter().map(|(field, why)| format!("{field}: {why}")).collect();
            anyhow::anyhow!("{so}\n{}", lines.join("\n"))
        }
        EngineError::Conflict(why) => anyhow::anyhow!("{so}\n{why}"),
        error => anyhow::Error::new(error).context(so.to_owned()),
    }
}

/// Runs `what` beside Postgres and Redis. A signal breaks it off, and the private services still end in order.
fn with_backing<F>(config: &config::Config, what: F) -> anyhow::Result<()>
where
    F: AsyncFnOnce(&Backing) -> anyhow::Result<()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let shutdown = Shutdown::on_signals()?;
        let settings = config.clone();
        let backing =
            tokio::task::spawn_blocking(move || Backing::acquire(&settings, Purpose::Command)).await??;
        let done = tokio::select! {
            done = boxed(what(&backing)) => done,
            () = shutdown.soft.cancelled() => Err(anyhow::anyhow!("interrupted")),
        };
        tokio::task::spawn_blocking(move || drop(backing)).await?;
        done
    })
}

fn boxed<'a, T>(future: impl Future<Output = T> + 'a) -> std::pin::Pin<Box<dyn Future<Output = T> + 'a>> {
    Box::pin(future)
}

fn spool_command(dir: &Path, what: cli::Spool) -> anyhow::Result<ExitCode> {
    match what {
        cli::Spool::Verify(given) => {
            let mut clean = true;
            for (number, shard) in shards(given.dir.as_deref().unwrap_or(dir))? {
                let report = spool::verify(&shard)?;
                clean &= report.is_clean();
                let state = if report.is_clean() { "ok" } else { "damaged" };
                print(&format!(
                    "shard {number}: {state}, {} records in {} segments, sequence {} to {}, released {}, torn bytes {}\n",
                    report.records,
                    report.segments,
                    report.first_seq,
                    report.last_seq,
                    report.released,
                    report.torn_bytes
                ))?;
                for damage in &report.damaged {
                    print(&format!(
                        "  segment {} at byte {}: {} bytes\n",
                        damage.segment, damage.offset, damage.len
                    ))?;
                }
            }
            Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        cli::Spool::Dump { dir: given, shard: wanted, after, limit } => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            for (number, shard) in shards(given.dir.as_deref().unwrap_or(dir))? {
                if wanted.is_some_and(|wanted| wanted != number) {
                    continue;
                }
                let (mut left, mut failed) = (limit, false);
                spool::dump(&shard, after, &mut |record| {
                    if left == 0 {
                        return false;
                    }
                    left -= 1;
                    failed = writeln!(out, "{}", describe(number, &record)).is_err();
                    !failed
                })?;
                if failed {
                    break;
                }
            }
            let _ = out.flush();
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The folders `shard-<number>` below `dir`, by number.
fn shards(dir: &Path) -> anyhow::Result<Vec<(u8, PathBuf)>> {
    let entries = std::fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let mut found: Vec<(u8, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.strip_prefix("shard-")?.parse().ok()?;
            Some((number, entry.path()))
        })
        .collect();
    found.sort();
    if found.is_empty() {
        bail!("there are no shards in {}", dir.display());
    }
    Ok(found)
}

/// A record as JSON, with its event where it is one we know.
fn describe(shard: u8, record: &spool::Record<'_>) -> String {
    use domain::event::Event;
    let event = match Event::decode(record.kind, record.ver, record.payload) {
        Ok(Event::Click(click)) => serde_json::to_value(&*click),
        Ok(Event::Impression(impression)) => serde_json::to_value(&impression),
        Ok(Event::Conversion(conversion)) => serde_json::to_value(&*conversion),
        Err(error) => {
            Ok(serde_json::json!({ "undecodable": error.to_string(), "bytes": record.payload.len() }))
        }
    };
    serde_json::json!({
        "shard": shard,
        "seq": record.seq,
        "ts_us": record.ts_us,
        "kind": record.kind,
        "event": event.unwrap_or(serde_json::Value::Null),
    })
    .to_string()
}

//! The private Postgres.

use super::{
    place::Place,
    process::{self, Process},
};
use anyhow::{Context as _, bail};
use rustix::process::Signal;
use std::{
    fs,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// The oldest version that has what the migrations use.
const OLDEST: u32 = 15;

/// How long the start may take: after a crash it reads its log of changes first.
const PATIENCE: Duration = Duration::from_secs(60);

/// "Fast": break off what runs, write everything down. Then "immediate": no writing down. Then the axe.
const STOP: &[(Signal, Duration)] = &[
    (Signal::INT, Duration::from_secs(15)),
    (Signal::QUIT, Duration::from_secs(5)),
    (Signal::KILL, Duration::from_secs(5)),
];

/// Made for a small machine and a few dozen connections.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=60",
    "shared_buffers=64MB",
    "work_mem=4MB",
    "maintenance_work_mem=64MB",
    "effective_cache_size=256MB",
    "max_wal_size=512MB",
    "min_wal_size=64MB",
    "wal_compression=on",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum_max_workers=2",
    "max_worker_processes=4",
    "max_parallel_workers=2",
    "max_logical_replication_workers=0",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=warning",
    "logging_collector=off",
];

/// The folder with `initdb` and `postgres`, and their major version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    pub dir: PathBuf,
    pub version: u32,
}

/// A running Postgres.
pub struct Postgres {
    process: Process,
    place: Place,
    programs: Programs,
    /// As the owner of the database, who is also its superuser.
    pub url: String,
}

/// The newest Postgres on this machine, or the one of a given version.
#[must_use]
pub fn find_programs(version: Option<u32>) -> Option<Programs> {
    let mut dirs: Vec<PathBuf> = ["/usr/lib/postgresql", "/usr/lib64/postgresql", "/opt/postgresql"]
        .iter()
        .filter_map(|dir| fs::read_dir(dir).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path().join("bin")))
        .collect();
    dirs.extend(
        process::find_program("initdb").and_then(|file| Some(fs::canonicalize(file).ok()?.parent()?.into())),
    );
    dirs.into_iter()
        .filter(|dir| dir.join("initdb").is_file() && dir.join("postgres").is_file())
        .filter_map(|dir| Some(Programs { version: version_of(&dir)?, dir }))
        .filter(|found| version.map_or(found.version >= OLDEST, |wanted| found.version == wanted))
        .max_by_key(|found| found.version)
}

/// `postgres (PostgreSQL) 15.14 (Debian …)` → 15.
fn version_of(dir: &Path) -> Option<u32> {
    let output = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = text.split_whitespace().nth(2)?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

impl Postgres {
    /// Adopts the one that runs, or makes the database if there is none and starts it. Blocks until it answers.
    ///
    /// # Errors
    /// No programs of the right version, or it does not come up.
    pub fn start(place: &Place) -> anyhow::Result<Self> {
        let data = place.postgres.join("data");
        let made_by =
            fs::read_to_string(data.join("PG_VERSION")).ok().and_then(|text| text.trim().parse().ok());
        let programs = find_programs(made_by).with_context(|| match made_by {
            Some(version) => format!(
                "{} was made by PostgreSQL {version}, which is not on this machine; install it \
                 (apt-get install postgresql-{version}) or set DATABASE_URL",
                data.display()
            ),
            None => format!(
                "PostgreSQL {OLDEST} or later is not on this machine; install it (apt-get install postgresql) or set \
                 DATABASE_URL"
            ),
        })?;
        if made_by.is_none() {
            create(place, &programs, &data)?;
        }
        let url = format!("postgres://owner@localhost/millrace?host={}", percent_encode(&place.run));
        if let Some(process) = adopt(&data, &place.run) {
            tracing::info!(
                pid = process.pid(),
                "took over the private Postgres that a predecessor left running"
            );
            return Ok(Self { process, place: place.clone(), programs, url });
        }
        let process = launch(place, &programs, &data)?;
        tracing::info!(pid = process.pid(), version = programs.version, "started the private Postgres");
        Ok(Self { process, place: place.clone(), programs, url })
    }

    /// Starts it again after it died.
    ///
    /// # Errors
    /// It does not come up.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.process = launch(&self.place, &self.programs, &self.place.postgres.join("data"))?;
        Ok(())
    }

    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    pub fn is_alive(&mut self) -> bool {
        self.process.is_alive()
    }

    /// Lets it write everything down and end.
    pub fn stop(&mut self) {
        self.process.stop(STOP);
    }
}

/// Makes the data folder with an empty database. It gets its name only when all of it is there.
fn create(place: &Place, programs: &Programs, data: &Path) -> anyhow::Result<()> {
    let new = place.postgres.join("data.new");
    if new.exists() {
        fs::remove_dir_all(&new).with_context(|| format!("cannot remove {}", new.display()))?;
    }
    let mut initdb = Command::new(programs.dir.join("initdb"));
    initdb
        .arg("-D")
        .arg(&new)
        .args(["-U", "owner", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-instructions"])
        .current_dir(&place.postgres);
    process::run(&mut initdb, place.user, None).context("cannot make the private database")?;
    let script = place.postgres.join("create.sql");
    fs::write(&script, "CREATE DATABASE millrace\n")?;
    let mut single = Command::new(programs.dir.join("postgres"));
    single.args(["--single", "-j", "-D"]).arg(&new).arg("postgres").current_dir(&place.postgres);
    process::run(&mut single, place.user, Some(&script)).context("cannot make the private database")?;
    fs::remove_file(&script)?;
    fs::rename(&new, data).context("cannot put the private database in its place")?;
    Ok(())
}

/// A Postgres of this folder that answers at our socket. One that does not is ended, with all its parts: two on one
/// folder would destroy it.
fn adopt(data: &Path, run: &Path) -> Option<Process> {
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let pid = lines.first().and_then(|line| line.trim().parse::<u32>().ok());
    if let Some(pid) = pid
        && process::working_in(data).contains(&pid)
    {
        let ours = lines.get(4).is_some_and(|dir| Path::new(dir.trim()) == run);
        let began = Instant::now();
        while ours && process::is_alive(pid) && began.elapsed() < PATIENCE {
            match status(data, pid) {
                Status::Ready if answers(run) => return Some(Process::adopt(pid)),
                Status::Starting | Status::Ready => std::thread::sleep(Duration::from_millis(50)),
                Status::Stopping | Status::Unknown => break,
            }
        }
        Process::adopt(pid).stop(STOP);
    }
    None
}

/// Makes sure that nobody uses the folder. Backends end by themselves when their postmaster is gone; the one that hangs
/// is helped. Then nothing is left that the lock files could speak of: their number may belong to another program by now, or to
/// one that ended and that nobody waited for, and Postgres would take either for itself.
fn clear(data: &Path, run: &Path) {
    let began = Instant::now();
    loop {
        let left = process::working_in(data);
        if left.is_empty() {
            break;
        }
        if began.elapsed() > Duration::from_secs(2) {
            left.iter().for_each(|pid| process::send(*pid, Signal::KILL));
        }
        if began.elapsed() > Duration::from_secs(10) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    if Path::new("/proc/self/cwd").exists() {
        for file in [data.join("postmaster.pid"), run.join(".s.PGSQL.5432.lock"), run.join(".s.PGSQL.5432")] {
            let _ = fs::remove_file(file);
        }
    }
}

/// Starts the server on a folder that nobody uses and waits until it answers.
fn launch(place: &Place, programs: &Programs, data: &Path) -> anyhow::Result<Process> {
    clear(data, &place.run);
    let log = place.postgres.join("log");
    process::rotate(&log);
    let mut command = Command::new(programs.dir.join("postgres"));
    command.arg("-D").arg(data).arg("-k").arg(&place.run).current_dir(&place.postgres);
    for setting in SETTINGS {
        command.arg("-c").arg(setting);
    }
    let mut process = Process::spawn(&mut command, place.user, &log)?;
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if !process.is_alive() {
            bail!("the private Postgres ended at once; {} says:\n{}", log.display(), process::tail(&log));
        }
        if status(data, process.pid()) == Status::Ready && answers(&place.run) {
            return Ok(process);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    process.stop(STOP);
    bail!(
        "the private Postgres did not answer within a minute; {} says:\n{}",
        log.display(),
        process::tail(&log)
    );
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Starting,
    Ready,
    Stopping,
    Unknown,
}

/// What the postmaster of that process id says about itself in the eighth line of its file.
fn status(data: &Path, pid: u32) -> Status {
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    if lines.first() != Some(&pid.to_string().as_str()) {
        return Status::Starting;
    }
    match lines.get(7) {
        Some(&"ready") => Status::Ready,
        Some(&"starting") | None => Status::Starting,
        Some(&"stopping") => Status::Stopping,
        Some(_) => Status::Unknown,
    }
}

fn answers(run: &Path) -> bool {
    UnixStream::connect(run.join(".s.PGSQL.5432")).is_ok()
}

/// A path as a value in the query of an address.
fn percent_encode(path: &Path) -> String {
    use std::{fmt::Write as _, os::unix::ffi::OsStrExt as _};
    let mut text = String::new();
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(byte) {
            text.push(*byte as char);
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_query_values() {
        assert_eq!(percent_encode(Path::new("/tmp/a b&c/é")), "/tmp/a%20b%26c/%C3%A9");
    }

    #[test]
    fn a_dead_file_says_nothing() {
        assert_eq!(status(Path::new("/nowhere"), 1), Status::Starting);
    }
}

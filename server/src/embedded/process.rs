//! Child processes that may outlive us and may have been started by a predecessor.

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// The user that services run as; none where we are not root and they run as ourselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User {
    pub uid: u32,
    pub gid: u32,
}

/// A process we started, or one that a killed predecessor left.
pub struct Process {
    pid: u32,
    child: Option<Child>,
}

impl Process {
    /// Starts a program with its output in `log`, away from the terminal's signals: it ends when we say so, not on the
    /// Ctrl-C that we handle ourselves.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn spawn(command: &mut Command, user: Option<User>, log: &Path) -> anyhow::Result<Self> {
        let name = Path::new(command.get_program()).display().to_string();
        let out = fs::File::options()
            .create(true)
            .append(true)
            .open(log)
            .with_context(|| format!("cannot write {}", log.display()))?;
        let err = out.try_clone()?;
        command.stdin(Stdio::null()).stdout(out).stderr(err).process_group(0);
        as_user(command, user);
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Self { pid: child.id(), child: Some(child) })
    }

    /// Takes over a process that runs already.
    #[must_use]
    pub fn adopt(pid: u32) -> Self {
        Self { pid, child: None }
    }

    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        match &mut self.child {
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => is_alive(self.pid),
        }
    }

    /// Asks politely, waits, and goes on with the stronger signals if that does not help.
    pub fn stop(&mut self, steps: &[(Signal, Duration)]) {
        for (signal, patience) in steps {
            if !self.is_alive() {
                return;
            }
            send(self.pid, *signal);
            let began = Instant::now();
            while began.elapsed() < *patience {
                if !self.is_alive() {
                    return;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

/// Gives a command the user's rights and nothing of our environment but the search path.
pub fn as_user(command: &mut Command, user: Option<User>) {
    command.env_clear().env("LC_ALL", "C");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
}

/// Runs a program to its end.
///
/// # Errors
/// It cannot be started or fails; the message has what it printed.
pub fn run(command: &mut Command, user: Option<User>, input: Option<&Path>) -> anyhow::Result<()> {
    let name = Path::new(command.get_program()).display().to_string();
    as_user(command, user);
    match input {
        Some(file) => command.stdin(fs::File::open(file)?),
        None => command.stdin(Stdio::null()),
    };
    let output = command.output().with_context(|| format!("cannot start {name}"))?;
    if !output.status.success() {
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        bail!("{name} failed:\n{}", said.trim());
    }
    Ok(())
}

/// Whether a process runs; one that ended and was not waited for does not.
#[must_use]
pub fn is_alive(pid: u32) -> bool {
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with(['Z', 'X']),
        // Without /proc: whether a signal could be sent.
        Err(_) if !Path::new("/proc/self").exists() => to_pid(pid).is_some_and(|pid| {
            !matches!(rustix::process::test_kill_process(pid), Err(rustix::io::Errno::SRCH))
        }),
        Err(_) => false,
    }
}

/// Processes whose working directory is `dir`: what is left of a Postgres.
#[must_use]
pub fn working_in(dir: &Path) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == dir) && is_alive(*pid))
        .collect()
}

/// The command line of a process, with spaces between the arguments.
#[must_use]
pub fn command_line(pid: u32) -> String {
    fs::read(format!("/proc/{pid}/cmdline"))
        .map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', " "))
        .unwrap_or_default()
}

pub fn send(pid: u32, signal: Signal) {
    if let Some(pid) = to_pid(pid) {
        let _ = kill_process(pid, signal);
    }
}

fn to_pid(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

/// A program on the search path or where systems put servers.
#[must_use]
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(
            ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin"]
                .map(PathBuf::from),
        )
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}

/// The last lines of a log, for an error message.
#[must_use]
pub fn tail(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

/// Starts a log anew when it has grown beyond 8 MiB; the one before stays as `.old`.
pub fn rotate(log: &Path) {
    if fs::metadata(log).is_ok_and(|m| m.len() > 8 << 20) {
        let _ = fs::rename(log, log.with_extension("log.old"));
    }
}

//! The private Redis.

use super::{
    place::Place,
    process::{self, Process},
};
use anyhow::{Context as _, bail};
use rustix::process::Signal;
use std::{
    fs,
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// How long the start may take: it reads its append-only file first.
const PATIENCE: Duration = Duration::from_secs(60);

/// On the first, Redis completes its append-only file and ends.
const STOP: &[(Signal, Duration)] =
    &[(Signal::TERM, Duration::from_secs(10)), (Signal::KILL, Duration::from_secs(5))];

/// Everything it is told is in the file within a second; when memory is used up it refuses instead of forgetting.
const SETTINGS: &[&str] = &[
    "--port 0",
    "--unixsocketperm 700",
    "--appendonly yes",
    "--appendfsync everysec",
    "--maxmemory 256mb",
    "--maxmemory-policy noeviction",
    "--auto-aof-rewrite-min-size 32mb",
    "--daemonize no",
    "--databases 1",
    "--loglevel warning",
];

/// A running Redis.
pub struct Redis {
    process: Process,
    place: Place,
    program: PathBuf,
    pub url: String,
}

/// `redis-server`, or the fork of it that some systems ship instead.
#[must_use]
pub fn find() -> Option<PathBuf> {
    ["redis-server", "valkey-server"].iter().find_map(|name| process::find_program(name))
}

impl Redis {
    /// Adopts the one that runs, or starts it. Blocks until it answers.
    ///
    /// # Errors
    /// The program is missing, or it does not come up.
    pub fn start(place: &Place) -> anyhow::Result<Self> {
        let program = find().context(
            "redis-server is not on this machine; install it (apt-get install redis-server) or set REDIS_URL",
        )?;
        let url = format!("redis+unix://{}", place.redis_socket().display());
        if let Some(process) = adopt(place) {
            tracing::info!(
                pid = process.pid(),
                "took over the private Redis that a predecessor left running"
            );
            return Ok(Self { process, place: place.clone(), program, url });
        }
        let process = launch(place, &program)?;
        tracing::info!(pid = process.pid(), "started the private Redis");
        Ok(Self { process, place: place.clone(), program, url })
    }

    /// Starts it again after it died.
    ///
    /// # Errors
    /// It does not come up.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.process = launch(&self.place, &self.program)?;
        Ok(())
    }

    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    pub fn is_alive(&mut self) -> bool {
        self.process.is_alive()
    }

    /// Lets it complete its file and end.
    pub fn stop(&mut self) {
        self.process.stop(STOP);
        let _ = fs::remove_file(pid_file(&self.place));
    }
}

fn pid_file(place: &Place) -> PathBuf {
    place.redis.join("redis.pid")
}

/// A Redis of this folder that answers at our socket; one that does not is ended.
fn adopt(place: &Place) -> Option<Process> {
    let left: Vec<u32> = process::working_in(&place.redis)
        .into_iter()
        .filter(|pid| process::command_line(*pid).contains("-server"))
        .collect();
    let noted = fs::read_to_string(pid_file(place)).ok().and_then(|text| text.trim().parse::<u32>().ok());
    let began = Instant::now();
    if let Some(pid) = noted.filter(|pid| left.contains(pid)) {
        while process::is_alive(pid) && began.elapsed() < PATIENCE {
            match ask(&place.redis_socket()) {
                Answer::Ready => return Some(Process::adopt(pid)),
                Answer::Loading => std::thread::sleep(Duration::from_millis(50)),
                Answer::Nothing => break,
            }
        }
    }
    for pid in left {
        Process::adopt(pid).stop(STOP);
    }
    None
}

fn launch(place: &Place, program: &Path) -> anyhow::Result<Process> {
    let log = place.redis.join("log");
    process::rotate(&log);
    let _ = fs::remove_file(place.redis_socket());
    let mut command = Command::new(program);
    command.current_dir(&place.redis);
    for setting in SETTINGS {
        command.args(setting.split(' '));
    }
    command.args(["--save", ""]).arg("--dir").arg(&place.redis);
    command.arg("--unixsocket").arg(place.redis_socket()).arg("--pidfile").arg(pid_file(place));
    let mut process = Process::spawn(&mut command, place.user, &log)?;
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if !process.is_alive() {
            bail!("the private Redis ended at once; {} says:\n{}", log.display(), process::tail(&log));
        }
        if ask(&place.redis_socket()) == Answer::Ready {
            return Ok(process);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    process.stop(STOP);
    bail!(
        "the private Redis did not answer within a minute; {} says:\n{}",
        log.display(),
        process::tail(&log)
    );
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Ready,
    Loading,
    Nothing,
}

fn ask(socket: &Path) -> Answer {
    let asked = || -> std::io::Result<Vec<u8>> {
        let mut stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = vec![0; 64];
        let len = stream.read(&mut answer)?;
        answer.truncate(len);
        Ok(answer)
    };
    match asked() {
        Ok(answer) if answer.starts_with(b"+PONG") => Answer::Ready,
        Ok(answer) if answer.starts_with(b"-LOADING") => Answer::Loading,
        _ => Answer::Nothing,
    }
}

//! A server with a home of its own, for one test.

use rustix::process::{Pid, Signal, kill_process};
use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// Settings and folder of a server that may run.
pub struct Node {
    dir: TempDir,
    env: Vec<(String, String)>,
    pub console: String,
    pub edge: String,
    pub ops: String,
    child: Option<Child>,
}

impl Node {
    pub fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("millrace-it").tempdir().unwrap();
        // Postgres runs as another user when the tests run as root.
        std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let [console, edge, ops] = [(); 3].map(|()| format!("127.0.0.1:{}", free_port()));
        let mut env = vec![("MILLRACE_HOME".to_owned(), dir.path().join("home").display().to_string())];
        for (key, address) in [("CONSOLE", &console), ("EDGE", &edge), ("OPS", &ops)] {
            env.push((format!("MILLRACE__{key}__LISTEN"), address.clone()));
        }
        env.push(("MILLRACE__SPOOL__SEGMENT_MB".into(), "1".into()));
        env.push(("MILLRACE__EDGE__LOOPS".into(), "1".into()));
        Self { dir, env, console, edge, ops, child: None }
    }

    pub fn with_env(mut self, key: &str, value: &str) -> Self {
        self.env.push((key.into(), value.into()));
        self
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
        command.args(args).current_dir(self.dir.path()).env_clear().envs(self.env.iter().cloned());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Runs a short command to its end.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Starts `millrace serve` and waits until it is ready.
    pub fn serve(&mut self) {
        let log =
            std::fs::File::options().create(true).append(true).open(self.dir.path().join("log")).unwrap();
        let child = self
            .command(&["serve"])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        self.wait_for("readiness", |node| node.ops_status("/readyz") == Some(200));
    }

    pub fn wait_for(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let began = Instant::now();
        while !done(self) {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().unwrap());
            assert!(ended.is_none(), "the server ended ({ended:?}) before {what}:\n{}", self.log());
            assert!(began.elapsed() < PATIENCE, "no {what} within a minute:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Sends the server a signal and waits for its end.
    pub fn end(&mut self, signal: Signal) {
        let mut child = self.child.take().unwrap();
        kill(child.id(), signal);
        let began = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < PATIENCE, "the server does not end:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn state(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&std::fs::read(self.home().join("services.json")).ok()?).ok()
    }

    pub fn service_pid(&self, name: &str) -> u32 {
        self.state().and_then(|state| state[format!("{name}_pid")].as_u64()).unwrap() as u32
    }

    pub fn ops_status(&self, path: &str) -> Option<u16> {
        get(&self.ops, path, "").map(|answer| answer.status)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let left = self.state();
        if let Some(mut child) = self.child.take() {
            kill(child.id(), Signal::TERM);
            let _ = child.wait();
        }
        for name in ["postgres_pid", "redis_pid"] {
            if let Some(pid) = left.as_ref().and_then(|state| state[name].as_u64())
                && command_line(pid as u32).contains(&self.dir.path().display().to_string())
            {
                kill(pid as u32, Signal::QUIT);
            }
        }
    }
}

/// What a listener answered.
pub struct Answer {
    pub status: u16,
    pub text: String,
}

/// A plain GET; nothing where nobody answers.
pub fn get(address: &str, path: &str, headers: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let status = text.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, text })
}

pub fn is_alive(pid: u32) -> bool {
    !command_line(pid).is_empty()
}

pub fn command_line(pid: u32) -> String {
    let bytes = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', " ")
}

pub fn kill(pid: u32, signal: Signal) {
    let _ = kill_process(Pid::from_raw(pid as i32).unwrap(), signal);
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

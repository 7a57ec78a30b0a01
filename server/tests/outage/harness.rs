//! A server with a home of its own and a demo network in it, and how to kill what belongs to it.

use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU8, Ordering},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::time::sleep;

/// The first start of an unoptimised server makes the demo network.
const PATIENCE: Duration = Duration::from_secs(240);
const LOOK_EVERY: Duration = Duration::from_millis(50);

pub struct Node {
    dir: TempDir,
    listen: [SocketAddr; 3],
    child: Option<Child>,
}

/// Process ids of the private services.
pub struct Services {
    pub postgres: u32,
    pub redis: u32,
}

impl Node {
    pub fn new() -> Self {
        // A short name, because paths of sockets are short.
        let dir = tempfile::Builder::new().prefix("mr-").tempdir_in("/tmp").unwrap();
        // Run by root, the services belong to another user, who has to get in.
        fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        Self { dir, listen: free_addresses(), child: None }
    }

    pub fn edge(&self) -> SocketAddr {
        self.listen[1]
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
        command.args(args).current_dir(self.dir.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("MILLRACE_HOME", self.home());
        for (part, address) in ["CONSOLE", "EDGE", "OPS"].iter().zip(self.listen) {
            command.env(format!("MILLRACE__{part}__LISTEN"), address.to_string());
        }
        // Small, so that the event log goes on to new files under load.
        command.env("MILLRACE__SPOOL__SEGMENT_MB", "1");
        command
    }

    /// Runs a short command to its end and returns what it printed.
    pub fn run(&self, args: &[&str]) -> String {
        let output = self.command(args).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "millrace {}: {}\n{text}{}",
            args.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }

    /// Starts the server and waits until it is ready.
    pub async fn serve(&mut self) {
        let log = fs::File::options().create(true).append(true).open(self.dir.path().join("log")).unwrap();
        let mut command = self.command(&["serve", "--seed-demo"]);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.child = Some(command.spawn().unwrap());
        self.wait_for("readiness", PATIENCE, async |node| node.checks().await.contains("\nready")).await;
    }

    /// The codes of links that redirect.
    pub fn links(&self) -> Vec<String> {
        let summary: serde_json::Value =
            serde_json::from_str(&self.run(&["seed", "--demo", "--json"])).unwrap();
        let links = summary["links"].as_array().unwrap();
        links.iter().map(|link| link["code"].as_str().unwrap().to_owned()).collect()
    }

    /// What the server says of itself, a line for each check; empty where it does not answer.
    pub async fn checks(&self) -> String {
        let asked =
            async { crate::client::Client::connect(self.listen[2]).await?.get("/readyz?verbose").await };
        asked.await.map(|answer| answer.body).unwrap_or_default()
    }

    /// Waits until something is so, while the server lives.
    pub async fn wait_for(
        &mut self,
        what: &str,
        patience: Duration,
        mut done: impl AsyncFnMut(&Self) -> bool,
    ) {
        let began = Instant::now();
        while !done(self).await {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().unwrap());
            assert!(ended.is_none(), "the server ended ({ended:?}) before {what}:\n{}", self.log());
            assert!(began.elapsed() < patience, "no {what} within {patience:?}:\n{}", self.log());
            sleep(LOOK_EVERY).await;
        }
    }

    /// Sends the server a signal and waits for its end.
    pub async fn end(&mut self, signal: Signal) {
        let mut child = self.child.take().unwrap();
        send(child.id(), signal);
        let began = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < PATIENCE, "the server does not end:\n{}", self.log());
            sleep(LOOK_EVERY).await;
        }
    }

    pub fn services(&self) -> Services {
        let state = self.state().unwrap();
        let pid = |name: &str| state[name].as_u64().unwrap() as u32;
        Services { postgres: pid("postgres_pid"), redis: pid("redis_pid") }
    }

    pub fn database_url(&self) -> String {
        self.state().unwrap()["database_url"].as_str().unwrap().to_owned()
    }

    fn state(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&fs::read(self.home().join("services.json")).ok()?).ok()
    }

    pub fn kill_postgres(&self) {
        self.kill_with_children(self.services().postgres);
    }

    pub fn kill_redis(&self) {
        self.kill_with_children(self.services().redis);
    }

    /// Kills a service of this home and its parts, at once.
    fn kill_with_children(&self, pid: u32) {
        assert!(self.owns(pid), "process {pid} is none of ours: {}", command_line(pid));
        let children = children(pid);
        send(pid, Signal::KILL);
        children.into_iter().for_each(|child| send(child, Signal::KILL));
    }

    /// Whether a process has this node's folder on its command line.
    fn owns(&self, pid: u32) -> bool {
        command_line(pid).contains(&self.home().display().to_string())
    }

    /// Redis forgets everything. It must not run.
    pub fn forget_redis(&self) {
        fs::remove_dir_all(self.home().join("services/redis/appendonlydir")).unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        for pid in pids().filter(|pid| self.owns(*pid)) {
            for pid in children(pid).into_iter().chain([pid]) {
                send(pid, Signal::KILL);
            }
        }
    }
}

fn pids() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn children(parent: u32) -> Vec<u32> {
    pids().filter(|pid| parent_of(*pid) == Some(parent)).collect()
}

/// The second word behind the name, which is in brackets.
fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn command_line(pid: u32) -> String {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', " ")
}

fn send(pid: u32, signal: Signal) {
    // It may have ended by itself.
    let _ = kill_process(Pid::from_raw(pid as i32).unwrap(), signal);
}

/// Free ports of a loopback address that nobody else uses: on the common one, a connection of any other program could
/// take a port before the server does, or again while it is down.
fn free_addresses() -> [SocketAddr; 3] {
    static NODES: AtomicU8 = AtomicU8::new(1);
    let [_, _, high, low] = std::process::id().to_be_bytes();
    let own = Ipv4Addr::new(127, high, low, NODES.fetch_add(1, Ordering::Relaxed));
    // All found before the first is let go, so that they differ.
    let listeners = [(); 3].map(|()| TcpListener::bind((own, 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap())
}

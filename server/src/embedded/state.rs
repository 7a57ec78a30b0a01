//! `services.json`: how other processes find the services of a home.

use super::process;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What runs and where. The addresses hold no password: the sockets' folder is closed to other users.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    /// Process id of the owner.
    pub owner: u32,
    /// The owner is a server, not a short command.
    pub serving: bool,
    pub database_url: Option<String>,
    pub redis_url: Option<String>,
    pub postgres_pid: Option<u32>,
    pub redis_pid: Option<u32>,
    /// Where the server listens, once it does.
    #[serde(default)]
    pub console_url: Option<String>,
    #[serde(default)]
    pub edge_url: Option<String>,
}

/// The file's path.
#[must_use]
pub fn path(home: &Path) -> PathBuf {
    home.join("services.json")
}

/// What the running owner of this home wrote; nothing where it has ended.
#[must_use]
pub fn running(home: &Path) -> Option<State> {
    let state = State::read(&path(home))?;
    process::is_alive(state.owner).then_some(state)
}

impl State {
    /// Of an owner that runs nothing yet.
    #[must_use]
    pub fn of_this_process(serving: bool) -> Self {
        Self {
            owner: std::process::id(),
            serving,
            database_url: None,
            redis_url: None,
            postgres_pid: None,
            redis_pid: None,
            console_url: None,
            edge_url: None,
        }
    }

    /// Reads the file; nothing where there is none or it makes no sense.
    #[must_use]
    pub fn read(file: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(file).ok()?).ok()
    }

    /// Writes the file, at once visible as a whole.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        let new = file.with_extension("json.new");
        std::fs::write(&new, serde_json::to_vec_pretty(self)?)
            .and_then(|()| std::fs::rename(&new, file))
            .with_context(|| format!("cannot write {}", file.display()))
    }

    /// Changes the file of a running owner, this process.
    pub fn update(file: &Path, change: impl FnOnce(&mut Self)) {
        if let Some(mut state) = Self::read(file) {
            change(&mut state);
            if let Err(error) = state.write(file) {
                tracing::warn!(error = %error, "cannot note the state of the services");
            }
        }
    }
}

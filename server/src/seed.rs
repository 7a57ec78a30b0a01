//! The example network: where its addresses come from and how it is shown.

use crate::{backing::Backing, clock, commands, config::Config, demo::DemoDeps};
use serde::Serialize;
use std::path::Path;
use store::streams::Streams;

/// What an example network consists of, as far as somebody who tries it out needs to know.
#[derive(Serialize)]
pub struct Summary {
    pub console_url: String,
    pub edge_url: String,
    pub logins: Vec<Login>,
    pub links: Vec<Link>,
    pub postback_example: String,
}

#[derive(Serialize)]
pub struct Login {
    pub role: String,
    pub email: String,
    pub password: String,
}

#[derive(Serialize)]
pub struct Link {
    pub code: String,
    pub campaign_id: String,
    pub affiliate_id: String,
    pub goal: String,
    pub url: String,
}

/// Fills the database; a second time changes nothing.
///
/// # Errors
/// The database does not answer, or holds something else already.
pub async fn demo(config: &Config, backing: &Backing) -> anyhow::Result<Summary> {
    let db = commands::connect(config, backing).await?;
    // A running server may listen elsewhere than these settings say.
    let running = backing.services.as_ref().map(|services| &services.state);
    let console_url =
        running.and_then(|s| s.console_url.clone()).unwrap_or_else(|| config.console.public_url.clone());
    let edge_url = running.and_then(|s| s.edge_url.clone()).unwrap_or_else(|| config.edge.public_url.clone());
    let streams = Streams::connect(backing.redis_url.expose())?;
    let summary = demo_in(&db, &streams, &config.home, console_url, edge_url).await;
    db.close().await;
    summary
}

/// The same through connections that are there already.
///
/// # Errors
/// The database does not answer, or an earlier attempt was cut off.
pub async fn demo_in(
    db: &store::Db,
    streams: &Streams,
    home: &Path,
    console_url: String,
    edge_url: String,
) -> anyhow::Result<Summary> {
    let (db, streams, home) = (db.clone(), streams.clone(), home.to_owned());
    Box::pin(crate::demo::seed(&DemoDeps { db, streams, home, now: clock::now(), console_url, edge_url }))
        .await
}

impl Summary {
    /// One JSON object.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        use std::fmt::Write as _;
        let mut text =
            format!("Example network\n  console  {}\n  edge     {}\n", self.console_url, self.edge_url);
        for login in &self.logins {
            let _ = writeln!(text, "  {:<18} {}  password {}", login.role, login.email, login.password);
        }
        if let Some(link) = self.links.first() {
            let _ = writeln!(text, "  a link   {}", link.url);
        }
        let _ = writeln!(text, "  report a conversion   {}", self.postback_example);
        text
    }
}

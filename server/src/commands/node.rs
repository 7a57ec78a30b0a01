//! `millrace node`: the nodes that write events.

use super::{connect, print, refused};
use crate::{backing::Backing, cli, clock, config::Config};
use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use domain::access::Actor;
use engine::{
    EngineError,
    nodes::{self, Node},
};
use store::streams::Streams;

/// Lists them, or forgets one.
///
/// # Errors
/// There is no such node, it may not be forgotten yet, or the database does not answer.
pub async fn run(config: &Config, backing: &Backing, what: cli::Node) -> anyhow::Result<()> {
    let db = connect(config, backing).await?;
    let now = clock::now();
    match what {
        cli::Node::List => {
            let all = nodes::list(&db).await.context("the nodes cannot be read")?;
            if all.is_empty() {
                return print("no node has announced events yet\n");
            }
            print(&all.iter().map(|node| text(node, now)).collect::<String>())
        }
        cli::Node::Forget { number, give_up_unread } => {
            // Whoever has this command line has the database.
            let actor = Actor::system("cli");
            let node = match nodes::forget(&db, &actor, number, give_up_unread, now).await {
                Ok(node) => node,
                Err(EngineError::NotFound) => bail!(
                    "there is no node {number} that has announced events; `millrace node list` shows those that have"
                ),
                Err(error) => return Err(refused(error, &format!("node {number} is not forgotten"))),
            };
            print(&format!("forgot node {number}: {}\n", streams(&node)))?;
            // What nobody reads any more only takes memory; a node that comes back ships it again.
            let redis = Streams::connect(backing.redis_url.expose())?;
            for stream in &node.streams {
                if let Err(error) = redis.reset(&stream.name).await {
                    tracing::warn!(stream = stream.name, %error, "left in Redis; remove the key by hand");
                }
            }
            Ok(())
        }
    }
}

fn text(node: &Node, now: DateTime<Utc>) -> String {
    let heard = node.heard_at.format("%Y-%m-%d %H:%M:%S UTC");
    let state = if node.is_silent(now) { "silent since" } else { "spoke" };
    format!("node {}: {state} {heard}, {}\n", node.number, streams(node))
}

fn streams(node: &Node) -> String {
    let unread = match node.unread() {
        0 => "everything read".to_owned(),
        n => format!("up to {n} events not read"),
    };
    format!("{} streams, {unread}", node.streams.len())
}

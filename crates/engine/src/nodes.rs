//! The nodes that write events, and how one that is gone for good is forgotten.
//!
//! A node announces its streams every second. One that no longer does is waited for: "data as of" stands still, because
//! nobody knows what its disk holds, and people are told. That is right while it is down and wrong once it never comes
//! back; then somebody has to say so.

use crate::EngineError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Realm},
    event::node_of_stream,
};
use serde_json::json;
use std::collections::BTreeMap;
use store::{
    Db, Tx,
    audit::audit,
    cursors::{self, Cursor, Producer},
};

/// A node that has not spoken for that long is away.
pub const SILENT_AFTER: TimeDelta = TimeDelta::minutes(2);

/// A stream of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    pub name: String,
    /// Newest sequence number that the node has announced.
    pub head: u64,
    /// Sequence numbers up to the head that no consumer has passed; an upper bound of the events, for numbers may jump.
    pub unread: u64,
}

/// A node, by its streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub number: u16,
    /// When it last spoke.
    pub heard_at: DateTime<Utc>,
    pub streams: Vec<Stream>,
}

impl Node {
    /// Sequence numbers of all its streams that were not read.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.streams.iter().map(|s| s.unread).sum()
    }

    /// Whether it has not spoken for [`SILENT_AFTER`].
    #[must_use]
    pub fn is_silent(&self, now: DateTime<Utc>) -> bool {
        now - self.heard_at >= SILENT_AFTER
    }
}

/// Every node that has announced streams, by number.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn list(db: &Db) -> Result<Vec<Node>, EngineError> {
    let mut tx = db.begin_read(Realm::Network).await?;
    let nodes = read(&mut tx).await?;
    tx.commit().await?;
    Ok(nodes)
}

async fn read(tx: &mut Tx) -> Result<Vec<Node>, EngineError> {
    let producers = cursors::producers(tx).await?;
    let names: Vec<String> = producers.iter().map(|p| p.stream.clone()).collect();
    let cursors = cursors::of_streams(tx, &names).await?;
    let mut nodes: BTreeMap<u16, Node> = BTreeMap::new();
    for producer in producers {
        let Some((number, _)) = node_of_stream(&producer.stream) else { continue };
        let node = nodes.entry(number).or_insert_with(|| Node {
            number,
            heard_at: producer.heartbeat_at,
            streams: Vec::new(),
        });
        node.heard_at = node.heard_at.max(producer.heartbeat_at);
        node.streams.push(stream(producer, &cursors));
    }
    Ok(nodes.into_values().collect())
}

fn stream(producer: Producer, cursors: &[Cursor]) -> Stream {
    // What no consumer has begun is unread as a whole.
    let read = cursors.iter().filter(|c| c.stream == producer.stream).map(|c| c.seq).min().unwrap_or(0);
    let read = read.max(producer.began_seq.saturating_sub(1));
    Stream { unread: producer.head_seq.saturating_sub(read), name: producer.stream, head: producer.head_seq }
}

/// Forgets a node that never comes back: its streams no longer count for "data as of", and nobody is told any more that
/// it is silent. Its clicks, conversions and figures stay, and so does the place up to which its events were read: a
/// node with that number and the same event log goes on from there. Answers the node as it was; its streams may be
/// removed from Redis.
///
/// With `give_up_unread` also where announced events were never read; they are lost then.
///
/// # Errors
/// [`EngineError::NotFound`] for a number that no node has; [`EngineError::Conflict`] for one that still speaks, or
/// whose events were not read.
pub async fn forget(
    db: &Db,
    actor: &Actor,
    number: u16,
    give_up_unread: bool,
    now: DateTime<Utc>,
) -> Result<Node, EngineError> {
    crate::accounts::network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let node = read(&mut tx).await?.into_iter().find(|n| n.number == number).ok_or(EngineError::NotFound)?;
    if !node.is_silent(now) {
        let secs = (now - node.heard_at).num_seconds().max(0);
        return Err(EngineError::Conflict(format!(
            "Node {number} spoke {secs} seconds ago. Stop it first, and wait until it has been silent for {} minutes.",
            SILENT_AFTER.num_minutes()
        )));
    }
    if node.unread() > 0 && !give_up_unread {
        let streams: Vec<_> = node
            .streams
            .iter()
            .filter(|s| s.unread > 0)
            .map(|s| format!("{} (up to {})", s.name, s.unread))
            .collect();
        return Err(EngineError::Conflict(format!(
            "Events of node {number} have not been read: {}. Start it once more with its event log, or a node with its \
             number and a copy of that folder, and wait until they are counted. If its disk is gone, give them up \
             with --give-up-unread: then these clicks and conversions are lost.",
            streams.join(", ")
        )));
    }
    for stream in &node.streams {
        cursors::retire(&mut tx, &stream.name).await?;
    }
    let streams: Vec<_> = node
        .streams
        .iter()
        .map(|s| json!({ "stream": s.name, "head": s.head, "unread": s.unread }))
        .collect();
    let before = json!({ "heard_at": node.heard_at, "streams": streams });
    audit(&mut tx, actor, "node.forget", format!("node {number}"), Some(before), None, now).await?;
    tx.commit().await?;
    Ok(node)
}

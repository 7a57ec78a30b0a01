//! Visitors who follow links and an advertiser who reports results of every tenth of them.

use crate::client::{Answer, Client};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

const CONNECTIONS: u64 = 6;
/// Time between two clicks of one connection: some 600 clicks a second altogether.
const PACE: Duration = Duration::from_millis(10);

/// Marks what comes from this load.
pub const SOURCE: &str = "outage";

/// A result that an advertiser reports until it is taken.
#[derive(Clone)]
pub struct Report {
    pub click_id: String,
    pub txid: String,
}

impl Report {
    fn path(&self) -> String {
        format!("/postback?click_id={}&txid={}&amount=49.90", self.click_id, self.txid)
    }
}

/// What was promised to visitors and advertisers, and what was not.
#[derive(Default)]
pub struct Outcome {
    /// Ids in the 302s received.
    pub clicks: Vec<String>,
    /// Ids in the acceptances received.
    pub conversions: Vec<String>,
    /// Reports without an answer.
    pub unanswered: Vec<Report>,
    /// Requests that were cut off, which may have counted or not.
    pub broken_clicks: u64,
    /// Answers that should not have been given.
    pub wrong: Vec<String>,
}

impl Outcome {
    pub fn add(&mut self, other: Self) {
        self.clicks.extend(other.clicks);
        self.conversions.extend(other.conversions);
        self.unanswered.extend(other.unanswered);
        self.broken_clicks += other.broken_clicks;
        self.wrong.extend(other.wrong);
    }

    /// Nothing but 302s to visitors and acceptances to advertisers, those who got an answer.
    pub fn assert_right(&self) {
        assert!(
            self.wrong.is_empty(),
            "{} wrong answers, such as:\n{}",
            self.wrong.len(),
            self.wrong[..self.wrong.len().min(5)].join("\n")
        );
    }

    fn note_click(&mut self, answer: &Answer) -> Option<String> {
        let id = answer.location.split_once("click_id=").and_then(|(_, rest)| rest.split('&').next());
        match id {
            Some(id) if answer.status == 302 => {
                self.clicks.push(id.to_owned());
                Some(id.to_owned())
            }
            _ => {
                self.wrong.push(format!("click: {} {:?} {}", answer.status, answer.location, answer.body));
                None
            }
        }
    }

    fn note_report(&mut self, report: &Report, answer: &Answer) {
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        match body["conversion_id"].as_str() {
            Some(id) if answer.status == 200 && body["status"] == "accepted" => {
                self.conversions.push(id.to_owned());
            }
            _ => self.wrong.push(format!("report {}: {} {}", report.txid, answer.status, answer.body)),
        }
    }
}

/// Traffic that goes on until it is stopped or nobody answers any more.
pub struct Load {
    stop: Arc<AtomicBool>,
    rush: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    connections: JoinSet<Outcome>,
}

impl Load {
    /// Begins with the reports that got no answer before, each at one of the connections.
    pub fn start(edge: SocketAddr, links: &[String], seed: u64, again: &[Report]) -> Self {
        let [stop, rush] = [(); 2].map(|()| Arc::new(AtomicBool::new(false)));
        let answered = Arc::new(AtomicU64::new(0));
        let mut connections = JoinSet::new();
        for number in 0..CONNECTIONS {
            let connection = Connection {
                edge,
                links: links.to_vec(),
                again: again.iter().skip(number as usize).step_by(CONNECTIONS as usize).cloned().collect(),
                name: format!("{seed}-{number}"),
                rng: ChaCha8Rng::seed_from_u64(seed * CONNECTIONS + number),
                stop: Arc::clone(&stop),
                rush: Arc::clone(&rush),
                answered: Arc::clone(&answered),
                outcome: Outcome::default(),
            };
            connections.spawn(connection.run());
        }
        Self { stop, rush, answered, connections }
    }

    /// From now on, every connection has a request under way at every moment.
    pub fn rush(&self) {
        self.rush.store(true, Ordering::Relaxed);
    }

    /// Clicks answered so far.
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Ends it and says what came of it.
    pub async fn stop(mut self) -> Outcome {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Outcome::default();
        while let Some(outcome) = self.connections.join_next().await {
            all.add(outcome.unwrap());
        }
        all
    }
}

struct Connection {
    edge: SocketAddr,
    links: Vec<String>,
    again: Vec<Report>,
    name: String,
    rng: ChaCha8Rng,
    stop: Arc<AtomicBool>,
    rush: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    outcome: Outcome,
}

impl Connection {
    async fn run(mut self) -> Outcome {
        let again = std::mem::take(&mut self.again);
        let Ok(mut client) = Client::connect(self.edge).await else {
            self.outcome.unanswered = again;
            return self.outcome;
        };
        for report in again {
            self.report(&mut client, report).await;
        }
        let mut pace = interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for number in 0u64.. {
            if !self.rush.load(Ordering::Relaxed) {
                pace.tick().await;
            }
            if self.stop.load(Ordering::Relaxed) || !self.visit(&mut client, number).await {
                break;
            }
        }
        self.outcome
    }

    /// A click and, after every tenth, a report. False where the connection broke.
    async fn visit(&mut self, client: &mut Client, number: u64) -> bool {
        let link = &self.links[self.rng.random_range(0..self.links.len())];
        let path =
            format!("/c/{link}?source={SOURCE}&sub1={}&sub2=s{}", self.name, self.rng.random_range(0..9));
        let Ok(answer) = client.get(&path).await else {
            self.outcome.broken_clicks += 1;
            return false;
        };
        self.answered.fetch_add(1, Ordering::Relaxed);
        match self.outcome.note_click(&answer) {
            Some(click_id) if self.rng.random_ratio(1, 10) => {
                let txid = format!("{SOURCE}-{}-{number}", self.name);
                self.report(client, Report { click_id, txid }).await
            }
            _ => true,
        }
    }

    async fn report(&mut self, client: &mut Client, report: Report) -> bool {
        match client.get(&report.path()).await {
            Ok(answer) => self.outcome.note_report(&report, &answer),
            Err(_) => {
                self.outcome.unanswered.push(report);
                return false;
            }
        }
        true
    }
}

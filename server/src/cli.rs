//! The command line.

use clap::{Parser, Subcommand, ValueEnum};
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

/// Tracks clicks, attributes conversions, keeps the money.
///
/// Without any settings, `millrace serve` starts a node with its own private Postgres and Redis.
/// Exit codes: 0 done, 1 failed, 2 wrong usage.
#[derive(Parser)]
#[command(name = "millrace", version, max_term_width = 100)]
pub struct Cli {
    /// Settings file; without it, millrace.toml in the working directory if there is one
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Run a node until it is told to stop
    Serve(Serve),
    /// Bring the database schema up to date
    Migrate,
    /// Fill the database with example data
    Seed(Seed),
    /// Check settings, services, disk and files, and say how to fix what is wrong
    Doctor,
    /// Manage the people who sign in
    #[command(subcommand)]
    User(User),
    /// Manage the keys of the API
    #[command(subcommand)]
    ApiKey(ApiKey),
    /// Look at the nodes that write events, and forget those that are gone for good
    #[command(subcommand)]
    Node(Node),
    /// Show settings
    #[command(subcommand)]
    Config(ShowConfig),
    /// Print the description of the API (OpenAPI 3.1)
    Openapi,
    /// Look at the event log on disk
    #[command(subcommand)]
    Spool(Spool),
    /// Run only a click edge with made-up links, for comparisons
    BenchServe(BenchServe),
}

#[derive(clap::Args)]
pub struct Serve {
    /// What this node does
    #[arg(long, value_delimiter = ',', default_values_t = Role::all(), value_enum)]
    pub roles: Vec<Role>,
    /// Fill an empty database with example data and print the logins
    #[arg(long)]
    pub seed_demo: bool,
}

/// What a node does.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Tracking on its own listener
    Edge,
    /// Portals and API
    Console,
    /// Work in the background: statistics, attribution, upkeep
    Worker,
}

impl Role {
    fn all() -> Vec<Self> {
        vec![Self::Edge, Self::Console, Self::Worker]
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Edge => "edge",
            Self::Console => "console",
            Self::Worker => "worker",
        })
    }
}

#[derive(clap::Args)]
pub struct Seed {
    /// A whole example network; running it twice changes nothing
    #[arg(long, required = true)]
    pub demo: bool,
    /// Print one JSON object: addresses, logins, links
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand)]
pub enum User {
    /// Create a person who can sign in
    Create(UserCreate),
    /// Everybody who signs in: id, address, role, state, last sign-in
    List {
        /// Only whose name or address holds this
        #[arg(default_value = "", hide_default_value = true)]
        text: String,
    },
    /// Set somebody's password
    ///
    /// For somebody who cannot get in and whom letters do not reach. Every session of the person ends, a lock is lifted,
    /// open links to the account stop working, and the person is told by letter.
    Password {
        /// Of the person
        #[arg(long)]
        email: String,
        /// Without it, the password is read from MILLRACE_PASSWORD, or made up and printed
        #[arg(long, env = "MILLRACE_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
    /// Let somebody sign in again at once after too many wrong attempts
    ///
    /// A node that runs also counts by itself, for half a minute at most.
    Unlock(Locked),
    /// Turn off the two-step sign-in of somebody who lost authenticator and recovery codes
    ///
    /// Every session of the person ends. Make sure that it is who you think.
    ResetTwoStep {
        /// Of the person
        #[arg(long)]
        email: String,
    },
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub struct Locked {
    /// The person
    #[arg(long)]
    pub email: Option<String>,
    /// Where people come from; of IPv6, its /64
    #[arg(long, value_name = "IP")]
    pub address: Option<IpAddr>,
}

#[derive(clap::Args)]
pub struct UserCreate {
    #[arg(long)]
    pub email: String,
    #[arg(long, default_value = "")]
    pub name: String,
    /// admin, affiliate_manager, finance, affiliate, advertiser or buyer
    #[arg(long, default_value = "admin")]
    pub role: String,
    /// For an affiliate, advertiser or buyer: whose portal, such as aff_12
    #[arg(long, default_value = "")]
    pub owner: String,
    /// Without it, the password is read from MILLRACE_PASSWORD, or made up and printed
    #[arg(long, env = "MILLRACE_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,
}

#[derive(Subcommand)]
pub enum ApiKey {
    /// Create a key and print it; it cannot be shown again
    Create(ApiKeyCreate),
}

#[derive(clap::Args)]
pub struct ApiKeyCreate {
    /// What the key is for, such as "Reporting script"
    #[arg(long)]
    pub name: String,
    /// What it may do, with commas between; "all" for everything the account's keys can have
    #[arg(long, value_delimiter = ',', required = true, long_help = scopes_help())]
    pub scopes: Vec<String>,
    /// For an affiliate, such as aff_12; without it, for the network itself
    #[arg(long, default_value = "", value_name = "AFF")]
    pub affiliate: String,
    /// Ends by itself after so many days; without it, never
    #[arg(long, value_name = "DAYS")]
    pub expires_days: Option<u32>,
    /// Addresses and networks it may come from, with commas between; without it, from anywhere
    #[arg(long, value_delimiter = ',', value_name = "CIDR")]
    pub networks: Vec<String>,
    /// Print one JSON object: id, key, name, owner, scopes, expires_at
    #[arg(long)]
    pub json: bool,
}

fn scopes_help() -> String {
    let words: Vec<_> = domain::api_key::Scope::ALL.iter().map(|s| s.word()).collect();
    format!(
        "What it may do, with commas between; \"all\" for everything the account's keys can have: {}",
        words.join(", ")
    )
}

#[derive(Subcommand)]
pub enum Node {
    /// Every node that has announced events: when it last spoke, and how much of it has not been read
    List,
    /// Forget a node that never comes back, so that figures no longer wait for it
    ///
    /// "Data as of" waits for every node that ever announced events, because one that is down may have more of them on
    /// its disk. A node that is replaced by one with another number has to be forgotten. Refused while it still speaks
    /// and while events that it announced have not been read. What it recorded stays.
    Forget {
        /// Its number: `node` in its settings
        number: u16,
        /// Also if events that it announced were never read: they are lost then
        #[arg(long)]
        give_up_unread: bool,
    },
}

#[derive(Subcommand)]
pub enum ShowConfig {
    /// Every setting with its default and an explanation
    Default,
    /// The settings in force, secrets masked
    Show,
}

#[derive(Subcommand)]
pub enum Spool {
    /// Read and check every record; exit code 1 if something is damaged
    Verify(SpoolDir),
    /// Print every record as a line of JSON
    Dump {
        #[command(flatten)]
        dir: SpoolDir,
        /// Only this shard
        #[arg(long)]
        shard: Option<u8>,
        /// Only records after this sequence number
        #[arg(long, default_value_t = 0)]
        after: u64,
        /// At most so many records of each shard
        #[arg(long, default_value_t = u64::MAX, hide_default_value = true)]
        limit: u64,
    },
}

#[derive(clap::Args)]
pub struct SpoolDir {
    /// Folder of the event log; without it, the one of the settings
    #[arg(long, value_name = "FOLDER")]
    pub dir: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct BenchServe {
    /// Links b0000, b0001, …
    #[arg(long, default_value_t = 1000)]
    pub links: u32,
    /// Accept loops
    #[arg(long, default_value_t = 1)]
    pub cores: usize,
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
}

//! What can go wrong between us and the databases, sorted by what the caller can do about it.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is shutting down or took too long: try again later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A named constraint refused the row: a name taken, a missing parent, a value out of range.
    #[error("constraint {constraint} refused the row")]
    Conflict { constraint: String },
    /// Two transactions got into each other's way: run this one again.
    #[error("the transaction has to be run again")]
    Serialization,
    /// Row-level security or a missing grant refused the statement.
    #[error("not permitted: {0}")]
    Denied(String),
    /// A change was asked of a database that is only being looked at ([`Db::read_only`](crate::Db::read_only)).
    #[error("nothing can be changed here")]
    ReadOnly,
    /// A mistake in the program or in the data.
    #[error("{0}")]
    Other(String),
}

impl StoreError {
    /// An error of our own making.
    pub fn other(what: impl std::fmt::Display) -> Self {
        Self::Other(what.to_string())
    }

    /// A stored text that the program does not know, such as a status of a later version.
    pub fn corrupt(column: &str, what: impl std::fmt::Display) -> Self {
        Self::Other(format!("unreadable {column}: {what}"))
    }

    /// Whether trying again may help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Serialization)
    }

    /// Whether the constraint of that name refused the row.
    #[must_use]
    pub fn is_conflict(&self, name: &str) -> bool {
        matches!(self, Self::Conflict { constraint } if constraint == name)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(e: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match &e {
            E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed => {
                Self::Unavailable(e.to_string())
            }
            E::Database(db) => {
                let code = db.code().unwrap_or_default();
                match &*code {
                    "40001" | "40P01" => Self::Serialization,
                    "25006" => Self::ReadOnly,
                    "42501" => Self::Denied(db.message().to_owned()),
                    // Cancelled by the statement timeout, shutting down or starting, out of connections.
                    "57014" | "57P01" | "57P02" | "57P03" | "53300" => {
                        Self::Unavailable(db.message().to_owned())
                    }
                    code if code.starts_with("08") => Self::Unavailable(db.message().to_owned()),
                    code if code.starts_with("23") => match db.constraint() {
                        Some(name) => Self::Conflict { constraint: name.to_owned() },
                        None => Self::Other(e.to_string()),
                    },
                    _ => Self::Other(e.to_string()),
                }
            }
            _ => Self::Other(e.to_string()),
        }
    }
}

impl From<redis::RedisError> for StoreError {
    fn from(e: redis::RedisError) -> Self {
        if e.is_io_error() || e.is_timeout() || e.is_connection_dropped() || e.is_connection_refusal() {
            Self::Unavailable(format!("redis: {e}"))
        } else {
            Self::Other(format!("redis: {e}"))
        }
    }
}

//! The way into Postgres: a pool whose transactions always carry the application role and a realm.

use crate::{
    error::StoreError,
    shared::{Inner, Parts},
};
use apalis_postgres::PostgresStorage;
use domain::{access::Realm, ids::UserId};
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{str::FromStr as _, time::Duration};

/// A connection that was used so short a while ago is taken to be there; one that rested longer is asked first.
const SURELY_THERE: Duration = Duration::from_secs(1);

/// How to connect.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// Most connections at once.
    pub max_connections: u32,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// After how long the database gives a statement up.
    pub statement_timeout: Duration,
    /// Shown in `pg_stat_activity`.
    pub application_name: String,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self {
            max_connections: 10,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(15),
            application_name: "millrace".into(),
        }
    }
}

/// A pool of connections. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    pool: PgPool,
    /// Every transaction refuses to write.
    read_only: bool,
    /// Every transaction is a part of this one.
    parts: Option<Parts>,
    /// The person on whose behalf every transaction runs.
    asked_by: Option<UserId>,
}

/// A transaction of one realm. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub struct Tx {
    inner: Inner,
    realm: Realm,
    asked_by: Option<UserId>,
}

fn pool_options(opts: &DbOptions) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(opts.max_connections)
        .acquire_timeout(opts.acquire_timeout)
        .max_lifetime(Duration::from_secs(30 * 60))
        .test_before_acquire(false)
        .before_acquire(|conn, about| {
            Box::pin(async move {
                if about.idle_for > SURELY_THERE {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|conn, _| {
            Box::pin(async move {
                conn.execute("SET ROLE millrace_app").await?;
                Ok(())
            })
        })
}

fn connect_options(url: &str, opts: &DbOptions) -> Result<PgConnectOptions, StoreError> {
    let connect =
        PgConnectOptions::from_str(url).map_err(|e| StoreError::other(format!("database address: {e}")))?;
    Ok(connect.application_name(&opts.application_name).options([
        ("statement_timeout", opts.statement_timeout.as_millis().to_string()),
        ("idle_in_transaction_session_timeout", "60000".to_owned()),
        ("timezone", "UTC".to_owned()),
    ]))
}

impl Db {
    /// Connects at once. Every connection takes the application role.
    ///
    /// # Errors
    /// A malformed address, or the database does not answer.
    pub async fn connect(url: &str, opts: DbOptions) -> Result<Self, StoreError> {
        let pool = pool_options(&opts).connect_with(connect_options(url, &opts)?).await?;
        Ok(Self { pool, read_only: false, parts: None, asked_by: None })
    }

    /// Connects when first used: a node has to start while the database is down.
    ///
    /// # Errors
    /// A malformed address.
    #[allow(clippy::unused_async)] // The pool needs the runtime that only an async caller is sure to have.
    pub async fn connect_lazy(url: &str, opts: &DbOptions) -> Result<Self, StoreError> {
        let pool = pool_options(opts).connect_lazy_with(connect_options(url, opts)?);
        Ok(Self { pool, read_only: false, parts: None, asked_by: None })
    }

    /// Takes over a pool, as tests have one. The application role is taken by every transaction.
    #[must_use]
    pub fn from_pool(pool: PgPool) -> Self {
        Self { pool, read_only: false, parts: None, asked_by: None }
    }

    /// The same database, in whose transactions nothing can be changed: the database itself refuses
    /// ([`StoreError::ReadOnly`]).
    #[must_use]
    pub fn read_only(&self) -> Self {
        Self { read_only: true, ..self.clone() }
    }

    /// The same database, asked by a signed-in person: policies of rows that belong to a person look at it. Keys of the
    /// API, jobs and the command line ask without one.
    #[must_use]
    pub fn asked_by(&self, user: UserId) -> Self {
        Self { asked_by: Some(user), ..self.clone() }
    }

    /// The same database, in whose transactions everything is a part of one; see [`Db::share`].
    pub(crate) fn with_parts(&self, parts: Parts) -> Self {
        Self { parts: Some(parts), ..self.clone() }
    }

    /// Brings the schema up to date as its owner, ours and that of the job queue, and lets the application role
    /// use the queue.
    ///
    /// # Errors
    /// The database does not answer, or a migration fails; finished ones stay.
    pub async fn migrate(owner_url: &str) -> Result<(), StoreError> {
        let pool = PgPoolOptions::new()
            .max_connections(2)
            .acquire_timeout(Duration::from_secs(30))
            .connect(owner_url)
            .await?;
        let done = migrate_pool(&pool).await;
        pool.close().await;
        done
    }

    /// Starts a transaction with the application role and the realm's view of the rows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn begin(&self, realm: Realm) -> Result<Tx, StoreError> {
        self.begin_as(if self.read_only { "BEGIN READ ONLY" } else { "BEGIN" }, realm).await
    }

    /// [`Db::begin`] for several queries that must agree: all of them see the rows of one moment, none can write.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn begin_read(&self, realm: Realm) -> Result<Tx, StoreError> {
        self.begin_as("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", realm).await
    }

    async fn begin_as(&self, begin: &str, realm: Realm) -> Result<Tx, StoreError> {
        let asked_by = self.asked_by;
        if let Some(parts) = &self.parts {
            return Tx::take(Inner::part(parts).await?, realm, asked_by).await;
        }
        // One message says it all: a transaction is begun so often that each wait for an answer counts.
        let begin = AssertSqlSafe(format!("{begin}; {}", settings(realm, asked_by)));
        Ok(Tx { inner: Inner::Own(self.pool.begin_with(begin).await?), realm, asked_by })
    }

    /// Asks the server for its version: it is there and answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ping(&self) -> Result<String, StoreError> {
        let version =
            sqlx::query_scalar!("SELECT current_setting('server_version')").fetch_one(&self.pool).await?;
        Ok(version.unwrap_or_default())
    }

    /// The pool itself, for the job runner alone: it brings its own queries, in its own schema.
    #[must_use]
    pub fn pool_for_jobs(&self) -> PgPool {
        self.pool.clone()
    }

    /// Closes every connection, after the transactions that are under way.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Runs every migration on a pool of the owner.
pub(crate) async fn migrate_pool(pool: &PgPool) -> Result<(), StoreError> {
    sqlx::migrate!("../../migrations").run(pool).await.map_err(migration_error)?;
    PostgresStorage::<()>::setup(pool).await.map_err(StoreError::other)?;
    pool.execute(
        "GRANT USAGE ON SCHEMA apalis TO millrace_app;
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA apalis TO millrace_app;
         GRANT USAGE ON ALL SEQUENCES IN SCHEMA apalis TO millrace_app;
         GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA apalis TO millrace_app;",
    )
    .await?;
    Ok(())
}

fn migration_error(e: sqlx::migrate::MigrateError) -> StoreError {
    match e {
        sqlx::migrate::MigrateError::Execute(e) => e.into(),
        other => StoreError::other(other),
    }
}

/// Says for the rest of the transaction who asks: the role, and what the policies look at. Made of fixed words and numbers.
fn settings(realm: Realm, asked_by: Option<UserId>) -> String {
    let (word, owner) = realm.setting();
    let user = asked_by.map(|user| user.0.to_string()).unwrap_or_default();
    format!(
        "SET LOCAL ROLE millrace_app; SET LOCAL app.realm = '{word}'; SET LOCAL app.owner = '{owner}'; \
         SET LOCAL app.\"user\" = '{user}'"
    )
}

impl Tx {
    pub(crate) async fn take(
        mut inner: Inner,
        realm: Realm,
        asked_by: Option<UserId>,
    ) -> Result<Self, StoreError> {
        inner.conn().execute(AssertSqlSafe(settings(realm, asked_by))).await?;
        Ok(Self { inner, realm, asked_by })
    }

    pub(crate) fn into_inner(self) -> Inner {
        self.inner
    }

    /// The connection, for the queries of this crate.
    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        self.inner.conn()
    }

    /// Whose rows this transaction sees.
    #[must_use]
    pub fn realm(&self) -> Realm {
        self.realm
    }

    /// On whose behalf it runs.
    #[must_use]
    pub fn asked_by(&self) -> Option<UserId> {
        self.asked_by
    }

    /// From here on statements keep the plan they were first given. For reports that always ask for the same: planning
    /// over a month of partitions takes longer than reading them. Not for queries whose filters may be left out, which
    /// need a plan for each.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn keep_plans(&mut self) -> Result<(), StoreError> {
        self.conn().execute("SET LOCAL plan_cache_mode = force_generic_plan").await?;
        Ok(())
    }

    /// Makes it so.
    ///
    /// # Errors
    /// A deferred constraint refuses ([`StoreError::Conflict`]), or the connection broke: then nobody knows whether
    /// the transaction was committed, and the caller has to look.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.inner.commit().await
    }

    /// Takes everything back. Dropping does the same; this waits for it.
    pub async fn rollback(self) {
        if let Err(e) = self.inner.rollback().await {
            tracing::debug!(error = %e, "rollback failed; the connection is given up");
        }
    }
}

//! Long results in batches: a cursor of the database, so that neither side holds all rows at once.
//!
//! A transaction has one export. Between two batches the database only remembers where it was.

use crate::{db::Tx, error::StoreError};
use sqlx::{FromRow, Postgres, QueryBuilder, postgres::PgRow};

/// Begins every query of an export.
pub(super) const DECLARE: &str = "DECLARE export NO SCROLL CURSOR FOR ";

/// Rows of a batch.
const BATCH: u32 = 500;

/// Starts the export; the query begins with [`DECLARE`].
pub(super) async fn declare(tx: &mut Tx, mut query: QueryBuilder<Postgres>) -> Result<(), StoreError> {
    query.build().persistent(false).execute(tx.conn()).await?;
    Ok(())
}

/// The next rows; none after the last.
pub(super) async fn next<R>(tx: &mut Tx) -> Result<Vec<R>, StoreError>
where
    R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    // Not kept as a prepared statement: the next export has other columns.
    let mut query = QueryBuilder::<Postgres>::new(format!("FETCH {BATCH} FROM export"));
    Ok(query.build_query_as::<R>().persistent(false).fetch_all(tx.conn()).await?)
}

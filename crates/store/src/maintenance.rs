//! Partitions, checks that money and counts agree, and what has got stuck.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, NaiveDate, Utc};

/// Makes the daily partitions from `first` on for `days` more days. Returns how many were new.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn ensure_partitions(tx: &mut Tx, first: NaiveDate, days: i32) -> Result<i32, StoreError> {
    let made =
        sqlx::query_scalar!("SELECT ensure_day_partitions($1, $2)", first, days).fetch_one(tx.conn()).await?;
    Ok(made.unwrap_or(0))
}

/// Drops the click log of the days before `day`; never of the last seven days. Returns how many days went.
///
/// # Errors
/// [`StoreError::Other`] for a day within the last seven.
pub async fn drop_clicks_before(tx: &mut Tx, day: NaiveDate) -> Result<i32, StoreError> {
    let dropped = sqlx::query_scalar!("SELECT drop_click_partitions($1)", day).fetch_one(tx.conn()).await?;
    Ok(dropped.unwrap_or(0))
}

/// Lets the statements of this transaction take up to `seconds`.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn allow_long_statements(tx: &mut Tx, seconds: u32) -> Result<(), StoreError> {
    sqlx::query!("SELECT set_config('statement_timeout', $1, true) AS set", format!("{seconds}s"))
        .fetch_one(tx.conn())
        .await?;
    Ok(())
}

/// The answer of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: &'static str,
    pub ok: bool,
    /// A sentence.
    pub detail: String,
    /// By how much it is off: minor units or counts, added up.
    pub difference: i64,
}

fn check(name: &'static str, differences: &[(String, i64)], fine: &str) -> Check {
    let first: Vec<_> = differences.iter().take(5).map(|(what, by)| format!("{what}: {by}")).collect();
    Check {
        name,
        ok: differences.is_empty(),
        detail: if differences.is_empty() { fine.to_owned() } else { first.join("; ") },
        difference: differences.iter().fold(0i64, |sum, d| sum.saturating_add(d.1.saturating_abs())),
    }
}

/// Every currency of the ledger sums to zero.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn check_ledger_sums(tx: &mut Tx) -> Result<Check, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT currency, least(greatest(sum(amount_minor), -9e18), 9e18)::bigint AS "sum!"
           FROM ledger_entries GROUP BY currency HAVING sum(amount_minor) <> 0 ORDER BY currency"#
    )
    .fetch_all(tx.conn())
    .await?;
    let off: Vec<_> = rows.into_iter().map(|r| (r.currency, r.sum)).collect();
    Ok(check("ledger_sums", &off, "Every currency of the ledger sums to zero."))
}

/// Every running balance equals the sum of its entries.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn check_balances(tx: &mut Tx) -> Result<Check, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT a.id AS "id!", a.kind AS "kind!",
                  (coalesce(b.balance_minor, 0) - coalesce(e.sum, 0))::bigint AS "off!"
           FROM ledger_accounts a
           LEFT JOIN ledger_balances b ON b.account_id = a.id
           LEFT JOIN (SELECT account_id, sum(amount_minor) AS sum FROM ledger_entries GROUP BY account_id) e
               ON e.account_id = a.id
           WHERE (a.affiliate_id IS NOT NULL OR a.advertiser_id IS NOT NULL)
             AND coalesce(b.balance_minor, 0) <> coalesce(e.sum, 0)
           ORDER BY a.id"#
    )
    .fetch_all(tx.conn())
    .await?;
    let off: Vec<_> = rows.into_iter().map(|r| (format!("{} account {}", r.kind, r.id), r.off)).collect();
    Ok(check("balances", &off, "Every balance equals the sum of its entries."))
}

/// Every conversion that counts was received by the ledger exactly once, and none that was refused at the door.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn check_conversions_posted(tx: &mut Tx) -> Result<Check, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT c.id, coalesce(t.received, 0) - coalesce(t.undone, 0) AS "posted!", c.status
           FROM conversions c
           LEFT JOIN (
               SELECT r.conversion_id, count(*) AS received, count(u.id) AS undone
               FROM ledger_txns r LEFT JOIN ledger_txns u ON u.reverses = r.id
               WHERE r.kind = 'received' GROUP BY r.conversion_id) t ON t.conversion_id = c.id
           WHERE (c.status <> 'rejected' AND (coalesce(t.received, 0) <> 1 OR t.undone <> 0))
              OR (c.status = 'rejected' AND coalesce(t.received, 0) <> coalesce(t.undone, 0))
           ORDER BY c.id LIMIT 1000"#
    )
    .fetch_all(tx.conn())
    .await?;
    let off: Vec<_> = rows
        .into_iter()
        .map(|r| {
            let wanted = i64::from(r.status != "rejected");
            (
                domain::ids::ConversionId(r.id).to_string(),
                if r.posted == wanted { 1 } else { r.posted - wanted },
            )
        })
        .collect();
    Ok(check("conversions_posted", &off, "Every conversion that counts is in the ledger exactly once."))
}

/// Conversions and revenue of each UTC day since `since` are the same in the figures and in the conversions.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn check_conversion_figures(tx: &mut Tx, since: DateTime<Utc>) -> Result<Check, StoreError> {
    let rows = sqlx::query!(
        r#"WITH stored AS (
               SELECT date_trunc('day', received_at, 'UTC') AS day, count(*) AS n, sum(revenue_minor) AS revenue,
                   sum(payout_minor) AS payout
               FROM conversions WHERE status <> 'rejected' AND received_at >= $1 GROUP BY 1),
           shown AS (
               SELECT date_trunc('day', hour, 'UTC') AS day, sum(conversions) AS n, sum(revenue_minor) AS revenue,
                   sum(payout_minor) AS payout
               FROM stats_hourly WHERE hour >= $1 GROUP BY 1)
           SELECT to_char(coalesce(a.day, b.day) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS "day!",
               (coalesce(b.n, 0) - coalesce(a.n, 0))::bigint AS "n!",
               (coalesce(b.revenue, 0) - coalesce(a.revenue, 0))::bigint AS "revenue!",
               (coalesce(b.payout, 0) - coalesce(a.payout, 0))::bigint AS "payout!"
           FROM stored a FULL JOIN shown b ON a.day = b.day
           WHERE coalesce(a.n, 0) <> coalesce(b.n, 0) OR coalesce(a.revenue, 0) <> coalesce(b.revenue, 0)
              OR coalesce(a.payout, 0) <> coalesce(b.payout, 0)
           ORDER BY 1"#,
        since
    )
    .fetch_all(tx.conn())
    .await?;
    let off: Vec<_> = rows
        .into_iter()
        .flat_map(|r| {
            [("conversions", r.n), ("revenue", r.revenue), ("payout", r.payout)]
                .into_iter()
                .filter(|d| d.1 != 0)
                .map(move |(what, by)| (format!("{} {what}", r.day), by))
        })
        .collect();
    Ok(check("conversion_figures", &off, "Conversions, revenue and payout agree on every day."))
}

/// Clicks of each UTC day since `since` are the same in the figures and in the click log.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn check_click_figures(tx: &mut Tx, since: DateTime<Utc>) -> Result<Check, StoreError> {
    let rows = sqlx::query!(
        r#"WITH stored AS (
               SELECT date_trunc('day', ts, 'UTC') AS day, count(*) FILTER (WHERE reason IS NULL) AS valid,
                   count(*) FILTER (WHERE reason IS NOT NULL) AS invalid
               FROM clicks WHERE ts >= $1 GROUP BY 1),
           shown AS (
               SELECT date_trunc('day', hour, 'UTC') AS day, sum(clicks) AS valid, sum(invalid_clicks) AS invalid
               FROM stats_hourly WHERE hour >= $1 GROUP BY 1)
           SELECT to_char(coalesce(a.day, b.day) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS "day!",
               (coalesce(b.valid, 0) - coalesce(a.valid, 0))::bigint AS "valid!",
               (coalesce(b.invalid, 0) - coalesce(a.invalid, 0))::bigint AS "invalid!"
           FROM stored a FULL JOIN shown b ON a.day = b.day
           WHERE coalesce(a.valid, 0) <> coalesce(b.valid, 0) OR coalesce(a.invalid, 0) <> coalesce(b.invalid, 0)
           ORDER BY 1"#,
        since
    )
    .fetch_all(tx.conn())
    .await?;
    let off: Vec<_> = rows
        .into_iter()
        .flat_map(|r| {
            [("valid clicks", r.valid), ("invalid clicks", r.invalid)]
                .into_iter()
                .filter(|d| d.1 != 0)
                .map(move |(what, by)| (format!("{} {what}", r.day), by))
        })
        .collect();
    Ok(check("click_figures", &off, "Clicks in the figures and in the click log agree on every day."))
}

/// Keeps the answers of the checks.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn keep_checks(tx: &mut Tx, checks: &[Check], now: DateTime<Utc>) -> Result<(), StoreError> {
    for c in checks {
        sqlx::query!(
            "INSERT INTO reconciliations (at, check_name, ok, detail, difference) VALUES ($1, $2, $3, $4, $5)",
            now,
            c.name,
            c.ok,
            c.detail,
            c.difference
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// A consumer that has something to read and does not move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lagging {
    pub consumer: String,
    pub stream: String,
    /// Sequence numbers between the cursor and the head; an upper bound of the events, for numbers may jump.
    pub behind: i64,
    /// Since when it has been seen not to move with something to read.
    pub since: DateTime<Utc>,
}

/// Notes which consumers have something to read and have not moved since `still`, and forgets it of those that have
/// nothing left. A cursor that moves forgets it by itself. Never waits for one that is moving at this moment.
///
/// The time of the last move alone would not do: a stream in which nothing happened for hours has an old one as well.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn note_waiting(tx: &mut Tx, still: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE consumer_cursor SET waits_since = CASE WHEN waits_since IS NULL THEN $1::timestamptz END
         WHERE (consumer, stream) IN (
             SELECT c.consumer, c.stream FROM consumer_cursor c JOIN producers p USING (stream)
             WHERE CASE WHEN c.waits_since IS NULL THEN c.seq < p.head_seq AND c.updated_at < $2
                        ELSE c.seq >= p.head_seq END
             FOR UPDATE OF c SKIP LOCKED)",
        now,
        still
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Consumers of which [`note_waiting`] has found at `before` or earlier that they have something to read, and which
/// have not moved since. One that reads old events, however many, is none of them.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn lagging(tx: &mut Tx, before: DateTime<Utc>) -> Result<Vec<Lagging>, StoreError> {
    let rows = sqlx::query_as!(
        Lagging,
        r#"SELECT c.consumer, c.stream, p.head_seq - greatest(c.seq, p.began_seq - 1) AS "behind!", c.waits_since AS "since!"
           FROM consumer_cursor c JOIN producers p USING (stream)
           WHERE c.seq < p.head_seq AND c.waits_since <= $1 ORDER BY c.stream, c.consumer"#,
        before
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// How many events wait in the dead letters.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn dead_letters(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!("SELECT count(*) FROM dead_letters").fetch_one(tx.conn()).await?.unwrap_or(0))
}

//! What Postgres says in the end.

use crate::{
    harness::Node,
    load::{Outcome, SOURCE},
};
use domain::ids::ConversionId;
use sqlx::{Connection as _, PgConnection, Row as _, types::Uuid};
use std::collections::HashMap;

/// A connection as the owner of the database, who sees everything.
pub struct Books(PgConnection);

impl Books {
    pub async fn open(node: &Node) -> Result<Self, sqlx::Error> {
        Ok(Self(PgConnection::connect(&node.database_url()).await?))
    }

    /// The database's clock.
    pub async fn now(&mut self) -> String {
        sqlx::query_scalar("SELECT clock_timestamp()::text").fetch_one(&mut self.0).await.unwrap()
    }

    /// What is missing of what was promised, and streams that are not applied to their end as it was after `since`;
    /// nothing where all is done.
    pub async fn missing(&mut self, outcome: &Outcome, since: &str) -> Option<String> {
        let clicks: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM unnest($1::text[]) AS wanted (id)
             WHERE NOT EXISTS (SELECT FROM clicks WHERE click_id = wanted.id AND source = $2)",
        )
        .bind(&outcome.clicks)
        .bind(SOURCE)
        .fetch_one(&mut self.0)
        .await
        .unwrap();
        let conversions: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM unnest($1::uuid[]) AS wanted (id)
             WHERE NOT EXISTS (SELECT FROM conversions WHERE conversions.id = wanted.id)",
        )
        .bind(uuids(outcome))
        .fetch_one(&mut self.0)
        .await
        .unwrap();
        let streams: Vec<String> = sqlx::query_scalar(
            "SELECT p.stream FROM producers p
             WHERE heartbeat_at < $1::timestamptz OR head_seq >
                 (SELECT coalesce(max(c.seq), 0) FROM consumer_cursor c WHERE c.stream = p.stream)",
        )
        .bind(since)
        .fetch_all(&mut self.0)
        .await
        .unwrap();
        (clicks + conversions > 0 || !streams.is_empty()).then(|| {
            format!("{clicks} clicks, {conversions} conversions; streams behind their heads: {streams:?}")
        })
    }

    /// Everything promised is there exactly once, and nothing more than was asked for.
    pub async fn assert_exactly_once(&mut self, outcome: &Outcome) {
        self.assert_clicks(outcome).await;
        self.assert_conversions(outcome).await;
        self.assert_ledger().await;
        self.assert_figures().await;
        let dead: i64 =
            sqlx::query_scalar("SELECT count(*) FROM dead_letters").fetch_one(&mut self.0).await.unwrap();
        assert_eq!(dead, 0, "events that could not be applied");
    }

    async fn assert_clicks(&mut self, outcome: &Outcome) {
        let rows: Vec<String> = sqlx::query_scalar("SELECT click_id FROM clicks WHERE source = $1")
            .bind(SOURCE)
            .fetch_all(&mut self.0)
            .await
            .unwrap();
        let more = assert_each_once("click", rows, &outcome.clicks);
        assert!(more <= outcome.broken_clicks, "{more} clicks that nobody made");
    }

    async fn assert_conversions(&mut self, outcome: &Outcome) {
        let rows = sqlx::query(
            "SELECT id, status, source, subs[1] AS sub1 FROM conversions WHERE txid LIKE $1 || '-%'",
        )
        .bind(SOURCE)
        .fetch_all(&mut self.0)
        .await
        .unwrap();
        for row in &rows {
            let id = ConversionId(row.get("id"));
            assert_eq!(row.get::<String, _>("status"), "pending", "status of {id}");
            assert_eq!(row.get::<String, _>("source"), SOURCE, "{id} lost its click");
            assert!(row.get::<Option<String>, _>("sub1").is_some(), "{id} lost its sub-ids");
        }
        let ids = rows.iter().map(|row| ConversionId(row.get("id")).to_string()).collect();
        // A report is repeated until it is answered, and may have counted before.
        let more = assert_each_once("conversion", ids, &outcome.conversions);
        assert!(more <= outcome.unanswered.len() as u64, "{more} conversions that nobody reported");
        let conflicts: i64 = sqlx::query_scalar("SELECT count(*) FROM conversion_conflicts")
            .fetch_one(&mut self.0)
            .await
            .unwrap();
        assert_eq!(conflicts, 0, "reports that contradict each other");
    }

    /// One posting for each conversion, of the conversion's own amounts, and sums of zero.
    async fn assert_ledger(&mut self) {
        let wrong: Vec<Uuid> = sqlx::query_scalar(
            "SELECT c.id FROM conversions c WHERE txid LIKE $1 || '-%' AND (
                 (SELECT count(*) FROM ledger_txns t WHERE t.conversion_id = c.id) <> 1
                 OR NOT EXISTS (
                     SELECT FROM ledger_txns t
                     JOIN ledger_entries e ON e.txn_id = t.id
                     JOIN ledger_accounts a ON a.id = e.account_id
                     WHERE t.conversion_id = c.id AND t.idem_key LIKE 'conv:%'
                     GROUP BY t.id
                     HAVING sum(e.amount_minor) FILTER (WHERE a.kind = 'advertiser_accrued') = c.revenue_minor
                        AND sum(e.amount_minor) FILTER (WHERE a.kind = 'affiliate_pending') = -c.payout_minor
                        AND sum(e.amount_minor) = 0))",
        )
        .bind(SOURCE)
        .fetch_all(&mut self.0)
        .await
        .unwrap();
        let wrong: Vec<_> = wrong.into_iter().map(ConversionId).collect();
        assert!(
            wrong.is_empty(),
            "{} conversions posted wrongly: {:?}",
            wrong.len(),
            &wrong[..wrong.len().min(5)]
        );
        let unbalanced: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM (SELECT FROM ledger_entries GROUP BY txn_id, currency
                                           HAVING sum(amount_minor) <> 0) AS t)
                  + (SELECT count(*) FROM ledger_balances b WHERE balance_minor <>
                        (SELECT coalesce(sum(amount_minor), 0) FROM ledger_entries e WHERE e.account_id = b.account_id))",
        )
        .fetch_one(&mut self.0)
        .await
        .unwrap();
        assert_eq!(unbalanced, 0, "transactions or balances that do not add up");
    }

    /// The figures by hour are the sums of the rows they stand for, those of the load and those that were there.
    async fn assert_figures(&mut self) {
        let different: Vec<String> = sqlx::query_scalar(
            "SELECT format('%s link %s source %s: %s', hour, link_id, source,
                 (sum(clicks), sum(invalid), sum(conversions), sum(revenue), sum(payout)))
             FROM (
                 SELECT hour, link_id, source, clicks, invalid_clicks AS invalid, conversions,
                     revenue_minor AS revenue, payout_minor AS payout
                 FROM stats_hourly
                 UNION ALL
                 SELECT date_trunc('hour', ts, 'UTC'), link_id, source,
                     -(reason IS NULL)::int, -(reason IS NOT NULL)::int, 0, 0, 0
                 FROM clicks
                 UNION ALL
                 SELECT date_trunc('hour', received_at, 'UTC'), link_id, source, 0, 0, -1, -revenue_minor, -payout_minor
                 FROM conversions WHERE status <> 'rejected') AS t
             GROUP BY hour, link_id, source
             HAVING (sum(clicks), sum(invalid), sum(conversions), sum(revenue), sum(payout)) <> (0, 0, 0, 0, 0)
             ORDER BY 1",
        )
        .fetch_all(&mut self.0)
        .await
        .unwrap();
        assert!(
            different.is_empty(),
            "{} figures are too high or low by (clicks, invalid clicks, conversions, revenue, payout), such as:\n{}",
            different.len(),
            different[..different.len().min(5)].join("\n")
        );
    }
}

fn uuids(outcome: &Outcome) -> Vec<Uuid> {
    outcome.conversions.iter().map(|id| id.parse::<ConversionId>().unwrap().0).collect()
}

/// Every wanted id is among the rows once. Returns how many rows were not wanted.
fn assert_each_once(what: &str, rows: Vec<String>, wanted: &[String]) -> u64 {
    let mut times: HashMap<&str, u32> = HashMap::new();
    for id in &rows {
        *times.entry(id).or_default() += 1;
    }
    let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "{what} ids that occur more than once: {twice:?}");
    let lost: Vec<_> = wanted.iter().filter(|id| !times.contains_key(id.as_str())).collect();
    assert!(lost.is_empty(), "{} of {} {what}s lost: {lost:?}", lost.len(), wanted.len());
    let mut distinct: Vec<_> = wanted.iter().collect();
    distinct.sort_unstable();
    distinct.dedup();
    (rows.len() - distinct.len()) as u64
}

//! Row-level security: each realm sees its own rows and nobody else's, in every table there is.

use crate::support::{A, ADVERTISER, B, network};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Row as _, Transaction};
use std::collections::BTreeMap;
use store::Db;

/// Columns that say whose a row is, the realm that owns it, and two owners that the tests below give rows to.
const OWNERS: [(&str, &str, [i64; 2]); 2] =
    [("affiliate_id", "affiliate", [A.0, B.0]), ("advertiser_id", "advertiser", [ADVERTISER.0, 9])];

/// Tables, not their partitions, with an owner's column.
async fn owned_tables(pool: &PgPool, column: &str) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND a.attname = $1 AND NOT a.attisdropped ORDER BY 1",
    )
    .bind(column)
    .fetch_all(pool)
    .await
    .unwrap()
}

/// A transaction as the application has it, with the settings a careless caller might leave out.
async fn asking(pool: &PgPool, realm: Option<(&str, i64)>) -> Transaction<'static, Postgres> {
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("SET LOCAL ROLE millrace_app").execute(&mut *tx).await.unwrap();
    if let Some((word, owner)) = realm {
        sqlx::query("SELECT set_config('app.realm', $1, true), set_config('app.owner', $2, true)")
            .bind(word)
            .bind(owner.to_string())
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx
}

/// How many rows of each owner a transaction sees in a table.
async fn owners_seen(
    tx: &mut Transaction<'static, Postgres>,
    table: &str,
    column: &str,
) -> BTreeMap<i64, i64> {
    // The names come from the catalog.
    let sql =
        format!("SELECT {column} AS owner, count(*) AS n FROM {table} WHERE {column} IS NOT NULL GROUP BY 1");
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut **tx).await.unwrap();
    rows.iter().map(|r| (r.get("owner"), r.get("n"))).collect()
}

/// Rows of two affiliates and two advertisers in every owned table.
async fn fill(pool: &PgPool) {
    network(&Db::from_pool(pool.clone())).await;
    let sql = "
        INSERT INTO advertisers (id, name, created_at, updated_at) VALUES (9, 'Other', now(), now());
        INSERT INTO campaigns (id, advertiser_id, name, status, currency, destination_url, created_at, updated_at)
        VALUES (90, 9, 'Other', 'active', 'EUR', 'https://other.example', now(), now());
        INSERT INTO buyers (id, name, created_at, updated_at) VALUES (4, 'Buyer', now(), now());
        INSERT INTO users (id, email, password_hash, role, affiliate_id, advertiser_id, buyer_id, created_at, updated_at)
        VALUES (51, 'a@x.example', '', 'affiliate', 2, NULL, NULL, now(), now()),
               (52, 'b@x.example', '', 'affiliate', 3, NULL, NULL, now(), now()),
               (53, 'c@x.example', '', 'advertiser', NULL, 1, NULL, now(), now()),
               (54, 'd@x.example', '', 'advertiser', NULL, 9, NULL, now(), now()),
               (55, 'e@x.example', '', 'buyer', NULL, NULL, 4, now(), now()),
               (56, 'f@x.example', '', 'admin', NULL, NULL, NULL, now(), now());
        INSERT INTO campaign_access (campaign_id, affiliate_id, status, created_at)
        VALUES (10, 2, 'approved', now()), (10, 3, 'approved', now());
        SELECT ensure_day_partitions('2027-01-15', 0);
        INSERT INTO stats_hourly (hour, campaign_id, affiliate_id, link_id, source, advertiser_id, currency)
        VALUES ('2027-01-15 01:00Z', 10, 2, 31, '', 1, 'EUR'), ('2027-01-15 01:00Z', 90, 3, 32, '', 9, 'EUR');
        INSERT INTO stats_sub_daily (day, affiliate_id, campaign_id, sub_no, sub_value, currency)
        VALUES ('2027-01-15', 2, 10, 1, 'x', 'EUR'), ('2027-01-15', 3, 10, 1, 'x', 'EUR');
        INSERT INTO clicks (ts, click_id, link_id, campaign_id, affiliate_id, advertiser_id, user_agent, referrer,
                            source, ext_click_id, subs, stream, seq)
        VALUES ('2027-01-15 01:00Z', 'a', 31, 10, 2, 1, '', '', '', '', '{}', 's', 1),
               ('2027-01-15 01:00Z', 'b', 32, 90, 3, 9, '', '', '', '', '{}', 's', 2);
        INSERT INTO conversions (id, received_at, status, method, click_id, campaign_id, affiliate_id, advertiser_id,
                                 goal, txid, reported_amount, stream, seq)
        VALUES (gen_random_uuid(), now(), 'pending', 'postback', 'a', 10, 2, 1, 'sale', 't', '1', 's', 1),
               (gen_random_uuid(), now(), 'pending', 'postback', 'b', 90, 3, 9, 'sale', 't', '1', 's', 2);
        INSERT INTO ledger_accounts (kind, affiliate_id, advertiser_id, currency)
        VALUES ('affiliate_pending', 2, NULL, 'EUR'), ('affiliate_pending', 3, NULL, 'EUR'),
               ('advertiser_accrued', NULL, 1, 'EUR'), ('advertiser_accrued', NULL, 9, 'EUR');
        INSERT INTO ledger_txns (idem_key, kind, effective_at, created_at, actor)
        VALUES ('conv:1', 'conversion', now(), now(), 'system:test'), ('conv:2', 'conversion', now(), now(), 'system:test');
        INSERT INTO ledger_entries (txn_id, line, account_id, amount_minor, currency, affiliate_id, advertiser_id)
        SELECT t.id, row_number() OVER (PARTITION BY t.id), a.id, CASE WHEN a.advertiser_id IS NULL THEN -5 ELSE 5 END,
               'EUR', a.affiliate_id, a.advertiser_id
        FROM ledger_txns t JOIN ledger_accounts a
          ON coalesce(a.affiliate_id, a.advertiser_id) = ANY (CASE t.idem_key WHEN 'conv:1' THEN '{2,1}' ELSE '{3,9}' END::bigint[]);
        INSERT INTO ledger_balances (account_id, balance_minor, affiliate_id, advertiser_id)
        SELECT id, 5, affiliate_id, advertiser_id FROM ledger_accounts;
        INSERT INTO audit_log (at, actor, action, object) VALUES (now(), 'system:test', 'test', 'none');
        INSERT INTO reconciliations (at, check_name, ok, detail) VALUES (now(), 'test', true, '');
        INSERT INTO conversion_conflicts (conversion_id, at, reported_amount, revenue_minor, payout_minor, stream, seq)
        SELECT id, now(), '2', 2, 1, 's', 3 FROM conversions WHERE click_id = 'a';";
    sqlx::raw_sql(sql).execute(pool).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_owned_table_is_protected(pool: PgPool) {
    for column in ["affiliate_id", "advertiser_id", "buyer_id"] {
        for table in owned_tables(&pool, column).await {
            let (enabled, policies): (bool, i64) = sqlx::query_as(
                "SELECT c.relrowsecurity, (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)
                 FROM pg_class c WHERE c.oid = ('public.' || $1)::regclass",
            )
            .bind(&table)
            .fetch_one(&pool)
            .await
            .unwrap();
            assert!(enabled && policies > 0, "{table} has {column} but no row-level security");
        }
    }
    assert!(owned_tables(&pool, "affiliate_id").await.len() >= 10, "the catalog was read");
}

#[sqlx::test(migrations = "../../migrations")]
async fn owners_see_their_own_rows_and_nobody_elses(pool: PgPool) {
    fill(&pool).await;
    for (column, realm, owners) in OWNERS {
        for table in owned_tables(&pool, column).await {
            let mut tx = asking(&pool, Some(("network", 0))).await;
            let all = owners_seen(&mut tx, &table, column).await;
            for owner in owners {
                assert!(
                    all.contains_key(&owner),
                    "{table}: no row of {column} {owner} to hide; add one to fill()"
                );
            }
            for owner in owners {
                let mut tx = asking(&pool, Some((realm, owner))).await;
                let seen = owners_seen(&mut tx, &table, column).await;
                let own: BTreeMap<i64, i64> =
                    all.iter().filter(|(o, _)| **o == owner).map(|(o, n)| (*o, *n)).collect();
                assert_eq!(seen, own, "{table}: what {realm} {owner} sees");
            }
        }
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn nobody_sees_nothing(pool: PgPool) {
    fill(&pool).await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity ORDER BY 1",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    for table in &tables {
        let mut tx = asking(&pool, Some(("network", 0))).await;
        let sql = format!("SELECT EXISTS (SELECT FROM {table})");
        let filled: bool = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *tx).await.unwrap();
        assert!(filled, "{table} has no row to hide; add one to fill()");
    }
    for realm in [None, Some(("", 0)), Some(("affiliate", 999)), Some(("nonsense", 2))] {
        for table in &tables {
            let mut tx = asking(&pool, realm).await;
            let n: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
                .fetch_one(&mut *tx)
                .await
                .unwrap();
            // An unknown affiliate still sees what every affiliate may run.
            let open = realm == Some(("affiliate", 999)) && ["campaigns", "goals"].contains(&table.as_str());
            assert!(n == 0 || open, "{table}: {realm:?} sees {n} rows");
        }
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn partitions_are_no_way_around(pool: PgPool) {
    fill(&pool).await;
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c
         WHERE c.relispartition AND c.relkind = 'r' AND has_table_privilege('millrace_app', c.oid, 'SELECT')",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(open, Vec::<String>::new(), "the application reads partitions only through their parent");
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_application_cannot_rewrite_the_ledger(pool: PgPool) {
    fill(&pool).await;
    for table in ["ledger_txns", "ledger_entries", "audit_log"] {
        for statement in [format!("DELETE FROM {table}"), format!("TRUNCATE {table} CASCADE")] {
            let mut tx = asking(&pool, Some(("network", 0))).await;
            let refused = sqlx::query(AssertSqlSafe(statement.clone())).execute(&mut *tx).await.unwrap_err();
            let code = refused.as_database_error().and_then(|e| e.code()).unwrap_or_default().into_owned();
            assert_eq!(code, "42501", "{statement}: {refused}");
        }
    }
    for statement in [
        "UPDATE ledger_entries SET amount_minor = 1",
        "UPDATE ledger_txns SET actor = 'x'",
        "UPDATE ledger_accounts SET currency = 'USD'",
        "UPDATE audit_log SET action = 'x'",
        "DELETE FROM ledger_balances",
        "DELETE FROM conversions",
    ] {
        let mut tx = asking(&pool, Some(("network", 0))).await;
        let refused = sqlx::query(statement).execute(&mut *tx).await.unwrap_err();
        assert!(refused.to_string().contains("permission denied"), "{statement}: {refused}");
    }
    // The owner of the tables is not spared either.
    let by_owner =
        sqlx::query("UPDATE ledger_entries SET amount_minor = 1").execute(&pool).await.unwrap_err();
    assert!(by_owner.to_string().contains("append-only"), "{by_owner}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn owners_cannot_write_for_others(pool: PgPool) {
    fill(&pool).await;
    for statement in [
        "INSERT INTO links (id, code, campaign_id, affiliate_id, created_at, updated_at)
         VALUES (60, 'stolen', 90, 3, now(), now())",
        "INSERT INTO campaign_access (campaign_id, affiliate_id, status, created_at) VALUES (90, 2, 'approved', now())",
        "INSERT INTO campaign_access (campaign_id, affiliate_id, status, created_at) VALUES (90, 3, 'applied', now())",
        "INSERT INTO advertisers (id, name, created_at, updated_at) VALUES (70, 'Mine', now(), now())",
        "INSERT INTO users (id, email, password_hash, role, created_at, updated_at)
         VALUES (71, 'me@x.example', '', 'admin', now(), now())",
        "INSERT INTO settings (key, value) VALUES ('click_key', '\"\"')",
    ] {
        let mut tx = asking(&pool, Some(("affiliate", A.0))).await;
        let refused = sqlx::query(statement).execute(&mut *tx).await.unwrap_err();
        assert!(refused.to_string().contains("row-level security"), "{statement}: {refused}");
    }
    for statement in [
        "UPDATE links SET status = 'paused' WHERE affiliate_id = 3",
        "UPDATE affiliates SET status = 'active'",
        "UPDATE users SET role = 'admin', affiliate_id = NULL",
        "UPDATE campaign_access SET status = 'approved'",
        "UPDATE conversions SET status = 'approved'",
        "UPDATE ledger_balances SET balance_minor = 1000000",
        "UPDATE stats_hourly SET payout_minor = 1000000",
        "DELETE FROM goals",
    ] {
        let mut tx = asking(&pool, Some(("affiliate", A.0))).await;
        let done = sqlx::query(statement).execute(&mut *tx).await.unwrap();
        assert_eq!(done.rows_affected(), 0, "{statement}");
    }
}

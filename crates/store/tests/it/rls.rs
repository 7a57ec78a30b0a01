//! Row-level security: each realm sees its own rows and nobody else's, in every table there is.

mod people;

use crate::support::{A, ADVERTISER, B, network};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Row as _, Transaction};
use std::collections::BTreeMap;
use store::Db;

/// Columns that say whose a row is, the realm that owns it, and two owners that the tests below give rows to.
const OWNERS: [(&str, &str, [i64; 2]); 2] =
    [("affiliate_id", "affiliate", [A.0, B.0]), ("advertiser_id", "advertiser", [ADVERTISER.0, 9])];

/// Realms and owners that the tests below give rows to in the tables that name an owner by both: the same number in
/// two realms is two owners.
const NAMED_OWNERS: [(&str, i64); 4] =
    [("affiliate", A.0), ("affiliate", B.0), ("advertiser", A.0), ("network", 0)];

/// People of the two affiliates and of the network.
const PEOPLE: [(&str, i64, i64); 3] = [("affiliate", A.0, 51), ("affiliate", B.0, 52), ("network", 0, 56)];

/// Tables that name an affiliate or a person and are for the network all the same: what was asked before there was an
/// affiliate, what was done by whom, and what stands between a password and a portal.
const NETWORK_ONLY: [&str; 6] =
    ["affiliate_applications", "audit_log", "recovery_codes", "tokens", "user_sessions", "user_totp"];

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

/// A transaction as the application has it, of the first person of that side, with the settings a careless caller
/// might leave out.
async fn asking(pool: &PgPool, realm: Option<(&str, i64)>) -> Transaction<'static, Postgres> {
    let person = PEOPLE.into_iter().find(|(word, owner, _)| realm == Some((*word, *owner)));
    asking_as(pool, realm, person.map(|(_, _, person)| person)).await
}

async fn asking_as(
    pool: &PgPool,
    realm: Option<(&str, i64)>,
    person: Option<i64>,
) -> Transaction<'static, Postgres> {
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("SET LOCAL ROLE millrace_app").execute(&mut *tx).await.unwrap();
    if let Some((word, owner)) = realm {
        sqlx::query(
            "SELECT set_config('app.realm', $1, true), set_config('app.owner', $2, true),
                    set_config('app.user', $3, true)",
        )
        .bind(word)
        .bind(owner.to_string())
        .bind(person.map(|p| p.to_string()).unwrap_or_default())
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

/// Tables that name their owner by realm and number, and the number's column.
async fn tables_of_realms(pool: &PgPool) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT c.relname::text, o.attname::text FROM pg_class c
         JOIN pg_attribute r ON r.attrelid = c.oid AND r.attname = 'realm' AND NOT r.attisdropped
         LEFT JOIN pg_attribute o ON o.attrelid = c.oid AND o.attname IN ('owner', 'owner_id') AND NOT o.attisdropped
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

/// Tables that name a person, and the person's column.
async fn tables_of_people(pool: &PgPool) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT c.relname::text, a.attname::text FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND (a.attname IN ('user_id', 'actor_id')
                OR EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = c.oid
                           AND f.confrelid = 'users'::regclass AND a.attnum = ANY (f.conkey))) ORDER BY 1, 2",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

/// How many rows of each realm and owner a transaction sees in a table.
async fn named_owners_seen(
    tx: &mut Transaction<'static, Postgres>,
    table: &str,
    column: &str,
) -> BTreeMap<(String, i64), i64> {
    let sql = format!("SELECT realm, {column} AS owner, count(*) AS n FROM {table} GROUP BY 1, 2");
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut **tx).await.unwrap();
    rows.iter().map(|r| ((r.get("realm"), r.get("owner")), r.get("n"))).collect()
}

/// Rows of two affiliates, two advertisers and their people in every table that has such, and one in every other.
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
               (56, 'f@x.example', '', 'admin', NULL, NULL, NULL, now(), now()),
               (57, 'g@x.example', '', 'affiliate', 2, NULL, NULL, now(), now());
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
        INSERT INTO audit_log (at, actor, actor_id, action, object, realm, owner_id)
        VALUES (now(), 'system:test', NULL, 'test', 'none', 'network', 0),
               (now(), 'a@x.example', 51, 'test', 'none', 'affiliate', 2),
               (now(), 'b@x.example', 52, 'test', 'none', 'affiliate', 3),
               (now(), 'c@x.example', 53, 'test', 'none', 'advertiser', 2),
               (now(), 'f@x.example', 56, 'test', 'none', 'network', 0);
        INSERT INTO producers (stream, head_seq, head_ms, heartbeat_at) VALUES ('s', 3, 0, now());
        INSERT INTO consumer_cursor (consumer, stream, seq, updated_at) VALUES ('rollup', 's', 3, now());
        INSERT INTO campaign_secrets (campaign_id, postback_token) VALUES (90, 'other-token')
        ON CONFLICT DO NOTHING;
        INSERT INTO goals (id, campaign_id, code, name, payout_kind, payout_value) VALUES (91, 90, 'lead', 'Lead', 'fixed', 1);
        INSERT INTO goal_revenue (goal_id, kind, value) VALUES (91, 'fixed', 2);
        INSERT INTO dead_letters (consumer, stream, seq, kind, version, payload, error, at)
        VALUES ('rollup', 's', 1, 1, 1, '', 'test', now());
        INSERT INTO reconciliations (at, check_name, ok, detail) VALUES (now(), 'test', true, '');
        INSERT INTO conversion_conflicts (conversion_id, at, reported_amount, revenue_minor, payout_minor, stream, seq)
        SELECT id, now(), '2', 2, 1, 's', 3 FROM conversions WHERE click_id = 'a';
        INSERT INTO tokens (kind, hash, email, user_id, created_at, expires_at)
        SELECT 'reset', sha256(email::bytea), email, id, now(), now() + interval '1 day' FROM users WHERE id IN (51, 52, 56);
        INSERT INTO mails (kind, recipient, subject, body_text, body_html, due_at, created_at, updated_at)
        VALUES ('reset', 'a@x.example', 'Hello', '', '', now(), now(), now());
        INSERT INTO mail_attempts (mail_id, number, via, began_at) SELECT id, 1, 'file', now() FROM mails;
        INSERT INTO user_totp (user_id, secret, created_at)
        SELECT id, sha512(email::bytea), now() FROM users WHERE id IN (51, 52, 56);
        INSERT INTO recovery_codes (user_id, hash, created_at)
        SELECT id, sha256(email::bytea), now() FROM users WHERE id IN (51, 52, 56);
        INSERT INTO user_sessions (id, user_id, epoch, created_at, last_seen_at, expires_at, confirmed_at)
        SELECT id + 100, id, 0, now(), now(), now() + interval '1 day', now() FROM users WHERE id IN (51, 52, 56);
        INSERT INTO sign_in_failures (kind, key, failures, last_at) VALUES ('account', sha256('x'), 1, now());
        INSERT INTO api_keys (id, realm, owner_id, name, hash, prefix, last4, scopes, created_by, created_at)
        SELECT n, realm, owner, 'Key', sha256(n::text::bytea), 'mr_', 'abcd', '{links:read}', creator, now()
        FROM (VALUES (201, 'affiliate', 2, 51), (202, 'affiliate', 3, 52), (203, 'advertiser', 2, NULL),
                     (204, 'network', 0, 56)) v (n, realm, owner, creator);
        INSERT INTO idempotency_keys (realm, owner_id, key, route, body_hash, status, response, created_at, expires_at)
        SELECT realm, owner_id, 'k', 'POST /links', hash, 201, '', now(), now() + interval '2 days' FROM api_keys;
        INSERT INTO saved_views (id, user_id, realm, owner, list, name, query, shared, created_at, updated_at)
        VALUES (211, 51, 'affiliate', 2, 'links', 'Mine', '', true, now(), now()),
               (212, 52, 'affiliate', 3, 'links', 'Mine', '', true, now(), now()),
               (213, 53, 'advertiser', 2, 'links', 'Mine', '', true, now(), now()),
               (214, 56, 'network', 0, 'links', 'Mine', '', true, now(), now()),
               (215, 51, 'affiliate', 2, 'links', 'Alone', '', false, now(), now());
        INSERT INTO notifications (realm, owner_id, kind, tone, title, dedupe, created_at, changed_at)
        SELECT realm, owner_id, 'test', 'info', 'News', 'test', now(), now() FROM api_keys;
        INSERT INTO notification_reads (user_id, notification_id, seq, read_at)
        SELECT u.id, n.id, n.seq, now() FROM notifications n
        JOIN (VALUES ('affiliate', 2, 51), ('affiliate', 3, 52), ('network', 0, 56)) u (realm, owner, id)
          ON u.realm = n.realm AND u.owner = n.owner_id;
        INSERT INTO brand_assets (name, media_type, content, digest, updated_at)
        VALUES ('logo', 'image/png', 'x', '0123456789abcdef', now());
        INSERT INTO signup_questions (id, label, kind, position, created_at, updated_at)
        VALUES (221, 'Why?', 'text', 0, now(), now());
        INSERT INTO terms_versions (version, body, published_at, published_by) VALUES (1, 'Be good.', now(), 'f@x.example');
        INSERT INTO affiliate_applications (id, status, name, email, terms_version, created_at, confirmed_at, affiliate_id)
        VALUES (231, 'approved', 'Ann', 'a@x.example', 1, now(), now(), 2),
               (232, 'approved', 'Bob', 'b@x.example', 1, now(), now(), 3);
        INSERT INTO terms_acceptances (version, application_id, email, accepted_at)
        SELECT 1, id, email, now() FROM affiliate_applications;
        INSERT INTO tracking_domains (id, host, created_at) VALUES (241, 'go.network.example', now());";
    sqlx::raw_sql(sql).execute(pool).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_owned_table_is_protected(pool: PgPool) {
    for column in ["affiliate_id", "advertiser_id", "buyer_id", "realm", "user_id"] {
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
                let hidden = NETWORK_ONLY.contains(&table.as_str());
                let own: BTreeMap<i64, i64> =
                    all.iter().filter(|(o, _)| **o == owner && !hidden).map(|(o, n)| (*o, *n)).collect();
                assert_eq!(seen, own, "{table}: what {realm} {owner} sees");
            }
        }
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn owners_named_by_their_realm_see_their_own_rows(pool: PgPool) {
    fill(&pool).await;
    let tables = tables_of_realms(&pool).await;
    assert!(tables.len() >= 4, "the catalog was read");
    for (table, column) in tables {
        // As the owner of the tables: not even the network sees every row of each.
        let mut tx = pool.begin().await.unwrap();
        let all = named_owners_seen(&mut tx, &table, &column).await;
        for (realm, owner) in NAMED_OWNERS {
            let n = all.get(&(realm.to_owned(), owner)).copied();
            let n =
                n.unwrap_or_else(|| panic!("{table}: no row of {realm} {owner} to hide; add one to fill()"));
            let mut tx = asking(&pool, Some((realm, owner))).await;
            let seen = named_owners_seen(&mut tx, &table, &column).await;
            // Saved views are their owner's alone, also those of affiliates.
            if realm == "network" && table != "saved_views" {
                assert_eq!(seen, all, "{table}: what the network sees");
            } else if NETWORK_ONLY.contains(&table.as_str()) {
                assert_eq!(seen, BTreeMap::new(), "{table}: what {realm} {owner} sees");
            } else {
                let own = BTreeMap::from([((realm.to_owned(), owner), n)]);
                assert_eq!(seen, own, "{table}: what {realm} {owner} sees");
            }
        }
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn rows_of_people_are_seen_by_their_own_side_at_most(pool: PgPool) {
    fill(&pool).await;
    let tables = tables_of_people(&pool).await;
    assert!(tables.len() >= 8, "the catalog was read");
    for (table, column) in tables {
        let mut tx = pool.begin().await.unwrap();
        let all = owners_seen(&mut tx, &table, &column).await;
        for (realm, owner, person) in PEOPLE {
            let n = all.get(&person).copied();
            let n =
                n.unwrap_or_else(|| panic!("{table}: no row of person {person} to hide; add one to fill()"));
            let mut tx = asking(&pool, Some((realm, owner))).await;
            let seen = owners_seen(&mut tx, &table, &column).await;
            let own = if realm == "network" && table != "saved_views" {
                all.clone()
            } else if NETWORK_ONLY.contains(&table.as_str()) {
                BTreeMap::new()
            } else {
                BTreeMap::from([(person, n)])
            };
            assert_eq!(seen, own, "{table}: whose {column} {realm} {owner} sees");
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
    let unknown = [("affiliate", 999), ("advertiser", 999), ("buyer", 999), ("nonsense", 2)];
    for realm in [None, Some(("", 0))].into_iter().chain(unknown.map(Some)) {
        for table in &tables {
            let mut tx = asking(&pool, realm).await;
            let n: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
                .fetch_one(&mut *tx)
                .await
                .unwrap();
            // An unknown affiliate still sees what every affiliate may run, and the terms every affiliate accepts; and
            // every portal, how far everything has been counted.
            let word = realm.map_or("", |(word, _)| word);
            let open = match table.as_str() {
                "campaigns" | "goals" | "terms_versions" | "config_version" => word == "affiliate",
                "producers" | "consumer_cursor" => ["affiliate", "advertiser", "buyer"].contains(&word),
                _ => false,
            };
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
        "INSERT INTO api_keys (id, realm, owner_id, name, hash, prefix, last4, scopes, created_at)
         VALUES (72, 'network', 0, 'Mine', sha256('mine'), 'mr_', 'abcd', '{links:read}', now())",
        "INSERT INTO saved_views (id, user_id, realm, owner, list, name, query, shared, created_at, updated_at)
         VALUES (73, 51, 'affiliate', 3, 'links', 'Yours', '', true, now(), now())",
        "INSERT INTO notifications (realm, owner_id, kind, tone, title, dedupe, created_at, changed_at)
         VALUES ('affiliate', 3, 'test', 'info', 'Mine', 'mine', now(), now())",
        "INSERT INTO notification_reads (user_id, notification_id, seq, read_at)
         SELECT 52, id, seq, now() FROM notifications",
        "INSERT INTO saved_views (id, user_id, realm, owner, list, name, query, created_at, updated_at)
         VALUES (74, 57, 'affiliate', 2, 'links', 'Yours', '', now(), now())",
        "INSERT INTO producers VALUES ('mine', 1, 1, now())",
        "INSERT INTO consumer_cursor VALUES ('mine', 's', 1, 1, now())",
        "INSERT INTO campaign_secrets VALUES (90, 'mine-12345')",
        "INSERT INTO goal_revenue VALUES (91, 'fixed', 0)",
        "INSERT INTO terms_acceptances (version, application_id, email, accepted_at) VALUES (1, 232, 'x@x.example', now())",
        "INSERT INTO terms_versions (version, body, published_at, published_by) VALUES (2, 'Be bad.', now(), 'me')",
        "INSERT INTO mails (kind, recipient, subject, body_text, body_html, status, due_at, created_at, updated_at)
         VALUES ('reset', 'me@x.example', 'Mine', '', '', 'dead', now(), now(), now())",
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
        "UPDATE api_keys SET revoked_at = now() WHERE (realm, owner_id) <> ('affiliate', 2)",
        "UPDATE notifications SET title = 'x'",
        "DELETE FROM notification_reads WHERE user_id <> 51",
        "DELETE FROM saved_views WHERE user_id <> 51",
        "UPDATE saved_views SET name = 'x' WHERE user_id <> 51",
        "UPDATE producers SET head_seq = 0",
        "DELETE FROM producers",
        "UPDATE consumer_cursor SET seq = 0",
        "UPDATE campaign_secrets SET postback_token = 'mine-12345'",
        "UPDATE goal_revenue SET value = 0",
        "DELETE FROM user_sessions",
        "DELETE FROM affiliate_applications",
    ] {
        let mut tx = asking(&pool, Some(("affiliate", A.0))).await;
        let done = sqlx::query(statement).execute(&mut *tx).await.unwrap();
        assert_eq!(done.rows_affected(), 0, "{statement}");
    }
}

//! What belongs to a person, what is written in whose name, and what of a campaign only the network reads.

use super::{asking, asking_as, fill};
use crate::support::{A, ADVERTISER, B};
use sqlx::{AssertSqlSafe, PgPool};

/// Runs one statement as somebody; what the database says to it.
async fn try_as(
    pool: &PgPool,
    realm: Option<(&str, i64)>,
    person: Option<i64>,
    statement: &str,
) -> Result<u64, String> {
    let mut tx = asking_as(pool, realm, person).await;
    let done = sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut *tx).await;
    done.map(|done| done.rows_affected()).map_err(|e| e.to_string())
}

#[track_caller]
fn assert_refused(done: Result<u64, String>, what: &str) {
    let refused = done.expect_err(what);
    assert!(refused.contains("row-level security"), "{what}: {refused}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn lines_of_the_log_are_written_in_ones_own_realm_and_name(pool: PgPool) {
    fill(&pool).await;
    let line = |actor: &str, more: &str, values: &str| {
        format!(
            "INSERT INTO audit_log (at, actor, action, object, actor_id{more})
             VALUES (now(), 'x', 'test', 'none', {actor}{values})"
        )
    };
    let (a, network) = (Some(("affiliate", A.0)), Some(("network", 0)));
    let set = ", realm, owner_id";
    for (realm, person, statement) in [
        (None, None, line("NULL", "", "")),
        (None, None, line("NULL", set, ", 'network', 0")),
        (Some(("nonsense", 2)), None, line("NULL", "", "")),
        (a, Some(51), line("51", set, ", 'network', 0")),
        (a, Some(51), line("51", set, ", 'affiliate', 3")),
        (a, Some(51), line("51", set, ", 'advertiser', 2")),
        (a, Some(51), line("51", set, ", NULL, NULL")),
        (a, Some(51), line("57", "", "")),
        (a, Some(51), line("NULL", "", "")),
        (a, None, line("51", "", "")),
        (Some(("advertiser", ADVERTISER.0)), Some(53), line("54", "", "")),
        (network, Some(56), line("56", set, ", 'affiliate', 2")),
    ] {
        assert_refused(
            try_as(&pool, realm, person, &statement).await,
            &format!("{realm:?} {person:?}: {statement}"),
        );
    }
    for (realm, person, statement) in [
        (a, Some(51), line("51", "", "")),
        // A key of the API.
        (a, None, line("NULL", "", "")),
        (network, Some(56), line("56", "", "")),
        // Somebody who is about to sign in, and a job.
        (network, None, line("51", "", "")),
        (network, None, line("NULL", "", "")),
    ] {
        let done = try_as(&pool, realm, person, &statement).await;
        assert_eq!(done, Ok(1), "{realm:?} {person:?}: {statement}");
    }
    let mut tx = asking_as(&pool, a, Some(51)).await;
    sqlx::query(AssertSqlSafe(line("51", "", ""))).execute(&mut *tx).await.unwrap();
    sqlx::query("SET LOCAL ROLE NONE").execute(&mut *tx).await.unwrap();
    let stored: (String, i64) =
        sqlx::query_as("SELECT realm, owner_id FROM audit_log ORDER BY id DESC LIMIT 1")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(stored, ("affiliate".to_owned(), A.0), "the line says where it comes from");
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_belongs_to_a_person_is_that_persons(pool: PgPool) {
    fill(&pool).await;
    let (a, network) = (Some(("affiliate", A.0)), Some(("network", 0)));
    // Of two people of an affiliate, each sees the other's views only where they are shared, and changes none.
    for (person, seen) in [(Some(51), 2_i64), (Some(57), 1), (None, 1)] {
        let mut tx = asking_as(&pool, a, person).await;
        let n: i64 =
            sqlx::query_scalar("SELECT count(*) FROM saved_views").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(n, seen, "views that {person:?} sees");
    }
    for (person, changed) in [(Some(51), 2), (Some(57), 0), (None, 0)] {
        let done = try_as(&pool, a, person, "UPDATE saved_views SET name = name || '!'").await;
        assert_eq!(done, Ok(changed), "views that {person:?} changes");
        let done = try_as(&pool, a, person, "DELETE FROM saved_views").await;
        assert_eq!(done, Ok(changed), "views that {person:?} deletes");
    }
    assert_refused(
        try_as(&pool, a, Some(51), "UPDATE saved_views SET user_id = 57 WHERE id = 215").await,
        "a view given away",
    );
    // Keys are made in one's own name; on the command line in nobody's.
    let key = |realm: &str, by: &str| {
        format!(
            "INSERT INTO api_keys (id, realm, owner_id, name, hash, prefix, last4, scopes, created_by, created_at)
             VALUES (300, {realm}, 'Key', sha256('300'), 'mr_', 'abcd', '{{links:read}}', {by}, now())"
        )
    };
    let (own, all) = ("'affiliate', 2", "'network', 0");
    for (realm, person, by) in [
        (a, Some(51), "57"),
        (a, Some(51), "56"),
        (a, Some(51), "NULL"),
        (a, None, "51"),
        (network, Some(56), "51"),
        (network, Some(56), "NULL"),
        (network, None, "56"),
    ] {
        let owner = if realm == a { own } else { all };
        assert_refused(
            try_as(&pool, realm, person, &key(owner, by)).await,
            &format!("{realm:?} {person:?} makes a key of {by}"),
        );
    }
    for (realm, person, owner, by) in [
        (a, Some(51), own, "51"),
        (network, Some(56), own, "56"),
        (network, Some(56), all, "56"),
        (network, None, all, "NULL"),
    ] {
        let done = try_as(&pool, realm, person, &key(owner, by)).await;
        assert_eq!(done, Ok(1), "{realm:?} {person:?} makes a key of {by}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn affiliates_learn_no_secret_and_no_revenue(pool: PgPool) {
    fill(&pool).await;
    let count = async |realm: (&str, i64), table: &str| -> i64 {
        let mut tx = asking(&pool, Some(realm)).await;
        let sql = format!("SELECT count(*) FROM {table}");
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *tx).await.unwrap()
    };
    for affiliate in [("affiliate", A.0), ("affiliate", B.0)] {
        assert!(count(affiliate, "campaigns").await >= 2 && count(affiliate, "goals").await >= 2);
        assert_eq!(count(affiliate, "campaign_secrets").await, 0, "{affiliate:?}");
        assert_eq!(count(affiliate, "goal_revenue").await, 0, "{affiliate:?}");
    }
    // Advertisers know what they pay, for their own campaigns.
    let all = count(("network", 0), "goal_revenue").await;
    let (one, other) = (
        count(("advertiser", ADVERTISER.0), "goal_revenue").await,
        count(("advertiser", 9), "goal_revenue").await,
    );
    assert!(one > 0 && other == 1 && one + other == all, "{one} and {other} of {all}");
    assert_eq!(count(("advertiser", 9), "campaign_secrets").await, 0);
    // No other column gives them away.
    let left: Vec<String> = sqlx::query_scalar(
        "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = 'public' AND (column_name LIKE '%token%' OR column_name LIKE 'revenue%')
           AND table_name IN ('campaigns', 'goals', 'links')",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(left, Vec::<String>::new());
}

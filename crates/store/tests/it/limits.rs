//! Limits in a real Redis. Without `TEST_REDIS_URL` these tests pass without having looked.

use domain::rate::Quota;
use store::{StoreError, limits::RedisLimits};

const QUOTA: Quota = Quota { count: 5, window_secs: 10 };

#[tokio::test]
async fn redis_counts_as_the_rule_says() {
    let Ok(url) = std::env::var("TEST_REDIS_URL") else { return };
    let limits = RedisLimits::connect(&url).unwrap();
    let what = format!("test:{}", uuid::Uuid::new_v4());
    let began = 1_800_000_000_000_000;
    let (mut used, mut refused) = (0, 0);
    for step in 0..40 {
        let now = began + step * 300_000;
        let look = limits.look(&what, QUOTA, now).await.unwrap();
        let (after, expected) = QUOTA.take(used, now);
        assert_eq!(look, QUOTA.look(used, now), "{step}");
        assert_eq!(limits.take(&what, QUOTA, now).await.unwrap(), expected, "{step}");
        used = after;
        refused += u32::from(!expected.allowed);
    }
    assert!(refused > 5, "{refused}");
}

#[tokio::test]
async fn many_at_once_get_no_more_than_there_is() {
    let Ok(url) = std::env::var("TEST_REDIS_URL") else { return };
    let limits = RedisLimits::connect(&url).unwrap();
    let what = format!("test:{}", uuid::Uuid::new_v4());
    let now = 1_800_000_000_000_000;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let (limits, what) = (limits.clone(), what.clone());
        tasks.spawn(async move { limits.take(&what, QUOTA, now).await.unwrap().allowed });
    }
    let allowed = tasks.join_all().await.into_iter().filter(|a| *a).count();
    assert_eq!(allowed, 5);
}

#[tokio::test]
async fn a_redis_that_is_away_is_said_to_be_so() {
    let limits = RedisLimits::connect("redis://127.0.0.1:1").unwrap();
    let answer = limits.take("x", QUOTA, 0).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
}

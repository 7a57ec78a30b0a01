//! Periods, comparisons and charts of a small network whose figures are known.

use crate::{
    reports::{q, read, seeded},
    support::person,
};
use domain::{
    access::{Actor, Realm},
    chart::Unit,
    money::Currency,
    period::Compare,
    view::BarsData,
};
use engine::{
    EngineError,
    reports::{course, overview},
};
use sqlx::PgPool;

fn ranked(bars: &BarsData) -> Vec<(&str, i64)> {
    bars.rows.iter().map(|r| (r.label.as_str(), r.value)).collect()
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_chart_shows_the_figure_that_is_asked_for(pool: PgPool) {
    let s = seeded(pool).await;
    let of = async |query: &str| overview::admin(&s.network(), &q(query)).await.unwrap().chart;
    let revenue = of("metric=revenue").await;
    assert_eq!((revenue.title.as_str(), revenue.unit), ("Revenue", Unit::Money(Currency::USD)));
    assert_eq!((revenue.now[0], revenue.now[13], revenue.now[14]), (Some(6_000), Some(4_000), Some(6_000)));
    assert_eq!(revenue.summary, "Revenue, Today: $160.00, 100.0 % more than yesterday at this time.");
    // A ratio of nothing is a gap, and so is what has not come yet.
    let margin = of("metric=margin").await;
    assert_eq!((margin.now[0], margin.now[1], margin.now[20]), (Some(2_500), None, None));
    assert_eq!((margin.prev[10], margin.prev[11]), (Some(1_667), None));
    assert_eq!(of("metric=nonsense").await.metric, "clicks");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_period_is_compared_with_what_is_asked_for(pool: PgPool) {
    let s = seeded(pool).await;
    let of = async |query: &str| overview::admin(&s.network(), &q(query)).await.unwrap();
    let off = of("cmp=off").await;
    assert_eq!((off.period.cmp, off.period.prev_label.as_str()), (Compare::Off, ""));
    assert_eq!(read(&off.kpis, "clicks"), ("350".into(), String::new(), None));
    assert!(off.chart.prev.is_empty() && off.chart.prev_label.is_empty());
    // A year ago there was nothing: zero, and no change to tell.
    let yoy = of("cmp=yoy").await;
    assert_eq!(read(&yoy.kpis, "clicks"), ("350".into(), "0".into(), None));
    assert_eq!(yoy.period.prev_label, "22 Nov 2025");
    // All time begins with the first figure, a week ago at the latest, and has nothing before it.
    let all = of("period=all&cmp=prev").await;
    assert_eq!((all.chart.now.len(), all.chart.starts[0].as_str()), (7, "2026-11-16T00:00:00Z"));
    assert_eq!(read(&all.kpis, "clicks").0, "1,500");
    assert_eq!(all.period.days, "until 22 Nov 2026");
    s.run("SELECT ensure_day_partitions('2024-11-22', 0)").await;
    s.run("UPDATE stats_hourly SET hour = '2024-11-22T10:00:00Z' WHERE hour = '2026-11-21T10:00:00Z'").await;
    let all = of("period=all").await;
    assert_eq!((all.chart.now.len(), all.chart.labels[0].as_str()), (25, "Nov 2024"));
    assert_eq!((all.chart.now[0], all.chart.now[1]), (Some(150), Some(0)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_address_may_name_another_zone(pool: PgPool) {
    let s = seeded(pool).await;
    let of = async |query: &str| overview::admin(&s.network(), &q(query)).await.unwrap();
    let long = of("period=custom&from=2026-11-01&to=2026-11-01&tz=America/New_York").await;
    assert_eq!(
        (long.period.tz.as_str(), long.period.own_zone, long.chart.now.len()),
        ("America/New_York", false, 25)
    );
    assert_eq!(
        (long.chart.starts[0].as_str(), long.chart.spans[1].as_str()),
        ("2026-11-01T04:00:00Z", "01:00 – 01:00 EDT")
    );
    let unknown = of("tz=Mars/Olympus").await;
    assert_eq!(
        (unknown.period.tz.as_str(), unknown.period.problem.map(|p| p.0)),
        ("UTC", Some("tz".to_owned()))
    );
    let wrong = of("period=custom&from=2026-11-20&to=2026-11-03").await;
    assert_eq!(
        (wrong.period.key.as_str(), wrong.period.problem.map(|p| p.0)),
        ("today", Some("to".to_owned()))
    );
    assert_eq!(wrong.period.asked, Some(("2026-11-20".into(), "2026-11-03".into())));
}

#[sqlx::test(migrations = "../../migrations")]
async fn rankings_stay_within_one_currency(pool: PgPool) {
    let s = seeded(pool).await;
    let of = async |query: &str| overview::admin(&s.network(), &q(query)).await.unwrap().bars;
    let clicks = of("").await;
    assert_eq!(ranked(&clicks[0]), [("Shoes", 300), ("Hats", 50)]);
    let names: Vec<_> = clicks[1].rows.iter().map(|r| (r.label.as_str(), r.value)).collect();
    assert_eq!(names[1], ("Bob", 150));
    assert!(clicks[1].rows[1].href.starts_with("/admin/affiliates/aff_"), "{}", clicks[1].rows[1].href);
    // Hats are paid in euros.
    let revenue = of("metric=revenue").await;
    assert_eq!((ranked(&revenue[0]), revenue[0].unit), (vec![("Shoes", 16_000)], Unit::Money(Currency::USD)));
    assert!(of("period=custom&from=2026-10-01&to=2026-10-02").await.iter().all(|b| b.rows.is_empty()));
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_course_for_a_download_is_narrowed_and_guarded(pool: PgPool) {
    let s = seeded(pool).await;
    let net = s.network();
    let sum = |values: &[Option<i64>]| values.iter().flatten().sum::<i64>();
    let all = course::network(&net, &q("period=today")).await.unwrap();
    assert_eq!(sum(&all.now), 350);
    let hats =
        course::network(&net, &q(&format!("period=today&metric=revenue&campaign={}", s.hats))).await.unwrap();
    assert_eq!((sum(&hats.now), hats.unit), (1_000, Unit::Money(Currency::EUR)));
    let bob = course::network(&net, &q(&format!("period=today&affiliate={}", s.bob))).await.unwrap();
    assert_eq!(sum(&bob.now), 150);
    for query in ["campaign=camp_999999", "campaign=nonsense", "affiliate='", "advertiser=x"] {
        let found = course::network(&net, &q(query)).await;
        assert!(matches!(found, Err(EngineError::NotFound)), "{query}");
    }
    let as_bob = s.ask(Realm::Affiliate(s.bob));
    assert!(matches!(course::network(&as_bob, &q("")).await, Err(EngineError::Forbidden(_))));
    assert!(matches!(course::own(&net, &q("")).await, Err(EngineError::Forbidden(_))));
    let own = course::own(&as_bob, &q("period=today")).await.unwrap();
    assert_eq!((sum(&own.now), own.metric.as_str()), (150, "clicks"));
    // What the advertiser pays is no figure of an affiliate's.
    assert_eq!(course::own(&as_bob, &q("metric=revenue")).await.unwrap().metric, "clicks");
}

#[sqlx::test(migrations = "../../migrations")]
async fn taking_a_charts_figures_away_is_written_down(pool: PgPool) {
    let s = seeded(pool).await;
    let (ann, bob) = (Realm::Affiliate(s.net.affiliate), Realm::Affiliate(s.bob));
    for (realm, query, metric) in [
        (Realm::Network, format!("period=30d&metric=revenue&campaign={}", s.shoes), "revenue"),
        (ann, "period=7d&metric=earned".to_owned(), "earned"),
    ] {
        let chart = course::export(&s.ask(realm), &person(realm), &q(&query)).await.unwrap();
        assert_eq!(chart.metric, metric);
        let line: (String, String, String, serde_json::Value) = sqlx::query_as(
            "SELECT actor, realm, object, after FROM audit_log WHERE action = 'chart.export' ORDER BY id DESC LIMIT 1",
        )
        .fetch_one(&s.net.pool)
        .await
        .unwrap();
        assert_eq!((line.0.as_str(), line.1.as_str()), ("someone@example.com", realm.setting().0));
        assert_eq!((line.2.as_str(), &line.3["metric"]), ("chart", &serde_json::json!(metric)));
        assert!(line.3["query"].as_str().unwrap().contains(query.split('&').next().unwrap()), "{}", line.3);
    }
    // Who gets none leaves none; whoever cannot be written down gets none.
    let lines = async || s.net.audited().await.iter().filter(|a| *a == "chart.export").count();
    let nothing =
        course::export(&s.network(), &person(Realm::Network), &q("campaign=camp_zzzzzzzzzzzzz")).await;
    assert!(matches!(nothing, Err(EngineError::NotFound)), "{nothing:?}");
    let stranger = Actor { user: Some(domain::ids::UserId(7)), ..person(bob) };
    let refused = course::export(&s.ask(bob), &stranger, &q("")).await;
    assert!(matches!(refused, Err(EngineError::Forbidden(_))), "{refused:?}");
    assert_eq!(lines().await, 2);
}

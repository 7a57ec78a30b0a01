use super::*;

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

fn read(word: &str, cmp: &str, tz: &str, now: &str) -> PeriodRange {
    parse(&Asked { word, cmp, ..Asked::default() }, tz, at(now), "today")
}

fn days(p: &PeriodRange) -> (String, String) {
    let prev = |ms| zoned(ms, &zone(&p.tz)).date().to_string();
    (format!("{}/{}", p.from, p.to), format!("{}/{}", prev(p.prev_start_ms), prev(p.prev_end_ms - 1)))
}

#[test]
fn days_are_days_of_the_zone() {
    // 2026-11-01 has 25 hours in New York, 2026-03-08 has 23.
    let p = read("yesterday", "", "America/New_York", "2026-11-02T12:00:00Z");
    assert_eq!((p.start_ms, p.end_ms), (at("2026-11-01T04:00:00Z"), at("2026-11-02T05:00:00Z")));
    assert_eq!((p.buckets.len(), p.prev_buckets.len()), (25, 24));
    let twice: Vec<_> = p.buckets.iter().filter(|b| b.label == "01:00").map(|b| b.span.as_str()).collect();
    assert_eq!(twice, ["01:00 – 01:00 EDT", "01:00 – 02:00 EST"]);
    let p = read("today", "", "America/New_York", "2026-03-08T20:00:00Z");
    assert_eq!((p.buckets.len(), p.prev_buckets.len()), (23, 24));
    // A day of a week has 25 hours, too, and is still one bucket.
    let p = read("7d", "", "America/New_York", "2026-11-04T12:00:00Z");
    assert_eq!(p.buckets.len(), 7);
    assert_eq!(p.buckets[4].start_ms - p.buckets[3].start_ms, 25 * 3_600_000);
}

#[test]
fn presets_and_what_they_are_compared_with() {
    let now = "2026-11-22T10:00:00Z";
    let all = [
        ("today", "2026-11-22/2026-11-22", "2026-11-21/2026-11-21"),
        ("yesterday", "2026-11-21/2026-11-21", "2026-11-20/2026-11-20"),
        ("7d", "2026-11-16/2026-11-22", "2026-11-09/2026-11-15"),
        ("14d", "2026-11-09/2026-11-22", "2026-10-26/2026-11-08"),
        ("30d", "2026-10-24/2026-11-22", "2026-09-24/2026-10-23"),
        ("mtd", "2026-11-01/2026-11-22", "2026-10-01/2026-10-22"),
        ("lastmonth", "2026-10-01/2026-10-31", "2026-09-01/2026-09-30"),
        ("qtd", "2026-10-01/2026-11-22", "2026-07-01/2026-08-22"),
        ("ytd", "2026-01-01/2026-11-22", "2025-01-01/2025-11-22"),
        ("12m", "2025-11-23/2026-11-22", "2024-11-23/2025-11-22"),
    ];
    for (word, now_days, prev_days) in all {
        let p = read(word, "", "UTC", now);
        assert_eq!(days(&p), (now_days.to_owned(), prev_days.to_owned()), "{word}");
    }
    for (word, prev_days) in [
        ("today", "2025-11-22/2025-11-22"),
        ("7d", "2025-11-16/2025-11-22"),
        ("ytd", "2025-01-01/2025-11-22"),
    ] {
        assert_eq!(days(&read(word, "yoy", "UTC", now)).1, prev_days, "{word}");
    }
    assert_eq!(days(&read("today", "yoy", "UTC", "2028-02-29T10:00:00Z")).1, "2027-02-28/2027-02-28");
    // The whole of a short month, never a day of the next one.
    assert_eq!(days(&read("mtd", "", "UTC", "2026-03-31T10:00:00Z")).1, "2026-02-01/2026-02-28");
}

#[test]
fn nothing_to_compare_with() {
    for p in
        [read("7d", "off", "UTC", "2026-11-22T10:00:00Z"), read("all", "prev", "UTC", "2026-11-22T10:00:00Z")]
    {
        assert_eq!((p.cmp, p.prev_label.as_str(), p.prev_buckets.len()), (Compare::Off, "", 0));
        assert_eq!(p.prev_start_ms, p.prev_end_ms);
    }
}

#[test]
fn buckets_follow_the_length() {
    let now = "2026-11-22T10:00:00Z";
    let count = |word| {
        let p = read(word, "", "UTC", now);
        (p.grain, p.buckets.len(), p.last_is_short)
    };
    assert_eq!(count("today"), (Grain::Hour, 24, false));
    assert_eq!(count("30d"), (Grain::Day, 30, false));
    assert_eq!(count("ytd"), (Grain::Week, 47, true));
    assert_eq!(count("12m"), (Grain::Week, 53, true));
    let all = read("all", "", "UTC", now);
    let since = all.since(Some(at("2024-03-05T10:00:00Z")));
    assert_eq!((since.grain, since.from.as_str(), since.buckets.len()), (Grain::Month, "2024-03-05", 33));
    assert_eq!(since.buckets[1].span, "1 – 30 Apr 2024");
    assert_eq!(all.since(None).from, "2026-11-16");
    assert_eq!(read("7d", "", "UTC", now).since(Some(0)), read("7d", "", "UTC", now));
}

#[test]
fn impossible_days_are_said_and_not_guessed() {
    let now = at("2026-11-22T10:00:00Z");
    let read = |from, to| parse(&Asked { word: "custom", from, to, cmp: "" }, "UTC", now, "7d");
    let fine = read("2026-11-03", "2026-11-20");
    assert_eq!((fine.key.as_str(), fine.label.as_str(), fine.problem), ("custom", "3 – 20 Nov 2026", None));
    for (from, to, field) in [
        ("", "", "from"),
        ("2026-11-20", "", "to"),
        ("2026-11-20", "2026-11-03", "to"),
        ("2026-02-30", "2026-11-03", "from"),
        ("2026-11-01", "9999-12-31", "to"),
        ("0001-01-01", "2026-11-03", "from"),
        ("2005-01-01", "2026-11-03", "from"),
        ("-009999-01-01", "x", "from"),
    ] {
        let p = read(from, to);
        assert_eq!((p.key.as_str(), p.problem.map(|p| p.0)), ("7d", Some(field)), "{from} {to}");
        assert!(p.start_ms < p.end_ms && p.prev_start_ms < p.prev_end_ms);
    }
    for hostile in ["", "'; --", "9999999d"] {
        let asked = Asked { word: hostile, from: hostile, to: hostile, cmp: hostile };
        assert_eq!(parse(&asked, hostile, now, "today").key, "today");
        assert!(!zone_known(hostile));
    }
    assert!(zone_known("Asia/Kathmandu") && zone_known("UTC") && !zone_known("../etc/passwd"));
}

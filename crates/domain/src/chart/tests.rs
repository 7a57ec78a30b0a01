use super::*;
use crate::money::Currency;
use proptest::prelude::*;

fn some(values: &[i64]) -> Vec<Option<i64>> {
    values.iter().copied().map(Some).collect()
}

fn labels(g: &Geometry) -> Vec<&str> {
    g.ticks.iter().map(|t| t.label.as_str()).collect()
}

#[test]
fn ticks_are_round_and_cover_the_values() {
    let of = |values: &[i64], unit| layout(&some(values), &[], None, unit);
    assert_eq!(labels(&of(&[10, 20], Unit::Count)), ["0", "5", "10", "15", "20"]);
    assert_eq!(labels(&of(&[1], Unit::Count)), ["0", "1", "2", "3"]);
    assert_eq!(labels(&of(&[0, 0, 0], Unit::Count)), ["0", "1", "2", "3"]);
    assert_eq!(labels(&of(&[], Unit::Count)), ["0", "1", "2", "3"]);
    assert_eq!(labels(&of(&[6200], Unit::Count)), ["0", "2k", "4k", "6k", "8k"]);
    let usd = Unit::Money(Currency::USD);
    assert_eq!(labels(&of(&[4_188_250], usd)), ["$0", "$10k", "$20k", "$30k", "$40k", "$50k"]);
    assert_eq!(labels(&of(&[180], usd)), ["$0.00", "$0.50", "$1.00", "$1.50", "$2.00"]);
    assert_eq!(labels(&of(&[-1250, 3100], Unit::Percent)), ["−20 %", "0 %", "20 %", "40 %"]);
}

#[test]
fn a_negative_margin_lies_below_zero() {
    let g = layout(&some(&[2000, -1000]), &[], None, Unit::Percent);
    assert_eq!(labels(&g), ["−10 %", "0 %", "10 %", "20 %"]);
    assert!((g.zero - HEIGHT * 2.0 / 3.0).abs() < 0.01, "{}", g.zero);
    assert_eq!(g.now, format!("M0.0,0.0 L{WIDTH:.1},{HEIGHT:.1}"));
    let all_below = layout(&some(&[-5, -5]), &[], None, Unit::Count);
    assert_eq!((labels(&all_below)[0], all_below.zero), ("−5", 0.0));
}

#[test]
fn gaps_are_not_zero() {
    let g = layout(&[Some(1), None, Some(2), Some(3), None], &some(&[4; 5]), Some(3), Unit::Count);
    // A lonely point, then a line that ends before the bucket that is still filling.
    assert_eq!(g.now.matches('M').count(), 2);
    assert!(g.now.contains("h0"), "{}", g.now);
    assert_eq!((g.tail.matches('M').count(), g.tail.matches('L').count()), (1, 1));
    assert_eq!(g.points.iter().map(|p| p.y.is_some()).collect::<Vec<_>>(), [true, false, true, true, false]);
    assert_eq!(g.last, Some(3));
    // The area has no wall at the gap.
    assert_eq!(g.area.matches('M').count(), 1);
}

#[test]
fn little_or_nothing_to_draw() {
    let empty = layout(&[], &[], None, Unit::Count);
    assert!(
        empty.now.is_empty() && empty.area.is_empty() && empty.points.is_empty() && empty.x_ticks.is_empty()
    );
    let one = layout(&some(&[7]), &[], None, Unit::Count);
    assert_eq!((one.now.as_str(), one.points[0].x), ("M430.0,37.0 h0", 50.0));
    let filling = layout(&some(&[0]), &[], Some(0), Unit::Count);
    assert!(filling.now.is_empty() && filling.tail.starts_with('M'), "{filling:?}");
    let future = layout(&[None, None], &some(&[1, 2]), Some(0), Unit::Count);
    assert!(future.now.is_empty() && !future.prev.is_empty() && future.last.is_none());
    // The day before had an hour more.
    let uneven = layout(&some(&[1; 24]), &some(&[1; 25]), None, Unit::Count);
    assert_eq!((uneven.points.len(), uneven.points[24].y), (25, None));
    assert!(uneven.points[23].x < 96.0);
}

#[test]
fn at_most_eight_labels_under_the_axis() {
    for (buckets, labels) in [(1, 1), (7, 7), (8, 8), (9, 5), (24, 8), (25, 7), (30, 8), (53, 8), (92, 8)] {
        let g = layout(&vec![Some(1); buckets], &[], None, Unit::Count);
        assert_eq!(g.x_ticks.len(), labels, "{buckets}");
        assert_eq!(g.x_ticks[0].0, 0);
    }
}

#[test]
fn sparklines_and_bars() {
    assert_eq!(spark(&[5]).0, "");
    assert_eq!(spark(&[0, 0]).0, "M0.0,26.0 L96.0,26.0");
    assert_eq!(spark(&[-10, 10]).0, "M0.0,26.0 L96.0,3.0");
    assert_eq!(bars(&[200, 50, 0]), [(0.0, 100.0), (0.0, 25.0), (0.0, 0.0)]);
    assert_eq!(bars(&[100, -100]), [(50.0, 50.0), (0.0, 50.0)]);
    assert_eq!(bars(&[1_000_000, 1])[1], (0.0, 0.5));
    assert_eq!(bars(&[0, 0]), [(0.0, 0.0), (0.0, 0.0)]);
    assert!(bars(&[]).is_empty());
}

proptest! {
    #[test]
    fn whatever_the_values_the_drawing_stays_inside(
        now in prop::collection::vec(prop::option::of(any::<i64>()), 0..60),
        prev in prop::collection::vec(prop::option::of(any::<i64>()), 0..60),
        open in prop::option::of(0usize..70),
    ) {
        let g = layout(&now, &prev, open, Unit::Count);
        let text = format!("{g:?}");
        prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{}", text);
        prop_assert!((4..=6).contains(&g.ticks.len()), "{}", g.ticks.len());
        prop_assert!(g.ticks.iter().any(|t| t.label == "0"));
        prop_assert!(g.x_ticks.len() <= 8);
        for p in &g.points {
            prop_assert!((0.0..=100.0).contains(&p.x));
            prop_assert!(p.y.is_none_or(|y| (-0.01..=100.01).contains(&y)), "{:?}", p);
        }
        for (left, width) in bars(&now.iter().flatten().copied().collect::<Vec<_>>()) {
            prop_assert!(left >= 0.0 && left + width <= 100.01);
        }
    }
}

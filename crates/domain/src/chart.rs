//! Geometry of charts: from numbers to paths and ticks, the same on server and in the browser.

/// Size of the drawing area in its own units; the page stretches it.
pub const WIDTH: f64 = 860.0;
pub const HEIGHT: f64 = 296.0;

/// A tick of the vertical axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Share of the height from the bottom, in percent.
    pub percent: f64,
    pub y: f64,
    pub label: String,
}

/// A chart ready to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    pub now: String,
    /// Last, incomplete stretch of `now`, drawn dashed.
    pub tail: String,
    pub area: String,
    pub prev: String,
    pub ticks: Vec<Tick>,
    /// Points of the current series as (x %, y %) from the top left.
    pub points: Vec<(f64, f64)>,
    pub top: i64,
}

/// Lays out two series of equal bucket width. `None` is a gap, which is not zero. `incomplete_from` is the first
/// bucket that is still filling.
#[must_use]
pub fn layout(now: &[Option<i64>], prev: &[Option<i64>], incomplete_from: Option<usize>) -> Geometry {
    let buckets = now.len().max(prev.len()).max(1);
    let top = nice_top(now.iter().chain(prev).flatten().copied().max().unwrap_or(0));
    let x = |i: usize| if buckets == 1 { WIDTH / 2.0 } else { WIDTH * i as f64 / (buckets - 1) as f64 };
    let y = |v: i64| HEIGHT - HEIGHT * v.max(0) as f64 / top as f64;
    let path = |values: &[Option<i64>], offset: usize| {
        let mut out = String::new();
        let mut pen_down = false;
        for (i, v) in values.iter().enumerate() {
            match v {
                Some(v) => {
                    out.push_str(&format!(
                        "{}{:.1},{:.1} ",
                        if pen_down { 'L' } else { 'M' },
                        x(i + offset),
                        y(*v)
                    ));
                    pen_down = true;
                }
                None => pen_down = false,
            }
        }
        out.trim_end().to_owned()
    };
    let known = now.iter().rposition(Option::is_some).map_or(0, |i| i + 1);
    let now = &now[..known];
    // The solid part ends where the incomplete bucket begins; the dashed part continues from its last point.
    let solid = incomplete_from.unwrap_or(known).min(known);
    let tail_from = solid.saturating_sub(1);
    let now_path = path(&now[..solid], 0);
    let area = match (now.iter().position(Option::is_some), known) {
        (Some(first), known) if known > first + 1 => {
            let line = path(now, 0).replacen('M', "L", 1);
            format!("M{:.1},{HEIGHT} {line} L{:.1},{HEIGHT} Z", x(first), x(known - 1))
        }
        _ => String::new(),
    };
    Geometry {
        tail: if solid < known { path(&now[tail_from..], tail_from) } else { String::new() },
        now: now_path,
        area,
        prev: path(prev, 0),
        ticks: (0..=4)
            .map(|n| {
                let value = top / 4 * n;
                Tick { percent: n as f64 * 25.0, y: HEIGHT - HEIGHT * n as f64 / 4.0, label: short(value) }
            })
            .collect(),
        points: now
            .iter()
            .enumerate()
            .map(|(i, v)| (x(i) / WIDTH * 100.0, y(v.unwrap_or(0)) / HEIGHT * 100.0))
            .collect(),
        top,
    }
}

/// Line and area of a sparkline in a box of 96 × 28.
#[must_use]
pub fn spark(values: &[i64]) -> (String, String) {
    if values.len() < 2 {
        return (String::new(), String::new());
    }
    let top = values.iter().copied().max().unwrap_or(0).max(1) as f64;
    let points: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(i, v)| {
            format!(
                "{:.1},{:.1}",
                96.0 * i as f64 / (values.len() - 1) as f64,
                26.0 - 23.0 * (*v).max(0) as f64 / top
            )
        })
        .collect();
    let line = format!("M{}", points.join(" L"));
    let area = format!("{line} L96,28 L0,28 Z");
    (line, area)
}

/// The smallest 1, 2, 4 or 8 times a power of ten that is not below `max`, and at least 4: divisible by four
/// without rest, so that every tick is a whole number.
fn nice_top(max: i64) -> i64 {
    let mut unit = 1i64;
    loop {
        for step in [4, 8, 12, 20] {
            let top = unit.saturating_mul(step);
            if top >= max {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// `8200` → `8.2k`.
fn short(value: i64) -> String {
    let scaled = |div: i64, letter: &str| {
        let tenths = value * 10 / div;
        if tenths % 10 == 0 {
            format!("{}{letter}", tenths / 10)
        } else {
            format!("{}.{}{letter}", tenths / 10, tenths % 10)
        }
    };
    match value {
        0..1000 => value.to_string(),
        1000..1_000_000 => scaled(1000, "k"),
        _ => scaled(1_000_000, "M"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_whole_and_cover_the_values() {
        for max in [0, 1, 3, 7, 99, 100, 4321, 87_654_321] {
            let top = nice_top(max);
            assert!(top >= max && top % 4 == 0, "{max} → {top}");
        }
        let g = layout(&[Some(10), Some(20)], &[], None);
        assert_eq!(
            g.ticks.iter().map(|t| t.label.as_str()).collect::<Vec<_>>(),
            ["0", "5", "10", "15", "20"]
        );
    }

    #[test]
    fn gaps_and_the_unfinished_bucket() {
        let g = layout(&[Some(1), None, Some(2), Some(3), None], &[Some(4); 5], Some(3));
        assert_eq!(g.now.matches('M').count(), 2);
        assert!(!g.tail.is_empty());
        assert_eq!(g.points.len(), 4);
        let empty = layout(&[], &[], None);
        assert!(empty.now.is_empty() && empty.area.is_empty());
        assert!(!format!("{:?}", layout(&[Some(0)], &[], Some(0))).contains("NaN"));
    }
}

//! Geometry of charts: from numbers to paths and ticks, the same on server and in the browser.

mod unit;

pub use unit::Unit;

/// Size of the drawing area in its own units; the page stretches it.
pub const WIDTH: f64 = 860.0;
pub const HEIGHT: f64 = 296.0;

/// Labels under the axis, at most.
const X_TICKS: usize = 8;

/// Ticks of the vertical axis.
const FEWEST_TICKS: i128 = 4;
const MOST_TICKS: i128 = 6;

/// A tick of the vertical axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Share of the height from the bottom, in percent.
    pub percent: f64,
    pub y: f64,
    pub label: String,
}

/// A bucket: where it stands, in percent from the left and the top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub x: f64,
    /// `None` for a gap.
    pub y: Option<f64>,
}

/// A chart ready to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    pub now: String,
    /// Last, incomplete stretch of `now`, drawn dashed.
    pub tail: String,
    /// Between the line and zero.
    pub area: String,
    pub prev: String,
    pub ticks: Vec<Tick>,
    /// Buckets that have a label under the axis, with the place in percent from the left.
    pub x_ticks: Vec<(usize, f64)>,
    /// One a bucket; the previous period may have more of them than the current one.
    pub points: Vec<Point>,
    /// The last bucket of the current period that has a value.
    pub last: Option<usize>,
    /// Height of zero in the units of the drawing, from the top.
    pub zero: f64,
}

/// Lays out two series of equal bucket width. `None` is a gap, which is not zero. `incomplete_from` is the first
/// bucket that is still filling.
#[must_use]
pub fn layout(
    now: &[Option<i64>],
    prev: &[Option<i64>],
    incomplete_from: Option<usize>,
    unit: Unit,
) -> Geometry {
    let buckets = now.len().max(prev.len());
    let all = || now.iter().chain(prev).flatten().copied();
    let (bottom, step, steps) = scale(all().min().unwrap_or(0), all().max().unwrap_or(0));
    let height = (step * steps) as f64;
    let x = |i: usize| if buckets < 2 { WIDTH / 2.0 } else { WIDTH * i as f64 / (buckets - 1) as f64 };
    let y = |v: i128| HEIGHT - HEIGHT * (v - bottom) as f64 / height;
    let at = |i: usize, v: i64| (x(i), y(i128::from(v)));
    let last = now.iter().rposition(Option::is_some);
    let known = last.map_or(0, |i| i + 1);
    // The solid part ends where the incomplete bucket begins; the dashed part continues from its last point.
    let solid = incomplete_from.unwrap_or(known).min(known);
    let runs = |values: &[Option<i64>], from: usize| -> Vec<Vec<(f64, f64)>> {
        values
            .split(Option::is_none)
            .scan(from, |i, run| {
                let start = *i;
                *i += run.len() + 1;
                Some(run.iter().flatten().enumerate().map(|(n, v)| at(start + n, *v)).collect())
            })
            .filter(|run: &Vec<_>| !run.is_empty())
            .collect()
    };
    let zero = y(0);
    let tail_from = solid.saturating_sub(1);
    Geometry {
        now: line(&runs(&now[..solid], 0)),
        tail: if solid < known { line(&runs(&now[tail_from..known], tail_from)) } else { String::new() },
        area: area(&runs(&now[..known], 0), zero),
        prev: line(&runs(prev, 0)),
        ticks: (0..=steps)
            .map(|n| Tick {
                percent: n as f64 * 100.0 / steps as f64,
                y: HEIGHT - HEIGHT * n as f64 / steps as f64,
                label: unit.short(bottom + step * n, step),
            })
            .collect(),
        x_ticks: (0..now.len())
            .step_by(now.len().div_ceil(X_TICKS).max(1))
            .map(|i| (i, x(i) / WIDTH * 100.0))
            .collect(),
        points: (0..buckets)
            .map(|i| Point {
                x: x(i) / WIDTH * 100.0,
                y: now.get(i).copied().flatten().map(|v| y(i128::from(v)) / HEIGHT * 100.0),
            })
            .collect(),
        last,
        zero,
    }
}

/// A stroke a run; a point between two gaps becomes a dot.
fn line(runs: &[Vec<(f64, f64)>]) -> String {
    let run = |points: &Vec<(f64, f64)>| match points.as_slice() {
        [(x, y)] => format!("M{x:.1},{y:.1} h0"),
        points => {
            let points: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            format!("M{}", points.join(" L"))
        }
    };
    runs.iter().map(run).collect::<Vec<_>>().join(" ")
}

/// What lies between the runs and zero.
fn area(runs: &[Vec<(f64, f64)>], zero: f64) -> String {
    let run = |points: &Vec<(f64, f64)>| {
        let (first, last) = (points.first()?.0, points.last()?.0);
        (points.len() > 1).then(|| {
            let points: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            format!("M{first:.1},{zero:.1} L{} L{last:.1},{zero:.1} Z", points.join(" L"))
        })
    };
    runs.iter().filter_map(run).collect::<Vec<_>>().join(" ")
}

/// The lowest tick, the distance between ticks, and how many distances: steps of 1, 2 or 5 times a power of ten, zero
/// among the ticks, and four to six of them.
fn scale(min: i64, max: i64) -> (i128, i128, i128) {
    let (min, max) = (i128::from(min.min(0)), i128::from(max.max(0)));
    let mut unit = 1i128;
    loop {
        for step in [unit, unit * 2, unit * 5] {
            let below = (-min + step - 1) / step;
            let above = (max + step - 1) / step;
            if below + above < MOST_TICKS {
                // A flat or small series still gets its ticks; upwards, unless everything is below zero.
                let spare = (FEWEST_TICKS - 1 - below - above).max(0);
                let (below, above) =
                    if max == 0 && min < 0 { (below + spare, above) } else { (below, above + spare) };
                return (-below * step, step, below + above);
            }
        }
        unit *= 10;
    }
}

/// Line and area of a sparkline in a box of 96 × 28.
#[must_use]
pub fn spark(values: &[i64]) -> (String, String) {
    if values.len() < 2 {
        return (String::new(), String::new());
    }
    let top = values.iter().copied().max().unwrap_or(0).max(1) as f64;
    let bottom = values.iter().copied().min().unwrap_or(0).min(0) as f64;
    let y = |v: f64| 26.0 - 23.0 * (v - bottom) / (top - bottom);
    let points: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(i, v)| format!("{:.1},{:.1}", 96.0 * i as f64 / (values.len() - 1) as f64, y(*v as f64)))
        .collect();
    let line = format!("M{}", points.join(" L"));
    let area = format!("{line} L96,28 L0,28 Z");
    (line, area)
}

/// Widths of horizontal bars: left edge and width in percent, with zero between them where some are negative. A value
/// that is not zero is never invisible.
#[must_use]
pub fn bars(values: &[i64]) -> Vec<(f64, f64)> {
    let top = values.iter().copied().max().unwrap_or(0).max(0) as f64;
    let bottom = values.iter().copied().min().unwrap_or(0).min(0) as f64;
    let whole = top - bottom;
    let place = |v: f64| if whole > 0.0 { (v - bottom) / whole * 100.0 } else { 0.0 };
    let zero = place(0.0);
    values
        .iter()
        .map(|v| {
            let end = place(*v as f64);
            let width = (end - zero).abs();
            let width = if *v == 0 { 0.0 } else { width.max(0.5) };
            (if *v < 0 { (zero - width).max(0.0) } else { zero.min(100.0 - width) }, width)
        })
        .collect()
}

#[cfg(test)]
mod tests;

//! Boundaries -> two Typst modules that `look.typ` imports: coarse ones for the small map of a fact sheet,
//! fine ones for a map that fills a page.
//!
//! Written once for a run and not into each document, so that Typst reads them once per worker, and the
//! fine ones only where they are drawn. Lengths are
//! whole numbers, x to the right, y down, the map [`HEIGHT`] high: drawn as points and scaled down, they
//! stay short in the PDF.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::model::{Boundaries, Data, Shape};

use super::escape;

/// Height of the map in the units of the module.
const HEIGHT: i64 = 2000;

/// The modules: path in the pantry, and how far in metres a simplified line may run from the true one. That
/// is a tenth of a millimetre on a map of three centimetres, and less than that on one that fills a page.
pub const MODULES: [(&str, f64); 2] = [("templates/boundaries.typ", 2500.0), ("templates/boundaries-fine.typ", 600.0)];

/// A module: `width` and `height` of the map; `laender` and `kommunen` as dictionaries from key to (x and y
/// of the middle, longer side, rings); a ring is (is a hole, points).
pub fn module(data: &Data, tolerance: f64) -> String {
    let Boundaries { kreise, laender } = &data.boundaries;
    let wanted: BTreeSet<&str> = data.kommunen.iter().map(|k| k.ags.value.as_str()).collect();
    let Some(frame) = Frame::around(laender).or_else(|| Frame::around(kreise)) else {
        return "#let (width, height) = (0, 1)\n#let (laender, kommunen) = ((:), (:))\n".to_owned();
    };
    let mut text = format!("#let (width, height) = ({}, {HEIGHT})\n", frame.scaled(frame.right - frame.left));
    write_shapes(&mut text, "laender", &frame, tolerance, laender.iter());
    let wanted = kreise.iter().filter(|shape| wanted.contains(shape.key.as_str()));
    write_shapes(&mut text, "kommunen", &frame, tolerance, wanted);
    text
}

/// What the map shows, in metres.
struct Frame {
    left: i64,
    right: i64,
    bottom: i64,
    top: i64,
}

impl Frame {
    fn around(shapes: &[Shape]) -> Option<Self> {
        let mut points = shapes.iter().flat_map(|s| &s.rings).flat_map(|r| &r.points);
        let [x, y] = *points.next()?;
        let mut frame = Self { left: x, right: x, bottom: y, top: y };
        for [x, y] in points {
            frame.left = frame.left.min(*x);
            frame.right = frame.right.max(*x);
            frame.bottom = frame.bottom.min(*y);
            frame.top = frame.top.max(*y);
        }
        (frame.top > frame.bottom).then_some(frame)
    }

    /// Metres in the units of the module.
    fn scaled(&self, metres: i64) -> i64 {
        (metres * HEIGHT + (self.top - self.bottom) / 2) / (self.top - self.bottom)
    }
}

fn write_shapes<'a>(
    text: &mut String,
    name: &str,
    frame: &Frame,
    tolerance: f64,
    shapes: impl Iterator<Item = &'a Shape>,
) {
    let write = || -> std::fmt::Result {
        writeln!(text, "#let {name} = (")?;
        let empty = text.len();
        for shape in shapes {
            let Some(around) = Frame::around(std::slice::from_ref(shape)) else { continue };
            let middle = [(around.left + around.right) / 2 - frame.left, frame.top - (around.bottom + around.top) / 2];
            let side = (around.right - around.left).max(around.top - around.bottom);
            let [x, y, side] = [middle[0], middle[1], side].map(|metres| frame.scaled(metres));
            write!(text, "  {}: ({x}, {y}, {side}, (", escape::literal(&shape.key))?;
            for ring in &shape.rings {
                let points = simplified(&ring.points, tolerance);
                if points.len() < 3 {
                    continue;
                }
                write!(text, "({}, (", ring.hole)?;
                for [x, y] in points {
                    write!(text, "({},{}),", frame.scaled(x - frame.left), frame.scaled(frame.top - y))?;
                }
                text.push_str(")),");
            }
            text.push_str(")),\n");
        }
        // An empty dictionary is written `(:)`.
        text.push_str(if text.len() > empty { ")\n" } else { ":)\n" });
        Ok(())
    };
    write().expect("writing to a String cannot fail");
}

/// A ring with fewer points, nowhere farther from the true line than the tolerance (Douglas and Peucker
/// 1973). The closing point is left out. A ring too small for three points keeps its own.
fn simplified(ring: &[[i64; 2]], tolerance: f64) -> Vec<[i64; 2]> {
    let open = match ring {
        [first, inner @ .., last] if first == last && !inner.is_empty() => &ring[..ring.len() - 1],
        _ => ring,
    };
    if open.len() < 4 {
        return open.to_vec();
    }
    // Two fixed points: the first, and the one farthest from it.
    let far = (1..open.len()).max_by_key(|at| squared(open[*at], open[0])).unwrap_or(0);
    let mut closed = open.to_vec();
    closed.push(open[0]);
    let mut keep = vec![false; closed.len()];
    keep[0] = true;
    keep[far] = true;
    let mut stretches = vec![(0, far), (far, closed.len() - 1)];
    while let Some((from, to)) = stretches.pop() {
        let farthest = (from + 1..to)
            .map(|at| (distance(closed[at], closed[from], closed[to]), at))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((off, at)) = farthest
            && off > tolerance
        {
            keep[at] = true;
            stretches.push((from, at));
            stretches.push((at, to));
        }
    }
    let kept: Vec<[i64; 2]> = open.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(point, _)| *point).collect();
    if kept.len() < 3 { open.to_vec() } else { kept }
}

fn squared(a: [i64; 2], b: [i64; 2]) -> i64 {
    (a[0] - b[0]).pow(2) + (a[1] - b[1]).pow(2)
}

/// Distance of a point from the line through two others, in metres.
fn distance(point: [i64; 2], a: [i64; 2], b: [i64; 2]) -> f64 {
    let base = squared(a, b) as f64;
    if base == 0.0 {
        return (squared(point, a) as f64).sqrt();
    }
    let area = (b[0] - a[0]) * (a[1] - point[1]) - (a[0] - point[0]) * (b[1] - a[1]);
    area.abs() as f64 / base.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_points_are_dropped_and_corners_stay() {
        let ring = [[0, 0], [5_000, 10], [10_000, 0], [10_000, 10_000], [0, 10_000], [0, 0]];
        assert_eq!(simplified(&ring, 800.0), [[0, 0], [10_000, 0], [10_000, 10_000], [0, 10_000]]);
    }

    #[test]
    fn tiny_rings_keep_their_points() {
        let ring = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]];
        assert_eq!(simplified(&ring, 800.0).len(), 4);
    }
}

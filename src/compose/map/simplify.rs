//! Simplifies lines to fewer points. Regions that share a line still share it afterwards: no gaps, no overlaps.

use std::collections::HashMap;

/// A point in metres.
pub type MetrePoint = [i64; 2];

/// Simplifies the rings of a map.
pub struct Simplifier {
    /// The neighbours of every point. A point where lines meet has more than two, and stays.
    nodes: HashMap<MetrePoint, Neighbours>,
    tolerance: f64,
}

/// The points a point is connected to by any ring.
#[derive(Clone, Copy)]
enum Neighbours {
    One(MetrePoint),
    Two(MetrePoint, MetrePoint),
    Many,
}

impl Neighbours {
    fn with(self, other: MetrePoint) -> Self {
        match self {
            Self::One(one) if one != other => Self::Two(one, other),
            Self::Two(one, two) if one != other && two != other => Self::Many,
            same => same,
        }
    }
}

impl Simplifier {
    /// Returns a simplifier for all the rings of a map. No simplified line runs farther than `tolerance` metres from
    /// the true one.
    pub fn new<'a>(rings: impl Iterator<Item = &'a [MetrePoint]>, tolerance: f64) -> Self {
        let mut nodes: HashMap<MetrePoint, Neighbours> = HashMap::new();
        for ring in rings {
            let ring = open(ring);
            for (at, point) in ring.iter().enumerate() {
                for other in [ring[(at + 1) % ring.len()], ring[(at + ring.len() - 1) % ring.len()]] {
                    nodes.entry(*point).and_modify(|n| *n = n.with(other)).or_insert(Neighbours::One(other));
                }
            }
        }
        Self { nodes, tolerance }
    }

    /// Returns a ring with fewer points, without its closing point. A ring that would have fewer than three points
    /// keeps all of its own.
    pub fn ring(&self, ring: &[MetrePoint]) -> Vec<MetrePoint> {
        let ring = open(ring);
        if ring.len() < 4 {
            return ring.to_vec();
        }
        let is_node = |point: &MetrePoint| !matches!(self.nodes.get(point), Some(Neighbours::Two(..)));
        let mut fixed: Vec<usize> = (0..ring.len()).filter(|at| is_node(&ring[*at])).collect();
        if fixed.is_empty() {
            // The same point, wherever the ring begins.
            let first = (0..ring.len()).min_by_key(|at| ring[*at]).expect("the ring has points");
            fixed.push(first);
        }
        let mut kept = Vec::new();
        for (nth, from) in fixed.iter().enumerate() {
            let to = fixed.get(nth + 1).copied().unwrap_or(fixed[0] + ring.len());
            let mut arc: Vec<MetrePoint> = (*from..=to).map(|at| ring[at % ring.len()]).collect();
            // Both directions give the same line: the neighbour's ring runs along it the other way.
            let turned = arc.iter().rev().lt(arc.iter());
            if turned {
                arc.reverse();
            }
            let mut arc = self.arc(&arc);
            if turned {
                arc.reverse();
            }
            arc.pop();
            kept.extend(arc);
        }
        if kept.len() < 3 { ring.to_vec() } else { kept }
    }

    /// Simplifies a line between two points that stay (Douglas and Peucker 1973).
    fn arc(&self, line: &[MetrePoint]) -> Vec<MetrePoint> {
        let last = line.len() - 1;
        let mut keep = vec![false; line.len()];
        keep[0] = true;
        keep[last] = true;
        let mut stretches = vec![(0, last)];
        while let Some((from, to)) = stretches.pop() {
            let farthest = (from + 1..to)
                .map(|at| (distance(line[at], line[from], line[to]), at))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((off, at)) = farthest
                && off > self.tolerance
            {
                keep[at] = true;
                stretches.push((from, at));
                stretches.push((at, to));
            }
        }
        line.iter().zip(keep).filter(|(_, keep)| *keep).map(|(point, _)| *point).collect()
    }
}

/// A ring without its closing point.
fn open(ring: &[MetrePoint]) -> &[MetrePoint] {
    match ring {
        [first, inner @ .., last] if first == last && !inner.is_empty() => &ring[..ring.len() - 1],
        _ => ring,
    }
}

/// Distance of a point from the stretch between two others, in metres.
fn distance(point: MetrePoint, a: MetrePoint, b: MetrePoint) -> f64 {
    let (along, to) = ([b[0] - a[0], b[1] - a[1]], [point[0] - a[0], point[1] - a[1]]);
    let length = (along[0].pow(2) + along[1].pow(2)) as f64;
    let part = if length == 0.0 { 0.0 } else { (along[0] * to[0] + along[1] * to[1]) as f64 / length };
    let part = part.clamp(0.0, 1.0);
    (to[0] as f64 - part * along[0] as f64).hypot(to[1] as f64 - part * along[1] as f64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn simplified(rings: &[Vec<MetrePoint>], tolerance: f64) -> Vec<Vec<MetrePoint>> {
        let simplifier = Simplifier::new(rings.iter().map(Vec::as_slice), tolerance);
        rings.iter().map(|ring| simplifier.ring(ring)).collect()
    }

    #[test]
    fn near_points_are_dropped_and_corners_stay() {
        let ring = vec![[0, 0], [5_000, 10], [10_000, 0], [10_000, 10_000], [0, 10_000], [0, 0]];
        assert_eq!(simplified(&[ring], 800.0)[0], [[0, 0], [10_000, 0], [10_000, 10_000], [0, 10_000]]);
    }

    #[test]
    fn tiny_rings_keep_their_points() {
        let ring = vec![[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]];
        assert_eq!(simplified(&[ring], 800.0)[0].len(), 4);
    }

    /// The steps of a ring, in either direction.
    fn steps(ring: &[MetrePoint]) -> BTreeSet<[MetrePoint; 2]> {
        (0..ring.len()).map(|at| [ring[at], ring[(at + 1) % ring.len()]]).flat_map(|[a, b]| [[a, b], [b, a]]).collect()
    }

    proptest! {
        /// Two neighbours with a ragged line between them, and a region in a hole of exactly its form.
        #[test]
        fn neighbours_go_on_sharing_their_line(
            ragged in proptest::collection::vec(-900i64..900, 3..30),
            start in 0usize..40,
            tolerance in 1.0f64..2000.0,
        ) {
            let line: Vec<MetrePoint> = ragged.iter().zip(1..).map(|(x, y)| [*x, y * 1000]).collect();
            let top = line.len() as i64 * 1000 + 1000;
            let mut left = vec![[0, 0], [-20_000, 0], [-20_000, top], [0, top]];
            left.extend(line.iter().rev());
            let mut right = vec![[0, 0]];
            right.extend(&line);
            right.extend([[0, top], [20_000, top], [20_000, 0]]);
            let turn = start % right.len();
            right.rotate_left(turn);
            let mut hole = left.clone();
            let turn = start % hole.len();
            hole.rotate_left(turn);
            hole.reverse();
            let simple = simplified(&[left, right, hole], tolerance);
            prop_assert!(steps(&simple[1]).intersection(&steps(&simple[0])).count() >= 2);
            let between = |ring: &[MetrePoint]| -> BTreeSet<MetrePoint> {
                ring.iter().copied().filter(|[x, _]| x.abs() < 1000).collect()
            };
            prop_assert_eq!(between(&simple[0]), between(&simple[1]));
            prop_assert_eq!(steps(&simple[0]), steps(&simple[2]));
        }
    }
}

//! The point of a region that lies farthest from its boundary: where a label or a mark stands best.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A point on paper or in metres.
pub type MapPoint = (f64, f64);

/// A region as closed lines without their closing points: what lies in an odd number of them is inside.
pub type Rings = [Vec<MapPoint>];

/// The pole of inaccessibility of a region: the point inside it that lies farthest from its boundary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pole {
    /// The point.
    pub at: MapPoint,
    /// Radius of the largest circle round it that stays inside.
    pub clearance: f64,
}

/// Returns whether a point lies inside a region.
pub fn inside(rings: &Rings, (x, y): MapPoint) -> bool {
    let mut odd = false;
    for (a, b) in edges(rings) {
        if (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0 {
            odd = !odd;
        }
    }
    odd
}

/// Returns the straight pieces of the boundary of a region.
pub fn edges(rings: &Rings) -> impl Iterator<Item = (MapPoint, MapPoint)> + '_ {
    rings.iter().flat_map(|ring| (0..ring.len()).map(move |at| (ring[at], ring[(at + 1) % ring.len()])))
}

/// A region, and the largest of its rings.
struct RegionInterior<'a> {
    rings: &'a Rings,
    largest: &'a [Vec<MapPoint>],
}

impl RegionInterior<'_> {
    /// Returns how far a point lies inside the largest part; negative outside.
    fn depth(&self, point: MapPoint) -> f64 {
        let nearest =
            edges(self.rings).map(|(a, b)| squared_distance(point, a, b)).fold(f64::INFINITY, f64::min).sqrt();
        if inside(self.largest, point) && inside(self.rings, point) { nearest } else { -nearest }
    }
}

fn squared_distance(point: MapPoint, a: MapPoint, b: MapPoint) -> f64 {
    let (along, to) = ((b.0 - a.0, b.1 - a.1), (point.0 - a.0, point.1 - a.1));
    let length = along.0 * along.0 + along.1 * along.1;
    let part = if length == 0.0 { 0.0 } else { ((along.0 * to.0 + along.1 * to.1) / length).clamp(0.0, 1.0) };
    (to.0 - part * along.0).powi(2) + (to.1 - part * along.1).powi(2)
}

fn area(ring: &[MapPoint]) -> f64 {
    let twice: f64 = (0..ring.len())
        .map(|at| {
            let (a, b) = (ring[at], ring[(at + 1) % ring.len()]);
            a.0 * b.1 - b.0 * a.1
        })
        .sum();
    twice.abs() / 2.0
}

/// A square that may hold a better point.
struct SearchSquare {
    middle: MapPoint,
    half: f64,
    depth: f64,
    /// An upper bound: no point of the square lies deeper.
    most: f64,
}

impl SearchSquare {
    fn new(ground: &RegionInterior<'_>, middle: MapPoint, half: f64) -> Self {
        let depth = ground.depth(middle);
        Self { middle, half, depth, most: depth + half * std::f64::consts::SQRT_2 }
    }
}

impl Ord for SearchSquare {
    fn cmp(&self, other: &Self) -> Ordering {
        self.most.total_cmp(&other.most)
    }
}

impl PartialOrd for SearchSquare {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for SearchSquare {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for SearchSquare {}

/// Returns the pole of the largest part of a region; `None` for a region without area. Squares are divided as long
/// as they may hold a point that is better by a hundredth of the region's shorter side (Garcia-Castellanos
/// and Lombardo 2007, searched as in polylabel).
pub fn pole(rings: &Rings) -> Option<Pole> {
    let at = (0..rings.len()).max_by(|a, b| area(&rings[*a]).total_cmp(&area(&rings[*b])))?;
    let largest = &rings[at];
    if area(largest) == 0.0 {
        return None;
    }
    let ground = RegionInterior { rings, largest: &rings[at..=at] };
    let (mut low, mut high) = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
    for (x, y) in largest {
        (low, high) = ((low.0.min(*x), low.1.min(*y)), (high.0.max(*x), high.1.max(*y)));
    }
    let (width, height) = (high.0 - low.0, high.1 - low.1);
    let side = width.min(height);
    let good_enough = side / 100.0;
    let (across, down) = ((width / side).ceil().min(50.0), (height / side).ceil().min(50.0));
    let half = (width / across).max(height / down) / 2.0;
    let mut cells = BinaryHeap::new();
    for column in 0..across as usize {
        for row in 0..down as usize {
            let middle = (low.0 + (2 * column + 1) as f64 * half, low.1 + (2 * row + 1) as f64 * half);
            cells.push(SearchSquare::new(&ground, middle, half));
        }
    }
    let mut best = Pole { at: largest[0], clearance: 0.0 };
    while let Some(cell) = cells.pop() {
        if cell.depth > best.clearance {
            best = Pole { at: cell.middle, clearance: cell.depth };
        }
        if cell.most - best.clearance <= good_enough {
            break;
        }
        let half = cell.half / 2.0;
        for (right, below) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
            let middle = (cell.middle.0 + right * half, cell.middle.1 + below * half);
            cells.push(SearchSquare::new(&ground, middle, half));
        }
    }
    (best.clearance > 0.0).then_some(best)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rectangle(left: f64, top: f64, right: f64, bottom: f64) -> Vec<MapPoint> {
        vec![(left, top), (right, top), (right, bottom), (left, bottom)]
    }

    #[test]
    fn the_pole_of_a_square_is_its_middle() {
        let found = pole(&[rectangle(0.0, 0.0, 10.0, 10.0)]).expect("a square has one");
        assert_eq!((found.at, found.clearance), ((5.0, 5.0), 5.0));
    }

    #[test]
    fn the_middle_of_a_ring_is_not_inside() {
        let hole = rectangle(3.0, 3.0, 7.0, 7.0);
        let outer = rectangle(0.0, 0.0, 10.0, 12.0);
        let rings = [outer, hole];
        let found = pole(&rings).expect("there is one");
        assert!(inside(&rings, found.at), "{found:?}");
        assert!(found.at.1 > 7.0 && found.clearance > 2.4, "below the hole is most room: {found:?}");
    }

    #[test]
    fn the_largest_part_counts() {
        let parts = [rectangle(0.0, 0.0, 2.0, 9.0), rectangle(20.0, 0.0, 26.0, 6.0), rectangle(40.0, 0.0, 41.0, 1.0)];
        let found = pole(&parts).expect("there is one");
        assert_eq!(found.at, (23.0, 3.0));
    }

    #[test]
    fn what_has_no_area_has_no_pole() {
        assert_eq!(pole(&[]), None);
        assert_eq!(pole(&[vec![(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]]), None);
        assert_eq!(pole(&[vec![(1.0, 1.0)]]), None);
    }

    proptest! {
        /// Stars of any form, with a hole in their middle.
        #[test]
        fn the_pole_lies_inside(radii in proptest::collection::vec(2.0f64..100.0, 3..40), hole in 0.1f64..1.0) {
            let turn = std::f64::consts::TAU / radii.len() as f64;
            let corner = |(at, r): (usize, &f64)| (r * (at as f64 * turn).cos(), r * (at as f64 * turn).sin());
            let star: Vec<MapPoint> = radii.iter().enumerate().map(corner).collect();
            let hole: Vec<MapPoint> = star.iter().map(|(x, y)| (x * hole, y * hole)).collect();
            let rings = [star, hole];
            if let Some(found) = pole(&rings) {
                prop_assert!(inside(&rings, found.at));
                let ground = RegionInterior { rings: &rings, largest: &rings[..1] };
                prop_assert!((ground.depth(found.at) - found.clearance).abs() < 1e-9);
            }
        }
    }
}

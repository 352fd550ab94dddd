//! Labels in a column on each side of a map, each with a line to a point on it.
//!
//! A line runs level from its point to the edge of the map and from there slanting to its label. Points and
//! labels of a side stand in the same order from top to bottom, so no two lines meet.

use super::pole::MapPoint;

/// The column a label stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelSide {
    /// Left of the map.
    Left,
    /// Right of it.
    Right,
}

impl LabelSide {
    /// Its name in views: `left` or `right`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// The places of a label and of its point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leader {
    /// The column.
    pub side: LabelSide,
    /// The point; a little higher or lower than asked for where lines would run too close.
    pub point: MapPoint,
    /// Height of the middle of the label.
    pub label: f64,
}

/// How close two level lines may run, in millimetres.
const APART: f64 = 1.4;

/// Places a label of a height for each point of a map. Labels may reach below the map when there are many.
pub fn leaders(points: &[MapPoint], (width, height): (f64, f64), label: f64) -> Vec<Leader> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|a, b| points[*a].0.total_cmp(&points[*b].0));
    // Every point to its nearer edge, but no more than half again of what a column holds.
    let room = ((height / label) as usize).max(points.len().div_ceil(2));
    let nearer = order.iter().filter(|at| points[**at].0 < width / 2.0).count();
    let left = nearer.min(room).max(points.len().saturating_sub(room));
    let mut placed = vec![Leader { side: LabelSide::Left, point: (0.0, 0.0), label: 0.0 }; points.len()];
    for (side, members) in
        [(LabelSide::Left, &mut order[..left].to_vec()), (LabelSide::Right, &mut order[left..].to_vec())]
    {
        members.sort_by(|a, b| points[*a].1.total_cmp(&points[*b].1));
        let wanted: Vec<f64> = members.iter().map(|at| points[*at].1).collect();
        let heights = spread(&wanted, APART, 0.0, f64::INFINITY);
        let labels = spread(&heights, label, label / 2.0, height - label / 2.0);
        for ((at, y), label) in members.iter().zip(heights).zip(labels) {
            placed[*at] = Leader { side, point: (points[*at].0, y), label };
        }
    }
    placed
}

/// The lower edge of a map of a height with labels of a height, which may reach below the map.
pub fn lower_edge(leaders: &[Leader], height: f64, label: f64) -> f64 {
    leaders.iter().map(|leader| leader.label + label / 2.0).fold(height, f64::max)
}

/// Numbers in rising order moved as little as can be (least squares), so that they lie `gap` apart and
/// between `low` and `high`; where they do not fit, past `high`.
fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    // Without the gaps the numbers only have to rise: pool adjacent violators.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (nth, y) in wanted.iter().enumerate() {
        let mut block = (y - nth as f64 * gap, 1);
        while let Some((before, size)) = blocks.pop_if(|(before, _)| *before > block.0) {
            let both = size + block.1;
            block = ((before * size as f64 + block.0 * block.1 as f64) / both as f64, both);
        }
        blocks.push(block);
    }
    let last = wanted.len().saturating_sub(1) as f64;
    let high = (high - last * gap).max(low);
    let level = blocks.into_iter().flat_map(|(y, size)| std::iter::repeat_n(y.clamp(low, high), size));
    level.enumerate().map(|(nth, y)| y + nth as f64 * gap).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAP: (f64, f64) = (118.0, 160.0);
    const LABEL: f64 = 12.0;
    const GUTTER: f64 = 4.0;

    /// The line of a leader: from the point to the edge, and to the label.
    fn line(leader: &Leader) -> [MapPoint; 3] {
        let (edge, column) = match leader.side {
            LabelSide::Left => (0.0, -GUTTER),
            LabelSide::Right => (MAP.0, MAP.0 + GUTTER),
        };
        [leader.point, (edge, leader.point.1), (column, leader.label)]
    }

    /// On which side of the line from `a` to `b` a point lies.
    fn turn(a: MapPoint, b: MapPoint, c: MapPoint) -> f64 {
        (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
    }

    fn meet((a, b): (MapPoint, MapPoint), (c, d): (MapPoint, MapPoint)) -> bool {
        turn(a, b, c) * turn(a, b, d) <= 0.0
            && turn(c, d, a) * turn(c, d, b) <= 0.0
            && a.0.min(b.0) <= c.0.max(d.0)
            && c.0.min(d.0) <= a.0.max(b.0)
            && a.1.min(b.1) <= c.1.max(d.1)
            && c.1.min(d.1) <= a.1.max(b.1)
    }

    #[test]
    fn a_label_stands_beside_its_point_where_it_can() {
        let found = leaders(&[(20.0, 30.0), (30.0, 90.0), (100.0, 50.0)], MAP, LABEL);
        let labels: Vec<(LabelSide, f64)> = found.iter().map(|leader| (leader.side, leader.label)).collect();
        assert_eq!(labels, [(LabelSide::Left, 30.0), (LabelSide::Left, 90.0), (LabelSide::Right, 50.0)]);
        assert!(leaders(&[], MAP, LABEL).is_empty());
    }

    #[test]
    fn near_points_share_the_room() {
        let found = spread(&[10.0, 10.0, 50.0], 4.0, 0.0, 100.0);
        assert_eq!(found, [8.0, 12.0, 50.0]);
        assert_eq!(spread(&[1.0, 99.0], 10.0, 5.0, 95.0), [5.0, 95.0]);
    }

    proptest! {
        #[test]
        fn no_two_lines_meet(points in proptest::collection::vec((0.0f64..118.0, 0.0f64..160.0), 0..20)) {
            let found = leaders(&points, MAP, LABEL);
            for (at, leader) in found.iter().enumerate() {
                prop_assert!(leader.label >= LABEL / 2.0 - 1e-9 && leader.label <= MAP.1 - LABEL / 2.0 + 1e-9);
                prop_assert!(leader.point.0 == points[at].0);
                for other in &found[at + 1..] {
                    if leader.side == other.side {
                        prop_assert!((leader.label - other.label).abs() >= LABEL - 1e-9);
                    }
                    let (one, two) = (line(leader), line(other));
                    for (a, b) in one.windows(2).flat_map(|a| two.windows(2).map(move |b| (a, b))) {
                        // Points of both sides may stand at the same place: their lines run apart.
                        let back_to_back = leader.side != other.side && leader.point.0 == other.point.0;
                        prop_assert!(back_to_back || !meet((a[0], a[1]), (b[0], b[1])), "{leader:?} {other:?}");
                    }
                }
            }
        }
    }
}

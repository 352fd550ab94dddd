//! Places numbers on a map: inside their regions where there is room, else beside them with a short line.

use super::pole::{MapPoint, Pole, Rings, edges, inside, pole};

/// The rectangle of a label on paper, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
struct LabelBox {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

/// A placed label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label {
    /// Its middle.
    pub middle: MapPoint,
    /// From a point in the region to the edge of the label; `None` for a label inside.
    pub leader: Option<(MapPoint, MapPoint)>,
    /// How large it is set, as a part of its full size.
    pub part: f64,
}

/// A region to be labelled.
pub struct LabelledRegion {
    /// Its boundary.
    pub rings: Vec<Vec<MapPoint>>,
    /// Width and height of its label.
    pub size: (f64, f64),
}

/// How labels may be set.
#[derive(Debug, Clone, Copy)]
pub struct LabelRules {
    /// The sizes a label inside its region may have, as parts of its full size, largest first.
    pub parts: &'static [f64],
    /// The longest line to a label outside all regions.
    pub longest: f64,
    /// Whether a label with a line may stand in another region where there is no room outside all of them.
    pub across: bool,
}

/// The distance in millimetres a label beside its region keeps from lines and from other labels.
const FREE: f64 = 0.35;

/// Half the side of the square a point takes, in millimetres.
const DOT: f64 = 0.7;

/// The distance between the places tried inside a region, in millimetres.
const GRID: f64 = 0.3;

/// The longest line to a label across boundaries, in millimetres.
const LONGEST_ACROSS: f64 = 25.0;

/// The cost of a line that crosses another, as a length in millimetres.
const CROSSING: f64 = 2.0;

impl LabelledRegion {
    fn size_at(&self, part: f64) -> (f64, f64) {
        (self.size.0 * part, self.size.1 * part)
    }
}

impl LabelBox {
    fn around((x, y): MapPoint, (width, height): (f64, f64)) -> Self {
        Self { left: x - width / 2.0, top: y - height / 2.0, right: x + width / 2.0, bottom: y + height / 2.0 }
    }

    fn grown(self, by: f64) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn is_in(&self, (width, height): (f64, f64)) -> bool {
        self.left >= 0.0 && self.top >= 0.0 && self.right <= width && self.bottom <= height
    }

    /// Returns whether a straight line passes through the inside.
    fn is_crossed(&self, (from, to): (MapPoint, MapPoint)) -> bool {
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for (start, end, least, most) in [(from.0, to.0, self.left, self.right), (from.1, to.1, self.top, self.bottom)]
        {
            if start.max(end) <= least || start.min(end) >= most {
                return false;
            }
            if start != end {
                let (a, b) = ((least - start) / (end - start), (most - start) / (end - start));
                (enter, leave) = (enter.max(a.min(b)), leave.min(a.max(b)));
            }
        }
        enter < leave
    }

    /// Returns the point of the box nearest to another point.
    fn nearest(&self, (x, y): MapPoint) -> MapPoint {
        (x.clamp(self.left, self.right), y.clamp(self.top, self.bottom))
    }
}

/// A map with the labels placed so far.
struct OccupiedMap<'a> {
    frame: (f64, f64),
    /// The boundaries of the Land and of all regions.
    lines: Vec<(MapPoint, MapPoint)>,
    regions: &'a [LabelledRegion],
    labels: Vec<LabelBox>,
    leaders: Vec<(MapPoint, MapPoint)>,
}

impl OccupiedMap<'_> {
    /// Returns whether a label here lies in the frame, and off other labels and their lines.
    fn is_free(&self, label: &LabelBox) -> bool {
        let wide = label.grown(FREE);
        label.is_in(self.frame)
            && !self.labels.iter().any(|other| wide.meets(other))
            && !self.leaders.iter().any(|leader| wide.is_crossed(*leader))
    }

    /// Returns the best place inside a region: its pole, else the nearest point of a grid round it.
    fn within(&self, region: &LabelledRegion, middle: MapPoint, part: f64) -> Option<Label> {
        const STEPS: i32 = 16;
        let mut grid: Vec<(i32, i32)> =
            (-STEPS..=STEPS).flat_map(|down| (-STEPS..=STEPS).map(move |across| (across, down))).collect();
        grid.sort_by_key(|(across, down)| across * across + down * down);
        let places = grid
            .into_iter()
            .map(|(across, down)| (middle.0 + f64::from(across) * GRID, middle.1 + f64::from(down) * GRID));
        let size = region.size_at(part);
        let fits = |at: &MapPoint| {
            let label = LabelBox::around(*at, size);
            // The region's own lines first: they refuse most places.
            !edges(&region.rings).any(|line| label.is_crossed(line))
                && inside(&region.rings, *at)
                && self.is_free(&label)
                && !self.lines.iter().any(|line| label.is_crossed(*line))
        };
        places.into_iter().find(fits).map(|middle| Label { middle, leader: None, part })
    }

    /// Returns the best place outside all regions, or `across` their boundaries in another one, with a line from `dot`.
    fn beside(&self, nth: usize, dot: MapPoint, longest: f64, across: bool) -> Option<Label> {
        const DIRECTIONS: u32 = 32;
        let region = &self.regions[nth];
        let mut best: Option<(f64, Label)> = None;
        for step in 0..=(longest / 0.5) as u32 {
            let radius = f64::from(step) * 0.5;
            // A line is shorter than its radius by half a label at most.
            if best.as_ref().is_some_and(|(cost, _)| radius - region.size.0.hypot(region.size.1) / 2.0 > *cost) {
                break;
            }
            for direction in 0..DIRECTIONS {
                let turn = std::f64::consts::TAU * f64::from(direction) / f64::from(DIRECTIONS);
                let middle = (dot.0 + radius * turn.cos(), dot.1 + radius * turn.sin());
                let label = LabelBox::around(middle, region.size);
                let end = label.nearest(dot);
                let length = (end.0 - dot.0).hypot(end.1 - dot.1);
                let too_long = best.as_ref().is_some_and(|(cost, _)| length >= *cost);
                let line = (dot, end);
                if length < DOT
                    || too_long
                    || !self.is_free(&label)
                    || self.lines.iter().any(|line| label.is_crossed(*line))
                    || (!across && self.regions.iter().any(|other| inside(&other.rings, middle)))
                    || self.labels.iter().any(|other| other.is_crossed(line))
                    || self.leaders.iter().any(|other| cross(*other, line))
                {
                    continue;
                }
                let crossed = self.lines.iter().filter(|other| cross(**other, line)).count();
                // The first line crossed is the region's own.
                let cost = length + CROSSING * crossed.saturating_sub(1) as f64;
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, Label { middle, leader: Some(line), part: 1.0 }));
                }
            }
        }
        best.map(|(_, label)| label)
    }

    fn put(&mut self, size: (f64, f64), label: &Label) {
        self.labels.push(LabelBox::around(label.middle, size));
        if let Some((dot, end)) = label.leader {
            self.leaders.push((dot, end));
            self.labels.push(LabelBox::around(dot, (2.0 * DOT, 2.0 * DOT)));
        }
    }
}

/// Returns whether two straight lines cross.
fn cross((a, b): (MapPoint, MapPoint), (c, d): (MapPoint, MapPoint)) -> bool {
    let turn = |a: MapPoint, b: MapPoint, c: MapPoint| (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0);
    turn(a, b, c) * turn(a, b, d) < 0.0 && turn(c, d, a) * turn(c, d, b) < 0.0
}

/// Places a label for each region on a map with a frame and the outline of a Land: first those inside their
/// regions, as large as fits, then the others, smallest region last. `None` where there is no room at all.
pub fn place(frame: (f64, f64), outline: &Rings, regions: &[LabelledRegion], rules: LabelRules) -> Vec<Option<Label>> {
    let lines = edges(outline).chain(regions.iter().flat_map(|region| edges(&region.rings))).collect();
    let mut map = OccupiedMap { frame, lines, regions, labels: Vec::new(), leaders: Vec::new() };
    let mut placed: Vec<Option<Label>> = vec![None; regions.len()];
    let mut small = Vec::new();
    for (nth, region) in regions.iter().enumerate() {
        let Some(Pole { at: middle, clearance }) = pole(&region.rings) else { continue };
        match rules.parts.iter().find_map(|part| map.within(region, middle, *part)) {
            Some(label) => {
                map.put(region.size_at(label.part), &label);
                placed[nth] = Some(label);
            }
            None => small.push((nth, middle, clearance)),
        }
    }
    // All points first, so that no label takes the place of another's.
    map.labels.extend(small.iter().map(|(_, dot, _)| LabelBox::around(*dot, (2.0 * DOT, 2.0 * DOT))));
    small.sort_by(|a, b| b.2.total_cmp(&a.2));
    for (nth, dot, _) in small {
        let own = LabelBox::around(dot, (2.0 * DOT, 2.0 * DOT));
        map.labels.retain(|other| *other != own);
        let outside = map.beside(nth, dot, rules.longest, false);
        if let Some(label) = outside.or_else(|| rules.across.then(|| map.beside(nth, dot, LONGEST_ACROSS, true))?) {
            map.put(regions[nth].size, &label);
            placed[nth] = Some(label);
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRAME: (f64, f64) = (66.0, 66.0);
    const SIZE: (f64, f64) = (3.5, 2.8);
    const STRICT: LabelRules = LabelRules { parts: &[1.0], longest: 12.0, across: false };
    const FREE_HAND: LabelRules = LabelRules { parts: &[1.0, 0.75], longest: 8.0, across: true };

    fn square(x: f64, y: f64, side: f64) -> LabelledRegion {
        let rings = vec![vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side)]];
        LabelledRegion { rings, size: SIZE }
    }

    #[test]
    fn a_large_region_holds_its_label_and_a_small_one_has_it_beside() {
        let found = place(FRAME, &[], &[square(10.0, 10.0, 8.0), square(40.0, 40.0, 2.0)], STRICT);
        assert_eq!(found[0], Some(Label { middle: (14.0, 14.0), leader: None, part: 1.0 }));
        let beside = found[1].expect("there is room");
        let (dot, end) = beside.leader.expect("a line leads to it");
        assert_eq!(dot, (41.0, 41.0));
        assert!((end.0 - dot.0).hypot(end.1 - dot.1) < 2.0, "{beside:?}");
    }

    #[test]
    fn without_room_there_is_no_label() {
        assert_eq!(place((3.0, 3.0), &[], &[square(1.0, 1.0, 1.0)], STRICT), [None]);
        assert_eq!(place(FRAME, &[], &[LabelledRegion { rings: Vec::new(), size: SIZE }], STRICT), [None]);
    }

    #[test]
    fn a_region_in_another_has_its_label_smaller_or_across_the_boundary() {
        // The middle one fills what the large one has as a hole, on a map that has no room outside.
        let ground = |side: f64| {
            let mut around = square(0.0, 0.0, 66.0);
            around.rings.extend(square(33.0, 33.0, side).rings);
            [around, square(33.0, 33.0, side)]
        };
        let labels = |side: f64, rules| place(FRAME, &[], &ground(side), rules)[1];
        assert_eq!(labels(3.0, STRICT), None);
        assert_eq!(labels(3.0, FREE_HAND), Some(Label { middle: (34.5, 34.5), leader: None, part: 0.75 }));
        let across = labels(2.0, FREE_HAND).expect("there is room in the other one");
        assert!(across.part == 1.0 && across.leader.is_some(), "{across:?}");
    }

    proptest! {
        #[test]
        fn labels_keep_to_the_frame_and_off_each_other(
            squares in proptest::collection::vec((0.0f64..60.0, 0.0f64..60.0, 0.5f64..14.0), 0..25),
            free in proptest::bool::ANY,
        ) {
            let regions: Vec<LabelledRegion> = squares.iter().map(|(x, y, side)| square(*x, *y, *side)).collect();
            let outline = [vec![(2.0, 2.0), (64.0, 2.0), (64.0, 64.0), (2.0, 64.0)]];
            let rules = if free { FREE_HAND } else { STRICT };
            let found: Vec<Label> = place(FRAME, &outline, &regions, rules).into_iter().flatten().collect();
            let size = |label: &Label| (SIZE.0 * label.part, SIZE.1 * label.part);
            let boxes: Vec<LabelBox> = found.iter().map(|label| LabelBox::around(label.middle, size(label))).collect();
            for (at, rect) in boxes.iter().enumerate() {
                prop_assert!(rect.is_in(FRAME));
                prop_assert!(!boxes[at + 1..].iter().any(|other| rect.meets(other)));
                prop_assert!(!found.iter().filter_map(|label| label.leader).any(|leader| rect.is_crossed(leader)));
                let lines = regions.iter().flat_map(|region| edges(&region.rings)).chain(edges(&outline));
                prop_assert!(!lines.into_iter().any(|line| rect.is_crossed(line)));
            }
        }
    }
}

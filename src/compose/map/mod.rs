//! Boundaries -> Typst modules that `look.typ` imports: one for each size a map is drawn in.
//!
//! They are written once for a run and not into each document, so that Typst reads them once per worker, and each only
//! where it is drawn. Lengths are whole numbers of points, x to the right, y down, far larger than on paper: scaled
//! down, they stay short in the PDF. Where labels stand is computed here too, in millimetres.

pub mod labels;
pub mod leaders;
pub mod pole;
mod simplify;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::model::{Boundaries, Boundary, Data, LAENDER, Ring};

use super::escape;
use pole::{MapPoint, Pole};
use simplify::Simplifier;

/// A map of Germany: the longer side in units, how far in metres a simplified line may run from the true
/// one, and whether areas of Länder are drawn or only their borders.
struct GermanyMap {
    path: &'static str,
    units: i64,
    tolerance: f64,
    areas: bool,
}

/// The modules with Germany: for a map of three centimetres, of ten, and for one that fills a page. A line
/// is hardly more than a tenth of a millimetre off.
const GERMANY: [GermanyMap; 3] = [
    GermanyMap { path: "templates/boundaries.typ", units: 2000, tolerance: 2500.0, areas: true },
    GermanyMap { path: "templates/boundaries-medium.typ", units: 1500, tolerance: 1000.0, areas: false },
    GermanyMap { path: "templates/boundaries-fine.typ", units: 2500, tolerance: 500.0, areas: false },
];

/// The module with one map for each Land.
const LAENDER_PATH: &str = "templates/boundaries-laender.typ";

/// Width and height of the room for the map of a Land, in millimetres; a map with many numbers is drawn larger.
pub const LAND_FRAME: f64 = 66.0;

/// What is kept free round a Land in that room, in millimetres.
const LAND_MARGIN: f64 = 1.5;

/// Units per millimetre on the map of a Land.
pub const LAND_UNITS: f64 = 20.0;

/// How far a line on the map of a Land may run from the true one, in millimetres.
const LAND_TOLERANCE: f64 = 0.08;

/// Returns all modules: path in the assets, and text.
pub fn modules(data: &Data) -> impl Iterator<Item = (&'static str, String)> + '_ {
    let germany = GERMANY.iter().map(|size| (size.path, module(data, size)));
    germany.chain(std::iter::once_with(|| (LAENDER_PATH, laender_module(data))))
}

/// A region on a map, in units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// AGS of the Kreis, or key of the Land.
    pub key: String,
    /// Whether any of its lines bounds a hole.
    pub holed: bool,
    /// Its lines without their closing points; a point inside an odd number of them is inside.
    pub rings: Vec<Vec<[i64; 2]>>,
}

impl Region {
    /// Returns its lines in millimetres; `units` is how many units a millimetre has.
    pub fn on_paper(&self, units: f64) -> Vec<Vec<MapPoint>> {
        let on_paper = |[x, y]: &[i64; 2]| (*x as f64 / units, *y as f64 / units);
        self.rings.iter().map(|ring| ring.iter().map(on_paper).collect()).collect()
    }
}

/// The content of a map, in units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapDrawing {
    /// Its width.
    pub width: i64,
    /// Its height.
    pub height: i64,
    /// The Länder.
    pub laender: Vec<Region>,
    /// The Kommunen.
    pub kommunen: Vec<Region>,
}

/// Returns the map of a Land with all its Kommunen of the edition, as the module has it; `None` without a boundary.
pub fn land(data: &Data, key: &str) -> Option<MapDrawing> {
    let Boundaries { kreise, laender } = &data.boundaries;
    let land: Vec<&Boundary> = laender.iter().filter(|shape| shape.key == key).collect();
    let own = data.kommunen.iter().filter(|k| k.land.value.key == key).map(|k| k.ags.value.as_str()).collect();
    let frame = Frame::around(land.iter().copied())?;
    let fits = (LAND_FRAME - 2.0 * LAND_MARGIN) * LAND_UNITS / frame.longer_side();
    let scale = Scale { frame, factor: fits, margin: (LAND_MARGIN * LAND_UNITS) as i64 };
    Some(drawing(&scale, LAND_TOLERANCE * LAND_UNITS / fits, &land, &of(kreise, &own)))
}

/// A map of Germany, for computing places on it.
pub struct Germany {
    frame: Frame,
}

impl Germany {
    /// The map around all Länder, or without them around all Kreise; `None` without boundaries.
    pub fn new(data: &Data) -> Option<Self> {
        let Boundaries { kreise, laender } = &data.boundaries;
        let frame = Frame::around(laender.iter()).or_else(|| Frame::around(kreise.iter()))?;
        Some(Self { frame })
    }

    /// Returns its height at a width.
    pub fn height_at(&self, width: f64) -> f64 {
        width * (self.frame.top - self.frame.bottom) as f64 / (self.frame.right - self.frame.left).max(1) as f64
    }

    /// Returns the pole of a region on a map of this width, from its upper left corner; `None` for a region without
    /// area.
    pub fn pole(&self, shape: &Boundary, width: f64) -> Option<MapPoint> {
        let factor = width / (self.frame.right - self.frame.left).max(1) as f64;
        let line = |ring: &Ring| ring.points.iter().map(|[x, y]| (*x as f64, *y as f64)).collect();
        let rings: Vec<Vec<MapPoint>> = shape.rings.iter().map(line).collect();
        let Pole { at: (x, y), .. } = pole::pole(&rings)?;
        Some(((x - self.frame.left as f64) * factor, (self.frame.top as f64 - y) * factor))
    }
}

fn of<'a>(shapes: &'a [Boundary], keys: &BTreeSet<&str>) -> Vec<&'a Boundary> {
    shapes.iter().filter(|shape| keys.contains(shape.key.as_str())).collect()
}

/// Returns a module with Germany: `width` and `height` of the map; `laender` and `kommunen` as dictionaries from key to
/// (x and y of the middle, longer side, area), `laender` empty where no areas are drawn; `borders`, the lines of all
/// Länder, each once. An area is (whether it has holes, rings).
fn module(data: &Data, size: &GermanyMap) -> String {
    let Boundaries { kreise, laender } = &data.boundaries;
    let wanted = data.kommunen.iter().map(|k| k.ags.value.as_str()).collect();
    let Some(Germany { frame }) = Germany::new(data) else {
        return "#let (width, height, borders) = (0pt, 1pt, ())\n#let (laender, kommunen) = ((:), (:))\n".to_owned();
    };
    let factor = size.units as f64 / frame.longer_side();
    let scale = Scale { frame, factor, margin: 0 };
    let drawing = drawing(&scale, size.tolerance, &laender.iter().collect::<Vec<_>>(), &of(kreise, &wanted));
    let MapDrawing { width, height, .. } = drawing;
    let region = |region: &Region| (region.key.clone(), region_text(region));
    format!(
        "#let (width, height) = ({width}pt, {height}pt)\n#let borders = {}\n#let laender = {}\n#let kommunen = {}\n",
        rings_text(&borders(&drawing.laender)),
        dictionary(drawing.laender.iter().filter(|_| size.areas).map(region)),
        dictionary(drawing.kommunen.iter().map(region)),
    )
}

/// Returns the module with the Länder: `laender` as a dictionary from key to (width, height, area, Kommunen), these
/// as a dictionary from AGS to area.
fn laender_module(data: &Data) -> String {
    let maps = LAENDER.iter().filter_map(|l| {
        let MapDrawing { width, height, laender, kommunen } = land(data, l.key)?;
        // The only one there is.
        let outline = area_text(laender.first()?);
        let kommunen = dictionary(kommunen.iter().map(|k| (k.key.clone(), area_text(k))));
        Some((l.key.to_owned(), format!("({width}pt, {height}pt, {outline}, {kommunen})")))
    });
    format!("#let laender = {}\n", dictionary(maps))
}

/// The area a map shows, in metres.
#[derive(Debug, Clone, Copy)]
struct Frame {
    left: i64,
    right: i64,
    bottom: i64,
    top: i64,
}

impl Frame {
    fn around<'a>(shapes: impl Iterator<Item = &'a Boundary>) -> Option<Self> {
        let mut points = shapes.flat_map(|s| &s.rings).flat_map(|r| &r.points);
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

    fn longer_side(&self) -> f64 {
        (self.right - self.left).max(self.top - self.bottom) as f64
    }
}

/// The scale of a map, from metres to units.
struct Scale {
    frame: Frame,
    factor: f64,
    margin: i64,
}

impl Scale {
    fn length(&self, metres: i64) -> i64 {
        (metres as f64 * self.factor).round() as i64
    }

    fn point(&self, [x, y]: [i64; 2]) -> [i64; 2] {
        [self.length(x - self.frame.left) + self.margin, self.length(self.frame.top - y) + self.margin]
    }
}

/// Simplifies and scales all regions of a map together.
fn drawing(scale: &Scale, tolerance: f64, laender: &[&Boundary], kommunen: &[&Boundary]) -> MapDrawing {
    let rings = laender.iter().chain(kommunen).flat_map(|shape| &shape.rings).map(|ring| ring.points.as_slice());
    let simplifier = Simplifier::new(rings, tolerance);
    let line = |ring: &Ring| {
        let mut points: Vec<[i64; 2]> = simplifier.ring(&ring.points).into_iter().map(|p| scale.point(p)).collect();
        points.dedup();
        while points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        points
    };
    let regions = |shapes: &[&Boundary]| -> Vec<Region> {
        let region = |shape: &&Boundary| Region {
            key: shape.key.clone(),
            holed: shape.rings.iter().any(|ring| ring.hole),
            rings: shape.rings.iter().map(line).filter(|points| points.len() > 2).collect(),
        };
        shapes.iter().map(region).filter(|region| !region.rings.is_empty()).collect()
    };
    MapDrawing {
        width: scale.length(scale.frame.right - scale.frame.left) + 2 * scale.margin,
        height: scale.length(scale.frame.top - scale.frame.bottom) + 2 * scale.margin,
        laender: regions(laender),
        kommunen: regions(kommunen),
    }
}

/// Returns the lines of several regions, each once, even when two regions share it.
fn borders(regions: &[Region]) -> Vec<Vec<[i64; 2]>> {
    let mut drawn = BTreeSet::new();
    let mut lines = Vec::new();
    for ring in regions.iter().flat_map(|region| &region.rings) {
        let mut line: Vec<[i64; 2]> = Vec::new();
        for at in 0..ring.len() {
            let (from, to) = (ring[at], ring[(at + 1) % ring.len()]);
            if drawn.insert((from.min(to), from.max(to))) {
                if line.is_empty() {
                    line.push(from);
                }
                line.push(to);
            } else if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

/// Returns a Typst dictionary; an empty one is written `(:)`.
fn dictionary(entries: impl Iterator<Item = (String, String)>) -> String {
    let entries: Vec<String> = entries.map(|(key, value)| format!("{}: {value},\n", escape::literal(&key))).collect();
    if entries.is_empty() { "(:)".to_owned() } else { format!("(\n{})", entries.concat()) }
}

fn area_text(region: &Region) -> String {
    format!("({}, {})", region.holed, rings_text(&region.rings))
}

fn region_text(region: &Region) -> String {
    let rings = &region.rings;
    let bounds = |axis: usize| {
        let along = rings.iter().flatten().map(move |point| point[axis]);
        (along.clone().min().unwrap_or(0), along.max().unwrap_or(0))
    };
    let ((left, right), (top, bottom)) = (bounds(0), bounds(1));
    let (x, y, side) = ((left + right) / 2, (top + bottom) / 2, (right - left).max(bottom - top));
    format!("({x}pt, {y}pt, {side}pt, {})", area_text(region))
}

fn rings_text(rings: &[Vec<[i64; 2]>]) -> String {
    let mut text = "(".to_owned();
    for ring in rings {
        text.push('(');
        for [x, y] in ring {
            write!(text, "({x}pt,{y}pt),").expect("writing to a String cannot fail");
        }
        text.push_str("),");
    }
    text + ")"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(key: &str, ring: &[[i64; 2]]) -> Region {
        Region { key: key.to_owned(), holed: false, rings: vec![ring.to_vec()] }
    }

    #[test]
    fn a_shared_border_is_drawn_once() {
        let left = region("01", &[[0, 0], [5, 0], [5, 9], [0, 9]]);
        let right = region("02", &[[5, 0], [9, 0], [9, 9], [5, 9]]);
        let lines = borders(&[left, right]);
        assert_eq!(lines[0], [[0, 0], [5, 0], [5, 9], [0, 9], [0, 0]]);
        assert_eq!(lines[1..], [vec![[5, 0], [9, 0], [9, 9], [5, 9]]]);
    }
}

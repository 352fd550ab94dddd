//! The map of one Land with its Kommunen, numbered as their cards follow each other.

use std::collections::BTreeMap;

use crate::compose::figures::{FigureHandle, FigureTable};
use crate::compose::map::labels::{self, Label, LabelRules, LabelledRegion};
use crate::compose::map::pole::MapPoint;
use crate::compose::map::{LAND_FRAME, LAND_UNITS, Region, land};
use crate::compose::view::fields::view;
use crate::derive::{Facts, LandFacts};
use crate::model::Kommune;

use super::drawn::{kommune, length};

view! {
    /// A map of a Land with its Kommunen, numbered as their cards follow each other.
    pub struct LandMapView {
        /// What it shows, for those who cannot see it.
        pub alt: String,
        /// Key of the Land.
        pub land: String,
        /// Width of the map in millimetres: it grows until all numbers have room.
        pub width: FigureHandle,
        /// The Kommunen, by AGS.
        pub kommunen: Vec<String>,
        /// Their numbers.
        pub numbers: Vec<MapNumberView>,
        /// Labels of the Kommunen without a number on the map, with the number; mostly empty.
        pub left_out: Vec<String>,
    }
}

view! {
    /// A number on the map of a Land; lengths in millimetres from the upper left corner of the map.
    pub struct MapNumberView {
        /// AGS of the Kommune.
        pub ags: String,
        /// The number.
        pub n: FigureHandle,
        /// Where its middle stands.
        pub x: FigureHandle,
        /// Its height.
        pub y: FigureHandle,
        /// Size of its type in points.
        pub size: FigureHandle,
        /// A line to the Kommune; empty for a number inside it, else one.
        pub leader: Vec<LeaderView>,
    }
}

view! {
    /// A line from a point in a Kommune to its number, in millimetres.
    pub struct LeaderView {
        /// The point in the Kommune.
        pub x: FigureHandle,
        /// Its height.
        pub y: FigureHandle,
        /// The end at the number.
        pub end_x: FigureHandle,
        /// Its height.
        pub end_y: FigureHandle,
    }
}

/// Size of the type of a number on the map of a Land, in points.
const NUMBER: f64 = 8.0;

/// The sizes of the map of a Land (its longer side in millimetres), each with the rules for its numbers. The first one
/// with room for all numbers is taken, or else the last.
const LAND_SIZES: [(f64, LabelRules); 6] = [
    (LAND_FRAME, LabelRules { parts: &[1.0], longest: 12.0, across: false }),
    (82.0, LabelRules { parts: &[1.0, 0.875], longest: 9.0, across: false }),
    (98.0, LabelRules { parts: &[1.0, 0.875], longest: 9.0, across: false }),
    (114.0, LabelRules { parts: &[1.0, 0.875, 0.75], longest: 9.0, across: false }),
    (132.0, LabelRules { parts: &[1.0, 0.875, 0.75], longest: 9.0, across: false }),
    (132.0, LabelRules { parts: &[1.0, 0.875, 0.75], longest: 9.0, across: true }),
];

/// Width of a digit on the map of a Land, and height of a number with the space above and below it, in millimetres.
const DIGIT: (f64, f64) = (1.5, 2.8);

/// The space to the left and right of a number together, in millimetres.
const BESIDE_DIGITS: f64 = 0.5;

/// Returns the map of a Land with its Kommunen in scope; empty without boundaries.
pub fn land_map(facts: &Facts<'_>, land: &LandFacts, figures: &mut FigureTable<'_>) -> Vec<LandMapView> {
    land_map_view(facts, land, figures).into_iter().collect()
}

fn land_map_view(facts: &Facts<'_>, of: &LandFacts, figures: &mut FigureTable<'_>) -> Option<LandMapView> {
    let drawing = land(facts.data, of.land.key)?;
    let digits = |n: usize| figures.numbers().count(n).chars().count() as f64;
    // Number, AGS and boundary of those that are drawn.
    let drawn: Vec<(usize, &Kommune, &Region)> = of
        .members
        .iter()
        .zip(1..)
        .filter_map(|(k, n)| {
            let kommune = kommune(facts, *k);
            Some((n, kommune, drawing.kommunen.iter().find(|region| region.key == kommune.ags.value)?))
        })
        .collect();
    if drawn.is_empty() {
        return None;
    }
    // The map at a longer side in millimetres: its width, and the labels.
    let at_size = |(side, rules): (f64, LabelRules)| -> (f64, Vec<Option<Label>>) {
        let units = LAND_UNITS * LAND_FRAME / side;
        let labelled = |(n, _, region): &(usize, &Kommune, &Region)| LabelledRegion {
            rings: region.on_paper(units),
            size: (DIGIT.0 * digits(*n) + BESIDE_DIGITS, DIGIT.1),
        };
        let regions: Vec<LabelledRegion> = drawn.iter().map(labelled).collect();
        let outline: Vec<Vec<MapPoint>> = drawing.laender.iter().flat_map(|land| land.on_paper(units)).collect();
        let frame = (drawing.width as f64 / units, drawing.height as f64 / units);
        (frame.0, labels::place(frame, &outline, &regions, rules))
    };
    let [first @ .., last] = LAND_SIZES;
    let complete = first.into_iter().map(at_size).find(|(_, labels)| labels.iter().all(Option::is_some));
    let (width, placed) = complete.unwrap_or_else(|| at_size(last));
    let numbered: BTreeMap<usize, Label> =
        drawn.iter().zip(placed).filter_map(|((n, ..), label)| Some((*n, label?))).collect();
    let named = |with_number: bool| -> Vec<String> {
        let members = of.members.iter().zip(1..).filter(|(_, n)| numbered.contains_key(n) == with_number);
        let said =
            |(k, n): (&usize, usize)| format!("{} {}", figures.numbers().count(n), kommune(facts, *k).label.value);
        members.map(said).collect()
    };
    let left_out = named(false);
    let mut alt = format!("Karte des Landes {}; gefüllt und nummeriert: {}.", of.land.name, named(true).join(", "));
    if !left_out.is_empty() {
        alt += &format!(" Ohne Nummer auf der Karte: {}.", left_out.join(", "));
    }
    let numbers = drawn
        .iter()
        .filter_map(|(n, kommune, _)| {
            let label = numbered.get(n)?;
            Some(MapNumberView {
                ags: kommune.ags.value.clone(),
                n: figures.count(*n, "position of the card in its Land"),
                x: length(label.middle.0, figures),
                y: length(label.middle.1, figures),
                size: length(label.part * NUMBER, figures),
                leader: label
                    .leader
                    .map(|(dot, end)| LeaderView {
                        x: length(dot.0, figures),
                        y: length(dot.1, figures),
                        end_x: length(end.0, figures),
                        end_y: length(end.1, figures),
                    })
                    .into_iter()
                    .collect(),
            })
        })
        .collect();
    let kommunen = drawn.iter().map(|(_, kommune, _)| kommune.ags.value.clone()).collect();
    Some(LandMapView { alt, land: of.land.key.to_owned(), width: length(width, figures), kommunen, numbers, left_out })
}

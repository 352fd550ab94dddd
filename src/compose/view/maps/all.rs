//! The map of all Kommunen, labelled by Land.

use crate::compose::figures::{FigureHandle, FigureTable};
use crate::compose::map::Germany;
use crate::compose::map::leaders::{leaders, lower_edge};
use crate::compose::map::pole::MapPoint;
use crate::compose::view::fields::view;
use crate::derive::{Facts, LandFacts};

use super::drawn::{drawn, length, noun};

view! {
    /// A map of all Kommunen, labelled by Land.
    pub struct AllMapView {
        /// What it shows, for those who cannot see it.
        pub alt: String,
        /// How many Kommunen are drawn: those that have a boundary.
        pub count: FigureHandle,
        /// Those, by AGS.
        pub kommunen: Vec<String>,
        /// Width of the map in millimetres, without its labels.
        pub width: FigureHandle,
        /// Height of map and labels in millimetres.
        pub height: FigureHandle,
        /// One label per Land with Kommunen.
        pub labels: Vec<LandLabelView>,
    }
}

view! {
    /// The label of a Land; lengths in millimetres from the upper left corner of the map.
    pub struct LandLabelView {
        /// Name of the Land.
        pub name: String,
        /// Number of its Kommunen.
        pub count: FigureHandle,
        /// `Kommune` or `Kommunen`.
        pub noun: String,
        /// `left` or `right` of the map.
        pub side: String,
        /// A point in the Land.
        pub x: FigureHandle,
        /// Its height.
        pub y: FigureHandle,
        /// Height of the label's middle.
        pub label: FigureHandle,
    }
}

/// The width the map may take between its labels, in millimetres.
const ALL_WIDTH: f64 = 118.0;

/// The height the map may take, in millimetres.
const ALL_HEIGHT: f64 = 185.0;

/// The height of a label in millimetres: two lines for its name and one for the number.
const LABEL_HEIGHT: f64 = 12.0;

/// Returns the map of all Kommunen in scope; empty without boundaries.
pub fn all_map(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> Vec<AllMapView> {
    all_map_view(facts, figures).into_iter().collect()
}

fn all_map_view(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> Option<AllMapView> {
    let data = facts.data;
    let germany = Germany::new(data)?;
    let kommunen = drawn(facts, &facts.scope);
    if kommunen.is_empty() {
        return None;
    }
    let width = ALL_WIDTH.min(ALL_WIDTH * ALL_HEIGHT / germany.height_at(ALL_WIDTH));
    let height = germany.height_at(width);
    let with_pole = |land: &'_ LandFacts| {
        let shape = data.boundaries.laender.iter().find(|shape| shape.key == land.land.key)?;
        germany.pole(shape, width)
    };
    let labelled: Vec<(&LandFacts, MapPoint)> =
        facts.laender.iter().filter_map(|land| Some((land, with_pole(land)?))).collect();
    let points: Vec<MapPoint> = labelled.iter().map(|(_, point)| *point).collect();
    let placed = leaders(&points, (width, height), LABEL_HEIGHT);
    let lowest = lower_edge(&placed, height, LABEL_HEIGHT);
    let labels = labelled
        .iter()
        .zip(placed)
        .map(|((land, _), leader)| LandLabelView {
            name: land.land.name.to_owned(),
            count: figures.count(land.members.len(), "number of Kommunen in the Land"),
            noun: noun(land.members.len()).to_owned(),
            side: leader.side.name().to_owned(),
            x: length(leader.point.0, figures),
            y: length(leader.point.1, figures),
            label: length(leader.label, figures),
        })
        .collect();
    let numbers = figures.numbers();
    let by_land: Vec<String> = facts
        .laender
        .iter()
        .map(|land| format!("{} {}", land.land.name, numbers.count(drawn(facts, &land.members).len())))
        .collect();
    let alt = format!(
        "Karte von Deutschland mit den Grenzen der Länder; gefüllt: {} {}. {}.",
        numbers.count(kommunen.len()),
        data.edition.group,
        by_land.join("; ")
    );
    let count = figures.count(kommunen.len(), "number of Kommunen with a boundary");
    Some(AllMapView { alt, count, kommunen, width: length(width, figures), height: length(lowest, figures), labels })
}

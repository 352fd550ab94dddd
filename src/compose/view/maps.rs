//! The maps of the brochure: all Kommunen, one indicator in classes, and one Land.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::figures::{Figures, Handle};
use crate::compose::map::labels::{self, Label, Labelled, Liberty};
use crate::compose::map::leaders::{Side, leaders};
use crate::compose::map::pole::Point;
use crate::compose::map::{Germany, LAND_FRAME, LAND_UNITS, Region, land};
use crate::derive::summary::Spread;
use crate::derive::{Facts, LandFacts};
use crate::german::NO_BREAK_SPACE;
use crate::grammar::{Case, Name, Noun, capitalised, list};
use crate::model::{Indicator, Kommune};
use crate::trace::Origin;

use super::fields::view;
use super::sentences::Sentence;
use super::{IndicatorView, PartView, indicator_view};

view! {
    /// A map of all Kommunen, labelled by Land.
    pub struct AllMapView {
        /// What it shows, for those who cannot see it.
        pub alt: String,
        /// How many Kommunen are drawn: those that have a boundary.
        pub count: Handle,
        /// Those, by AGS.
        pub kommunen: Vec<String>,
        /// Width of the map in millimetres, without its labels.
        pub width: Handle,
        /// Height of map and labels in millimetres.
        pub height: Handle,
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
        pub count: Handle,
        /// `Kommune` or `Kommunen`.
        pub noun: String,
        /// `left` or `right` of the map.
        pub side: String,
        /// A point in the Land.
        pub x: Handle,
        /// Its height.
        pub y: Handle,
        /// Height of the label's middle.
        pub label: Handle,
    }
}

view! {
    /// A map of one indicator: the Kommunen in classes by quartile.
    pub struct ChoroplethView {
        /// What it shows, for those who cannot see it.
        pub alt: String,
        /// The indicator.
        pub indicator: IndicatorView,
        /// The classes that occur, lowest first.
        pub classes: Vec<ClassView>,
        /// The Kommunen without a known value; empty or one.
        pub unknown: Vec<UnknownView>,
        /// Where the highest and the lowest quarter lie.
        pub text: Vec<PartView>,
    }
}

view! {
    /// A class of a map.
    pub struct ClassView {
        /// Its quarter, 1 to 4: the higher, the darker.
        pub quarter: Handle,
        /// `Unterstes Viertel`.
        pub name: String,
        /// Lowest value that occurs in it.
        pub lowest: Handle,
        /// Highest value that occurs in it.
        pub highest: Handle,
        /// How many Kommunen.
        pub count: Handle,
        /// Those that have a boundary, by AGS.
        pub kommunen: Vec<String>,
    }
}

view! {
    /// The Kommunen of a map whose value is not known.
    pub struct UnknownView {
        /// How many.
        pub count: Handle,
        /// Those that have a boundary, by AGS.
        pub kommunen: Vec<String>,
    }
}

view! {
    /// A map of a Land with its Kommunen, numbered as their cards follow each other.
    pub struct LandMapView {
        /// What it shows, for those who cannot see it.
        pub alt: String,
        /// Key of the Land.
        pub land: String,
        /// Width of the map in millimetres: it grows until all numbers have room.
        pub width: Handle,
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
        pub n: Handle,
        /// Where its middle stands.
        pub x: Handle,
        /// Its height.
        pub y: Handle,
        /// Size of its type in points.
        pub size: Handle,
        /// A line to the Kommune; empty for a number inside it, else one.
        pub leader: Vec<LeaderView>,
    }
}

view! {
    /// A line from a point in a Kommune to its number, in millimetres.
    pub struct LeaderView {
        /// The point in the Kommune.
        pub x: Handle,
        /// Its height.
        pub y: Handle,
        /// The end at the number.
        pub end_x: Handle,
        /// Its height.
        pub end_y: Handle,
    }
}

/// The room a map of all may take between its labels, in millimetres.
const ALL_WIDTH: f64 = 118.0;

/// The height it may take.
const ALL_HEIGHT: f64 = 185.0;

/// The height of a label of a Land: two lines for its name and one for the number.
const LABEL_HEIGHT: f64 = 12.0;

/// Size of the type of a number on the map of a Land, in points.
const NUMBER: f64 = 8.0;

/// How large the map of a Land is drawn (its longer side in millimetres) and how its numbers may be set, in the
/// order these are tried: the first that has room for all numbers, or else the last.
const LAND_SIZES: [(f64, Liberty); 6] = [
    (LAND_FRAME, Liberty { parts: &[1.0], longest: 12.0, across: false }),
    (82.0, Liberty { parts: &[1.0, 0.875], longest: 9.0, across: false }),
    (98.0, Liberty { parts: &[1.0, 0.875], longest: 9.0, across: false }),
    (114.0, Liberty { parts: &[1.0, 0.875, 0.75], longest: 9.0, across: false }),
    (132.0, Liberty { parts: &[1.0, 0.875, 0.75], longest: 9.0, across: false }),
    (132.0, Liberty { parts: &[1.0, 0.875, 0.75], longest: 9.0, across: true }),
];

/// Width of a digit on the map of a Land, and height of a number with what must be free above and below.
const DIGIT: (f64, f64) = (1.5, 2.8);

/// What must be free to the left and right of a number, together.
const BESIDE_DIGITS: f64 = 0.5;

/// Names named on a map's alternative text in full; of more, the first three.
const NAMES: usize = 12;

/// How many Länder a sentence names.
const LAENDER_NAMED: usize = 3;

/// How many Kommunen a sentence names.
const KOMMUNEN_NAMED: usize = 4;

/// Fewer values make no classes.
const FEWEST: usize = 4;

/// The names of the quarters, lowest first.
const QUARTERS: [&str; 4] = ["unterstes Viertel", "zweites Viertel", "drittes Viertel", "oberstes Viertel"];

fn kommune<'f>(facts: &'f Facts<'_>, k: usize) -> &'f Kommune {
    &facts.data.kommunen[k]
}

fn has_boundary(facts: &Facts<'_>, k: usize) -> bool {
    facts.data.boundaries.kreise.iter().any(|shape| shape.key == kommune(facts, k).ags.value)
}

/// The AGS of those that can be drawn.
fn drawn(facts: &Facts<'_>, members: &[usize]) -> Vec<String> {
    let members = members.iter().filter(|k| has_boundary(facts, **k));
    members.map(|k| kommune(facts, *k).ags.value.clone()).collect()
}

/// A length on paper.
fn length(millimetres: f64, figures: &mut Figures<'_>) -> Handle {
    let origin = Origin::Formula { rule: "length on a map in mm".to_owned(), inputs: Arc::from([]) };
    figures.decimal(Decimal::from_f64_retain(millimetres), 2, "", Arc::new(origin))
}

/// The map of all Kommunen in scope; empty without boundaries.
pub fn all_map(facts: &Facts<'_>, figures: &mut Figures<'_>) -> Vec<AllMapView> {
    all_map_view(facts, figures).into_iter().collect()
}

fn all_map_view(facts: &Facts<'_>, figures: &mut Figures<'_>) -> Option<AllMapView> {
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
    let labelled: Vec<(&LandFacts, Point)> =
        facts.laender.iter().filter_map(|land| Some((land, with_pole(land)?))).collect();
    let points: Vec<Point> = labelled.iter().map(|(_, point)| *point).collect();
    let placed = leaders(&points, (width, height), LABEL_HEIGHT);
    let lowest = placed.iter().map(|leader| leader.label + LABEL_HEIGHT / 2.0).fold(height, f64::max);
    let labels = labelled
        .iter()
        .zip(placed)
        .map(|((land, _), leader)| LandLabelView {
            name: land.land.name.to_owned(),
            count: figures.count(land.members.len(), "number of Kommunen in the Land"),
            noun: noun(land.members.len()).to_owned(),
            side: if leader.side == Side::Left { "left" } else { "right" }.to_owned(),
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

fn noun(count: usize) -> &'static str {
    if count == 1 { Noun::Kommune.singular(Case::Nominative) } else { Noun::Kommune.plural(Case::Nominative) }
}

/// One map for each indicator that is to have one and has values in more than one class.
pub fn choropleths(facts: &Facts<'_>, figures: &mut Figures<'_>) -> Vec<ChoroplethView> {
    let indicators = 0..facts.data.indicators.len();
    indicators
        .filter(|at| facts.data.indicators[*at].map)
        .filter_map(|at| {
            let of = &facts.indicators[at];
            let classes = classes(of.all.spread, &of.from_lowest, |k| kommune(facts, k).values[at].value)?;
            if drawn(facts, &facts.scope).is_empty() {
                return None;
            }
            Some(choropleth(facts, at, &classes, figures))
        })
        .collect()
}

/// A class: its quarter, and the positions of its Kommunen from the lowest value to the highest.
struct Class {
    quarter: u8,
    members: Vec<usize>,
}

/// The classes that occur, lowest first, of Kommunen from the lowest value to the highest. `None` where
/// there are too few values, or all are in one class: a map would say nothing.
fn classes(
    spread: Option<Spread>,
    from_lowest: &[usize],
    value: impl Fn(usize) -> Option<Decimal>,
) -> Option<Vec<Class>> {
    let spread = spread.filter(|_| from_lowest.len() >= FEWEST)?;
    let quarter = |k: usize| value(k).map(|value| spread.quarter(value));
    let of_quarter = |q: u8| {
        let members = from_lowest.iter().copied().filter(|k| quarter(*k) == Some(q)).collect();
        Class { quarter: q, members }
    };
    let classes: Vec<Class> = (1..=4).map(of_quarter).filter(|class| !class.members.is_empty()).collect();
    (classes.len() > 1).then_some(classes)
}

/// The value of a Kommune.
fn value(facts: &Facts<'_>, k: Option<&usize>, at: usize, figures: &mut Figures<'_>) -> Handle {
    let indicator = &facts.data.indicators[at];
    let number = k.map(|k| &kommune(facts, *k).values[at]);
    let place = number.map_or_else(|| indicator.place.clone(), |number| number.place.clone());
    figures.value(indicator, number.and_then(|number| number.value), Arc::new(Origin::Cell(place)))
}

fn choropleth(facts: &Facts<'_>, at: usize, classes: &[Class], figures: &mut Figures<'_>) -> ChoroplethView {
    let data = facts.data;
    let is_unknown = |k: &usize| kommune(facts, *k).values[at].value.is_none();
    let unknown: Vec<usize> = facts.scope.iter().copied().filter(is_unknown).collect();
    ChoroplethView {
        alt: choropleth_alt(facts, at, classes, unknown.len(), figures),
        indicator: indicator_view(data, &data.indicators[at]),
        classes: classes
            .iter()
            .map(|class| ClassView {
                quarter: figures.count(class.quarter.into(), "quarter of the values"),
                name: capitalised(QUARTERS[usize::from(class.quarter - 1)]),
                lowest: value(facts, class.members.first(), at, figures),
                highest: value(facts, class.members.last(), at, figures),
                count: figures.count(class.members.len(), "number of Kommunen in the quarter"),
                kommunen: drawn(facts, &class.members),
            })
            .collect(),
        unknown: (!unknown.is_empty())
            .then(|| UnknownView {
                count: figures.count(unknown.len(), "number of Kommunen without a value"),
                kommunen: drawn(facts, &unknown),
            })
            .into_iter()
            .collect(),
        text: where_they_lie(facts, at, classes, figures),
    }
}

fn choropleth_alt(facts: &Facts<'_>, at: usize, classes: &[Class], unknown: usize, figures: &Figures<'_>) -> String {
    let indicator = &facts.data.indicators[at];
    let numbers = figures.numbers();
    let printed = |k: Option<&usize>, unit: &str| {
        let value = k.and_then(|k| kommune(facts, *k).values[at].value);
        value.map_or_else(String::new, |value| numbers.with_unit(value, indicator.decimals, unit))
    };
    let of = |count: usize| format!("{} {}", numbers.count(count), noun(count));
    let mut said: Vec<String> = classes
        .iter()
        .map(|class| {
            format!(
                "{} von {} bis {}: {}",
                QUARTERS[usize::from(class.quarter - 1)],
                printed(class.members.first(), ""),
                printed(class.members.last(), &indicator.unit),
                of(class.members.len())
            )
        })
        .collect();
    if unknown > 0 {
        said.push(format!("nicht bekannt: {}", of(unknown)));
    }
    let highest: Vec<usize> =
        classes.last().map_or_else(Vec::new, |class| class.members.iter().rev().copied().collect());
    let named = if highest.len() <= NAMES { highest.len() } else { 3 };
    let names: Vec<&str> = highest[..named].iter().map(|k| kommune(facts, *k).label.value.as_str()).collect();
    format!(
        "Karte von Deutschland: {} der {} in Klassen; {}. Am höchsten: {}.",
        indicator.label,
        facts.data.edition.group,
        said.join("; "),
        names.join(", ")
    )
}

/// In which Länder the Kommunen of the highest and of the lowest class lie.
fn where_they_lie(facts: &Facts<'_>, at: usize, classes: &[Class], figures: &mut Figures<'_>) -> Vec<PartView> {
    let indicator = &facts.data.indicators[at];
    let mut sentence = Sentence::new(figures);
    let (Some(lowest), Some(highest)) = (classes.first(), classes.last()) else { return sentence.parts() };
    let top = if highest.quarter == 4 { "Im obersten Viertel" } else { "In der höchsten Klasse" };
    let from_highest: Vec<usize> = highest.members.iter().rev().copied().collect();
    for (start, preposition, members) in [(top, "ab", &from_highest), (" Im untersten Viertel", "bis", &lowest.members)]
    {
        sentence.text(&format!("{start} ({preposition} "));
        let bound = value(facts, members.last(), at, sentence.figures);
        sentence.number(bound);
        sentence.text(&format!("{})", unit(indicator)));
        by_land(&mut sentence, facts, members);
    }
    sentence.parts()
}

/// The unit as it stands behind a number.
fn unit(indicator: &Indicator) -> String {
    if indicator.unit.is_empty() { String::new() } else { format!("{NO_BREAK_SPACE}{}", indicator.unit) }
}

/// "… liegen 26 Kommunen, davon 14 in Nordrhein-Westfalen und 5 in Sachsen-Anhalt."
fn by_land(sentence: &mut Sentence<'_, '_>, facts: &Facts<'_>, members: &[usize]) {
    let name = |k: &usize| {
        let kommune = kommune(facts, *k);
        Name::new(&kommune.label.value, kommune.kind.value).nominative().to_owned()
    };
    if let [only] = members {
        let land = Name::of_land(kommune(facts, *only).land.value);
        sentence.text(&format!(" liegt eine Kommune: {} {}.", name(only), land.locative()));
        return;
    }
    let mut laender: Vec<(&LandFacts, usize)> = facts
        .laender
        .iter()
        .map(|land| (land, members.iter().filter(|k| land.members.contains(k)).count()))
        .filter(|(_, count)| *count > 0)
        .collect();
    laender.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    sentence.text(" liegen ");
    sentence.count(members.len(), "number of Kommunen in the quarter");
    sentence.text(" Kommunen");
    if members.len() <= KOMMUNEN_NAMED {
        sentence.text(&format!(": {}.", list(&members.iter().map(name).collect::<Vec<_>>())));
        return;
    }
    if facts.laender.len() == 1 {
        sentence.text(".");
        return;
    }
    sentence.text(", ");
    if let [(land, _)] = laender.as_slice() {
        sentence.text(&format!("alle {}.", Name::of_land(land.land).locative()));
        return;
    }
    let named = worth_naming(&laender.iter().map(|(_, count)| *count).collect::<Vec<_>>());
    if named == 0 {
        sentence.text("verteilt auf ");
        sentence.count(laender.len(), "number of Länder of these Kommunen");
        sentence.text(" Länder.");
        return;
    }
    for (nth, (land, count)) in laender[..named].iter().enumerate() {
        sentence.text(match nth {
            0 => "davon ",
            _ if nth + 1 == named => " und ",
            _ => ", ",
        });
        sentence.count(*count, "number of these Kommunen in the Land");
        sentence.text(&format!(" {}", Name::of_land(land.land).locative()));
    }
    sentence.text(".");
}

/// Of how many Länder a sentence gives the number, when these are the numbers in falling order: few, with
/// more than one Kommune each, and none that another of the same number is passed over for.
fn worth_naming(counts: &[usize]) -> usize {
    let mut named = counts.iter().take(LAENDER_NAMED).filter(|count| **count > 1).count();
    if let (Some(next), Some(last)) = (counts.get(named), named.checked_sub(1).map(|last| counts[last]))
        && *next == last
    {
        named = counts.iter().position(|count| *count == last).unwrap_or(0);
    }
    named
}

/// The map of a Land with its Kommunen in scope; empty without boundaries.
pub fn land_map(facts: &Facts<'_>, land: &LandFacts, figures: &mut Figures<'_>) -> Vec<LandMapView> {
    land_map_view(facts, land, figures).into_iter().collect()
}

fn land_map_view(facts: &Facts<'_>, of: &LandFacts, figures: &mut Figures<'_>) -> Option<LandMapView> {
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
    let at_size = |(side, liberty): (f64, Liberty)| -> (f64, Vec<Option<Label>>) {
        let units = LAND_UNITS * LAND_FRAME / side;
        let labelled = |(n, _, region): &(usize, &Kommune, &Region)| Labelled {
            rings: region.on_paper(units),
            size: (DIGIT.0 * digits(*n) + BESIDE_DIGITS, DIGIT.1),
        };
        let regions: Vec<Labelled> = drawn.iter().map(labelled).collect();
        let outline: Vec<Vec<Point>> = drawing.laender.iter().flat_map(|land| land.on_paper(units)).collect();
        let frame = (drawing.width as f64 / units, drawing.height as f64 / units);
        (frame.0, labels::place(frame, &outline, &regions, liberty))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::derive::summary::spread;

    /// The classes of values, as quarter and number of members.
    fn counted(values: &[Option<i64>]) -> Option<Vec<(u8, usize)>> {
        let values: Vec<Option<Decimal>> = values.iter().map(|value| value.map(Decimal::from)).collect();
        let mut order: Vec<usize> = (0..values.len()).filter(|k| values[*k].is_some()).collect();
        order.sort_by_key(|k| values[*k]);
        let found = classes(spread(&values), &order, |k| values[k])?;
        assert_eq!(found.iter().flat_map(|class| &class.members).copied().collect::<Vec<_>>(), order);
        Some(found.iter().map(|class| (class.quarter, class.members.len())).collect())
    }

    fn known(values: &[i64]) -> Vec<Option<i64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn equal_values_share_a_class_and_empty_ones_are_left_out() {
        assert_eq!(counted(&known(&[1, 2, 3, 4])), Some(vec![(1, 1), (2, 1), (3, 1), (4, 1)]));
        assert_eq!(counted(&known(&[1, 1, 1, 1, 9])), Some(vec![(1, 4), (4, 1)]));
    }

    #[test]
    fn too_few_or_equal_values_make_no_map() {
        assert_eq!(counted(&known(&[1, 2, 3])), None);
        assert_eq!(counted(&known(&[5, 5, 5, 5, 5])), None);
        // All up to the lower quartile, which is the highest value.
        assert_eq!(counted(&known(&[1, 9, 9, 9, 9])), None);
        assert_eq!(counted(&[None, None, Some(1), Some(2), Some(3), None]), None);
    }

    proptest! {
        #[test]
        fn classes_add_up_to_the_known_values(values in proptest::collection::vec(proptest::option::of(0i64..12), 0..60)) {
            if let Some(found) = counted(&values) {
                prop_assert_eq!(found.iter().map(|(_, count)| count).sum::<usize>(), values.iter().flatten().count());
                prop_assert!(found.iter().all(|(_, count)| *count > 0));
            }
        }
    }

    #[test]
    fn few_laender_are_named_and_none_passed_over() {
        for (counts, named) in [
            (&[14, 5, 1, 1][..], 2),
            (&[14, 5, 3, 3], 2),
            (&[14, 5, 3, 2], 3),
            (&[3, 3], 2),
            (&[3, 3, 3, 3], 0),
            (&[1, 1, 1], 0),
            (&[4, 1], 1),
        ] {
            assert_eq!(worth_naming(counts), named, "{counts:?}");
        }
    }
}

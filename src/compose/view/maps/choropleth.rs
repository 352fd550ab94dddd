//! Maps of one indicator: the Kommunen in classes by quartile.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::figures::{FigureHandle, FigureTable};
use crate::compose::view::fields::view;
use crate::compose::view::indicator::{IndicatorView, indicator_view};
use crate::compose::view::sentences::{PartView, Sentence};
use crate::derive::summary::Spread;
use crate::derive::{Facts, LandFacts};
use crate::german::NO_BREAK_SPACE;
use crate::grammar::{Name, capitalised, list};
use crate::model::Indicator;
use crate::trace::Origin;

use super::drawn::{drawn, kommune, noun};

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
        pub quarter: FigureHandle,
        /// `Unterstes Viertel`.
        pub name: String,
        /// Lowest value that occurs in it.
        pub lowest: FigureHandle,
        /// Highest value that occurs in it.
        pub highest: FigureHandle,
        /// How many Kommunen.
        pub count: FigureHandle,
        /// Those that have a boundary, by AGS.
        pub kommunen: Vec<String>,
    }
}

view! {
    /// The Kommunen of a map whose value is not known.
    pub struct UnknownView {
        /// How many.
        pub count: FigureHandle,
        /// Those that have a boundary, by AGS.
        pub kommunen: Vec<String>,
    }
}

/// How many names the alternative text of a map gives in full; of more it gives the first three.
const NAMES: usize = 12;

/// Most Länder a sentence names.
const LAENDER_NAMED: usize = 3;

/// Most Kommunen a sentence names.
const KOMMUNEN_NAMED: usize = 4;

/// Fewest values that make classes.
const FEWEST: usize = 4;

/// The names of the quarters, lowest first.
const QUARTERS: [&str; 4] = ["unterstes Viertel", "zweites Viertel", "drittes Viertel", "oberstes Viertel"];

/// Returns one map for each indicator that is to have one and has values in more than one class.
pub fn choropleths(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> Vec<ChoroplethView> {
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

/// Returns the classes that occur, lowest first; `from_lowest` are the Kommunen from the lowest value to the highest.
/// `None` where there are too few values, or all are in one class: a map would say nothing.
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

/// Adds the value of a Kommune; without one, a handle without a number.
fn value(facts: &Facts<'_>, k: Option<&usize>, at: usize, figures: &mut FigureTable<'_>) -> FigureHandle {
    let indicator = &facts.data.indicators[at];
    let number = k.map(|k| &kommune(facts, *k).values[at]);
    let place = number.map_or_else(|| indicator.place.clone(), |number| number.place.clone());
    figures.value(indicator, number.and_then(|number| number.value), Arc::new(Origin::Cell(place)))
}

fn choropleth(facts: &Facts<'_>, at: usize, classes: &[Class], figures: &mut FigureTable<'_>) -> ChoroplethView {
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

fn choropleth_alt(
    facts: &Facts<'_>,
    at: usize,
    classes: &[Class],
    unknown: usize,
    figures: &FigureTable<'_>,
) -> String {
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

/// Returns the sentences on the Länder in which the Kommunen of the highest and of the lowest class lie.
fn where_they_lie(facts: &Facts<'_>, at: usize, classes: &[Class], figures: &mut FigureTable<'_>) -> Vec<PartView> {
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

/// Returns the unit as it stands behind a number.
fn unit(indicator: &Indicator) -> String {
    if indicator.unit.is_empty() { String::new() } else { format!("{NO_BREAK_SPACE}{}", indicator.unit) }
}

/// Adds "… liegen 26 Kommunen, davon 14 in Nordrhein-Westfalen und 5 in Sachsen-Anhalt."
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

/// Returns of how many Länder a sentence gives the number of Kommunen; `counts` are these numbers in falling order.
/// They are few, have more than one Kommune each, and no Land is left out that has the same number as one that is
/// named.
fn worth_naming(counts: &[usize]) -> usize {
    let mut named = counts.iter().take(LAENDER_NAMED).filter(|count| **count > 1).count();
    if let (Some(next), Some(last)) = (counts.get(named), named.checked_sub(1).map(|last| counts[last]))
        && *next == last
    {
        named = counts.iter().position(|count| *count == last).unwrap_or(0);
    }
    named
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
        fn classes_add_up_to_the_known_values(
            values in proptest::collection::vec(proptest::option::of(0i64..12), 0..60),
        ) {
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

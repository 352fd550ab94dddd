//! The Gegenüberstellung: two or three Kommunen side by side on one page, with all key figures in columns, their
//! differences in words, a shared chart, and one map.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::json;

use crate::compose::map::Germany;
use crate::compose::map::leaders::{leaders, lower_edge};
use crate::compose::view::maps::length;
use crate::compose::view::sentences::{PartView, Sentence};
use crate::compose::view::{
    AggregateView, BarGroupView, BarView, DocumentView, GroupedBarsView, IndicatorView, KommuneView, Shaped, Shared,
    cell, document, indicator_view, known, kommune_view, mean, no_mark, rank, value_chart, view,
};
use crate::compose::{FigureHandle, FigureTable};
use crate::derive::Facts;
use crate::export::DataTable;
use crate::german::{self, join_unit, plain, rounded, unit_of_difference};
use crate::grammar::{self, Name, Phrase, ValueComparison};
use crate::model::{Data, Indicator, Place};
use crate::trace::Origin;

use super::kind::{About, Context, Kind, MadeBy, Subject, always, value};

/// Two or three Kommunen side by side.
pub static KIND: Kind = Kind {
    name: "gegenueberstellung",
    singular: "gegenueberstellung",
    template: "side-by-side",
    about: About::Kommunen(2, 3),
    made_by: MadeBy::BuildOnly,
    one_page: true,
    title: "Gegenüberstellung",
    description: "Zwei oder drei Kommunen nebeneinander auf einer Seite",
    summary: "two or three Kommunen side by side",
    exists: always,
    shape: SideBySideView::shape,
    view: |context, figures| value(&side_by_side(&context.shared_of_all(), compared(context), figures)),
    table: |context| table(context.of_all, compared(context)),
    table_title: "Werte und Ränge der gegenübergestellten Kommunen",
    table_file: None,
};

view! {
    /// What the template `side-by-side` sees.
    pub struct SideBySideView {
        /// The document.
        pub document: DocumentView,
        /// The Kommunen, in the order compared.
        pub kommunen: Vec<KommuneView>,
        /// Their labels in one line: `Landkreis Biberach und Stadt Essen`.
        pub labels: String,
        /// How many Kommunen, for geometry.
        pub columns: FigureHandle,
        /// One row per indicator of which a value is known.
        pub rows: Vec<SideBySideRowView>,
        /// Bars of the indicators that are drawn as bars, one chart per unit.
        pub charts: Vec<GroupedBarsView>,
        /// Where they lie; empty when none of them has a boundary, else one.
        pub map: Vec<SideBySideMapView>,
        /// Whether Kommunen are missing from a mean, because a value of theirs is not known.
        pub partial: bool,
        /// Whether the definitions of the indicators are left out, because the page has no room for them.
        pub definitions_cut: bool,
        /// How tight the page is set, from 0.
        pub density: FigureHandle,
    }
}

view! {
    /// An indicator of the Kommunen.
    pub struct SideBySideRowView {
        /// The indicator.
        pub indicator: IndicatorView,
        /// One value per Kommune.
        pub values: Vec<SideBySideValueView>,
        /// Mean of all Kommunen of the edition.
        pub mean: AggregateView,
        /// How the values differ, a sentence without its full stop; empty when fewer than two are known.
        pub difference: Vec<PartView>,
    }
}

view! {
    /// The value of a Kommune.
    pub struct SideBySideValueView {
        /// Whether it is known.
        pub known: bool,
        /// Value.
        pub value: FigureHandle,
        /// Rank from the highest value, among all Kommunen of the edition.
        pub rank: FigureHandle,
    }
}

view! {
    /// A map of Germany with the Kommunen; lengths in millimetres from its upper left corner.
    pub struct SideBySideMapView {
        /// What it shows, for those who cannot see it.
        pub alt: String,
        /// The Kommunen that have a boundary, by AGS.
        pub kommunen: Vec<String>,
        /// Width.
        pub width: FigureHandle,
        /// Height.
        pub height: FigureHandle,
        /// One label per Kommune with a boundary.
        pub labels: Vec<SideBySideLabelView>,
    }
}

view! {
    /// The label of a Kommune on the map.
    pub struct SideBySideLabelView {
        /// Label of the Kommune.
        pub label: String,
        /// Its Land.
        pub state: String,
        /// `left` or `right` of the map.
        pub side: String,
        /// A point in the Kommune.
        pub x: FigureHandle,
        /// Its height.
        pub y: FigureHandle,
        /// Height of the label's middle.
        pub height: FigureHandle,
    }
}

/// The width of the map, in millimetres.
const MAP_WIDTH: f64 = 36.0;

/// The height of a label of the map, in millimetres: its name may have three lines.
const LABEL_HEIGHT: f64 = 15.0;

/// From this tightness on, the definitions of indicators are left out; they are in the brochure.
const WITHOUT_DEFINITIONS: usize = 3;

/// From this tightness on, bars have one-line names; the full names are in the tables and in the alternative text.
const WITH_SHORT_NAMES: usize = 4;

/// The greatest number of characters of a one-line name beside a bar.
const BAR_NAME: usize = 20;

/// The greatest number of characters of a name on the map: three lines, the height of [`LABEL_HEIGHT`].
const MAP_NAME: usize = 40;

/// Returns the Kommunen that the document compares.
fn compared<'a>(context: &'a Context<'_>) -> &'a [usize] {
    match context.subject {
        Subject::Kommunen(compared) => compared,
        Subject::Kommune(_) | Subject::Edition | Subject::Annex(..) | Subject::Meeting => &[],
    }
}

/// Returns the view of these Kommunen (positions) in this order; `shared` contains the facts about all Kommunen of the
/// edition.
fn side_by_side(shared: &Shared<'_>, compared: &[usize], figures: &mut FigureTable<'_>) -> SideBySideView {
    let facts = shared.facts;
    let data = facts.data;
    let labels: Vec<&str> = compared.iter().map(|k| data.kommunen[*k].label.value.as_str()).collect();
    let listed = grammar::list(&labels);
    let title = format!("Gegenüberstellung: {listed}");
    let subject = format!("Kennzahlen, Ränge und Unterschiede nebeneinander: {listed}");
    let keywords: Vec<&str> = ["Gegenüberstellung", "Vergleich"].into_iter().chain(labels.iter().copied()).collect();
    let rows: Vec<SideBySideRowView> = known(data)
        .filter(|at| compared.iter().any(|k| data.kommunen[*k].values[*at].value.is_some()))
        .map(|at| row(facts, compared, at, figures))
        .collect();
    SideBySideView {
        document: DocumentView {
            running: title.clone(),
            single: true,
            head: shared.draft,
            ..document(shared, title, subject, &keywords, figures)
        },
        kommunen: compared.iter().map(|k| kommune_view(data, &data.kommunen[*k], figures)).collect(),
        columns: figures.count(compared.len(), "number of Kommunen compared"),
        partial: rows.iter().any(|row| row.mean.partial),
        rows,
        charts: charts(facts, compared, shared.tightness >= WITH_SHORT_NAMES, figures),
        map: map(data, compared, &listed, figures).into_iter().collect(),
        labels: listed,
        definitions_cut: shared.tightness >= WITHOUT_DEFINITIONS,
        density: figures.count(shared.tightness, "tightness of the page"),
    }
}

fn row(facts: &Facts<'_>, compared: &[usize], at: usize, figures: &mut FigureTable<'_>) -> SideBySideRowView {
    let indicator = &facts.data.indicators[at];
    let all = &facts.indicators[at].all;
    let values = compared
        .iter()
        .map(|k| SideBySideValueView {
            known: facts.data.kommunen[*k].values[at].value.is_some(),
            value: cell(&facts.data.kommunen[*k], at, indicator, figures),
            rank: rank(facts, *k, at, figures),
        })
        .collect();
    SideBySideRowView {
        indicator: indicator_view(facts.data, indicator),
        values,
        mean: AggregateView { value: mean(all, indicator, figures), partial: all.is_partial() },
        difference: difference(facts.data, compared, at, figures),
    }
}

/// Describes how the values of an indicator differ: the highest value compared with each other value, the nearest
/// first. Empty when fewer than two values are known.
fn difference(data: &Data, compared: &[usize], at: usize, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let indicator = &data.indicators[at];
    let printed = |k: usize| Some(rounded(data.kommunen[k].values[at].value?, indicator.decimals));
    let mut known: Vec<(usize, Decimal)> = compared.iter().filter_map(|k| Some((*k, printed(*k)?))).collect();
    // A stable sort: of equal values, the Kommune named first comes first.
    known.sort_by_key(|(_, value)| std::cmp::Reverse(*value));
    let Some(((highest, most), others)) = known.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Vec::new();
    };
    let name = |k: usize| Name::new(&data.kommunen[k].label.value, data.kommunen[k].kind.value);
    let mut sentence = Sentence::new(figures);
    sentence.text(name(*highest).locative());
    for (n, (k, value)) in others.iter().enumerate() {
        sentence.text(if n == 0 { " " } else { ", " });
        let (phrase, rule) = beside(indicator, *most, *value, &name(*k), sentence.figures.numbers());
        let place = |k: usize| -> Place { data.kommunen[k].values[at].place.clone() };
        let inputs = Arc::from([place(*highest), place(*k)]);
        sentence.phrase(&phrase, &Arc::new(Origin::Formula { rule, inputs }));
    }
    sentence.parts()
}

/// Returns the comparison of a value with another value that is not higher, and the rule of its number: rates differ by
/// percentage points, other values by per cent or as a multiple.
fn beside(
    indicator: &Indicator,
    value: Decimal,
    other: Decimal,
    name: &Name,
    numbers: &german::Numbers,
) -> (Phrase, String) {
    let of_other = format!("Werts {}", name.locative());
    let phrase = Phrase::default();
    let key = &indicator.key;
    let (more, as_much) = if indicator.unit == "%" { ("höher", "hoch") } else { ("mehr", "viel") };
    if value == other {
        return (phrase.text(&format!("ebenso {as_much} wie {}", name.locative())), format!("{key} - {key}"));
    }
    let comparison = if indicator.unit == "%" { None } else { grammar::relative(value, other, numbers) };
    let ratio = format!("{key} / {key}");
    match comparison {
        Some(ValueComparison::Times(factor)) if factor == "2" => {
            (phrase.text(&format!("etwa das Doppelte des {of_other}")), ratio)
        }
        Some(ValueComparison::Times(factor)) => {
            (phrase.text("etwa das ").number(factor).text(&format!("-Fache des {of_other}")), ratio)
        }
        Some(ValueComparison::Above(share, unit)) => {
            let text = format!("{unit} {more} als {}", name.locative());
            (phrase.text("um ").number(share).text(&text), format!("{key} / {key} - 1"))
        }
        Some(ValueComparison::Near) => {
            (phrase.text(&format!("nur wenig mehr als {}", name.locative())), format!("{ratio} - 1"))
        }
        Some(ValueComparison::Below(..) | ValueComparison::Equal) | None => {
            let off = value - other;
            let unit = unit_of_difference(&indicator.unit, off, indicator.decimals);
            let text = format!("{} {more} als {}", join_unit("", unit), name.locative());
            (phrase.text("um ").number(numbers.format(off, indicator.decimals)).text(&text), format!("{key} - {key}"))
        }
    }
}

/// Returns one chart for each unit of the indicators that are drawn as bars.
fn charts(facts: &Facts<'_>, compared: &[usize], short: bool, figures: &mut FigureTable<'_>) -> Vec<GroupedBarsView> {
    let data = facts.data;
    let value = |k: usize, at: usize| data.kommunen[k].values[at].value;
    let drawn = |at: &usize| data.indicators[*at].chart.is_some() && compared.iter().any(|k| value(*k, *at).is_some());
    let mut units: Vec<(&str, Vec<usize>)> = Vec::new();
    for at in known(data).filter(drawn) {
        let unit = data.indicators[at].unit.as_str();
        match units.iter_mut().find(|(known, _)| *known == unit) {
            Some((_, indicators)) => indicators.push(at),
            None => units.push((unit, vec![at])),
        }
    }
    units
        .into_iter()
        .filter_map(|(unit, indicators)| chart(facts, compared, unit, &indicators, short, figures))
        .collect()
}

/// Cuts a name to at most this many characters.
fn shortened(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let start: String = name.chars().take(most - 1).collect();
    format!("{}…", start.trim_end_matches([' ', '-']))
}

/// Returns the bars of indicators with the same unit, with `short` names; `None` when no value is above zero.
fn chart(
    facts: &Facts<'_>,
    compared: &[usize],
    unit: &str,
    indicators: &[usize],
    short: bool,
    figures: &mut FigureTable<'_>,
) -> Option<GroupedBarsView> {
    let data = facts.data;
    let pairs = || indicators.iter().flat_map(|at| compared.iter().map(move |k| (*at, *k)));
    let value = |(at, k): (usize, usize)| data.kommunen[k].values[at].value;
    let highest = pairs().filter_map(value).max().filter(|highest| *highest > Decimal::ZERO)?;
    let numbers = figures.numbers();
    let said = indicators.iter().map(|at| {
        let indicator = &data.indicators[*at];
        let of_kommune = |k: &usize| {
            let value = data.kommunen[*k].values[*at].value;
            let printed = |value| numbers.with_unit(value, indicator.decimals, unit);
            format!("{} {}", data.kommunen[*k].label.value, value.map_or_else(|| "nicht bekannt".to_owned(), printed))
        };
        format!("{}: {}", indicator.label, compared.iter().map(of_kommune).collect::<Vec<_>>().join(", "))
    });
    let alt = format!("Balkendiagramm der Kommunen nebeneinander. {}.", said.collect::<Vec<_>>().join("; "));
    let groups = indicators
        .iter()
        .map(|at| BarGroupView {
            label: data.indicators[*at].label.clone(),
            bars: compared
                .iter()
                .map(|k| {
                    let (kommune, indicator) = (&data.kommunen[*k], &data.indicators[*at]);
                    let label = &kommune.label.value;
                    BarView {
                        label: if short { shortened(label, BAR_NAME) } else { label.clone() },
                        year: Vec::new(),
                        value: cell(kommune, *at, indicator, figures),
                        land_mean: no_mark(indicator, figures),
                        mean: no_mark(indicator, figures),
                    }
                })
                .collect(),
        })
        .collect();
    Some(GroupedBarsView { axis: value_chart(alt, highest, unit, Vec::new(), figures), groups })
}

/// Returns the map; `None` when none of the Kommunen has a boundary.
fn map(data: &Data, compared: &[usize], labels: &str, figures: &mut FigureTable<'_>) -> Option<SideBySideMapView> {
    let germany = Germany::new(data)?;
    let height = germany.height_at(MAP_WIDTH);
    let point = |k: &usize| {
        let shape = data.boundaries.kreise.iter().find(|shape| shape.key == data.kommunen[*k].ags.value)?;
        Some((&data.kommunen[*k], germany.pole(shape, MAP_WIDTH)?))
    };
    let drawn: Vec<_> = compared.iter().filter_map(point).collect();
    if drawn.is_empty() {
        return None;
    }
    let points: Vec<_> = drawn.iter().map(|(_, point)| *point).collect();
    let placed = leaders(&points, (MAP_WIDTH, height), LABEL_HEIGHT);
    let mut label_views = Vec::new();
    for ((kommune, _), leader) in drawn.iter().zip(&placed) {
        label_views.push(SideBySideLabelView {
            label: shortened(&kommune.label.value, MAP_NAME),
            state: kommune.land.value.name.to_owned(),
            side: leader.side.name().to_owned(),
            x: length(leader.point.0, figures),
            y: length(leader.point.1, figures),
            height: length(leader.label, figures),
        });
    }
    let lowest = lower_edge(&placed, height, LABEL_HEIGHT);
    Some(SideBySideMapView {
        alt: format!("Karte von Deutschland mit den Grenzen der Länder; gefüllt: {labels}."),
        kommunen: drawn.iter().map(|(kommune, _)| kommune.ags.value.clone()).collect(),
        width: length(MAP_WIDTH, figures),
        height: length(lowest, figures),
        labels: label_views,
    })
}

/// Returns the values and ranks of the Kommunen, one row for each indicator and Kommune.
fn table(facts: &Facts<'_>, compared: &[usize]) -> DataTable {
    let data = facts.data;
    let mut table = DataTable::new(["indicator", "name", "ags", "label", "state", "value", "unit", "rank", "of"]);
    for (at, indicator) in data.indicators.iter().enumerate() {
        for k in compared {
            let kommune = &data.kommunen[*k];
            table.push([
                json!(indicator.key),
                json!(indicator.label),
                json!(kommune.ags.value),
                json!(kommune.label.value),
                json!(kommune.land.value.name),
                json!(kommune.values[at].value.map(|value| plain(value, indicator.decimals))),
                json!(indicator.unit),
                json!(facts.indicators[at].rank_high[*k]),
                json!(facts.indicators[at].all.known),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{KommuneType, NumberStyle};

    fn said(unit: &str, value: &str, other: &str) -> String {
        let assets = crate::assets::Assets::embedded();
        let data = crate::load::load(&assets, "2017").expect("the edition").data;
        let mut indicator = data.indicators[0].clone();
        (indicator.unit, indicator.decimals) = (unit.to_owned(), 1);
        let name = Name::new("Landkreis Biberach", KommuneType::Landkreis);
        let d = |text: &str| text.parse().expect("a decimal");
        let numbers = german::Numbers::new(NumberStyle::Destatis);
        beside(&indicator, d(value), d(other), &name, &numbers).0.to_string().replace('\u{a0}', " ")
    }

    #[test]
    fn differences_are_worded_by_what_is_measured() {
        assert_eq!(said("%", "15.5", "3.5"), "um 12,0 Prozentpunkte höher als im Landkreis Biberach");
        assert_eq!(said("km²", "150", "100"), "um 50 % mehr als im Landkreis Biberach");
        assert_eq!(said("km²", "250", "100"), "etwa das 2,5-Fache des Werts im Landkreis Biberach");
        assert_eq!(said("km²", "200", "100"), "etwa das Doppelte des Werts im Landkreis Biberach");
        assert_eq!(said("", "101", "100"), "nur wenig mehr als im Landkreis Biberach");
        assert_eq!(said("%", "3.5", "3.5"), "ebenso hoch wie im Landkreis Biberach");
        assert_eq!(said("", "5", "0"), "um 5,0 mehr als im Landkreis Biberach");
    }
}

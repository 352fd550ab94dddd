//! Compares each traced number with the number that the template prints now.

use std::collections::{BTreeMap, HashMap};

use crate::compose::ComposedDocument;
use crate::numerals::numbers_in;
use crate::run::{CellNames, FileEntry};
use crate::trace::{self, Origin, TraceLine};

use super::align::aligned;
use super::deviation::Deviation;

/// Compares each traced number with the number that the template prints now.
pub fn numbers_now(
    entry: &FileEntry,
    composed: &ComposedDocument,
    traced: &[TraceLine],
    cells: &CellNames,
) -> Vec<Deviation> {
    let mut deviations = Vec::new();
    // A figure may contain several numbers (`4,7–12,5 %`); its lines are in their order.
    let mut of_figure: BTreeMap<usize, Vec<&TraceLine>> = BTreeMap::new();
    for line in traced {
        if let Some(number) = line.number {
            of_figure.entry(number).or_default().push(line);
        }
    }
    let partners = partners(composed, &of_figure, cells);
    for ((_, lines), now) in of_figure.into_iter().zip(partners) {
        let text = now.and_then(|now| composed.printed(now));
        let tokens: Vec<&str> = text.iter().flat_map(|text| numbers_in(text)).collect();
        for (at, line) in lines.iter().enumerate() {
            // A figure that is printed in several places has all its numbers again for each place.
            let expected = tokens.get(at % tokens.len().max(1)).copied();
            if expected == Some(line.text.as_str()) {
                continue;
            }
            let origin = now.and_then(|now| composed.origin(now));
            deviations.push(Deviation {
                id: "KB414",
                file: entry.path.clone(),
                page: Some(line.page),
                expected: expected.map(str::to_owned),
                found: Some(line.text.clone()),
                origin: Some(origin.map_or_else(|| "nothing prints it any more".to_owned(), |o| said(&o))),
                at: None,
                what: "the data says another number now".to_owned(),
            });
        }
    }
    deviations
}

/// Returns for each traced number the position of the number that is printed in its place now.
fn partners(
    composed: &ComposedDocument,
    traced: &BTreeMap<usize, Vec<&TraceLine>>,
    cells: &CellNames,
) -> Vec<Option<usize>> {
    // Kind or rule, cell, text. Equal values share an ID, because they are compared millions of times.
    let mut ids: HashMap<String, usize> = HashMap::new();
    let mut id = |text: String| {
        let next = ids.len();
        *ids.entry(text).or_insert(next)
    };
    let mut before = |line: &TraceLine| {
        let rule = line.rule.clone().unwrap_or_else(|| format!("{:?}", line.kind));
        [id(rule), id(line.cell.clone().unwrap_or_default()), id(line.text.clone())]
    };
    let before: Vec<[usize; 3]> = traced.values().map(|lines| before(lines[0])).collect();
    let mut now = |number: usize| {
        let (text, origin) = (composed.printed(number)?, composed.origin(number)?);
        let (rule, cell) = match origin.as_ref() {
            Origin::Cell(place) => (format!("{:?}", trace::NumberKind::Cell), cells.named(place)),
            Origin::Formula { rule, .. } => (rule.clone(), String::new()),
            Origin::Tick => (format!("{:?}", trace::NumberKind::Tick), String::new()),
        };
        Some([id(rule), id(cell), id(numbers_in(&text).next().unwrap_or_default().to_owned())])
    };
    let now: Vec<[usize; 3]> = (0..).map_while(&mut now).collect();
    let in_place = |(number, [rule, ..]): (&usize, &[usize; 3])| now.get(*number).is_some_and(|now| now[0] == *rule);
    if traced.keys().zip(&before).all(in_place) {
        return traced.keys().copied().map(Some).collect();
    }
    aligned(before.len(), now.len(), |a, b| {
        let [of_a_kind, same_cell, same_text] = std::array::from_fn(|at| u16::from(before[a][at] == now[b][at]));
        of_a_kind * (1 + 2 * same_cell + 2 * same_text)
    })
}

fn said(origin: &Origin) -> String {
    match origin {
        Origin::Cell(place) => place.to_string(),
        Origin::Formula { rule, .. } => rule.clone(),
        Origin::Tick => "tick of an axis".to_owned(),
    }
}

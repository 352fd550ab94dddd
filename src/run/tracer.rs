//! The trace of a build: every number on every page, with its place and its origin.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::assets::Assets;
use crate::compose::{ComposedDocument, TextSource};
use crate::diag::Place;
use crate::digest::Sha256Hasher;
use crate::model::Data;
use crate::trace::{Inputs, NumberKind, Origin, TraceLine};
use crate::typeset::{NumberSource, PlacedNumber};
use serde::Serialize;

use super::trace_sources::{CellNames, TracedTexts};

/// The name of the trace file.
pub const TRACE: &str = "trace.jsonl";

/// The number of digits in the name of inputs.
const NAME_DIGITS: usize = 8;

/// Finds the origins of the numbers of documents.
pub struct Tracer {
    cells: CellNames,
    texts: TracedTexts,
    named: Mutex<NamedInputs>,
}

/// The inputs that have a name.
#[derive(Default)]
struct NamedInputs {
    inputs: BTreeMap<String, Inputs>,
    /// Names by the address of the inputs in memory: many numbers share the same inputs. The `Arc` keeps the memory
    /// allocated, so that the address is not used again.
    by_place: HashMap<usize, (Arc<[Place]>, String)>,
}

impl Tracer {
    /// Creates a tracer for documents made from this data and these files.
    pub fn new(assets: &Assets, data: &Data) -> Self {
        Self { cells: CellNames::new(assets), texts: TracedTexts::of(data), named: Mutex::default() }
    }

    /// Returns the trace lines of a document that was set, as written in the file.
    pub fn rows(&self, file: &str, composed: &ComposedDocument, numbers: Vec<PlacedNumber>) -> String {
        numbers.into_iter().map(|number| written(&self.line(file, composed, number))).collect()
    }

    /// Returns the trace lines of a document that is kept: the places stay the same, the origins are computed again.
    /// `None` when a line cannot be read.
    pub fn rows_again(&self, composed: &ComposedDocument, rows: &str) -> Option<String> {
        let again = |row: &str| {
            let before: TraceLine = serde_json::from_str(row).ok()?;
            let Some(at) = before.at else { return Some(format!("{row}\n")) };
            let mut line = TraceLine {
                kind: NumberKind::Generated,
                number: None,
                cell: None,
                rule: None,
                inputs: None,
                from: None,
                ..before
            };
            self.trace(&mut line, composed, at);
            Some(written(&line))
        };
        rows.lines().map(again).collect()
    }

    fn line(&self, file: &str, composed: &ComposedDocument, number: PlacedNumber) -> TraceLine {
        let points = |hundredths: i64| hundredths as f64 / 100.0;
        let mut line = TraceLine {
            file: file.to_owned(),
            page: number.page,
            x: points(number.x),
            y: points(number.y),
            text: number.text,
            kind: NumberKind::Generated,
            at: None,
            number: None,
            cell: None,
            rule: None,
            inputs: None,
            from: None,
        };
        match number.written {
            NumberSource::Text(at) => self.trace(&mut line, composed, at),
            NumberSource::Look { file, line: row, what } => {
                line.kind = if what.as_deref() == Some("page number") { NumberKind::Page } else { NumberKind::Text };
                line.from = Some(format!("{file}:{row}"));
            }
            NumberSource::Nowhere => {}
        }
        line
    }

    /// Adds to a line the origin of the byte in the composed text where its number begins.
    fn trace(&self, line: &mut TraceLine, composed: &ComposedDocument, at: usize) {
        line.at = Some(at);
        match composed.source_map.source(at) {
            TextSource::Number(number) => {
                line.number = Some(number);
                let figure = &composed.figures[composed.source_map.numbers[number].figure];
                match figure.origin.as_ref() {
                    Origin::Cell(place) => {
                        line.kind = NumberKind::Cell;
                        line.cell = Some(self.cells.named(place));
                    }
                    Origin::Formula { rule, inputs } => {
                        line.kind = NumberKind::Formula;
                        line.rule = Some(rule.clone());
                        line.inputs = self.name(inputs);
                    }
                    Origin::Tick => line.kind = NumberKind::Tick,
                }
            }
            TextSource::Kennung => line.kind = NumberKind::Kennung,
            source @ (TextSource::Data(_) | TextSource::Template) => {
                line.kind = NumberKind::Text;
                line.from = composed.origins.place(composed.source_map.line(at)).map(|place| self.cells.named(&place));
                if let TextSource::Data(text) = source
                    && let Some((kind, place)) = self.texts.worded(text)
                {
                    line.kind = kind;
                    line.cell = Some(self.cells.named(place));
                }
            }
        }
    }

    /// Returns the name of the cells that are inputs of a number; `None` when there are none.
    fn name(&self, places: &Arc<[Place]>) -> Option<String> {
        let first = places.first()?;
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, name)) = named.by_place.get(&std::ptr::from_ref(first).addr()) {
            return Some(name.clone());
        }
        let mut cells: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut hash = Sha256Hasher::new();
        for place in places.iter() {
            cells
                .entry(self.cells.file(&place.file).to_owned())
                .or_default()
                .push(format!("{}:{}", place.line, place.column));
            hash.update(self.cells.named(place));
            hash.update("\n");
        }
        let name = hash.hex()[..NAME_DIGITS].to_owned();
        named.by_place.insert(std::ptr::from_ref(first).addr(), (Arc::clone(places), name.clone()));
        named.inputs.insert(name.clone(), Inputs { inputs: name.clone(), cells });
        Some(name)
    }

    /// Returns the lines of the inputs named so far, by name.
    pub fn inputs(self) -> BTreeMap<String, String> {
        let named = self.named.into_inner().unwrap_or_else(PoisonError::into_inner);
        named.inputs.into_iter().map(|(name, inputs)| (name, written(&inputs))).collect()
    }
}

/// Returns a line of the file.
fn written(line: &impl Serialize) -> String {
    serde_json::to_string(line).expect("a line of the trace can be written") + "\n"
}

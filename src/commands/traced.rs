//! The trace of a build: every number on every page, with where it stands and where it comes from.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::assets::Assets;
use crate::compose::{Composed, Writer, hex};
use crate::diag::Place;
use crate::german;
use crate::model::{Data, identity};
use crate::trace::{Inputs, Kind, Line, Origin};
use crate::typeset::{Number, Written};

/// The file a trace is written to.
pub const TRACE: &str = "trace.jsonl";

/// Digits of the name of inputs.
const NAME_DIGITS: usize = 8;

/// Texts of the data, with what they are and where they stand.
pub struct Texts {
    all: Vec<(String, Kind, Place)>,
    /// The first of each wording.
    by_wording: HashMap<String, usize>,
}

impl Texts {
    /// The texts of an edition that hold digits. Of equal texts the first counts.
    pub fn of(data: &Data) -> Self {
        let (mut all, mut by_wording) = (Vec::new(), HashMap::new());
        let mut add = |text: &str, kind: Kind, place: &Place| {
            if text.contains(|c: char| c.is_ascii_digit()) {
                by_wording.entry(text.to_owned()).or_insert(all.len());
                all.push((text.to_owned(), kind, place.clone()));
            }
        };
        let edition = &data.edition;
        let file = &edition.origin;
        add(&german::stand(edition.stand), Kind::Date, file);
        add(&edition.key, Kind::Date, file);
        for text in [&edition.title, &edition.subtitle, &edition.group, &edition.revision] {
            add(text, Kind::Text, file);
        }
        for text in [&edition.publisher, &edition.place] {
            add(&text.value, Kind::Text, &Place::file(&text.place.file));
        }
        for source in &edition.sources {
            add(&source.short, Kind::Text, file);
            add(&source.citation, Kind::Text, file);
        }
        for kommune in &data.kommunen {
            for (_, text) in identity::texts(kommune) {
                add(&text.value, Kind::Text, &text.place);
            }
        }
        for indicator in &data.indicators {
            for text in [
                &indicator.label,
                &indicator.short,
                &indicator.unit,
                &indicator.definition,
                &indicator.highest,
                &indicator.lowest,
            ] {
                add(text, Kind::Text, &indicator.place);
            }
        }
        for example in &data.practice {
            for text in [&example.title, &example.summary] {
                add(text, Kind::Text, &example.ags.place);
            }
            for fact in &example.facts {
                add(&fact.what, Kind::Text, &fact.text.place);
            }
        }
        for task in &data.key_figures.tasks {
            add(&task.value, Kind::Text, &task.place);
        }
        if let Some(former) = &data.former {
            let (edition, file) = (&former.data.edition, &former.data.edition.origin);
            add(&german::stand(edition.stand), Kind::Date, file);
            add(&edition.key, Kind::Date, file);
            for source in &edition.sources {
                add(&source.citation, Kind::Text, file);
            }
            for kommune in &former.data.kommunen {
                add(&kommune.label.value, Kind::Text, &kommune.label.place);
            }
            for indicator in &former.data.indicators {
                add(&indicator.definition, Kind::Text, &indicator.place);
            }
            for note in former.changes.notes() {
                add(&note.value, Kind::Text, &note.place);
            }
        }
        Self { all, by_wording }
    }

    /// The text of a wording: what it is, and where it stands.
    fn worded(&self, text: &str) -> Option<(Kind, &Place)> {
        let (_, kind, place) = &self.all[*self.by_wording.get(text)?];
        Some((*kind, place))
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (&str, Kind, &Place)> {
        self.all.iter().map(|(text, kind, place)| (text.as_str(), *kind, place))
    }
}

/// How a trace names files: by their place in the project, so that it is the same wherever an overlaid
/// folder lies.
pub struct Cells {
    /// Overlaid files by their path as the user knows it.
    overlaid: BTreeMap<String, String>,
}

impl Cells {
    /// The names of the files of a assets.
    pub fn new(assets: &Assets) -> Self {
        let overlaid = assets.overlaid("").map(|path| (assets.shown(path).to_string(), path.to_owned())).collect();
        Self { overlaid }
    }

    /// A file by its place in the project.
    fn file<'a>(&'a self, file: &'a str) -> &'a str {
        self.overlaid.get(file).map_or(file, String::as_str)
    }

    /// A place as `file:line:column`.
    pub fn named(&self, place: &Place) -> String {
        match self.overlaid.get(place.file.as_ref()) {
            Some(path) => Place { file: Arc::from(path.as_str()), ..place.clone() }.to_string(),
            None => place.to_string(),
        }
    }
}

/// Tells where the numbers of documents come from.
pub struct Tracer {
    cells: Cells,
    texts: Texts,
    named: Mutex<Named>,
}

/// The inputs that have a name.
#[derive(Default)]
struct Named {
    inputs: BTreeMap<String, Inputs>,
    /// Names by where inputs lie in memory: many numbers share theirs. Held, so that nothing else comes to lie
    /// there.
    by_place: HashMap<usize, (Arc<[Place]>, String)>,
}

impl Tracer {
    /// For documents made from this data and these files.
    pub fn new(assets: &Assets, data: &Data) -> Self {
        Self { cells: Cells::new(assets), texts: Texts::of(data), named: Mutex::default() }
    }

    /// The lines of a document that was set, as they stand in the file.
    pub fn rows(&self, file: &str, composed: &Composed, numbers: Vec<Number>) -> String {
        numbers.into_iter().map(|number| written(&self.line(file, composed, number))).collect()
    }

    /// The lines of a document that stays as it is: the numbers stand where they stood, and their origins are
    /// those of today. `None` when a line cannot be read.
    pub fn rows_again(&self, composed: &Composed, rows: &str) -> Option<String> {
        let again = |row: &str| {
            let before: Line = serde_json::from_str(row).ok()?;
            let Some(at) = before.at else { return Some(format!("{row}\n")) };
            let mut line = Line {
                kind: Kind::Generated,
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

    fn line(&self, file: &str, composed: &Composed, number: Number) -> Line {
        let points = |hundredths: i64| hundredths as f64 / 100.0;
        let mut line = Line {
            file: file.to_owned(),
            page: number.page,
            x: points(number.x),
            y: points(number.y),
            text: number.text,
            kind: Kind::Generated,
            at: None,
            number: None,
            cell: None,
            rule: None,
            inputs: None,
            from: None,
        };
        match number.written {
            Written::Text(at) => self.trace(&mut line, composed, at),
            Written::Look { file, line: row, what } => {
                line.kind = if what.as_deref() == Some("page number") { Kind::Page } else { Kind::Text };
                line.from = Some(format!("{file}:{row}"));
            }
            Written::Nowhere => {}
        }
        line
    }

    /// Adds to a line what wrote the byte of the composed text its number begins with.
    fn trace(&self, line: &mut Line, composed: &Composed, at: usize) {
        line.at = Some(at);
        match composed.writing.writer(at) {
            Writer::Number(number) => {
                line.number = Some(number);
                let figure = &composed.figures[composed.writing.printed[number].figure];
                match figure.origin.as_ref() {
                    Origin::Cell(place) => {
                        line.kind = Kind::Cell;
                        line.cell = Some(self.cells.named(place));
                    }
                    Origin::Formula { rule, inputs } => {
                        line.kind = Kind::Formula;
                        line.rule = Some(rule.clone());
                        line.inputs = self.name(inputs);
                    }
                    Origin::Tick => line.kind = Kind::Tick,
                }
            }
            Writer::Kennung => line.kind = Kind::Kennung,
            writer => {
                line.kind = Kind::Text;
                line.from = composed.origins.place(composed.writing.line(at)).map(|place| self.cells.named(&place));
                if let Writer::Text(text) = writer
                    && let Some((kind, place)) = self.texts.worded(text)
                {
                    line.kind = kind;
                    line.cell = Some(self.cells.named(place));
                }
            }
        }
    }

    /// The name of the cells that went into a number; `None` when there are none.
    fn name(&self, places: &Arc<[Place]>) -> Option<String> {
        let first = places.first()?;
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, name)) = named.by_place.get(&std::ptr::from_ref(first).addr()) {
            return Some(name.clone());
        }
        let mut cells: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut hash = Sha256::new();
        for place in places.iter() {
            cells
                .entry(self.cells.file(&place.file).to_owned())
                .or_default()
                .push(format!("{}:{}", place.line, place.column));
            hash.update(self.cells.named(place));
            hash.update("\n");
        }
        let name = hex(&hash.finalize())[..NAME_DIGITS].to_owned();
        named.by_place.insert(std::ptr::from_ref(first).addr(), (Arc::clone(places), name.clone()));
        named.inputs.insert(name.clone(), Inputs { inputs: name.clone(), cells });
        Some(name)
    }

    /// The lines of the inputs that were named so far, by their names.
    pub fn inputs(self) -> BTreeMap<String, String> {
        let named = self.named.into_inner().unwrap_or_else(PoisonError::into_inner);
        named.inputs.into_iter().map(|(name, inputs)| (name, written(&inputs))).collect()
    }
}

/// A line of the file.
fn written(line: &impl Serialize) -> String {
    serde_json::to_string(line).expect("a line of the trace can be written") + "\n"
}

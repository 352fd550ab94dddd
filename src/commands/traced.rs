//! The trace of a build: every number on every page, with where it stands and where it comes from.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::assets::Pantry;
use crate::compose::{Figure, LineOrigins, Writer, Writing, hex};
use crate::diag::Place;
use crate::german;
use crate::model::Data;
use crate::trace::{Inputs, Kind, Line, Origin};
use crate::typeset::{Number, Written};

/// The file a trace is written to.
pub const TRACE: &str = "trace.jsonl";

/// Digits of the name of inputs.
const NAME_DIGITS: usize = 8;

/// What is known of a document before it is set.
pub struct Source {
    /// The figures it could print.
    pub figures: Vec<Figure>,
    /// What wrote which part of its text.
    pub writing: Writing,
    /// From lines of its text back to templates.
    pub origins: LineOrigins,
}

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
        for text in
            [&edition.title, &edition.subtitle, &edition.group, &edition.publisher, &edition.place, &edition.revision]
        {
            add(text, Kind::Text, file);
        }
        for source in &edition.sources {
            add(&source.short, Kind::Text, file);
            add(&source.citation, Kind::Text, file);
        }
        for kommune in &data.kommunen {
            let k = kommune;
            for text in [&k.ags, &k.name, &k.label, &k.jobcenter, &k.organisation, &k.office, &k.head, &k.party] {
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
    /// The names of the files of a pantry.
    pub fn new(pantry: &Pantry) -> Self {
        let overlaid = pantry.overlaid("").map(|(path, _)| (pantry.shown(path).to_string(), path.to_owned())).collect();
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

/// The trace of a run, document by document.
pub struct Trace {
    cells: Cells,
    lines: BTreeMap<String, Vec<Line>>,
    inputs: BTreeMap<String, Inputs>,
    /// Names of inputs by where they lie in memory: many numbers share theirs. Held, so that nothing else
    /// comes to lie there.
    named: HashMap<usize, (Arc<[Place]>, String)>,
}

impl Trace {
    /// A trace without a document.
    pub fn new(pantry: &Pantry) -> Self {
        Self { cells: Cells::new(pantry), lines: BTreeMap::new(), inputs: BTreeMap::new(), named: HashMap::new() }
    }

    /// Adds a document that was set.
    pub fn add(&mut self, file: &str, source: &Source, numbers: Vec<Number>, texts: &Texts) {
        let lines = numbers.into_iter().map(|number| self.line(file, source, number, texts)).collect();
        self.lines.insert(file.to_owned(), lines);
    }

    /// Forgets a document that did not reach its place.
    pub fn forget(&mut self, file: &str) {
        self.lines.remove(file);
    }

    fn line(&mut self, file: &str, source: &Source, number: Number, texts: &Texts) -> Line {
        let points = |hundredths: i64| hundredths as f64 / 100.0;
        let mut line = Line {
            file: file.to_owned(),
            page: number.page,
            x: points(number.x),
            y: points(number.y),
            text: number.text,
            kind: Kind::Generated,
            number: None,
            cell: None,
            rule: None,
            inputs: None,
            from: None,
        };
        match number.written {
            Written::Text(at) => self.written(&mut line, source, at, texts),
            Written::Look { file, line: row, what } => {
                line.kind = if what.as_deref() == Some("page number") { Kind::Page } else { Kind::Text };
                line.from = Some(format!("{file}:{row}"));
            }
            Written::Nowhere => {}
        }
        line
    }

    fn written(&mut self, line: &mut Line, source: &Source, at: usize, texts: &Texts) {
        match source.writing.writer(at) {
            Writer::Number(number) => {
                line.number = Some(number);
                let figure = &source.figures[source.writing.printed[number].figure];
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
                line.from = source.origins.place(source.writing.line(at)).map(|place| self.cells.named(&place));
                if let Writer::Text(text) = writer
                    && let Some((kind, place)) = texts.worded(text)
                {
                    line.kind = kind;
                    line.cell = Some(self.cells.named(place));
                }
            }
        }
    }

    /// The name of the cells that went into a number; `None` when there are none.
    fn name(&mut self, places: &Arc<[Place]>) -> Option<String> {
        let first = places.first()?;
        if let Some((_, name)) = self.named.get(&std::ptr::from_ref(first).addr()) {
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
        self.named.insert(std::ptr::from_ref(first).addr(), (Arc::clone(places), name.clone()));
        self.inputs.insert(name.clone(), Inputs { inputs: name.clone(), cells });
        Some(name)
    }
}

impl Trace {
    /// The file: shared inputs first, then the numbers by document and page. `earlier` is the file of an
    /// earlier build; of it the documents in `standing` stay, which this build did not make.
    ///
    /// # Errors
    /// The number of a line of the earlier file that cannot be read.
    pub fn text(&self, earlier: &str, standing: &[&str]) -> Result<String, usize> {
        let mut inputs = self.inputs.clone();
        let mut documents: BTreeMap<String, String> = BTreeMap::new();
        for (at, row) in earlier.lines().enumerate() {
            let broken = |_| at + 1;
            if let Ok(shared) = serde_json::from_str::<Inputs>(row) {
                inputs.entry(shared.inputs.clone()).or_insert(shared);
                continue;
            }
            let line: Line = serde_json::from_str(row).map_err(broken)?;
            if standing.contains(&line.file.as_str()) && !self.lines.contains_key(&line.file) {
                let document = documents.entry(line.file).or_default();
                document.push_str(row);
                document.push('\n');
            }
        }
        let written = "a line of the trace can be written";
        for (file, lines) in &self.lines {
            let document = documents.entry(file.clone()).or_default();
            for line in lines {
                document.push_str(&serde_json::to_string(line).expect(written));
                document.push('\n');
            }
        }
        let mut text = String::new();
        for shared in inputs.values() {
            text.push_str(&serde_json::to_string(shared).expect(written));
            text.push('\n');
        }
        text.extend(documents.into_values());
        Ok(text)
    }
}

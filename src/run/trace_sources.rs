//! The sources of numbers in the trace: the texts of the data, and the names of its cells.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::assets::Assets;
use crate::diag::Place;
use crate::german;
use crate::model::{Data, identity};
use crate::trace::NumberKind;

/// Texts of the data, with their kind and place.
pub struct TracedTexts {
    all: Vec<(String, NumberKind, Place)>,
    /// The first text of each wording.
    by_wording: HashMap<String, usize>,
}

impl TracedTexts {
    /// Collects the texts of an edition that contain digits. Of equal texts, the first is used.
    pub fn of(data: &Data) -> Self {
        let (mut all, mut by_wording) = (Vec::new(), HashMap::new());
        let mut add = |text: &str, kind: NumberKind, place: &Place| {
            if text.contains(|c: char| c.is_ascii_digit()) {
                by_wording.entry(text.to_owned()).or_insert(all.len());
                all.push((text.to_owned(), kind, place.clone()));
            }
        };
        let edition = &data.edition;
        let file = &edition.origin;
        add(&german::stand(edition.stand), NumberKind::Date, file);
        add(&edition.key, NumberKind::Date, file);
        for text in [&edition.title, &edition.subtitle, &edition.group, &edition.revision] {
            add(text, NumberKind::Text, file);
        }
        for text in [&edition.publisher, &edition.place] {
            add(&text.value, NumberKind::Text, &Place::file(&text.place.file));
        }
        for source in &edition.sources {
            add(&source.short, NumberKind::Text, file);
            add(&source.citation, NumberKind::Text, file);
        }
        for kommune in &data.kommunen {
            for (_, text) in identity::texts(kommune) {
                add(&text.value, NumberKind::Text, &text.place);
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
                add(text, NumberKind::Text, &indicator.place);
            }
        }
        for example in &data.practice {
            for text in [&example.title, &example.summary] {
                add(text, NumberKind::Text, &example.ags.place);
            }
            for fact in &example.facts {
                add(&fact.what, NumberKind::Text, &fact.text.place);
            }
        }
        for task in &data.key_figures.tasks {
            add(&task.value, NumberKind::Text, &task.place);
        }
        if let Some(former) = &data.former {
            let (edition, file) = (&former.data.edition, &former.data.edition.origin);
            add(&german::stand(edition.stand), NumberKind::Date, file);
            add(&edition.key, NumberKind::Date, file);
            for source in &edition.sources {
                add(&source.citation, NumberKind::Text, file);
            }
            for kommune in &former.data.kommunen {
                add(&kommune.label.value, NumberKind::Text, &kommune.label.place);
            }
            for indicator in &former.data.indicators {
                add(&indicator.definition, NumberKind::Text, &indicator.place);
            }
            for note in former.changes.notes() {
                add(&note.value, NumberKind::Text, &note.place);
            }
        }
        Self { all, by_wording }
    }

    /// Returns the kind and the place of the text with this wording.
    pub fn worded(&self, text: &str) -> Option<(NumberKind, &Place)> {
        let (_, kind, place) = &self.all[*self.by_wording.get(text)?];
        Some((*kind, place))
    }

    /// Returns all texts.
    pub fn all(&self) -> impl Iterator<Item = (&str, NumberKind, &Place)> {
        self.all.iter().map(|(text, kind, place)| (text.as_str(), *kind, place))
    }
}

/// The names of files in a trace: their path in the project, so that the trace does not depend on where an overlaid
/// folder is.
pub struct CellNames {
    /// Overlaid files: path in the project, by the path shown to the user.
    overlaid: BTreeMap<String, String>,
}

impl CellNames {
    /// Collects the names of the files that a run reads.
    pub fn new(assets: &Assets) -> Self {
        let overlaid = assets.overlaid("").map(|path| (assets.shown(path).to_string(), path.to_owned())).collect();
        Self { overlaid }
    }

    /// Returns the path of a file in the project.
    pub fn file<'a>(&'a self, file: &'a str) -> &'a str {
        self.overlaid.get(file).map_or(file, String::as_str)
    }

    /// Returns a place as `file:line:column`.
    pub fn named(&self, place: &Place) -> String {
        match self.overlaid.get(place.file.as_ref()) {
            Some(path) => Place { file: Arc::from(path.as_str()), ..place.clone() }.to_string(),
            None => place.to_string(),
        }
    }
}

//! What lies beside the documents and speaks of them: made from the data and the entries of the manifest, by `build` to
//! be written and by `verify` to be compared.

use std::collections::BTreeMap;

use crate::args::Profile;
use crate::assets::Pantry;
use crate::catalogue::{self, Catalogue, INDEX};
use crate::council::{self, DCAT, dcat};
use crate::derive::Facts;
use crate::diag::Result;
use crate::german::Numbers;
use crate::plan::{self, Kind};

use super::manifest::{Entry, MANIFEST};
use super::traced::TRACE;

/// The files made here; none of them speaks of another's size.
pub const BESIDE: [&str; 2] = [INDEX, DCAT];

/// What it takes to make them.
pub struct Beside<'a> {
    catalogue: Catalogue,
    of_all: &'a Facts<'a>,
    numbers: &'a Numbers,
    /// The fact sheets by their path: positions of the Kommunen.
    sheets: BTreeMap<String, usize>,
}

impl<'a> Beside<'a> {
    /// Reads the frame of the catalogue. `of_all` are the facts about all of the edition.
    ///
    /// # Errors
    /// A frame that cannot be used.
    pub fn open(pantry: &Pantry, of_all: &'a Facts<'a>, numbers: &'a Numbers) -> Result<Self> {
        let documents = plan::documents(of_all.data, &of_all.scope, |_| true).into_iter();
        let sheets = documents.filter_map(|document| match document.kind {
            Kind::Sheet(k) => Some((document.path, k)),
            _ => None,
        });
        Ok(Self { catalogue: Catalogue::open(pantry)?, of_all, numbers, sheets: sheets.collect() })
    }

    /// The files, each with its path, for a folder that holds these entries.
    pub fn files(&self, entries: &[Entry]) -> [(&'static str, String); BESIDE.len()] {
        let mut listed: Vec<&Entry> = entries.iter().filter(|entry| !BESIDE.contains(&entry.path.as_str())).collect();
        listed.sort_by_key(|entry| &entry.path);
        let own = |path| catalogue::File { path, bytes: None, pages: None, sheet: None, draft: false, selection: None };
        let mut files: Vec<catalogue::File<'_>> = listed
            .iter()
            .map(|entry| catalogue::File {
                bytes: Some(entry.bytes),
                pages: entry.pages,
                sheet: self.sheets.get(&entry.path).copied(),
                draft: is_draft(entry),
                selection: selection(entry, entries),
                ..own(&entry.path)
            })
            .collect();
        files.extend([DCAT, MANIFEST].map(own));
        // A draft is not published, and the trace describes the documents rather than the Kommunen.
        let published = listed.iter().filter(|entry| !is_draft(entry) && entry.path != TRACE);
        let published: Vec<council::File<'_>> = published
            .map(|entry| council::File {
                path: &entry.path,
                title: self.title(entry, entries),
                bytes: entry.bytes,
                sha256: &entry.sha256,
                standard: entry.standard.as_deref(),
            })
            .collect();
        [
            (INDEX, self.catalogue.page(self.of_all, self.numbers, &files)),
            (DCAT, dcat(self.of_all, self.numbers, &published)),
        ]
    }

    /// What a portal calls a file.
    fn title(&self, entry: &Entry, entries: &[Entry]) -> String {
        if let Some(k) = self.sheets.get(&entry.path) {
            return format!("Steckbrief {}", self.of_all.data.kommunen[*k].label.value);
        }
        let title = catalogue::title(&entry.path);
        match selection(entry, entries) {
            Some(n) => format!("{title} (Auswahl: {n} von {})", self.of_all.scope.len()),
            None => title.to_owned(),
        }
    }
}

fn is_draft(entry: &Entry) -> bool {
    entry.settings.as_ref().is_some_and(|settings| settings.profile == Profile::Entwurf)
}

/// How many Kommunen were selected for a file; `None` for all of the edition. A table is about those of its PDF.
fn selection(entry: &Entry, entries: &[Entry]) -> Option<usize> {
    let pdf = entry.path.strip_suffix(".csv").map(|stem| format!("{stem}.pdf"));
    let of = pdf.and_then(|pdf| entries.iter().find(|other| other.path == pdf)).unwrap_or(entry);
    Some(of.settings.as_ref()?.selection.as_ref()?.len())
}

//! What lies beside the documents and speaks of them: made from the data and the entries of the manifest, by `build` to
//! be written and by `verify` to be compared.

use std::collections::BTreeMap;

use crate::args::Profile;
use crate::assets::Pantry;
use crate::catalogue::{self, Catalogue, INDEX};
use crate::derive::Facts;
use crate::diag::Result;
use crate::german::Numbers;
use crate::plan::{self, Kind};

use super::manifest::{Entry, MANIFEST};

/// The files made here; none of them speaks of another's size.
pub const BESIDE: [&str; 1] = [INDEX];

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
        let listed = entries.iter().filter(|entry| !BESIDE.contains(&entry.path.as_str()));
        let own = |path| catalogue::File { path, bytes: None, pages: None, sheet: None, draft: false, selection: None };
        let mut files: Vec<catalogue::File<'_>> = listed
            .map(|entry| catalogue::File {
                bytes: Some(entry.bytes),
                pages: entry.pages,
                sheet: self.sheets.get(&entry.path).copied(),
                draft: entry.settings.as_ref().is_some_and(|settings| settings.profile == Profile::Entwurf),
                selection: entry.settings.as_ref().and_then(|settings| Some(settings.selection.as_ref()?.len())),
                ..own(&entry.path)
            })
            .collect();
        files.push(own(MANIFEST));
        [(INDEX, self.catalogue.page(self.of_all, self.numbers, &files))]
    }
}

//! The files that list and describe the documents: made from the data and the entries of the manifest, or from a
//! meeting and its files. `build` and `bundle` write them; `verify` makes them again and compares.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use crate::assets::Assets;
use crate::catalogue::{Catalogue, CatalogueFile, INDEX};
use crate::council::{self, DCAT, OPARL, PaperFile, dcat, oparl};
use crate::derive::Facts;
use crate::diag::{Problem, Report, Result};
use crate::documents::{self, Document, Subject, UserTemplate, of_meeting as files_of_meeting};
use crate::german::Numbers;
use crate::model::{Data, Meeting};

use super::manifest::{FileEntry, MANIFEST};
use super::tracer::TRACE;

/// The files made here; none of them contains the size of another.
pub const SIDE_FILES: [&str; 2] = [INDEX, DCAT];

/// The data needed to make the side files.
pub struct SideFiles<'a> {
    catalogue: Catalogue,
    of_all: &'a Facts<'a>,
    numbers: &'a Numbers,
    /// The documents of the edition by their paths.
    documents: BTreeMap<String, Document>,
}

impl<'a> SideFiles<'a> {
    /// Reads the frame of the catalogue. `of_all` are the facts about all Kommunen of the edition.
    ///
    /// # Errors
    /// A frame that cannot be used.
    pub fn open(assets: &Assets, user: &[UserTemplate], of_all: &'a Facts<'a>, numbers: &'a Numbers) -> Result<Self> {
        let documents = documents::of_edition(of_all.data, user).into_iter();
        let documents = documents.map(|document| (document.path.clone(), document)).collect();
        Ok(Self { catalogue: Catalogue::open(assets)?, of_all, numbers, documents })
    }

    /// Returns the files, each with its path, for a folder with these entries.
    pub fn files(&self, entries: &[FileEntry]) -> [(&'static str, String); SIDE_FILES.len()] {
        let mut listed: Vec<&FileEntry> =
            entries.iter().filter(|entry| !SIDE_FILES.contains(&entry.path.as_str())).collect();
        listed.sort_by_key(|entry| &entry.path);
        let listings: Vec<Listing> = listed.iter().map(|entry| self.listing(&entry.path, entries)).collect();
        let unmeasured = [DCAT, MANIFEST].map(|path| (path, self.listing(path, entries)));
        let mut files: Vec<CatalogueFile<'_>> = listed
            .iter()
            .zip(&listings)
            .map(|(entry, listing)| CatalogueFile {
                bytes: Some(entry.bytes),
                pages: entry.pages,
                draft: is_draft(entry),
                selection: selection(entry, entries),
                ..listing.file(&entry.path)
            })
            .collect();
        files.extend(unmeasured.iter().map(|(path, listing)| listing.file(path)));
        // A draft is not published, and the trace describes the documents instead of the Kommunen.
        let published = listed.iter().filter(|entry| !is_draft(entry) && entry.path != TRACE);
        let published: Vec<council::DcatFile<'_>> = published
            .map(|entry| council::DcatFile {
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

    /// Returns the document of a path; `None` for other files.
    fn document(&self, path: &str, entries: &[FileEntry]) -> Option<Document> {
        self.documents.get(path).cloned().or_else(|| {
            let entry = entries.iter().find(|entry| entry.path == path)?;
            documents::of_manifest(path, entry.settings.as_ref()?, self.of_all.data)
        })
    }

    /// Returns the data of a file for the catalogue.
    fn listing(&self, path: &str, entries: &[FileEntry]) -> Listing {
        let kinds = documents::ALL.len();
        let plain = |title: &str, description: &'static str, order: usize| Listing {
            title: title.to_owned(),
            description,
            order,
            of: None,
            of_user: false,
        };
        if let Some(document) = self.document(path, entries) {
            let order = documents::ALL.iter().position(|kind| std::ptr::eq(*kind, document.kind));
            let (of, is_of_user) = (document.subject.kommune(), document.user_template().is_some());
            let title = match (&document.subject, is_of_user) {
                (Subject::Kommunen(_), _) => format!("{}: {}", document.title(), document.record),
                (Subject::Edition, true) => path.to_owned(),
                (Subject::Edition, false) | (Subject::Kommune(_) | Subject::Annex(..) | Subject::Meeting, _) => {
                    document.title()
                }
            };
            let description = document.kind.description;
            return Listing {
                of,
                of_user: is_of_user && of.is_some(),
                ..plain(&title, description, order.unwrap_or(3 * kinds))
            };
        }
        let table = documents::ALL.iter().enumerate().find_map(|(at, kind)| {
            let table = kind.table_file.as_ref()?;
            (path == format!("{}.csv", kind.name)).then(|| plain(table.title, table.description, kinds + at))
        });
        table.unwrap_or_else(|| match OTHER_FILES.iter().position(|(other, ..)| *other == path) {
            Some(at) => plain(OTHER_FILES[at].1, OTHER_FILES[at].2, 2 * kinds + at),
            None => plain(path, "", 3 * kinds),
        })
    }

    /// Returns the title of a file for a data portal.
    fn title(&self, entry: &FileEntry, entries: &[FileEntry]) -> String {
        let listing = self.listing(&entry.path, entries);
        if let Some(k) = listing.of {
            return format!("{} {}", listing.title, self.of_all.data.kommunen[k].label.value);
        }
        match selection(entry, entries) {
            Some(n) => format!("{} (Auswahl: {n} von {})", listing.title, self.of_all.scope.len()),
            None => listing.title,
        }
    }
}

/// Files of the output folder that are neither documents nor their tables, in the order of the list: path, title,
/// description.
const OTHER_FILES: [(&str, &str, &str); 3] = [
    (DCAT, "Metadaten", "Beschreibung des Datensatzes nach DCAT-AP.de, für Datenportale"),
    (TRACE, "Herkunft", "Jede gedruckte Zahl mit ihrer Stelle und der Zelle oder Formel, aus der sie stammt"),
    (MANIFEST, "Verzeichnis", "Alle Dateien mit Prüfsumme (SHA-256) und Kennung"),
];

/// The data of a file for the catalogue.
struct Listing {
    title: String,
    description: &'static str,
    order: usize,
    /// The Kommune (position in the data) of the file; `None` for all other files.
    of: Option<usize>,
    /// Whether it is a user document about a Kommune.
    of_user: bool,
}

impl Listing {
    /// Returns the entry of the file for the catalogue, without length, pages and settings.
    fn file<'a>(&'a self, path: &'a str) -> CatalogueFile<'a> {
        CatalogueFile {
            path,
            bytes: None,
            pages: None,
            of: self.of,
            title: &self.title,
            description: self.description,
            order: self.order,
            of_user: self.of_user,
            draft: false,
            selection: None,
        }
    }
}

/// Returns the files beside the annexes of a meeting, each with its path: `oparl.json`, and the archive of the annexes
/// if they are separate files. `documents` are the PDFs of the folder by their paths; without the PDF of all annexes,
/// there are no such files.
///
/// # Errors
/// A Kommune that is not in the data.
pub fn of_meeting(
    meeting: &Meeting,
    data: &Data,
    draft: bool,
    documents: &BTreeMap<String, Vec<u8>>,
) -> Result<Vec<(String, Vec<u8>)>> {
    let whole = files_of_meeting::whole(meeting).path;
    let Some(bytes) = documents.get(&whole) else { return Ok(Vec::new()) };
    let name = format!("Anlagen zu TOP {}: {}", meeting.top, meeting.title);
    let mut files = vec![PaperFile { annex: None, name, file_name: &whole, bytes }];
    let annexes = files_of_meeting::annexes(meeting, data)?;
    for document in &annexes {
        let Subject::Annex(_, number) = document.subject else { continue };
        let name = format!("Anlage {number} zu TOP {}: Steckbrief {}", meeting.top, document.record);
        let bytes = documents.get(&document.path);
        files.extend(bytes.map(|bytes| PaperFile { annex: Some(number), name, file_name: &document.path, bytes }));
    }
    let mut files_beside =
        vec![(OPARL.to_owned(), oparl(meeting, &data.edition.publication, draft, &files).into_bytes())];
    if files.len() > 1 {
        files_beside.push((files_of_meeting::archive(meeting), zipped(&files[1..])?));
    }
    Ok(files_beside)
}

/// Packs the files into one archive, without compression: PDFs are already compressed. Every entry has the earliest
/// date of the ZIP format, so that the same files produce the same bytes.
fn zipped(files: &[PaperFile<'_>]) -> Result<Vec<u8>> {
    let written = || -> zip::result::ZipResult<Vec<u8>> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644);
        for file in files {
            archive.start_file(file.file_name, options)?;
            archive.write_all(file.bytes)?;
        }
        Ok(archive.finish()?.into_inner())
    };
    written().map_err(|error| {
        Report::from(Problem::error("KB553", format!("the annexes do not go into one archive: {error}")))
    })
}

/// Whether a file is a draft.
pub fn is_draft(entry: &FileEntry) -> bool {
    entry.settings.as_ref().is_some_and(|settings| settings.is_draft())
}

/// Returns the number of Kommunen selected for a file; `None` for the whole edition. A table is about the Kommunen of
/// its PDF.
fn selection(entry: &FileEntry, entries: &[FileEntry]) -> Option<usize> {
    let pdf = entry.path.strip_suffix(".csv").map(|stem| format!("{stem}.pdf"));
    let of = pdf.and_then(|pdf| entries.iter().find(|other| other.path == pdf)).unwrap_or(entry);
    Some(of.settings.as_ref()?.selection.as_ref()?.len())
}
